//! Files that a declaration names: found from the crate's root, unpacked, bounded, and remembered for the compiler.

use std::cell::RefCell;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

/// The largest size of a file, unpacked.
const MOST: u64 = 64 * 1024 * 1024;

/// The files of one expansion.
pub(crate) struct Files {
    /// The root of the user's crate.
    root: Option<PathBuf>,
    read: RefCell<Vec<String>>,
    /// The content of every file, where there are none.
    #[cfg(any(test, fuzzing))]
    held: Option<Vec<u8>>,
}

impl Files {
    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        Self {
            root,
            read: RefCell::default(),
            #[cfg(any(test, fuzzing))]
            held: None,
        }
    }

    /// Files that all have this content.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn holding(text: &[u8]) -> Self {
        Self { held: Some(text.to_owned()), ..Self::new(None) }
    }

    /// The content of a file, or what is wrong with it. `help` is for one that is too large.
    pub(crate) fn read(&self, name: &str, help: &str) -> Result<Vec<u8>, String> {
        #[cfg(any(test, fuzzing))]
        if let Some(text) = &self.held {
            self.read.borrow_mut().push(name.to_owned());
            return Ok(text.clone());
        }
        let Some(root) = &self.root else {
            return Err(format!(
                "`{name}` cannot be found: its path starts at the crate's root, and `CARGO_MANIFEST_DIR` is not set\nhelp: build with cargo, or set it"
            ));
        };
        let path = root.join(name);
        let file = File::open(&path).map_err(|error| missing(name, root, &error))?;
        if let Some(path) = path.to_str().filter(|_| path.is_file()) {
            self.read.borrow_mut().push(path.to_owned());
        }
        let packed = name.strip_suffix(".gz").is_some();
        let text = if packed { bounded(MultiGzDecoder::new(file)) } else { bounded(file) };
        let text = text.map_err(|error| unreadable(name, packed, &error))?;
        let mut text = text.ok_or_else(|| format!("`{name}` holds more than 64 MiB{help}"))?;
        if text.starts_with(b"\xEF\xBB\xBF") {
            text.drain(..3);
        }
        Ok(text)
    }

    /// The files that were read, for the compiler to watch.
    pub(crate) fn names(self) -> Vec<String> {
        self.read.into_inner()
    }
}

/// The extension of a file, without that of the compression.
pub(crate) fn extension(name: &str) -> Option<&str> {
    let inner = name.strip_suffix(".gz").unwrap_or(name);
    Path::new(inner).extension().and_then(|extension| extension.to_str())
}

/// Why a file is not JSON, and where.
pub(crate) fn no_json(name: &str, error: &serde_json::Error, line: usize, help: &str) -> String {
    let problem = error.to_string();
    let problem = problem.rsplit_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem);
    format!("`{name}` is not JSON: {problem}, at line {line}, column {}{help}", error.column())
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

/// The whole content. None where that is too large.
fn bounded(input: impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut text = Vec::new();
    input.take(MOST + 1).read_to_end(&mut text)?;
    Ok((text.len() as u64 <= MOST).then_some(text))
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
    fn extensions() {
        for (name, expected) in [("a/b.json", Some("json")), ("b.yaml.gz", Some("yaml")), ("b", None), (".gz", None)] {
            assert_eq!(extension(name), expected, "{name}");
        }
    }
}
