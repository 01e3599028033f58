//! The body of a request: that its keys are known, that none is missing, and that the values fit.

use proc_macro2::TokenStream;
use syn::LitStr;

use super::operation::{Body, Operation, is_form, is_json};
use super::param::bound;
use super::schema::{Kind as Of, Schema};
use super::spec::Spec;
use crate::diagnostic::{Blame, suggest};
use crate::json::Value;
use crate::language::{Json, Param, ParamValue};
use crate::literal::Step;
use crate::naming::unraw;
use crate::shape::{Parts, Want};

/// What a request is sent with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Form,
}

/// The body as it is declared.
pub(crate) struct Sent<'b> {
    pub(crate) kind: Kind,
    /// None where only the paginator and the range put something into it.
    pub(crate) json: Option<&'b Json>,
    /// The option's name.
    pub(crate) key: Option<TokenStream>,
    pub(crate) blame: Blame<'b>,
    /// Places that others put something into, with a number if it is known.
    pub(crate) places: Vec<Place<'b>>,
    pub(crate) params: &'b [Param],
}

/// A place that the paginator or the range puts something into.
pub(crate) struct Place<'b> {
    pub(crate) steps: &'b [Step],
    pub(crate) token: &'b LitStr,
    pub(crate) blame: Blame<'b>,
    /// How much that is at most, and where it is said.
    pub(crate) number: Option<(u64, TokenStream)>,
}

/// Reports what is wrong with a body. `required` takes what is required and not sent.
pub(crate) fn check(operation: &Operation<'_>, sent: &Sent<'_>, parts: &Parts, required: &dyn Fn(String)) {
    let (what, fits): (_, fn(&str) -> bool) = match sent.kind {
        Kind::Json => ("JSON", is_json),
        Kind::Form => ("a form", is_form),
    };
    let (name, file) = (operation.name(), &operation.spec.name);
    let body = match operation.body(fits) {
        Body::Schema(body) => body,
        Body::Unknown => return,
        Body::None | Body::Other(_) if sent.key.is_none() && sent.places.is_empty() => return,
        Body::None => return wrong(sent, format!("`{name}` in `{file}` takes no body")),
        Body::Other(others) => {
            return wrong(
                sent,
                format!("`{name}` in `{file}` takes no body that is {what}\nnote: it takes {}", suggest::list(others)),
            );
        }
    };
    let checker = Checker { operation, sent, parts, required };
    let empty = Json::Object(Vec::new());
    if let Json::Object(members) = sent.json.unwrap_or(&empty) {
        checker.object(&operation.spec.schema(body), members, &mut Vec::new());
    }
    for place in &sent.places {
        checker.place(body, place);
    }
}

/// Reports that there is no such body: where it is declared, else where something is put into it.
fn wrong(sent: &Sent<'_>, message: String) {
    match (&sent.key, sent.places.first()) {
        (Some(key), _) => sent.blame.report(key, message),
        (None, Some(place)) => place.blame.report(place.token, message),
        (None, None) => {}
    }
}

struct Checker<'c> {
    operation: &'c Operation<'c>,
    sent: &'c Sent<'c>,
    parts: &'c Parts,
    required: &'c dyn Fn(String),
}

