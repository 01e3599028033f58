#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues", params(tag: Option<String> (filters tags)))]
    pub struct Issue {
        pub key: String,
        #[column(json)]
        pub tags: Vec<String>,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().tag("a").stream();
    let _ = |issue: demo::Issue| issue.key;
}
