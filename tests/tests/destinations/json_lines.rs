//! The manual's example, which is written against the public API alone, passes the suite.

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

    pub(crate) fn path(&self) -> &std::path::Path {
        self.0.path()
    }
}

impl Harness for Store {
    type Destination = JsonLines;

    async fn open(&self) -> Result<JsonLines> {
        JsonLines::open(self.path())
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        Ok(JsonLines::open(self.path())?.rows(table)?.into_iter().map(row).collect())
    }

    async fn quarantined(&self, _: &str) -> Result<Option<Vec<String>>> {
        let rows = JsonLines::open(self.path())?.rows("_quarantine")?;
        Ok(Some(rows.iter().filter_map(|row| Some(row.get("text")?.as_str()?.to_owned())).collect()))
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
    let report = conformance::run(Store::new).await;
    println!("{report}");
    let is_skipped = |name: &str| {
        report.cases().iter().any(|case| case.name.starts_with(name) && matches!(case.outcome, CaseOutcome::Skipped(_)))
    };
    assert!(is_skipped("merge: ") && !is_skipped("append: ") && !is_skipped("replace: "), "{report}");
    report.into_result().expect("all cases pass");
}

#[test]
fn it_is_a_short_example() {
    let lines = include_str!("../../../runtime/src/docs/json_lines.rs").lines().count();
    assert!(lines < 260, "{lines} lines");
}
