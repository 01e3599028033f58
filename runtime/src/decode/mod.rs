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

use self::columnar::Layout;
pub(crate) use self::diagnose::{Fault, MISSING_HELP, NULL_HELP, TYPE_HELP, still_encoded};
use self::pass::{Counted, Page};
use self::query::Query;
pub(crate) use self::row_by_row::{BadRow, Unfit, fits};
use self::row_by_row::{Take, one};
use crate::declare::resource::{MissingRows, OnBadRow, Resource, ResourceDef};
use crate::error::Result;
use crate::incremental::watermark::{News, Since};
use crate::json::lookup;
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::schema::row::Rows;

/// Where to look in a body.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Where the rows are; empty: the body itself.
    selector: &'static [Step],
    /// What there may be.
    selected: Selected,
    /// What selects the rows instead.
    query: Option<Query>,
    /// Where the paginator looks.
    probes: Vec<&'static [Step]>,
    /// What nothing at the selector means.
    missing: MissingRows,
    /// Whether rows that do not fit are put aside.
    put_aside: bool,
    /// What is new, where that is told.
    since: Option<Since>,
    def: &'static ResourceDef,
    /// How to read rows that need not be made.
    sheet: Option<Layout>,
}

/// What is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selected {
    /// A list of rows.
    List,
    /// A list, or an object that is one row: the declaration says where it is.
    OneToo,
    /// What a query picks out.
    ByQuery,
}

impl Plan {
    /// For rows that are only to be stored, none need be made.
    pub(crate) fn new(def: &'static ResourceDef, since: Option<Since>, stored: bool) -> Result<Self> {
        let (selector, selected) = match (def.jsonpath, def.selector) {
            (Some(_), _) => (&[] as &[Step], Selected::ByQuery),
            // `items[*]` selects the elements of `items`, and so does `items`.
            (None, Some([list @ .., Step::All])) => (list, Selected::List),
            (None, Some(selector)) => (selector, Selected::OneToo),
            (None, None) => (&[] as &[Step], Selected::List),
        };
        Ok(Self {
            selector,
            selected,
            query: def.jsonpath.map(Query::new).transpose()?,
            probes: def.paginator.probes(),
            missing: def.missing_rows,
            put_aside: def.on_bad_row == OnBadRow::Quarantine,
            since,
            def,
            sheet: if stored { Layout::new(def) } else { None },
        })
    }

    /// Keeps every row, and puts those aside that do not fit.
    pub(crate) fn lenient(self) -> Self {
        Self { put_aside: true, since: None, ..self }
    }

    /// What the paginator looks for, in a body whose rows cannot be read.
    pub(crate) fn found(&self, body: &[u8]) -> Vec<Option<Scalar>> {
        let found = |path: &&[Step]| lookup::at(body, path).and_then(|value| serde_json::from_str(value.get()).ok());
        self.probes.iter().map(found).collect()
    }

    /// Whether a probe can only be looked for when the rows have been read: the last element is known late, and what is among the
    /// rows is passed over with them.
    fn is_late(&self, probe: &[Step]) -> bool {
        probe.contains(&Step::Last) || (self.selected != Selected::ByQuery && probe.starts_with(self.selector))
    }
}

/// What a walk goes on by: all that a page says but its rows.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Outline {
    /// How many rows came, before any was filtered out.
    pub(crate) received: u64,
    /// How many of these the query of the selector leaves out.
    pub(crate) passed_over: u64,
    /// What the paginator looks for.
    pub(crate) found: Vec<Option<Scalar>>,
    /// The bytes of the lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
}

impl Outline {
    /// Of a page whose rows are only counted, which is a fraction of the work; none where it has to be read to be known, or does
    /// not fit.
    pub(crate) fn read(body: &Bytes, plan: &Plan) -> Option<Self> {
        let text = plan.query.is_none().then(|| str::from_utf8(body).ok())??;
        let page = pass::read(text, plan, Counted(0)).ok()?;
        let Counted(received) = page.rows;
        (page.selected || plan.missing == MissingRows::Empty)
            .then(|| Self::new(received, body, page.found, &page.spans))
    }

    /// A list that has no key of its own is known by the whole body.
    fn new(received: u64, body: &Bytes, found: Vec<Option<Scalar>>, spans: &[Range<usize>]) -> Self {
        let raw = match spans {
            [] => vec![body.clone()],
            spans => spans.iter().map(|span| body.slice(span.clone())).collect(),
        };
        Self { received, passed_over: 0, found, raw }
    }
}

/// What a page holds.
pub(crate) struct Decoded {
    /// The rows, processed.
    pub(crate) rows: Box<dyn Rows>,
    /// How new they are.
    pub(crate) news: News,
    pub(crate) outline: Outline,
    /// Rows that do not fit and were put aside.
    pub(crate) bad: Vec<BadRow>,
}

/// How to decode the rows of a resource whose type is not known to the caller.
pub(crate) type Decode = fn(&Bytes, &Plan) -> Result<Decoded>;

/// Decodes a page. Only when that fails is it read again, row by row.
pub(crate) fn decode<T: Resource>(body: &Bytes, plan: &Plan) -> Result<Decoded> {
    let text = str::from_utf8(body).map_err(|error| diagnose::not_unicode(body, error.valid_up_to()))?;
    if let Some(layout) = &plan.sheet
        && let Some(decoded) = columnar::read(body, text, plan, layout)
    {
        return Ok(decoded);
    }
    let mut page = match &plan.query {
        Some(query) => taken(|take| query.read(text, plan, take))?,
        None => pass::read(text, plan, Vec::<T>::new())
            .or_else(|error| taken(|take| diagnose::read(text, plan, &error, take)))?,
    };
    if !page.selected && plan.missing == MissingRows::Error {
        return Err(diagnose::absent(body, plan));
    }
    let received = (page.rows.len() + page.bad.len()) as u64 + page.passed_over;
    let news = plan.since.as_ref().map(|since| since.keep(&mut page.rows, T::DEF.identity())).unwrap_or_default();
    let outline = Outline { passed_over: page.passed_over, ..Outline::new(received, body, page.found, &page.spans) };
    Ok(Decoded { rows: Box::new(T::process(page.rows)), news, outline, bad: page.bad })
}

/// The rows of a page that is read one by one.
fn taken<T: Resource>(read: impl FnOnce(Take<'_>) -> Result<Page<()>>) -> Result<Page<Vec<T>>> {
    let mut rows = Vec::new();
    let page = read(&mut |text| one(text).map(|row| rows.push(row)))?;
    Ok(page.with(rows))
}
