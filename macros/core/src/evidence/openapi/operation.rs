//! Operations: what a path takes, and what it responds with.

use std::fmt;

use super::path::{DeclaredPath, PathMatch, find};
use super::schema::{SchemaNode, flag, text};
use super::spec::Spec;
use crate::json::JsonValue;
use crate::language::{MethodKind, ResourceOptions, SourceOptions};
use crate::resolve::ResolvedOptions;
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
    pub(super) schema: Option<SchemaNode<'s>>,
    /// Whether several values are sent one by one.
    pub(super) explode: bool,
    pub(super) style: Option<&'s str>,
}

/// The body of a request.
pub(super) enum RequestBody<'s> {
    None,
    /// Of other media types only.
    Other(Vec<&'s str>),
    /// Of which nothing is known.
    Unknown,
    Schema(SchemaNode<'s>),
}

impl<'s> Operation<'s> {
    /// The operation that a resource requests, if the file has it.
    pub(crate) fn of(
        spec: &'s Spec,
        source: &SourceOptions,
        own: &ResourceOptions,
        shared: &ResourceOptions,
    ) -> Option<Self> {
        let (path, options) = (own.path.get()?, ResolvedOptions::new(own, shared));
        if !path.token.value().starts_with('/') {
            return None;
        }
        let declared = DeclaredPath::new((&path.value.0, &path.token), &options.params, source);
        match find(spec, &declared, options.method_kind()?) {
            PathMatch::Operation { operation, .. } => Some(operation),
            PathMatch::Method { .. } | PathMatch::Nothing(_) | PathMatch::Unknown => None,
        }
    }

    fn node(&self, json: &'s JsonValue) -> SchemaNode<'s> {
        SchemaNode { spec: self.spec, json }
    }

    /// The params of the operation, and those of the path that it does not set itself. None where one of them is not
    /// known.
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

    /// The body of such a media type.
    pub(super) fn body(&self, fits: fn(&str) -> bool) -> RequestBody<'s> {
        let Some(body) = self.value.get("requestBody") else { return RequestBody::None };
        let Some(JsonValue::Object(content)) = self.spec.follow(body).and_then(|body| body.get("content")) else {
            return RequestBody::Unknown;
        };
        match content.iter().find(|(name, _)| fits(name)) {
            Some((_, media)) => {
                media.get("schema").map_or(RequestBody::Unknown, |json| RequestBody::Schema(self.node(json)))
            }
            None => RequestBody::Other(content.iter().map(|(name, _)| name.as_str()).collect()),
        }
    }

    /// The schema of a successful response in JSON.
    pub(super) fn response(&self) -> Option<SchemaNode<'s>> {
        let Some(JsonValue::Object(responses)) = self.value.get("responses") else { return None };
        let mut successes: Vec<&(String, JsonValue)> =
            responses.iter().filter(|(status, _)| status.starts_with('2') || status == "default").collect();
        // `200` comes before `2XX`, and that before `default`.
        successes.sort_by_key(|(status, _)| status.to_uppercase());
        successes.iter().find_map(|(_, response)| {
            let Some(JsonValue::Object(content)) = self.spec.follow(response)?.get("content") else { return None };
            let (_, media) = content.iter().find(|(name, _)| is_json(name))?;
            media.get("schema").map(|json| self.node(json))
        })
    }
}

/// As messages name it: `GET /issues` in `openapi.json`.
impl fmt::Display for Operation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}` in `{}`", self.method.word(), self.path, self.spec.name)
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
        // JSON in a string is sent as a string.
        schema: value
            .get("schema")
            .filter(|schema| content.is_none() && spec.follow(schema).is_some())
            .map(|json| SchemaNode { spec, json }),
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
