//! Params of a request: that an operation has them, that it gets those which it requires, and that their values fit.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Type;

use super::fit::may_be;
use super::operation::{Operation, Parameter};
use super::schema::{Schema, SchemaKind};
use super::spec::Spec;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::json::JsonValue;
use crate::language::Style;
use crate::shape::{ExpectedType, NestedType, TypeMap};

/// Something that is sent with a request.
pub(crate) struct SentParam<'p> {
    /// `query`, `header` or `path`.
    pub(crate) place: &'static str,
    /// Its name; in the path the number of its placeholder, as the file has it.
    pub(crate) wire: String,
    pub(crate) token: TokenStream,
    pub(crate) value: SentValue<'p>,
    pub(crate) origin: OptionOrigin<'p>,
}

pub(crate) enum SentValue<'p> {
    /// With the whole type, where the value may be left out.
    Typed { ty: &'p Type, optional: Option<&'p Type>, style: Style },
    /// A text that never changes.
    Fixed(String, TokenStream),
    /// A size, of the paginator's.
    Number(u64, TokenStream),
    /// Set at run time.
    Open,
}

/// Reports what is wrong with what is sent. `also` is what is sent besides, by place and name; `required` takes what is required
/// and not sent.
pub(crate) fn check(
    operation: &Operation<'_>,
    sent: &[SentParam<'_>],
    also: &[(&str, String)],
    types: &TypeMap,
    required: &dyn Fn(String),
) {
    let Some(params) = operation.params() else { return };
    let names = placeholders(operation.path);
    for one in sent {
        let found = match one.place {
            "path" => one
                .wire
                .parse::<usize>()
                .ok()
                .and_then(|index| names.get(index))
                .and_then(|name| params.iter().find(|param| param.place == "path" && param.name == *name)),
            place => params.iter().find(|param| param.place == place && same(place, param.name, &one.wire)),
        };
        match found {
            Some(param) => fits(operation, param, one, types),
            None if one.place == "query" => unknown(operation, &params, one),
            None if one.place == "header" => misspelt(operation, &params, one),
            None => {}
        }
    }
    for param in params.iter().filter(|param| param.required && matches!(param.place, "query" | "header")) {
        let Parameter { name, place, .. } = param;
        let is_own =
            *place == "header" && ["accept", "content-type", "authorization"].contains(&name.to_lowercase().as_str());
        let has_default = param.schema.is_some_and(|schema| operation.spec.schema(schema).default);
        let sent = sent.iter().map(|one| (one.place, &one.wire)).chain(also.iter().map(|(place, name)| (*place, name)));
        let is_sent = sent
            .filter(|(of, _)| of == place)
            .any(|(_, wire)| same(place, name, wire) || wire.starts_with(&format!("{name}[")));
        if !(is_own || has_default || is_sent) {
            let (what, help) = if *place == "query" {
                ("param", format!("params({})", binding(name)))
            } else {
                ("header", format!("headers({name:?} = \"…\")"))
            };
            required(format!(
                "`{}` in `{}` requires the {what} `{name}`\nhelp: declare it: `{help}`",
                operation.name(),
                operation.spec.name
            ));
        }
    }
}

fn binding(name: &str) -> String {
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !name.starts_with(|letter: char| letter.is_ascii_digit());
    let snake = crate::naming::snake(name);
    match is_name {
        true if snake == name => format!("{name}: String"),
        true => format!("{snake} as {name:?}: String"),
        false => format!("value as {name:?}: String"),
    }
}

fn same(place: &str, one: &str, other: &str) -> bool {
    if place == "header" { one.eq_ignore_ascii_case(other) } else { one == other }
}

/// The names in the braces of a path.
fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}

/// Reports a query parameter that the operation does not have.
fn unknown(operation: &Operation<'_>, params: &[Parameter<'_>], sent: &SentParam<'_>) {
    let wire = &sent.wire;
    let mut known: Vec<String> = Vec::new();
    for param in params.iter().filter(|param| param.place.starts_with("query")) {
        let schema = param.schema.map(|schema| operation.spec.schema(schema)).unwrap_or_default();
        // Objects are sent as one param for each of their keys.
        let object = match &schema.kind {
            SchemaKind::Object(object) => object,
            _ if param.place == "querystring" || wire.starts_with(&format!("{}[", param.name)) => return,
            _ => {
                known.push(param.name.to_owned());
                continue;
            }
        };
        let is_deep = param.style == Some("deepObject");
        if is_deep && wire.starts_with(&format!("{}[", param.name)) {
            return;
        }
        if param.explode && !is_deep {
            if object.open || object.properties.iter().any(|(key, _)| key == wire) {
                return;
            }
            known.extend(object.properties.iter().map(|(key, _)| (*key).to_owned()));
        } else {
            known.push(param.name.to_owned());
        }
    }
    let elsewhere = params.iter().find(|param| param.name == wire && param.place != "path").map(|param| param.place);
    let (name, file) = (operation.name(), &operation.spec.name);
    let rest = match elsewhere {
        Some("header") => {
            format!("\nhelp: it is a header: write `headers({wire:?} = \"…\")`, where `{{name}}` stands for a param")
        }
        Some(place) => format!("\nhelp: it is sent in a {place}"),
        None if known.is_empty() => "\nnote: it has none".to_owned(),
        None => suggest::help(wire, "param", " there", known.iter().map(String::as_str)),
    };
    sent.origin.report(&sent.token, format!("`{name}` in `{file}` has no query parameter `{wire}`{rest}"));
}

