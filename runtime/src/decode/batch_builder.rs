//! Fills the columns of a batch, for both decoders.

use std::sync::Arc;

use super::batch_plan::BatchPlan;
use crate::declare::resource::{Resource, ResourceDef};
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::watermark::IncrementalFilter;
use crate::schema::batch::{Batch, ChildBatch};
use crate::schema::child_table::{ChildRows, ChildTableDef};
use crate::schema::column::ColumnDef;
use crate::schema::column_data::{ColumnData, Misfit};
use crate::schema::identity::{IdentifyingColumns, IdentityHasher, RowId};
use crate::schema::row::{AllColumns, Row, RowError, RowFault, ValueSink};
use crate::schema::table::TableSchema;
use crate::schema::texts::TextBuffers;
use crate::schema::value::ColumnValue;

/// Which columns of a resource are read, and what of them becomes a batch.
#[derive(Debug)]
pub(super) struct BatchLayout {
    plan: Arc<BatchPlan>,
    columns: &'static [ColumnDef],
    /// The number of each column among those that are read.
    slots: Vec<Option<usize>>,
    /// The lists, with their tables.
    lists: Vec<(&'static ChildTableDef, Arc<TableSchema>)>,
}

impl BatchLayout {
    pub(super) fn new(def: &'static ResourceDef, plan: Arc<BatchPlan>, filter: Option<&IncrementalFilter>) -> Self {
        // The filter and the walk look at these, whether they are asked for or not.
        let cursor = def.incremental.and_then(|range| def.column(range.cursor));
        let identified_by = filter.map_or(&[][..], |filter| filter.previous.identified_by());
        let identifying = def.identifying_names();
        let is_read = |column: &usize| {
            plan.projection.as_ref().is_none_or(|asked| asked.contains(column))
                || cursor == Some(*column)
                || identified_by.contains(column)
                || def.columns.get(*column).is_some_and(|column| identifying.contains(&column.name))
        };
        let mut numbers = 0..;
        let slots = (0..def.columns.len()).map(|column| if is_read(&column) { numbers.next() } else { None }).collect();
        let lists = def.child_tables.iter().zip(&plan.schema.children);
        let lists = lists.map(|(def, list)| (def, Arc::new(list.table.clone()))).collect();
        Self { plan, columns: def.columns, slots, lists }
    }

    /// The number of a column among those that are read.
    pub(super) fn slot(&self, column: usize) -> Option<usize> {
        self.slots.get(column).copied().flatten()
    }

    /// Whether all columns are read.
    pub(super) fn is_whole(&self) -> bool {
        self.plan.projection.is_none()
    }

    /// A batch without rows.
    pub(super) fn empty(&self) -> Batch {
        Batch::empty(Arc::clone(&self.plan.schema))
    }

    /// The batch of typed rows.
    pub(super) fn batch<T: Resource>(&self, rows: &[T]) -> Result<Batch> {
        let mut builder = BatchBuilder::new(self, TextBuffers::default());
        rows.iter().try_for_each(|row| builder.push(row))?;
        builder.finish()
    }
}

/// The columns of the rows that have been read.
pub(super) struct BatchBuilder<'l> {
    layout: &'l BatchLayout,
    pub(super) rows: usize,
    /// The columns that are read.
    pub(super) columns: Vec<ColumnData>,
    pub(super) texts: TextBuffers,
    elements: Vec<Elements>,
}

/// The elements of one list of all rows.
struct Elements {
    columns: Vec<ColumnData>,
    /// Where those of each row end.
    ends: Vec<usize>,
}

impl<'l> BatchBuilder<'l> {
    pub(super) fn new(layout: &'l BatchLayout, texts: TextBuffers) -> Self {
        let data = |column: &ColumnDef| ColumnData::new(column.kind);
        let read = layout.columns.iter().zip(&layout.slots).filter(|(_, slot)| slot.is_some());
        let columns = read.map(|(column, _)| data(column)).collect();
        let elements = layout.lists.iter().map(|(list, _)| list.columns.iter().map(data).collect());
        let elements = elements.map(|columns| Elements { columns, ends: Vec::new() }).collect();
        Self { layout, rows: 0, columns, texts, elements }
    }

