#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        yield_map = split,
    )]
    pub struct Issue {
        pub key: String,
    }

    fn split(issue: &Issue) -> Vec<Issue> {
        drop(issue.key.clone());
        Vec::new()
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
