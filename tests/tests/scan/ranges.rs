//! Scans of a part of the cursor's range.

use declarest::jiff::Timestamp;
use declarest::{CursorKind, Position, Scan};

use crate::source::{assert_says, client, rows, server};

fn integers(start: Option<i64>, end: Option<i64>) -> (Option<Position>, Option<Position>) {
    (start.map(Position::Integer), end.map(Position::Integer))
}

#[tokio::test]
async fn a_range_of_the_cursor_is_requested() {
    // It ignores the range: what is outside is dropped.
    let server = server(15);
    let windowed = client(&server).scan("windowed").expect("a scan");
    let cursor = windowed.cursor_range().expect("a cursor");
    assert_eq!((cursor.column, cursor.kind), ("line", CursorKind::Integer));
    assert!(cursor.sends_start && cursor.sends_end && !cursor.keeps_missing);
    for (start, end, lines) in
        [(Some(5), Some(8), 5..8), (Some(14), None, 14..16), (None, Some(3), 1..3), (Some(9), Some(9), 9..9)]
    {
        let before = server.count();
        let (from, to) = integers(start, end);
        assert!(cursor.is_sent_exactly(from.as_ref(), to.as_ref()));
        let scan = windowed.clone().range(from, to).and_then(|scan| scan.project(["line"])).expect("a range");
        let expected: Vec<_> = lines.map(|line| vec![format!("Integer({line})")]).collect();
        assert_eq!(rows(scan).await, expected, "{start:?} to {end:?}");
        let request = &server.requests()[before];
        assert_eq!(
            (request.number("from"), request.number("to")),
            (start.map(i64::unsigned_abs), end.map(i64::unsigned_abs))
        );
    }
}

#[tokio::test]
async fn a_range_of_another_kind_is_refused() {
    let server = server(1);
    let scan = |resource: &str| client(&server).scan(resource).expect("a scan");
    let refused = |scan: Scan, start| scan.range(Some(start), None).expect_err("an error");
    let error = refused(scan("windowed"), Position::Timestamp(Timestamp::UNIX_EPOCH));
    assert_says(&error, &["the cursor `line` is of the type integer, which `1970-01-01T00:00:00Z` is not"]);
    for resource in ["items", "mapped"] {
        assert!(scan(resource).cursor_range().is_none());
        assert_says(&refused(scan(resource), Position::Integer(1)), &["no cursor whose range can be limited"]);
    }
    assert_says(&scan("items").sort("line", true).expect_err("an error"), &["cannot be sorted by `line desc`"]);
    assert_eq!(server.count(), 0);
}
