//! Structs whose fields come from samples, under every lint.
#![deny(warnings, missing_docs, clippy::pedantic)]

/// An API.
#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "camelCase", paginator = single_page))]
pub mod demo {
    /// With a key and a cursor among the fields.
    #[resource(
        name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues",
        primary_key = key, write_disposition = merge,
        incremental(cursor = creation_date, start_param = "since"),
    )]
    pub struct Issue;

    /// The parent's field comes from a sample; so do the names that other types have.
    #[resource(name = notes, path = "/v1/issues/{resources.issues.key}/notes", sample = "ui/sample/rows.ndjson.gz")]
    #[derive(PartialEq)]
    pub struct Note;

    /// Taken.
    #[derive(Debug)]
    pub struct NoteTextRange;

    impl std::fmt::Display for NoteTextRange {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("taken")
        }
    }

    /// Rows that are values.
    #[resource(name = tags, path = "/v1/tags", sample = "ui/sample/issues.json", data_selector = "issues[*].tags")]
    pub struct Tag;

    /// What a query selects, written out by hand as text.
    #[resource(name = ranges, path = "/v1/ranges", sample = "ui/sample/issues.json", data_selector = "$..textRange")]
    pub struct Range;

    impl std::fmt::Debug for Range {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{}-{}", self.start_line, self.end_line)
        }
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.notes("AX-1").stream(), client.tags().stream(), client.ranges().stream());
    let _ = |issue: demo::Issue| (issue.key.len(), issue.flows[0].locations.len(), issue.clone());
    let _ =
        |note: demo::Note, range: demo::NoteTextRange2| (note == note.clone(), range.start_line, demo::NoteTextRange);
    let _ = |demo::Tag(tag): demo::Tag| tag.len();
}
