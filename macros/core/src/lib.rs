//! What declarest's attribute macro does, as a plain library.
//!
//! A declaration goes one way: `parse` reads the tokens leniently, `check` turns what it read into the `model` of a
//! right declaration, `expand` writes the model out and cannot fail. Mistakes go into a tree of sinks (`Sink`), so that
//! a broken resource loses its own output only: its struct is emitted all the same, with stubs in place of what the
//! declaration would have made, and whoever uses them still compiles.

mod check;
mod complete;
mod expand;

mod diagnostic;
mod evidence;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzz;
mod items;
mod json;
mod language;
mod literal;
mod model;
mod naming;
mod shape;
mod syntax;

use std::path::PathBuf;

use proc_macro2::TokenStream;

use check::Evidence;
use diagnostic::Sink;
use evidence::sample::Samples;
use evidence::{infer, openapi};
use json::Files;

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

    let samples = Samples::new(&files);
    let spec = openapi::load(&declaration, &files);
    infer::fill(&mut declaration, &samples, &spec);

    // The second gate is one for each part: options that could not be read are left alone here, and a part with a mistake
    // becomes a stub. So every mistake is reported at once, and none twice.
    let source = check::source(declaration, &Evidence { samples: &samples, spec: &spec }, &errors);
    drop(samples);

    let words = complete::words(args, item, &source.krate);
    words.into_iter().chain(expand::source(&source, &files.names(), &errors.finish())).collect()
}

/// The options of each context as the items of a module, documented: where editors look up the words to choose from.
#[must_use]
pub fn options() -> TokenStream {
    complete::modules()
}
