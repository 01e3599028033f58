//! The body of a request: that its keys are known, that none is missing, and that its values fit.

use proc_macro2::TokenStream;
use syn::LitStr;

use super::operation::{Operation, RequestBody, is_form, is_json};
use super::params::bound;
use super::schema::{Schema, SchemaKind, SchemaNode};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::evidence::facts::{DataNode, ListItems, ObjectFacts};
use crate::json::JsonValue;
use crate::language::{JsonTemplate, Param, ParamValue};
use crate::literal::Step;
use crate::naming::unraw;
use crate::shape::{ExpectedType, TypeMap, written_type};

/// The format of a body.
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
    pub(crate) places: Vec<BodyPlace<'b>>,
    pub(crate) params: &'b [Param],
}

/// A place that the paginator or the range puts something into.
pub(crate) struct BodyPlace<'b> {
    pub(crate) steps: &'b [Step],
    pub(crate) token: &'b LitStr,
    pub(crate) origin: OptionOrigin<'b>,
    /// The most that it puts there, and the token for that.
    pub(crate) number: Option<(u64, TokenStream)>,
    /// Whether the file is wrong about it.
    pub(crate) overruled: bool,
}

/// Reports what is wrong with a body. `required` reports a key that is required and not sent.
pub(crate) fn check(operation: &Operation<'_>, sent: &SentBody<'_>, types: &TypeMap, required: &dyn Fn(String)) {
    let (what, fits): (_, fn(&str) -> bool) = match sent.kind {
        BodyKind::Json => ("JSON", is_json),
        BodyKind::Form => ("a form", is_form),
    };
    let body = match operation.body(fits) {
        RequestBody::Schema(body) => body,
        RequestBody::Unknown => return,
        RequestBody::None | RequestBody::Other(_) if sent.key.is_none() && sent.places.is_empty() => return,
        RequestBody::None => return wrong(sent, format!("{operation} takes no body")),
        RequestBody::Other(others) => {
            let others = suggest::list(others);
            return wrong(sent, format!("{operation} takes no body that is {what}\nnote: it takes {others}"));
        }
    };
    let checker = BodyCheck { operation, sent, types, required };
    let empty = JsonTemplate::Object(Vec::new());
    if let JsonTemplate::Object(members) = sent.json.unwrap_or(&empty) {
        checker.object(&body.facts(), members, &mut Vec::new());
    }
    for place in sent.places.iter().filter(|place| !place.overruled) {
        checker.place(body, place);
    }
}

