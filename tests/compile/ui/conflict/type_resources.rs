#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    pub struct Resources;
}

fn main() {
    let _ = |issue: demo::Issue, _: demo::Resources| issue.key;
}
