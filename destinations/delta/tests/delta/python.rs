//! Others read the tables: delta-rs for Python, `DuckDB` and Polars. Where Python has not got these modules, the test says so:
//! `pip install deltalake duckdb polars`. `DECLAREST_PYTHON` names the program (default: `python3`).

use std::process::Command;

use declarest_tests::Database;

use crate::data_set::synced;
use crate::store::Store;

const READ: &str = r#"
import sys
from deltalake import DeltaTable
import duckdb, polars
table = DeltaTable(sys.argv[1] + "/issues")
issues = table.to_pyarrow_dataset()
print(*duckdb.sql("SELECT count(*), sum(line), count(DISTINCT key), min(creation_date)::DATE FROM issues").fetchall()[0])
frame = polars.read_delta(sys.argv[1] + "/issues")
print(frame.height, frame["line"].sum(), frame["key"].n_unique(), frame["creation_date"].min().date())
"#;

#[tokio::test(flavor = "multi_thread")]
async fn others_read_what_sqlite_reads() {
    let python = std::env::var("DECLAREST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import deltalake, duckdb, polars, pyarrow"]).output();
    if !has.is_ok_and(|has| has.status.success()) {
        println!("skipped: `{python}` has not got all of deltalake, duckdb, polars and pyarrow");
        assert!(std::env::var_os("DECLAREST_REQUIRE_PYTHON").is_none(), "they are required");
        return;
    }
    let (store, database) = (Store::new(), Database::new());
    synced(&store, &database).await;
    let read = Command::new(&python).args(["-c", READ]).arg(store.path()).output().expect("it runs");
    let (out, error) = (String::from_utf8_lossy(&read.stdout), String::from_utf8_lossy(&read.stderr));
    assert!(read.status.success(), "{error}");
    let sums = "SELECT count(*), sum(line), count(DISTINCT key), date(min(creation_date)) FROM issues";
    let expected = database.query(sums).remove(0).join(" ");
    assert!(expected.starts_with("17366 "), "{expected}");
    for line in out.lines() {
        assert_eq!(line, expected);
    }
    assert_eq!(out.lines().count(), 2);
}
