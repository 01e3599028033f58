//! What a fetch requests, besides what the declaration says.

use std::sync::Arc;

use serde_json::Value;

use crate::decode::batch_plan::BatchPlan;
use crate::incremental::watermark::IncrementalFilter;
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
    /// Which rows are new.
    pub(crate) filter: IncrementalFilter,
    /// The columns that rows are read into, instead of typed rows.
    pub(crate) batch: Option<Arc<BatchPlan>>,
    /// Rows per page, instead of the declared number.
    pub(crate) page_size: Option<u32>,
    /// Pages in flight, instead of the declared number.
    pub(crate) concurrency: Option<usize>,
}
