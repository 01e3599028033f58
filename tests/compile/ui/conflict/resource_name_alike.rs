#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issue_1, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = issue1, path = "/v1/findings")]
    pub struct Finding {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issue_1().stream();
    let _ = |issue: demo::Issue| issue.key;
}
