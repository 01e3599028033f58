//! Completion in editors. rust-analyzer completes a word where its token is in the expansion; so under
//! `cfg(rust_analyzer)` each option that is written, or begun, is named once more: as an item of a module that holds
//! all options of its context. So are the words of values and of helper attributes; the name of a field is a field of
//! the struct, where an editor finds and renames it.
//!
//! The raw tokens are walked, since a declaration that is being typed often cannot be parsed. The output comes before
//! everything else in the expansion: the editor compares expansions with and without the word at the cursor, position
//! by position.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::Path;

use crate::items::HELPERS;
use crate::language::{
    Action, Advance, AuthKind, CONTEXTS, ClientAuth, DefaultOptions, DeletedKind, DispositionKind, Epoch, FieldsFrom,
    Lint, ListOptions, Location, MethodKind, MissingCursorKind, MissingRows, NoOpenapi, OnBadRow, Order, PaginatorKind,
    Repeated, RequestFormat, SourceOptions, Style,
};
use crate::syntax::{Opt, Options, Word};

/// The options of a declaration, named in the modules of their contexts.
pub(crate) fn words(args: TokenStream, item: TokenStream, krate: &Path) -> TokenStream {
    let mut words = Vec::new();
    entries(SourceOptions::CONTEXT, args, &mut words);
    module_items(item, &mut words);
    let words = words.into_iter().filter(Named::can_be_named).map(|word| match word {
        Named::Of(module, word) => {
            let module = format_ident!("{module}");
            quote!(let _ = #krate::__private::options::#module::#word;)
        }
        Named::Field { module, row, path } => quote!(let _ = |__row: &#module::#row| &__row.#(#path).*;),
    });
    // The compiler does not know this `cfg`, and the lint can be turned off only on an item around it.
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            {
                #(#words)*
            }
        };
    }
}

