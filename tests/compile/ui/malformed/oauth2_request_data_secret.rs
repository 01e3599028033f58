#[declarest::source(
    base_url = "https://api.example.com",
    auth = oauth2_client_credentials(
        access_token_url = "https://login.example.com/token",
        client_id = "app",
        client_secret = secret(key),
        access_token_request_data("client_secret" = "s3cr3t"),
    ),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().access_token_url("https://login.example.com").key("k").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