/// Reports a header that is all but one that the operation has. Others, many files do not list.
fn misspelt(operation: &Operation<'_>, params: &[Parameter<'_>], sent: &SentParam<'_>) {
    let headers = params.iter().filter(|param| param.place == "header").map(|param| param.name);
    if let Some(near) = suggest::nearest(&sent.wire, headers) {
        sent.origin.report(
            &sent.token,
            format!(
                "`{}` in `{}` has no header `{}`\nhelp: did you mean `{near}`?",
                operation.name(),
                operation.spec.name,
                sent.wire
            ),
        );
    }
}

fn fits(operation: &Operation<'_>, param: &Parameter<'_>, sent: &SentParam<'_>, types: &TypeMap) {
    let (name, file) = (operation.name(), &operation.spec.name);
    let shown = param.name;
    if let SentValue::Typed { optional: Some(whole), .. } = &sent.value
        && param.required
        && !param.schema.is_some_and(|schema| operation.spec.schema(schema).default)
    {
        return sent
            .origin
            .report(whole, format!("`{name}` in `{file}` requires `{shown}`\nhelp: write its type without `Option`"));
    }
    let Some(schema) = param.schema else { return };
    let (spec, schema) = (operation.spec, operation.spec.schema(schema));
    match &sent.value {
        SentValue::Open => {}
        SentValue::Typed { ty, style, .. } => {
            let expected = without_option(types.expected(ty, &types.names()));
            if matches!(expected, ExpectedType::List(_))
                && *style == Style::Repeat
                && !param.explode
                && param.place == "query"
                && matches!(param.style, None | Some("form"))
                && matches!(schema.kind, SchemaKind::List(_))
            {
                let message = format!(
                    "`{name}` in `{file}` takes the values of `{shown}` as one, with commas\nhelp: write `(style = csv)` behind the type"
                );
                return sent.origin.report(ty, message);
            }
            let is_csv = *style == Style::Csv;
            if let Some(mut mismatch) = typed(spec, &expected, &schema, types, is_csv) {
                let ty_written = ty.to_token_stream().to_string().replace(' ', "");
                mismatch.written = if mismatch.written.is_empty() {
                    format!("`{ty_written}` is none")
                } else {
                    format!("`{ty_written}` has {}", mismatch.written)
                };
                sent.origin.report(ty, said(operation, shown, &mismatch));
            }
        }
        SentValue::Fixed(text, token) => {
            let is_list = matches!(schema.kind, SchemaKind::List(_));
            let item = match &schema.kind {
                SchemaKind::List(Some(items)) => spec.schema(items),
                _ => schema.clone(),
            };
            let fits = literal(&item, text) || is_list && text.split(',').all(|part| literal(&item, part.trim()));
            if !fits {
                let mismatch =
                    ParamMismatch { schema: &item, written: format!("`{text:?}` is none"), near: near(&item, text) };
                sent.origin.report(token, said(operation, shown, &mismatch));
            }
        }
        SentValue::Number(number, token) => {
            if let Some(message) = bound(&schema, i128::from(*number), shown) {
                sent.origin.report(token, format!("{message}\nnote: so says `{name}` in `{file}`"));
            }
        }
    }
}

/// A value that does not fit.
struct ParamMismatch<'s> {
    schema: &'s Schema<'s>,
    written: String,
    near: String,
}

fn said(operation: &Operation<'_>, param: &str, ParamMismatch { schema, written, near }: &ParamMismatch<'_>) -> String {
    format!(
        "`{param}` takes {}, and {written}{near}\nnote: so says `{}` in `{}`",
        schema.what(),
        operation.name(),
        operation.spec.name
    )
}

fn without_option(expected: ExpectedType) -> ExpectedType {
    match expected {
        ExpectedType::Option(inner) => *inner,
        expected => expected,
    }
}

/// Whether values of a type can be sent as text, and what is wrong if they cannot.
fn typed<'s>(
    spec: &'s Spec,
    expected: &ExpectedType,
    schema: &'s Schema<'s>,
    types: &TypeMap,
    is_csv: bool,
) -> Option<ParamMismatch<'s>> {
    if let SchemaKind::List(items) = &schema.kind {
        let Some(items) = items else { return None };
        let item = spec.schema(items);
        let expected = match expected {
            ExpectedType::List(inner) => inner,
            expected => expected,
        };
        let fits = text_fits(expected, &item, types);
        return (!fits).then(|| ParamMismatch { schema, written: String::new(), near: help(&item) });
    }
    if let (ExpectedType::Nested(name), Some(names)) = (expected, schema.names())
        && let Some(NestedType::Text(listed, _)) = types.get(name)
    {
        let others: Vec<&str> = listed.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
        if others.is_empty() {
            return None;
        }
        let near = suggest::note("value", " there", names);
        return Some(ParamMismatch { schema, written: suggest::list(others), near });
    }
    let fits = match expected {
        ExpectedType::List(inner) => schema.is_anything() || is_csv && text_fits(inner, schema, types),
        expected => text_fits(expected, schema, types),
    };
    (!fits).then(|| ParamMismatch { schema, written: String::new(), near: help(schema) })
}

