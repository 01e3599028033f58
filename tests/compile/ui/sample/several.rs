#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "camelCase"))]
pub mod demo {
    /// What one of the samples refutes; the cursor is on one of them.
    #[resource(
        name = issues,
        path = "/v1/issues",
        sample = ["ui/sample/issues.json", "ui/sample/issues_2.json"],
        data_selector = "issues",
        paginator = cursor(cursor_path = "paging.cursor"),
    )]
    pub struct Issue {
        pub key: String,
        pub rule: String,
        pub due: String,
    }

    /// On none of them.
    #[resource(
        name = found,
        path = "/v1/found",
        sample = ["ui/sample/issues.json", "ui/sample/issues_2.json"],
        data_selector = "issues",
        paginator = cursor(cursor_path = "paging.after"),
    )]
    pub struct Found {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.found().stream());
    let _ = |issue: demo::Issue| issue.key;
}
