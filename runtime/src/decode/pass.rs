//! The single pass: goes down the body once, and takes the rows and the probed values where it finds them.

use std::fmt;
use std::ops::Range;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    Visitor,
};

use super::keyed_row::KeyedRow;
use super::row_by_row::BadRow;
use super::{DecodeSpec, Selection};
use crate::declare::resource::MissingRows;
use crate::json::path::Step;
use crate::json::scalar::{Scalar, visit_scalars};

/// What takes the rows of a page.
pub(super) trait RowSink {
    /// Reads the next one.
    fn read<'de, D: Deserializer<'de>>(&mut self, row: D) -> Result<(), D::Error>;

    /// Drops the rows read so far.
    fn clear(&mut self);
}

impl<T: DeserializeOwned> RowSink for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(&mut self, row: D) -> Result<(), D::Error> {
        self.push(T::deserialize(row)?);
        Ok(())
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// Counts rows without reading them.
pub(super) struct RowCounter(pub(super) u64);

impl RowSink for RowCounter {
    fn read<'de, D: Deserializer<'de>>(&mut self, row: D) -> Result<(), D::Error> {
        self.0 += 1;
        IgnoredAny::deserialize(row).map(drop)
    }

    fn clear(&mut self) {
        self.0 = 0;
    }
}

/// What one pass has read, besides the rows, which are in their sink.
pub(super) struct ParsedPage {
    pub(super) found: Vec<Option<Scalar>>,
    /// Where the text of each list of rows is.
    pub(super) spans: Vec<Range<usize>>,
    /// Whether there was anything at the selector.
    pub(super) selected: bool,
    /// Quarantined rows.
    pub(super) bad_rows: Vec<BadRow>,
    /// How many rows of the list a query does not select.
    pub(super) skipped_by_query: u64,
}

/// Reads a body, and its rows into the sink.
pub(super) fn read<S: RowSink>(body: &str, spec: &DecodeSpec, rows: &mut S) -> Result<ParsedPage, serde_json::Error> {
    let mut reader = PassReader {
        spec,
        body,
        rows,
        selected: false,
        found: vec![None; spec.probes.len()],
        spans: Vec::new(),
        span_open: false,
    };
    let mut deserializer = serde_json::Deserializer::from_str(body);
    Seek { reader: &mut reader, goals: Goals::all(spec), depth: 0 }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    let PassReader { selected, mut found, spans, .. } = reader;
    for (slot, path) in found.iter_mut().zip(&spec.probes).filter(|(_, path)| spec.is_late(path)) {
        *slot = Scalar::at(body.as_bytes(), path);
    }
    Ok(ParsedPage { found, spans, selected, bad_rows: Vec::new(), skipped_by_query: 0 })
}

/// Where in a body a part of it is.
#[cfg(feature = "jsonpath")]
pub(super) fn span(body: &[u8], part: &serde_json::value::RawValue) -> Option<Range<usize>> {
    let start = (part.get().as_ptr() as usize).checked_sub(body.as_ptr() as usize)?;
    let end = start.checked_add(part.get().len())?;
    (end <= body.len()).then_some(start..end)
}

struct PassReader<'a, S> {
    spec: &'a DecodeSpec,
    body: &'a str,
    rows: &'a mut S,
    selected: bool,
    found: Vec<Option<Scalar>>,
    /// Where the text of each list of rows is; the last one is open until the key after it is read.
    spans: Vec<Range<usize>>,
    span_open: bool,
}

impl<S: RowSink> PassReader<'_, S> {
    /// A second list of rows: one more match of `[*]`, or a key that occurs twice in its object.
    fn selected_again(&mut self) {
        if !self.spec.selector.contains(&Step::All) {
            self.rows.clear();
            self.spans.clear();
        }
    }
}

/// The paths that have matched so far: bit 0 is the selector, the others are the probes.
#[derive(Clone, Copy)]
struct Goals(u32);

const SELECTOR: u32 = 1;

impl Goals {
    fn all(spec: &DecodeSpec) -> Self {
        let selector = if spec.selection == Selection::ByQuery { 0 } else { SELECTOR };
        let probes = spec.probes.iter().enumerate().filter(|(_, path)| !spec.is_late(path));
        Self(probes.fold(selector, |goals, (index, _)| goals | probe_bit(index)))
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those whose path is longer than `depth` and continues with a step that `matches`.
    fn step(self, spec: &DecodeSpec, depth: usize, matches: impl Fn(&Step) -> bool) -> Self {
        let continues = |path: &[Step]| path.get(depth).is_some_and(&matches);
        let mut next = 0;
        if self.0 & SELECTOR != 0 && continues(spec.selector) {
            next |= SELECTOR;
        }
        for (index, path) in spec.probes.iter().enumerate() {
            if self.0 & probe_bit(index) != 0 && continues(path) {
                next |= probe_bit(index);
            }
        }
        Self(next)
    }

    fn selects(self, spec: &DecodeSpec, depth: usize) -> bool {
        self.0 & SELECTOR != 0 && spec.selector.len() == depth
    }

    /// The probes whose path ends here.
    fn ended(self, spec: &DecodeSpec, depth: usize) -> impl Iterator<Item = usize> + '_ {
        let ends_here = move |(index, path): (usize, &&[Step])| {
            (self.0 & probe_bit(index) != 0 && path.len() == depth).then_some(index)
        };
        spec.probes.iter().enumerate().filter_map(ends_here)
    }
}

/// A paginator has a handful of probes; one past the width of the mask is never looked for.
fn probe_bit(index: usize) -> u32 {
    u32::try_from(index).ok().and_then(|index| 2_u32.checked_shl(index)).unwrap_or(0)
}

