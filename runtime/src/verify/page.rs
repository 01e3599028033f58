//! The first page of a resource, compared with its declaration.

use std::borrow::Cow;
use std::collections::HashSet;
use std::mem::discriminant;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::difference::{Difference, Location};
use super::fields;
use super::row::{self, RowChecker};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::ResourceDef;
use crate::decode::batch_plan::BatchPlan;
use crate::decode::{BadRow, DecodedPage, FieldMismatch, LineCounter, PageFacts, PageRows, with_key};
use crate::error::{Error, Result};
use crate::fetch::fetcher::Fetcher;
use crate::fetch::query::FetchQuery;
use crate::http::stats::Stats;
use crate::json::lookup::{RawArray, json_members, matches, member_path};
use crate::paginate::{Pager, PagerOptions, PagingMismatch, PagingPlace, ResponseView};
use crate::params::template::Values;
use crate::schema::batch::RowRef;

/// The result of checking a page.
#[derive(Default)]
pub(super) struct PageCheck {
    pub(super) rows: u64,
    /// Rows that may have further differences.
    pub(super) cut_short: u64,
    pub(super) differences: Vec<Difference>,
    /// Why nothing could be checked.
    pub(super) unverified: Option<String>,
    /// The values of its first rows.
    pub(super) samples: Vec<ParentValuesSample>,
}

/// The values of a row and of its parents' rows: each by its resource and column.
pub(super) type ParentValuesSample = Vec<((&'static str, &'static str), Value)>;

/// How many rows of a parent are tried, until one has children, and how many combinations of partitions' values.
pub(super) const SAMPLES: usize = 5;

/// What cannot be requested.
pub(super) fn refused(entry: ResourceEntry, error: Error) -> PageCheck {
    let error = error.in_resource(entry.def.name);
    PageCheck { differences: vec![Difference::Refused { error }], ..PageCheck::default() }
}

/// Reads and checks a first page, for one row of the parent if there is one.
pub(super) async fn check_page(client: &Client, entry: ResourceEntry, values: Values) -> PageCheck {
    let refused = |error: Error| refused(entry, error);
    let (fetch, mut pager) = match start(client, entry, values) {
        Ok(started) => started,
        Err(error) => return refused(error),
    };
    let Some(request) = pager.next() else {
        return PageCheck { differences: vec![Difference::Empty], ..PageCheck::default() };
    };
    let redacted = |error: Error| fetch.redact_error(error).in_resource(entry.def.name);
    let response = match fetch.request(request).await {
        Ok(response) => response,
        Err(error) => return refused(redacted(error)),
    };
    if response.ignored {
        let reason = "the API's response is one that `response_actions` ignores".to_owned();
        return PageCheck { unverified: Some(reason), ..PageCheck::default() };
    }
    let (mut check, row_count, found) = match fetch.read(&response) {
        Ok(DecodedPage {
            facts: PageFacts { row_count, skipped_by_query, found, raw, .. }, rows, bad_rows, ..
        }) => {
            let selected = row_count - skipped_by_query;
            let mut check = PageCheck { rows: selected, ..PageCheck::default() };
            let mut checker = RowChecker::new(entry.fits);
            let is_json = |bad: &&BadRow| serde_json::from_str::<IgnoredAny>(&bad.text).is_ok();
            let (read, unread): (Vec<_>, Vec<_>) = bad_rows.iter().partition(is_json);
            check.cut_short += unread.len() as u64;
            check.differences.extend(unread.into_iter().map(|bad| {
                let at = Location { rows: 1, of: selected, row: bad.number as u64, path: bad.path.clone() };
                Difference::Unfit { field: bad.path.clone(), problem: bad.error.clone(), at }
            }));
            // Lines are compared as the JSON that was made of them.
            let lines = raw.first().filter(|_| entry.def.format.has_lines());
            let good = rows_of(lines.unwrap_or(&response.body), entry.def, &bad_rows, &fetch);
            for row in read.into_iter().map(|bad| CheckedRow::bad(bad, entry.def)).chain(good) {
                check.cut_short += u64::from(!faults(&row, &mut checker, selected, &mut check.differences));
            }
            let names = fields::compare(entry.def, &raw, selected, &mut check.differences);
            check.differences.extend(names.into_iter().map(|name| name.redacted(|text| fetch.redact(text))));
            if selected == 0 {
                check.differences.push(Difference::Empty);
            }
            let mut keys = KeyCheck::new(entry.def);
            if let PageRows::Batch(batch) = &rows {
                for row in batch.rows() {
                    keys.add(row);
                    if check.samples.len() < SAMPLES {
                        let columns = entry.def.columns.iter().zip(row.values());
                        let sample = columns.map(|(column, value)| ((entry.def.name, column.name), value.to_json()));
                        check.samples.push(sample.collect());
                    }
                }
            }
            check.differences.extend(keys.difference(selected));
            (check, row_count, found)
        }
        Err(error) => {
            let differences = vec![Difference::NoRows { error: redacted(error) }];
            // Assume that the page has rows.
            (PageCheck { differences, ..PageCheck::default() }, 1, fetch.found(&response.body))
        }
    };
    let unread = matches!(check.differences.as_slice(), [Difference::NoRows { .. }]);
    if unread && !response.body.trim_ascii_start().starts_with(b"{") {
        return check;
    }
    let seen = ResponseView {
        rows: row_count,
        found: &found,
        headers: &response.headers,
        url: &response.url,
        body: &response.body,
        rows_at: entry.def.rows_at(),
    };
    let mut mismatches = entry.def.paginator.mismatches(&seen);
    if !unread && mismatches.iter().all(may_be_the_end) {
        match pager.observe(&seen).err().or_else(|| pager.end().and_then(|end| pager.unread(end))) {
            // For the walk, no next page is the end: also where the last page is exactly full.
            None => mismatches.iter_mut().for_each(|mismatch| mismatch.may_be_right = true),
            Some(error) if mismatches.iter().all(|mismatch| mismatch.may_be_right) => {
                check.differences.push(Difference::Next { error: redacted(error) });
            }
            Some(_) => {}
        }
    }
    if let Some((path, total)) = entry.def.paginator.unread_total(&seen).filter(|_| !unread) {
        check.differences.push(Difference::UnreadTotal { path: fetch.redact(&path), total });
    }
    check.differences.extend(mismatches.into_iter().map(|mismatch| paging(mismatch, |text| fetch.redact(text))));
    check
}

