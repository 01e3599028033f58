#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String),
    auth = oauth2_client_credentials(
        access_token_url = "https://login.example{tenant}/token",
        client_id = "{tenant",
        client_secret = secret(key),
        scopes = ["{resources.issues.key}"],
        access_token_request_data("claims" = "{\"id_token\": null}"),
    ),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(
        name = users, path = "/v1/users",
        auth = session_token(url = "{tenant}.example.com/login", token_path = "token"),
    )]
    pub struct User {
        pub key: String,
    }

    #[resource(
        name = keys, path = "/v1/keys",
        auth = oauth2_client_credentials(
            access_token_url = "/{resources.issues.key}/token", client_id = "app", client_secret = secret(key),
        ),
    )]
    pub struct Key {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().key("p").build().unwrap();
    let _ = (client.issues().stream(), client.users().stream(), client.keys().stream());
    let _ = |issue: demo::Issue, user: demo::User, key: demo::Key| (issue.key, user.key, key.key);
}
