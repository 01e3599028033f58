#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page, fields = rest))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    /// All of its fields are written.
    #[resource(name = rules, path = "/v1/rules", fields = written)]
    pub struct Rule {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.rules().stream());
    let _ = |issue: demo::Issue, rule: demo::Rule| (issue.key, rule.key);
}
