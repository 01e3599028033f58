//! Rows by an RFC 9535 query, for selectors that are more than a plain path.

use std::collections::HashMap;

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::DecodeSpec;
use super::diagnose;
use super::diagnose::RowProblem;
use super::pass;
use super::pass::ParsedPage;
use super::row_by_row;
use super::row_by_row::{RawRow, TakeRow};
use crate::declare::resource::MissingRows;
use crate::error::{Error, ErrorKind, Result};
use crate::json::lookup::{RawArray, RawObject};

/// A query.
#[derive(Debug)]
pub(super) struct JsonPathQuery {
    text: &'static str,
    parsed: JpQuery,
}

impl JsonPathQuery {
    /// Reads the query; the macro has checked it.
    pub(super) fn new(text: &'static str) -> Result<Self> {
        let unfit = |error: jsonpath_rust::parser::errors::JsonPathError| {
            Error::new(ErrorKind::Config, format!("`data_selector` is no RFC 9535 query: {text}")).with_source(error)
        };
        parse_json_path(text).map(|parsed| Self { text, parsed }).map_err(unfit)
    }

    /// Reads a page: the rows are what is selected, each from its own text; a list that alone is selected is the list of rows.
    pub(super) fn read(&self, body: &str, plan: &DecodeSpec, take: TakeRow<'_>) -> Result<ParsedPage<()>> {
        let not_json = |error: serde_json::Error| diagnose::not_json(body.as_bytes(), &error);
        let value: Value = serde_json::from_str(body).map_err(not_json)?;
        let root: &RawValue = serde_json::from_str(body).map_err(not_json)?;
        if plan.missing == MissingRows::Error
            && let Some(key) = self.missing(&value)
        {
            let message = format!("the body has no `{key}`, which the query `{}` begins with", self.text);
            return Err(Error::new(ErrorKind::Decode, message).with_help(diagnose::selector_help(root)));
        }
        let selected = js_path_process(&self.parsed, &value).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("the query `{}` cannot be answered", self.text)).with_source(error)
        })?;
        let mut wanted: HashMap<*const Value, Vec<usize>> = HashMap::new();
        for (index, node) in selected.iter().enumerate() {
            wanted.entry(std::ptr::from_ref(node.val)).or_default().push(index);
        }
        let mut texts = vec![None; selected.len()];
        gather(&value, root, &wanted, &mut texts);
        let nodes = selected.into_iter().zip(texts).filter_map(|(node, text)| Some((node.path, text?)));
        let mut nodes: Vec<_> = nodes.collect();
        let mut passed_over = self.list(&value).map_or(0, |list| list.len().saturating_sub(nodes.len()));
        if let [(path, list)] = nodes.as_slice()
            && let Ok(items) = serde_json::from_str::<RawArray<'_>>(list.get())
        {
            passed_over = 0;
            nodes = items.into_iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect();
        }
        let rows = nodes.into_iter().enumerate().map(|(index, (path, text))| RawRow { number: index + 1, path, text });
        let rows: Vec<_> = rows.collect();
        let spans = rows.iter().filter_map(|row| pass::span(body.as_bytes(), row.text)).collect();
        let bad = row_by_row::read(&rows, plan.quarantine, take).map_err(RowProblem::into_error)?;
        let found = pass::read(body, plan, Vec::<IgnoredAny>::new()).map_err(not_json)?.found;
        Ok(ParsedPage { rows: (), bad_rows: bad, skipped_by_query: passed_over as u64, found, spans, selected: true })
    }

    /// The list of which the query picks out some elements. What the API says of its rows, and what pages are counted by, is said
    /// of all of them.
    fn list<'v>(&self, value: &'v Value) -> Option<&'v [Value]> {
        let (Segment::Selector(Selector::Filter(_) | Selector::Slice(..)), path) = self.parsed.segments.split_last()?
        else {
            return None;
        };
        let list = path.iter().try_fold(value, |value, segment| value.get(name(segment)?));
        list?.as_array().map(Vec::as_slice)
    }

    /// The first of the keys that the query begins with which is not there. Behind them, selecting nothing is an answer.
    fn missing(&self, mut value: &Value) -> Option<&str> {
        for name in self.parsed.segments.iter().map_while(name) {
            match value.get(name) {
                Some(next) => value = next,
                None => return Some(name),
            }
        }
        None
    }
}

/// The one key that a segment selects.
fn name(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Selector(Selector::Name(name)) => Some(name.trim_matches(['\'', '"'])),
        _ => None,
    }
}

/// The texts of the wanted values.
fn gather<'a>(
    value: &Value,
    text: &'a RawValue,
    wanted: &HashMap<*const Value, Vec<usize>>,
    texts: &mut [Option<&'a RawValue>],
) {
    for index in wanted.get(&std::ptr::from_ref(value)).into_iter().flatten() {
        if let Some(slot) = texts.get_mut(*index) {
            *slot = Some(text);
        }
    }
    match value {
        Value::Array(items) => {
            let below: RawArray<'a> = serde_json::from_str(text.get()).unwrap_or_default();
            for (item, text) in items.iter().zip(below) {
                gather(item, text, wanted, texts);
            }
        }
        Value::Object(members) => {
            let below: RawObject<'a> = serde_json::from_str(text.get()).unwrap_or_default();
            for (key, text) in &below {
                if let Some(member) = members.get(key) {
                    gather(member, text, wanted, texts);
                }
            }
        }
        _ => {}
    }
}
