//! Decodes a page: typed rows, totals and cursors, in one pass over its bytes.

mod batch_builder;
pub(crate) mod batch_plan;
mod csv;
mod diagnose;
mod direct;
#[cfg_attr(not(feature = "jsonpath"), path = "no_jsonpath.rs")]
mod jsonpath;
mod keyed_row;
mod lines;
mod made_rows;
mod mend;
mod not_json;
mod pass;
mod row_by_row;
mod typed;
pub(crate) mod unknown_fields;

use std::any::Any;
use std::fmt;
use std::str;
use std::sync::Arc;

use bytes::Bytes;
use bytestring::ByteString;

use self::batch_builder::BatchLayout;
use self::batch_plan::BatchPlan;
pub(crate) use self::diagnose::{FieldMismatch, MISSING_HELP, NAME_HELP, NULL_HELP, TYPE_HELP};
use self::direct::DirectReader;
use self::jsonpath::JsonPathQuery;
pub(crate) use self::keyed_row::with_key;
pub(crate) use self::lines::LineCounter;
use self::lines::LineRows;
use self::mend::{JsonText, Mended};
pub(crate) use self::not_json::still_encoded;
use self::pass::{ParsedPage, RowCounter};
pub use self::row_by_row::BadRow;
pub(crate) use self::row_by_row::{RowDecodeError, fits};
use crate::declare::format::BodyFormat;
use crate::declare::resource::{MissingRows, OnBadRow, Resource, ResourceDef};
use crate::error::Result;
use crate::incremental::watermark::{CursorRows, IncrementalFilter, NoPosition, PagePositions};
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::params::step_params::StepParams;
use crate::schema::batch::Batch;
use crate::schema::identity::{IdentifyingColumns, RowId};

/// Where to look in a body.
#[derive(Debug)]
pub(crate) struct DecodeSpec {
    /// Where the rows are; empty: the body itself.
    selector: &'static [Step],
    /// What may be there.
    selection: Selection,
    /// The query that selects the rows instead.
    query: Option<JsonPathQuery>,
    /// Where the paginator looks.
    probes: Vec<&'static [Step]>,
    /// What an absent selector means.
    missing_rows: MissingRows,
    /// Whether bad rows are quarantined.
    quarantine: bool,
    /// Which rows to keep, where the resource is incremental.
    filter: Option<IncrementalFilter>,
    def: &'static ResourceDef,
    /// The columns to read rows into, instead of typed rows.
    batch: Option<BatchLayout>,
    /// Which columns identify a row.
    identifying: IdentifyingColumns,
    /// How to do that without typed rows, where nobody needs these.
    direct: Option<DirectReader>,
    /// What functions of processing steps take besides rows.
    params: Option<StepParams>,
}

/// What the selector selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selection {
    /// A list of rows.
    List,
    /// A list, or an object that is one row: the declaration says where it is.
    ListOrObject,
    /// An object whose members are the rows. Each has its key in the field of this JSON name.
    Members(&'static str),
    /// The matches of a query.
    ByQuery,
}

/// What is expected where the rows are the members of an object.
const MEMBERS: &str = "an object of rows";

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if let Self::Members(_) = self { MEMBERS } else { "an array of rows" })
    }
}

impl DecodeSpec {
    /// With a plan, rows are read into columns.
    pub(crate) fn new(
        def: &'static ResourceDef,
        filter: Option<IncrementalFilter>,
        plan: Option<&Arc<BatchPlan>>,
    ) -> Result<Self> {
        let selector = def.rows_at().unwrap_or_default();
        let selection = match (def.jsonpath, def.row_key, def.selector) {
            (Some(_), ..) => Selection::ByQuery,
            (None, Some(field), _) => Selection::Members(field),
            (None, None, None | Some([.., Step::All])) => Selection::List,
            (None, None, Some(_)) => Selection::ListOrObject,
        };
        let batch = plan.map(|plan| BatchLayout::new(def, Arc::clone(plan), filter.as_ref()));
        let is_read = |column| batch.as_ref().is_none_or(|layout| layout.slot(column).is_some());
        Ok(Self {
            selector,
            selection,
            query: def.jsonpath.map(JsonPathQuery::new).transpose()?,
            probes: def.paginator.probes(),
            missing_rows: def.missing_rows,
            quarantine: def.on_bad_row == OnBadRow::Quarantine,
            direct: plan.and_then(|_| DirectReader::new(def)),
            identifying: IdentifyingColumns::new(def.columns, &def.identifying_names(), is_read),
            batch,
            filter,
            def,
            params: None,
        })
    }

    /// With what functions of processing steps take besides rows.
    pub(crate) fn with_params(self, params: Option<StepParams>) -> Self {
        Self { params, ..self }
    }

