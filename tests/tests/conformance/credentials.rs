//! Credentials. Where dlt has `"type": "bearer"` by default, a declaration says it; a secret is given to the client.

use declarest::ErrorKind;

use crate::case::{Case, reads};

/// Every resource with a credential of its own.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(token)),
    resource_defaults(data_selector = "data", paginator = single_page),
)]
mod api {
    #[resource(name = au_b1, path = "/p")]
    pub struct AuB1 {
        pub id: i64,
    }

    #[resource(name = au_b3, path = "/p", auth = api_key(name = "x-api-key", api_key = secret(api_key)))]
    pub struct AuB3 {
        pub id: i64,
    }

    #[resource(
        name = au_b5, path = "/posts", paginator = json_link(next_url_path = "next_page"),
        auth = oauth2_client_credentials(
            access_token_url = "/oauth/token", client_id = "i", client_secret = secret(client_secret),
        ),
    )]
    pub struct AuB5 {
        pub id: i64,
    }

    #[resource(name = au_b7, path = "/p", auth = http_basic(username = "U", password = secret(password)))]
    pub struct AuB7 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    let builder = api::Client::builder().base_url(case.base_url());
    let builder = builder.token("test-token").api_key("test-api-key").client_secret("s").password("P");
    builder.build().expect("nothing is missing")
}

reads! {
    "au-b1" as au_b1,
    "au-b3" as au_b3,
    "au-b5" as au_b5,
    "au-b7" as au_b7,
}

#[tokio::test]
pub(crate) async fn au_b9() {
    let case = Case::serve("au-b9");
    let builder = api::Client::builder().token("sensitive-secret").api_key("k").password("p");
    assert!(!format!("{builder:?}").contains("sensitive"));
    let error = case.failed(builder.base_url("ftp://127.0.0.1").build());
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error:?}").contains("sensitive"));
}
