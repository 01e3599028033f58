#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = number, start_param = "since", missing_cursor = skip),
    )]
    pub struct Issue {
        pub number: Option<u64>,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.number;
}
