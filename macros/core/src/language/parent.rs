//! `include_from_parent(id, posts.title, author.login)`.

use syn::parenthesized;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{FieldPath, Form, OptionValue, entries};

/// Columns of parents that are added to the table: fields of the nearest parent, or of the one that a path begins with.
#[derive(Clone)]
pub(crate) struct Included(pub(crate) Vec<FieldPath>);

impl OptionValue for Included {
    const FORM: Form = Form::Group("id, name");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let mut fields = Vec::new();
        let inner = errors.child();
        entries(&content, &inner, |input| {
            fields.push(FieldPath::read_as(input, "the name of a parent's field")?);
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
