//! The implementation of declarest's attribute macro, as a plain library.
//!
//! A declaration goes one way: `items` parses the tokens leniently, `check` turns the result into the `model` of a
//! valid declaration, and `expand` writes the model out and cannot fail. Each module imports only those that are listed
//! above it. Errors go into a tree of sinks (`Sink`), so that a broken resource loses only its own output: its struct
//! is still emitted, with stubs in place of the generated items, and code that uses them still compiles.

#![cfg_attr(
    not(all(feature = "openapi", feature = "sample")),
    allow(dead_code, unused_imports, reason = "used by evidence only, which is not compiled")
)]

mod diagnostic;

mod naming;

mod syntax;

mod literal;

mod language;

mod items;

#[cfg(feature = "evidence")]
mod json;

#[cfg(feature = "evidence")]
mod shape;

mod model;

mod resolve;

mod evidence;

mod check;

mod expand;

mod complete;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;

use std::path::PathBuf;

use proc_macro2::TokenStream;

use diagnostic::Sink;
use evidence::{Evidence, Files};

/// Expands `#[source(…)]` on a module. `args` are the tokens between the attribute's parentheses, `item` is what it
/// stands on.
///
/// Never panics, and never drops the user's items: errors come back as `compile_error!` beside them. Paths of files are
/// relative to the root of the user's crate, `CARGO_MANIFEST_DIR`.
#[must_use]
pub fn source(args: TokenStream, item: TokenStream) -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = root.as_ref().and_then(|root| std::fs::read_to_string(root.join("Cargo.toml")).ok());
    source_with(args, item, Files::new(root), manifest.as_deref().and_then(naming::renamed))
}

/// `runtime` is the path of the runtime where the manifest gives it another name.
fn source_with(args: TokenStream, item: TokenStream, files: Files, runtime: Option<syn::Path>) -> TokenStream {
    let errors = Sink::root();

    // The first gate: anything but a module of items is not checked any further.
    let Some(mut declaration) = items::declaration(args.clone(), item.clone(), runtime, &errors) else {
        let words = complete::words(args, item.clone(), &naming::default_crate());
        return words.into_iter().chain(expand::fallback::echo(item, errors.finish(0))).collect();
    };

    evidence::features(&mut declaration);
    let evidence = Evidence::new(&declaration, files);
    evidence.fill(&mut declaration);

    // The second gate is one for each part: options that could not be parsed are skipped, and a part with an error
    // becomes a stub. So all errors are reported at once, and none twice.
    let source = check::source(declaration, &evidence, &errors);

    let words = complete::words(args, item, &source.krate);
    words
        .into_iter()
        .chain(expand::source(&source, &evidence.files(), &errors.finish(source.resources().count())))
        .collect()
}

/// The options of each context as documented items of a module, where editors look up completions.
#[must_use]
pub fn options() -> TokenStream {
    complete::modules()
}

/// Names that the generated builder has for itself: no secret and no param can bear one.
#[must_use]
pub fn builder_methods() -> &'static [&'static str] {
    &check::BUILDER
}
