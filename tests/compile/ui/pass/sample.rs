//! Declarations that their samples bear out, and what is not judged.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "camelCase", paginator = single_page))]
pub mod demo {
    /// All that is known by its name.
    #[resource(
        name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues",
        primary_key = key, paginator = page_number(total_path = "paging.total", has_more_path = "paging.more"),
    )]
    pub struct Issue {
        pub key: String,
        pub rule: Box<String>,
        pub severity: Severity,
        pub line: Option<u16>,
        pub creation_date: declarest::jiff::Timestamp,
        pub tags: Vec<String>,
        pub effort: f32,
        pub open: declarest::Json,
        pub text_range: Option<TextRange>,
        #[column(child_table)]
        pub flows: Vec<Flow>,
        pub never: Option<bool>,
    }

    #[nested(rename_all = "UPPERCASE")]
    pub enum Severity {
        Blocker,
        Major,
        #[other]
        Other(String),
    }

    #[nested]
    pub struct TextRange {
        pub start_line: i8,
        pub end_line: u64,
    }

    #[nested]
    pub struct Flow {
        pub locations: Vec<std::collections::BTreeMap<String, String>>,
    }

    /// What is renamed, may be absent, or is skipped.
    #[resource(name = renamed, path = "/v1/issues", sample = "ui/sample/rows.ndjson.gz", data_selector = "not.looked.at", allow(serde_skip))]
    pub struct Renamed {
        #[serde(rename = "key")]
        pub id: String,
        #[serde(alias = "creationDate")]
        pub created: String,
        #[serde(default)]
        pub no_such_key: u8,
        #[serde(skip)]
        pub line: u8,
        pub rule: Rule,
    }

    type Rule = String;

    /// Types that have the names of others.
    #[resource(name = namesakes, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues")]
    pub struct Namesake {
        #[column(json)]
        pub key: crate::model::Timestamp,
        #[column(json)]
        pub rule: Date,
        #[column(json)]
        pub severity: civil::DateTime,
        #[column(json)]
        pub effort: model::String,
    }

    use crate::model::core::Date;
    use crate::model::{self, civil};

    /// What a query selects.
    #[resource(name = words, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "$.issues[?@.line == 300].tags")]
    pub struct Word(pub String);

    /// One row that stands alone.
    #[resource(name = pages, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "paging", primary_key = total)]
    pub struct Page {
        pub total: u64,
        pub next: Option<String>,
    }
}

mod model {
    use declarest::__private::serde;

    pub mod core {
        pub type Date = super::Word;
    }

    pub mod civil {
        pub type DateTime = super::Word;
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(crate = "declarest::__private::serde")]
    pub struct Word(pub std::string::String);

    pub type Timestamp = Word;
    pub type String = f64;
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.renamed().stream(), client.words().stream(), client.pages().stream());
    let _ = client.namesakes().stream();
}
