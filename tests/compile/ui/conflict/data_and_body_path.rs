#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        method = POST,
        data = { "q": "a" },
        paginator = page_number(page_body_path = "paging.page"),
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
