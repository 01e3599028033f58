#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = updated_at, end_param = "until"),
        result_window = 10_000,
        paginator = page_number(limit_param = "ps", limit = 100, total_path = "total"),
    )]
    pub struct Issue {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
