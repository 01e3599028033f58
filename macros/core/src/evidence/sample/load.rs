//! Samples: read once, as the body of a response or as rows.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::json::{Files, JsonValue, extension, no_json};

/// A recorded response.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The file's name, as it was written.
    pub(crate) name: String,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// The body of a response.
    Response(JsonValue),
    /// Rows, one a line.
    Rows(Vec<JsonValue>),
}

/// The samples of one expansion.
#[derive(Default)]
pub(crate) struct Samples {
    read: RefCell<HashMap<String, Result<Rc<Sample>, String>>>,
}

impl Samples {
    /// The sample of that name, or what is wrong with it.
    pub(crate) fn get(&self, name: &str, files: &Files) -> Result<Rc<Sample>, String> {
        if let Some(sample) = self.read.borrow().get(name) {
            return sample.clone();
        }
        let sample = load(name, files).map(Rc::new);
        self.read.borrow_mut().insert(name.to_owned(), sample.clone());
        sample
    }
}

fn load(name: &str, files: &Files) -> Result<Sample, String> {
    let text = files.read(name, "\nhelp: a page or two are enough for a sample")?;
    let is_rows = matches!(extension(name), Some("ndjson" | "jsonl"));
    let content = if is_rows { rows(&text, name) } else { body(&text, name) };
    Ok(Sample { name: name.to_owned(), content: content? })
}

fn body(text: &[u8], name: &str) -> Result<Content, String> {
    serde_json::from_slice(text).map(Content::Response).map_err(|error| {
        let help = if error.to_string().starts_with("trailing characters") {
            "\nhelp: for rows one a line, let the file's name end in `.ndjson`"
        } else {
            ""
        };
        no_json(name, &error, error.line(), help)
    })
}

fn rows(text: &[u8], name: &str) -> Result<Content, String> {
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let rows = lines.map(|(index, line)| {
        serde_json::from_slice(line)
            .map_err(|error| no_json(name, &error, index + 1, "\nhelp: in `.ndjson` files each line is a row"))
    });
    rows.collect::<Result<_, _>>().map(Content::Rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_one_a_line() {
        let Ok(Content::Rows(read)) = rows(b"{\"a\":1}\r\n\n2\n", "x.ndjson") else { panic!("rows") };
        assert_eq!(read.len(), 2);
        let error = rows(b"1\n\n{\"a\" 1}", "x.ndjson").expect_err("no JSON");
        assert!(error.contains("at line 3, column 6"), "{error}");
    }

    #[test]
    fn what_is_no_json() {
        let error = body(b"{\"a\":1}\n{\"a\":2}", "x.json").expect_err("no JSON");
        assert!(error.contains("at line 2, column 1") && error.contains("ndjson"), "{error}");
        let deep = "[".repeat(4000);
        assert!(body(deep.as_bytes(), "x.json").is_err());
    }
}
