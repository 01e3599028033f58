#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(rename_all = "camelCase", paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        data_selector = "issues",
        sample = "ui/sample/issues.json",
        primary_key = rule,
        paginator = page_number(total_path = "total", has_more_path = "paging.next"),
    )]
    pub struct Issue {
        pub key: u64,
        pub rule: String,
        pub severity: Severity,
        pub line: u8,
        pub creation_dat: String,
        pub text_range: TextRange,
        pub open: String,
    }

    #[nested(rename_all = "UPPERCASE")]
    pub enum Severity {
        Blocker,
        Minor,
    }

    #[nested]
    pub struct TextRange {
        pub start_line: u8,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| (issue.key, issue.text_range.start_line);
}
