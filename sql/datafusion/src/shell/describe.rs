//! What a source's tables are: their columns, and what a query can or must say about them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::util::pretty::pretty_format_batches;
use declarest::{FilterOperator, Scan, Source};

use crate::columns::Columns;

/// All tables.
pub(super) fn tables(source: &dyn Source) -> Result<String, String> {
    let mut rows = Vec::new();
    for name in source.resources() {
        let table = Table::new(source, name.as_str())?;
        let columns = table.columns.schema.fields().len().to_string();
        rows.push([name.as_str().to_owned(), columns, table.needed().join(", "), table.pushed().join(", ")]);
    }
    print(["table", "columns", "a query must give", "requests can say"], &rows)
}

/// The columns of a table.
pub(super) fn table(source: &dyn Source, name: &str) -> Result<String, String> {
    let table = Table::new(source, name.trim_end_matches(';'))?;
    let notes = table.notes();
    let needed = table.needed();
    let rows = table.columns.schema.fields().iter().map(|field| {
        let name = field.name().clone();
        let null = if field.is_nullable() { "" } else { "not null" };
        let mut note = notes.get(name.as_str()).cloned().unwrap_or_default();
        if needed.contains(&name.as_str()) {
            note.insert(0, "must be given: =, IN, a join".to_owned());
        }
        [name, field.data_type().to_string(), null.to_owned(), note.join("; ")]
    });
    let rows: Vec<_> = rows.collect();
    print(["column", "type", "", "in requests"], &rows)
}

struct Table {
    scan: Scan,
    columns: Columns,
}

impl Table {
    fn new(source: &dyn Source, name: &str) -> Result<Self, String> {
        let scan = source.client().scan(name).map_err(|error| format!("{error:#}"))?;
        let columns = Columns::new(&scan);
        Ok(Self { scan, columns })
    }

    /// The columns without which the resource cannot be read.
    fn needed(&self) -> Vec<&str> {
        let given = self.columns.given.iter();
        given.map(|given| self.columns.schema.field(given.column).name().as_str()).collect()
    }

    /// What requests can say, by the column.
    fn notes(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut notes: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for param in self.scan.params() {
            let Some(filter) = param.filter.filter(|_| !param.required) else { continue };
            let mut note = operator(filter.operator, param.list).to_owned();
            if !filter.exact {
                note.push_str(" (checked again)");
            }
            notes.entry(filter.column).or_default().push(note);
        }
        if let Some(cursor) = self.scan.cursor_range() {
            notes.entry(cursor.column).or_default().push("bounds".to_owned());
        }
        for sort in self.scan.sorts() {
            let direction = if sort.descending { "ORDER BY … DESC" } else { "ORDER BY" };
            notes.entry(sort.column).or_default().push(direction.to_owned());
        }
        notes
    }

    fn pushed(&self) -> Vec<&'static str> {
        self.notes().into_keys().collect()
    }
}

fn operator(operator: FilterOperator, is_list: bool) -> &'static str {
    match operator {
        FilterOperator::Equal if is_list => "=, IN",
        FilterOperator::Less => "<",
        FilterOperator::LessOrEqual => "<=",
        FilterOperator::Greater => ">",
        FilterOperator::GreaterOrEqual => ">=",
        _ => "=",
    }
}

/// A table of texts.
fn print<const N: usize>(names: [&str; N], rows: &[[String; N]]) -> Result<String, String> {
    let column = |index: usize| rows.iter().filter_map(move |row| row.get(index));
    let arrays = names
        .iter()
        .enumerate()
        .map(|(index, name)| (*name, Arc::new(StringArray::from_iter_values(column(index))) as ArrayRef));
    let batch = RecordBatch::try_from_iter(arrays).map_err(|error| error.to_string())?;
    let mut text = pretty_format_batches(&[batch]).map_err(|error| error.to_string())?.to_string();
    let _ = writeln!(text);
    Ok(text)
}
