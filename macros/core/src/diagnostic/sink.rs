//! A tree of errors, so that each part of a declaration knows whether it is sound.

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Error, Ident};

use super::refusal::{Refusal, Refusals};
use super::warning::Warning;

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
    /// Something is wrong that is reported elsewhere.
    Spoilt,
    Refusal(Refusal),
    Warning(Warning),
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

    /// A sink whose errors nobody sees: for a guess at what is meant, after the mistake itself has been reported.
    pub(crate) fn unseen() -> Self {
        Self { node: Rc::default(), unfinished: Cell::new(false) }
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

    /// Reports a default that a resource cannot use. `default` is where it is set.
    pub(crate) fn refuse_default(&self, resource: &Ident, message: String, default: impl ToTokens) {
        let refusal = Refusal { resource: resource.clone(), message, default: default.to_token_stream() };
        self.node.entries.borrow_mut().push(Entry::Refusal(refusal));
    }

    /// Warns of something that is legal, and hardly meant. `lint` is its name, by which it is allowed.
    pub(crate) fn warn(&self, at: impl ToTokens, lint: &'static str, message: impl Display) {
        let warning = Warning { at: at.to_token_stream(), lint, message: message.to_string() };
        self.node.entries.borrow_mut().push(Entry::Warning(warning));
    }

    /// Marks this part as wrong because of a mistake that is reported elsewhere.
    pub(crate) fn spoil(&self) {
        self.node.entries.borrow_mut().push(Entry::Spoilt);
    }

    /// Keeps the error, returns the value.
    pub(crate) fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether neither this part nor a part of it has an error.
    pub(crate) fn is_sound(&self) -> bool {
        self.node.is_sound()
    }

    /// All errors, as `compile_error!`s in the order of the parts; without any, the warnings. `resources` is how many there are.
    pub(crate) fn finish(self, resources: usize) -> TokenStream {
        self.unfinished.set(false);
        let mut tokens = TokenStream::new();
        if self.is_sound() {
            self.node.warn(&mut tokens);
        } else {
            let mut refusals = Refusals::new(resources);
            self.node.collect(&mut refusals);
            self.node.write(&mut refusals, &mut tokens);
        }
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
            Entry::Error(_) | Entry::Refusal(_) | Entry::Spoilt => false,
            Entry::Warning(_) => true,
            Entry::Child(child) => child.is_sound(),
        })
    }

    fn collect(&self, refusals: &mut Refusals) {
        for entry in &*self.entries.borrow() {
            match entry {
                Entry::Refusal(refusal) => refusals.add(refusal.clone()),
                Entry::Child(child) => child.collect(refusals),
                Entry::Error(_) | Entry::Warning(_) | Entry::Spoilt => {}
            }
        }
    }

    fn write(&self, refusals: &mut Refusals, tokens: &mut TokenStream) {
        for entry in &*self.entries.borrow() {
            match entry {
                Entry::Error(error) => tokens.extend(error.to_compile_error()),
                Entry::Refusal(refusal) => tokens.extend(refusals.error(refusal).map(|error| error.to_compile_error())),
                Entry::Child(child) => child.write(refusals, tokens),
                Entry::Warning(_) | Entry::Spoilt => {}
            }
        }
    }

    fn warn(&self, tokens: &mut TokenStream) {
        for entry in &*self.entries.borrow() {
            match entry {
                Entry::Warning(warning) => warning.to_tokens(tokens),
                Entry::Child(child) => child.warn(tokens),
                Entry::Error(_) | Entry::Refusal(_) | Entry::Spoilt => {}
            }
        }
    }
}
