//! The identity of a row: a hash of its primary key, or of its declared columns where it has none.
//!
//! It is the same in every run, on every machine and in every version: checkpoints may hold it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::column::ColumnDef;
use super::column_data::Misfit;
use super::row::ValueSink;
use super::value::ColumnValue;

/// The identity of a row: another row with the same one is the same row, by all that the declaration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct RowId(u64);

impl RowId {
    /// The hash. All of its bits are equally random.
    pub(crate) fn hash(self) -> u64 {
        self.0
    }
}

/// The columns that identify the rows of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdentifyingColumns {
    /// By index, in ascending order.
    columns: Vec<usize>,
    is_key: bool,
}

/// Of each page whose rows no key identifies, so many rows are identified at its start, and so many at its end: all columns
/// of all rows would take long.
const FEW: usize = 8;

impl IdentifyingColumns {
    /// The columns of the key; without one, or where it is of a parent's columns alone, all declared columns that are read.
    pub(crate) fn new(columns: &[ColumnDef], key: &[&str], is_read: impl Fn(usize) -> bool) -> Self {
        let named = |named: &dyn Fn(&ColumnDef) -> bool| {
            (0..).zip(columns).filter(|(_, column)| named(column)).map(|(index, _)| index).collect::<Vec<usize>>()
        };
        let keys = named(&|column| key.contains(&column.name));
        if !keys.is_empty() && keys.iter().all(|column| is_read(*column)) {
            return Self { columns: keys, is_key: true };
        }
        let mut columns = named(&|column| !column.reader.is_rest());
        columns.retain(|column| is_read(*column));
        Self { columns, is_key: false }
    }

    /// Whether they are a key: then no two rows are the same. Otherwise equal rows may be different ones.
    pub(crate) fn is_key(&self) -> bool {
        self.is_key
    }

    /// Their indices, in ascending order.
    pub(crate) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// The numbers of the rows to identify, of a page of so many: all of them, or without a key the first and the last few.
    pub(crate) fn rows(&self, len: usize) -> impl Iterator<Item = usize> + use<> {
        let (first, last) = self.bounds(len);
        (0..first).chain(last)
    }

    /// The rows of a page to identify, likewise.
    pub(crate) fn of_page<'r, T>(&self, rows: &'r [T]) -> impl Iterator<Item = &'r T> + use<'r, T> {
        let (first, last) = self.bounds(rows.len());
        rows.get(..first).unwrap_or_default().iter().chain(rows.get(last).unwrap_or_default())
    }

    /// How many rows at the start, and which at the end.
    fn bounds(&self, len: usize) -> (usize, Range<usize>) {
        let len = if self.columns.is_empty() { 0 } else { len };
        let first = if self.is_key { len } else { len.min(FEW) };
        (first, len.saturating_sub(FEW).max(first)..len)
    }
}

/// Hashes the values of the identifying columns, in their order.
#[derive(Default)]
pub(crate) struct IdentityHasher(u64);

/// What the values are multiplied by: an odd number without a pattern, from wyhash.
const FACTOR: u64 = 0xa076_1d64_78bd_642f;

impl IdentityHasher {
    /// Adds a value.
    pub(crate) fn add(&mut self, value: &ColumnValue<'_>) {
        match value {
            ColumnValue::Null => self.word(1),
            ColumnValue::Bool(flag) => self.word(2 + u64::from(*flag)),
            ColumnValue::Integer(number) => self.word(number.cast_unsigned()),
            ColumnValue::Unsigned(number) => self.word(*number),
            ColumnValue::Real(number) => self.word(number.to_bits()),
            ColumnValue::Text(text) => self.bytes(text.as_bytes()),
            ColumnValue::Timestamp(time) => {
                self.word(time.as_second().cast_unsigned());
                self.word(u64::from(time.subsec_nanosecond().cast_unsigned()));
            }
            ColumnValue::Date(date) => self.bytes(date.to_string().as_bytes()),
            ColumnValue::Time(time) => self.bytes(time.to_string().as_bytes()),
            ColumnValue::DateTime(time) => self.bytes(time.to_string().as_bytes()),
        }
    }

    pub(crate) fn finish(self) -> RowId {
        RowId(self.0)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        // The length comes first: the end of one text is not the start of the next.
        self.word(!(bytes.len() as u64));
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.word(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    /// Multiplies, and folds the product: each bit of the word changes half of the bits.
    fn word(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ FACTOR.rotate_left(32)) * u128::from(FACTOR);
        #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
        let (high, low) = ((product >> 64) as u64, product as u64);
        self.0 = high ^ low;
    }
}

impl ValueSink for IdentityHasher {
    fn put(&mut self, _: usize, value: &ColumnValue<'_>) -> Result<(), Misfit> {
        self.add(value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn id(values: &[ColumnValue<'_>]) -> RowId {
        let mut hasher = IdentityHasher::default();
        for value in values {
            hasher.add(value);
        }
        hasher.finish()
    }

    /// Checkpoints that hold identities are valid only as long as this holds.
    #[test]
    fn an_identity_is_the_same_in_every_version() {
        let time: jiff::Timestamp = "2024-02-29T01:02:03.45Z".parse().expect("a time");
        let day = jiff::civil::date(2024, 2, 29);
        let id = id(&[
            ColumnValue::Null,
            true.into(),
            (-1_i64).into(),
            u64::MAX.into(),
            0.5.into(),
            "nine bytes".into(),
            time.into(),
            day.into(),
            day.at(1, 2, 3, 4).into(),
            day.at(1, 2, 3, 4).time().into(),
        ]);
        assert_eq!(format!("{:016x}", id.hash()), "342767575756f94a");
    }

    #[test]
    fn different_rows_have_different_identities() {
        let texts =
            ["", "a", "b", "ab", "a\0", "\0", "12345678", "123456789", "1234567890123456"].map(ColumnValue::from);
        let numbers = (0_i64..1000).map(ColumnValue::from);
        let pairs = [["a", "b"], ["ab", ""], ["", "ab"], ["b", "a"]].map(|pair| id(&pair.map(ColumnValue::from)));
        let ids: Vec<_> = texts.into_iter().chain(numbers).map(|value| id(&[value])).chain(pairs).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        // Numbers are the same, signed or not.
        assert_eq!(id(&[7_i64.into()]), id(&[7_u64.into()]));
        // All bits differ from one to the next.
        for bit in 0..64 {
            let ones = ids.iter().filter(|id| id.hash() >> bit & 1 == 1).count();
            assert!((ids.len() / 3..ids.len() * 2 / 3).contains(&ones), "bit {bit}: {ones} of {}", ids.len());
        }
    }

    #[test]
    fn rows_without_a_key_are_identified_by_a_few_on_each_page() {
        let by = |is_key| IdentifyingColumns { columns: vec![0], is_key };
        assert!(by(true).rows(100).eq(0..100));
        assert!(by(false).rows(100).eq((0..8).chain(92..100)));
        assert!(by(false).rows(16).eq(0..16) && by(false).rows(10).eq(0..10) && by(false).rows(0).eq(0..0));
        assert!(IdentifyingColumns { columns: Vec::new(), is_key: false }.rows(100).eq(0..0));
    }
}
