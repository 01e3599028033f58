//! `json = { "query": query, "filter": { "state": "open" } }`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitStr, Token, braced, bracketed, token};

use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, entries, expected, found};

/// The body of a request as it was written.
#[derive(Clone)]
pub(crate) enum JsonTemplate {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Array(Vec<JsonTemplate>),
    Object(Vec<(LitStr, JsonTemplate)>),
    /// The value of a param.
    Param(Ident),
}

impl JsonTemplate {
    /// The params that it names, in the order in which it names them.
    pub(crate) fn params(&self) -> Vec<&Ident> {
        match self {
            Self::Param(name) => vec![name],
            Self::Array(items) => items.iter().flat_map(Self::params).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.params()).collect(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Text(_) => Vec::new(),
        }
    }

    /// Its texts, but for keys.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Array(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.texts()).collect(),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Param(_) => Vec::new(),
        }
    }

    /// The same with values in place of those params that have one already.
    pub(crate) fn fill(&self, value: &impl Fn(&Ident) -> Option<Self>) -> Self {
        match self {
            Self::Param(name) => value(name).unwrap_or_else(|| self.clone()),
            Self::Array(items) => Self::Array(items.iter().map(|item| item.fill(value)).collect()),
            Self::Object(members) => {
                Self::Object(members.iter().map(|(key, member)| (key.clone(), member.fill(value))).collect())
            }
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) | Self::Text(_) => self.clone(),
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
        match members.iter().find(|(first, _)| first.value() == key.value()) {
            Some((first, _)) => {
                errors.conflict(&key, format!("the key `{}` is set twice", key.value()), first, "first set here");
            }
            None => members.push((key, member)),
        }
        Ok(())
    });
    Ok(JsonTemplate::Object(members))
}

fn key(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if input.peek(LitStr) {
        return input.parse();
    }
    if input.peek(Ident::peek_any) {
        let name = input.call(Ident::parse_any)?;
        let text = name.unraw();
        return Err(syn::Error::new_spanned(
            &name,
            format!("the keys of a JSON object are strings\nhelp: write `\"{text}\": value`"),
        ));
    }
    Err(expected(input, "a key such as `\"key\"`"))
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
    if input.peek(Lit) || input.peek(Token![-]) {
        return scalar(input, "a JSON value");
    }
    if input.peek(Ident::peek_any) && !input.peek(Token![_]) {
        let name = input.call(Ident::parse_any)?;
        return Ok(if name == "null" { JsonTemplate::Null } else { JsonTemplate::Param(name) });
    }
    Err(syn::Error::new(input.span(), format!("expected a JSON value or the name of a param, found {}", found(input))))
}

/// A string, a number, `true` or `false`.
pub(crate) fn scalar(input: ParseStream<'_>, what: &str) -> syn::Result<JsonTemplate> {
    let minus: Option<Token![-]> = input.parse()?;
    if !input.peek(Lit) {
        return Err(expected(input, "a number after `-`"));
    }
    let literal: Lit = input.parse()?;
    let large = || syn::Error::new_spanned(&literal, "this number is too large");
    let sign = if minus.is_some() { "-" } else { "" };
    let value = match &literal {
        Lit::Str(text) if minus.is_none() => JsonTemplate::Text(text.value()),
        Lit::Bool(flag) if minus.is_none() => JsonTemplate::Bool(flag.value),
        Lit::Int(number) => {
            JsonTemplate::Integer(format!("{sign}{}", number.base10_digits()).parse().map_err(|_| large())?)
        }
        Lit::Float(number) => {
            let number = format!("{sign}{}", number.base10_digits()).parse::<f64>().map_err(|_| large())?;
            JsonTemplate::Float(Some(number).filter(|number| number.is_finite()).ok_or_else(large)?)
        }
        other => {
            return Err(syn::Error::new_spanned(other, format!("expected {what}, found `{}`", quote::quote!(#other))));
        }
    };
    if literal.suffix().is_empty() {
        Ok(value)
    } else {
        Err(syn::Error::new_spanned(&literal, format!("a value has no suffix `{}`", literal.suffix())))
    }
}
