#[declarest::source(
    base_url = "https://{subdomian}.example.com/{tenant}",
    params(subdomain: String, tenant: String),
    trust = ["https://{other}.example.net"],
    headers("X-Subdomain" = "{subdomain}"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().subdomain("t").tenant("x").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
