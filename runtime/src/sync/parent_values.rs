//! What the rows of a parent leave for the resources that are read for each of them: a queue in the destination's state,
//! so that a destination that cannot be read back can load children.
//!
//! The queue of a child is a header and chunks of values. A row whose values a request needs are the same as those of an
//! earlier row makes no second request; where its other values differ, the latest hold: it is queued again under the same
//! number.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::saved::ResourceState;
use crate::declare::parent::InnerValue;
use crate::destination::{Lease, StateChange, StateStore};
use crate::error::{Error, ErrorKind, Result};
use crate::fingerprint;
use crate::schema::batch::{Batch, RowRef};

/// The header's name, and the start of the chunks' names.
const PARENTS: &str = "parents";
/// How many rows of a parent are in a chunk at most.
const CHUNK: usize = 1000;

/// What is taken from each row of a parent for one of its children.
#[derive(Debug, Clone, Serialize)]
pub(super) struct LinkPlan {
    /// The child.
    pub(super) child: &'static str,
    /// How many of the values a request needs: one request is made for all rows with the same ones, none where one is missing.
    pub(super) bound: usize,
    /// Where the values come from.
    pub(super) values: Vec<LinkSource>,
    /// Stands for what the values are: values of another shape cannot be used.
    pub(super) shape: String,
    /// The resources below the child that its rows leave values for in turn.
    #[serde(skip)]
    pub(super) below: Vec<&'static str>,
    /// Those of the child and the resources below it whose rows are stored.
    #[serde(skip)]
    pub(super) tables: Vec<&'static str>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) enum LinkSource {
    /// The column of the parent's row at this index.
    Column(usize),
    /// A value inside of the column at this index.
    Inside(usize, InnerValue),
    /// The value at this index of those that the parent itself was read with.
    Inherited(usize),
}

/// The values that a child is read with.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    /// Its number: later ones have higher numbers.
    pub(super) number: i64,
    /// The values, in the order of the plan.
    pub(super) values: Vec<Value>,
}

/// What a page of the parent leaves for a child.
pub(super) struct PageLinks(Vec<NewLink>);

struct NewLink {
    /// The values that a request needs, as JSON; none where one of them is missing.
    key: Option<String>,
    values: Vec<Value>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Header {
    /// How many chunks there are.
    chunks: u64,
    /// The highest number.
    last: i64,
    /// Whether some are there twice, the later ones with other values.
    has_changed: bool,
    /// How many rows of the parent have no value for the request.
    without_value: u64,
}

impl LinkPlan {
    /// What the rows of a page leave.
    pub(super) fn links(&self, batch: &Batch, inherited: &[Value]) -> Result<PageLinks> {
        batch.rows().map(|row| self.link(row, inherited)).collect::<Result<_>>().map(PageLinks)
    }

    fn link(&self, row: RowRef<'_>, inherited: &[Value]) -> Result<NewLink> {
        let none = || {
            let what = format!("a row of the parent has no column that `{}` needs", self.child);
            Error::internal(ErrorKind::Destination, what)
        };
        let value = |source: &LinkSource| match source {
            LinkSource::Column(index) => Ok(row.get(*index).to_json()),
            LinkSource::Inside(index, inner) => inner.of(&row.get(*index).to_json()),
            LinkSource::Inherited(index) => inherited.get(*index).cloned().ok_or_else(none),
        };
        let values: Vec<Value> = self.values.iter().map(value).collect::<Result<_>>()?;
        let is_missing = |value: &Value| value.is_null() || value.as_str() == Some("");
        let is_whole = !values.get(..self.bound).ok_or_else(none)?.iter().any(is_missing);
        Ok(NewLink { key: is_whole.then(|| self.key(&values)), values })
    }

    /// The values that a request needs, as JSON.
    fn key(&self, values: &[Value]) -> String {
        Value::from(values.get(..self.bound).unwrap_or_default().to_vec()).to_string()
    }

