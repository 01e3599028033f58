#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", paginator = cursor(cursor_path = "next", missing_flag = end))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
