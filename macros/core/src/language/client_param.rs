//! `params(subdomain: String, region: String = "eu" (env = "ACME_REGION"), account: Option<u64>)` of a source.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, Type, parenthesized};

use super::default_value::DefaultValue;
use super::kinds::ParamOptions;
use super::list_type;
use super::param::param_name;
use super::param_type::{is_unread, no_type, param_type, unread};
use crate::diagnostic::Sink;
use crate::literal::{EnvName, WireName};
use crate::naming::inside;
use crate::syntax::{Form, OptionValue, Slot, Text, add, entries, expected, skip};

/// The params of a source, in the order in which they were declared.
pub(crate) struct ClientParamList {
    pub(crate) all: Vec<ClientParam>,
    /// Whether all that were written could be read: only then is an unknown name certainly a mistake.
    pub(crate) sound: bool,
}

/// A client-wide param: a setter of the builder.
#[derive(Clone)]
pub(crate) struct ClientParam {
    pub(crate) name: Ident,
    /// The type of its value, without an `Option` around it.
    pub(crate) ty: Type,
    pub(crate) kind: ClientParamKind,
    /// The environment variable that it is read from where the builder does not set it.
    pub(crate) env: Option<Text<EnvName>>,
}

/// What holds where nothing sets a client-wide param.
#[derive(Clone)]
pub(crate) enum ClientParamKind {
    /// The client cannot be built.
    Required,
    /// The client cannot be built if the credentials that are chosen contain it: it stands in kinds of `one_of` alone.
    OfChoice,
    /// What contains it is left out. With the type as it was written.
    Optional(Box<Type>),
    Default(DefaultValue),
}

impl ClientParam {
    /// One that could not be read: it keeps its setter.
    pub(crate) fn unread(name: Ident) -> Self {
        Self { name, ty: unread(), kind: ClientParamKind::Required, env: None }
    }

    /// Its type as it was written, if that is an `Option`.
    pub(crate) fn optional(&self) -> Option<&Type> {
        match &self.kind {
            ClientParamKind::Optional(ty) => Some(ty),
            ClientParamKind::Required | ClientParamKind::OfChoice | ClientParamKind::Default(_) => None,
        }
    }

    pub(crate) fn default(&self) -> Option<&DefaultValue> {
        match &self.kind {
            ClientParamKind::Default(default) => Some(default),
            ClientParamKind::Required | ClientParamKind::OfChoice | ClientParamKind::Optional(_) => None,
        }
    }
}

impl OptionValue for ClientParamList {
    const FORM: Form = Form::Group("a: String, b: Option<u64>, c: String = \"value\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut params: Vec<ClientParam> = Vec::new();
        let inner = errors.child();
        entries(&content, &inner, |input| {
            add(&mut params, param(input, &inner)?, "declared", &inner, |ClientParam { name, .. }| {
                (name.unraw(), name.clone(), format!("the param `{name}`"))
            });
            Ok(())
        });
        Ok(Self { all: params, sound: inner.is_sound() })
    }
}

fn param(input: ParseStream<'_>, errors: &Sink) -> syn::Result<ClientParam> {
    let quoted = |text: &str| format!("write `{}: String`", text.replace(['-', '.'], "_"));
    let name = param_name(input, quoted, errors)?;
    if input.peek(Token![as]) {
        input.parse::<Token![as]>()?;
        let wire = Text::<WireName>::read(input, errors)?.token;
        errors.report(wire, format!("a client-wide param is not sent by itself: it stands where `{{{name}}}` is written\nhelp: leave `as …` out"));
    }
    if !input.peek(Token![:]) {
        errors.push(if input.peek(Token![=]) {
            syn::Error::new_spanned(
                &name,
                format!(
                    "this value is the same for every client\nhelp: write it where it is used, or leave it to the builder: `{name}: String`, with a default `{name}: String = \"value\"`"
                ),
            )
        } else if input.is_empty() || input.peek(Token![,]) {
            no_type(&name)
        } else {
            expected(input, "`:` and a type")
        });
        skip(input);
        return Ok(ClientParam::unread(name));
    }
    input.parse::<Token![:]>()?;
    let written = param_type(input, &name, errors);
    let (ty, optional) = match inside(&written, "Option").cloned() {
        Some(inner) => (inner, Some(written)),
        None => (written, None),
    };
    if is_unread(&ty) {
        skip(input);
        return Ok(ClientParam::unread(name));
    }
    let before = variable(input, errors)?;
    let default = if input.peek(Token![=]) { DefaultValue::read(input, errors).map(Some) } else { Ok(None) };
    let default = default.unwrap_or_else(|error| {
        errors.push(error);
        skip(input);
        None
    });
    let after = variable(input, errors)?;
    if let (Some((_, first)), Some((key, _))) = (&before, &after) {
        errors.conflict(key, "`env` is set twice", &first.token, "first set here");
    }
    let kind = match (optional, default) {
        (Some(ty), Some(_)) => {
            errors.report(&ty, "with a default, there always is a value\nhelp: write the type without `Option`, or leave the default out");
            ClientParamKind::Optional(Box::new(ty))
        }
        (Some(ty), None) => ClientParamKind::Optional(Box::new(ty)),
        (None, Some(default)) => ClientParamKind::Default(default),
        (None, None) => ClientParamKind::Required,
    };
    Ok(ClientParam { name, ty, kind, env: before.or(after).map(|(_, env)| env) })
}

/// Reads the options after the type or the default.
fn variable(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Option<(Ident, Text<EnvName>)>> {
    let ParamOptions { style, openapi, env, filters, inexact } = list_type::options(input, errors)?;
    if let Some(key) = style.key() {
        errors.report(key, "a client-wide param is not sent by itself\nhelp: write the style where it is: `params(ids = ids (style = csv))`");
    }
    if let Some(key) = filters.key().or(inexact.key()) {
        errors.report(key, "a client-wide param is set once, and a query filters each time\nhelp: declare a param of the resource: `params(name: Option<…> (filters field))`");
    }
    if let Some(key) = openapi.key() {
        errors.report(key, "a client-wide param is not compared with the OpenAPI file\nhelp: leave it out");
    }
    Ok(match env {
        Slot::Set(key, env) => Some((key, env)),
        Slot::Absent | Slot::Broken(_) | Slot::Unset(_) => None,
    })
}
