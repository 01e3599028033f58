//! A hash of a declaration's values, for what is saved and only valid while the declaration is the same.
//!
//! It must be the same with every compiler: values are written as JSON, by the names of their fields and variants, and
//! hashed by FNV-1a. Another name makes saved checkpoints void, as any change of what is written does: keep the old one
//! by `#[serde(rename = "…")]`, or raise `VERSION`.

use std::hash::Hasher as _;

use fnv::FnvHasher;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};

const VERSION: u32 = 1;

/// A value that a fingerprint depends on, whatever its type.
pub trait Fingerprinted {
    /// The value as JSON.
    fn to_json(&self) -> Result<String>;
}

impl<T: Serialize> Fingerprinted for T {
    fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::internal(ErrorKind::Config, error))
    }
}

/// The fingerprint of a value as text, with its version.
pub(crate) fn fingerprint(value: &impl Serialize) -> Result<String> {
    Ok(format!("{VERSION}-{:016x}", hash(value)?))
}

/// The hash of a value.
pub(crate) fn hash(value: &impl Serialize) -> Result<u64> {
    let mut hasher = FnvHasher::default();
    hasher.write(value.to_json()?.as_bytes());
    Ok(hasher.finish())
}
