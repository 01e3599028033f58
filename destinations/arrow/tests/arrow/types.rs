//! Values of all types are in a record batch as they were in the page, or an error.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType, UInt64Type,
};
use arrow_array::{Array as _, RecordBatch};
use declarest::jiff::Timestamp;
use declarest::jiff::civil::{date, datetime, time};
use declarest::{Batch, ColumnSchema, ColumnType, ColumnValue, ErrorKind, TableSchema};
use declarest_arrow::{ArrowTable, Unsigned};

fn timestamp(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// A column of each type, and two values of it.
fn columns() -> Vec<(&'static str, ColumnType, [ColumnValue<'static>; 2])> {
    vec![
        ("flag", ColumnType::Boolean, [true.into(), false.into()]),
        ("integer", ColumnType::Integer, [i64::MIN.into(), i64::MAX.into()]),
        ("unsigned", ColumnType::Unsigned, [u64::MAX.into(), 0_u64.into()]),
        ("real", ColumnType::Real, [(-1e300).into(), 0.1.into()]),
        ("text", ColumnType::Text, ["ü \"\n".into(), "".into()]),
        ("at", ColumnType::Timestamp, [timestamp("1969-12-31T23:59:59.999999Z").into(), Timestamp::UNIX_EPOCH.into()]),
        ("day", ColumnType::Date, [date(1, 1, 1).into(), date(9999, 12, 31).into()]),
        ("clock", ColumnType::Time, [time(23, 59, 59, 999_999_000).into(), time(0, 0, 0, 0).into()]),
        (
            "civil",
            ColumnType::DateTime,
            [datetime(1969, 12, 31, 0, 0, 0, 0).into(), datetime(2024, 2, 29, 1, 2, 3, 0).into()],
        ),
        ("json", ColumnType::Json, [r#"{"b":1.0, "a":null}"#.into(), "null".into()]),
    ]
}

fn table() -> Arc<TableSchema> {
    let columns = columns().into_iter().map(|(name, kind, _)| ColumnSchema::new(name, kind).nullable());
    Arc::new(TableSchema::new("everything", columns))
}

/// Both values, and between them a row of nulls.
fn page() -> Batch {
    let row = |at: usize| columns().into_iter().map(move |(.., values)| values[at].clone()).collect();
    let rows: [Vec<ColumnValue<'_>>; 3] = [row(0), vec![ColumnValue::Null; columns().len()], row(1)];
    Batch::from_rows(table(), rows).expect("a page")
}

/// The values of the rows of a number, by column, as text.
fn shown(batch: &RecordBatch, rows: [usize; 2]) -> Vec<String> {
    let text = |column: &str, row: usize| {
        let array = batch.column_by_name(column).expect("a column");
        match column {
            "flag" => array.as_boolean().value(row).to_string(),
            "integer" => array.as_primitive::<Int64Type>().value(row).to_string(),
            "unsigned" => match array.as_primitive_opt::<UInt64Type>() {
                Some(array) => array.value(row).to_string(),
                None => array.as_primitive::<Decimal128Type>().value(row).to_string(),
            },
            "real" => format!("{:?}", array.as_primitive::<Float64Type>().value(row)),
            "at" | "civil" => array.as_primitive::<TimestampMicrosecondType>().value(row).to_string(),
            "day" => array.as_primitive::<Date32Type>().value(row).to_string(),
            "clock" => array.as_primitive::<Time64MicrosecondType>().value(row).to_string(),
            _ => array.as_string::<i32>().value(row).to_owned(),
        }
    };
    columns().iter().map(|(name, ..)| rows.map(|row| format!("{name} {}", text(name, row))).join(", ")).collect()
}

const SHOWN: [&str; 10] = [
    "flag true, flag false",
    "integer -9223372036854775808, integer 9223372036854775807",
    "unsigned 18446744073709551615, unsigned 0",
    "real -1e300, real 0.1",
    "text ü \"\n, text ",
    "at -1, at 0",
    "day -719162, day 2932896",
    "clock 86399999999, clock 0",
    "civil -86400000000, civil 1709168523000000",
    "json {\"b\":1.0, \"a\":null}, json null",
];

#[test]
fn values_of_all_types_come_out_as_they_went_in() {
    for unsigned in [Unsigned::UInt64, Unsigned::Decimal20] {
        let mut everything = ArrowTable::new(&table(), unsigned);
        everything.append(&page()).expect("a page");
        let batch = everything.finish().expect("a batch");
        assert_eq!(shown(&batch, [0, 2]), SHOWN);
        assert!(batch.columns().iter().all(|array| array.is_null(1) && array.null_count() == 1));
        let types: Vec<_> = batch.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
        let unsigned = if unsigned == Unsigned::UInt64 { "UInt64" } else { "Decimal128(20, 0)" };
        let expected = [
            "Boolean",
            "Int64",
            unsigned,
            "Float64",
            "Utf8",
            "Timestamp(µs, \"UTC\")",
            "Date32",
            "Time64(µs)",
            "Timestamp(µs)",
            "Utf8",
        ];
        assert_eq!(types, expected);
        let json = batch.schema().field_with_name("json").expect("a field").clone();
        assert_eq!(json.extension_type_name(), Some("arrow.json"));
        assert_eq!(batch.schema().field(4).extension_type_name(), None);
    }
}

#[test]
fn pages_are_appended_whole_or_some_rows_of_them_and_columns_of_one_text_can_be_added() {
    let mut everything = ArrowTable::new(&table(), Unsigned::default()).with_text("_load_id", "1");
    everything.append_rows(&page(), [2, 0]).expect("two rows");
    everything.append(&page()).expect("a page");
    everything.append_rows(&page(), []).expect("no row");
    assert_eq!(everything.len(), 5);
    let batch = everything.finish().expect("a batch");
    assert_eq!(batch.schema(), *everything.schema());
    assert_eq!(
        (shown(&batch, [1, 0]), shown(&batch, [2, 4])),
        (SHOWN.map(str::to_owned).to_vec(), SHOWN.map(str::to_owned).to_vec())
    );
    let load = batch.column_by_name("_load_id").expect("the column").as_string::<i32>();
    assert!(load.iter().all(|id| id == Some("1")) && load.len() == 5);
    assert!(!batch.schema().field(10).is_nullable());
    assert_eq!((everything.len(), everything.finish().expect("a batch").num_rows()), (0, 0));
}

#[test]
fn nanoseconds_are_an_error_or_cut_and_an_error_leaves_nothing() {
    let columns = [ColumnSchema::new("id", ColumnType::Integer), ColumnSchema::new("at", ColumnType::Timestamp)];
    let schema = Arc::new(TableSchema::new("events", columns));
    let at = |text: &str| ColumnValue::from(timestamp(text));
    let rows = [[1.into(), at("2024-01-01T00:00:00Z")], [2.into(), at("1969-12-31T23:59:59.9999995Z")]];
    let page = Batch::from_rows(Arc::clone(&schema), rows).expect("a page");
    let mut events = ArrowTable::new(&schema, Unsigned::default());
    events.append_rows(&page, [0]).expect("an exact time");
    let error = events.append(&page).expect_err("nanoseconds");
    assert_eq!(error.kind(), ErrorKind::Destination);
    assert!(error.message().contains("row 2 of a page, column `at` of `events`"), "{error:#}");
    assert!(events.is_empty() && events.finish().expect("a batch").num_rows() == 0);
    let mut events = ArrowTable::new(&schema, Unsigned::default()).truncate_times();
    events.append(&page).expect("it is cut");
    let batch = events.finish().expect("a batch");
    assert_eq!(batch.column(1).as_primitive::<TimestampMicrosecondType>().value(1), -1);
}

#[test]
fn other_columns_and_rows_that_are_not_there_are_refused() {
    let other = Arc::new(TableSchema::new("everything", [ColumnSchema::new("flag", ColumnType::Boolean)]));
    let mut table = ArrowTable::new(&other, Unsigned::default());
    let error = table.append(&page()).expect_err("other columns");
    assert!(error.kind() == ErrorKind::Schema && error.message().contains("other columns"), "{error:#}");
    let page = Batch::from_rows(other, [[true.into()]]).expect("a page");
    assert!(table.append_rows(&page, [1]).expect_err("no such row").message().contains("no row 1"));
    let another = Arc::new(TableSchema::new("everything", [ColumnSchema::new("flag", ColumnType::Text)]));
    let page = Batch::from_rows(another, [["true".into()]]).expect("a page");
    assert!(table.append(&page).expect_err("a text").message().contains("another type"));
}

#[test]
fn a_table_without_columns_has_rows() {
    let none = Arc::new(TableSchema::new("none", []));
    let page = Batch::from_rows(Arc::clone(&none), vec![Vec::<ColumnValue<'_>>::new(); 3]).expect("a page");
    let mut table = ArrowTable::new(&none, Unsigned::default());
    table.append(&page).expect("a page");
    assert_eq!(table.finish().expect("a batch").num_rows(), 3);
}
