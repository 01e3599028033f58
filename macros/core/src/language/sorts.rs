//! `sorts(line = "sort=line", line desc = "sort=line&order=desc")`: the orders in which the API can list the rows.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, parenthesized};

use crate::diagnostic::Sink;
use crate::literal::SortQuery;
use crate::syntax::{FieldPath, Form, OptionValue, Text, add, entries, expected};

/// The orders, each once.
#[derive(Clone)]
pub(crate) struct Sorts(pub(crate) Vec<Sort>);

/// One order, and what asks for it.
#[derive(Clone)]
pub(crate) struct Sort {
    pub(crate) field: FieldPath,
    pub(crate) descending: bool,
    pub(crate) query: Text<SortQuery>,
}

impl OptionValue for Sorts {
    const FORM: Form = Form::Group("field = \"sort=field\", field desc = \"sort=-field\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let (mut sorts, inner) = (Vec::new(), errors.child());
        entries(&content, &inner, |input| {
            add(&mut sorts, sort(input, &inner)?, "declared", &inner, |Sort { field, descending, .. }| {
                let written = format!("{}{}", field.written(), if *descending { " desc" } else { "" });
                (written.clone(), quote::ToTokens::to_token_stream(field), format!("the order `{written}`"))
            });
            Ok(())
        });
        if sorts.is_empty() && inner.is_sound() {
            let message = "expected an order, found none\nhelp: write `sorts(field = \"sort=field\")`";
            return Err(syn::Error::new(parentheses.span.join(), message));
        }
        Ok(Self(sorts))
    }
}

fn sort(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Sort> {
    let field = FieldPath::read_as(input, "the name of a field")?;
    let descending = if input.peek(Ident::peek_any) {
        let word = input.call(Ident::parse_any)?;
        match word.to_string().as_str() {
            "asc" => false,
            "desc" => true,
            other => {
                let meant = match other.to_ascii_lowercase().as_str() {
                    "asc" | "ascending" => "\nhelp: write `asc`, or leave it out",
                    "desc" | "descending" => "\nhelp: write `desc`",
                    _ => "",
                };
                return Err(syn::Error::new_spanned(
                    &word,
                    format!("expected `asc`, `desc` or `=`, found `{other}`{meant}"),
                ));
            }
        }
    } else {
        false
    };
    if !input.peek(Token![=]) {
        return Err(expected(
            input,
            "`=` and the query parameters that ask for this order, such as `= \"sort=field\"`",
        ));
    }
    input.parse::<Token![=]>()?;
    Ok(Sort { field, descending, query: Text::read(input, errors)? })
}
