//! The first page of a resource, held against its declaration.

use std::collections::HashSet;
use std::mem::discriminant;
use std::sync::Arc;

use serde_json::Value;

use super::difference::{Difference, Location};
use super::row;
use super::row::RowChecker;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::ResourceDef;
use crate::decode::unknown_fields::undeclared_fields;
use crate::decode::{BadRow, DecodedPage, FieldMismatch, PageFacts};
use crate::error::{Error, Result};
use crate::fetch::fetcher::Fetcher;
use crate::fetch::query::FetchQuery;
use crate::http::stats::Stats;
use crate::incremental::range::Range;
use crate::paginate::{Pager, PagerOptions, PagingMismatch, PagingPlace, ResponseView};
use crate::params::template::Values;

/// What a page has shown.
#[derive(Default)]
pub(super) struct PageCheck {
    pub(super) rows: u64,
    /// Rows of which not all could be told.
    pub(super) cut_short: u64,
    pub(super) differences: Vec<Difference>,
    /// Why there was nothing to look at.
    pub(super) unverified: Option<String>,
    /// The values of its first rows.
    pub(super) samples: Vec<ParentValuesSample>,
}

/// The values of a row, and those of the rows that it was read for: each by its resource and column.
pub(super) type ParentValuesSample = Vec<((&'static str, &'static str), Value)>;

/// As many rows are tried, until one has children.
const SAMPLES: usize = 5;

/// Reads a first page, for one row of the parent where there is one.
pub(super) async fn check_page(client: &Client, entry: ResourceEntry, values: Values) -> PageCheck {
    let refused = |error: Error| {
        let error = error.in_resource(entry.def.name);
        PageCheck { differences: vec![Difference::Refused { error }], ..PageCheck::default() }
    };
    let (fetch, mut pager) = match start(client, entry, values) {
        Ok(started) => started,
        Err(error) => return refused(error),
    };
    let Some(ask) = pager.next() else {
        return PageCheck { differences: vec![Difference::Empty], ..PageCheck::default() };
    };
    let strike = |error: Error| error.redacted(|text| fetch.redact(text)).in_resource(entry.def.name);
    let response = match fetch.request(ask).await {
        Ok(response) => response,
        Err(error) => return refused(strike(error)),
    };
    if response.ignored {
        let reason = "the API's answer is one that `response_actions` says to ignore".to_owned();
        return PageCheck { unverified: Some(reason), ..PageCheck::default() };
    }
    let (mut looked, received, found) = match fetch.read(&response) {
        Ok(DecodedPage {
            facts: PageFacts { row_count: received, skipped_by_query: passed_over, found, raw },
            rows,
            bad_rows: bad,
            ..
        }) => {
            let selected = received - passed_over;
            let mut looked = PageCheck { rows: selected, ..PageCheck::default() };
            let mut reader = RowChecker::new(entry.fits);
            for bad in &bad {
                looked.cut_short += u64::from(!faults(bad, &mut reader, selected, &mut looked.differences));
            }
            looked.differences.extend(
                undeclared_fields(entry.def, &raw).into_iter().map(|(field, rows)| Difference::New {
                    field: fetch.redact(&field),
                    rows,
                    of: selected,
                }),
            );
            if selected == 0 {
                looked.differences.push(Difference::Empty);
            }
            // What cannot be written is told by a sync.
            let mut keys = KeyCheck::new(entry.def);
            drop(rows.each(&mut |values| {
                keys.add(values);
                if looked.samples.len() < SAMPLES {
                    let columns = entry.def.columns.iter().zip(values);
                    let sample = columns.map(|(column, value)| ((entry.def.name, column.name), value.to_json()));
                    looked.samples.push(sample.collect());
                }
                Ok(())
            }));
            looked.differences.extend(keys.difference(selected));
            (looked, received, found)
        }
        Err(error) => {
            let differences = vec![Difference::NoRows { error: strike(error) }];
            // It is taken that it has some.
            (PageCheck { differences, ..PageCheck::default() }, 1, fetch.found(&response.body))
        }
    };
    let unread = matches!(looked.differences.as_slice(), [Difference::NoRows { .. }]);
    if unread && !response.body.trim_ascii_start().starts_with(b"{") {
        return looked;
    }
    let seen = ResponseView {
        rows: received,
        found: &found,
        headers: &response.headers,
        url: &response.url,
        body: &response.body,
    };
    let unusable = entry.def.paginator.mismatches(&seen);
    if !unread
        && unusable.iter().all(|unusable| unusable.may_be_right)
        && let Err(error) = pager.observe(&seen)
    {
        looked.differences.push(Difference::Next { error: strike(error) });
    }
    looked.differences.extend(unusable.into_iter().map(|unusable| paging(unusable, |text| fetch.redact(text))));
    looked
}

