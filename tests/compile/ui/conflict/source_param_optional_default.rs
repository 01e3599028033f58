#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: Option<String> = "acme"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues", headers("X-Tenant" = "{tenant}"))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant("t").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