    /// Adds a typed row.
    fn push<T: Resource>(&mut self, item: &T) -> Result<()> {
        let Self { layout, texts, .. } = self;
        let mut columns = ReadColumns { layout, all: AllColumns { columns: &mut self.columns, texts } };
        let mut row = Row::new(&mut columns);
        item.row(&mut row);
        row.finish().map_err(|error| refused(layout.columns, error))?;
        for (index, (elements, (list, _))) in self.elements.iter_mut().zip(&layout.lists).enumerate() {
            let mut rows = ChildRows::new(AllColumns { columns: &mut elements.columns, texts });
            item.child_rows(index, &mut rows);
            let added = rows.finish().map_err(|error| refused(list.columns, error))?;
            elements.ends.push(elements.ends.last().copied().unwrap_or(0) + added);
        }
        self.rows += 1;
        Ok(())
    }

    /// The value of a row in one of the resource's columns; `Null` where it is not read.
    pub(super) fn value(&self, column: usize, row: usize) -> ColumnValue<'_> {
        let data = self.layout.slot(column).and_then(|slot| self.columns.get(slot));
        data.map_or(ColumnValue::Null, |data| data.get(row, &self.texts))
    }

    /// The values of a row in all of the resource's columns.
    pub(super) fn values(&self, row: usize) -> impl Iterator<Item = ColumnValue<'_>> {
        (0..self.layout.columns.len()).map(move |column| self.value(column, row))
    }

    /// What identifies the rows.
    pub(super) fn identities(&self, by: &IdentifyingColumns) -> Vec<RowId> {
        let id = |row| {
            let mut hasher = IdentityHasher::default();
            by.columns().iter().for_each(|column| hasher.add(&self.value(*column, row)));
            hasher.finish()
        };
        by.rows(self.rows).map(id).collect()
    }

    /// Drops all rows.
    pub(super) fn clear(&mut self) {
        self.columns.iter_mut().for_each(ColumnData::clear);
        self.rows = 0;
    }

    /// Keeps the rows that are marked.
    pub(super) fn retain(&mut self, kept: &[bool]) {
        self.columns.iter_mut().for_each(|column| column.retain(kept));
        self.rows = kept.iter().filter(|kept| **kept).count();
    }

    /// The batch, with the included columns.
    pub(super) fn finish(self) -> Result<Batch> {
        let Self { layout, rows, columns, mut texts, elements } = self;
        let BatchPlan { schema, included, .. } = &*layout.plan;
        let mut read: Vec<_> = columns.into_iter().map(Some).collect();
        let columns = (0..).zip(&schema.columns).map(|(index, column)| {
            let source = layout.plan.source(index);
            let data = match source.checked_sub(layout.columns.len()) {
                None => layout.slot(source).and_then(|slot| read.get_mut(slot)?.take()),
                Some(index) => {
                    included.get(index).and_then(|value| ColumnData::repeat(column.kind, value, rows, &mut texts))
                }
            };
            data.filter(|data| data.len() == rows).ok_or_else(|| {
                Error::internal(ErrorKind::Decode, format!("not every row has a value for `{}`", column.name))
            })
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let texts = Arc::new(texts);
        let lists = schema.children.iter().zip(&layout.lists).zip(elements);
        let children = lists.map(|((list, (_, table)), Elements { columns: values, ends })| {
            let key = list.owner_key.iter().filter_map(|column| columns.get(*column));
            ChildBatch::new(Arc::clone(table), key, values, ends, Arc::clone(&texts))
        });
        let children = children.collect();
        Ok(Batch::new(Arc::clone(schema), rows, columns, texts, children))
    }
}

/// The columns that are read of those that a row has.
struct ReadColumns<'b> {
    layout: &'b BatchLayout,
    all: AllColumns<'b>,
}

impl ValueSink for ReadColumns<'_> {
    fn put(&mut self, column: usize, value: &ColumnValue<'_>) -> std::result::Result<(), Misfit> {
        self.layout.slot(column).map_or(Ok(()), |slot| self.all.put(slot, value))
    }
}

