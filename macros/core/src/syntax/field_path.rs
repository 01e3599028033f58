//! A field of a row, or of a part of it: `id`, `info.run_id`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, parenthesized, token};

use super::list::{add, entries};
use super::option::Form;
use super::value::{OptionValue, in_brackets, name};
use crate::diagnostic::Sink;

/// The name of a field, or the names of fields inside of each other.
#[derive(Clone)]
pub(crate) struct FieldPath {
    /// The field of the row.
    pub(crate) first: Ident,
    /// The fields inside of it.
    pub(crate) inner: Vec<Ident>,
}

impl FieldPath {
    /// Reads it, called so in messages.
    pub(crate) fn read_as(input: ParseStream<'_>, what: &str) -> syn::Result<Self> {
        let first = name(input, what)?;
        let mut inner = Vec::new();
        while let Some(dot) = input.parse::<Option<Token![.]>>()? {
            if input.is_empty() {
                return Err(syn::Error::new_spanned(dot, format!("expected {what} after `.`, found nothing")));
            }
            inner.push(name(input, "the name of a field inside of it")?);
        }
        Ok(Self { first, inner })
    }

    /// All names, from the outside.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        std::iter::once(&self.first).chain(&self.inner)
    }

    /// As it is written.
    pub(crate) fn written(&self) -> String {
        self.joined(".")
    }

    /// The column of a key: the names, joined.
    pub(crate) fn column(&self) -> String {
        self.joined("_")
    }

    /// Where its last name is.
    pub(crate) fn span(&self) -> Span {
        self.inner.last().unwrap_or(&self.first).span()
    }

    fn joined(&self, between: &str) -> String {
        self.names().map(|name| name.unraw().to_string()).collect::<Vec<_>>().join(between)
    }
}

impl ToTokens for FieldPath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.names().for_each(|name| name.to_tokens(tokens));
    }
}

impl OptionValue for FieldPath {
    const FORM: Form = Form::Value("field");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        Self::read_as(input, "the name of a field")
    }
}

/// One field, or several in parentheses.
#[derive(Clone)]
pub(crate) struct FieldPaths(pub(crate) Vec<FieldPath>);

impl OptionValue for FieldPaths {
    const FORM: Form = Form::Value("key");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(token::Bracket) {
            return Err(in_brackets(input));
        }
        if !input.peek(token::Paren) {
            return Ok(Self(vec![FieldPath::read(input, errors)?]));
        }
        let content;
        let parentheses = parenthesized!(content in input);
        let mut paths = Vec::new();
        let inner = errors.child();
        entries(&content, &inner, |input| {
            let path = FieldPath::read(input, &inner)?;
            add(&mut paths, path, "named", &inner, |path| {
                (path.written(), path.to_token_stream(), format!("`{}`", path.written()))
            });
            Ok(())
        });
        if paths.is_empty() && inner.is_sound() {
            return Err(syn::Error::new(parentheses.span.join(), "expected the names of fields, found none"));
        }
        Ok(Self(paths))
    }
}
