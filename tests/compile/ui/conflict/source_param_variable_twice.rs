#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String (env = "TENANT") = "acme" (env = "T"), region: String = "eu" (env = "TENANT", env = "REGION")),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/{region}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant("t").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
