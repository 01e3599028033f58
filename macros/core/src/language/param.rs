//! `params(a = "lit", b: T, c: Option<T>, d as "wireName": T)`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitStr, Token, Type, bracketed, parenthesized, token};

use super::filter::Filters;
use super::json::{JsonTemplate, JsonText, Scalar, scalar};
use super::kinds::ParamOptions;
use super::list_type;
use super::param_type::{is_unread, param_type, unread};
use super::secret::{Secret, is_secret_next};
use super::words::Style;
use crate::diagnostic::Sink;
use crate::literal::{Template, TemplatePart, WireName};
use crate::naming::{identifier, inside};
use crate::syntax::{Chosen, Form, OptionValue, Text, add, entries, expected, found, name, python_value, value_of};

/// The params of a resource, in the order in which they were declared.
#[derive(Clone)]
pub(crate) struct Params {
    pub(crate) all: Vec<Param>,
    /// Whether all that were written could be read: only then is an unknown name certainly a mistake.
    pub(crate) sound: bool,
}

#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) name: Ident,
    /// The name on the wire, where it is not the param's.
    pub(crate) wire: Option<LitStr>,
    pub(crate) value: ParamValue,
    /// How several values are sent, where that is said.
    pub(crate) style: Option<Chosen<Style>>,
    /// Whether the OpenAPI file is wrong about it.
    pub(crate) overruled: bool,
    /// What it narrows the rows to, where that is said.
    pub(crate) filters: Option<Filters>,
    /// Whether the API may return other rows, too.
    pub(crate) inexact: bool,
}

#[derive(Clone)]
pub(crate) enum ParamValue {
    /// The value to send.
    Static(Fixed),
    /// The values to send, at least one.
    Several(Vec<Fixed>),
    Required(Box<Type>),
    Optional {
        /// The type inside the `Option`.
        inner: Box<Type>,
        /// All of it.
        ty: Box<Type>,
    },
    /// One of a partition's values after the other.
    Partition,
    Secret(Secret),
}

/// A value that is written down.
#[derive(Clone)]
pub(crate) struct Fixed {
    /// As text,
    pub(crate) text: String,
    /// and in JSON.
    pub(crate) json: JsonTemplate,
    /// The text, which may have placeholders.
    pub(crate) pattern: Template,
    pub(crate) token: TokenStream,
}

impl ParamValue {
    /// The type of its elements, where it has several.
    pub(crate) fn list(&self) -> Option<&Type> {
        match self {
            Self::Required(ty) | Self::Optional { inner: ty, .. } => inside(ty, "Vec"),
            Self::Static(_) | Self::Several(_) | Self::Partition | Self::Secret(_) => None,
        }
    }
}

impl Param {
    /// One of which nothing but the name is known, and that a mistake is reported: its users still pass a value.
    pub(crate) fn unread(name: Ident) -> Self {
        Self::new(name, ParamValue::Required(Box::new(unread())))
    }

    /// One without options.
    pub(crate) fn new(name: Ident, value: ParamValue) -> Self {
        Self { name, wire: None, value, style: None, overruled: false, filters: None, inexact: false }
    }

    /// Its fixed value, if it has one.
    pub(crate) fn pattern(&self) -> Option<&Template> {
        match &self.value {
            ParamValue::Static(fixed) => Some(&fixed.pattern),
            ParamValue::Several(_)
            | ParamValue::Required(_)
            | ParamValue::Optional { .. }
            | ParamValue::Partition
            | ParamValue::Secret(_) => None,
        }
    }

    /// The name of the param whose value it has, if it is written as a plain name.
    pub(crate) fn named(&self) -> Option<&Ident> {
        match &self.value {
            ParamValue::Static(Fixed { json: JsonTemplate::Param(name), .. }) => Some(name),
            _ => None,
        }
    }

    /// Whether it is nothing but the client-wide param, or the partition, of its name, sent in the query: `params(ids = ids)`,
    /// `params(since = "{since:%F}")`.
    /// Elsewhere the name is that of the client-wide param or of the partition.
    pub(crate) fn is_alias(&self) -> bool {
        let is_own = |part: &TemplatePart| match part {
            TemplatePart::Param(name) => self.name.unraw() == name,
            TemplatePart::Time(time) => time.param().is_some_and(|name| self.name.unraw() == name),
            _ => false,
        };
        matches!(self.pattern().map(|pattern| pattern.parts.as_slice()), Some([part]) if is_own(part))
    }

