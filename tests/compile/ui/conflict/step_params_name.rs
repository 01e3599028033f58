#[declarest::source(
    base_url = "https://api.example.com/",
    params(region: String = "eu"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues", map = change)]
    pub struct Issue {
        pub key: String,
    }

    pub struct Params {
        pub limit: u32,
    }

    fn change(issue: Issue, params: &Params) -> Issue {
        let _ = params.limit;
        issue
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
