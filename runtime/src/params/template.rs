//! Texts with placeholders: `/orgs/{organization}/repos`, `{resources.posts.id}`. The macro has checked them: the grammar is
//! described in `macros/core/src/literal/template.rs`.

use serde_json::Value;

use super::param::{Param, Segment, traversing_segment};

/// What placeholders stand for, by their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values(Vec<(&'static str, ParamValue)>);

#[derive(Debug, Clone)]
struct ParamValue {
    text: String,
    json: Value,
}

impl Values {
    pub(crate) const NONE: Self = Self(Vec::new());

    /// Sets a value; the last of a name holds.
    pub(crate) fn set(&mut self, name: &'static str, value: &dyn Param) {
        self.put(name, value.to_text(), value.to_json());
    }

    /// Sets a value of a row; null is none.
    pub(crate) fn set_json(&mut self, name: &'static str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.put(name, text.clone(), value.clone()),
            other => self.put(name, other.to_string(), other.clone()),
        }
    }

    fn put(&mut self, name: &'static str, text: String, json: Value) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, ParamValue { text, json }));
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&self, name: &str) -> Option<&ParamValue> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, given)| given)
    }

    /// These values, and those of `others` that have no value here.
    pub(crate) fn or(mut self, others: &Self) -> Self {
        for (name, given) in &others.0 {
            if !self.has(name) {
                self.0.push((name, given.clone()));
            }
        }
        self
    }

    /// The text with its placeholders filled in, and doubled braces single; `None` if one has no value.
    pub(crate) fn fill(&self, template: &str) -> Option<String> {
        fill(template, |name| self.get(name).map(|given| given.text.clone()))
    }

    /// The path with its placeholders filled in, each value encoded for its segment.
    ///
    /// # Errors
    /// The name of the first placeholder that has no value, or the segment that would lead to another path.
    pub(crate) fn path(&self, template: &str) -> Result<String, TemplateError> {
        let missing = std::cell::RefCell::new(None);
        let path = fill(template, |name| {
            let segment = self.get(name).map(|given| Segment::new(given.text.as_str()).to_string());
            if segment.is_none() {
                missing.borrow_mut().get_or_insert_with(|| name.to_owned());
            }
            segment
        });
        match path {
            None => Err(TemplateError::Missing(missing.into_inner().unwrap_or_default())),
            Some(path) => match traversing_segment(template, &path) {
                Some(segment) => Err(TemplateError::Traversal(segment)),
                None => Ok(path),
            },
        }
    }

    /// A text of a JSON body: only what a parent's row gives is filled in, since braces mean much in queries. A text that is one
    /// placeholder and no more becomes the value itself.
    pub(crate) fn json(&self, template: &str) -> Value {
        const OPEN: &str = "{resources.";
        let whole = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let whole = whole.filter(|_| template.starts_with(OPEN));
        if let Some(given) = whole.and_then(|name| self.get(name)) {
            return given.json.clone();
        }
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, at)) = rest.find(OPEN).map(|at| rest.split_at(at)) {
            out.push_str(before);
            let given =
                at.get(1..).and_then(|at| at.split_once('}')).and_then(|(name, rest)| Some((self.get(name)?, rest)));
            if let Some((given, after)) = given {
                out.push_str(&given.text);
                rest = after;
            } else {
                out.push('{');
                rest = at.get(1..).unwrap_or_default();
            }
        }
        out.push_str(rest);
        Value::String(out)
    }
}

/// Why a path cannot be asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TemplateError {
    /// A placeholder has no value.
    Missing(String),
    /// A segment is empty, `.` or `..`.
    Traversal(String),
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
    fn texts_are_filled_in() {
        let values = values();
        assert_eq!(values.fill("{org}-{resources.posts.id}{{x}}").as_deref(), Some("a b/c-7{x}"));
        assert_eq!(values.fill("plain").as_deref(), Some("plain"));
        assert_eq!(values.fill("{resources.posts.title}"), None, "null is no value");
    }

    #[test]
    fn paths_keep_their_shape() {
        let values = values();
        assert_eq!(values.path("/o/{org}/{resources.posts.id}").as_deref(), Ok("/o/a%20b%2Fc/7"));
        assert_eq!(values.path("/o/{none}"), Err(TemplateError::Missing("none".to_owned())));
        assert_eq!(values.path("/o/{dots}/x"), Err(TemplateError::Traversal("{dots}".to_owned())));
    }

    #[test]
    fn json_keeps_other_braces() {
        let values = values();
        assert_eq!(values.json("{resources.posts.id}"), Value::from(7));
        assert_eq!(values.json("query { post(id: {resources.posts.id}) { x } }"), "query { post(id: 7) { x } }");
        assert_eq!(values.json("{resources.other.id} {a} {"), "{resources.other.id} {a} {");
        assert_eq!(values.json("{org}"), "{org}", "a client-wide value is none of a parent's row");
    }
}
