#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        yield_map = splti,
    )]
    pub struct Issue {
        pub key: String,
    }

    fn split(issue: Issue) -> Vec<Issue> {
        vec![issue]
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
