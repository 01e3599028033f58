//! The values that a resource is read for: those of each row of its parent, with each combination of values of its
//! partitions.

use std::collections::VecDeque;

use super::parent_values::{Link, ParentValuesReader};
use crate::destination::StateStore;
use crate::error::Result;
use crate::fetch::combinations::Combinations;

/// All of them, in an order that is the same in each load: each is a link, whose number is higher than those before it.
pub(super) struct RequestValues {
    /// The rows of the parent; `None` where there is no parent.
    parents: Option<ParentValuesReader>,
    pub(super) combinations: Combinations,
    /// The rows that were read and not returned.
    rows: VecDeque<Link>,
    /// Whether there are no more.
    exhausted: bool,
}

impl RequestValues {
    pub(super) fn new(parents: Option<ParentValuesReader>, combinations: Combinations) -> Self {
        // Without a parent it is as if there was one row, which has no values.
        let row = parents.is_none().then(|| Link { number: 1, values: Vec::new() });
        Self { exhausted: parents.is_none(), parents, combinations, rows: row.into_iter().collect() }
    }

    /// How many rows of the parent have no value for the request.
    pub(super) fn without_value(&self) -> u64 {
        self.parents.as_ref().map_or(0, ParentValuesReader::without_value)
    }

    /// Whether these are the first with the values of their row.
    pub(super) fn is_first(&self, link: &Link) -> bool {
        i64::try_from(self.combinations.count()).is_ok_and(|count| (link.number - 1) % count.max(1) == 0)
    }

    /// Those of the next row of the parent: its own values first, then those of the partitions. None after the last row.
    pub(super) async fn next(&mut self, store: &mut dyn StateStore) -> Result<Vec<Link>> {
        while self.rows.is_empty() && !self.exhausted {
            let more = match &mut self.parents {
                Some(parents) => parents.next(store).await?,
                None => Vec::new(),
            };
            self.exhausted = more.is_empty();
            self.rows.extend(more);
        }
        let Some(row) = self.rows.pop_front() else { return Ok(Vec::new()) };
        let count = self.combinations.count();
        let before = (row.number - 1).saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
        let links = (0..count).zip(1..).map(|(index, number)| Link {
            number: before.saturating_add(number),
            values: [row.values.clone(), self.combinations.get(index)].concat(),
        });
        Ok(links.collect())
    }
}
