#[declarest::source(
    base_url = "https://api.example.com/",
    params(region: String = "eu"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues", map = super::change)]
    pub struct Issue {
        pub key: String,
    }
}

fn change(issue: demo::Issue, params: &demo::Params) -> String {
    issue.key + &params.region
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
