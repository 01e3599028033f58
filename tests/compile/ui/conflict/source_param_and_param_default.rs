#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String),
    resource_defaults(paginator = single_page, params(tenant = "x")),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant("t").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
