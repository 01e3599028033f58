#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues",
        response_actions("404" = ignore, "4xx" = fail, "503 Service Unavailable" = retry, "404 of these" = ignore),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
