//! Templates with placeholders: `/orgs/{organization}/repos`, `{resources.posts.id}`. The macro has checked them; the
//! grammar is described in `macros/core/src/literal/template.rs`.

use std::cell::RefCell;

use serde::Serialize;
use serde_json::Value;

use super::param::{Param, Segment};
use crate::error::{Error, ErrorKind, Result};

/// The values of placeholders, by name.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Values(Vec<(&'static str, ParamValue)>);

#[derive(Debug, Clone, Serialize)]
struct ParamValue {
    text: String,
    json: Value,
    /// Each value of a list by itself.
    #[serde(skip)]
    texts: Vec<String>,
}

impl ParamValue {
    /// As one text. An empty list is none.
    fn text(&self) -> Option<&str> {
        (!self.texts.is_empty()).then_some(&*self.text)
    }
}

impl Values {
    pub(crate) const NONE: Self = Self(Vec::new());

    /// Sets a value; the last value of a name counts.
    pub(crate) fn set(&mut self, name: &'static str, value: &dyn Param) {
        self.put(name, ParamValue { text: value.to_text(), json: value.to_json(), texts: value.to_texts() });
    }

    /// Sets a value of a row; null is no value.
    pub(crate) fn set_json(&mut self, name: &'static str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.put_json(name, text.clone(), value),
            other => self.put_json(name, other.to_string(), other),
        }
    }

    /// Takes a value back.
    pub(crate) fn unset(&mut self, name: &str) {
        self.0.retain(|(known, _)| *known != name);
    }

    fn put_json(&mut self, name: &'static str, text: String, json: &Value) {
        self.put(name, ParamValue { texts: vec![text.clone()], text, json: json.clone() });
    }

    fn put(&mut self, name: &'static str, value: ParamValue) {
        self.unset(name);
        self.0.push((name, value));
    }

    /// A value as text, if it has one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// Each text of a value, if it has one.
    pub(crate) fn texts(&self, name: &str) -> Option<&[String]> {
        self.get(name).map(|value| &*value.texts)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&self, name: &str) -> Option<&ParamValue> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// These values, and those of `others` that have no value here.
    pub(crate) fn or(mut self, others: &Self) -> Self {
        for (name, value) in &others.0 {
            if !self.has(name) {
                self.0.push((name, value.clone()));
            }
        }
        self
    }

    /// The template filled in, doubled braces made single; `None` if a placeholder has no value, or an empty list. The
    /// values of a list are joined by commas.
    pub(crate) fn fill(&self, template: &str) -> Option<String> {
        fill(template, |name| Some(self.get(name)?.text()?.to_owned()))
    }

    /// The template filled in with values that are checked, or encoded, by name.
    ///
    /// # Errors
    /// The first of these; and `Config` where a placeholder has no value.
    pub(crate) fn try_fill(&self, template: &str, encode: impl Fn(&str, &str) -> Result<String>) -> Result<String> {
        let refused = RefCell::new(None);
        let filled = fill(template, |name| {
            let text = self.get(name).and_then(ParamValue::text);
            let text = text.ok_or_else(|| TemplateError::Missing(name.to_owned()).in_path(template));
            text.and_then(|text| encode(name, text)).map_err(|error| *refused.borrow_mut() = Some(error)).ok()
        });
        match refused.into_inner() {
            Some(error) => Err(error),
            None => Ok(filled.unwrap_or_default()),
        }
    }

    /// The texts that are sent for a template: one, if all placeholders have values. A template that is nothing but
    /// `{name*}`, with the modifier of RFC 6570 (section 2.4.2), has one for each value of a list.
    pub(crate) fn fill_each(&self, template: &str) -> Vec<String> {
        match template.strip_prefix('{').and_then(|rest| rest.strip_suffix("*}")) {
            Some(name) => self.get(name).map(|value| value.texts.clone()).unwrap_or_default(),
            None => self.fill(template).into_iter().collect(),
        }
    }

    /// The path filled in, each value encoded for its segment. A value that it begins with is a URL: the rest is added to
    /// the path of that.
    ///
    /// # Errors
    /// The segment that would result in another path, or the name of the first placeholder without a value.
    pub(crate) fn path(&self, template: &str) -> std::result::Result<String, TemplateError> {
        if let Some((name, rest)) = template.strip_prefix('{').and_then(|template| template.split_once('}')) {
            return match self.text(name) {
                None => Err(TemplateError::Missing(name.to_owned())),
                Some("") => Err(TemplateError::NoUrl("it is empty".to_owned())),
                Some(url) => Ok(below(url, &self.path(rest)?)),
            };
        }
        let missing = RefCell::new(None);
        let path = fill(template, |placeholder| {
            let name = placeholder.strip_prefix('+').unwrap_or(placeholder);
            let text = self.get(name).and_then(ParamValue::text);
            let segment = text.map(|text| if name == placeholder { encoded(text) } else { slashed(text) });
            // Without one value, another may lead to another path all the same.
            Some(segment.unwrap_or_else(|| {
                missing.borrow_mut().get_or_insert_with(|| name.to_owned());
                name.to_owned()
            }))
        });
        let path = path.unwrap_or_default();
        let traversing = if template.contains("{+") {
            traversing_value(template, &path)
        } else {
            traversing_segment(template, &path)
        };
        match (traversing, missing.into_inner()) {
            (Some(segment), _) => Err(TemplateError::Traversal(segment)),
            (None, Some(name)) => Err(TemplateError::Missing(name)),
            (None, None) => Ok(path),
        }
    }

    /// A string of a JSON body, filled in; `None` if a placeholder has no value. A string that is nothing but a value of a
    /// parent's row or an end of the range becomes the value itself.
    pub(crate) fn json(&self, template: &str) -> Option<Value> {
        let name = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let typed = name.filter(|name| name.contains('.') && !name.contains(['{', '}']));
        match typed {
            Some(name) => self.json_of(name).cloned(),
            None => self.fill(template).map(Value::String),
        }
    }

    /// The value of a name in a JSON body.
    pub(crate) fn json_of(&self, name: &str) -> Option<&Value> {
        self.get(name).map(|value| &value.json)
    }
}

