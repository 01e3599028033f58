//! The position of a link: the values that a resource is read for, a row of its parent or a combination of partitions.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::{PlannedLoad, bound_fields};
use crate::declare::parent::ParentField;
use crate::error::Result;
use crate::fingerprint;
use crate::incremental::cursor::{CursorKind, Position};
use crate::incremental::watermark::Watermark;

/// Positions of rows of the same kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Chunk {
    /// What links are made of.
    pub(super) fields: String,
    pub(super) cursor: String,
    pub(super) kind: CursorKind,
    /// The columns that identify the newest rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) columns: Vec<String>,
    pub(super) links: Vec<(u64, Watermark)>,
}

impl Chunk {
    /// Whether its positions are of the same cursor.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        (&self.cursor, self.kind) == (&other.cursor, other.kind)
    }

    /// Whether one more belongs to it.
    pub(super) fn takes(&self, columns: &[String], size: usize) -> bool {
        self.links.len() < size && self.columns == columns
    }

    /// A chunk of the same kind, with one position.
    pub(super) fn with(&self, columns: Vec<String>, hash: u64, watermark: Watermark) -> Self {
        Self { columns, links: vec![(hash, watermark)], ..self.clone() }
    }
}

/// What distinguishes links: the values that their requests need, and those of partitions. Other values of the parent's row
/// may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkFields {
    pub(super) names: String,
    bound: usize,
    fields: usize,
}

impl LinkFields {
    pub(super) fn of(planned: &PlannedLoad) -> Self {
        let bound = bound_fields(planned.entry);
        let names = bound.iter().map(ParentField::place);
        let partitions = planned.entry.def.partitions.iter().map(|partition| partition.name.to_owned());
        let names = names.chain(partitions).collect::<Vec<_>>().join(" ");
        Self { names, bound: bound.len(), fields: planned.parent_fields.len() }
    }

    /// The hash of a link with these values.
    pub(super) fn hash(&self, values: &[Value]) -> Result<u64> {
        let bound = values.get(..self.bound).unwrap_or_default();
        fingerprint::hash(&(bound, values.get(self.fields..).unwrap_or_default()))
    }
}

/// How far a link was read when its last page had come.
#[derive(Debug)]
pub(super) struct EndedLink {
    pub(super) hash: u64,
    pub(super) watermark: Watermark,
    /// The columns that identify its newest rows.
    pub(super) columns: Vec<String>,
}

/// The positions that a load begins with.
#[derive(Debug, Default)]
pub(super) struct KnownPositions {
    links: HashMap<u64, Known>,
    /// How many positions were read, those included that later ones replace.
    pub(super) read: usize,
    /// Why some cannot be used, if that is so.
    pub(super) unusable: Option<String>,
}

/// A position, with as little as most of them need.
#[derive(Debug)]
enum Known {
    Position(Option<Position>),
    /// With the columns that identify the rows at it.
    Rows(Box<(Watermark, Vec<String>)>),
}

impl KnownPositions {
    /// That of a link.
    pub(super) fn get(&self, hash: u64) -> Option<(Watermark, Vec<String>)> {
        Some(match self.links.get(&hash)? {
            Known::Position(position) => (Watermark { position: position.clone(), ..Watermark::default() }, Vec::new()),
            Known::Rows(rows) => (**rows).clone(),
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.links.len()
    }

    /// The links that have one.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.links.keys().copied()
    }

    /// Adds those of a chunk, each instead of an earlier one.
    pub(super) fn add(&mut self, chunk: Chunk) {
        for (hash, watermark) in chunk.links {
            self.read += 1;
            let plain = Watermark { position: watermark.position.clone(), ..Watermark::default() };
            let known = if plain == watermark {
                Known::Position(watermark.position)
            } else {
                Known::Rows(Box::new((watermark, chunk.columns.clone())))
            };
            self.links.insert(hash, known);
        }
    }
}
