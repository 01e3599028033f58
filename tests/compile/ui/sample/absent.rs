#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "camelCase", paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        sample = "ui/sample/issues.json",
        data_selector = "issues",
    )]
    pub struct Issue {
        pub key: String,
        pub text_range: declarest::Json,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
