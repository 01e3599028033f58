//! A database that cannot be written.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use declarest::ErrorKind;
use declarest_tests::{Database, Listing, Reply, Server};

use crate::source::{assert_no_state, assert_rows, client, listing, loads, staged, sync};

/// Lets no row of this line in.
fn refuse_line(database: &Database, table: &str, line: u64) {
    database.run(&format!(
        "CREATE TRIGGER refuse BEFORE INSERT ON {table} WHEN NEW.line = {line} BEGIN SELECT RAISE(ABORT, 'refused here'); END"
    ));
}

#[tokio::test]
async fn a_row_that_cannot_be_written_is_an_error_and_the_next_run_completes() {
    // On the first of few pages, on the last of few, in the middle of many.
    for (table, rows, line) in [
        ("items", 5, 5),
        ("events", 5, 5),
        ("events", 25, 1),
        ("items", 395, 250),
        ("events", 395, 250),
        ("events", 395, 395),
    ] {
        let (server, database) = (listing(rows), Database::new());
        sync(&listing(0), &database, &[table]).await.expect("an empty table");
        refuse_line(&database, table, line);
        let error = sync(&server, &database, &[table]).await.expect_err("a row is refused");
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Destination, Some(table)), "{error}");
        assert!(error.to_string().contains("refused here") && error.help().is_some(), "{error}");
        // Whole pages, and none from behind the row that was refused.
        let kept = database.count(table);
        assert!(kept < line && kept.is_multiple_of(10), "{kept} rows");
        assert_eq!(loads(&database, table).last().expect("a load")[0], "failed");
        database.run("DROP TRIGGER refuse");
        let report = sync(&server, &database, &[table]).await.expect("a report");
        assert_rows(&database, table, rows);
        assert_eq!(report.resource(table).map(|resource| (resource.rows, resource.resumed)), Some((rows, kept)));
        assert_no_state(&database);
    }
}

#[tokio::test]
async fn an_integer_that_sqlite_cannot_hold_is_an_error() {
    let server =
        Server::start(|_| Reply::json(r#"{"paging":{"total":1},"items":[{"key":"a","line":9223372036854775808}]}"#));
    let database = Database::new();
    let error = sync(&server, &database, &["events"]).await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(
        error.to_string().contains("9223372036854775808") && error.to_string().contains("declarest::Json"),
        "{error}"
    );
    assert_eq!(database.count("events"), 0);
}

#[tokio::test]
async fn a_database_that_is_locked_is_an_error_and_the_next_run_completes() {
    let database = Database::new();
    let server = listing(25);
    let mut sqlite = database.open();
    let lock = database.connect();
    lock.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
    let error = client(&server).sync(&mut sqlite).only(["items"]).await.expect_err("locked");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Destination, Some("items")), "{error}");
    assert!(error.to_string().contains("locked by another process") && error.help().is_some(), "{error}");
    assert_eq!(server.count(), 0);
    lock.execute_batch("ROLLBACK").expect("no lock");
    client(&server).sync(&mut sqlite).only(["items"]).await.expect("a report");
    assert_rows(&database, "items", 25);
}

#[tokio::test]
async fn a_database_that_is_locked_in_the_middle_is_an_error_and_the_next_run_completes() {
    for table in ["items", "events"] {
        let database = Database::new();
        let mut sqlite = database.open();
        let lock = Arc::new(Mutex::new(None));
        let (server, stage) = {
            let (path, lock) = (database.path(), Arc::clone(&lock));
            staged(move |stage, request| {
                if stage == 1 && request.number("p") == Some(1) {
                    // The table is there, no row is.
                    let connection = rusqlite::Connection::open(&path).expect("the database opens");
                    connection.execute_batch("BEGIN IMMEDIATE").expect("a lock");
                    *lock.lock().expect("no panic") = Some(connection);
                }
                Listing::of(15).reply(request)
            })
        };
        let error = client(&server).sync(&mut sqlite).only([table]).await.expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::Destination, "{error}");
        assert!(error.to_string().contains("locked by another process"), "{error}");
        stage.store(2, SeqCst);
        *lock.lock().expect("no panic") = None;
        client(&server).sync(&mut sqlite).only([table]).await.expect("a report");
        assert_rows(&database, table, 15);
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let database = Database::new();
    let text = "Dear diary, this is no database, but it is long enough to be taken for one: ".repeat(100);
    std::fs::write(database.path(), &text).expect("written");
    let error = declarest::Sqlite::open(database.path()).expect_err("a diary");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(
        error.to_string().contains("is not an SQLite database") && error.to_string().contains("test.db"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(database.path()).expect("text"), text);
}

#[test]
fn a_place_where_no_file_can_be_is_refused() {
    let database = Database::new();
    std::fs::create_dir(database.path()).expect("a directory in its place");
    for path in [database.path(), database.directory().join("nowhere").join("test.db")] {
        let error = declarest::Sqlite::open(&path).expect_err("no file");
        let text = format!("{error:#}");
        assert_eq!(error.kind(), ErrorKind::Destination);
        assert!(text.contains("test.db") && text.contains("cannot be opened") && text.contains("directory"), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_database_that_another_program_has_locked_is_refused() {
    let database = Database::new();
    let lock = database.connect();
    // Not in WAL mode yet: changing that needs the lock.
    lock.execute_batch("CREATE TABLE mine (x); BEGIN EXCLUSIVE").expect("a lock");
    let error = declarest::Sqlite::open(database.path()).expect_err("locked");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("locked by another process"), "{error}");
    lock.execute_batch("ROLLBACK").expect("no lock");
    drop(database.open());
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_an_error() {
    // Permissions do not bind whoever runs as root; SQLite's own switch does.
    let (server, database) = (listing(5), Database::new());
    sync(&server, &database, &["items"]).await.expect("a report");
    database.run("PRAGMA journal_mode = DELETE");
    let bytes = std::fs::read(database.path()).expect("the file");
    // "File format write version" (bytes 18 of the header): above 2, the file may only be read.
    let mut read_only = bytes.clone();
    read_only[18] = 3;
    std::fs::write(database.path(), &read_only).expect("written");
    let result = match declarest::Sqlite::open(database.path()) {
        Ok(mut sqlite) => client(&server).sync(&mut sqlite).only(["items"]).await.map(drop),
        Err(error) => Err(error),
    };
    let error = result.expect_err("read-only");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.to_string().contains("cannot be written") && format!("{error:#}").contains("permissions"), "{error}");
    std::fs::write(database.path(), &bytes).expect("written");
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_rows(&database, "items", 5);
}
