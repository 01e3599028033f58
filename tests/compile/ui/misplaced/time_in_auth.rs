#[declarest::source(
    base_url = "https://api.example.com",
    auth = oauth2_client_credentials(
        access_token_url = "https://api.example.com/token",
        client_id = "client-{now:%F}",
        client_secret = secret(client_secret),
    ),
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