    /// Builds typed rows, whether they are needed or not.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn by_rows(self) -> Self {
        Self { direct: None, ..self }
    }

    /// Keeps every good row, and quarantines the others.
    pub(crate) fn lenient(self) -> Self {
        Self { quarantine: true, filter: None, ..self }
    }

    /// A page without rows.
    pub(crate) fn empty<T: Resource>(&self) -> PageRows {
        match &self.batch {
            Some(layout) => PageRows::Batch(layout.empty()),
            None => PageRows::typed(Vec::<T>::new()),
        }
    }

    /// Which columns identify a row.
    pub(crate) fn identifying(&self) -> &IdentifyingColumns {
        &self.identifying
    }

    /// The values at the paginator's probes, in a body whose rows cannot be read.
    pub(crate) fn found(&self, body: &[u8]) -> Vec<Option<Scalar>> {
        let lines = LineRows::read(&self.def.format, body, true).ok().flatten();
        let body = lines.as_ref().map_or(body, |lines| &lines.json);
        self.probes.iter().map(|path| Scalar::at(body, path)).collect()
    }

    /// Whether a probe can only be looked up after the rows have been read: the last element is known late, and values
    /// within the rows are skipped with them.
    fn is_late(&self, probe: &[Step]) -> bool {
        probe.contains(&Step::Last) || (self.selection != Selection::ByQuery && probe.starts_with(self.selector))
    }

    /// Whether a body without content is a page without rows.
    pub(crate) fn is_empty_page(&self, body: &[u8]) -> bool {
        self.missing_rows == MissingRows::Empty && body.trim_ascii().is_empty()
    }

    /// Drops rows that an incremental load does not need.
    fn retain_new(&self, rows: &mut dyn CursorRows) -> Result<PagePositions, NoPosition> {
        let Some((filter, range)) = self.filter.as_ref().zip(self.def.incremental) else {
            return Ok(PagePositions::default());
        };
        let mut identity = self.def.identity();
        // Of some columns, no state is made.
        identity.hashed &= self.batch.as_ref().is_none_or(BatchLayout::is_whole);
        filter.retain_new(rows, identity, range.missing_cursor)
    }
}

/// All that a page says besides its rows: pagination depends on it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct PageFacts {
    /// How many rows the page holds, before any filter.
    pub(crate) row_count: u64,
    /// How many of these the query of the selector does not select.
    pub(crate) skipped_by_query: u64,
    /// The values at the paginator's probes.
    pub(crate) found: Vec<Option<Scalar>>,
    /// The bytes of the lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
    /// Whether there is nothing where the rows should be, and the declaration takes that for none.
    pub(crate) is_absent: bool,
}

impl PageFacts {
    /// Counts the rows without reading them, which is a fraction of the work. None where only decoding the page gives
    /// its facts, or where it does not decode.
    pub(crate) fn read(body: &Bytes, spec: &DecodeSpec) -> Option<Self> {
        // Elsewhere, the rows are not where JSON has them.
        let is_json = matches!(spec.def.format, BodyFormat::Json);
        let text = (is_json && spec.query.is_none()).then(|| str::from_utf8(body).ok())??;
        let mut rows = RowCounter(0);
        let page = pass::read(text, spec, &mut rows).ok()?;
        (page.selected || spec.missing_rows == MissingRows::Empty).then(|| Self::new(rows.0, body, page))
    }

    /// Those of a response without a list of rows.
    pub(crate) fn absent() -> Self {
        Self { is_absent: true, ..Self::default() }
    }

    /// Without a span, the list is the whole body, unless the body has none.
    fn new(row_count: u64, body: &Bytes, page: ParsedPage) -> Self {
        let ParsedPage { found, spans, skipped_by_query, selected, .. } = page;
        let raw = match spans.as_slice() {
            [] if !selected => Vec::new(),
            [] => vec![body.clone()],
            spans => spans.iter().map(|span| body.slice(span.clone())).collect(),
        };
        Self { row_count, skipped_by_query, found, raw, is_absent: !selected }
    }
}

/// The rows of a page.
pub(crate) enum PageRows {
    /// A list of the resource's own type, and its length.
    Typed(Box<dyn Any + Send>, usize),
    Batch(Batch),
}

impl PageRows {
    fn typed<T: Resource>(rows: Vec<T>) -> Self {
        let len = rows.len();
        Self::Typed(Box::new(rows), len)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Typed(_, len) => *len,
            Self::Batch(batch) => batch.len(),
        }
    }
}

