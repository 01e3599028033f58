#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: super::Tenant),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/issues")]
    pub struct Issue {
        pub key: String,
    }
}

struct Tenant;

fn main() {
    let client = demo::Client::builder().tenant(Tenant).build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
