//! Paths into a JSON body, lowered from their text at compile time.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// One step of a path into a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Step {
    /// The member of an object: `.name` or `["name"]`.
    Key(&'static str),
    /// The element of an array, from 0: `[0]`.
    Index(usize),
    /// The last element of an array: `[-1]`.
    Last,
    /// Every element of an array: `[*]`.
    All,
}

/// One step into the JSON body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyStep {
    /// The member of an object.
    Key(Cow<'static, str>),
    /// The element of an array, from 0.
    Index(usize),
}

/// A place in the JSON body of a request.
pub(crate) type BodyPath = Vec<BodyStep>;

/// A declared path into a body: the macro accepts only keys and indices there.
pub(crate) fn body_path(path: &[Step]) -> BodyPath {
    let step = |step: &Step| match *step {
        Step::Key(key) => Some(BodyStep::Key(key.into())),
        Step::Index(index) => Some(BodyStep::Index(index)),
        Step::Last | Step::All => None,
    };
    path.iter().filter_map(step).collect()
}

/// A path as messages show it: `$` is the body itself.
pub(crate) struct Path<'a>(pub(crate) &'a [Step]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("$");
        }
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    if index > 0 && is_plain(key) {
                        f.write_str(".")?;
                    }
                    write!(f, "{}", Member(key))?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Last => f.write_str("[-1]")?,
                Step::All => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// A key of an object, as a step of a path shows it.
pub(crate) struct Member<'k>(pub(crate) &'k str);

impl fmt::Display for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) { f.write_str(self.0) } else { write!(f, "[{:?}]", self.0) }
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
