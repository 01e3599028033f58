#[declarest::source(
    base_url = "https://api.example.com",
    params(since: declarest::jiff::Timestamp = "yesterday", day: declarest::jiff::civil::Date = "2024-02-30"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{since}/{day}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
