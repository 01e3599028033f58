//! `partition_by(zone in ["DE", "FR"], symbol in symbols)`, and `include_partition(zone)`.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, parenthesized, token};

use super::json::{JsonTemplate, Scalar, scalar};
use crate::diagnostic::Sink;
use crate::naming::identifier;
use crate::syntax::{Form, OptionValue, add, array, entries, expected, name, skip};

/// Values that a resource is read for, once for each combination.
#[derive(Clone)]
pub(crate) struct Partitions {
    pub(crate) all: Vec<PartitionBy>,
    /// Whether all that were written could be read: only then is an unknown name certainly a mistake.
    pub(crate) sound: bool,
}

/// A name, and the values that it has one after the other.
#[derive(Clone)]
pub(crate) struct PartitionBy {
    pub(crate) name: Ident,
    pub(crate) values: PartitionValues,
}

/// The values of a partition, each once: at least one.
#[derive(Clone)]
pub(crate) enum PartitionValues {
    Texts(Vec<Scalar>),
    Integers(Vec<Scalar>),
    /// Some of them with a fraction.
    Numbers(Vec<Scalar>),
    /// Those of a client-wide param.
    Param(Ident),
    /// Values that could not be read.
    Unread,
}

impl PartitionValues {
    /// Those that are written down.
    pub(crate) fn written(&self) -> &[Scalar] {
        match self {
            Self::Texts(values) | Self::Integers(values) | Self::Numbers(values) => values,
            Self::Param(_) | Self::Unread => &[],
        }
    }
}

impl OptionValue for Partitions {
    const FORM: Form = Form::Group("name in [\"a\", \"b\"]");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let (mut all, inner) = (Vec::new(), errors.child());
        entries(&content, &inner, |input| {
            let name = partition_name(input, &inner)?;
            let values = listed(input, &name, &inner).unwrap_or_else(|error| {
                inner.push(error);
                skip(input);
                PartitionValues::Unread
            });
            let partition = PartitionBy { name, values };
            add(&mut all, partition, "declared", &inner, |PartitionBy { name, .. }| {
                (name.unraw(), name.clone(), format!("the partition `{name}`"))
            });
            Ok(())
        });
        if all.is_empty() && inner.is_sound() {
            let message = "expected a partition, found none\nhelp: write `partition_by(zone in [\"DE\", \"FR\"])`";
            return Err(syn::Error::new(parentheses.span.join(), message));
        }
        Ok(Self { all, sound: inner.is_sound() })
    }
}

/// Reads the name of a partition; one in quotes is reported, and taken as the name that is meant.
fn partition_name(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Ident> {
    const WHAT: &str = "the name of a partition";
    let quoted = input.fork().parse::<LitStr>().ok().and_then(|text| identifier(&text.value(), text.span()));
    match (name(input, WHAT), quoted) {
        (Err(error), Some(name)) => {
            errors.push(error);
            Ok(name)
        }
        (name, _) => name,
    }
}

/// Reads what follows a partition's name.
fn listed(input: ParseStream<'_>, name: &Ident, errors: &Sink) -> syn::Result<PartitionValues> {
    if !input.peek(Token![in]) {
        let error = expected(input, "`in` and a list");
        let help =
            format!("write `{name} in [\"a\", \"b\"]`, or `{name} in …` with a client-wide param of the type `Vec`");
        return Err(syn::Error::new(error.span(), format!("{error}\nhelp: {help}")));
    }
    input.parse::<Token![in]>()?;
    values(input, name, errors)
}

fn values(input: ParseStream<'_>, partition: &Ident, errors: &Sink) -> syn::Result<PartitionValues> {
    const WHAT: &str = "a string or a number";
    const EXAMPLE: &str = "[\"DE\", \"FR\"]";
    if input.peek(Ident::peek_any) {
        return name(input, "the name of a client-wide param").map(PartitionValues::Param);
    }
    if !input.peek(token::Bracket) {
        return Err(expected(input, &format!("a list such as `{EXAMPLE}`, or the name of a client-wide param")));
    }
    let (list, inner) = (input.fork().parse::<TokenTree>()?, errors.child());
    let read = |input: ParseStream<'_>| scalar(input, WHAT);
    let describe = |value: &Scalar| (value.text.clone(), value.token.clone(), format!("`{}`", value.token));
    let values: Vec<Scalar> = array(input, &inner, EXAMPLE, read, describe)?;
    if values.is_empty() && inner.is_sound() {
        let message = format!(
            "`{partition}` has no values, and nothing would be read\nhelp: list them: `{partition} in [\"a\", \"b\"]`"
        );
        return Err(syn::Error::new_spanned(list, message));
    }
    if let Some(flag) = values.iter().find(|value| matches!(value.json, JsonTemplate::Bool(_))) {
        let message = format!("expected {WHAT}, found `{0}`\nhelp: write it as a string: `\"{0}\"`", flag.text);
        return Err(syn::Error::new_spanned(&flag.token, message));
    }
    let is_text = |value: &Scalar| matches!(value.json, JsonTemplate::Text(_));
    let is_whole = |value: &Scalar| matches!(value.json, JsonTemplate::Integer(_));
    let first = values.first().map(is_text);
    if let Some(other) = values.iter().find(|value| Some(is_text(value)) != first) {
        let (one, another) = if first == Some(true) { ("strings", "a number") } else { ("numbers", "a string") };
        let message =
            format!("the values of `{partition}` are {one}, and this is {another}\nhelp: write all of them alike");
        return Err(syn::Error::new_spanned(&other.token, message));
    }
    Ok(match first {
        Some(false) if values.iter().all(is_whole) => PartitionValues::Integers(values),
        Some(false) => PartitionValues::Numbers(values),
        _ => PartitionValues::Texts(values),
    })
}

/// Partitions whose values are columns of the table.
#[derive(Clone)]
pub(crate) struct IncludedPartitions(pub(crate) Vec<Ident>);

impl OptionValue for IncludedPartitions {
    const FORM: Form = Form::Group("zone");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let (mut names, inner) = (Vec::new(), errors.child());
        entries(&content, &inner, |input| {
            let partition = name(input, "the name of a partition")?;
            add(&mut names, partition, "included", &inner, |name| {
                (name.unraw(), name.clone(), format!("the partition `{name}`"))
            });
            Ok(())
        });
        if names.is_empty() && inner.is_sound() {
            return Err(syn::Error::new(parentheses.span.join(), "expected the names of partitions, found none"));
        }
        Ok(Self(names))
    }
}
