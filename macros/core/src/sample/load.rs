//! Files of samples: found from the crate's root, unpacked, bounded, read once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::value::Value;

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
    Response(Value),
    /// Rows, one a line.
    Rows(Vec<Value>),
}

/// The most that a sample may hold, unpacked.
const MOST: u64 = 64 * 1024 * 1024;

/// The samples of one expansion.
pub(crate) struct Samples {
    /// The root of the user's crate.
    root: Option<PathBuf>,
    read: RefCell<HashMap<String, Result<Rc<Sample>, String>>>,
    files: RefCell<Vec<String>>,
}

impl Samples {
    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        Self { root, read: RefCell::default(), files: RefCell::default() }
    }

    /// The sample of that name, or what is wrong with it.
    pub(crate) fn get(&self, name: &str) -> Result<Rc<Sample>, String> {
        if let Some(sample) = self.read.borrow().get(name) {
            return sample.clone();
        }
        let sample = self.load(name).map(Rc::new);
        self.read.borrow_mut().insert(name.to_owned(), sample.clone());
        sample
    }

    /// The files that were read, for the compiler to keep an eye on.
    pub(crate) fn files(self) -> Vec<String> {
        self.files.into_inner()
    }

    fn load(&self, name: &str) -> Result<Sample, String> {
        let Some(root) = &self.root else {
            return Err(format!(
                "`{name}` cannot be found: its path starts at the crate's root, and `CARGO_MANIFEST_DIR` is not set\nhelp: build with cargo, or set it"
            ));
        };
        let path = root.join(name);
        let file = File::open(&path).map_err(|error| missing(name, root, &error))?;
        if let Some(path) = path.to_str().filter(|_| path.is_file()) {
            self.files.borrow_mut().push(path.to_owned());
        }
        let (inner, packed) = name.strip_suffix(".gz").map_or((name, false), |inner| (inner, true));
        let text = if packed { bounded(MultiGzDecoder::new(file)) } else { bounded(file) };
        let text = text.map_err(|error| unreadable(name, packed, &error))?;
        let text = text
            .ok_or_else(|| format!("`{name}` holds more than 64 MiB\nhelp: a page or two are enough for a sample"))?;
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
        let extension = Path::new(inner).extension().and_then(|extension| extension.to_str());
        let content = if matches!(extension, Some("ndjson" | "jsonl")) { rows(text, name) } else { body(text, name) };
        Ok(Sample { name: name.to_owned(), content: content? })
    }
}

fn missing(name: &str, root: &Path, error: &std::io::Error) -> String {
    let parent = Path::new(name).parent().filter(|parent| !root.join(parent).is_dir());
    let near = match parent {
        Some(parent) => format!("\nnote: there is no directory `{}`", parent.display()),
        None => String::new(),
    };
    let problem = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => format!("there is no file `{name}`"),
        _ => format!("`{name}` cannot be read: {error}"),
    };
    format!("{problem}\nhelp: write the path from the crate's root, where its `Cargo.toml` is{near}")
}

fn unreadable(name: &str, packed: bool, error: &std::io::Error) -> String {
    let gzip = if packed { "\nhelp: a file whose name ends in `.gz` is compressed with gzip" } else { "" };
    format!("`{name}` cannot be read: {error}{gzip}")
}

/// All there is. None where that is more than there may be.
fn bounded(input: impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut text = Vec::new();
    input.take(MOST + 1).read_to_end(&mut text)?;
    Ok((text.len() as u64 <= MOST).then_some(text))
}

fn body(text: &[u8], name: &str) -> Result<Content, String> {
    serde_json::from_slice(text).map(Content::Response).map_err(|error| {
        let help = if error.to_string().starts_with("trailing characters") {
            "\nhelp: for rows one a line, let the file's name end in `.ndjson`"
        } else {
            ""
        };
        wrong(name, &error, error.line(), help)
    })
}

fn rows(text: &[u8], name: &str) -> Result<Content, String> {
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let rows = lines.map(|(index, line)| {
        serde_json::from_slice(line)
            .map_err(|error| wrong(name, &error, index + 1, "\nhelp: in `.ndjson` files each line is a row"))
    });
    rows.collect::<Result<_, _>>().map(Content::Rows)
}

/// What is no JSON, and where.
fn wrong(name: &str, error: &serde_json::Error, line: usize, help: &str) -> String {
    let problem = error.to_string();
    let problem = problem.rsplit_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem);
    format!("`{name}` is no JSON: {problem}, at line {line}, column {}{help}", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds() {
        assert!(matches!(bounded(std::io::repeat(b' ')), Ok(None)));
        assert!(matches!(bounded(&b"[]"[..]), Ok(Some(text)) if text == b"[]"));
    }

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
