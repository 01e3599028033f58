//! Operations: what a path takes and answers.

use super::schema::{flag, text};
use super::spec::Spec;
use crate::json::JsonValue;
use crate::language::MethodKind;
use crate::syntax::Word;

/// A method of a path.
pub(crate) struct Operation<'s> {
    pub(crate) spec: &'s Spec,
    pub(crate) method: MethodKind,
    /// As the file has it.
    pub(crate) path: &'s str,
    /// The path's item, which has params for all of its methods.
    pub(super) item: &'s JsonValue,
    pub(super) value: &'s JsonValue,
}

/// A param as a file has it.
pub(super) struct Parameter<'s> {
    pub(super) name: &'s str,
    /// `query`, `header`, `path` or `cookie`.
    pub(super) place: &'s str,
    pub(super) required: bool,
    pub(super) schema: Option<&'s JsonValue>,
    /// Whether several values are sent one by one.
    pub(super) explode: bool,
    pub(super) style: Option<&'s str>,
}

/// The body of a request.
pub(super) enum RequestBody<'s> {
    /// None is taken.
    None,
    /// Others than asked for, by these names.
    Other(Vec<&'s str>),
    /// Of which nothing is known.
    Unknown,
    Schema(&'s JsonValue),
}

impl<'s> Operation<'s> {
    /// `GET /issues`
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method.word(), self.path)
    }

    /// The params of the operation, and those of the path that it does not set itself. None where one of them is not known.
    pub(super) fn params(&self) -> Option<Vec<Parameter<'s>>> {
        let mut params: Vec<Parameter<'s>> = Vec::new();
        for value in [self.value, self.item] {
            let Some(JsonValue::Array(listed)) = value.get("parameters") else { continue };
            for param in listed {
                let param = self.spec.follow(param).and_then(|value| parameter(self.spec, value))?;
                if !params.iter().any(|known| known.name == param.name && known.place == param.place) {
                    params.push(param);
                }
            }
        }
        Some(params)
    }

    /// The body that is taken in this form.
    pub(super) fn body(&self, fits: fn(&str) -> bool) -> RequestBody<'s> {
        let Some(body) = self.value.get("requestBody") else { return RequestBody::None };
        let Some(JsonValue::Object(content)) = self.spec.follow(body).and_then(|body| body.get("content")) else {
            return RequestBody::Unknown;
        };
        match content.iter().find(|(name, _)| fits(name)) {
            Some((_, media)) => media.get("schema").map_or(RequestBody::Unknown, RequestBody::Schema),
            None => RequestBody::Other(content.iter().map(|(name, _)| name.as_str()).collect()),
        }
    }

    /// The schema of a successful answer in JSON.
    pub(super) fn answer(&self) -> Option<&'s JsonValue> {
        let Some(JsonValue::Object(responses)) = self.value.get("responses") else { return None };
        let mut successes: Vec<&(String, JsonValue)> =
            responses.iter().filter(|(status, _)| status.starts_with('2') || status == "default").collect();
        // `200` comes before `2XX`, and that before `default`.
        successes.sort_by_key(|(status, _)| status.to_uppercase());
        successes.iter().find_map(|(_, response)| {
            let Some(JsonValue::Object(content)) = self.spec.follow(response)?.get("content") else { return None };
            let (_, media) = content.iter().find(|(name, _)| is_json(name))?;
            media.get("schema")
        })
    }
}

fn parameter<'s>(spec: &'s Spec, value: &'s JsonValue) -> Option<Parameter<'s>> {
    let content = match value.get("content") {
        Some(JsonValue::Object(content)) => content.first().map(|(_, media)| media),
        _ => None,
    };
    let style = text(value, "style");
    Some(Parameter {
        name: text(value, "name")?,
        place: text(value, "in")?,
        required: flag(value, "required") == Some(true),
        // What is JSON in a text is a text for whoever sends it.
        schema: value.get("schema").filter(|_| content.is_none()).filter(|schema| spec.follow(schema).is_some()),
        explode: flag(value, "explode").unwrap_or(style.is_none_or(|style| style == "form")),
        style,
    })
}

/// Whether a media type is JSON, or anything.
pub(super) fn is_json(name: &str) -> bool {
    let name = name.split(';').next().unwrap_or_default().trim().to_lowercase();
    matches!(name.as_str(), "application/json" | "text/json" | "*/*" | "application/*") || name.ends_with("+json")
}

pub(super) fn is_form(name: &str) -> bool {
    name.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
