#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String (env = "ACME-TENANT"), region: String = "eu" (env = REGION), kind: u32 (env = ""), cell: u32 (environment = "CELL")),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/{region}/{kind}/{cell}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant("t").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