    /// All its fixed values.
    pub(crate) fn fixed(&self) -> &[Fixed] {
        match &self.value {
            ParamValue::Static(fixed) => std::slice::from_ref(fixed),
            ParamValue::Several(all) => all,
            ParamValue::Required(_) | ParamValue::Optional { .. } | ParamValue::Partition | ParamValue::Secret(_) => {
                &[]
            }
        }
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        match &self.value {
            ParamValue::Secret(secret) => Some(secret),
            _ => None,
        }
    }

    pub(crate) fn style(&self) -> Style {
        self.style.as_ref().map_or(Style::Repeat, |style| style.kind)
    }

    pub(crate) fn wire(&self) -> String {
        self.wire.as_ref().map_or_else(|| self.name.unraw().to_string(), LitStr::value)
    }

    /// The token that says the name on the wire.
    pub(crate) fn wire_token(&self) -> TokenStream {
        let name = &self.name;
        self.wire.as_ref().map_or_else(|| quote!(#name), |wire| quote!(#wire))
    }
}

impl OptionValue for Params {
    const FORM: Form = Form::Group("a = \"value\", b: String, c: Option<String>");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut params: Vec<Param> = Vec::new();
        let inner = errors.child();
        entries(&content, &inner, |input| {
            add(&mut params, param(input, &inner)?, "declared", &inner, |Param { name, .. }| {
                (name.unraw(), name.clone(), format!("the param `{name}`"))
            });
            Ok(())
        });
        Ok(Self { all: params, sound: inner.is_sound() })
    }
}

fn param(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Param> {
    let quoted = |text: &str| match identifier(text, Span::call_site()) {
        Some(name) => format!("write it without quotes: `{name}`"),
        None => format!("write `name as \"{text}\": String`"),
    };
    let name = param_name(input, quoted, errors)?;
    let wire = if input.peek(Token![as]) {
        input.parse::<Token![as]>()?;
        Some(Text::<WireName>::read(input, errors)?.token)
    } else {
        None
    };
    let value = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        if input.peek(Lit) || input.peek(Token![-]) {
            let value: TokenTree = input.parse()?;
            return Err(syn::Error::new_spanned(
                &value,
                format!("a `:` is followed by a type, and this is a value\nhelp: for a fixed value write `{name} = …`"),
            ));
        }
        let value = typed(param_type(input, &name, errors));
        if input.peek(Token![=]) {
            no_default(input, &name, errors)?;
        }
        value
    } else if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.peek(token::Bracket) {
            several(input, errors)?
        } else if is_secret_next(input) {
            ParamValue::Secret(Secret::read(input, errors)?)
        } else {
            ParamValue::Static(plain_name(input)?.map_or_else(|| literal(input), Ok)?)
        }
    } else {
        return Err(if input.is_empty() || input.peek(Token![,]) {
            syn::Error::new_spanned(
                &name,
                format!(
                    "the param `{name}` has neither a value nor a type\nhelp: write `{name} = \"value\"` or `{name}: String`"
                ),
            )
        } else {
            expected(input, "`=` and a value, or `:` and a type")
        });
    };
    // What a name stands for is not known yet.
    let is_named = matches!(&value, ParamValue::Static(Fixed { json: JsonTemplate::Param(_), .. }));
    let has_unread =
        matches!(&value, ParamValue::Required(ty) | ParamValue::Optional { inner: ty, .. } if is_unread(ty));
    let is_list = has_unread || value.list().is_some() || matches!(value, ParamValue::Several(_)) || is_named;
    let ParamOptions { style, openapi, filters, inexact, .. } = list_type::read(input, is_list, errors)?;
    if let Some(key) = inexact.key().filter(|_| filters.is_absent()) {
        errors.report(
            key,
            "this param filters nothing\nhelp: write what it narrows the rows to: `filters field, inexact`",
        );
    }
    Ok(Param {
        style: style.get().cloned(),
        overruled: openapi.get().is_some(),
        filters: filters.get().cloned(),
        inexact: inexact.get().is_some(),
        wire,
        ..Param::new(name, value)
    })
}

/// Values that never change.
fn several(input: ParseStream<'_>, errors: &Sink) -> syn::Result<ParamValue> {
    let content;
    let brackets = bracketed!(content in input);
    let (mut values, inner) = (Vec::new(), errors.child());
    entries(&content, &inner, |input| {
        values.push(literal(input)?);
        Ok(())
    });
    if values.is_empty() && inner.is_sound() {
        return Err(syn::Error::new(brackets.span.join(), "this list is empty\nhelp: leave the param out"));
    }
    Ok(ParamValue::Several(values))
}

