//! `include_range(start, end)`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, parenthesized};

use crate::diagnostic::Sink;
use crate::literal::RangeBound;
use crate::syntax::{Form, OptionValue, add, entries, name};

/// Ends of the requested range that are columns of the table, each once.
#[derive(Clone)]
pub(crate) struct IncludedRange(pub(crate) Vec<(RangeBound, Ident)>);

impl OptionValue for IncludedRange {
    const FORM: Form = Form::Group("start, end");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let (mut bounds, inner) = (Vec::new(), errors.child());
        entries(&content, &inner, |input| {
            let word = name(input, "`start` or `end`")?;
            let bound = match word.to_string().as_str() {
                "start" => RangeBound::Start,
                "end" => RangeBound::End,
                other => {
                    return Err(syn::Error::new_spanned(&word, format!("expected `start` or `end`, found `{other}`")));
                }
            };
            add(&mut bounds, (bound, word), "included", &inner, |(_, word)| {
                (word.unraw(), word.clone(), format!("the {word} of the range"))
            });
            Ok(())
        });
        if bounds.is_empty() && inner.is_sound() {
            return Err(syn::Error::new(parentheses.span.join(), "expected `start` or `end`, found none"));
        }
        Ok(Self(bounds))
    }
}
