#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues",
        incremental(cursor = created_at, start_param = "since", format = "epoch_seconds"),
    )]
    pub struct Issue {
        pub key: String,
        pub created_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
