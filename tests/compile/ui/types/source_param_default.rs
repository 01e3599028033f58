#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: u32 = "acme", flag: bool = 1, size: u8 = 300, name: String = 5, ratio: f64 = true),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/{flag}/{size}/{name}/{ratio}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant(5).flag(true).build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