impl<'c> Checker<'c> {
    fn spec(&self) -> &'c Spec {
        self.operation.spec
    }

    fn object(&self, schema: &Schema<'c>, members: &'c [(LitStr, Json)], above: &mut Vec<String>) {
        let Of::Object(object) = &schema.kind else { return };
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
                    self.sent.blame.report(key, message);
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

    fn value(&self, property: &'c Value, value: &'c Json, key: &'c LitStr, above: &mut Vec<String>) {
        let schema = self.spec().schema(property);
        if schema.is_anything() {
            return;
        }
        match (value, &schema.kind) {
            (Json::Param(name), _) => self.param(&schema, &unraw(name), key),
            (Json::Object(members), Of::Object(_)) => self.object(&schema, members, above),
            (Json::Array(items), Of::List(Some(element))) => {
                for item in items {
                    self.value(element, item, key, above);
                }
            }
            _ if self.literal_fits(&schema, value) => {}
            _ => self.misfit(&schema, value, key),
        }
    }

    fn misfit(&self, schema: &Schema<'_>, value: &Json, key: impl quote::ToTokens + Clone) {
        let help = match (schema.names(), value) {
            (Some(names), Json::Text(text)) => suggest::help(text, "value", " there", names),
            (Some(names), _) => suggest::note("value", " there", names),
            (None, _) => String::new(),
        };
        self.sent.blame.report(
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

    fn literal_fits(&self, schema: &Schema<'_>, value: &Json) -> bool {
        let is_form = self.sent.kind == Kind::Form;
        let listed = |is: &dyn Fn(&Value) -> bool| {
            schema.values.as_ref().is_none_or(|values| values.iter().any(|value| is(value)))
        };
        match (value, &schema.kind) {
            (Json::Null, _) => schema.null,
            (Json::Text(text), _) if text.contains("{resources.") => true,
            (Json::Text(text), Of::Text) => listed(&|value| *value == Value::Text(text.clone())),
            (Json::Integer(number), Of::Integer | Of::Number) => {
                listed(&|value| *value == Value::Integer((*number).into()))
                    && bound(schema, (*number).into(), "").is_none()
            }
            (Json::Bool(_), Of::Bool)
            | (Json::Float(_), Of::Number)
            | (Json::Array(_), Of::List(_))
            | (Json::Object(_), Of::Object(_))
            | (Json::Param(_), _) => true,
            // In a form, all is text.
            (Json::Text(_) | Json::Integer(_) | Json::Bool(_) | Json::Float(_), _) => is_form,
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
        let want = self.parts.want(ty, &self.parts.names());
        if self.sent.kind == Kind::Json && !want_fits(&want, schema) {
            self.sent.blame.report(
                ty,
                format!(
                    "`{}` is {} in the body, and `{}` is sent as {}\nnote: so says `{}` in `{}`",
                    key.value(),
                    schema.what(),
                    quote::quote!(#ty).to_string().replace(' ', ""),
                    sent_as(&want),
                    self.operation.name(),
                    self.spec().name
                ),
            );
        }
    }

    /// A place in the body that the paginator or the range knows of.
    fn place(&self, body: &'c Value, place: &Place<'_>) {
        let mut value = body;
        let mut above: Vec<String> = Vec::new();
        for step in place.steps {
            let Step::Key(key) = step else { return };
            let Of::Object(object) = self.spec().schema(value).kind else { return };
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
                    return place.blame.report(place.token, message);
                }
            }
            above.push(key.clone());
        }
        if let Some((number, token)) = &place.number
            && let Some(message) = bound(&self.spec().schema(value), i128::from(*number), &above.join("."))
        {
            place.blame.report(
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
fn want_fits(want: &Want, schema: &Schema<'_>) -> bool {
    match (want, &schema.kind) {
        (Want::Bool, kind) => matches!(kind, Of::Bool),
        (Want::Integer(..), kind) => matches!(kind, Of::Integer | Of::Number),
        (Want::Float, kind) => matches!(kind, Of::Number),
        (Want::Text | Want::Char | Want::Moment(_), kind) => matches!(kind, Of::Text),
        (Want::List(_), kind) => matches!(kind, Of::List(_)),
        (Want::Option(_) | Want::Map(_) | Want::Json | Want::Part(_) | Want::Unknown, _) => true,
    }
}

fn sent_as(want: &Want) -> &'static str {
    match want {
        Want::Bool => "a truth value",
        Want::Integer(..) | Want::Float => "a number",
        Want::List(_) => "an array",
        _ => "a text",
    }
}

fn kind(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(flag) => format!("`{flag}`"),
        Json::Integer(number) => format!("`{number}`"),
        Json::Float(number) => format!("`{number:?}`"),
        Json::Text(text) => format!("`{text:?}`"),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
        Json::Param(name) => format!("`{name}`"),
    }
}
