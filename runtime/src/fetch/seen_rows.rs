//! The rows that a walk has seen, by their identities: which of them come again, and whether its pages still bring new ones.
//!
//! A walk that brings nothing new ends with an error, whatever its pages are asked for by. Where a key identifies the rows,
//! or their declared columns do, a few pages show it. Columns that are equal in two rows of one page do not identify rows:
//! then only a total or many pages end the walk.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::{Error, ErrorKind, Result};
use crate::schema::identity::{IdentifyingColumns, RowId};

/// So many pages in a row without a new row are a loop,
const PAGES: u64 = 3;
/// or so many, where nothing identifies the rows and no total bounds the walk.
const UNIDENTIFIED_PAGES: u64 = 1000;
/// So many identities are remembered, in up to 18 MiB. Beyond that every second, fourth, … is, and `repeated` is less than
/// there are.
const MOST: usize = 1 << 20;
/// Where some identities are remembered, so many known ones in a row are a loop.
const SAMPLED_ROWS: u64 = 16;

/// The rows that a walk has seen.
pub(super) struct SeenRows {
    is_key: bool,
    /// Whether equal rows have come on one page: then nothing identifies them.
    ambiguous: bool,
    known: HashSet<u64, BuildHasherDefault<Itself>>,
    /// Of the identities, those are remembered whose upper half ends with so many zeros.
    level: u32,
    /// How many rows had the key of an earlier one.
    repeated: u64,
    /// Pages in a row that brought no new row,
    stale: u64,
    /// and of these those that brought known ones,
    known_pages: u64,
    /// and so many of them.
    known_rows: u64,
}

impl SeenRows {
    pub(super) fn new(identifying: &IdentifyingColumns) -> Self {
        Self {
            is_key: identifying.is_key(),
            ambiguous: false,
            known: HashSet::default(),
            level: 0,
            repeated: 0,
            stale: 0,
            known_pages: 0,
            known_rows: 0,
        }
    }

    /// How many rows had the key of an earlier one; 0 where the rows have no key.
    pub(super) fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Takes the next page, of so many rows; whether a total bounds the walk. Returns how many rows have the key of an
    /// earlier one.
    pub(super) fn add(&mut self, page: &[RowId], rows: u64, is_bounded: bool) -> Result<u64> {
        let (mut new, mut known) = (0_u64, 0_u64);
        for (index, id) in page.iter().enumerate() {
            if self.is_sampled(id.hash()) {
                let is_new = self.known.insert(id.hash());
                new += u64::from(is_new);
                known += u64::from(!is_new);
                self.ambiguous |= !self.is_key && !is_new && page.iter().take(index).any(|before| before == id);
            }
        }
        while self.known.len() > MOST {
            self.level += 1;
            let level = self.level;
            self.known.retain(|hash| is_sampled(*hash, level));
        }
        let repeated = if self.is_key { known } else { 0 };
        self.repeated += repeated;
        if new > 0 {
            (self.stale, self.known_pages, self.known_rows) = (0, 0, 0);
        } else if rows > 0 {
            self.stale += 1;
            self.known_pages += u64::from(known > 0);
            self.known_rows += known;
        }
        self.check(is_bounded).map(|()| repeated)
    }

    fn is_sampled(&self, hash: u64) -> bool {
        is_sampled(hash, self.level)
    }

    fn check(&self, is_bounded: bool) -> Result<()> {
        let is_enough = self.level == 0 || self.known_rows >= SAMPLED_ROWS;
        if self.known_pages >= PAGES && is_enough && !self.ambiguous {
            let pages = self.known_pages;
            let (what, help) = if self.is_key {
                (
                    "each of their rows has the `primary_key` of an earlier one",
                    "if they are different rows, the declared `primary_key` does not identify a row",
                )
            } else {
                (
                    "each of their rows is equal to an earlier one in all declared fields",
                    "if they are different rows, declare a field that shows it, such as their id, or a `primary_key`",
                )
            };
            let message = format!("{pages} pages in a row brought no new row: {what}");
            return Err(Error::new(ErrorKind::PaginationLoop, message).with_help(format!(
                "check the paginator's options: a server ignores params that it does not know, and sends the same rows again; {help}"
            )));
        }
        if self.stale >= UNIDENTIFIED_PAGES && !is_bounded {
            let message = format!(
                "{UNIDENTIFIED_PAGES} pages in a row brought no row that differs from the earlier ones in a declared field"
            );
            return Err(Error::new(ErrorKind::PaginationLoop, message).with_help(
                "declare a `primary_key`, or where the API says how many rows there are: then a walk without an end is noticed, and others are not taken for one",
            ));
        }
        Ok(())
    }
}

/// By its upper half: sets distribute hashes by the lower one.
fn is_sampled(hash: u64, level: u32) -> bool {
    (hash >> 32).trailing_zeros() >= level
}

/// A hash is its own hash.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn write(&mut self, bytes: &[u8]) {
        // Only for other types than `u64`.
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