/// Whether a page may lack this, if it is the last.
fn may_be_the_end(mismatch: &PagingMismatch) -> bool {
    const NEXT: [&str; 4] = ["cursor_path", "cursor_key", "links_next_key", "next_url_path"];
    mismatch.may_be_right || mismatch.found.is_none() && NEXT.contains(&mismatch.option)
}

fn start(client: &Client, entry: ResourceEntry, values: Values) -> Result<(Fetcher, Box<dyn Pager>)> {
    let plan = BatchPlan::new(Arc::new(entry.def.table_schema([])), Vec::new());
    let begun = Timestamp::now();
    let mut query = FetchQuery { values, batch: Some(Arc::new(plan)), begun: Some(begun), ..FetchQuery::default() };
    if let Some(incremental) = &entry.def.incremental {
        query.filter.range = client.declared_range(incremental, None, begun)?;
    }
    let (limit, window) = (client.page_size(entry.def)?, entry.def.result_window);
    let pager = entry.def.paginator.pager(PagerOptions { limit, window, ..PagerOptions::default() })?;
    let fetch = Fetcher::new(client, entry, query, Arc::new(Stats::default()))?;
    Ok((fetch.lenient(), pager))
}

/// A row to check.
struct CheckedRow<'r> {
    text: Cow<'r, str>,
    /// Its number in its list, from 1.
    number: usize,
    /// Where in the body it is.
    place: Cow<'r, str>,
}

impl<'r> CheckedRow<'r> {
    fn bad(bad: &'r BadRow, def: &ResourceDef) -> Self {
        let member = def.row_key.and_then(|field| Some((field, json_members(&bad.text)?.pop()?)));
        let text = match member {
            Some((field, (key, row))) => Cow::Owned(with_key(row.get(), field, &key).into_owned()),
            None => Cow::Borrowed(bad.text.as_str()),
        };
        Self { text, number: bad.number, place: Cow::Borrowed(&bad.place) }
    }
}

/// The rows that decode, which enums may have read as unknown names. Those of a query are not known.
fn rows_of<'r>(
    body: &'r [u8],
    def: &ResourceDef,
    bad_rows: &[BadRow],
    fetch: &Fetcher,
) -> impl Iterator<Item = CheckedRow<'r>> {
    let mut lists = Vec::new();
    if let Some(list) = def.rows_at()
        && let Ok(root) = serde_json::from_slice::<&RawValue>(body)
    {
        matches(root, list, String::new(), &mut lists);
    }
    let rows = lists.into_iter().flat_map(|(path, list)| match serde_json::from_str::<RawArray<'_>>(list.get()) {
        Ok(rows) => {
            let rows = rows.into_iter().enumerate();
            let mut lines = LineCounter::new(&def.format, body);
            let mut number = |row, index| lines.line_of(row).unwrap_or(index + 1);
            rows.map(|(index, row)| (number(row, index), format!("{path}[{index}]"), row, None)).collect()
        }
        Err(_) if def.row_key.is_some() => {
            let rows = json_members(list.get()).unwrap_or_default().into_iter().enumerate();
            rows.map(|(index, (key, row))| (index + 1, member_path(&path, &key), row, Some(key))).collect()
        }
        Err(_) => vec![(1, path, list, None)],
    });
    let bad: HashSet<&str> = bad_rows.iter().map(|bad| bad.place.as_str()).collect();
    let rows =
        rows.filter(|(_, place, row, _)| !bad.contains(place.as_str()) && row.get().starts_with(['{', '"', '[']));
    let rows = rows.map(|(number, place, row, key)| {
        let text = fetch.redact(row.get());
        let text = match def.row_key.zip(key) {
            Some((field, key)) => with_key(&text, field, &fetch.redact(&key)).into_owned(),
            None => text,
        };
        CheckedRow { text: Cow::Owned(text), number, place: Cow::Owned(place) }
    });
    rows.collect::<Vec<_>>().into_iter()
}

