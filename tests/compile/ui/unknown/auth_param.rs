#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String, email: String),
    auth = oauth2_password(
        access_token_url = "https://{tennant}.example.com/token",
        client_id = clientid,
        username = "{mail}/token",
        password = secret(password),
        scopes = ["read", "{scope}"],
        access_token_request_data("audience" = "{tenant}-{aud}", "email" = email),
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
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
