#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", body_prefix = " ")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = rules, path = "/v1/rules", body_prefix = "[")]
    pub struct Rule {
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users", body_prefix = b")]}'")]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.rules().stream(), client.users().stream());
    let _ = |issue: demo::Issue, rule: demo::Rule, user: demo::User| (issue.key, rule.key, user.key);
}
