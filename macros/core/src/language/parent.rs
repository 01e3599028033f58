//! `include_from_parent(id, posts.title)`.

use syn::parse::ParseStream;
use syn::{Ident, Token, parenthesized};

use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, entries, name};

/// Columns of parents that are added to the table.
#[derive(Clone)]
pub(crate) struct Included(pub(crate) Vec<IncludedField>);

/// A field of the nearest parent, or of the one that is named.
#[derive(Clone)]
pub(crate) struct IncludedField {
    pub(crate) resource: Option<Ident>,
    pub(crate) field: Ident,
}

impl OptionValue for Included {
    const FORM: Form = Form::Group("id, name");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let mut fields = Vec::new();
        let inner = errors.child();
        entries(&content, &inner, |input| {
            let first = name(input, "the name of a parent's field")?;
            fields.push(if input.peek(Token![.]) {
                input.parse::<Token![.]>()?;
                let field = name(input, "the name of a parent's field")?;
                IncludedField { resource: Some(first), field }
            } else {
                IncludedField { resource: None, field: first }
            });
            Ok(())
        });
        if fields.is_empty() && inner.is_sound() {
            return Err(syn::Error::new(
                parentheses.span.join(),
                "expected the names of a parent's fields, found none",
            ));
        }
        Ok(Self(fields))
    }
}
