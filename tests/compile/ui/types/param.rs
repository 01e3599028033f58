#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", params(host: Option<std::net::IpAddr>))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().host(std::net::IpAddr::from([127, 0, 0, 1])).stream();
    let _ = |issue: demo::Issue| issue.key;
}
