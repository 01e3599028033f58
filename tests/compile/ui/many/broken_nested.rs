#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub severity: Severity,
        pub range: Option<Range>,
        pub names: Names<'static, 2>,
    }

    #[nested(rename_all = "camel")]
    pub enum Severity {
        Blocker,
    }

    #[nested(color)]
    pub struct Range {
        pub start: u32,
    }

    #[nested]
    pub struct Names<'a, const N: usize> {
        pub names: &'a str,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
