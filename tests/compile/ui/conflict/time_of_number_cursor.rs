#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        params(since = "{incremental.start_value:%F}"),
        incremental(cursor = number, initial_value = 5),
    )]
    pub struct Issue {
        pub key: String,
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
