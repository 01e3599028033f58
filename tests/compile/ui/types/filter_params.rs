#[declarest::source(
    base_url = "https://api.example.com/",
    params(region: String = "eu"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues", filter = keep)]
    pub struct Issue {
        pub key: String,
    }

    fn keep(issue: &Issue, region: &str) -> bool {
        issue.key == region
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
