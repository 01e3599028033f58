//! Rows by an RFC 9535 query, for selectors that are more than a plain path.

use std::collections::HashMap;

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Plan;
use super::diagnose::{self, Problem};
use super::one_by_one::{self, Unread};
use super::pass::{self, Page};
use super::raw::{Array, Object};
use crate::error::{Error, ErrorKind, Result};
use crate::resource::{MissingRows, Resource};

/// A query.
#[derive(Debug)]
pub(super) struct Query {
    text: &'static str,
    parsed: JpQuery,
}

impl Query {
    /// Reads the query; the macro has checked it.
    pub(super) fn new(text: &'static str) -> Result<Self> {
        let unfit = |error: jsonpath_rust::parser::errors::JsonPathError| {
            Error::new(ErrorKind::Config, format!("`data_selector` is no RFC 9535 query: {text}")).with_source(error)
        };
        parse_json_path(text).map(|parsed| Self { text, parsed }).map_err(unfit)
    }

    /// Reads a page: the rows are what is selected, each from its own text; a list that alone is selected is the list of rows.
    pub(super) fn read<T: Resource>(&self, body: &str, plan: &Plan) -> Result<Page<Vec<T>>> {
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
        if let [(path, list)] = nodes.as_slice()
            && let Ok(items) = serde_json::from_str::<Array<'_>>(list.get())
        {
            nodes = items.into_iter().enumerate().map(|(index, item)| (format!("{path}[{index}]"), item)).collect();
        }
        let rows = nodes.into_iter().enumerate().map(|(index, (path, text))| Unread { number: index + 1, path, text });
        let rows: Vec<_> = rows.collect();
        let spans = rows.iter().filter_map(|row| pass::span(body.as_bytes(), row.text)).collect();
        let (rows, bad) = one_by_one::read(&rows, plan.put_aside).map_err(Problem::into_error)?;
        let found = pass::read(body, plan, Vec::<IgnoredAny>::new()).map_err(not_json)?.found;
        Ok(Page { rows, bad, found, spans, selected: true })
    }

    /// The first of the keys that the query begins with which is not there. Behind them, selecting nothing is an answer.
    fn missing(&self, mut value: &Value) -> Option<&str> {
        for segment in &self.parsed.segments {
            let Segment::Selector(Selector::Name(name)) = segment else { break };
            let name = name.trim_matches(['\'', '"']);
            match value.get(name) {
                Some(next) => value = next,
                None => return Some(name),
            }
        }
        None
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
            let below: Array<'a> = serde_json::from_str(text.get()).unwrap_or_default();
            for (item, text) in items.iter().zip(below) {
                gather(item, text, wanted, texts);
            }
        }
        Value::Object(members) => {
            let below: Object<'a> = serde_json::from_str(text.get()).unwrap_or_default();
            for (key, text) in &below {
                if let Some(member) = members.get(key) {
                    gather(member, text, wanted, texts);
                }
            }
        }
        _ => {}
    }
}
