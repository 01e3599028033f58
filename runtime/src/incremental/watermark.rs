//! The high-water mark: which rows of a page no run has loaded yet, and the newest rows so far.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::hash::Hasher as _;
use std::sync::Arc;

use fnv::FnvHasher;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cursor::{CursorKind, MissingCursor, Position};
use super::range::Range;
use super::run_start::RunStart;
use crate::schema::column::ColumnDef;
use crate::schema::value::ColumnValue;

/// The state that a load saves for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IncrementalState {
    /// The field that it is about,
    pub(crate) cursor: String,
    /// and its kind.
    pub(crate) kind: CursorKind,
    #[serde(flatten)]
    pub(crate) watermark: Watermark,
    /// The columns that identify the newest rows; none where these need no identification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) columns: Vec<String>,
}

/// The newest position so far, and the rows at it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watermark {
    /// The position of the newest row.
    pub(crate) position: Option<Position>,
    /// The rows there, where only their hashes keep them from being loaded twice.
    #[serde(default, skip_serializing_if = "Hashes::is_empty")]
    pub(crate) rows: Hashes,
    /// The rows that are newer than the run, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) beyond: Option<RowsBeyond>,
}

/// Rows that are newer than the run which has loaded them: they come again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowsBeyond {
    /// The position of the oldest one.
    from: Position,
    /// Each with its own position: a later version of a row is another one.
    rows: Hashes,
}

/// The hash of a row together with its position.
fn placed(hash: u64, position: &Position) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(&hash.to_le_bytes());
    hasher.write(position.to_string().as_bytes());
    hasher.finish()
}

/// The hash of a row within a scope.
fn within(hash: u64, scope: u64) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(&scope.to_le_bytes());
    hasher.write(&hash.to_le_bytes());
    hasher.finish()
}

impl Watermark {
    /// Of a range that was read to this position, whatever rows it has.
    pub(crate) fn at(position: Position) -> Self {
        Self { position: Some(position), ..Self::default() }
    }

    /// Merges the watermark of other rows.
    pub(crate) fn add(&mut self, other: Self) {
        match (&mut self.beyond, other.beyond) {
            (_, None) => {}
            (None, beyond) => self.beyond = beyond,
            (Some(beyond), Some(other)) => {
                beyond.rows.0.extend(other.rows.0);
                if other.from < beyond.from {
                    beyond.from = other.from;
                }
            }
        }
        match other.position.cmp(&self.position) {
            Ordering::Less => {}
            Ordering::Equal => self.rows.0.extend(other.rows.0),
            Ordering::Greater => (self.position, self.rows) = (other.position, other.rows),
        }
    }
}

/// Hashes of rows, one list for each page, since every page carries a copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hashes(Vec<Arc<[u64]>>);

impl Hashes {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().flat_map(|page| page.iter().copied())
    }
}

impl FromIterator<u64> for Hashes {
    fn from_iter<I: IntoIterator<Item = u64>>(hashes: I) -> Self {
        let page: Arc<[u64]> = hashes.into_iter().collect();
        Self(if page.is_empty() { Vec::new() } else { vec![page] })
    }
}

impl Serialize for Hashes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Hashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<u64>::deserialize(deserializer).map(Self::from_iter)
    }
}

/// What distinguishes the rows of a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity {
    pub(crate) columns: &'static [ColumnDef],
    /// The columns of the primary key.
    pub(crate) key: &'static [&'static str],
    /// Whether the newest rows have to be identified: no key keeps them from being loaded twice.
    pub(crate) hashed: bool,
    /// Whether slices may have to be cut, which needs the positions of all rows.
    pub(crate) windowed: bool,
}

/// The rows of each page to keep.
#[derive(Debug, Clone, Default)]
pub(crate) struct IncrementalFilter {
    pub(crate) range: Range,
    pub(crate) previous: Arc<PreviousRows>,
    /// When the run began, where a state is made of the rows.
    pub(crate) run_start: Option<Arc<RunStart>>,
    /// A hash of the values that rows are read for, where equal ones of other values are other rows.
    pub(crate) scope: Option<u64>,
}

/// The rows at the start of the range that were loaded before.
#[derive(Debug, Default)]
pub(crate) struct PreviousRows {
    /// Their position,
    position: Option<Position>,
    /// the position of the oldest row that was newer than that run,
    beyond: Option<Position>,
    /// the hashes of the rows at their position,
    rows: HashSet<u64>,
    /// those of the newer rows, each with its position,
    rows_beyond: HashSet<u64>,
    /// and the columns that these are of.
    columns: Vec<usize>,
}

impl PreviousRows {
    /// From the saved state. The error is a column that no longer exists.
    pub(crate) fn new(state: &IncrementalState, identity: Identity) -> Result<Self, String> {
        let index =
            |name: &String| identity.columns.iter().position(|column| column.name == *name).ok_or_else(|| name.clone());
        let Watermark { position, rows, beyond } = &state.watermark;
        let columns = state.columns.iter().map(index).collect::<Result<_, _>>()?;
        let rows_beyond = beyond.iter().flat_map(|beyond| beyond.rows.iter()).collect();
        let beyond = beyond.as_ref().map(|beyond| beyond.from.clone());
        Ok(Self { position: position.clone(), beyond, rows: rows.iter().collect(), rows_beyond, columns })
    }

