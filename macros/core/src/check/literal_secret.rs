//! Secrets that stand in source code: texts under the names that APIs take secrets by.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::{auth, resources};
use crate::diagnostic::Sink;
use crate::items::ParsedItem;
use crate::language::{
    Allowed, Data, Fixed, Header, JsonTemplate, JsonText, Lint, LoginBody, Param, ResourceOptions, SourceOptions,
};
use crate::literal::secrets::{in_query, is_authorization, is_secret};
use crate::resolve::{headers, params};
use crate::syntax::Slot;

/// Reports secrets in headers, params and bodies.
pub(super) fn check(options: &SourceOptions, items: &[ParsedItem], errors: &Sink) {
    if !Allowed::by(Lint::LiteralSecret, &[&options.allow]) {
        headers::of(&options.headers).for_each(|header| self::header(header, errors));
        if let Some(defaults) = options.resource_defaults.get() {
            of_options(&defaults.0, errors);
        }
    }
    for (login, errors) in auth::logins(options, items, errors) {
        for (name, value) in &login.headers {
            if let JsonTemplate::Text(JsonText { pattern, token }) = value
                && !pattern.is_open()
                && (is_secret(&name.value(), &pattern.plain()) || is_authorization(&pattern.plain()))
            {
                report(&name.value(), token, "`secret(name)`", errors);
            }
        }
        if let Some(LoginBody::Json(body) | LoginBody::Form(body)) = &login.body {
            members(body, "`secret(name)`", errors);
        }
    }
    for resource in resources(items) {
        if !Allowed::by(Lint::LiteralSecret, &[&options.allow, &resource.options.allow]) {
            of_options(&resource.options, &resource.errors);
        }
    }
}

fn of_options(options: &ResourceOptions, errors: &Sink) {
    headers::of(&options.headers).for_each(|header| self::header(header, errors));
    for own in params::own(options) {
        param(own, errors);
    }
    if let Some(json) = options.json.get() {
        members(json, "`secret(name)`", errors);
    }
    match &options.data {
        Slot::Set(_, Data::Form(form)) => members(form, "`secret(name)`", errors),
        Slot::Set(_, Data::Raw(text)) => raw(text, errors),
        Slot::Absent | Slot::Broken(_) | Slot::Unset(_) => {}
    }
}

fn header(header: &Header, errors: &Sink) {
    let (name, value) = (header.name.token.value(), header.value.value());
    if !header.pattern.is_open() && (is_secret(&name, &value) || is_authorization(&value)) {
        let help = format!("`auth = api_key(name = {name:?}, api_key = secret(name))`");
        report(&name, &header.value, &help, errors);
    }
}

fn param(param: &Param, errors: &Sink) {
    let name = param.wire();
    for Fixed { json, text, pattern, token } in param.fixed() {
        if matches!(json, JsonTemplate::Text(_)) && !pattern.is_open() && is_secret(&name, text) {
            let help = format!("`auth = api_key(name = {name:?}, api_key = secret(name), location = query)`");
            report(&name, token, &help, errors);
        }
    }
}

fn members(template: &JsonTemplate, help: &str, errors: &Sink) {
    match template {
        JsonTemplate::Array(items) => items.iter().for_each(|item| members(item, help, errors)),
        JsonTemplate::Object(pairs) => {
            for (key, value) in pairs {
                match value {
                    JsonTemplate::Text(JsonText { pattern, .. })
                        if !pattern.is_open() && is_secret(&key.value(), &pattern.plain()) =>
                    {
                        report(&key.value(), key, help, errors);
                    }
                    value => members(value, help, errors),
                }
            }
        }
        _ => {}
    }
}

fn raw(text: &JsonText, errors: &Sink) {
    if let Some(name) = in_query(&text.pattern.plain()) {
        report(name, &text.token, &format!("`data = {{ {name:?}: secret(name) }}`"), errors);
    }
}

fn report(name: &str, at: impl ToTokens, help: &str, errors: &Sink) {
    let at: TokenStream = at.to_token_stream();
    errors.report(
        at,
        format!("`{name}` carries a secret, and secrets do not belong in source code\nhelp: write {help}; if it is none: `allow(literal_secret)`"),
    );
}
