//! The modules of all names that can be written: the options of each context, the words of their values, the attributes.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::items::HELPERS;
use crate::language::{
    Action, Advance, Algorithm, AuthKind, BodyFormatKind, CONTEXTS, ClientAuth, DefaultOptions, DeletedKind,
    DispositionKind, Epoch, FieldsFrom, Lint, Location, MethodKind, MissingCursorKind, MissingFlag, MissingRows,
    NoOpenapi, OnBadRow, Order, PaginatorKind, ParamOptions, PositionOf, RangeEnd, Repeated, RequestFormat,
    SecretOptions, Style,
};
use crate::syntax::{Opt, Options, Word};

/// Makes the module of this name.
type WordsModule = fn(&str) -> TokenStream;

/// Options whose values are words: the module of these words, and what makes it.
pub(super) const VALUES: [(&str, &str, WordsModule); 22] = [
    ("paginator", "paginators", module_of::<PaginatorKind>),
    ("auth", "auths", module_of::<AuthKind>),
    ("method", "methods", module_of::<MethodKind>),
    ("write_disposition", "write_dispositions", module_of::<DispositionKind>),
    ("deleted", "deleted_choices", module_of::<DeletedKind>),
    ("missing_rows", "missing_rows_choices", module_of::<MissingRows>),
    ("missing_flag", "missing_flag_choices", module_of::<MissingFlag>),
    ("missing_cursor", "missing_cursor_choices", module_of::<MissingCursorKind>),
    ("on_bad_row", "on_bad_row_choices", module_of::<OnBadRow>),
    ("range_end", "range_end_choices", module_of::<RangeEnd>),
    ("order", "orders", module_of::<Order>),
    ("position", "positions", module_of::<PositionOf>),
    ("format", "formats", formats),
    ("advance", "advance_choices", module_of::<Advance>),
    ("repeated", "repeated_choices", module_of::<Repeated>),
    ("location", "locations", module_of::<Location>),
    ("algorithm", "algorithms", module_of::<Algorithm>),
    ("client_auth", "client_auths", module_of::<ClientAuth>),
    ("request_format", "request_formats", module_of::<RequestFormat>),
    ("style", "styles", module_of::<Style>),
    ("fields", "fields_choices", module_of::<FieldsFrom>),
    ("openapi", "openapi_choices", module_of::<NoOpenapi>),
];

/// The modules of all contexts: what there is to choose from.
pub(crate) fn modules() -> TokenStream {
    let options = contexts().map(|(context, table)| {
        let words = table.iter().map(|option| (option.name, option.doc));
        module(context, words)
    });
    let values = VALUES.into_iter().map(|(_, name, module)| module(name));
    let others = [module_of::<Action>(ACTIONS), module_of::<Lint>(LINTS)];
    let attributes = module(ATTRIBUTES, HELPERS.iter().map(|helper| (*helper, "See `declarest::docs::reference`.")));
    options.chain(values).chain(others).chain([attributes]).collect()
}

/// The module of what is done with responses.
pub(super) const ACTIONS: &str = "actions";

/// The module of the lints in `allow(…)`.
pub(super) const LINTS: &str = "lints";

/// The module of the helper attributes.
pub(super) const ATTRIBUTES: &str = "attributes";

/// All contexts, with their options.
fn contexts() -> impl Iterator<Item = (&'static str, &'static [Opt])> {
    CONTEXTS.iter().copied().chain([(DefaultOptions::CONTEXT, DefaultOptions::TABLE)])
}

/// The module of a type's words.
fn module_of<W: Word>(name: &str) -> TokenStream {
    module(name, W::words().map(|word| (word, "See `declarest::docs::reference`.")))
}

/// The formats of times, and those of bodies: both are options called `format`.
fn formats(name: &str) -> TokenStream {
    let words = Epoch::words().chain(BodyFormatKind::words());
    module(name, words.map(|word| (word, "See `declarest::docs::reference`.")))
}

fn module<'w>(name: &str, words: impl Iterator<Item = (&'w str, &'w str)>) -> TokenStream {
    // No item can be called `crate`.
    let words = words.filter(|(word, _)| *word != "crate").map(|(word, doc)| {
        let word = format_ident!("{word}");
        quote!(#[doc = #doc] pub const #word: () = ();)
    });
    let name = format_ident!("{name}");
    quote! {
        #[allow(non_upper_case_globals)]
        pub mod #name { #(#words)* }
    }
}

/// The context that a group in parentheses is one of.
pub(super) fn context_of(name: &Ident) -> Option<&'static str> {
    // The names in `params(…)` and `secret(…)` are the user's.
    contexts()
        .map(|(context, _)| context)
        .filter(|context| ![ParamOptions::CONTEXT, SecretOptions::CONTEXT].contains(context))
        .find(|context| name == context)
}

/// The module of an option's values, where they are words.
pub(super) fn values(option: &Ident) -> Option<&'static str> {
    VALUES.into_iter().find_map(|(name, values, _)| (option == name).then_some(values))
}
