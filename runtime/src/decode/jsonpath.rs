//! Rows selected by an RFC 9535 query, for selectors that are more than a plain path.

use std::collections::HashMap;

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::Value;
use serde_json::value::RawValue;

use super::diagnose::RowProblem;
use super::mend::JsonText;
use super::pass::{ParsedPage, RowCounter};
use super::row_by_row::{RawRow, TakeRow};
use super::{DecodeSpec, diagnose, not_json, pass, row_by_row};
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
        let invalid = |error: jsonpath_rust::parser::errors::JsonPathError| {
            Error::new(ErrorKind::Config, format!("`data_selector` is not an RFC 9535 query: {text}"))
                .with_source(error)
        };
        parse_json_path(text).map(|parsed| Self { text, parsed }).map_err(invalid)
    }

    /// Reads a page: each selected value is a row, read from its own text; a single selected list is the list of rows.
    pub(super) fn read(&self, json: JsonText<'_>, spec: &DecodeSpec, take: TakeRow<'_>) -> Result<ParsedPage> {
        let body = json.text;
        let not_json = |error: serde_json::Error| not_json::syntax_error(body.as_bytes(), &error);
        let value: Value = match serde_json::from_str(body) {
            Ok(value) => value,
            Err(error) => {
                let mended = json.mended().ok_or_else(|| not_json(error))?;
                return self.read(mended.of(body.as_bytes()), spec, take);
            }
        };
        let root: &RawValue = serde_json::from_str(body).map_err(not_json)?;
        if spec.missing_rows != MissingRows::Empty
            && let Some(key) = self.missing(&value)
        {
            let message = format!("the body has no `{key}`, the beginning of the query `{}`", self.text);
            return Err(Error::new(ErrorKind::Decode, message).with_help(diagnose::selector_help(root)));
        }
        let selected = js_path_process(&self.parsed, &value).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("the query `{}` cannot be evaluated", self.text)).with_source(error)
        })?;
        let mut wanted: HashMap<*const Value, Vec<usize>> = HashMap::new();
        for (index, node) in selected.iter().enumerate() {
            wanted.entry(std::ptr::from_ref(node.val)).or_default().push(index);
        }
        let mut texts = vec![None; selected.len()];
        gather(&value, root, &wanted, &mut texts);
        let nodes = selected.into_iter().zip(texts).filter_map(|(node, text)| Some((node.path, text?)));
        let mut nodes: Vec<_> = nodes.collect();
        let mut skipped = self.list(&value).map_or(0, |list| list.len().saturating_sub(nodes.len()));
        if let [(path, list)] = nodes.as_slice()
            && let Ok(items) = serde_json::from_str::<RawArray<'_>>(list.get())
        {
            skipped = 0;
            nodes = items.into_iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect();
        }
        let rows = nodes.into_iter().enumerate().map(|(index, (path, text))| RawRow {
            number: index + 1,
            path,
            text,
            line: None,
            key: None,
        });
        let rows: Vec<_> = rows.collect();
        let spans = rows.iter().filter_map(|row| pass::span(body.as_bytes(), row.text)).collect();
        let bad_rows = row_by_row::read(&rows, json, root, spec.quarantine, take).map_err(RowProblem::into_error)?;
        let page = pass::read(body, spec, &mut RowCounter(0)).map_err(not_json)?;
        let selected = self.missing(&value).is_none();
        Ok(ParsedPage { bad_rows, skipped_by_query: skipped as u64, spans, selected, ..page })
    }

    /// The list of which the query selects some elements. The API's totals, and page sizes, count all of its elements.
    fn list<'v>(&self, value: &'v Value) -> Option<&'v [Value]> {
        let (Segment::Selector(Selector::Filter(_) | Selector::Slice(..)), path) = self.parsed.segments.split_last()?
        else {
            return None;
        };
        let list = path.iter().try_fold(value, |value, segment| value.get(name(segment)?));
        list?.as_array().map(Vec::as_slice)
    }

    /// The first missing key among those that the query begins with. After these keys, a query may select nothing.
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