    /// A hash of the values that are not in the key.
    fn hash(&self, values: &[Value]) -> Result<u64> {
        match values.get(self.bound..) {
            None | Some([]) => Ok(0),
            Some(others) => fingerprint::hash(&others),
        }
    }
}

/// The queue of a child, while its parent is read.
pub(super) struct ParentValuesWriter {
    pub(super) plan: LinkPlan,
    state: ResourceState,
    header: Header,
    /// The number of each key, and a hash of its other values.
    known: HashMap<String, (i64, u64)>,
    /// Those that are in no chunk yet.
    new: Vec<(i64, Vec<Value>)>,
}

impl ParentValuesWriter {
    /// An empty queue, and the changes that make it.
    pub(super) async fn emptied(
        store: &mut dyn StateStore,
        plan: &LinkPlan,
        state: ResourceState,
    ) -> Result<(Self, Vec<StateChange>)> {
        let changes = emptied(store, state).await?;
        let (plan, header) = (plan.clone(), Header::default());
        Ok((Self { plan, state, header, known: HashMap::new(), new: Vec::new() }, changes))
    }

    /// The queue as it is.
    pub(super) async fn resumed(store: &mut dyn StateStore, plan: &LinkPlan, state: ResourceState) -> Result<Self> {
        let header = state.record(store, PARENTS).await?.unwrap_or_default();
        let mut writer = Self { plan: plan.clone(), state, header, known: HashMap::new(), new: Vec::new() };
        for chunk in 0..header.chunks {
            for (number, values) in read_chunk(store, state, chunk).await? {
                writer.known.insert(plan.key(&values), (number, plan.hash(&values)?));
            }
        }
        Ok(writer)
    }

    /// The rows without a value come again.
    pub(super) fn recount(&mut self) {
        self.header.without_value = 0;
    }

    /// Adds what a page has left.
    pub(super) fn add(&mut self, links: PageLinks) -> Result<()> {
        for NewLink { key, values } in links.0 {
            let Some(key) = key else {
                self.header.without_value += 1;
                continue;
            };
            let hash = self.plan.hash(&values)?;
            let number = match self.known.get(&key) {
                Some((_, known)) if *known == hash => continue,
                Some((number, _)) => {
                    self.header.has_changed = true;
                    *number
                }
                None => {
                    self.header.last += 1;
                    self.header.last
                }
            };
            self.known.insert(key, (number, hash));
            self.new.push((number, values));
        }
        Ok(())
    }

    /// The changes that save what was added.
    pub(super) fn changes(&mut self) -> Result<Vec<StateChange>> {
        let mut changes = Vec::new();
        for chunk in std::mem::take(&mut self.new).chunks(CHUNK) {
            let name = chunk_name(self.header.chunks);
            let text = serde_json::to_string(chunk).map_err(|error| self.state.unreadable(&name, &error))?;
            changes.push(self.state.put(name, text));
            self.header.chunks += 1;
        }
        changes.push(self.state.put_record(PARENTS, &self.header)?);
        Ok(changes)
    }
}

/// The queue of a child, while that is read.
pub(super) struct ParentValuesReader {
    state: ResourceState,
    /// Another sync that takes the child over empties the queue.
    lease: Lease,
    header: Header,
    next_chunk: u64,
    /// The highest number so far.
    last: i64,
    /// The latest values of those that are there twice.
    changed: HashMap<i64, Vec<Value>>,
}

impl ParentValuesReader {
    pub(super) async fn open(store: &mut dyn StateStore, state: ResourceState, lease: Lease) -> Result<Self> {
        let header: Header = state.record(store, PARENTS).await?.unwrap_or_default();
        let (mut changed, mut last) = (HashMap::new(), 0);
        for chunk in 0..if header.has_changed { header.chunks } else { 0 } {
            for (number, values) in read_chunk(store, state, chunk).await? {
                if number <= last {
                    changed.insert(number, values);
                }
                last = last.max(number);
            }
        }
        Ok(Self { state, lease, header, next_chunk: 0, last: 0, changed })
    }

    /// How many rows of the parent have no value for the request.
    pub(super) fn without_value(&self) -> u64 {
        self.header.without_value
    }

