//! Whether a client-wide param can bound the range of a cursor.

use crate::incremental::cursor::CursorKind;
use crate::schema::column::ColumnType;

/// Compiles where the values of a param are values of a cursor: numbers of a number, strings of a string, times and days
/// of any time.
///
/// # Panics
/// Where they are not: generated code calls it while it is compiled.
pub const fn bound(cursor: CursorKind, (param, list): (ColumnType, bool)) {
    assert!(!list, "a range begins and ends at one value, and this param has several");
    match cursor {
        CursorKind::Integer => assert!(
            matches!(param, ColumnType::Integer | ColumnType::Unsigned),
            "the cursor is a number, and the values of this param are not: declare it as `i64`"
        ),
        CursorKind::Text => assert!(
            matches!(param, ColumnType::Text),
            "the cursor is a string, and the values of this param are not: declare it as `String`"
        ),
        CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date => assert!(
            matches!(param, ColumnType::Timestamp | ColumnType::DateTime | ColumnType::Date),
            "the cursor is a time, and the values of this param are not: declare it as `jiff::Timestamp`"
        ),
    }
}
