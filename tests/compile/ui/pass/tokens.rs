//! Every kind of credentials that the client gets first, or chooses.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

use declarest::auth::FileTokenStore;

/// A choice, and what single resources have.
#[declarest::source(
    base_url = "https://api.example.com",
    params(user: String, tenant: Option<String>),
    auth = one_of(
        oauth2_refresh_token(
            access_token_url = "/token", client_id = secret(client), client_secret = secret(client_secret),
            client_auth = header, refresh_token = secret(refresh), refresh_token_path = "tokens.refresh",
            token_path = "tokens.access",
        ),
        bearer(token = secret(token)),
    ),
)]
pub mod api {
    /// As the source says.
    #[resource(path = "/notes")]
    pub struct Note {
        /// Its number.
        pub id: u64,
    }

    /// Refresh tokens that change.
    #[resource(
        path = "/changes",
        auth = oauth2_refresh_token(
            access_token_url = "/token", client_id = "public", refresh_token = secret(refresh), rotating = true,
        ),
    )]
    pub struct Change {
        /// Its number.
        pub id: u64,
    }

    /// A user's password.
    #[resource(
        path = "/users",
        auth = oauth2_password(
            access_token_url = "/token", username = secret(name), password = secret(password, suffix = "/x"),
        ),
    )]
    pub struct User {
        /// Its number.
        pub id: u64,
    }

    /// A service account.
    #[resource(
        path = "/files",
        auth = oauth2_jwt_bearer(
            access_token_url = "https://login.example.com/token", issuer = "robot@example.com",
            subject = secret(subject), audience = "https://login.example.com/", private_key = secret(key),
            key_id = "k1", algorithm = ES256, scopes = ["read"], claims("tenant" = "x"), lifetime = "10m",
        ),
    )]
    pub struct File {
        /// Its number.
        pub id: u64,
    }

    /// A login.
    #[resource(
        path = "/orders",
        auth = session_token(
            path = "/login", json = { "user": "{user}", "tenant": tenant, "deep": [{ "password": secret(password) }] },
            headers("X-Key" = secret(token, prefix = "key "), "X-User" = "{user}"),
            token_path = "session.token", header = "X-Session", prefix = "Token ", expires_in_path = "session.ttl",
            expires_in = "1h",
        ),
        response_actions(403 = renew),
    )]
    pub struct Order {
        /// Its number.
        pub id: u64,
    }

    /// A login elsewhere.
    #[resource(
        path = "/carts",
        auth = session_token(
            url = "https://login.example.com/session?long=yes", method = GET, token_path = "token", param = "session",
            auth = api_key(name = "key", api_key = secret(token), location = query),
        ),
    )]
    pub struct Cart {
        /// Its number.
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let store = FileTokenStore::new("tokens.json");
    let builder =
        api::Client::builder().user("me").refresh("r").name("me").password("p").subject("s").key("k").token("t");
    let client = builder.token_store(store).build()?;
    let _ = (client.note(), client.change(), client.user(), client.file(), client.order(), client.cart());
    Ok(())
}
