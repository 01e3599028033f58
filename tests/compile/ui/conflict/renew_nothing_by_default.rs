#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, response_actions(403 = renew)),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = rules, path = "/v1/rules")]
    pub struct Rule {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = client.rules().stream();
    let _ = |issue: demo::Issue, rule: demo::Rule| (issue.key, rule.key);
}
