//! The words of a declaration that is being typed: its raw tokens are walked, whatever they mean.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;

use super::names::{ACTIONS, ATTRIBUTES, LINTS, context_of, values};

/// A word to name once more.
pub(super) enum Named {
    /// In one of the modules.
    Of(&'static str, Ident),
    /// A field of a struct of the source's module, or one within it.
    Field { module: Ident, row: Ident, path: Vec<Ident> },
}

impl Named {
    /// The compiler parses each word, too, before it discards it: keywords, of any edition, are no names in paths.
    pub(super) fn can_be_named(&self) -> bool {
        let is_name = |word: &Ident| word != "gen" && syn::parse2::<Ident>(word.to_token_stream()).is_ok();
        match self {
            Self::Of(_, word) => word == "crate" || is_name(word),
            Self::Field { path, .. } => path.iter().all(is_name),
        }
    }
}

/// The words in the items of the source's module, which stands in braces after its name.
pub(super) fn module_items(item: TokenStream, words: &mut Vec<Named>) {
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
                    Some(TokenTree::Group(group)) => each(group, &mut add),
                    _ => add(value),
                }
            }
            [TokenTree::Ident(option), TokenTree::Group(group), ..] if option == "incremental" => {
                nested.push(group.stream());
            }
            [TokenTree::Ident(option), TokenTree::Group(group), ..] if option == "params" => {
                nested.extend(group.stream().into_iter().filter_map(|token| match token {
                    TokenTree::Group(options) => Some(options.stream()),
                    _ => None,
                }));
            }
            [TokenTree::Ident(option), TokenTree::Group(group), ..] if option == "sorts" => each(group, &mut add),
            [TokenTree::Ident(option), value @ ..] if option == "filters" => {
                let signs = value.iter().take_while(|token| matches!(token, TokenTree::Punct(_))).count();
                add(value.get(signs..).unwrap_or_default());
            }
            _ => {}
        }
    }
    for options in nested {
        fields(module, row, options, words);
    }
}

/// The entries of a list.
fn each(list: &Group, add: &mut dyn FnMut(&[TokenTree])) {
    let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
    tokens.split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',')).for_each(add);
}

/// The first word of each entry, its value, and those of the groups in it.
pub(super) fn entries(context: &'static str, tokens: TokenStream, words: &mut Vec<Named>) {
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
