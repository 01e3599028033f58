#[declarest::source(
    base_url = "https://api.example.com",
    params(page_size: String),
    resource_defaults(paginator = offset(limit = page_size)),
)]
pub mod demo {
    #[resource(name = issues, path = "/a")]
    pub struct Issue {
        pub id: u64,
    }

    #[resource(name = rules, path = "/b")]
    pub struct Rule {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
