//! The queries of a merge. `latest` are the staged rows that count, `there` the table, `kept` those of its files that are written
//! again, `changes` the numbers of the staged rows that are new or changed.

use declarest::destination::{DELETED_AT, LOAD_ID};
use deltalake::arrow::datatypes::Schema;

use crate::entry::MergeJob;
use crate::merge::FILE;
use crate::shape::Gone;
use crate::stage::{NUMBER, literal, quoted};

/// The queries of a merge into one table.
#[derive(Debug, Default)]
pub(crate) struct MergeSql {
    /// To be made known first, by name.
    pub(crate) views: Vec<(&'static str, String)>,
    /// Numbers of rows that are new or changed, with their files; without a file, they are new.
    pub(crate) changes: String,
    /// Further files with rows that change, each after an unused number.
    pub(crate) touched: Option<String>,
    /// How many rows are gone, by file.
    pub(crate) gone: Option<String>,
    /// The rows of those files that stay.
    pub(crate) kept: String,
    /// The rows that are new or changed.
    pub(crate) upserts: String,
}

impl MergeSql {
    pub(crate) fn of(job: &MergeJob, schema: &Schema) -> Self {
        if job.table == 0 { of_rows(job, schema) } else { of_elements(job) }
    }
}

/// Of the resource's own table.
fn of_rows(job: &MergeJob, schema: &Schema) -> MergeSql {
    let (key, own) = (&job.shape.key, job.shape.columns_of(0));
    let (number, file, load) = (quoted(NUMBER), quoted(FILE), literal(job.load.as_str()));
    let is_marked = schema.field_with_name(DELETED_AT).is_ok();
    let mut differs: Vec<_> =
        own.iter().filter(|column| !key.contains(column)).map(|column| differ("l", "t", column)).collect();
    if is_marked {
        differs.push(format!("t.{} IS NOT NULL", quoted(DELETED_AT)));
    }
    let differs = any(&differs);
    let same_key = on("l", key, "t", key);
    let changes = format!(
        "SELECT l.{number}, CAST(t.{file} AS VARCHAR) FROM latest l LEFT JOIN there t ON {same_key} WHERE t.{file} IS NULL OR {differs}"
    );
    // Columns that are the user's keep their values.
    let ours = |name: &String| own.contains(name) || name == LOAD_ID || name == DELETED_AT;
    let users: Vec<_> = schema.fields().iter().map(|field| field.name()).filter(|name| !ours(name)).collect();
    let mut columns: Vec<_> = own.iter().map(|column| format!("l.{}", quoted(column))).collect();
    columns.extend(users.iter().map(|column| format!("t.{}", quoted(column))));
    columns.push(format!("{load} AS {}", quoted(LOAD_ID)));
    let beside = if users.is_empty() { String::new() } else { format!(" LEFT JOIN there t ON {same_key}") };
    let upserts =
        format!("SELECT {} FROM latest l JOIN changes c ON l.{number} = c.number{beside}", columns.join(", "));
    let keys = changed_keys(job);
    let mut kept = format!("SELECT k.* FROM kept k LEFT ANTI JOIN ({keys}) u ON {}", on("k", key, "u", key));
    let there = format!("FROM there t LEFT ANTI JOIN latest l ON {}", on("t", key, "l", key));
    let mut gone = None;
    let marked = quoted(DELETED_AT);
    match (job.shape.gone, job.gone_at) {
        (Gone::Remove, Some(_)) => {
            gone = Some(by_file(&there, ""));
            kept = format!("SELECT k.* FROM ({kept}) k LEFT SEMI JOIN latest l ON {}", on("k", key, "l", key));
        }
        (Gone::Mark, Some(at)) if is_marked => {
            gone = Some(by_file(&there, &format!("WHERE t.{marked} IS NULL")));
            let first = key.first().map(|column| quoted(column)).unwrap_or_default();
            let is_gone = format!("l.{first} IS NULL AND k.{marked} IS NULL");
            let others: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
            let others = others.into_iter().filter(|name| *name != LOAD_ID && *name != DELETED_AT);
            let others: Vec<_> = others.map(|column| format!("k.{}", quoted(column))).collect();
            kept = format!(
                "SELECT {}, CASE WHEN {is_gone} THEN {load} ELSE k.{id} END AS {id}, CASE WHEN {is_gone} THEN to_timestamp_micros({at}) ELSE k.{marked} END AS {marked} FROM ({kept}) k LEFT JOIN latest l ON {}",
                others.join(", "),
                on("k", key, "l", key),
                id = quoted(LOAD_ID),
            );
        }
        _ => {}
    }
    MergeSql { views: Vec::new(), changes, touched: None, gone, kept, upserts }
}

/// Of the table of a list: all elements of a row are written again where one is another.
fn of_elements(job: &MergeJob) -> MergeSql {
    let (key, owner, own) = (&job.shape.key, job.shape.key_of(job.table), job.shape.columns_of(job.table));
    let (number, file, load) = (quoted(NUMBER), quoted(FILE), literal(job.load.as_str()));
    // After the owner's key comes the position.
    let (position, values) =
        own.get(owner.len()..).and_then(<[String]>::split_first).map_or(("", &[][..]), |(first, rest)| (first, rest));
    let before = format!("SELECT t.*, l.{number} FROM there t JOIN latest l ON {}", on("t", owner, "l", key));
    let after = format!("SELECT e.* FROM elements e LEFT SEMI JOIN latest l ON e.{number} = l.{number}");
    let differs = any(&values.iter().map(|column| differ("n", "o", column)).collect::<Vec<_>>());
    let position = quoted(position);
    let changes = format!(
        "SELECT DISTINCT coalesce(n.{number}, o.{number}), '' FROM after n FULL OUTER JOIN before o ON n.{number} = o.{number} AND n.{position} = o.{position} WHERE n.{number} IS NULL OR o.{number} IS NULL OR {differs}"
    );
    let touched = format!(
        "SELECT count(*), CAST(o.{file} AS VARCHAR) FROM before o JOIN changes c ON o.{number} = c.number GROUP BY o.{file}"
    );
    let keys = changed_keys(job);
    let mut kept = format!("SELECT k.* FROM kept k LEFT ANTI JOIN ({keys}) u ON {}", on("k", owner, "u", key));
    let mut gone = None;
    if job.shape.gone == Gone::Remove && job.gone_at.is_some() {
        gone = Some(by_file(&format!("FROM there t LEFT ANTI JOIN latest l ON {}", on("t", owner, "l", key)), ""));
        kept = format!("SELECT k.* FROM ({kept}) k LEFT SEMI JOIN latest l ON {}", on("k", owner, "l", key));
    }
    let columns: Vec<_> = own.iter().map(|column| format!("n.{}", quoted(column))).collect();
    let upserts = format!(
        "SELECT {}, {load} AS {} FROM after n JOIN changes c ON n.{number} = c.number",
        columns.join(", "),
        quoted(LOAD_ID)
    );
    MergeSql { views: vec![("before", before), ("after", after)], changes, touched: Some(touched), gone, kept, upserts }
}

/// The keys of the rows that are new or changed.
fn changed_keys(job: &MergeJob) -> String {
    let keys: Vec<_> = job.shape.key.iter().map(|column| format!("l.{}", quoted(column))).collect();
    format!("SELECT {} FROM latest l JOIN changes c ON l.{} = c.number", keys.join(", "), quoted(NUMBER))
}

fn by_file(from: &str, condition: &str) -> String {
    let file = quoted(FILE);
    format!("SELECT count(*), CAST(t.{file} AS VARCHAR) {from} {condition} GROUP BY t.{file}")
}

fn on(left: &str, left_key: &[String], right: &str, right_key: &[String]) -> String {
    let equal = |(one, other): (&String, &String)| format!("{left}.{} = {right}.{}", quoted(one), quoted(other));
    left_key.iter().zip(right_key).map(equal).collect::<Vec<_>>().join(" AND ")
}

fn differ(left: &str, right: &str, column: &str) -> String {
    let column = quoted(column);
    format!("({left}.{column} IS DISTINCT FROM {right}.{column})")
}

fn any(conditions: &[String]) -> String {
    if conditions.is_empty() { "FALSE".to_owned() } else { format!("({})", conditions.join(" OR ")) }
}
