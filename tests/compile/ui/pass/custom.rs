//! Credentials that are got first, and types of the user's in place of what the language has.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

use declarest::Resource;
use declarest::auth::{AuthFuture, AuthRequest, CustomAuth};
use declarest::paginate::{CustomPage, CustomPaginator, NextPage};

/// Tokens for all, and a way of its own for some.
#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = oauth2_client_credentials(
        access_token_url = "https://login.example.com/oauth/token",
        client_id = "app",
        client_secret = secret(app_secret),
        scopes = ["read", "https://api.example.com/.default"],
        access_token_request_data("audience" = "https://api.example.com"),
        client_auth = header,
        default_token_expiration = "1h",
    ),
)]
pub mod api {
    /// As the source says.
    #[resource(path = "/notes", paginator = custom(super::Pages))]
    pub struct Note {
        /// Its number.
        pub id: u64,
    }

    /// With another client, which is itself a secret.
    #[resource(
        path = "/audits",
        auth = oauth2_client_credentials(
            access_token_url = "/token",
            client_id = secret(audit_id),
            client_secret = secret(audit_secret),
            client_auth = body,
            request_format = json,
            token_path = "data.access_token",
            expires_in_path = "data.expires_in",
        ),
        body_prefix = ")]}'",
        missing_rows = null,
        response_actions(403 = renew, 202 = retry, (204, "") = ignore, 206 = fail),
    )]
    pub struct Audit {
        /// Its number.
        pub id: u64,
    }

    /// Signed.
    #[resource(
        path = "/payments",
        auth = custom(Signed, secret(signing_key), secret(key_id)),
        paginator = custom(crate::Generic<u8>),
    )]
    pub struct Payment {
        /// Its number.
        pub id: u64,
    }

    #[derive(Default)]
    struct Signed;

    impl super::CustomAuth for Signed {
        fn authorize<'a>(&'a self, _: &'a mut super::AuthRequest<'_>) -> super::AuthFuture<'a> {
            Box::pin(async { Ok(()) })
        }
    }
}

/// Pages in a way of their own.
#[derive(Debug, Default)]
pub struct Pages;

impl CustomPaginator for Pages {
    fn next(
        &mut self,
        _: &CustomPage<'_>,
    ) -> Result<Option<NextPage>, Box<dyn std::error::Error + Send + Sync + 'static>> {
        Ok(None)
    }
}

/// The same, for many.
#[derive(Debug, Default)]
pub struct Generic<T>(T);

impl<T: Default + Send + 'static> CustomPaginator for Generic<T> {
    fn next(
        &mut self,
        _: &CustomPage<'_>,
    ) -> Result<Option<NextPage>, Box<dyn std::error::Error + Send + Sync + 'static>> {
        Ok(None)
    }
}

/// Uses all of it.
///
/// # Errors
///
/// Always, there being no such API.
pub async fn read() -> declarest::Result<usize> {
    let client = api::Client::builder()
        .access_token_url("http://127.0.0.1:9000/token")
        .app_secret("s")
        .audit_id("i")
        .audit_secret("s")
        .signing_key("k")
        .key_id("1")
        .build()?;
    Ok(client.note().await?.len() + client.audit().await?.len() + client.payment().await?.len())
}

fn main() {
    let shown = format!("{:?}", <api::Audit as Resource>::DEF.auth);
    assert!(shown.contains("access_token_url: \"/token\""), "{shown}");
    assert!(shown.contains("name: \"audit_id\""), "{shown}");
    let shown = format!("{:?}", <api::Payment as Resource>::DEF.auth);
    assert!(shown.contains("\"Signed\"") && shown.contains("[\"signing_key\", \"key_id\"]"), "{shown}");
}
