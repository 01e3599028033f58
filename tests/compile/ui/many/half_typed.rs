#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(paginator = single_page),
    ti,
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", data_selector = "issues", pa)]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().user_token("t").build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
