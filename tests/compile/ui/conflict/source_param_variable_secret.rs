#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(acme_token)),
    params(tenant: String (env = "ACME_TOKEN")),
    resource_defaults(paginator = single_page),
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
