#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        method = POST,
        paginator = cursor(cursor_path = "data[-1].id", cursor_body_path = "after[-1]"),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
