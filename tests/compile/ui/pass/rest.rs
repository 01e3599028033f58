//! Fields that are written over those of a sample or an OpenAPI file, without a warning.
#![deny(warnings, missing_docs, clippy::pedantic)]

/// An API.
#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(token)),
    openapi = "ui/openapi/shop.json",
    resource_defaults(rename_all = "camelCase", paginator = single_page),
)]
pub mod demo {
    /// The rest comes from samples.
    #[resource(
        name = issues, path = "/v1/issues", openapi = none,
        sample = ["ui/sample/issues.json", "ui/sample/issues_2.json"],
        data_selector = "issues", primary_key = key, write_disposition = merge, fields = rest,
    )]
    #[derive(PartialEq)]
    pub struct Issue {
        /// Another type, and none that the sample gives.
        pub severity: Severity,
        /// The sample's type, but not stored.
        #[column(skip)]
        pub flows: _,
        /// Another name.
        #[column(name = "written")]
        pub creation_date: _,
        /// Under a key that names of fields do not give.
        #[serde(rename = "rule")]
        pub by: Option<String>,
        /// A time, where the sample has text.
        pub due: Option<declarest::jiff::civil::DateTime>,
    }

    /// How bad it is.
    #[nested(rename_all = "UPPERCASE")]
    #[derive(Debug, Clone, PartialEq)]
    pub enum Severity {
        /// Bad.
        Major,
        /// Any other.
        #[other]
        Other(String),
    }

    /// The rest comes from the file.
    #[resource(name = orders, path = "/orders", data_selector = "orders", primary_key = id, fields = rest)]
    pub struct Order {
        /// A key that is smaller.
        pub id: u32,
        /// Never null, other than the file says.
        #[column(openapi = none)]
        pub note: String,
    }

    /// All fields are written, after all.
    #[resource(name = tags, path = "/orders", fields = rest, sample = "ui/sample/tags.ndjson", openapi = none)]
    pub struct Tag {
        /// The only one.
        pub name: String,
    }
}

fn main() {
    let client = demo::Client::builder().token("t").build().expect("a client");
    let _ = (client.issues().stream(), client.orders().stream(), client.tags().stream());
    let _ = |issue: demo::Issue| -> (Option<i64>, declarest::jiff::Timestamp, usize, Option<String>) {
        (issue.line, issue.creation_date, issue.flows[0].locations.len(), issue.by)
    };
    let _ = |order: demo::Order| -> (u32, String, f64) { (order.id, order.note, order.total) };
}