/// A word to name once more.
enum Named {
    /// In one of the modules.
    Of(&'static str, Ident),
    /// A field of a struct of the source's module, or one within it.
    Field { module: Ident, row: Ident, path: Vec<Ident> },
}

impl Named {
    /// The compiler parses each word, too, before it discards it: keywords, of any edition, are no names in paths.
    fn can_be_named(&self) -> bool {
        let is_name = |word: &Ident| word != "gen" && syn::parse2::<Ident>(word.to_token_stream()).is_ok();
        match self {
            Self::Of(_, word) => word == "crate" || is_name(word),
            Self::Field { path, .. } => path.iter().all(is_name),
        }
    }
}

/// Options whose values are words: the module of these words, and what makes it.
const VALUES: [(&str, &str, fn(&str) -> TokenStream); 18] = [
    ("paginator", "paginators", module_of::<PaginatorKind>),
    ("auth", "auths", module_of::<AuthKind>),
    ("method", "methods", module_of::<MethodKind>),
    ("write_disposition", "write_dispositions", module_of::<DispositionKind>),
    ("deleted", "deleted_choices", module_of::<DeletedKind>),
    ("missing_rows", "missing_rows_choices", module_of::<MissingRows>),
    ("missing_cursor", "missing_cursor_choices", module_of::<MissingCursorKind>),
    ("on_bad_row", "on_bad_row_choices", module_of::<OnBadRow>),
    ("order", "orders", module_of::<Order>),
    ("format", "formats", module_of::<Epoch>),
    ("advance", "advance_choices", module_of::<Advance>),
    ("repeated", "repeated_choices", module_of::<Repeated>),
    ("location", "locations", module_of::<Location>),
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
const ACTIONS: &str = "actions";

/// The module of the lints in `allow(…)`.
const LINTS: &str = "lints";

/// The module of the helper attributes.
const ATTRIBUTES: &str = "attributes";

/// All contexts, with their options.
fn contexts() -> impl Iterator<Item = (&'static str, &'static [Opt])> {
    CONTEXTS.iter().copied().chain([(DefaultOptions::CONTEXT, DefaultOptions::TABLE)])
}

/// The module of a type's words.
fn module_of<W: Word>(name: &str) -> TokenStream {
    module(name, W::words().map(|word| (word, "See `declarest::docs::reference`.")))
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

/// The words in the items of the source's module, which stands in braces after its name.
fn module_items(item: TokenStream, words: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = item.into_iter().collect();
    let name = named_after("mod", &tokens);
    attributes(&tokens, name.as_ref(), words);
}

/// The name after a keyword.
fn named_after(keyword: &str, tokens: &[TokenTree]) -> Option<Ident> {
    let at = tokens.iter().position(|token| matches!(token, TokenTree::Ident(word) if word == keyword))?;
    match tokens.get(at + 1)? {
        TokenTree::Ident(name) => Some(name.clone()),
        _ => None,
    }
}

/// Attributes of the language and of the usual libraries, which are no beginnings of a helper's.
const OTHERS: [&str; 16] = [
    "derive",
    "serde",
    "cfg",
    "cfg_attr",
    "doc",
    "allow",
    "deny",
    "warn",
    "expect",
    "forbid",
    "deprecated",
    "must_use",
    "non_exhaustive",
    "repr",
    "automatically_derived",
    "inline",
];

/// The helper attributes and their options, wherever they stand.
fn attributes(tokens: &[TokenTree], module: Option<&Ident>, words: &mut Vec<Named>) {
    let mut pound = false;
    for (at, token) in tokens.iter().enumerate() {
        let after_pound =
            std::mem::replace(&mut pound, matches!(token, TokenTree::Punct(sign) if sign.as_char() == '#'));
        let TokenTree::Group(group) = token else { continue };
        let mut inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if !(after_pound && group.delimiter() == Delimiter::Bracket) {
            attributes(&inner, module, words);
            continue;
        }
        // The name may stand behind `declarest::`.
        if matches!(inner.first(), Some(TokenTree::Ident(krate)) if krate == "declarest") && inner.len() > 3 {
            inner.drain(..3);
        }
        match inner.as_slice() {
            [TokenTree::Ident(name), TokenTree::Group(options)] if context_of(name).is_some() => {
                words.push(Named::Of(ATTRIBUTES, name.clone()));
                let row = named_after("struct", tokens.get(at..).unwrap_or_default());
                if let (Some(module), Some(row)) = (module, row) {
                    fields(module, &row, options.stream(), words);
                }
                if let Some(context) = context_of(name) {
                    entries(context, options.stream(), words);
                }
            }
            [TokenTree::Ident(name)] if OTHERS.iter().all(|other| name != other) => {
                words.push(Named::Of(ATTRIBUTES, name.clone()));
            }
            _ => {}
        }
    }
}

/// The fields of a row that options name.
fn fields(module: &Ident, row: &Ident, options: TokenStream, words: &mut Vec<Named>) {
    let tokens: Vec<TokenTree> = options.into_iter().collect();
    let mut add = |at: &[TokenTree]| {
        // `info.run_id`, as far as it is written.
        let is_dot = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '.');
        let mut path = Vec::new();
        for (place, token) in at.iter().enumerate() {
            match token {
                TokenTree::Ident(field) if place % 2 == 0 => path.push(field.clone()),
                _ if place % 2 == 1 && is_dot(token) => {}
                _ => break,
            }
        }
        // The columns of parents are no fields.
        if path.first().is_some_and(|field| !field.to_string().starts_with('_')) {
            words.push(Named::Field { module: module.clone(), row: row.clone(), path });
        }
    };
    let mut nested = Vec::new();
    for at in 0..tokens.len() {
        match tokens.get(at..).unwrap_or_default() {
            [TokenTree::Ident(option), TokenTree::Punct(equals), value @ ..]
                if equals.as_char() == '=' && (option == "primary_key" || option == "cursor") =>
            {
                match value.first() {
                    Some(TokenTree::Group(group)) => {
                        let names: Vec<TokenTree> = group.stream().into_iter().collect();
                        names
                            .split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','))
                            .for_each(&mut add);
                    }
                    _ => add(value),
                }
            }
            [TokenTree::Ident(option), TokenTree::Group(group), ..] if option == "incremental" => {
                nested.push(group.stream());
            }
            _ => {}
        }
    }
    for options in nested {
        fields(module, row, options, words);
    }
}

