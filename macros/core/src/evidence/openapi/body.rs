//! The body of a request: that its keys are known, that none is missing, and that the values fit.

use proc_macro2::TokenStream;
use syn::LitStr;

use super::operation::{Operation, RequestBody, is_form, is_json};
use super::param::bound;
use super::schema::{Schema, SchemaKind};
use super::spec::Spec;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::json::JsonValue;
use crate::language::{JsonTemplate, Param, ParamValue};
use crate::literal::Step;
use crate::naming::unraw;
use crate::shape::{ExpectedType, TypeMap};

/// What a request is sent with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Json,
    Form,
}

/// The body as it is declared.
pub(crate) struct SentBody<'b> {
    pub(crate) kind: BodyKind,
    /// None where only the paginator and the range put something into it.
    pub(crate) json: Option<&'b JsonTemplate>,
    /// The option's name.
    pub(crate) key: Option<TokenStream>,
    pub(crate) origin: OptionOrigin<'b>,
    /// Places that others put something into, with a number if it is known.
    pub(crate) places: Vec<BodyPlace<'b>>,
    pub(crate) params: &'b [Param],
}

/// A place that the paginator or the range puts something into.
pub(crate) struct BodyPlace<'b> {
    pub(crate) steps: &'b [Step],
    pub(crate) token: &'b LitStr,
    pub(crate) origin: OptionOrigin<'b>,
    /// How much that is at most, and where it is said.
    pub(crate) number: Option<(u64, TokenStream)>,
}

/// Reports what is wrong with a body. `required` takes what is required and not sent.
pub(crate) fn check(operation: &Operation<'_>, sent: &SentBody<'_>, types: &TypeMap, required: &dyn Fn(String)) {
    let (what, fits): (_, fn(&str) -> bool) = match sent.kind {
        BodyKind::Json => ("JSON", is_json),
        BodyKind::Form => ("a form", is_form),
    };
    let (name, file) = (operation.name(), &operation.spec.name);
    let body = match operation.body(fits) {
        RequestBody::Schema(body) => body,
        RequestBody::Unknown => return,
        RequestBody::None | RequestBody::Other(_) if sent.key.is_none() && sent.places.is_empty() => return,
        RequestBody::None => return wrong(sent, format!("`{name}` in `{file}` takes no body")),
        RequestBody::Other(others) => {
            return wrong(
                sent,
                format!("`{name}` in `{file}` takes no body that is {what}\nnote: it takes {}", suggest::list(others)),
            );
        }
    };
    let checker = BodyCheck { operation, sent, types, required };
    let empty = JsonTemplate::Object(Vec::new());
    if let JsonTemplate::Object(members) = sent.json.unwrap_or(&empty) {
        checker.object(&operation.spec.schema(body), members, &mut Vec::new());
    }
    for place in &sent.places {
        checker.place(body, place);
    }
}

/// Reports that there is no such body: where it is declared, else where something is put into it.
fn wrong(sent: &SentBody<'_>, message: String) {
    match (&sent.key, sent.places.first()) {
        (Some(key), _) => sent.origin.report(key, message),
        (None, Some(place)) => place.origin.report(place.token, message),
        (None, None) => {}
    }
}

struct BodyCheck<'c> {
    operation: &'c Operation<'c>,
    sent: &'c SentBody<'c>,
    types: &'c TypeMap,
    required: &'c dyn Fn(String),
}

