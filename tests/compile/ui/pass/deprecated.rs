//! What is deprecated is so for those who use it, and not for what is generated.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

/// An API with a history.
#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(primary_key = id, paginator = offset(limit = 10, total_path = "total")),
)]
pub mod history {
    /// With fields of yesterday.
    #[resource(
        name = rows,
        path = "/rows",
        params(q: Option<String>),
        incremental(cursor = at, start_param = "from", end_param = "to"),
        result_window = 1000,
    )]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Row {
        /// What told it apart.
        #[deprecated]
        pub id: u64,
        /// When it was.
        #[deprecated(note = "use another")]
        pub at: i64,
        /// How bad it is.
        pub severity: Option<Severity>,
        /// Where it is.
        pub range: Range,
        /// Its parts.
        #[deprecated]
        #[column(child_table)]
        pub parts: Vec<Range>,
        /// Its notes.
        #[deprecated]
        #[column(json)]
        pub notes: Vec<String>,
    }

    /// By serde, and of a parent.
    #[resource(name = notes, path = "/rows/{resources.rows.id}/notes", include_from_parent(at))]
    #[derive(Debug)]
    pub struct Note {
        /// What tells it apart.
        pub id: u64,
        /// Of yesterday.
        #[deprecated]
        #[serde(rename = "txt")]
        pub text: String,
    }

    /// A resource of yesterday.
    #[resource(name = old, path = "/old/{kind}", params(kind: Severity, q: Option<Severity>), filter = is_kept)]
    #[deprecated(since = "2.0.0", note = "read `rows`")]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Old {
        /// What tells it apart.
        pub id: u64,
    }

    #[allow(deprecated)]
    fn is_kept(row: &Old) -> bool {
        row.id > 0
    }

    /// Another, without setters.
    #[resource(name = older, path = "/older", primary_key = value)]
    #[deprecated]
    #[derive(Debug)]
    pub struct Older(pub u64);

    /// How bad something is.
    #[nested]
    #[derive(Debug, Clone, PartialEq)]
    pub enum Severity {
        /// Very.
        #[deprecated]
        Blocker,
        /// Not very.
        Minor,
        /// Not known.
        #[deprecated]
        #[other]
        Other(String),
    }

    /// Where something is.
    #[nested]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Range {
        /// From here.
        #[deprecated]
        pub start: u32,
        /// To here.
        pub end: u32,
    }

    /// A part of nothing any more.
    #[nested]
    #[deprecated]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Unused {
        /// As a shape.
        pub kind: u8,
    }

    /// For those who know.
    #[nested]
    #[allow(deprecated)]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Knowing {
        /// From yesterday.
        pub unused: Unused,
    }
}

fn main() {
    let client = history::Client::builder().build().expect("nothing is missing");
    let _ = (client.rows().q("x").stream(), client.notes(1_u64).stream());
    #[expect(deprecated)]
    let _ = client.old(history::Severity::Minor).q(history::Severity::Minor).stream();
    #[expect(deprecated)]
    let _ = client.older().stream();
}