/// The first word of each entry, its value, and those of the groups in it.
fn entries(context: &'static str, tokens: TokenStream, words: &mut Vec<Named>) {
    let mut at = Place::Name;
    for token in tokens {
        at = match (token, at) {
            (TokenTree::Punct(sign), _) if sign.as_char() == ',' => Place::Name,
            (TokenTree::Punct(sign), Place::Named(name)) if sign.as_char() == '=' => Place::Value(name),
            (TokenTree::Ident(word), Place::Name) => {
                words.push(Named::Of(context, word.clone()));
                Place::Named(word)
            }
            (TokenTree::Ident(word), Place::Value(name)) => {
                words.extend(values(&name).map(|values| Named::Of(values, word.clone())));
                Place::Named(word)
            }
            (TokenTree::Group(group), Place::Named(name)) => {
                if let Some(context) = context_of(&name) {
                    entries(context, group.stream(), words);
                } else if name == "response_actions" {
                    actions(group.stream(), words);
                } else if name == "allow" {
                    lints(group.stream(), words);
                }
                Place::Elsewhere
            }
            _ => Place::Elsewhere,
        };
    }
}

/// The words after `=` in `response_actions(…)`.
fn actions(tokens: TokenStream, words: &mut Vec<Named>) {
    let mut equals = false;
    for token in tokens {
        let after = std::mem::replace(&mut equals, matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '='));
        if let TokenTree::Ident(word) = token
            && after
        {
            words.push(Named::Of(ACTIONS, word));
        }
    }
}

/// The words in `allow(…)`.
fn lints(tokens: TokenStream, words: &mut Vec<Named>) {
    let lints = tokens.into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(Named::Of(LINTS, word)),
        _ => None,
    });
    words.extend(lints);
}

/// Where in an entry a token is.
enum Place {
    /// At its beginning.
    Name,
    /// After a word that may have options.
    Named(Ident),
    /// After the `=` of an option.
    Value(Ident),
    Elsewhere,
}

/// The context that a group in parentheses is one of.
fn context_of(name: &Ident) -> Option<&'static str> {
    // The names in `params(…)` are the user's.
    contexts()
        .map(|(context, _)| context)
        .filter(|context| *context != ListOptions::CONTEXT)
        .find(|context| name == context)
}