/// Reads the name of a param. A text, and a name with dashes or dots, which only the wire has (`per-page = 5`), are
/// reported, and taken as the name that is meant.
pub(super) fn param_name(input: ParseStream<'_>, quoted: impl Fn(&str) -> String, errors: &Sink) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        let wire = text.value();
        let message = format!("expected the name of a param, found a string\nhelp: {}", quoted(&wire));
        let error = syn::Error::new_spanned(&text, message);
        let Some(name) = identifier(&wire.replace(['-', '.'], "_"), text.span()) else { return Err(error) };
        errors.push(error);
        return Ok(name);
    }
    let first = name(input, "the name of a param")?;
    let mut wire = first.unraw().to_string();
    while input.peek(Token![-]) || input.peek(Token![.]) {
        let sign: TokenTree = input.parse()?;
        wire = format!("{wire}{sign}{}", input.call(Ident::parse_any)?.unraw());
    }
    if first.unraw() == wire {
        return Ok(first);
    }
    let name = wire.replace(['-', '.'], "_");
    let value = if input.peek(Token![:]) { ": …" } else { " = …" };
    errors.report(
        &first,
        format!(
            "`{wire}` is a name on the wire, and a param has a name in Rust\nhelp: write `{name} as \"{wire}\"{value}`"
        ),
    );
    Ok(identifier(&name, first.span()).unwrap_or(first))
}

/// Reports a default of a request's param.
fn no_default(input: ParseStream<'_>, name: &Ident, errors: &Sink) -> syn::Result<()> {
    let equals: Token![=] = input.parse()?;
    let value: TokenStream = std::iter::from_fn(|| {
        (!input.is_empty() && !input.peek(Token![,])).then(|| input.parse::<TokenTree>().ok()).flatten()
    })
    .collect();
    let fixed = if value.is_empty() { String::new() } else { format!(", or for a fixed value `{name} = {value}`") };
    errors.report(
        equals,
        format!("a param of a request has no default; those of a source have\nhelp: write `{name}: Option<…>`, and leave it unset{fixed}"),
    );
    Ok(())
}

/// The name of a param, whose value is sent.
fn plain_name(input: ParseStream<'_>) -> syn::Result<Option<Fixed>> {
    let is_name = input.peek(Ident::peek_any) && !input.peek(Lit) && !input.peek(Token![_]);
    let is_call = input.peek2(token::Paren) && !list_type::are_options_next(input);
    if !is_name || is_call || input.peek2(Token![::]) || input.peek2(Token![!]) {
        return Ok(None);
    }
    if python_value(&input.fork().call(Ident::parse_any)?.to_string()).is_some() {
        return Ok(None);
    }
    let name = name(input, "the name of a param")?;
    let pattern = Template { parts: vec![TemplatePart::Param(name.unraw().to_string())] };
    let token = quote!(#name);
    Ok(Some(Fixed { text: pattern.plain(), json: JsonTemplate::Param(name), pattern, token }))
}

/// A value that never changes.
fn literal(input: ParseStream<'_>) -> syn::Result<Fixed> {
    const WHAT: &str = "a string, a number, `true` or `false`";
    if !(input.peek(Lit) || input.peek(Token![-]) && input.peek2(Lit)) {
        return Err(not_a_literal(input, WHAT));
    }
    let Scalar { json, text, token } = scalar(input, WHAT)?;
    let JsonTemplate::Text(_) = json else {
        let pattern = Template::literal(&text);
        return Ok(Fixed { text, json, pattern, token });
    };
    let pattern = Template::parse(&text).map_err(|message| syn::Error::new_spanned(&token, message))?;
    let json = JsonTemplate::Text(JsonText { pattern: pattern.clone(), token: token.clone() });
    Ok(Fixed { text, json, pattern, token })
}

fn not_a_literal(input: ParseStream<'_>, what: &str) -> syn::Error {
    let word = input.fork().call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
    if let Some(value) = python_value(&word) {
        let value = if value == "none" { "leave the param out".to_owned() } else { format!("`{value}`") };
        return syn::Error::new(input.span(), format!("`{word}` is Python\nhelp: in Declarest: {value}"));
    }
    let help = if let Some(resource) = value_of(input, "resource") {
        let field = value_of(input, "field").unwrap_or_else(|| "id".to_owned());
        format!(
            "in Declarest, a value of a parent's row stands where it is used: `path = \"/…/{{resources.{resource}.{field}}}\"`"
        )
    } else if input.peek(token::Brace) {
        "an object is sent in a body: `json = { … }`".to_owned()
    } else {
        "a value that is set at run time is declared by its type: `name: String`".to_owned()
    };
    syn::Error::new(input.span(), format!("expected {what}, found {}\nhelp: {help}", found(input)))
}

fn typed(ty: Type) -> ParamValue {
    match inside(&ty, "Option").cloned() {
        Some(inner) => ParamValue::Optional { inner: Box::new(inner), ty: Box::new(ty) },
        None => ParamValue::Required(Box::new(ty)),
    }
}
