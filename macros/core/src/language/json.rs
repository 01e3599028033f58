//! `json = { "query": query, "filter": { "state": "open" } }`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitStr, Token, braced, bracketed, token};

use super::secret::{Secret, is_secret_next};
use crate::diagnostic::Sink;
use crate::literal::Template;
use crate::syntax::{Form, OptionValue, add, entries, expected, found, python_value, refuse_name};

/// The body of a request as it was written.
#[derive(Clone)]
pub(crate) enum JsonTemplate {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(JsonText),
    Array(Vec<JsonTemplate>),
    Object(Vec<(LitStr, JsonTemplate)>),
    /// The value of a param.
    Param(Ident),
    /// A secret: in a login alone.
    Secret(Secret),
}

/// A string in a body, whose placeholders are filled in.
#[derive(Clone)]
pub(crate) struct JsonText {
    pub(crate) pattern: Template,
    pub(crate) token: TokenStream,
}

impl JsonText {
    /// Reads the placeholders of a string.
    pub(crate) fn parse(token: &LitStr) -> syn::Result<Self> {
        let pattern = Template::parse(&token.value()).map_err(|message| syn::Error::new_spanned(token, message))?;
        Ok(Self { pattern, token: token.to_token_stream() })
    }
}

impl JsonTemplate {
    /// The params that stand as values, in the order in which they are named.
    pub(crate) fn params(&self) -> Vec<&Ident> {
        match self {
            Self::Param(name) => vec![name],
            Self::Array(items) => items.iter().flat_map(Self::params).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.params()).collect(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Text(_) | Self::Secret(_) => {
                Vec::new()
            }
        }
    }

    /// Its secrets.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
        match self {
            Self::Secret(secret) => vec![secret],
            Self::Array(items) => items.iter().flat_map(Self::secrets).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.secrets()).collect(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Text(_) | Self::Param(_) => {
                Vec::new()
            }
        }
    }

    /// Its texts, without keys.
    pub(crate) fn texts(&self) -> Vec<&JsonText> {
        match self {
            Self::Text(text) => vec![text],
            Self::Array(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.texts()).collect(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Param(_) | Self::Secret(_) => {
                Vec::new()
            }
        }
    }

    /// The same with other values in place of params and texts that have one.
    pub(crate) fn fill(&self, value: &impl Fn(&Self) -> Option<Self>) -> Self {
        if let Some(value) = value(self) {
            return value;
        }
        match self {
            Self::Array(items) => Self::Array(items.iter().map(|item| item.fill(value)).collect()),
            Self::Object(members) => {
                Self::Object(members.iter().map(|(key, member)| (key.clone(), member.fill(value))).collect())
            }
            _ => self.clone(),
        }
    }
}

impl OptionValue for JsonTemplate {
    const FORM: Form = Form::Value("{ \"key\": value }");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(token::Brace) {
            return object(input, errors);
        }
        Err(expected(input, "an object such as `{ \"key\": value }`"))
    }
}

fn object(input: ParseStream<'_>, errors: &Sink) -> syn::Result<JsonTemplate> {
    let content;
    braced!(content in input);
    let mut members: Vec<(LitStr, JsonTemplate)> = Vec::new();
    entries(&content, errors, |input| {
        let key = key(input)?;
        if input.is_empty() || input.peek(Token![,]) {
            let text = key.value();
            return Err(syn::Error::new_spanned(
                &key,
                format!("the key `{text}` has no value\nhelp: write `\"{text}\": value`"),
            ));
        }
        if !input.peek(Token![:]) {
            return Err(expected(input, "`:` after the key"));
        }
        input.parse::<Token![:]>()?;
        let member = member(input, errors)?;
        add(&mut members, (key, member), "set", errors, |(key, _)| {
            (key.value(), key.clone(), format!("the key `{}`", key.value()))
        });
        Ok(())
    });
    Ok(JsonTemplate::Object(members))
}

fn key(input: ParseStream<'_>) -> syn::Result<LitStr> {
    refuse_name(input, |name| format!("the keys of a JSON object are strings\nhelp: write `\"{name}\": value`"))?;
    if input.peek(LitStr) { input.parse() } else { Err(expected(input, "a key such as `\"key\"`")) }
}

fn member(input: ParseStream<'_>, errors: &Sink) -> syn::Result<JsonTemplate> {
    if input.peek(token::Brace) {
        return object(input, errors);
    }
    if input.peek(token::Bracket) {
        let content;
        bracketed!(content in input);
        let mut items = Vec::new();
        entries(&content, errors, |input| {
            items.push(member(input, errors)?);
            Ok(())
        });
        return Ok(JsonTemplate::Array(items));
    }
    if let Some(text) = input.fork().parse::<LitStr>().ok().filter(|text| text.suffix().is_empty()) {
        input.parse::<LitStr>()?;
        return JsonText::parse(&text).map(JsonTemplate::Text);
    }
    if input.peek(Lit) || input.peek(Token![-]) {
        return Ok(scalar(input, "a JSON value")?.json);
    }
    if is_secret_next(input) {
        return Secret::read(input, errors).map(JsonTemplate::Secret);
    }
    if input.peek(Ident::peek_any) && !input.peek(Token![_]) {
        let name = input.call(Ident::parse_any)?;
        if let Some(value) = python_value(&name.to_string()) {
            let value = if value == "none" { "null" } else { value };
            return Err(syn::Error::new_spanned(&name, format!("`{name}` is Python\nhelp: in Declarest: `{value}`")));
        }
        return Ok(if name == "null" { JsonTemplate::Null } else { JsonTemplate::Param(name) });
    }
    Err(syn::Error::new(input.span(), format!("expected a JSON value or the name of a param, found {}", found(input))))
}

/// A string, a number, `true` or `false`.
#[derive(Clone)]
pub(crate) struct Scalar {
    pub(crate) json: JsonTemplate,
    /// As text: a number as it was written. Of a string, the placeholders are not read.
    pub(crate) text: String,
    pub(crate) token: TokenStream,
}

pub(crate) fn scalar(input: ParseStream<'_>, what: &str) -> syn::Result<Scalar> {
    let minus: Option<Token![-]> = input.parse()?;
    if !input.peek(Lit) {
        return Err(expected(input, if minus.is_some() { "a number after `-`" } else { what }));
    }
    let literal: Lit = input.parse()?;
    let large = || syn::Error::new_spanned(&literal, "this number is too large");
    let signed = |digits: &str| format!("{}{digits}", if minus.is_some() { "-" } else { "" });
    let (json, text) = match &literal {
        Lit::Str(text) if minus.is_none() => {
            let pattern = Template::literal(&text.value());
            (JsonTemplate::Text(JsonText { pattern, token: quote!(#text) }), text.value())
        }
        Lit::Bool(flag) if minus.is_none() => (JsonTemplate::Bool(flag.value), flag.value.to_string()),
        Lit::Int(number) => {
            let text = signed(number.base10_digits());
            (JsonTemplate::Integer(text.parse().map_err(|_| large())?), text)
        }
        Lit::Float(number) => {
            let text = signed(number.base10_digits());
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            (JsonTemplate::Float(number.ok_or_else(large)?), text)
        }
        other => {
            return Err(syn::Error::new_spanned(other, format!("expected {what}, found `{}`", quote!(#other))));
        }
    };
    if literal.suffix().is_empty() {
        Ok(Scalar { json, text, token: quote!(#minus #literal) })
    } else {
        Err(syn::Error::new_spanned(&literal, format!("a value has no suffix `{}`", literal.suffix())))
    }
}