/// Continues with the paths that have matched down to here.
struct Seek<'r, 'a, S> {
    reader: &'r mut PassReader<'a, S>,
    goals: Goals,
    depth: usize,
}

impl<'de, S: RowSink> DeserializeSeed<'de> for Seek<'_, '_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        let spec = self.reader.spec;
        if self.goals.is_empty() {
            return IgnoredAny::deserialize(deserializer).map(drop);
        }
        if self.goals.selects(spec, self.depth) {
            if std::mem::replace(&mut self.reader.selected, true) {
                self.reader.selected_again();
            }
            return deserializer.deserialize_any(RowsVisitor { rows: &mut *self.reader.rows, spec });
        }
        if self.goals.step(spec, self.depth, |_| true).is_empty() {
            self.found(&Scalar::deserialize(deserializer)?);
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl<S> Seek<'_, '_, S> {
    /// Takes a value for the paths that end here. Longer paths find nothing, unless it is a list or an object.
    fn found(&mut self, found: &Scalar) {
        for index in self.goals.ended(self.reader.spec, self.depth) {
            if let Some(slot) = self.reader.found.get_mut(index) {
                *slot = Some(found.clone());
            }
        }
    }
}

impl<'de, S: RowSink> Visitor<'de> for Seek<'_, '_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.found(&Scalar::Object);
        let Self { reader, goals, depth } = self;
        while let Some(next) = map.next_key_seed(KeySeed { reader, goals, depth })? {
            map.next_value_seed(Seek { reader, goals: next.goals, depth: depth + 1 })?;
            if next.goals.selects(reader.spec, depth + 1) {
                // The text ends where the next key begins: metadata of the page is not part of it.
                reader.spans.push(next.end.unwrap_or(0)..reader.body.len());
                reader.span_open = next.end.is_some();
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.found(&Scalar::Array);
        let Self { reader, goals, depth } = self;
        // Rows of each element: where there is no element, there are no rows.
        let rows_in_each = goals.step(reader.spec, depth, |step| *step == Step::All).0 & SELECTOR != 0;
        let mut index = 0;
        loop {
            let goals = goals.step(reader.spec, depth, |step| matches!(step, Step::All) || *step == Step::Index(index));
            if seq.next_element_seed(Seek { reader, goals, depth: depth + 1 })?.is_none() {
                reader.selected |= rows_in_each && index == 0;
                return Ok(());
            }
            index += 1;
        }
    }

    visit_scalars!(self, scalar => {
        let mut seek = self;
        seek.found(&scalar);
    });
}

/// Reads a key: which paths continue under it, and where in the body it ends.
struct KeySeed<'r, 'a, S> {
    reader: &'r mut PassReader<'a, S>,
    goals: Goals,
    depth: usize,
}

struct MatchedKey {
    goals: Goals,
    /// The offset after the key's closing quote, if the key is in the body without escapes.
    end: Option<usize>,
}

impl<'de, S> DeserializeSeed<'de> for KeySeed<'_, '_, S> {
    type Value = MatchedKey;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<MatchedKey, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, S> Visitor<'de> for KeySeed<'_, '_, S> {
    type Value = MatchedKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<MatchedKey, E> {
        let start = (key.as_ptr() as usize).wrapping_sub(self.reader.body.as_ptr() as usize);
        let end = start.saturating_add(key.len() + 1);
        if std::mem::take(&mut self.reader.span_open)
            && let Some(span) = self.reader.spans.last_mut()
        {
            span.end = start;
        }
        Ok(MatchedKey { goals: self.goals_under(key), end: (end <= self.reader.body.len()).then_some(end) })
    }

    fn visit_str<E>(self, key: &str) -> Result<MatchedKey, E> {
        Ok(MatchedKey { goals: self.goals_under(key), end: None })
    }
}

impl<S> KeySeed<'_, '_, S> {
    fn goals_under(&self, key: &str) -> Goals {
        self.goals.step(self.reader.spec, self.depth, |step| matches!(step, Step::Key(name) if *name == key))
    }
}

/// Reads the rows.
struct RowsVisitor<'r, S> {
    rows: &'r mut S,
    spec: &'r DecodeSpec,
}

impl<'de, S: RowSink> Visitor<'de> for RowsVisitor<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.spec.selection, f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if let Selection::Members(_) = self.spec.selection {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        while seq.next_element_seed(RowSeed(&mut *self.rows))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match self.spec.selection {
            Selection::ListOrObject => self.rows.read(MapAccessDeserializer::new(map)),
            Selection::Members(field) => {
                while let Some(key) = map.next_key::<String>()? {
                    map.next_value_seed(MemberSeed { rows: &mut *self.rows, field, key })?;
                }
                Ok(())
            }
            Selection::List | Selection::ByQuery => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    // `null` means no rows, where the declaration allows that.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self.spec.missing_rows {
            MissingRows::Null | MissingRows::Empty => Ok(()),
            MissingRows::Error => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }
}

/// Reads a row.
struct RowSeed<'r, S>(&'r mut S);

impl<'de, S: RowSink> DeserializeSeed<'de> for RowSeed<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.read(deserializer)
    }
}

/// Reads a row that is the member of an object.
struct MemberSeed<'r, S> {
    rows: &'r mut S,
    /// The JSON name of the field that takes the key.
    field: &'static str,
    key: String,
}

impl<'de, S: RowSink> DeserializeSeed<'de> for MemberSeed<'_, S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, row: D) -> Result<(), D::Error> {
        let Self { rows, field, key } = self;
        rows.read(KeyedRow { row, field, key })
    }
}
