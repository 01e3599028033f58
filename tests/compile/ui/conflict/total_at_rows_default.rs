#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = page_number(total_path = "items")))]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        data_selector = "items",
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
