//! Words of a resource that are one of a few: the method, the paginator, the write disposition.

use syn::parse::ParseStream;
use syn::{Ident, parenthesized, token};

use super::list::ReadAll;
use super::option::Form;
use super::value::{Value, choice};
use crate::sink::Sink;
use crate::vocabulary::{PageNumberOptions, SinglePageOptions};

#[derive(Clone, Copy)]
pub(crate) enum Method {
    Get,
}

impl Value for Method {
    const FORM: Form = Form::Value("GET");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        choice(input, "method", &[("GET", Some(Self::Get)), ("POST", None)]).map(|(method, _)| method)
    }
}

/// What a sync does with rows that are there already, and where that is said.
#[derive(Clone)]
pub(crate) struct Disposition {
    pub(crate) kind: DispositionKind,
    pub(crate) word: Ident,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DispositionKind {
    Merge,
    Append,
}

impl Value for Disposition {
    const FORM: Form = Form::Value("merge");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        const KINDS: &[(&str, Option<DispositionKind>)] =
            &[("merge", Some(DispositionKind::Merge)), ("append", Some(DispositionKind::Append)), ("replace", None)];
        let (kind, word) = choice(input, "write disposition", KINDS)?;
        Ok(Self { kind, word })
    }
}

/// How the pages follow each other.
pub(crate) enum Paginator {
    PageNumber { word: Ident, options: Box<PageNumberOptions> },
    SinglePage,
}

#[derive(Clone, Copy)]
enum Kind {
    PageNumber,
    SinglePage,
}

const KINDS: &[(&str, Option<Kind>)] = &[
    ("page_number", Some(Kind::PageNumber)),
    ("single_page", Some(Kind::SinglePage)),
    ("offset", None),
    ("cursor", None),
    ("header_cursor", None),
    ("header_link", None),
    ("json_link", None),
    ("auto", None),
    ("custom", None),
];

impl Value for Paginator {
    const FORM: Form = Form::Value("page_number(…)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let (kind, word) = choice(input, "paginator", KINDS)?;
        match kind {
            Kind::PageNumber => {
                let options = optional_group::<PageNumberOptions>(input, errors)?;
                Ok(Self::PageNumber { word, options: Box::new(options) })
            }
            Kind::SinglePage => {
                optional_group::<SinglePageOptions>(input, errors)?;
                Ok(Self::SinglePage)
            }
        }
    }
}

/// The options of a paginator, whose parentheses may be left out when it has none.
fn optional_group<O: ReadAll>(input: ParseStream<'_>, errors: &Sink) -> syn::Result<O> {
    if !input.peek(token::Paren) {
        return Ok(O::default());
    }
    let content;
    parenthesized!(content in input);
    Ok(O::read_all(&content, errors))
}
