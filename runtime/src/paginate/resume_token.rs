//! From where an interrupted load resumes: typed, and saved as one JSON value.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::incremental::cursor::Position;
use crate::incremental::range::Range;
use crate::incremental::watermark::Watermark;
use crate::schema::identity::RowId;

/// From where an interrupted load resumes. Slices and children hold the tokens of what is read within them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResumeToken {
    /// After the pages that a pager has seen.
    Pager(Value),
    /// After a page that is read again: only if it ends with the same rows, what follows it is what followed it before.
    Reread(Box<LastPage>),
    /// In a slice of a range.
    Slices(Box<SlicesPosition>),
    /// Among the children of a parent's rows.
    Children(ChildrenPosition),
}

/// The last page that was committed, of a walk whose places mean other rows once rows before them have come or gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastPage {
    /// The position before it; `None` where it is the first page.
    pub(crate) before: Option<Value>,
    /// Its rows.
    pub(crate) rows: u64,
    /// Its last rows.
    pub(crate) last: Vec<RowId>,
    /// How many pages the API said there are.
    pub(crate) pages: Option<u64>,
}

/// How far the slices of a range have been read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SlicesPosition {
    /// Those that were not begun, from the oldest to the newest.
    pub(crate) pending: VecDeque<Range>,
    /// The one that is being read.
    pub(crate) current: Option<SavedSlice>,
    /// Rows of those that are finished.
    pub(crate) rows: u64,
    /// How many rows the finished ones said they hold.
    pub(crate) total: u64,
    /// How many rows there are in all, if the API says so though it does not give them out.
    pub(crate) promised: Option<u64>,
    /// Up to where that counts them: with steps, the end of the one that has more than the API gives out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) promised_to: Option<Position>,
}

/// A slice that was being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedSlice {
    pub(crate) range: Range,
    pub(crate) resume: ResumeToken,
    /// Rows of it.
    pub(crate) rows: u64,
    /// How many it said that it holds.
    pub(crate) total: u64,
}

/// How far the children of a parent's rows have been read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChildrenPosition {
    /// The last link that was begun.
    pub(crate) last: i64,
    /// Those that were begun and not finished.
    pub(crate) active: Vec<SavedChild>,
    /// How many rows of the parent have a value that makes another path.
    pub(crate) invalid_path_values: u64,
    /// How many rows the finished ones have promised; `None` once one has not said it.
    pub(crate) promised: Option<u64>,
}

/// A child that was being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedChild {
    /// The number of its link.
    pub(crate) number: i64,
    pub(crate) resume: Option<ResumeToken>,
    pub(crate) rows: u64,
    pub(crate) total: Option<u64>,
    /// How new its rows are so far, where it has a position of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) watermark: Option<Watermark>,
}

impl ResumeToken {
    /// The position of a pager, and the last page where that is read again.
    pub(crate) fn pager(&self) -> Result<(Option<&Value>, Option<&LastPage>)> {
        match self {
            Self::Pager(position) => Ok((Some(position), None)),
            Self::Reread(last) => Ok((last.before.as_ref(), Some(last))),
            Self::Slices(_) | Self::Children(_) => Err(foreign("a single run over pages")),
        }
    }

    /// The next page, as the API names it: a cursor. A link is in the error of its request already.
    pub(crate) fn place(&self) -> Option<String> {
        let position = match self {
            Self::Pager(position) => position,
            Self::Slices(position) => return position.current.as_ref()?.resume.place(),
            Self::Reread(_) | Self::Children(_) => return None,
        };
        match position.get("next")? {
            Value::String(text) => Some(format!("`{text}`")),
            Value::Number(number) => Some(format!("`{number}`")),
            Value::Object(cursor) => cursor.get("json")?.as_str().map(|json| format!("`{json}`")),
            _ => None,
        }
    }

    /// The last page, whose last rows are added once they have been read.
    pub(crate) fn last_page(&mut self) -> Option<&mut LastPage> {
        if let Self::Reread(last) = self { Some(last) } else { None }
    }

    pub(crate) fn slices(&self) -> Result<&SlicesPosition> {
        if let Self::Slices(position) = self { Ok(position) } else { Err(foreign("a resource with a `result_window`")) }
    }

    pub(crate) fn children(&self) -> Result<&ChildrenPosition> {
        if let Self::Children(position) = self {
            Ok(position)
        } else {
            Err(foreign("a resource with a parent or partitions"))
        }
    }
}

/// The saved position belongs to another way of reading.
pub(super) fn foreign(expected: &str) -> Error {
    Error::new(ErrorKind::Destination, format!("the saved position is not one of {expected}"))
        .with_help("sync with `.full_refresh()`, which drops the table and loads it again")
}