/// The content of a page.
pub(crate) struct DecodedPage {
    /// The rows, processed and filtered.
    pub(crate) rows: PageRows,
    /// Quarantined rows.
    pub(crate) bad_rows: Vec<BadRow>,
    /// The cursor positions of the rows.
    pub(crate) positions: PagePositions,
    /// What identifies the rows that came, before any filter: all that could be read, or without a key some at the start and
    /// the end of the page.
    pub(crate) identities: Vec<RowId>,
    pub(crate) facts: PageFacts,
}

impl DecodedPage {
    /// With the bad rows that were found before it was decoded.
    fn with_bad_rows(mut self, bad_rows: Vec<BadRow>) -> Self {
        self.facts.row_count += bad_rows.len() as u64;
        self.bad_rows.extend(bad_rows);
        self.bad_rows.sort_by_key(|bad| bad.number);
        self
    }
}

/// Decodes the rows of a resource whose type the caller does not know.
pub(crate) type Decode = fn(&Bytes, &DecodeSpec) -> Result<DecodedPage>;

/// Decodes a page straight into columns, if that can be done.
#[cfg(any(test, fuzzing))]
pub(crate) fn decode_directly(body: &Bytes, spec: &DecodeSpec) -> Option<DecodedPage> {
    let page = ByteString::try_from(body.clone()).ok()?;
    let (layout, direct) = spec.batch.as_ref().zip(spec.direct.as_ref())?;
    direct.read(body, &page, spec, layout)
}

/// Decodes a page. Only when that fails is it read again, row by row.
pub(crate) fn decode<T: Resource>(body: &Bytes, spec: &DecodeSpec) -> Result<DecodedPage> {
    decode_body::<T>(body, spec).map_err(|error| diagnose::of_inferred(error, spec.def))
}

fn decode_body<T: Resource>(body: &Bytes, spec: &DecodeSpec) -> Result<DecodedPage> {
    if let BodyFormat::Function = spec.def.format {
        let mut rows = Vec::<T>::new();
        let page = made_rows::read(body, spec, &mut rows)?;
        return decoded(rows, page, body, spec);
    }
    match LineRows::read(&spec.def.format, body, spec.quarantine)? {
        None => decode_rows::<T>(body, spec),
        Some(LineRows { json, bad_rows }) => Ok(decode_rows::<T>(&json, spec)?.with_bad_rows(bad_rows)),
    }
}

fn decode_rows<T: Resource>(body: &Bytes, spec: &DecodeSpec) -> Result<DecodedPage> {
    let mut rows = Vec::<T>::new();
    let page = match ByteString::try_from(body.clone()) {
        Ok(page) => {
            if let Some((layout, direct)) = spec.batch.as_ref().zip(spec.direct.as_ref())
                && let Some(decoded) = direct.read(body, &page, spec, layout)
            {
                return Ok(decoded);
            }
            match &spec.query {
                Some(query) => query.read(JsonText::sent(&page), spec, &mut row_by_row::into(&mut rows))?,
                None => pass::read(&page, spec, &mut rows).or_else(|error| {
                    rows.clear();
                    diagnose::read(JsonText::sent(&page), spec, &error, &mut row_by_row::into(&mut rows))
                })?,
            }
        }
        Err(error) => {
            let refuse = || not_json::not_unicode(body, error.valid_up_to());
            let mended = Mended::new(body).ok_or_else(refuse)?;
            let (json, take) = (mended.of(body), &mut row_by_row::into(&mut rows));
            match &spec.query {
                Some(query) => query.read(json, spec, take)?,
                None => diagnose::read_rows(json, spec, refuse, take)?,
            }
        }
    };
    if !page.selected && spec.missing_rows != MissingRows::Empty {
        return Err(diagnose::absent(body, spec));
    }
    decoded(rows, page, body, spec)
}

/// The rows of a page, and what else is known of it.
fn decoded<T: Resource>(
    mut rows: Vec<T>,
    mut page: ParsedPage,
    body: &Bytes,
    spec: &DecodeSpec,
) -> Result<DecodedPage> {
    let bad_rows = std::mem::take(&mut page.bad_rows);
    let row_count = (rows.len() + bad_rows.len()) as u64 + page.skipped_by_query;
    let identities = typed::identities(&rows, &spec.identifying);
    let positions = spec.retain_new(&mut rows).map_err(|at| diagnose::no_cursor(spec.def, &at))?;
    let facts = PageFacts::new(row_count, body, page);
    let rows = T::process_with(rows, spec.params.as_ref())?;
    let rows = match &spec.batch {
        Some(layout) => PageRows::Batch(layout.batch(&rows)?),
        None => PageRows::typed(rows),
    };
    Ok(DecodedPage { rows, bad_rows, positions, identities, facts })
}
