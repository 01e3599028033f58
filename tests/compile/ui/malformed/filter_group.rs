#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues", params(line: Option<u32> (filters(line))))]
    pub struct Issue {
        pub key: String,
        pub line: u32,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().line(3_u32).stream();
    let _ = |issue: demo::Issue| issue.key;
}
