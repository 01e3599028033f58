#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: Option<String>, email: Option<String>, app: Option<String>, realms: Vec<String>),
    auth = oauth2_password(
        access_token_url = "https://login.example.com/{tenant}/token?tenant={tenant}",
        client_id = app,
        username = "{email}/token",
        password = secret(password),
        scopes = ["{realms}", "{tenant}"],
        access_token_request_data("realm" = tenant),
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
        auth = session_token(path = "/{realms}/login", json = { "tenant": "{tenant}" }, token_path = "token"),
    )]
    pub struct User {
        pub key: String,
    }

    #[resource(name = keys, path = "/v1/keys", auth = http_basic(username = realms, password = secret(password)))]
    pub struct Key {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().password("p").build().unwrap();
    let _ = (client.issues().stream(), client.users().stream(), client.keys().stream());
    let _ = |issue: demo::Issue, user: demo::User, key: demo::Key| (issue.key, user.key, key.key);
}
