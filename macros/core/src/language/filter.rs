//! `filters severity`, `filters >= line`: which rows a param narrows the resource to.

use quote::ToTokens;
use syn::Token;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{FieldPath, Form, OptionValue, found};

/// The field that a param is compared with, and how.
#[derive(Clone)]
pub(crate) struct Filters {
    pub(crate) operator: FilterOperator,
    pub(crate) field: FieldPath,
}

/// How the values of a field are compared with a param: `field operator param`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterOperator {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl FilterOperator {
    /// As it is written.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The name of the runtime's variant.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Equal => "Equal",
            Self::Less => "Less",
            Self::LessOrEqual => "LessOrEqual",
            Self::Greater => "Greater",
            Self::GreaterOrEqual => "GreaterOrEqual",
        }
    }

    pub(crate) fn is_bound(self) -> bool {
        self != Self::Equal
    }

    /// Whether it is a lower bound.
    pub(crate) fn is_start(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }
}

impl OptionValue for Filters {
    const FORM: Form = Form::Open("field");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        if input.is_empty() || input.peek(Token![,]) {
            let help = "write `filters field`, or a bound such as `filters >= field`";
            let message = format!("expected the name of a field, found nothing\nhelp: {help}");
            return Err(syn::Error::new(input.span(), message));
        }
        let operator = operator(input)?;
        let field = FieldPath::read_as(input, "the name of a field")?;
        if !(input.is_empty() || input.peek(Token![,])) {
            return Err(input.error(format!(
                "expected `,` or the end after `{}`, found {}\nhelp: the operator stands before the field: `filters >= {}`",
                field.written(),
                found(input),
                field.written()
            )));
        }
        Ok(Self { operator, field })
    }
}

fn operator(input: ParseStream<'_>) -> syn::Result<FilterOperator> {
    if input.peek(Token![==]) || input.peek(Token![!=]) {
        let help = "write `filters field` for the rows with the param's value, `filters >= field` for a bound";
        let error = input.error(format!("an operator is `=`, `<`, `<=`, `>` or `>=`\nhelp: {help}"));
        return Err(error);
    }
    macro_rules! first_of {
        ($($sign:tt => $operator:ident,)*) => {
            $(if input.parse::<Option<Token![$sign]>>()?.is_some() {
                return Ok(FilterOperator::$operator);
            })*
        };
    }
    first_of!(>= => GreaterOrEqual, <= => LessOrEqual, > => Greater, < => Less, = => Equal,);
    Ok(FilterOperator::Equal)
}

impl ToTokens for Filters {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        self.field.to_tokens(tokens);
    }
}