/// Why a path cannot be requested.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TemplateError {
    /// A placeholder has no value.
    Missing(String),
    /// A segment is empty, `.` or `..`.
    Traversal(String),
    /// A value that stands for a URL is none that may be requested, and why.
    NoUrl(String),
}

impl TemplateError {
    pub(crate) fn in_path(&self, path: &str) -> Error {
        let message = match self {
            Self::Missing(name) => format!("`{{{name}}}` in the path `{path}` has no value"),
            Self::Traversal(segment) => {
                format!("`{segment}` in the path `{path}` has a value that leads to another path: empty, `.` or `..`")
            }
            Self::NoUrl(why) => format!("the path `{path}` has a value that is no URL to read from: {why}"),
        };
        Error::new(ErrorKind::Config, message)
    }
}

/// A path added to that of a URL, before its query.
fn below(url: &str, path: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    match url.find('?').map(|at| url.split_at(at)) {
        _ if path.is_empty() => url.to_owned(),
        Some((url, query)) => format!("{}{path}{query}", url.trim_end_matches('/')),
        None => format!("{}{path}", url.trim_end_matches('/')),
    }
}

fn encoded(text: &str) -> String {
    Segment::new(text).to_string()
}

/// Each segment of a path encoded.
fn slashed(text: &str) -> String {
    text.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, at)) = rest.find(['{', '}']).map(|at| rest.split_at(at)) {
        out.push_str(before);
        if let Some(after) = at.strip_prefix("{{") {
            out.push('{');
            rest = after;
        } else if let Some(after) = at.strip_prefix("}}") {
            out.push('}');
            rest = after;
        } else if let Some((name, after)) = at.strip_prefix('{').and_then(|at| at.split_once('}')) {
            out.push_str(&value(name)?);
            rest = after;
        } else {
            out.push_str(at);
            rest = "";
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The names of a template's placeholders, without the modifier of a list, and the operator that keeps slashes.
pub(crate) fn placeholders(template: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    // Each has a value, so that none is the last.
    let _ = fill(template, |name| {
        let name = name.strip_suffix('*').unwrap_or(name);
        names.borrow_mut().push(name.strip_prefix('+').unwrap_or(name).to_owned());
        Some(String::new())
    });
    names.into_inner()
}

/// The name, where a text is one placeholder and nothing else.
pub(crate) fn only_placeholder(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.contains(['{', '}']))
}

/// The first segment of the template whose value cannot be in a path: an empty value, `.` and `..` would result in
/// another path, encoded or not (URL standard, "double-dot URL path segment").
pub(crate) fn traversing_segment(template: &str, path: &str) -> Option<String> {
    let traverses = |segment: &str| matches!(segment, "" | "." | "..");
    let mut segments = template.split('/').zip(path.split('/'));
    segments.find_map(|(template, value)| (traverses(value) && !traverses(template)).then(|| template.to_owned()))
}

/// The same where values may have several segments: the path, which begins as the template does, has none of these.
fn traversing_value(template: &str, path: &str) -> Option<String> {
    let own = template.split('/').filter(|segment| segment.is_empty()).count();
    let is_dots = |segment: &str| matches!(segment, "." | "..");
    let leads_away = path.split('/').any(is_dots) || path.split('/').filter(|segment| segment.is_empty()).count() > own;
    leads_away.then(|| template.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        let mut values = Values::default();
        values.set("org", &"a b/c");
        values.set("dots", &"..");
        values.set_json("resources.posts.id", &7.into());
        values.set_json("resources.posts.title", &Value::Null);
        values
    }

    #[test]
    fn templates_are_filled_in() {
        let values = values();
        assert_eq!(values.fill("{org}-{resources.posts.id}{{x}}").as_deref(), Some("a b/c-7{x}"));
        assert_eq!(values.fill("plain").as_deref(), Some("plain"));
        assert_eq!(placeholders("{org}-{resources.posts.id}{{x}}"), ["org", "resources.posts.id"]);
        assert_eq!(placeholders("{symbols*}"), ["symbols"]);
        assert_eq!(values.fill("{resources.posts.title}"), None, "null is no value");
    }

    #[test]
    fn paths_keep_their_shape() {
        let values = values();
        assert_eq!(values.path("/o/{org}/{resources.posts.id}").as_deref(), Ok("/o/a%20b%2Fc/7"));
        assert_eq!(values.path("/o/{none}"), Err(TemplateError::Missing("none".to_owned())));
        assert_eq!(values.path("/o/{dots}/x"), Err(TemplateError::Traversal("{dots}".to_owned())));
        assert_eq!(values.path("/o/{none}/{dots}"), Err(TemplateError::Traversal("{dots}".to_owned())));
    }

    #[test]
    fn a_url_at_the_beginning_is_kept() {
        let mut values = values();
        values.set("url", &"https://a.example/x/?q=a%20b#top");
        for (template, expected) in [
            ("{url}", "https://a.example/x/?q=a%20b"),
            ("{url}/y/{org}", "https://a.example/x/y/a%20b%2Fc?q=a%20b"),
            ("https://b.example/{org}", "https://b.example/a%20b%2Fc"),
        ] {
            assert_eq!(values.path(template).as_deref(), Ok(expected));
        }
        assert_eq!(values.path("{url}/{dots}"), Err(TemplateError::Traversal("{dots}".to_owned())));
        assert_eq!(values.path("{none}/x"), Err(TemplateError::Missing("none".to_owned())));
    }

    #[test]
    fn strings_of_bodies_are_filled_in() {
        let values = values();
        assert_eq!(values.json("{resources.posts.id}"), Some(7.into()));
        assert_eq!(values.json("{org}"), Some("a b/c".into()));
        assert_eq!(
            values.json("query {{ post(id: {resources.posts.id}) {{ x }} }}"),
            Some("query { post(id: 7) { x } }".into())
        );
        assert_eq!(values.json("{{resources.posts.id}}"), Some("{resources.posts.id}".into()));
        assert_eq!(values.json("{resources.posts.title} {org}"), None, "null is no value");
    }
}
