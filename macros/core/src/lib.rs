//! What declarest's attribute macro does, as a plain library.
//!
//! A declaration goes one way: `items` reads the tokens leniently, `check` turns what it read into the `model` of a
//! right declaration, `expand` writes the model out and cannot fail. The modules stand on each other in the order in which they are
//! listed below, and import only those above them. Mistakes go into a tree of sinks (`Sink`), so that
//! a broken resource loses its own output only: its struct is emitted all the same, with stubs in place of what the
//! declaration would have made, and whoever uses them still compiles.

#![cfg_attr(
    not(all(feature = "openapi", feature = "sample")),
    allow(dead_code, unused_imports, reason = "what only evidence uses that is not compiled")
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

/// Expands `#[source(…)]` on a module. `args` are the tokens between the attribute's parentheses, `item` is what it stands on.
///
/// Never panics, and never drops the user's items: mistakes come back as `compile_error!` beside them. Files that it names are
/// looked for from the root of the user's crate, which cargo says in `CARGO_MANIFEST_DIR`.
#[must_use]
pub fn source(args: TokenStream, item: TokenStream) -> TokenStream {
    source_with(args, item, Files::new(std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)))
}

fn source_with(args: TokenStream, item: TokenStream, files: Files) -> TokenStream {
    let errors = Sink::root();

    // The first gate: what cannot be read as a module of items is not looked at any further.
    let Some(mut declaration) = items::declaration(args.clone(), item.clone(), &errors) else {
        let words = complete::words(args, item.clone(), &naming::default_crate());
        return words.into_iter().chain(expand::fallback::echo(item, errors.finish())).collect();
    };

    evidence::features(&mut declaration);
    let evidence = Evidence::new(&declaration, files);
    evidence.fill(&mut declaration);

    // The second gate is one for each part: options that could not be read are left alone here, and a part with a mistake
    // becomes a stub. So every mistake is reported at once, and none twice.
    let source = check::source(declaration, &evidence, &errors);

    let words = complete::words(args, item, &source.krate);
    words.into_iter().chain(expand::source(&source, &evidence.files(), &errors.finish())).collect()
}

/// The options of each context as the items of a module, documented: where editors look up the words to choose from.
#[must_use]
pub fn options() -> TokenStream {
    complete::modules()
}
