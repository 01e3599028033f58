#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/{worst}/issues", params(worst: Severity, severity: Option<Severity>))]
    pub struct Issue {
        pub key: String,
        pub severity: Severity,
    }

    #[nested]
    pub enum Severity {
        Blocker,
        #[serde(rename = "Blocker")]
        Worst,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues(demo::Severity::Worst).severity(demo::Severity::Blocker).stream();
    let _ = |issue: demo::Issue| issue.key;
}
