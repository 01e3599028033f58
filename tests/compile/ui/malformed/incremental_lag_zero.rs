#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = number, start_param = "since", lag = 0),
        primary_key = key,
        write_disposition = merge,
    )]
    pub struct Issue {
        pub key: String,
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
