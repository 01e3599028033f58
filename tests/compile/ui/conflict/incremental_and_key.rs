#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = updated_at, start_param = "since"),
        auth = api_key(name = "since", api_key = secret(token), location = query),
    )]
    pub struct Issue {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().token("t").build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
