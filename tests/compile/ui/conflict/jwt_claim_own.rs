#[declarest::source(
    base_url = "https://api.example.com",
    auth = oauth2_jwt_bearer(
        access_token_url = "https://login.example.com/token", issuer = "me",
        private_key = secret(key), claims("sub" = "you", "iat" = "0", "tenant" = "x", "tenant" = "y"),
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
    let client = demo::Client::builder().key("x").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
