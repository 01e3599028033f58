#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues",
        rename_all = "camel",
    )]
    pub struct Issue {
        pub key: String,
        pub creation_date: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
