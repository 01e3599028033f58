//! The manual's example, which is written against the public API alone, passes the suite.

use std::fs;

use declarest::conformance::{self, CaseOutcome, Harness, Row};
use declarest::{ColumnValue, Result};
use serde_json::{Map, Value};
use tempfile::TempDir;

#[expect(unreachable_pub, reason = "programs that copy it make it public")]
#[path = "../../../runtime/src/docs/json_lines.rs"]
mod destination;

pub(crate) use destination::JsonLines;

/// A directory of its own.
pub(crate) struct Store(TempDir);

impl Store {
    pub(crate) fn new(_: &str) -> Self {
        Self(TempDir::new().expect("a directory for temporary files"))
    }

    /// The committed rows of a table: those of the files that the manifest lists.
    pub(crate) fn read(&self, table: &str) -> Vec<Map<String, Value>> {
        let Ok(manifest) = fs::read(self.0.path().join("manifest.json")) else { return Vec::new() };
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let files = manifest["files"].as_array().expect("a list").iter();
        let names = files.filter(|file| file["table"] == table).map(|file| &file["name"]);
        let paths = names.map(|name| self.0.path().join(name.as_str().expect("a name")));
        let text: String = paths.map(|path| fs::read_to_string(path).expect("a file that is listed")).collect();
        text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
    }
}

impl Harness for Store {
    type Destination = JsonLines;

    async fn open(&self) -> Result<JsonLines> {
        JsonLines::open(self.0.path())
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        Ok(self.read(table).into_iter().map(row).collect())
    }

    async fn quarantined(&self, _: &str) -> Result<Option<Vec<String>>> {
        let text = |row: &Map<String, Value>| Some(row.get("text")?.as_str()?.to_owned());
        Ok(Some(self.read("_quarantine").iter().filter_map(text).collect()))
    }
}

fn row(values: Map<String, Value>) -> Row {
    values.into_iter().map(|(name, value)| (name, cell(&value))).collect()
}

fn cell(value: &Value) -> ColumnValue<'static> {
    match value {
        Value::Null => ColumnValue::Null,
        Value::Bool(flag) => ColumnValue::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => ColumnValue::Integer(number),
            (None, Some(number), _) => ColumnValue::Unsigned(number),
            (None, None, number) => ColumnValue::Real(number.unwrap_or(f64::NAN)),
        },
        Value::String(text) => ColumnValue::Text(text.clone().into()),
        other => ColumnValue::Text(other.to_string().into()),
    }
}

#[tokio::test]
async fn json_lines_pass_the_suite() {
    // It can run on any thread.
    let report = tokio::spawn(conformance::run(Store::new)).await.expect("no panic");
    println!("{report}");
    let is_skipped = |name: &str| {
        report.cases().iter().any(|case| case.name.starts_with(name) && matches!(case.outcome, CaseOutcome::Skipped(_)))
    };
    assert!(is_skipped("merge: ") && !is_skipped("append: ") && !is_skipped("replace: "), "{report}");
    report.into_result().expect("all cases pass");
}

#[test]
fn it_has_less_than_200_lines_of_code() {
    let lines = include_str!("../../../runtime/src/docs/json_lines.rs").lines().map(str::trim);
    let code = lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    assert!(code < 200, "{code} lines");
}
