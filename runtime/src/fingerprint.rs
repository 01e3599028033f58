//! A hash of a declaration's values, for what is saved and only valid while the declaration is the same.
//!
//! It must be the same with every compiler, and whatever Rust calls a type or a field: values are written in a fixed order,
//! alternatives by fixed names, and hashed by FNV-1a. A change of what is written makes saved checkpoints void; then raise
//! `VERSION`.

use std::hash::Hasher as _;

use fnv::FnvHasher;

const VERSION: u32 = 1;

/// The hash of what was written so far.
#[derive(Default)]
pub struct Fingerprint(FnvHasher);

/// A value that a fingerprint depends on.
pub trait Fingerprinted {
    /// Writes the value.
    fn write(&self, to: &mut Fingerprint);
}

impl Fingerprint {
    /// Adds a value.
    pub(crate) fn add(&mut self, value: &(impl Fingerprinted + ?Sized)) -> &mut Self {
        value.write(self);
        self
    }

    /// Adds a text with its length, so that the end of one is not the beginning of the next.
    fn text(&mut self, text: &str) {
        self.0.write(&(text.len() as u64).to_le_bytes());
        self.0.write(text.as_bytes());
    }

    /// The fingerprint as text, with its version.
    pub(crate) fn finish(&self) -> String {
        format!("{VERSION}-{:016x}", self.0.finish())
    }
}

macro_rules! by_text {
    ($($type:ty),*) => {$(
        impl Fingerprinted for $type {
            fn write(&self, to: &mut Fingerprint) {
                to.text(&self.to_string());
            }
        }
    )*};
}

by_text!(bool, u16, u32, u64, u128, usize, i64, f64, str, String);

impl<T: Fingerprinted + ?Sized> Fingerprinted for &T {
    fn write(&self, to: &mut Fingerprint) {
        (*self).write(to);
    }
}

impl<T: Fingerprinted> Fingerprinted for [T] {
    fn write(&self, to: &mut Fingerprint) {
        to.add(&self.len());
        for value in self {
            to.add(value);
        }
    }
}

impl<T: Fingerprinted> Fingerprinted for Vec<T> {
    fn write(&self, to: &mut Fingerprint) {
        to.add(self.as_slice());
    }
}

impl<T: Fingerprinted> Fingerprinted for Option<T> {
    fn write(&self, to: &mut Fingerprint) {
        to.add(self.as_slice());
    }
}

impl<A: Fingerprinted, B: Fingerprinted> Fingerprinted for (A, B) {
    fn write(&self, to: &mut Fingerprint) {
        to.add(&self.0).add(&self.1);
    }
}

/// The fields of structs, in this order; no field may be left out. Where several types are possible, a name comes first.
macro_rules! fingerprint_structs {
    ($($type:ident $(= $name:literal)? { $($field:ident),* $(,)? })*) => {$(
        impl $crate::fingerprint::Fingerprinted for $type {
            fn write(&self, to: &mut $crate::fingerprint::Fingerprint) {
                let Self { $($field),* } = self;
                to$(.add($name))?$(.add($field))*;
            }
        }
    )*};
}

/// The alternatives of enums, each by a name that stays the same.
macro_rules! fingerprint_enums {
    ($($type:ident { $($variant:ident $(($($value:ident),*))? = $name:literal),* $(,)? })*) => {$(
        impl $crate::fingerprint::Fingerprinted for $type {
            fn write(&self, to: &mut $crate::fingerprint::Fingerprint) {
                match self {
                    $(Self::$variant $(($($value),*))? => { to.add($name)$($(.add($value))*)?; })*
                }
            }
        }
    )*};
}

pub(crate) use {fingerprint_enums, fingerprint_structs};
