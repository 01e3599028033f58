#[declarest::source(
    "base_url": "https://api.example.com",
    concurrency: 3,
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", primary_key = ["team", "key"], selected = False)]
    pub struct Issue {
        pub team: String,
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
