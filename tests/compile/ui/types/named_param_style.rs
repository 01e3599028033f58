#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String, ids: Vec<u64>),
    headers("X-Tenant" = "{tenant}", "X-Ids" = "{ids}"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues", params(tenant = tenant (style = csv), ids = ids (style = csv)))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant("t").ids([1]).build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
