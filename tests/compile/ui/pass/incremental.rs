//! Resources of which a sync reads what is new.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

/// Events of several kinds.
#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(
        primary_key = id,
        write_disposition = merge,
        incremental(cursor = updated_at, start_param = "since", initial_value = "2024-01-01T00:00:00Z"),
    ),
)]
pub mod events {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    /// By the defaults.
    #[resource(path = "/plain", yield_map = split, filter = keep)]
    #[derive(Debug, Clone)]
    pub struct Plain {
        /// What tells it apart.
        pub id: u64,
        /// When it was changed.
        pub updated_at: Timestamp,
    }

    fn split(row: Plain) -> impl Iterator<Item = Plain> {
        [row.clone(), row].into_iter()
    }

    fn keep(row: &Plain) -> bool {
        row.id > 0
    }

    /// With a window.
    #[resource(
        path = "/windowed",
        on_bad_row = quarantine,
        incremental(
            cursor = day,
            start_param = "from",
            end_param = "to",
            end_inclusive = true,
            end_value = "2030-01-01",
            lag = "2d",
            format = "%Y%m%d",
        ),
        result_window = 10_000,
        paginator = offset(limit = 500, total_header = "X-Total"),
    )]
    #[derive(Debug)]
    pub struct Windowed {
        /// What tells it apart.
        pub id: u64,
        /// When it was.
        pub day: Date,
    }

    /// By POST.
    #[resource(
        path = "/posted",
        method = POST,
        incremental(cursor = number, start_body_path = "range.from", end_body_path = "range.to", initial_value = -5, lag = 10),
        paginator = page_number(page_body_path = "page"),
    )]
    #[derive(Debug)]
    pub struct Posted {
        /// What tells it apart.
        pub id: u64,
        /// Where it is.
        pub number: i64,
    }

    /// Of another kind.
    #[resource(
        path = "/text",
        write_disposition = append,
        incremental(cursor = r#type, start_param = "after"),
    )]
    #[derive(Debug)]
    pub struct Textual {
        /// What tells it apart.
        pub id: u64,
        /// Where it is.
        pub r#type: String,
    }
}

/// All of it, in every run.
#[declarest::source(base_url = "https://api.example.com")]
pub mod replaced {
    /// A row.
    #[resource(path = "/all", write_disposition = replace)]
    #[derive(Debug)]
    pub struct Row {
        /// What tells it apart.
        pub id: u64,
    }
}

fn main() {
    use declarest::__private::{Format, Lag, OnBadRow, Point, Setting};
    use declarest::CursorKind;
    use declarest::Resource as _;

    let text = |text| Some(Setting::Value(Point::Text(text)));
    let plain = events::Plain::DEF.incremental.expect("a range");
    assert_eq!((plain.cursor, plain.kind, plain.start_param), ("updated_at", CursorKind::Timestamp, Some("since")));
    assert_eq!(plain.initial_value, text("2024-01-01T00:00:00Z"));
    let row = events::Plain { id: 1, updated_at: declarest::jiff::Timestamp::UNIX_EPOCH };
    assert_eq!(row.position(), Some(declarest::Position::Timestamp(row.updated_at)));
    assert_eq!(events::Plain::process(vec![row]).len(), 2);

    let windowed = events::Windowed::DEF.incremental.expect("a range");
    assert_eq!((windowed.start_param, windowed.end_param), (Some("from"), Some("to")));
    assert_eq!(windowed.lag, Some(Lag::Time(std::time::Duration::from_hours(48))));
    assert_eq!((windowed.format, windowed.end_inclusive), (Some(Format::Pattern("%Y%m%d")), true));
    assert_eq!((events::Windowed::DEF.result_window, windowed.end_value), (Some(10_000), text("2030-01-01")));
    assert_eq!(events::Windowed::DEF.on_bad_row, OnBadRow::Quarantine);

    let posted = events::Posted::DEF.incremental.expect("a range");
    assert_eq!((posted.lag, posted.initial_value, posted.start_param), (Some(Lag::Count(10)), text("-5"), None));
    assert!(posted.start_body_path.is_some_and(|path| path.len() == 2));

    let row = events::Textual { id: 1, r#type: "a".to_owned() };
    assert_eq!(row.position(), Some(declarest::Position::Text("a".to_owned())));
    assert_eq!(events::Textual::DEF.incremental.expect("a range").kind, CursorKind::Text);
    assert_eq!(replaced::Row::DEF.write_disposition, declarest::__private::WriteDisposition::Replace);
}