fn text_fits(expected: &ExpectedType, schema: &Schema<'_>, types: &TypeMap) -> bool {
    match (expected, &schema.kind) {
        (ExpectedType::Unknown | ExpectedType::Json | ExpectedType::Map(_) | ExpectedType::Option(_), _)
        | (_, SchemaKind::Unknown | SchemaKind::Mixed | SchemaKind::Null)
        | (ExpectedType::Text | ExpectedType::Char, SchemaKind::Text)
        | (ExpectedType::Bool, SchemaKind::Bool)
        | (ExpectedType::Integer(..), SchemaKind::Integer | SchemaKind::Number)
        | (ExpectedType::Float, SchemaKind::Number) => true,
        // A text may be one of digits, if nothing else is said of it.
        (ExpectedType::Integer(..) | ExpectedType::Float | ExpectedType::Bool, SchemaKind::Text) => {
            schema.values.is_none() && schema.format.is_none_or(|format| format.contains("int"))
                || matches!(expected, ExpectedType::Bool) && schema.names().is_some_and(|names| names.contains(&"true"))
                || matches!(expected, ExpectedType::Integer(..))
                    && schema.names().is_some_and(|names| names.iter().any(|name| name.parse::<i128>().is_ok()))
        }
        (ExpectedType::Moment(moment), SchemaKind::Text) => may_be(*moment, schema) || schema.format == Some("date"),
        (ExpectedType::Nested(name), SchemaKind::Text) => match (types.get(name), schema.names()) {
            (Some(NestedType::Text(listed, _)), Some(names)) => {
                listed.iter().all(|name| names.contains(&name.as_str()))
            }
            (Some(NestedType::Struct { .. }), _) => false,
            _ => true,
        },
        (ExpectedType::Nested(name), _) => !matches!(types.get(name), Some(NestedType::Text(..))),
        _ => false,
    }
}

/// What could be written instead.
fn help(schema: &Schema<'_>) -> String {
    let ty = match &schema.kind {
        SchemaKind::Bool => "bool",
        SchemaKind::Integer => "i64",
        SchemaKind::Number => "f64",
        SchemaKind::Text if schema.format == Some("date-time") => "declarest::jiff::Timestamp",
        SchemaKind::Text => match schema.names() {
            Some(names) => return suggest::note("value", " there", names),
            None => "String",
        },
        _ => return String::new(),
    };
    format!("\nhelp: write `{ty}`")
}

/// Whether a text can be read as what a schema says.
fn literal(schema: &Schema<'_>, text: &str) -> bool {
    if let Some(values) = &schema.values {
        return values.iter().any(|value| match value {
            JsonValue::Text(name) => name == text,
            JsonValue::Bool(flag) => flag.to_string() == text,
            JsonValue::Integer(number) => number.to_string() == text,
            JsonValue::Float(number) => text.parse() == Ok(*number),
            _ => false,
        });
    }
    match &schema.kind {
        SchemaKind::Bool => text == "true" || text == "false",
        SchemaKind::Integer => text.parse::<i128>().is_ok_and(|number| bound(schema, number, "").is_none()),
        SchemaKind::Number => text.parse::<f64>().is_ok(),
        SchemaKind::Object(_)
        | SchemaKind::List(_)
        | SchemaKind::Text
        | SchemaKind::Unknown
        | SchemaKind::Mixed
        | SchemaKind::Null => true,
    }
}

/// The help for a text that is none of the values.
fn near(schema: &Schema<'_>, text: &str) -> String {
    match schema.names() {
        Some(names) => suggest::help(text, "value", " there", names),
        None => String::new(),
    }
}

/// What is wrong with a number, if it is out of bounds.
pub(super) fn bound(schema: &Schema<'_>, number: i128, name: &str) -> Option<String> {
    let of = |value: Option<&JsonValue>| match value {
        Some(JsonValue::Integer(bound)) => Some(*bound),
        Some(JsonValue::Float(bound)) if bound.fract() == 0.0 => format!("{bound}").parse().ok(),
        _ => None,
    };
    let (least, most) = (of(schema.minimum), of(schema.maximum));
    if let Some(most) = most.filter(|most| number > *most) {
        return Some(format!("`{name}` is at most {most}, and this is {number}\nhelp: write `{most}`"));
    }
    let least = least.filter(|least| number < *least)?;
    Some(format!("`{name}` is at least {least}, and this is {number}\nhelp: write `{least}`"))
}
