//! Rows of other shapes: lists as tables, plain values, fields that the struct does not name.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

/// A tracker.
#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
pub mod tracker {
    use declarest::Extra;

    /// A finding.
    #[resource(name = issues, path = "/issues", primary_key = key)]
    #[derive(Debug)]
    pub struct Issue {
        /// What tells it apart.
        pub key: String,
        /// Where it goes.
        #[column(child_table)]
        pub data_flows: Vec<Flow>,
        /// What it is about.
        #[column(child_table, name = "labels")]
        pub tags: Option<Vec<String>>,
        /// How bad it is.
        #[column(child_table)]
        pub marks: Vec<Mark>,
        /// All the rest.
        #[serde(flatten)]
        pub extra: Extra,
    }

    /// A way through a file.
    #[nested]
    #[derive(Debug)]
    pub struct Flow {
        /// From here.
        pub start_line: u32,
        /// Through these.
        pub lines: Vec<u32>,
        /// As a mark.
        pub mark: Option<Mark>,
        /// With a name.
        #[serde(rename = "title")]
        pub name: Option<String>,
        /// Stored under another name, being a keyword there.
        #[column(name = "order_")]
        pub order: Option<u32>,
        /// Read, and not stored.
        #[column(skip)]
        pub note: Option<String>,
        /// Of a type that no column can have.
        #[column(json)]
        pub lasts: Option<std::time::Duration>,
    }

    /// How bad something is.
    #[nested]
    #[derive(Debug)]
    pub enum Mark {
        /// Good.
        Good,
        /// Bad.
        Bad,
    }

    /// With lists that are not always there.
    #[resource(path = "/conditional", primary_key = id)]
    #[derive(Debug)]
    pub struct Conditional {
        /// What tells it apart.
        pub id: u64,
        /// Never there.
        #[cfg(not(all()))]
        #[column(child_table)]
        pub absent: Vec<u64>,
        /// Always there.
        #[column(child_table)]
        pub present: Vec<u64>,
    }

    /// A name, which is all there is.
    #[resource(name = repositories, path = "/repositories", primary_key = value)]
    #[derive(Debug, PartialEq)]
    pub struct Repository(pub String);

    /// What is in a repository.
    #[resource(path = "/repositories/{resources.repositories.value}/files", include_from_parent(value))]
    #[derive(Debug, PartialEq)]
    pub struct File(#[column(name = "path")] pub Option<String>);

    /// Whatever there is.
    #[resource(path = "/anything")]
    #[derive(Debug)]
    pub struct Anything {
        /// All of it.
        #[serde(flatten)]
        pub extra: Extra,
    }

    /// As serde reads it.
    #[resource(path = "/derived", rename_all = "camelCase", allow(serde_skip))]
    #[derive(Debug)]
    pub struct Derived {
        /// By the rule.
        pub first_name: String,
        /// By its own name.
        #[serde(rename = "surname", alias = "last_name")]
        pub last_name: String,
        /// Not read.
        #[serde(skip)]
        pub note: Option<String>,
    }

    /// As serde reads it, with all the rest.
    #[resource(path = "/kept", rename_all = "camelCase")]
    #[derive(Debug, Default)]
    #[serde(default)]
    pub struct Kept {
        /// By its own name.
        #[serde(rename = "surname")]
        pub last_name: String,
        /// A part with all the rest of it.
        pub part: Option<Part>,
        /// All the rest.
        #[serde(flatten)]
        pub extra: Extra,
    }

    /// What is written again.
    #[nested]
    #[derive(Debug)]
    pub struct Part {
        /// Inside of itself.
        pub parts: Vec<Self>,
        /// All the rest.
        #[serde(flatten)]
        pub rest: Extra,
    }
}

fn columns(columns: &[declarest::__private::ColumnDef]) -> Vec<&'static str> {
    columns.iter().map(|column| column.name).collect()
}

fn main() {
    use declarest::__private::{Deserialize as _, serde};
    use declarest::Resource as _;

    let client = tracker::Client::builder().build().expect("nothing is missing");
    let _ = (client.issues().stream(), client.file("r").stream(), client.derived().stream());
    let _ = client.kept().stream();

    let def = tracker::Issue::DEF;
    assert_eq!(columns(def.columns), ["key", "extra"]);
    let tables: Vec<_> = def.child_tables.iter().map(|table| (table.name, columns(table.columns))).collect();
    assert_eq!(
        tables,
        [
            ("issues__data_flows", vec!["start_line", "lines", "mark", "name", "order_", "lasts"]),
            ("issues__labels", vec!["value"]),
            ("issues__marks", vec!["value"]),
        ]
    );
    assert!(def.fields.is_none());

    let conditional = tracker::Conditional::DEF;
    assert_eq!(conditional.child_tables.len(), 1);
    assert_eq!(conditional.fields, Some(&["id", "present"][..]));
    let row = tracker::Conditional { id: 1, present: vec![2, 3] };
    assert_eq!(row.present.len(), 2);

    let name = serde::de::value::StrDeserializer::<serde::de::value::Error>::new("declarest");
    assert_eq!(tracker::Repository::deserialize(name), Ok(tracker::Repository("declarest".to_owned())));
    assert_eq!(columns(tracker::Repository::DEF.columns), ["value"]);
    assert_eq!(columns(tracker::File::DEF.columns), ["path"]);
    assert_eq!(tracker::Derived::DEF.fields, Some(&["firstName", "surname", "last_name"][..]));
}