    fn is_at(&self, position: &Position) -> bool {
        !self.rows.is_empty() && self.position.as_ref() == Some(position)
    }

    fn is_beyond(&self, position: &Position) -> bool {
        self.beyond.as_ref().is_some_and(|from| from <= position)
    }

    /// Whether a row there may be one of them.
    fn may_have(&self, position: &Position) -> bool {
        self.is_at(position) || self.is_beyond(position)
    }

    /// Whether a row with this hash is.
    fn has(&self, position: &Position, hash: u64) -> bool {
        (self.is_at(position) && self.rows.contains(&hash))
            || (self.is_beyond(position) && self.rows_beyond.contains(&placed(hash, position)))
    }

    /// The columns that the saved rows are identified by.
    pub(crate) fn identified_by(&self) -> &[usize] {
        &self.columns
    }

    /// The indices of the columns to hash: at the position of the saved rows, and where some may be anywhere, the columns of
    /// their load.
    fn hash_columns(&self, position: Option<&Position>, identity: Identity) -> Vec<usize> {
        let is_theirs = self.beyond.is_some() || (position.is_some() && self.position.as_ref() == position);
        if is_theirs && !self.columns.is_empty() {
            return self.columns.clone();
        }
        let is_named = |name: &str| identity.key.is_empty() || identity.key.contains(&name);
        (0..).zip(identity.columns).filter(|(_, column)| is_named(column.name)).map(|(index, _)| index).collect()
    }

    /// The same, by name, if there are rows to identify.
    pub(crate) fn columns(&self, newest: &Watermark, identity: Identity) -> Vec<String> {
        if newest.rows.is_empty() && newest.beyond.is_none() {
            return Vec::new();
        }
        let by = self.hash_columns(newest.position.as_ref(), identity);
        by.into_iter().filter_map(|index| identity.columns.get(index)).map(|column| column.name.to_owned()).collect()
    }
}

/// The positions of a page's rows.
#[derive(Debug, Default)]
pub(crate) struct PagePositions {
    pub(crate) watermark: Watermark,
    /// How many rows are newer than the run.
    pub(crate) beyond_start: u64,
    /// How many are behind the start of the range, or known and at the position that an earlier run has reached,
    pub(crate) behind: u64,
    /// and how many of these are older than the range: of a list from new to old, only such are followed by no new row.
    pub(crate) older: u64,
    /// The positions of all rows in the range, where slices may have to be cut.
    pub(crate) positions: Vec<Position>,
    /// Rows without a position.
    pub(crate) missing: u64,
}

/// The first row of a page, from 1, that has no position where each must have one.
#[derive(Debug)]
pub(crate) struct NoPosition {
    pub(crate) row: u64,
}

/// Hashes a row by some of its columns, in the order of their indices.
pub(crate) type RowHash<'r> = &'r dyn Fn(&[usize]) -> u64;

