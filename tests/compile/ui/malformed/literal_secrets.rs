#[declarest::source(
    base_url = "https://api.example.com",
    headers("X-Api-Key" = "abc123", "X-Forwarded" = "Bearer abc123"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", params(api_key = "sk_123", k as "access_token" = "abc", token = "*"),
    )]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = found, path = "/v1/found", method = POST, json = { "auth": { "password": "hunter2" }, "token": null })]
    pub struct Found {
        pub key: String,
    }

    #[resource(name = read, path = "/v1/read", method = POST, data = "user=me&client_secret=abc123")]
    pub struct Read {
        pub key: String,
    }

    #[resource(name = asked, path = "/v1/asked?api_key=abc123")]
    pub struct Asked {
        pub key: String,
    }

    #[resource(
        name = granted, path = "/v1/granted",
        auth = oauth2_client_credentials(
            access_token_url = "https://login.example.com/token?api_key=abc123", client_id = "app",
            client_secret = secret(app), access_token_request_data("password" = "hunter2"),
        ),
    )]
    pub struct Granted {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().app("s").build().unwrap();
    let _ = client.issues().stream();
}