impl<'c> BodyCheck<'c> {
    fn spec(&self) -> &'c Spec {
        self.operation.spec
    }

    fn object(&self, schema: &Schema<'c>, members: &'c [(LitStr, JsonTemplate)], above: &mut Vec<String>) {
        let SchemaKind::Object(object) = &schema.kind else { return };
        let (name, file) = (self.operation.name(), &self.spec().name);
        for (key, value) in members {
            let text = key.value();
            match object.get(&text).or(object.rest) {
                Some(property) => {
                    above.push(text);
                    self.value(property, value, key, above);
                    above.pop();
                }
                None if object.open => {}
                None => {
                    let keys = object.properties.iter().map(|(key, _)| *key).collect::<Vec<_>>();
                    let message = format!(
                        "the body of `{name}` in `{file}` has no `{}`{}",
                        written(above, &text),
                        suggest::help(&text, "key", " there", keys)
                    );
                    self.sent.origin.report(key, message);
                }
            }
        }
        for key in &object.required {
            let is_put = self.sent.places.iter().any(|place| {
                let mut steps = place.steps.iter();
                let mut path = above.iter().map(String::as_str).chain([*key]);
                path.all(|key| matches!(steps.next(), Some(Step::Key(step)) if step == key))
            });
            let has_default = object.get(key).is_some_and(|property| self.spec().schema(property).default);
            if !(is_put || has_default || members.iter().any(|(own, _)| own.value() == *key)) {
                (self.required)(format!(
                    "`{name}` in `{file}` requires `{}` in its body\nhelp: write `{key:?}: …` there",
                    written(above, key)
                ));
            }
        }
    }

    fn value(&self, property: &'c JsonValue, value: &'c JsonTemplate, key: &'c LitStr, above: &mut Vec<String>) {
        let schema = self.spec().schema(property);
        if schema.is_anything() {
            return;
        }
        match (value, &schema.kind) {
            (JsonTemplate::Param(name), _) => self.param(&schema, &unraw(name), key),
            (JsonTemplate::Object(members), SchemaKind::Object(_)) => self.object(&schema, members, above),
            (JsonTemplate::Array(items), SchemaKind::List(Some(element))) => {
                for item in items {
                    self.value(element, item, key, above);
                }
            }
            _ if self.literal_fits(&schema, value) => {}
            _ => self.misfit(&schema, value, key),
        }
    }

    fn misfit(&self, schema: &Schema<'_>, value: &JsonTemplate, key: impl quote::ToTokens + Clone) {
        let help = match (schema.names(), value) {
            (Some(names), JsonTemplate::Text(text)) => suggest::help(text, "value", " there", names),
            (Some(names), _) => suggest::note("value", " there", names),
            (None, _) => String::new(),
        };
        self.sent.origin.report(
            key,
            format!(
                "{} is {}, and what is sent is {}{help}\nnote: so says `{}` in `{}`",
                "this value",
                schema.what(),
                kind(value),
                self.operation.name(),
                self.spec().name
            ),
        );
    }

    fn literal_fits(&self, schema: &Schema<'_>, value: &JsonTemplate) -> bool {
        let is_form = self.sent.kind == BodyKind::Form;
        let listed = |is: &dyn Fn(&JsonValue) -> bool| {
            schema.values.as_ref().is_none_or(|values| values.iter().any(|value| is(value)))
        };
        match (value, &schema.kind) {
            (JsonTemplate::Null, _) => schema.null,
            (JsonTemplate::Text(text), _) if text.contains("{resources.") => true,
            (JsonTemplate::Text(text), SchemaKind::Text) => listed(&|value| *value == JsonValue::Text(text.clone())),
            (JsonTemplate::Integer(number), SchemaKind::Integer | SchemaKind::Number) => {
                listed(&|value| *value == JsonValue::Integer((*number).into()))
                    && bound(schema, (*number).into(), "").is_none()
            }
            (JsonTemplate::Bool(_), SchemaKind::Bool)
            | (JsonTemplate::Float(_), SchemaKind::Number)
            | (JsonTemplate::Array(_), SchemaKind::List(_))
            | (JsonTemplate::Object(_), SchemaKind::Object(_))
            | (JsonTemplate::Param(_), _) => true,
            // In a form, all is text.
            (JsonTemplate::Text(_) | JsonTemplate::Integer(_) | JsonTemplate::Bool(_) | JsonTemplate::Float(_), _) => {
                is_form
            }
            _ => false,
        }
    }

    fn param(&self, schema: &Schema<'c>, name: &str, key: &LitStr) {
        let Some(param) = self.sent.params.iter().find(|param| unraw(&param.name) == name) else { return };
        let ty = match &param.value {
            ParamValue::Static { json, token, pattern, .. } => {
                if !(pattern.is_open() || self.literal_fits(schema, json)) {
                    self.misfit(schema, json, token.clone());
                }
                return;
            }
            ParamValue::Required(ty) | ParamValue::Optional { inner: ty, .. } => ty,
        };
        let expected = self.types.expected(ty, &self.types.names());
        if self.sent.kind == BodyKind::Json && !want_fits(&expected, schema) {
            self.sent.origin.report(
                ty,
                format!(
                    "`{}` is {} in the body, and `{}` is sent as {}\nnote: so says `{}` in `{}`",
                    key.value(),
                    schema.what(),
                    quote::quote!(#ty).to_string().replace(' ', ""),
                    sent_as(&expected),
                    self.operation.name(),
                    self.spec().name
                ),
            );
        }
    }

    /// A place in the body that the paginator or the range knows of.
    fn place(&self, body: &'c JsonValue, place: &BodyPlace<'_>) {
        let mut value = body;
        let mut above: Vec<String> = Vec::new();
        for step in place.steps {
            let Step::Key(key) = step else { return };
            let SchemaKind::Object(object) = self.spec().schema(value).kind else { return };
            match object.get(key).or(object.rest) {
                Some(next) => value = next,
                None if object.open => return,
                None => {
                    let keys = object.properties.iter().map(|(key, _)| *key).collect::<Vec<_>>();
                    let (name, file) = (self.operation.name(), &self.spec().name);
                    let message = format!(
                        "the body of `{name}` in `{file}` has no `{}`{}",
                        written(&above, key),
                        suggest::help(key, "key", " there", keys)
                    );
                    return place.origin.report(place.token, message);
                }
            }
            above.push(key.clone());
        }
        if let Some((number, token)) = &place.number
            && let Some(message) = bound(&self.spec().schema(value), i128::from(*number), &above.join("."))
        {
            place.origin.report(
                token,
                format!("{message}\nnote: so says `{}` in `{}`", self.operation.name(), self.spec().name),
            );
        }
    }
}

