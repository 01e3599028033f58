//! Texts of `auth`, which client-wide params are filled in to: `"{email}/token"`, or the plain name of one.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, token};

use crate::literal::{Template, TemplatePart};
use crate::syntax::string;

/// A text with the names of client-wide params.
#[derive(Clone)]
pub(crate) struct ClientText {
    pub(crate) pattern: Template,
    pub(crate) token: TokenStream,
}

impl ClientText {
    /// Reads a string, or the name of a param.
    pub(super) fn read(input: ParseStream<'_>, example: &str) -> syn::Result<Self> {
        if Self::is_name(input) {
            return input.parse().map(|name: Ident| Self::named(&name));
        }
        let token = string(input, example)?;
        let pattern = Template::parse(&token.value()).map_err(|message| syn::Error::new_spanned(&token, message))?;
        Ok(Self { pattern, token: token.into_token_stream() })
    }

    /// Whether the name of a param follows.
    pub(super) fn is_name(input: ParseStream<'_>) -> bool {
        let is_word = input.peek(Ident) && !input.peek2(token::Paren) && !input.peek2(Token![::]);
        is_word && input.fork().parse::<Ident>().is_ok_and(|name| name != "secret")
    }

    /// The value of a param.
    fn named(name: &Ident) -> Self {
        let pattern = Template { parts: vec![TemplatePart::Param(name.unraw().to_string())] };
        Self { pattern, token: name.to_token_stream() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pattern.parts.is_empty()
    }
}

/// A text of `auth`, and where it stands.
pub(crate) struct AuthText {
    pub(crate) text: ClientText,
    pub(crate) place: AuthPlace,
}

/// Where a text of `auth` stands.
#[derive(Clone, Copy)]
pub(crate) enum AuthPlace {
    Url,
    /// What is always sent, by its name.
    Needed(&'static str),
    /// What is left out where a param in it has no value.
    Field,
}

impl AuthPlace {
    /// A text in this place.
    pub(super) fn of(self, text: &ClientText) -> AuthText {
        AuthText { text: text.clone(), place: self }
    }

    /// The same for a string that was read.
    pub(super) fn template(self, pattern: &Template, token: &LitStr) -> AuthText {
        AuthText { text: ClientText { pattern: pattern.clone(), token: token.to_token_stream() }, place: self }
    }

    /// The same for the name of a param.
    pub(super) fn param(self, name: &Ident) -> AuthText {
        AuthText { text: ClientText::named(name), place: self }
    }
}

impl AuthText {
    /// Whether it is the plain name of a param.
    pub(crate) fn is_name(&self) -> bool {
        syn::parse2::<Ident>(self.text.token.clone()).is_ok()
    }
}