/// Rows with a cursor. Some may have no position.
pub(crate) trait CursorRows {
    /// Keeps the rows whose position and hash `keep` accepts.
    fn retain(&mut self, keep: &mut dyn FnMut(Option<&Position>, RowHash<'_>) -> bool);

    /// Visits each row that has a position.
    fn for_each(&self, see: &mut dyn FnMut(&Position, RowHash<'_>));
}

impl IncrementalFilter {
    /// Whether the run began no earlier than at a position, and a state is made of its rows.
    pub(crate) fn has_reached(&self, position: &Position) -> bool {
        self.run_start.as_ref().is_some_and(|start| !start.is_before(position))
    }

    /// Removes rows that are outside of the range or already loaded, whatever the API returned.
    pub(crate) fn retain_new(
        &self,
        rows: &mut dyn CursorRows,
        identity: Identity,
        on_missing: MissingCursor,
    ) -> Result<PagePositions, NoPosition> {
        let known = &self.previous;
        let is_beyond = |position: &Position| self.run_start.as_ref().is_some_and(|start| start.is_before(position));
        let known_by = known.hash_columns(known.position.as_ref(), identity);
        let scoped = |hash: u64| self.scope.map_or(hash, |scope| within(hash, scope));
        let mut page = PagePositions::default();
        let mut newest: Option<Position> = None;
        // Known rows that have to stay known: those of the position before are so anyhow.
        let mut known_again = Vec::new();
        let (mut row, mut first) = (0, None);
        rows.retain(&mut |position, hash| {
            row += 1;
            let Some(position) = position else {
                page.missing += 1;
                first = first.or(Some(row));
                return on_missing == MissingCursor::Keep;
            };
            if !self.range.contains(position) {
                // One past the end says nothing of those that follow.
                page.older += u64::from(self.range.start.as_ref().is_some_and(|start| position < start));
                return false;
            }
            let beyond = is_beyond(position);
            match &mut newest {
                _ if beyond => {}
                Some(newest) if *newest >= *position => {}
                Some(newest) => newest.set(position),
                None => newest = Some(position.clone()),
            }
            page.beyond_start += u64::from(beyond);
            if !known.may_have(position) {
                return true;
            }
            let hash = scoped(hash(&known_by));
            let is_known = known.has(position, hash);
            if is_known && known.position.as_ref() != Some(position) {
                known_again.push((position.clone(), beyond, hash));
            } else {
                page.behind += u64::from(is_known);
            }
            !is_known
        });
        page.behind += page.older;
        if let Some(row) = first.filter(|_| on_missing == MissingCursor::Error) {
            return Err(NoPosition { row });
        }
        if identity.windowed {
            rows.for_each(&mut |position, _| page.positions.push(position.clone()));
        }
        let (mut hashes, mut beyond_hashes, mut beyond_from) = (BTreeSet::new(), BTreeSet::new(), None::<Position>);
        if identity.hashed {
            let by = known.hash_columns(newest.as_ref(), identity);
            let mut add = |position: &Position, beyond: bool, hash: u64| {
                if beyond {
                    beyond_hashes.insert(placed(hash, position));
                    if beyond_from.as_ref().is_none_or(|from| position < from) {
                        beyond_from = Some(position.clone());
                    }
                } else if newest.as_ref() == Some(position) {
                    hashes.insert(hash);
                }
            };
            rows.for_each(&mut |position, hash| {
                let beyond = page.beyond_start > 0 && is_beyond(position);
                if beyond || newest.as_ref() == Some(position) {
                    add(position, beyond, scoped(hash(&by)));
                }
            });
            for (position, beyond, hash) in known_again {
                add(&position, beyond, hash);
            }
        }
        let beyond = beyond_from.map(|from| RowsBeyond { from, rows: beyond_hashes.into_iter().collect() });
        page.watermark = Watermark { position: newest, rows: hashes.into_iter().collect(), beyond };
        Ok(page)
    }
}

/// Hashes the values of a row in some columns.
pub(crate) struct RowHasher<'h> {
    columns: &'h [usize],
    hasher: FnvHasher,
}

impl<'h> RowHasher<'h> {
    /// By these columns.
    pub(crate) fn new(columns: &'h [usize]) -> Self {
        Self { columns, hasher: FnvHasher::default() }
    }

    /// Adds the value of a column; columns come in the order of their indices.
    pub(crate) fn add(&mut self, column: usize, value: &ColumnValue<'_>) {
        if !self.columns.contains(&column) {
            return;
        }
        let hasher = &mut self.hasher;
        match value {
            ColumnValue::Null => hasher.write_u8(0),
            ColumnValue::Bool(flag) => hasher.write(&[1, (*flag).into()]),
            ColumnValue::Integer(number) => hasher.write(&number.to_le_bytes()),
            ColumnValue::Unsigned(number) => hasher.write(&number.to_le_bytes()),
            ColumnValue::Real(number) => hasher.write(&number.to_bits().to_le_bytes()),
            ColumnValue::Text(text) => hasher.write(text.as_bytes()),
            // By their texts: the hashes of earlier versions, which states still hold, are of these.
            ColumnValue::Timestamp(time) => hasher.write(time.to_string().as_bytes()),
            ColumnValue::Date(date) => hasher.write(date.to_string().as_bytes()),
            ColumnValue::Time(time) => hasher.write(time.to_string().as_bytes()),
            ColumnValue::DateTime(time) => hasher.write(time.to_string().as_bytes()),
        }
        // A separator: the end of one value is not the start of the next.
        hasher.write_u8(0xFF);
    }

    pub(crate) fn finish(self) -> u64 {
        self.hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn hash<const N: usize>(values: &[ColumnValue<'_>; N]) -> u64 {
        let by: Vec<usize> = (0..N).collect();
        let mut hasher = RowHasher::new(&by);
        values.iter().enumerate().for_each(|(column, value)| hasher.add(column, value));
        hasher.finish()
    }

    /// Hashes that states hold are valid only as long as this holds.
    #[test]
    fn a_hash_is_the_same_in_every_version() {
        let (day, hour) = (date(2024, 2, 29), time(1, 2, 3, 450_000_000));
        let at: jiff::Timestamp = "2024-02-29T01:02:03.45Z".parse().expect("a time");
        let text = |text: &'static str| ColumnValue::from(text);
        assert_eq!(hash(&[at.into()]), hash(&[text("2024-02-29T01:02:03.45Z")]));
        assert_eq!(hash(&[day.to_datetime(hour).into()]), hash(&[text("2024-02-29T01:02:03.45")]));
        assert_eq!(hash(&[day.into(), hour.into()]), hash(&[text("2024-02-29"), text("01:02:03.45")]));
        assert_eq!(hash(&[7_i64.into()]), hash(&[7_u64.into()]));
        let all = hash(&[true.into(), (-1_i64).into(), u64::MAX.into(), 0.5.into(), text("a"), ColumnValue::Null]);
        assert_eq!(format!("{all:016x}"), "c9b125b2e0367299");
        let mut first = RowHasher::new(&[1]);
        first.add(0, &text("a"));
        first.add(1, &text("b"));
        assert_eq!(first.finish(), hash(&[text("b")]));
    }
}
