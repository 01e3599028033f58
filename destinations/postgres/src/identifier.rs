//! Names: quoted, and never longer than Postgres keeps.

use declarest::TableSchema;
use declarest::destination::{DELETED_AT, LOAD_ID};

use crate::error::Fault;

/// The longest name in bytes. Postgres cuts a longer one, with no more than a notice.
const LONGEST: usize = 63;

/// The number of a merged row: given once, by Postgres, and never changed.
pub(crate) const ROW_ID: &str = "_row_id";

/// Columns that every table of Postgres has.
const SYSTEM: [&str; 6] = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

/// A name in quotes, as SQL takes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table in its schema.
pub(crate) fn qualified(schema: &str, table: &str) -> String {
    format!("{}.{}", quoted(schema), quoted(table))
}

/// Names in quotes, with commas between them.
pub(crate) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The name of what belongs to a table: prefix and name where that is short enough, else with the name's hash.
pub(crate) fn derived(prefix: &str, table: &str) -> String {
    let name = format!("{prefix}{table}");
    if name.len() <= LONGEST {
        return name;
    }
    let hash = format!("_{:016x}", hash(table));
    let mut end = LONGEST - hash.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{hash}", &name[..end])
}

/// A hash of a text, for names: the same in every version (FNV-1a).
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Refuses a table whose names, or those of its lists, Postgres cannot have.
pub(crate) fn check(table: &TableSchema) -> Result<(), Fault> {
    table.with_children().try_for_each(check_one)
}

fn check_one(table: &TableSchema) -> Result<(), Fault> {
    let refused = |message: String| Err(Fault::Name(message));
    if table.name.len() > LONGEST {
        let (name, bytes) = (&table.name, table.name.len());
        return refused(format!("the table's name `{name}` has {bytes} bytes, and Postgres keeps {LONGEST} of them"));
    }
    for column in &table.columns {
        let (name, of) = (column.name.as_str(), &table.name);
        if name.len() > LONGEST {
            let bytes = name.len();
            return refused(format!(
                "the name of the column `{name}` of `{of}` has {bytes} bytes, and Postgres keeps {LONGEST} of them"
            ));
        }
        if name.contains('\0') || name.is_empty() {
            return refused(format!("the column `{name}` of `{of}` has a name that Postgres cannot have"));
        }
        if SYSTEM.contains(&name) {
            return refused(format!("the column `{name}` of `{of}` has the name of a system column of Postgres"));
        }
        if [LOAD_ID, DELETED_AT, ROW_ID].contains(&name) {
            return refused(format!(
                "the column `{name}` of `{of}` has the name of a column that is added to the table"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use declarest::{ColumnSchema, ColumnType};

    use super::*;

    #[test]
    fn derived_names_are_short_enough_and_differ() {
        assert_eq!(derived("_declarest_new_", "issues"), "_declarest_new_issues");
        let long = "ü".repeat(31);
        let (one, other) = (derived("_declarest_new_", &long), derived("_declarest_new_", &format!("{long}a")));
        assert!(one.len() <= LONGEST && other.len() <= LONGEST && one != other, "{one} {other}");
    }

    #[test]
    fn names_that_would_be_cut_or_are_taken_are_refused() {
        let table = |table: &str, column: &str| TableSchema::new(table, [ColumnSchema::new(column, ColumnType::Text)]);
        assert!(check(&table(&"t".repeat(63), &"c".repeat(63))).is_ok());
        for (table_name, column) in [(&*"t".repeat(64), "c"), ("t", &*"ü".repeat(32)), ("t", "xmin"), ("t", "_row_id")]
        {
            let refused = check(&table(table_name, column)).is_err();
            assert!(refused, "{table_name}.{column}");
        }
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