/// The module of an option's values, where they are words.
fn values(option: &Ident) -> Option<&'static str> {
    VALUES.into_iter().find_map(|(name, values, _)| (option == name).then_some(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(args: &str, item: &str) -> Vec<String> {
        let parsed = |text: &str| text.parse::<TokenStream>().expect("tokens");
        let words = words(parsed(args), parsed(item), &crate::naming::default_crate()).to_string().replace(' ', "");
        let words = words.split("let_=").skip(1).filter_map(|word| Some(word.split_once(';')?.0.to_owned()));
        let bare = |word: String| word.rsplit_once("options::").map_or(word.clone(), |(_, word)| word.to_owned());
        words.map(bare).collect()
    }

    #[test]
    fn what_is_begun_is_named_in_its_context() {
        let args = r#"base_url = "https://a.b", auth = be, retry(max_), params(mine: u32), resource_defaults(paginator = page_number(li), wri), cra"#;
        let words = [
            "source::base_url",
            "source::auth",
            "auths::be",
            "source::retry",
            "retry::max_",
            "source::params",
            "source::resource_defaults",
            "resource_defaults::paginator",
            "paginators::page_number",
            "page_number::li",
            "resource_defaults::wri",
            "source::cra",
        ];
        assert_eq!(named(args, ""), words);
        let item = r#"mod m { #[declarest::resource(path = "/a", incremental(cu))] struct A { #[column(sk)] #[serde(default)] a: u32 } #[other] #[nested(re)] fn"#;
        let words = [
            "attributes::resource",
            "resource::path",
            "resource::incremental",
            "incremental::cu",
            "attributes::column",
            "column::sk",
            "attributes::other",
            "attributes::nested",
            "nested::re",
        ];
        assert_eq!(named("", &format!("{item} }}")), words);
    }

    #[test]
    fn fields_and_values_can_be_chosen() {
        let item = r#"pub mod m {
            #[resource(primary_key = (id, _posts_id, info.na), write_disposition = mer, incremental(cursor = at), response_actions(404 = ig, "x" = re))]
            #[derive(Debug)]
            pub struct Row { pub id: u64 }
            #[nes] struct Part { a: u32 }
        }"#;
        let words = [
            "attributes::resource",
            "|__row:&m::Row|&__row.id",
            "|__row:&m::Row|&__row.info.na",
            "|__row:&m::Row|&__row.at",
            "resource::primary_key",
            "resource::write_disposition",
            "write_dispositions::mer",
            "resource::incremental",
            "incremental::cursor",
            "resource::response_actions",
            "actions::ig",
            "actions::re",
            "attributes::nes",
        ];
        assert_eq!(named("", item), words);
    }

    #[test]
    fn every_option_with_words_has_them() {
        for (written, word) in [
            ("deleted = ma", "deleted_choices::ma"),
            ("missing_cursor = ke", "missing_cursor_choices::ke"),
            ("fields = re", "fields_choices::re"),
            ("incremental(order = de)", "orders::de"),
            ("paginator = offset(advance = li)", "advance_choices::li"),
            ("paginator = cursor(repeated = en)", "repeated_choices::en"),
            ("auth = oauth2_client_credentials(request_format = js)", "request_formats::js"),
            ("allow(fixed_page, unu)", "lints::unu"),
        ] {
            let item = format!("mod m {{ #[resource({written})] struct Row; }}");
            assert_eq!(named("", &item).last().map(String::as_str), Some(word), "{written}");
        }
        let modules = modules().to_string();
        for name in VALUES.iter().map(|(_, name, _)| *name).chain([ACTIONS, LINTS, ATTRIBUTES]) {
            assert!(modules.contains(&format!("pub mod {name} {{")), "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_not_named() {
        assert_eq!(named("_ = 1, type = 2, crate = x, auth = _", ""), ["source::crate", "source::auth"]);
        let item = "mod m { #[resource(primary_key = (gen, info.type))] struct Row; }";
        assert_eq!(named("", item), ["attributes::resource", "resource::primary_key"]);
    }

    #[test]
    fn every_option_can_be_chosen() {
        let modules = modules().to_string();
        for (context, table) in CONTEXTS {
            assert!(modules.contains(&format!("pub mod {context} ")), "{context}");
            for option in table.iter().filter(|option| option.name != "crate") {
                assert!(modules.contains(&format!("pub const {} : ()", option.name)), "{}", option.name);
            }
        }
    }

    /// An editor compares expansions with and without the word at the cursor up to that word.
    #[test]
    fn words_stand_first() {
        let parsed = |text: &str| text.parse::<TokenStream>().expect("tokens");
        for item in ["pub mod m { #[resource(pa)] pub struct A { pub id: u32 } }", "mod m; struct"] {
            let expansion = crate::source(parsed("bas"), parsed(item)).to_string();
            let first = expansion.find("options").expect("words");
            assert!(first < expansion.find("compile_error").expect("an error"), "{expansion}");
        }
    }
}
