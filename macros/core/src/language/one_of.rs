//! `auth = one_of(bearer(token = secret(token)), api_key(…))`: the first whose secrets are all there.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, parenthesized, token};

use super::auth::Auth;
use crate::diagnostic::Sink;
use crate::naming::unraw;
use crate::syntax::{OptionValue as _, entries};

pub(super) fn read(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<Auth>> {
    const FEW: &str = "`one_of` needs several kinds to choose from\nhelp: write `one_of(bearer(token = secret(a)), api_key(name = \"X-Api-Key\", api_key = secret(b)))`";
    if !input.peek(token::Paren) {
        errors.report(word, FEW);
        return Ok(None);
    }
    let content;
    parenthesized!(content in input);
    let mut choices: Vec<(Ident, Auth)> = Vec::new();
    entries(&content, errors, |input| {
        // What stands first is the kind, or an error of its own.
        let kind = input.fork().call(Ident::parse_any);
        if let Some(word) = kind.as_ref().ok().filter(|word| *word == "one_of") {
            let message = "`one_of` does not hold another\nhelp: write its kinds here, in their order";
            return Err(syn::Error::new_spanned(word, message));
        }
        let auth = Auth::read(input, errors)?;
        choices.push((kind?, auth));
        Ok(())
    });
    if choices.len() < 2 && errors.is_sound() {
        errors.report(word, FEW);
    }
    for (at, (word, auth)) in choices.iter().enumerate() {
        never_chosen(word, auth, choices.get(..at).unwrap_or_default(), errors);
    }
    Ok(Some(Auth::OneOf(choices.into_iter().map(|(_, auth)| auth).collect())))
}

/// Reports a kind that another one before it always precedes: that one needs no other secrets.
fn never_chosen(word: &Ident, auth: &Auth, before: &[(Ident, Auth)], errors: &Sink) {
    let names = |auth: &Auth| auth.secrets().into_iter().map(|secret| unraw(&secret.name)).collect::<Vec<_>>();
    if !errors.is_sound() {
        return;
    }
    let own = names(auth);
    for (first, earlier) in before {
        let needed = names(earlier);
        if needed.iter().all(|name| own.contains(name)) {
            let what = match needed.as_slice() {
                [] => format!("`{first}` needs no secret"),
                _ if needed.len() == own.len() => format!("`{first}` needs the same secrets"),
                _ => format!("`{first}` needs some of its secrets, and no other"),
            };
            let message = format!(
                "`{word}` is never chosen: {what}, and stands before it\nhelp: write `{word}` first, or leave it out"
            );
            return errors.conflict(word, message, first, "this is chosen whenever that could be");
        }
    }
}
