#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        method = POST,
        paginator = cursor(cursor_path = "next", limit_param = "n", limit_body_path = "n", limit = 10),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
