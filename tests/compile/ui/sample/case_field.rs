#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "snake_case", paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues")]
    pub struct Issue {
        pub key: String,
        /// A row may lack it: so all would.
        pub text_range: Option<TextRange>,
        pub creation_date: String,
    }

    #[nested]
    pub struct TextRange {
        pub start_line: u32,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