/// Adds the differences of a row; `false` if it may have more.
fn faults(bad: &CheckedRow<'_>, checker: &mut RowChecker, of: u64, differences: &mut Vec<Difference>) -> bool {
    let faults = checker.faults(&bad.text);
    // Several elements of a list are one row.
    let mut counted = HashSet::new();
    for (path, fault) in faults.faults {
        let field = row::field(&path);
        let path = row::display_path(&bad.place, &path, |index| format!("[{index}]"));
        let at = Location { rows: 1, of, row: bad.number as u64, path };
        let difference = match fault {
            FieldMismatch::Missing { .. } => Difference::Missing { field, at },
            FieldMismatch::Null { expected } => Difference::Null { field, expected, at },
            FieldMismatch::Type { expected, found } => Difference::Type { field, expected, found, at },
            FieldMismatch::Name { name, known, .. } => Difference::Name { field, names: vec![name], known, at },
            FieldMismatch::Other { problem } => Difference::Unfit { field, problem, at },
        };
        let known = differences.iter_mut().enumerate().find(|(_, known)| same(known, &difference));
        if let Some((index, known)) = known {
            add(known, difference, counted.insert(index));
        } else {
            counted.insert(differences.len());
            differences.push(difference);
        }
    }
    faults.complete
}

/// Whether two differences are the same one, in several rows.
fn same(left: &Difference, right: &Difference) -> bool {
    discriminant(left) == discriminant(right) && left.field() == right.field()
}

/// Merges the same difference of another row.
fn add(known: &mut Difference, other: Difference, is_another_row: bool) {
    if let (Difference::Name { names, .. }, Difference::Name { names: others, .. }) = (&mut *known, other) {
        for name in others {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if let Some(at) = known.location_mut() {
        at.rows += u64::from(is_another_row);
    }
}

/// Finds repeated primary keys.
struct KeyCheck {
    /// The resource's own columns of the key: those of a parent are the same in all rows of a page.
    columns: Vec<(usize, &'static str)>,
    seen: HashSet<String>,
    repeated: u64,
}

impl KeyCheck {
    fn new(def: &ResourceDef) -> Self {
        let own = |name: &&'static str| {
            let place = def.columns.iter().position(|column| column.name == *name)?;
            Some((place, *name))
        };
        Self { columns: def.primary_key.iter().filter_map(own).collect(), seen: HashSet::new(), repeated: 0 }
    }

    fn add(&mut self, row: RowRef<'_>) {
        if !self.columns.is_empty() {
            let key: Vec<_> = self.columns.iter().map(|(place, _)| row.get(*place)).collect();
            self.repeated += u64::from(!self.seen.insert(format!("{key:?}")));
        }
    }

    fn difference(self, of: u64) -> Option<Difference> {
        let key = self.columns.into_iter().map(|(_, name)| name.to_owned()).collect();
        (self.repeated > 0).then_some(Difference::RepeatedKey { key, rows: self.repeated, of })
    }
}

fn paging(mismatch: PagingMismatch, redact: impl Fn(&str) -> String) -> Difference {
    let help = redact(&mismatch.help());
    let PagingMismatch {
        option,
        place: PagingPlace::Path(place) | PagingPlace::Header(place),
        expected,
        found,
        may_be_right,
        ..
    } = mismatch;
    let option = option.to_owned();
    if may_be_right {
        return Difference::NoNext { option, place };
    }
    Difference::Paging { option, place, expected, found: found.map(|found| redact(&found)), help }
}

/// The values of a parent's row that the resource's requests need; `None` if one is missing.
pub(super) fn values(def: &ResourceDef, sample: &ParentValuesSample) -> Option<Values> {
    let mut values = Values::default();
    for link in def.parent.iter().flat_map(|parent| parent.bound) {
        let column = sample.iter().find(|(of, _)| *of == (link.resource, link.column));
        let column = column.map_or(&Value::Null, |(_, value)| value);
        match link.inside {
            None => values.set_json(link.name, column),
            Some(inner) => values.set_json(link.name, &inner.of(column).ok()?),
        }
        if !values.has(link.name) {
            return None;
        }
    }
    Some(values)
}