    /// The next ones, in the order of their numbers; none after the last.
    pub(super) async fn next(&mut self, store: &mut dyn StateStore) -> Result<Vec<Link>> {
        while self.next_chunk < self.header.chunks {
            let chunk = match read_chunk(store, self.state, self.next_chunk).await {
                Ok(chunk) => chunk,
                Err(unreadable) => {
                    self.lease.check(store.read_state(&self.lease.key).await?.as_deref())?;
                    return Err(unreadable);
                }
            };
            self.next_chunk += 1;
            let mut links = Vec::with_capacity(chunk.len());
            for (number, values) in chunk {
                if number > self.last {
                    self.last = number;
                    links.push(Link { number, values: self.changed.remove(&number).unwrap_or(values) });
                }
            }
            if !links.is_empty() {
                return Ok(links);
            }
        }
        Ok(Vec::new())
    }
}

/// Whether there is no queue yet, or one that this version can read.
pub(super) async fn is_undamaged(store: &mut dyn StateStore, state: ResourceState) -> Result<bool> {
    Ok(state.text(store, PARENTS).await?.is_none() || exists(store, state).await?)
}

/// Whether there is a queue that this version can read, with all of its chunks.
pub(super) async fn exists(store: &mut dyn StateStore, state: ResourceState) -> Result<bool> {
    let Some(header) = state.record::<Header>(store, PARENTS).await? else { return Ok(false) };
    for chunk in 0..header.chunks {
        let text = state.text(store, chunk_name(chunk)).await?;
        if parse_chunk(text.as_deref()).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The changes that empty a queue.
pub(super) async fn emptied(store: &mut dyn StateStore, state: ResourceState) -> Result<Vec<StateChange>> {
    let header: Option<Header> = state.record(store, PARENTS).await?;
    let chunks = 0..header.map_or(0, |header| header.chunks);
    let mut changes: Vec<_> = chunks.map(|chunk| state.remove(chunk_name(chunk))).collect();
    changes.push(state.put_record(PARENTS, &Header::default())?);
    Ok(changes)
}

fn chunk_name(chunk: u64) -> String {
    format!("{PARENTS}/{chunk}")
}

async fn read_chunk(store: &mut dyn StateStore, state: ResourceState, chunk: u64) -> Result<Vec<(i64, Vec<Value>)>> {
    let name = chunk_name(chunk);
    let text = state.text(store, name.as_str()).await?;
    parse_chunk(text.as_deref()).map_err(|error| state.unreadable(&name, &error))
}

fn parse_chunk(text: Option<&str>) -> serde_json::Result<Vec<(i64, Vec<Value>)>> {
    serde_json::from_str(text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::future::ready;
    use std::sync::Arc;

    use super::*;
    use crate::destination::{DestinationFuture, LoadId, StateKey};
    use crate::schema::column::ColumnType;
    use crate::schema::table::{ColumnSchema, TableSchema};
    use crate::schema::value::ColumnValue;

    const CHILD: ResourceState = ResourceState { source: "forum", resource: "posts", scope: None };

    #[derive(Default)]
    struct Memory(HashMap<StateKey, String>);

    impl Memory {
        fn change(&mut self, changes: Vec<StateChange>) {
            for StateChange { key, value } in changes {
                match value {
                    Some(value) => drop(self.0.insert(key, value)),
                    None => drop(self.0.remove(&key)),
                }
            }
        }

        /// All values in their order, and how many rows have none.
        async fn queue(&mut self) -> Result<(Vec<Link>, u64)> {
            let lease = Lease::new("forum", "posts", &LoadId::generate());
            let mut reader = ParentValuesReader::open(self, CHILD, lease).await?;
            let mut links = Vec::new();
            loop {
                match reader.next(self).await? {
                    more if more.is_empty() => return Ok((links, reader.without_value())),
                    more => links.extend(more),
                }
            }
        }
    }

    impl StateStore for Memory {
        fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
            Box::pin(ready(Ok(self.0.get(key).cloned())))
        }

        fn write_state<'a>(&'a mut self, _: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
            self.change(changes.to_vec());
            Box::pin(ready(Ok(())))
        }
    }

    fn plan() -> LinkPlan {
        let values = vec![LinkSource::Column(0), LinkSource::Inherited(0), LinkSource::Column(1)];
        LinkPlan { child: "posts", bound: 2, values, shape: String::new(), below: Vec::new(), tables: Vec::new() }
    }

    fn page(rows: &[(Option<i64>, &str)]) -> PageLinks {
        let id = ColumnSchema::new("id", ColumnType::Integer).nullable();
        let schema = Arc::new(TableSchema::new("threads", [id, ColumnSchema::new("title", ColumnType::Text)]));
        let rows = rows.iter().map(|(id, title)| {
            [id.map_or(ColumnValue::Null, ColumnValue::Integer), ColumnValue::Text((*title).into())]
        });
        let batch = Batch::from_rows(schema, rows).expect("a batch");
        plan().links(&batch, &["a".into()]).expect("links")
    }

    fn link(number: i64, id: i64, title: &str) -> Link {
        Link { number, values: vec![id.into(), "a".into(), title.into()] }
    }

    #[tokio::test]
    async fn a_queue_is_kept_in_order_with_the_latest_values() -> Result<()> {
        let mut store = Memory::default();
        assert!(!exists(&mut store, CHILD).await?);
        let (mut writer, made) = ParentValuesWriter::emptied(&mut store, &plan(), CHILD).await?;
        store.change(made);
        assert!(exists(&mut store, CHILD).await?);
        writer.add(page(&[(Some(7), "x"), (None, "y"), (Some(8), "z"), (Some(7), "x")]))?;
        store.change(writer.changes()?);
        assert_eq!(store.queue().await?, (vec![link(1, 7, "x"), link(2, 8, "z")], 1));
        // What is not saved is not there.
        writer.add(page(&[(Some(9), "lost")]))?;
        // Another load goes on.
        let mut writer = ParentValuesWriter::resumed(&mut store, &plan(), CHILD).await?;
        writer.add(page(&[(Some(8), "changed"), (Some(7), "x"), (Some(9), "new"), (None, "")]))?;
        store.change(writer.changes()?);
        let all = vec![link(1, 7, "x"), link(2, 8, "changed"), link(3, 9, "new")];
        assert_eq!(store.queue().await?, (all, 2));
        let gone = emptied(&mut store, CHILD).await?;
        store.change(gone);
        assert_eq!(store.queue().await?, (Vec::new(), 0));
        assert_eq!(store.0.len(), 1, "the header stays: {:?}", store.0);
        Ok(())
    }

    #[tokio::test]
    async fn many_values_are_in_several_chunks() -> Result<()> {
        let mut store = Memory::default();
        let (mut writer, made) = ParentValuesWriter::emptied(&mut store, &plan(), CHILD).await?;
        store.change(made);
        let ids: Vec<_> = (1..=2500).map(|id| (Some(id), "x")).collect();
        writer.add(page(&ids))?;
        store.change(writer.changes()?);
        assert_eq!(store.0.len(), 4);
        let (links, _) = store.queue().await?;
        assert_eq!(links, (1..=2500).map(|id| link(id, id, "x")).collect::<Vec<_>>());
        store.0.remove(&StateKey::new("forum", "posts", "parents/1"));
        let error = store.queue().await.expect_err("a chunk is missing, and another sync has taken over");
        assert!(error.is_lease_lost(), "{error}");
        store.change(vec![Lease::new("forum", "posts", &LoadId::from("me".to_owned())).taken()]);
        let lease = Lease::new("forum", "posts", &LoadId::from("me".to_owned()));
        let mut reader = ParentValuesReader::open(&mut store, CHILD, lease).await?;
        reader.next(&mut store).await?;
        let error = reader.next(&mut store).await.expect_err("a chunk is missing");
        assert!(!error.is_lease_lost() && error.message().contains("`parents/1` of `posts`"), "{error}");
        Ok(())
    }
}