fn written(above: &[String], key: &str) -> String {
    above.iter().map(String::as_str).chain([key]).collect::<Vec<_>>().join(".")
}

/// Whether a param of this type is sent as what a schema says.
fn want_fits(expected: &ExpectedType, schema: &Schema<'_>) -> bool {
    match (expected, &schema.kind) {
        (ExpectedType::Bool, kind) => matches!(kind, SchemaKind::Bool),
        (ExpectedType::Integer(..), kind) => matches!(kind, SchemaKind::Integer | SchemaKind::Number),
        (ExpectedType::Float, kind) => matches!(kind, SchemaKind::Number),
        (ExpectedType::Text | ExpectedType::Char | ExpectedType::Moment(_), kind) => matches!(kind, SchemaKind::Text),
        (ExpectedType::List(_), kind) => matches!(kind, SchemaKind::List(_)),
        (
            ExpectedType::Option(_)
            | ExpectedType::Map(_)
            | ExpectedType::Json
            | ExpectedType::Nested(_)
            | ExpectedType::Unknown,
            _,
        ) => true,
    }
}

fn sent_as(expected: &ExpectedType) -> &'static str {
    match expected {
        ExpectedType::Bool => "a truth value",
        ExpectedType::Integer(..) | ExpectedType::Float => "a number",
        ExpectedType::List(_) => "an array",
        _ => "a text",
    }
}

fn kind(value: &JsonTemplate) -> String {
    match value {
        JsonTemplate::Null => "null".to_owned(),
        JsonTemplate::Bool(flag) => format!("`{flag}`"),
        JsonTemplate::Integer(number) => format!("`{number}`"),
        JsonTemplate::Float(number) => format!("`{number:?}`"),
        JsonTemplate::Text(text) => format!("`{text:?}`"),
        JsonTemplate::Array(_) => "an array".to_owned(),
        JsonTemplate::Object(_) => "an object".to_owned(),
        JsonTemplate::Param(name) => format!("`{name}`"),
    }
}
