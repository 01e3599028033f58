//! What a fetch requests, besides what the declaration says.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::declare::param::{ListStyle, ParamDef, ParamPlace};
use crate::decode::batch_plan::BatchPlan;
use crate::incremental::watermark::IncrementalFilter;
use crate::params::param::Param;
use crate::params::template::Values;

/// What every page of a fetch requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct FetchQuery {
    /// The path with its placeholders filled in, if that is done already.
    pub(crate) path: Option<String>,
    /// Query parameters, besides the declared ones.
    pub(crate) params: Vec<(&'static str, String)>,
    /// Values of params in a JSON body.
    pub(crate) json: Vec<(&'static str, Value)>,
    /// Values of placeholders.
    pub(crate) values: Values,
    /// The values that partitions are narrowed to, by their names.
    pub(crate) partitions: Vec<(&'static str, Vec<Value>)>,
    /// Which rows are new.
    pub(crate) filter: IncrementalFilter,
    /// The columns that rows are read into, instead of typed rows.
    pub(crate) batch: Option<Arc<BatchPlan>>,
    /// When the run began: now, where nothing says it.
    pub(crate) begun: Option<Timestamp>,
    /// Whether the rows are asked for in an order that slices do not have.
    pub(crate) sorted: bool,
    /// Whether the rows go into a report, which counts what a fetch logs.
    pub(crate) reported: bool,
    /// Rows per page, instead of the declared number.
    pub(crate) page_size: Option<u32>,
    /// Pages in flight, instead of the declared number.
    pub(crate) concurrency: Option<usize>,
    /// The only pages that are wanted, counted from 0.
    pub(crate) pages: Option<Range<u64>>,
    /// Whether the first page is requested alone, then twice as many at a time with each page.
    pub(crate) slow_start: bool,
}

impl FetchQuery {
    /// Leaves a param unset, whatever was set before.
    pub(crate) fn unset(&mut self, param: &ParamDef) {
        self.values.unset(param.name);
        self.partitions.retain(|(known, _)| *known != param.name);
        self.json.retain(|(known, _)| *known != param.name);
        self.params.retain(|(known, _)| *known != param.wire);
    }

    /// Sets the value of a param where the declaration has it. The last call for a param holds.
    pub(crate) fn set(&mut self, param: &ParamDef, value: &dyn Param) {
        if param.partition {
            let values = match value.to_json() {
                Value::Array(values) => values,
                value => vec![value],
            };
            self.partitions.retain(|(known, _)| *known != param.name);
            self.partitions.push((param.name, values));
        } else if param.parent.is_some() {
            self.values.set(param.wire, value);
        } else if param.place != ParamPlace::Query || param.in_text {
            // It may stand in several places.
            self.values.set(param.name, value);
            self.json.retain(|(known, _)| *known != param.name);
            self.json.push((param.name, value.to_json()));
        } else {
            self.params.retain(|(known, _)| *known != param.wire);
            match param.style {
                ListStyle::Repeat => self.params.extend(value.to_texts().into_iter().map(|text| (param.wire, text))),
                // An empty list is not sent.
                ListStyle::Csv if value.to_texts().is_empty() => {}
                ListStyle::Csv => self.params.push((param.wire, value.to_text())),
            }
        }
    }
}
