//! What a source has made of a case.

use std::collections::BTreeMap;

use declarest::{Error, SyncReport};
use declarest_tests::Database;

/// A row: values as text, by their column.
pub(crate) type Row = BTreeMap<String, String>;

/// Rows, counts, or an error.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The rows of each resource, as the case names it.
    pub(crate) rows: BTreeMap<String, Vec<Row>>,
    /// How many rows each run has brought.
    pub(crate) loaded: Vec<u64>,
    /// What is said of a failure.
    pub(crate) error: Option<String>,
}

impl Outcome {
    /// The ids of the only resource.
    pub(crate) fn of_fetch<'n>(names: impl Iterator<Item = &'n str>, ids: Vec<i64>) -> Self {
        let loaded = vec![ids.len() as u64];
        let rows: Vec<_> = ids.into_iter().map(|id| Row::from([("id".to_owned(), id.to_string())])).collect();
        Self { rows: names.map(|name| (name.to_owned(), rows.clone())).collect(), loaded, error: None }
    }

    /// What is in the tables, each beside the resource's name in the case.
    pub(crate) fn of_sync<'n>(
        database: &Database,
        runs: &[SyncReport],
        tables: impl Iterator<Item = (&'n str, &'n str)>,
    ) -> Self {
        let new = |run: &SyncReport| run.resources.iter().map(|resource| resource.rows - resource.filtered).sum();
        Self {
            rows: tables.map(|(name, table)| (name.to_owned(), database.rows(table))).collect(),
            loaded: runs.iter().map(new).collect(),
            error: None,
        }
    }

    /// A failure.
    pub(crate) fn of_error(error: &Error) -> Self {
        Self { error: Some(error.to_string()), ..Self::default() }
    }
}
