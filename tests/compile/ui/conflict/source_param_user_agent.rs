#[declarest::source(
    base_url = "https://api.example.com",
    params(user_agent: String),
    headers("User-Agent" = "{user_agent}"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().user_agent("ann@example.com").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
