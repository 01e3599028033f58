#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "$.issues[0:2]")]
    pub struct Issue {
        pub key: String,
        /// With a variant for unknown names.
        pub severity: Severity,
    }

    #[nested]
    pub enum Severity {
        Major,
        Blocker,
        #[other]
        Other(String),
    }

    #[resource(name = listed, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "$.issues[0:2]")]
    pub struct Listed {
        pub key: String,
        pub severity: OnlyThese,
    }

    #[nested(rename_all = "snake_case")]
    pub enum OnlyThese {
        Major,
        Blocker,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.listed().stream());
    let _ = |issue: demo::Issue| issue.key;
}
