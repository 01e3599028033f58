#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues", params(severity: Option<String> (inexact)))]
    pub struct Issue {
        pub key: String,
        pub line: u32,
        pub severity: Option<String>,
        pub created_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().severity("BLOCKER").stream();
    let _ = |issue: demo::Issue| issue.key;
}
