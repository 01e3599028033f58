#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "camelCase", paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues",
        primary_key = line,
    )]
    pub struct Issue;

    #[resource(
        name = newest, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues",
        incremental(cursor = line, start_param = "from"),
    )]
    pub struct Newest;
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.newest().stream());
    let _ = |issue: demo::Issue| issue.key;
}
