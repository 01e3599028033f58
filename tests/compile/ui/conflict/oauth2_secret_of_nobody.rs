#[declarest::source(
    base_url = "https://api.example.com",
    auth = oauth2_password(
        access_token_url = "https://login.example.com/token", username = "me",
        password = secret(key), client_secret = secret(other),
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
    let client = demo::Client::builder().key("x").other("x").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
