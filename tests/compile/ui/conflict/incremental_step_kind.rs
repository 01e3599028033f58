#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(
            cursor = at,
            start_param = "from", end_param = "to", step = 30, initial_value = "2024-01-01",
        ),
    )]
    pub struct Issue {
        pub key: String,
        pub at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
