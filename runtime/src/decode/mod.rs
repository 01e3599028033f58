//! From the bytes of a page to typed rows, and to the totals and cursors on the way, in one pass.

mod columnar;
mod diagnose;
mod pass;
#[cfg(not(feature = "jsonpath"))]
#[path = "no_query.rs"]
mod query;
#[cfg(feature = "jsonpath")]
mod query;
mod row_by_row;
mod typed;
pub(crate) mod unknown_fields;

use std::ops::Range;
use std::str;

use bytes::Bytes;

use self::columnar::ColumnLayout;
pub(crate) use self::diagnose::{FieldMismatch, MISSING_HELP, NULL_HELP, TYPE_HELP, still_encoded};
use self::pass::{ParsedPage, RowCounter};
use self::query::JsonPathQuery;
pub(crate) use self::row_by_row::{BadRow, RowDecodeError, fits};
use self::row_by_row::{TakeRow, one};
use crate::declare::resource::{MissingRows, OnBadRow, Resource, ResourceDef};
use crate::error::Result;
use crate::incremental::watermark::{IncrementalFilter, PagePositions};
use crate::json::lookup;
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::schema::row::Rows;

/// Where to look in a body.
#[derive(Debug)]
pub(crate) struct DecodeSpec {
    /// Where the rows are; empty: the body itself.
    selector: &'static [Step],
    /// What there may be.
    selected: Selection,
    /// What selects the rows instead.
    query: Option<JsonPathQuery>,
    /// Where the paginator looks.
    probes: Vec<&'static [Step]>,
    /// What nothing at the selector means.
    missing: MissingRows,
    /// Whether rows that do not fit are put aside.
    quarantine: bool,
    /// What is new, where that is told.
    since: Option<IncrementalFilter>,
    def: &'static ResourceDef,
    /// How to read rows that need not be made.
    columnar: Option<ColumnLayout>,
}

/// What is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selection {
    /// A list of rows.
    List,
    /// A list, or an object that is one row: the declaration says where it is.
    ListOrObject,
    /// What a query picks out.
    ByQuery,
}

impl DecodeSpec {
    /// For rows that are only to be stored, none need be made.
    pub(crate) fn new(def: &'static ResourceDef, since: Option<IncrementalFilter>, stored: bool) -> Result<Self> {
        let (selector, selected) = match (def.jsonpath, def.selector) {
            (Some(_), _) => (&[] as &[Step], Selection::ByQuery),
            // `items[*]` selects the elements of `items`, and so does `items`.
            (None, Some([list @ .., Step::All])) => (list, Selection::List),
            (None, Some(selector)) => (selector, Selection::ListOrObject),
            (None, None) => (&[] as &[Step], Selection::List),
        };
        Ok(Self {
            selector,
            selected,
            query: def.jsonpath.map(JsonPathQuery::new).transpose()?,
            probes: def.paginator.probes(),
            missing: def.missing_rows,
            quarantine: def.on_bad_row == OnBadRow::Quarantine,
            since,
            def,
            columnar: if stored { ColumnLayout::new(def) } else { None },
        })
    }

    /// Keeps every row, and puts those aside that do not fit.
    pub(crate) fn lenient(self) -> Self {
        Self { quarantine: true, since: None, ..self }
    }

    /// What the paginator looks for, in a body whose rows cannot be read.
    pub(crate) fn found(&self, body: &[u8]) -> Vec<Option<Scalar>> {
        let found =
            |path: &&[Step]| lookup::value_at(body, path).and_then(|value| serde_json::from_str(value.get()).ok());
        self.probes.iter().map(found).collect()
    }

    /// Whether a probe can only be looked for when the rows have been read: the last element is known late, and what is among the
    /// rows is passed over with them.
    fn is_late(&self, probe: &[Step]) -> bool {
        probe.contains(&Step::Last) || (self.selected != Selection::ByQuery && probe.starts_with(self.selector))
    }
}

/// What a walk goes on by: all that a page says but its rows.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct PageFacts {
    /// How many rows came, before any was filtered out.
    pub(crate) row_count: u64,
    /// How many of these the query of the selector leaves out.
    pub(crate) skipped_by_query: u64,
    /// What the paginator looks for.
    pub(crate) found: Vec<Option<Scalar>>,
    /// The bytes of the lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
}

impl PageFacts {
    /// Of a page whose rows are only counted, which is a fraction of the work; none where it has to be read to be known, or does
    /// not fit.
    pub(crate) fn read(body: &Bytes, plan: &DecodeSpec) -> Option<Self> {
        let text = plan.query.is_none().then(|| str::from_utf8(body).ok())??;
        let page = pass::read(text, plan, RowCounter(0)).ok()?;
        let RowCounter(received) = page.rows;
        (page.selected || plan.missing == MissingRows::Empty)
            .then(|| Self::new(received, body, page.found, &page.spans))
    }

    /// A list that has no key of its own is known by the whole body.
    fn new(received: u64, body: &Bytes, found: Vec<Option<Scalar>>, spans: &[Range<usize>]) -> Self {
        let raw = match spans {
            [] => vec![body.clone()],
            spans => spans.iter().map(|span| body.slice(span.clone())).collect(),
        };
        Self { row_count: received, skipped_by_query: 0, found, raw }
    }
}

/// What a page holds.
pub(crate) struct DecodedPage {
    /// The rows, processed.
    pub(crate) rows: Box<dyn Rows>,
    /// How new they are.
    pub(crate) positions: PagePositions,
    pub(crate) facts: PageFacts,
    /// Rows that do not fit and were put aside.
    pub(crate) bad_rows: Vec<BadRow>,
}

/// How to decode the rows of a resource whose type is not known to the caller.
pub(crate) type Decode = fn(&Bytes, &DecodeSpec) -> Result<DecodedPage>;

/// Decodes a page. Only when that fails is it read again, row by row.
pub(crate) fn decode<T: Resource>(body: &Bytes, plan: &DecodeSpec) -> Result<DecodedPage> {
    let text = str::from_utf8(body).map_err(|error| diagnose::not_unicode(body, error.valid_up_to()))?;
    if let Some(layout) = &plan.columnar
        && let Some(decoded) = columnar::read(body, text, plan, layout)
    {
        return Ok(decoded);
    }
    let mut page = match &plan.query {
        Some(query) => read_row_by_row(|take| query.read(text, plan, take))?,
        None => pass::read(text, plan, Vec::<T>::new())
            .or_else(|error| read_row_by_row(|take| diagnose::read(text, plan, &error, take)))?,
    };
    if !page.selected && plan.missing == MissingRows::Error {
        return Err(diagnose::absent(body, plan));
    }
    let received = (page.rows.len() + page.bad_rows.len()) as u64 + page.skipped_by_query;
    let news = plan.since.as_ref().map(|since| since.retain_new(&mut page.rows, T::DEF.identity())).unwrap_or_default();
    let outline = PageFacts {
        skipped_by_query: page.skipped_by_query,
        ..PageFacts::new(received, body, page.found, &page.spans)
    };
    Ok(DecodedPage { rows: Box::new(T::process(page.rows)), positions: news, facts: outline, bad_rows: page.bad_rows })
}

/// The rows of a page that is read one by one.
fn read_row_by_row<T: Resource>(
    read: impl FnOnce(TakeRow<'_>) -> Result<ParsedPage<()>>,
) -> Result<ParsedPage<Vec<T>>> {
    let mut rows = Vec::new();
    let page = read(&mut |text| one(text).map(|row| rows.push(row)))?;
    Ok(page.with(rows))
}
