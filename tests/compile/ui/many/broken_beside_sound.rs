#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", data_selector = "issues[")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = rules, path = "/v1/rules")]
    pub struct Rule {
        pub key: String,
        pub name: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = client.rules().stream();
    let _ = |issue: demo::Issue, rule: demo::Rule| (issue.key, rule.name);
    let mut db = declarest::Sqlite::open("demo.db").unwrap();
    let _ = client.sync(&mut db);
}
