//! `filters severity`, `filters >= line`: which rows a param narrows the resource to.

use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Token, token};

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
        if input.is_empty() || input.peek(Token![,]) || input.peek(token::Paren) {
            let sign = if operator.is_bound() { format!("{} ", operator.sign()) } else { String::new() };
            let message =
                format!("expected the name of a field, found {}\nhelp: write `filters {sign}field`", found(input));
            return Err(syn::Error::new(input.span(), message));
        }
        let field = FieldPath::read_as(input, "the name of a field")?;
        if !(input.is_empty() || input.peek(Token![,])) {
            let name = field.written();
            let help = match self::operator(&input.fork()) {
                Ok(operator) if operator.is_bound() => {
                    format!("the operator stands before the field: `filters {} {name}`", operator.sign())
                }
                _ => format!("write `filters {name}`, or a bound such as `filters >= {name}`"),
            };
            return Err(
                input.error(format!("expected `,` or the end after `{name}`, found {}\nhelp: {help}", found(input)))
            );
        }
        Ok(Self { operator, field })
    }
}

fn operator(input: ParseStream<'_>) -> syn::Result<FilterOperator> {
    let is_reversed = input.peek(Token![=>]) || input.peek(Token![=]) && input.peek2(Token![<]);
    let is_shift = input.peek(Token![<<]) || input.peek(Token![>>]);
    let is_unequal = input.peek(Token![!=]) || input.peek(Token![<]) && input.peek2(Token![>]);
    if is_reversed || is_shift || is_unequal || input.peek(Token![==]) {
        let help = if input.peek(Token![=>]) {
            "write `>=`"
        } else if is_reversed {
            "write `<=`"
        } else {
            "write `filters field` for the rows with the param's value, `filters >= field` for a bound"
        };
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
