#[declarest::source(
    base_url = "https://api.example.com",
    auth = http_basic(username = "user-{now:%F}", password = secret(password)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
