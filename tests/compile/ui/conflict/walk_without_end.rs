#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        paginator = page_number(limit_param = "ps", limit = 100, stop_after_empty_page = false),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
