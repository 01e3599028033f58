//! Params of a request: that an operation has them, that those which it requires are sent, and that their values fit.

use proc_macro2::TokenStream;
use syn::Type;

use super::operation::{Operation, Parameter};
use super::schema::{Schema, SchemaKind};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::evidence::facts::{DataNode, ListItems};
use crate::json::JsonValue;
use crate::language::Style;
use crate::shape::{ExpectedType, NestedType, TypeMap, written_type};

/// Something that is sent with a request.
pub(crate) struct SentParam<'p> {
    /// `query`, `header` or `path`.
    pub(crate) place: &'static str,
    /// Its name, as the file has it.
    pub(crate) wire: String,
    pub(crate) token: TokenStream,
    pub(crate) value: SentValue<'p>,
    /// Whether the file is wrong about it.
    pub(crate) overruled: bool,
    pub(crate) origin: OptionOrigin<'p>,
}

pub(crate) enum SentValue<'p> {
    /// With the whole type, where the value may be left out.
    Typed { ty: &'p Type, optional: Option<&'p Type>, style: Style },
    /// A string that never changes.
    Fixed(String, TokenStream),
    /// A page size of the paginator.
    Number(u64, TokenStream),
    /// Set at run time.
    Open,
}

/// Reports what is wrong with the params of a request. `also` has the places and names of others that are sent;
/// `required` reports one that is required and not sent.
pub(crate) fn check(
    operation: &Operation<'_>,
    sent: &[SentParam<'_>],
    also: &[(&str, String)],
    types: &TypeMap,
    required: &dyn Fn(String),
) {
    let Some(params) = operation.params() else { return };
    for one in sent.iter().filter(|one| !one.overruled) {
        let found = params.iter().find(|param| param.place == one.place && same(param.place, param.name, &one.wire));
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
        let has_default = param.schema.is_some_and(|schema| schema.facts().default);
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
            required(format!("{operation} requires the {what} `{name}`\nhelp: declare it: `{help}`"));
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

pub(super) fn same(place: &str, one: &str, other: &str) -> bool {
    if place == "header" { one.eq_ignore_ascii_case(other) } else { one == other }
}

/// Reports a query parameter that the operation does not have.
fn unknown(operation: &Operation<'_>, params: &[Parameter<'_>], sent: &SentParam<'_>) {
    let wire = &sent.wire;
    let mut known: Vec<String> = Vec::new();
    for param in params.iter().filter(|param| param.place.starts_with("query")) {
        let schema = param.schema.map(DataNode::facts).unwrap_or_default();
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
    let rest = match elsewhere {
        Some("header") => {
            format!("\nhelp: it is a header: write `headers({wire:?} = \"…\")`, where `{{name}}` stands for a param")
        }
        Some(place) => format!("\nhelp: it is sent in a {place}"),
        None if known.is_empty() => "\nnote: it has none".to_owned(),
        None => suggest::help(wire, "param", " there", known.iter().map(String::as_str)),
    };
    sent.origin.report(&sent.token, format!("{operation} has no query parameter `{wire}`{rest}"));
}

/// Reports a header with nearly the name of one that the operation has. Many files do not list all.
fn misspelt(operation: &Operation<'_>, params: &[Parameter<'_>], sent: &SentParam<'_>) {
    let headers = params.iter().filter(|param| param.place == "header").map(|param| param.name);
    if let Some(near) = suggest::nearest(&sent.wire, headers) {
        let message = format!("{operation} has no header `{}`\nhelp: did you mean `{near}`?", sent.wire);
        sent.origin.report(&sent.token, message);
    }
}

fn fits(operation: &Operation<'_>, param: &Parameter<'_>, sent: &SentParam<'_>, types: &TypeMap) {
    let shown = param.name;
    if let SentValue::Typed { optional: Some(whole), .. } = &sent.value
        && param.required
        && !param.schema.is_some_and(|schema| schema.facts().default)
    {
        let message = format!("{operation} requires `{shown}`\nhelp: write its type without `Option`");
        return sent.origin.report(whole, message);
    }
    let Some(schema) = param.schema else { return };
    let schema = schema.facts();
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
                    "{operation} takes the values of `{shown}` as one, with commas\nhelp: write `(style = csv)` after the type"
                );
                return sent.origin.report(ty, message);
            }
            let is_csv = *style == Style::Csv;
            if let Some(Mismatch { schema, unlisted, help }) = typed(&expected, &schema, types, is_csv) {
                let sent_ty = written_type(ty);
                let problem = match unlisted {
                    Some(names) => format!("`{sent_ty}` has {names}"),
                    None => format!("this is `{sent_ty}`"),
                };
                sent.origin.report(ty, message(operation, shown, schema, &problem, &help));
            }
        }
        SentValue::Fixed(text, token) => {
            let is_list = matches!(schema.kind, SchemaKind::List(_));
            let item = match &schema.kind {
                SchemaKind::List(ListItems::Every(item)) => item.facts(),
                _ => schema.clone(),
            };
            let fits = literal(&item, text) || is_list && text.split(',').all(|part| literal(&item, part.trim()));
            if !fits {
                let near = item.names().map_or_else(String::new, |names| suggest::help(text, "value", " there", names));
                sent.origin.report(token, message(operation, shown, &item, &format!("this is `{text:?}`"), &near));
            }
        }
        SentValue::Number(number, token) => {
            if let Some(message) = bound(&schema, i128::from(*number), shown) {
                sent.origin.report(token, format!("{message}\nnote: according to {operation}"));
            }
        }
    }
}