fn start(client: &Client, entry: ResourceEntry, values: Values) -> Result<(Fetcher, Box<dyn Pager>)> {
    let mut query = FetchQuery { values, ..FetchQuery::default() };
    if let Some(incremental) = &entry.def.incremental {
        query.filter.range = Range::declared(incremental, None)?;
    }
    let pager =
        entry.def.paginator.pager(PagerOptions { window: entry.def.result_window, ..PagerOptions::default() })?;
    let fetch = Fetcher::new(client, entry, query, Arc::new(Stats::default()))?;
    Ok((fetch.lenient(), pager))
}

/// Adds all that is wrong with a row; `false` if there may be more.
fn faults(bad: &BadRow, reader: &mut RowChecker, of: u64, differences: &mut Vec<Difference>) -> bool {
    let faults = reader.faults(&bad.text);
    // Several elements of a list are one row.
    let mut counted = HashSet::new();
    for (place, fault) in faults.faults {
        let field = row::field(&place);
        let path = row::path(&bad.place, &place, |index| format!("[{index}]"));
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

/// Whether two are one, in several rows.
fn same(left: &Difference, right: &Difference) -> bool {
    discriminant(left) == discriminant(right) && left.field() == right.field()
}

/// Counts one with those of its kind.
fn add(known: &mut Difference, other: Difference, is_another_row: bool) {
    if let (Difference::Name { names, .. }, Difference::Name { names: others, .. }) = (&mut *known, other) {
        for name in others {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if let Some(at) = known.occurrence_mut() {
        at.rows += u64::from(is_another_row);
    }
}

/// Primary keys that have come.
struct KeyCheck {
    /// The table's own columns of the key; those of a parent are the same in all rows of a page.
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

    fn add(&mut self, values: &[crate::schema::value::ColumnValue<'_>]) {
        if !self.columns.is_empty() {
            let key: Vec<_> = self.columns.iter().map(|(place, _)| values.get(*place)).collect();
            self.repeated += u64::from(!self.seen.insert(format!("{key:?}")));
        }
    }

    fn difference(self, of: u64) -> Option<Difference> {
        let key = self.columns.into_iter().map(|(_, name)| name.to_owned()).collect();
        (self.repeated > 0).then_some(Difference::RepeatedKey { key, rows: self.repeated, of })
    }
}

fn paging(unusable: PagingMismatch, strike: impl Fn(&str) -> String) -> Difference {
    let help = unusable.help();
    let PagingMismatch {
        option,
        place: PagingPlace::Path(place) | PagingPlace::Header(place),
        expected,
        found,
        may_be_right,
    } = unusable;
    let option = option.to_owned();
    if may_be_right {
        return Difference::NoNext { option, place };
    }
    Difference::Paging { option, place, expected, found: found.map(|found| strike(&found)), help }
}

/// What is asked for with the values of a row: those of it that the resource is bound to.
pub(super) fn values(def: &ResourceDef, sample: &ParentValuesSample) -> Option<Values> {
    let mut values = Values::default();
    for link in def.parent.iter().flat_map(|parent| parent.bound) {
        let value = sample.iter().find(|(of, _)| *of == (link.resource, link.column));
        values.set_json(link.name, value.map_or(&Value::Null, |(_, value)| value));
        if !values.has(link.name) {
            return None;
        }
    }
    Some(values)
}
