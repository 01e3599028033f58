//! Completion in editors. rust-analyzer completes a word where its token is in the expansion; so under
//! `cfg(rust_analyzer)` each option that is written, or begun, is named once more: as an item of a module that holds
//! all options of its context.
//!
//! The raw tokens are walked, since a declaration that is being typed often cannot be parsed. The output comes before
//! everything else in the expansion: the editor compares expansions with and without the word at the cursor, position
//! by position.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::Path;

use crate::language::{AuthKind, CONTEXTS, DefaultOptions, ListOptions, PaginatorKind, SourceOptions};
use crate::syntax::{Opt, Options, Word};

/// The options of a declaration, named in the modules of their contexts.
pub(crate) fn words(args: TokenStream, item: TokenStream, krate: &Path) -> TokenStream {
    let mut words = Vec::new();
    entries(SourceOptions::CONTEXT, args, &mut words);
    attributes(item, &mut words);
    // Only names are allowed in paths: the compiler parses this, too, before it discards it.
    let is_name = |word: &Ident| word == "crate" || syn::parse2::<Ident>(word.to_token_stream()).is_ok();
    let words = words.into_iter().filter(|(_, word)| is_name(word)).map(|(context, word)| {
        let context = format_ident!("{context}");
        quote!(let _ = #krate::__private::options::#context::#word;)
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

/// The modules of all contexts: what there is to choose from.
pub(crate) fn modules() -> TokenStream {
    let options = contexts().map(|(context, table)| {
        let words = table.iter().map(|option| (option.name, option.doc));
        module(context, words)
    });
    let kinds = |kind: &'static str| (kind, "See `declarest::language`.");
    let values =
        [module("paginators", PaginatorKind::words().map(kinds)), module("auths", AuthKind::words().map(kinds))];
    options.chain(values).collect()
}

/// All contexts, with their options.
fn contexts() -> impl Iterator<Item = (&'static str, &'static [Opt])> {
    CONTEXTS.iter().copied().chain([(DefaultOptions::CONTEXT, DefaultOptions::TABLE)])
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

/// The options of the helper attributes, wherever they stand.
fn attributes(tokens: TokenStream, words: &mut Vec<(&'static str, Ident)>) {
    let mut pound = false;
    for token in tokens {
        let after_pound =
            std::mem::replace(&mut pound, matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '#'));
        let TokenTree::Group(group) = token else { continue };
        if !(after_pound && group.delimiter() == Delimiter::Bracket) {
            attributes(group.stream(), words);
            continue;
        }
        let mut inner = group.stream().into_iter();
        if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(options))) = (inner.next(), inner.next())
            && let Some(context) = context_of(&name)
        {
            entries(context, options.stream(), words);
        }
    }
}

/// The first word of each entry, and those of the groups in it.
fn entries(context: &'static str, tokens: TokenStream, words: &mut Vec<(&'static str, Ident)>) {
    let mut at = Place::Name;
    for token in tokens {
        at = match (token, at) {
            (TokenTree::Punct(sign), _) if sign.as_char() == ',' => Place::Name,
            (TokenTree::Punct(sign), Place::Named(name)) if sign.as_char() == '=' => Place::Value(name),
            (TokenTree::Ident(word), Place::Name) => {
                words.push((context, word.clone()));
                Place::Named(word)
            }
            (TokenTree::Ident(word), Place::Value(name)) => {
                words.extend(values(&name).map(|values| (values, word.clone())));
                Place::Named(word)
            }
            (TokenTree::Group(group), Place::Named(name)) => {
                if let Some(context) = context_of(&name) {
                    entries(context, group.stream(), words);
                }
                Place::Elsewhere
            }
            _ => Place::Elsewhere,
        };
    }
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
    [("paginator", "paginators"), ("auth", "auths")]
        .into_iter()
        .find_map(|(name, values)| (option == name).then_some(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(args: &str, item: &str) -> Vec<String> {
        let parsed = |text: &str| text.parse::<TokenStream>().expect("tokens");
        let words = words(parsed(args), parsed(item), &crate::naming::default_crate()).to_string().replace(' ', "");
        words.split("options::").skip(1).filter_map(|word| Some(word.split_once(';')?.0.to_owned())).collect()
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
        let item = r#"mod m { #[resource(path = "/a", incremental(cu))] struct A { #[column(sk)] #[serde(default)] a: u32 } #[other] #[nested(re)] fn"#;
        let words = ["resource::path", "resource::incremental", "incremental::cu", "column::sk", "nested::re"];
        assert_eq!(named("", &format!("{item} }}")), words);
    }

    #[test]
    fn what_is_no_name_is_not_named() {
        assert_eq!(named("_ = 1, type = 2, crate = x, auth = _", ""), ["source::crate", "source::auth"]);
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
