#[declarest::source(
    base_url = "https://api.example.com/",
    params(region: String = "eu"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues", filter = super::keep)]
    pub struct Issue {
        pub key: String,
    }
}

fn keep(issue: demo::Issue) -> bool {
    !issue.key.is_empty()
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