/// Reports that there is no such body, where it is declared, or else where something is put into it.
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
    fn object(&self, schema: &Schema<'c>, members: &'c [(LitStr, JsonTemplate)], above: &mut Vec<String>) {
        let SchemaKind::Object(object) = &schema.kind else { return };
        for (key, value) in members {
            let text = key.value();
            match object.get(&text).or(object.rest) {
                Some(property) => {
                    above.push(text);
                    self.value(property, value, key, above);
                    above.pop();
                }
                None if object.open => {}
                None => self.sent.origin.report(key, self.unknown(object, above, &text)),
            }
        }
        for key in &object.required {
            let is_put = self.sent.places.iter().any(|place| {
                let mut steps = place.steps.iter();
                let mut path = above.iter().map(String::as_str).chain([*key]);
                path.all(|key| matches!(steps.next(), Some(Step::Key(step)) if step == key))
            });
            let has_default = object.get(key).is_some_and(|property| property.facts().default);
            if !(is_put || has_default || members.iter().any(|(own, _)| own.value() == *key)) {
                let (operation, path) = (self.operation, written(above, key));
                let message = format!("{operation} requires `{path}` in its body\nhelp: write `{key:?}: …` there");
                (self.required)(message);
            }
        }
    }

    fn unknown(&self, object: &ObjectFacts<'_, SchemaNode<'_>>, above: &[String], key: &str) -> String {
        let keys: Vec<&str> = object.properties.iter().map(|(key, _)| *key).collect();
        let help = suggest::help(key, "key", " there", keys);
        format!("the body of {} has no `{}`{help}", self.operation, written(above, key))
    }

    fn value(&self, property: SchemaNode<'c>, value: &'c JsonTemplate, key: &'c LitStr, above: &mut Vec<String>) {
        let schema = property.facts();
        if schema.is_anything() {
            return;
        }
        match (value, &schema.kind) {
            (JsonTemplate::Param(name), _) => self.param(&schema, &unraw(name), key),
            (JsonTemplate::Object(members), SchemaKind::Object(_)) => self.object(&schema, members, above),
            (JsonTemplate::Array(items), SchemaKind::List(ListItems::Every(element))) => {
                for item in items {
                    self.value(*element, item, key, above);
                }
            }
            _ if self.literal_fits(&schema, value) => {}
            _ => self.misfit(&schema, value, key),
        }
    }

    fn misfit(&self, schema: &Schema<'_>, value: &JsonTemplate, key: impl quote::ToTokens + Clone) {
        let help = match (schema.names(), value) {
            (Some(names), JsonTemplate::Text(text)) => suggest::help(&text.pattern.plain(), "value", " there", names),
            (Some(names), _) => suggest::note("value", " there", names),
            (None, _) => String::new(),
        };
        let (operation, what, sent) = (self.operation, schema.what(), kind(value));
        let message = format!("this value must be {what}, but {sent} is sent{help}\nnote: according to {operation}");
        self.sent.origin.report(key, message);
    }

    fn literal_fits(&self, schema: &Schema<'_>, value: &JsonTemplate) -> bool {
        let is_form = self.sent.kind == BodyKind::Form;
        let listed = |is: &dyn Fn(&JsonValue) -> bool| {
            schema.values.as_ref().is_none_or(|values| values.iter().any(|value| is(value)))
        };
        match (value, &schema.kind) {
            (JsonTemplate::Null, _) => schema.null,
            (JsonTemplate::Text(text), _) if text.pattern.is_open() => true,
            (JsonTemplate::Text(text), SchemaKind::Text) => {
                listed(&|value| *value == JsonValue::Text(text.pattern.plain()))
            }
            (JsonTemplate::Integer(number), SchemaKind::Integer | SchemaKind::Number) => {
                listed(&|value| *value == JsonValue::Integer((*number).into()))
                    && bound(schema, (*number).into(), "").is_none()
            }
            (JsonTemplate::Bool(_), SchemaKind::Bool)
            | (JsonTemplate::Float(_), SchemaKind::Number)
            | (JsonTemplate::Array(_), SchemaKind::List(_))
            | (JsonTemplate::Object(_), SchemaKind::Object(_))
            | (JsonTemplate::Param(_), _) => true,
            // Forms are text.
            (JsonTemplate::Text(_) | JsonTemplate::Integer(_) | JsonTemplate::Bool(_) | JsonTemplate::Float(_), _) => {
                is_form
            }
            _ => false,
        }
    }

    fn param(&self, schema: &Schema<'c>, name: &str, key: &LitStr) {
        let Some(param) = self.sent.params.iter().find(|param| unraw(&param.name) == name) else { return };
        let ty = match &param.value {
            ParamValue::Static(fixed) => {
                if !self.literal_fits(schema, &fixed.json) {
                    self.misfit(schema, &fixed.json, fixed.token.clone());
                }
                return;
            }
            ParamValue::Several(_) | ParamValue::Partition | ParamValue::Secret(_) => return,
            ParamValue::Required(ty) | ParamValue::Optional { inner: ty, .. } => ty,
        };
        let expected = self.types.expected(ty, &self.types.names());
        if self.sent.kind == BodyKind::Json
            && let Some((sent, false)) = sent_as(&expected, &schema.kind)
        {
            let (key, what, ty_written) = (key.value(), schema.what(), written_type(ty));
            let note = format!("\nnote: according to {}", self.operation);
            let message = format!("`{key}` must be {what} in the body, but `{ty_written}` is sent as {sent}{note}");
            self.sent.origin.report(ty, message);
        }
    }

    /// A place in the body that the paginator or the range puts something into.
    fn place(&self, body: SchemaNode<'c>, place: &BodyPlace<'_>) {
        let mut value = body;
        let mut above: Vec<String> = Vec::new();
        for step in place.steps {
            let Step::Key(key) = step else { return };
            let SchemaKind::Object(object) = value.facts().kind else { return };
            match object.get(key).or(object.rest) {
                Some(next) => value = next,
                None if object.open => return,
                None => return place.origin.report(place.token, self.unknown(&object, &above, key)),
            }
            above.push(key.clone());
        }
        if let Some((number, token)) = &place.number
            && let Some(message) = bound(&value.facts(), i128::from(*number), &above.join("."))
        {
            place.origin.report(token, format!("{message}\nnote: according to {}", self.operation));
        }
    }
}

fn written(above: &[String], key: &str) -> String {
    above.iter().map(String::as_str).chain([key]).collect::<Vec<_>>().join(".")
}

/// What a param of this type is sent as, and whether that fits. None where that is not judged.
fn sent_as(expected: &ExpectedType, kind: &SchemaKind<'_>) -> Option<(&'static str, bool)> {
    Some(match expected {
        ExpectedType::Bool => ("a boolean", matches!(kind, SchemaKind::Bool)),
        ExpectedType::Integer(..) => ("a number", matches!(kind, SchemaKind::Integer | SchemaKind::Number)),
        ExpectedType::Float => ("a number", matches!(kind, SchemaKind::Number)),
        ExpectedType::Text | ExpectedType::Char | ExpectedType::Moment(_) => {
            ("a string", matches!(kind, SchemaKind::Text))
        }
        ExpectedType::List(_) => ("an array", matches!(kind, SchemaKind::List(_))),
        _ => return None,
    })
}

fn kind(value: &JsonTemplate) -> String {
    match value {
        JsonTemplate::Null => "null".to_owned(),
        JsonTemplate::Bool(flag) => format!("`{flag}`"),
        JsonTemplate::Integer(number) => format!("`{number}`"),
        JsonTemplate::Float(number) => format!("`{number:?}`"),
        JsonTemplate::Text(text) => format!("`{:?}`", text.pattern.plain()),
        JsonTemplate::Array(_) => "an array".to_owned(),
        JsonTemplate::Object(_) => "an object".to_owned(),
        JsonTemplate::Param(name) => format!("`{name}`"),
        JsonTemplate::Secret(_) => "a secret".to_owned(),
    }
}
