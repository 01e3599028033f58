#[declarest::source(
    base_url = "https://api.example.com",
    params(ids: Vec<u64> = 5, name: String = ["a", "b"], tags: Vec<String> = ["a", 5]),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{ids}/{name}/{tags}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().name("x").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