fn message(operation: &Operation<'_>, param: &str, schema: &Schema<'_>, problem: &str, help: &str) -> String {
    format!("`{param}` takes {}, but {problem}{help}\nnote: according to {operation}", schema.what())
}

/// Values of a type that do not fit.
struct Mismatch<'s> {
    schema: &'s Schema<'s>,
    /// The names of an enum that are too many.
    unlisted: Option<String>,
    help: String,
}

fn without_option(expected: ExpectedType) -> ExpectedType {
    match expected {
        ExpectedType::Option(inner) => *inner,
        expected => expected,
    }
}

/// What is wrong with values of a type, if they cannot be sent.
fn typed<'s>(expected: &ExpectedType, schema: &'s Schema<'s>, types: &TypeMap, is_csv: bool) -> Option<Mismatch<'s>> {
    let (fits, help) = match (&schema.kind, expected, schema.names()) {
        (SchemaKind::List(items), expected, _) => {
            let item = items.nodes().first()?.facts();
            let expected = if let ExpectedType::List(inner) = expected { inner } else { expected };
            (text_fits(expected, &item, types), help(&item))
        }
        (_, ExpectedType::Nested(name), Some(names)) if let Some(NestedType::Text(listed)) = types.get(name) => {
            let others: Vec<&str> = listed.names().filter(|name| !names.contains(name)).collect();
            let unlisted = (!others.is_empty()).then(|| suggest::list(others))?;
            let help = suggest::note("value", " there", names);
            return Some(Mismatch { schema, unlisted: Some(unlisted), help });
        }
        (_, ExpectedType::List(inner), _) => {
            (schema.is_anything() || is_csv && text_fits(inner, schema, types), help(schema))
        }
        (_, expected, _) => (text_fits(expected, schema, types), help(schema)),
    };
    (!fits).then_some(Mismatch { schema, unlisted: None, help })
}

fn text_fits(expected: &ExpectedType, schema: &Schema<'_>, types: &TypeMap) -> bool {
    match (expected, &schema.kind) {
        (ExpectedType::Unknown | ExpectedType::Json | ExpectedType::Map(_) | ExpectedType::Option(_), _)
        | (_, SchemaKind::Unknown | SchemaKind::Mixed | SchemaKind::Null)
        | (ExpectedType::Text | ExpectedType::Char, SchemaKind::Text)
        | (ExpectedType::Bool, SchemaKind::Bool)
        | (ExpectedType::Integer(..), SchemaKind::Integer | SchemaKind::Number)
        | (ExpectedType::Float, SchemaKind::Number) => true,
        // A string may be one of digits, unless its values or its format are known.
        (ExpectedType::Integer(..) | ExpectedType::Float | ExpectedType::Bool, SchemaKind::Text) => {
            schema.values.is_none() && schema.format.is_none_or(|format| format.contains("int"))
                || matches!(expected, ExpectedType::Bool) && schema.names().is_some_and(|names| names.contains(&"true"))
                || matches!(expected, ExpectedType::Integer(..))
                    && schema.names().is_some_and(|names| names.iter().any(|name| name.parse::<i128>().is_ok()))
        }
        (ExpectedType::Moment(moment), SchemaKind::Text) => {
            schema.may_be(*moment) || matches!(schema.format, Some("date" | "date-time"))
        }
        (ExpectedType::Nested(name), SchemaKind::Text) => match (types.get(name), schema.names()) {
            (Some(NestedType::Text(listed)), Some(names)) => listed.names().all(|name| names.contains(&name)),
            (Some(NestedType::Struct { .. }), _) => false,
            _ => true,
        },
        (ExpectedType::Nested(name), _) => !matches!(types.get(name), Some(NestedType::Text(..))),
        _ => false,
    }
}

/// The type to write instead.
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

/// Whether a string can be read as what a schema describes.
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
        _ => true,
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
