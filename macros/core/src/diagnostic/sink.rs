//! A tree of errors, so that each part of a declaration knows whether it is sound.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// A node of the tree. Parents see the errors of a child, its siblings do not.
pub(crate) struct Sink {
    node: Rc<Node>,
    /// Set on the root alone: dropping it before its errors are emitted would hide them.
    unfinished: Cell<bool>,
}

#[derive(Default)]
struct Node {
    entries: RefCell<Vec<Entry>>,
}

enum Entry {
    Error(Error),
    Child(Rc<Node>),
}

impl Sink {
    /// The tree's root. Must be [finished](Sink::finish).
    pub(crate) fn root() -> Self {
        Self { node: Rc::default(), unfinished: Cell::new(true) }
    }

    /// A sink of its own for one part. Its errors keep this place among those of the parent.
    pub(crate) fn child(&self) -> Self {
        let node = Rc::<Node>::default();
        self.node.entries.borrow_mut().push(Entry::Child(Rc::clone(&node)));
        Self { node, unfinished: Cell::new(false) }
    }

    pub(crate) fn push(&self, error: Error) {
        self.node.entries.borrow_mut().push(Entry::Error(error));
    }

    /// Reports an error at some tokens.
    pub(crate) fn report(&self, at: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(at, message));
    }

    /// Reports an error with two places.
    pub(crate) fn conflict(&self, at: impl ToTokens, message: impl Display, other: impl ToTokens, note: impl Display) {
        self.push(conflict(at, message, other, note));
    }

    /// Keeps the error, returns the value.
    pub(crate) fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether neither this part nor a part of it has an error.
    pub(crate) fn is_sound(&self) -> bool {
        self.node.is_sound()
    }

    /// All errors, as `compile_error!`s in the order of the parts.
    pub(crate) fn finish(self) -> TokenStream {
        self.unfinished.set(false);
        let mut tokens = TokenStream::new();
        self.node.write(&mut tokens);
        tokens
    }
}

/// One error with two places: the second is emitted as an error of its own, which is how stable Rust shows it.
pub(crate) fn conflict(at: impl ToTokens, message: impl Display, other: impl ToTokens, note: impl Display) -> Error {
    let mut error = Error::new_spanned(at, message);
    error.combine(Error::new_spanned(other, note));
    error
}

impl Drop for Sink {
    fn drop(&mut self) {
        debug_assert!(
            !self.unfinished.get() || std::thread::panicking(),
            "a root sink was dropped with its errors unseen"
        );
    }
}

impl Node {
    fn is_sound(&self) -> bool {
        self.entries.borrow().iter().all(|entry| match entry {
            Entry::Error(_) => false,
            Entry::Child(child) => child.is_sound(),
        })
    }

    fn write(&self, tokens: &mut TokenStream) {
        for entry in &*self.entries.borrow() {
            match entry {
                Entry::Error(error) => tokens.extend(error.to_compile_error()),
                Entry::Child(child) => child.write(tokens),
            }
        }
    }
}