/// Why a typed row is no row of a table.
fn refused(columns: &[ColumnDef], RowError { column, reason }: RowError) -> Error {
    let name = columns.get(column).map_or("", |column| column.name);
    match reason {
        RowFault::Json(error) => {
            Error::new(ErrorKind::Decode, format!("a value of `{name}` cannot be written as JSON: {error}"))
                .with_help("declare the field as a type that JSON can hold, or `#[column(skip)]` it")
        }
        RowFault::Misfit => Error::internal(ErrorKind::Decode, format!("a value of `{name}` does not fit its column")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::decode::{DecodeSpec, PageRows, decode};
    use crate::incremental::cursor::Position;
    use crate::incremental::range::Range;
    use crate::schema::column::ColumnType;
    use crate::schema::table::ColumnSchema;

    /// The same fields, with and without need for the struct.
    #[allow(missing_docs, unreachable_pub, dead_code, reason = "as a module of the user's")]
    #[declarest_macros::source(crate = crate, base_url = "http://127.0.0.1:9", auth = none)]
    mod user {
        #[resource(name = direct, path = "/", primary_key = id, incremental(cursor = at, start_param = "from"))]
        pub struct Direct {
            pub id: u64,
            pub name: Option<String>,
            pub at: jiff::Timestamp,
            pub size: i16,
        }

        #[resource(name = filtered, path = "/", primary_key = id, incremental(cursor = at, start_param = "from"), filter = all)]
        pub struct Filtered {
            pub id: u64,
            pub name: Option<String>,
            pub at: jiff::Timestamp,
            pub size: i16,
        }

        #[resource(name = unkeyed, path = "/")]
        pub struct Unkeyed {
            pub id: u64,
            pub name: Option<String>,
            pub at: jiff::Timestamp,
            pub size: i16,
        }

        fn all(_: &Filtered) -> bool {
            true
        }

        #[resource(name = issues, path = "/", primary_key = (project, id), filter = is_open)]
        pub struct Issue {
            pub id: u32,
            pub project: String,
            pub open: bool,
            #[column(child_table)]
            pub places: Vec<Place>,
            #[column(child_table)]
            pub tags: Option<Vec<String>>,
        }

        fn is_open(issue: &Issue) -> bool {
            issue.open
        }

        #[nested]
        pub struct Place {
            pub line: Option<u32>,
        }
    }

    fn page<T: Resource>(body: &Value, plan: BatchPlan, start: Option<Position>) -> Batch {
        let filter = IncrementalFilter { range: Range { start, end: None }, ..IncrementalFilter::default() };
        let filter = T::DEF.incremental.is_some().then_some(filter);
        let spec = DecodeSpec::new(T::DEF, filter, Some(&Arc::new(plan))).expect("a declaration");
        match decode::<T>(&Bytes::from(body.to_string()), &spec).expect("a page").rows {
            PageRows::Batch(batch) => batch,
            PageRows::Typed(..) => panic!("no batch"),
        }
    }

    fn plan<T: Resource>() -> BatchPlan {
        BatchPlan::new(Arc::new(T::DEF.table_schema([])), Vec::new())
    }

    /// The values of all rows, as JSON.
    fn values(batch: &Batch) -> Value {
        batch.rows().map(|row| row.values().map(|value| value.to_json()).collect::<Value>()).collect()
    }

    #[test]
    fn only_selected_columns_are_built() {
        let start = "2024-01-02T00:00:00Z".parse().map(Position::Timestamp).ok();
        let row = |id: u64, at: &str| json!({ "id": id, "name": "n", "at": at, "size": 7 });
        let mut body = json!([row(1, "2024-01-01T00:00:00Z"), row(2, "2024-01-02T01:00:00+01:00")]);
        let size_and_id = |plan: BatchPlan| plan.project(vec![3, 0]).expect("columns");
        let direct = page::<user::Direct>(&body, size_and_id(plan::<user::Direct>()), start.clone());
        // By the cursor, which is no part of the result, the first row is an old one.
        assert_eq!(values(&direct), json!([[7, 2]]));
        let names: Vec<_> = direct.schema().columns.iter().map(|column| &*column.name).collect();
        assert_eq!((names, direct.schema().key.as_slice()), (vec!["size", "id"], &["id".to_owned()][..]));
        let filtered = page::<user::Filtered>(&body, size_and_id(plan::<user::Filtered>()), start.clone());
        assert_eq!(values(&filtered), values(&direct));
        // What is not asked for need not fit.
        body[0]["name"] = json!(3);
        let direct = page::<user::Direct>(&body, size_and_id(plan::<user::Direct>()), None);
        assert_eq!(values(&direct), json!([[7, 1], [7, 2]]));
        assert!(
            plan::<user::Direct>().project(vec![4]).is_err() && plan::<user::Direct>().project(vec![1, 1]).is_err()
        );
    }

    /// With and without need for the struct, of rows with and without a key.
    #[test]
    fn rows_have_the_same_identity_on_both_routes() {
        fn ids<T: Resource>(body: &Value, plan: Option<BatchPlan>) -> Vec<RowId> {
            let spec = DecodeSpec::new(T::DEF, None, plan.map(Arc::new).as_ref()).expect("a declaration");
            decode::<T>(&Bytes::from(body.to_string()), &spec).expect("a page").identities
        }
        let row = |id: u64, name: Value| json!({ "id": id, "name": name, "at": "2024-01-01T00:00:00.5Z", "size": -7 });
        let body: Value = (0..20).map(|id| row(id, json!(null))).collect();
        let direct = ids::<user::Direct>(&body, Some(plan::<user::Direct>()));
        assert_eq!(direct, ids::<user::Direct>(&body, None));
        assert_eq!(direct, ids::<user::Filtered>(&body, Some(plan::<user::Filtered>())));
        assert_eq!(direct.iter().collect::<HashSet<_>>().len(), 20);
        // By the key, selected or not, whatever the other values are.
        let size = plan::<user::Direct>().project(vec![3]).expect("a column");
        let renamed: Value = (0..20).map(|id| row(id, json!("x\n"))).collect();
        assert_eq!(direct, ids::<user::Direct>(&renamed, Some(size)));
        // Without a key, by all values.
        let unkeyed = ids::<user::Unkeyed>(&renamed, Some(plan::<user::Unkeyed>()));
        assert_eq!((unkeyed.len(), &unkeyed), (16, &ids::<user::Unkeyed>(&renamed, None)));
        assert_ne!(unkeyed, ids::<user::Unkeyed>(&body, None));
    }

    #[test]
    fn included_values_are_columns_after_the_own_ones() {
        let included = [
            ColumnSchema::new("_projects_name", ColumnType::Text),
            ColumnSchema::new("_projects_at", ColumnType::Date).nullable(),
        ];
        let schema = Arc::new(user::Direct::DEF.table_schema(included));
        let values_of_parent = vec![ColumnValue::Text("p\"q".into()), ColumnValue::Null];
        let all = BatchPlan::new(schema, values_of_parent);
        let body = json!([
            { "id": 1, "name": "a\n", "at": "2024-01-01T00:00:00Z", "size": 1 },
            { "id": 2, "at": "2024-01-01T00:00:00.5Z", "size": 2 },
        ]);
        assert_eq!(
            values(&page::<user::Direct>(&body, all.clone(), None)),
            json!([
                [1, "a\n", "2024-01-01T00:00:00Z", 1, "p\"q", null],
                [2, null, "2024-01-01T00:00:00.5Z", 2, "p\"q", null],
            ])
        );
        let some = all.project(vec![5, 4, 0]).expect("columns");
        assert_eq!(values(&page::<user::Direct>(&body, some, None)), json!([[null, "p\"q", 1], [null, "p\"q", 2]]));
    }

    #[test]
    fn lists_are_whole_tables() {
        let issue = |id: u32, open: bool, lines: &[Option<u32>], tags: Value| {
            let places: Vec<_> = lines.iter().map(|line| json!({ "line": line })).collect();
            json!({ "project": "p", "id": id, "open": open, "places": places, "tags": tags })
        };
        let body = json!([
            issue(1, true, &[Some(7), None], json!(["x"])),
            issue(2, false, &[Some(8)], json!(["y"])),
            issue(3, true, &[], json!(null)),
            issue(4, true, &[Some(9)], json!(["z", "z"])),
        ]);
        let batch = page::<user::Issue>(&body, plan::<user::Issue>(), None);
        assert_eq!(values(&batch), json!([[1, "p", true], [3, "p", true], [4, "p", true]]));
        let [places, tags] = batch.children() else { panic!("two lists: {batch:?}") };
        assert_eq!(values(places.batch()), json!([[1, "p", 0, 7], [1, "p", 1, null], [4, "p", 0, 9]]));
        assert_eq!([0, 1, 2, 3].map(|row| places.elements(row)), [0..2, 2..2, 2..3, 3..3]);
        assert_eq!(values(tags.batch()), json!([[1, "p", 0, "x"], [4, "p", 0, "z"], [4, "p", 1, "z"]]));
        let names: Vec<_> = tags.batch().schema().columns.iter().map(|column| &*column.name).collect();
        assert_eq!(names, ["_issues_id", "_issues_project", "_position", "value"]);
    }
}
