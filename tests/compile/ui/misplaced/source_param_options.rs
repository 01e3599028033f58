#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: Vec<String> (style = csv), region: String (openapi = none)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/{region}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant(["t"]).region("x").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
