//! An OpenAPI file, and the references within it.

use std::cell::RefCell;

use quote::ToTokens;
use syn::LitStr;

use crate::diagnostic::Sink;
use crate::json::JsonValue;

pub(crate) struct Spec {
    /// The file's name, as it was written.
    pub(crate) name: String,
    pub(crate) token: LitStr,
    pub(super) root: JsonValue,
    /// The mistakes of the file itself.
    errors: Sink,
    /// References to nothing that have been reported.
    dangling: RefCell<Vec<String>>,
}

/// A longer chain of references is a loop.
const MOST_REFERENCES: usize = 50;

impl Spec {
    pub(super) fn new(root: JsonValue, token: LitStr, errors: Sink) -> Self {
        Self { name: token.value(), token, root, errors, dangling: RefCell::default() }
    }

    /// The value itself, or the one that it refers to. None where that is nothing, or in another file.
    pub(super) fn follow<'s>(&'s self, value: &'s JsonValue) -> Option<&'s JsonValue> {
        let mut value = value;
        for _ in 0..MOST_REFERENCES {
            let Some(reference) = reference(value) else { return Some(value) };
            value = self.target(reference)?;
        }
        None
    }

    /// The value that a reference refers to.
    pub(super) fn target(&self, reference: &str) -> Option<&JsonValue> {
        let pointer = reference.strip_prefix('#')?;
        if !(pointer.is_empty() || pointer.starts_with('/')) {
            // An anchor.
            return None;
        }
        let found = pointer.split('/').skip(1).try_fold(&self.root, |value, step| {
            let key = unescaped(step);
            match value {
                JsonValue::Array(items) => items.get(key.parse::<usize>().ok()?),
                _ => value.get(&key),
            }
        });
        if found.is_none() {
            self.dangles(reference);
        }
        found
    }

    /// The value under a key of the root.
    pub(super) fn get(&self, key: &str) -> Option<&JsonValue> {
        self.root.get(key)
    }

    /// Reports a mistake of the file, or one that has no token of its own but the file's.
    pub(crate) fn report(&self, message: String) {
        self.report_at(&self.token, message);
    }

    /// Reports a mistake of the source, which no resource repeats.
    pub(crate) fn report_at(&self, at: impl ToTokens, message: String) {
        self.errors.report(at, message);
    }

    fn dangles(&self, reference: &str) {
        if self.dangling.borrow().iter().any(|known| known == reference) {
            return;
        }
        self.dangling.borrow_mut().push(reference.to_owned());
        let place = place_of(&self.root, reference).unwrap_or_default();
        self.report(format!(
            "`{}` is broken: at `#{place}` it refers to `{reference}`, which it does not have",
            self.name
        ));
    }
}

/// The reference that a value is.
pub(super) fn reference(value: &JsonValue) -> Option<&str> {
    match value.get("$ref") {
        Some(JsonValue::Text(reference)) => Some(reference),
        _ => None,
    }
}

/// A step of a JSON pointer in the fragment of a URI, as the key that it is.
fn unescaped(step: &str) -> String {
    let mut bytes = Vec::with_capacity(step.len());
    let mut rest = step.bytes();
    while let Some(byte) = rest.next() {
        let mut digits = rest.clone();
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (byte, digit(digits.next()), digit(digits.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high * 16 + low);
                rest = digits;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).replace("~1", "/").replace("~0", "~")
}

/// The first place of a reference, as a JSON pointer.
fn place_of(value: &JsonValue, reference: &str) -> Option<String> {
    match value {
        JsonValue::Object(members) => members.iter().find_map(|(key, member)| match member {
            JsonValue::Text(text) if key == "$ref" && text == reference => Some(String::new()),
            _ => {
                let rest = place_of(member, reference)?;
                Some(format!("/{}{rest}", key.replace('~', "~0").replace('/', "~1")))
            }
        }),
        JsonValue::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| Some(format!("/{index}{}", place_of(item, reference)?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_pointers() {
        for (step, key) in [("a", "a"), ("~1x~01", "/x~1"), ("%7Bid%7D", "{id}"), ("100%", "100%"), ("%zz", "%zz")] {
            assert_eq!(unescaped(step), key);
        }
    }

    #[test]
    fn where_a_reference_stands() {
        let root: JsonValue = serde_json::from_str(r##"{"a": {"/b": [{"x": 1}, {"$ref": "#/c"}]}}"##).expect("JSON");
        assert_eq!(place_of(&root, "#/c").as_deref(), Some("/a/~1b/1"));
        assert_eq!(place_of(&root, "#/d"), None);
    }
}
