//! What the tests of settings declare.

use declarest_tests::{Listing, Server};

pub const TOKEN: &str = "t0k3n-of-the-api";

/// Lists behind a bearer.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(settings_token)),
    headers("User-Agent" = "declared/1", "X-Declared" = "declared", "X-Both" = "declared"),
    retry(max_retries = 1, backoff_factor = 0.001, statuses = [503]),
    concurrency = 2,
    resource_defaults(data_selector = "items"),
)]
pub mod lists {
    #[resource(
        name = items, path = "/items", primary_key = key,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "paging.total"),
    )]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
        pub line: u64,
    }

    #[resource(name = linked, path = "/linked", paginator = json_link(next_url_path = "next"))]
    #[derive(Debug)]
    pub struct Linked {
        pub key: String,
    }

    #[resource(
        name = own, path = "/items", paginator = single_page, headers("X-Both" = "the resource's"), timeout = "30s",
        retry(max_retries = 3, backoff_factor = 0.001, statuses = [503]),
    )]
    #[derive(Debug)]
    pub struct Own {
        pub key: String,
    }

    #[resource(
        name = keyed, path = "/linked", paginator = json_link(next_url_path = "next"),
        auth = api_key(name = "X-Api-Key", api_key = secret(settings_token), location = header),
    )]
    #[derive(Debug)]
    pub struct Keyed {
        pub key: String,
    }

    #[resource(
        name = queried, path = "/linked", paginator = json_link(next_url_path = "next"),
        auth = api_key(name = "key", api_key = secret(settings_token), location = query),
    )]
    #[derive(Debug)]
    pub struct Queried {
        pub key: String,
    }
}

/// A list behind tokens that the client gets for itself.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_client_credentials(access_token_url = "/token", client_id = "id", client_secret = secret(settings_secret)),
    retry(max_retries = 1, backoff_factor = 0.001),
    resource_defaults(data_selector = "items", paginator = single_page),
)]
pub mod tokens {
    #[resource(name = items, path = "/items")]
    #[derive(Debug)]
    pub struct Item {
        pub key: String,
    }
}

/// A builder for a server.
pub fn at(base_url: impl Into<String>) -> lists::ClientBuilder {
    lists::Client::builder().base_url(base_url).settings_token(TOKEN)
}

/// A server with so many rows.
pub fn rows(count: u64) -> Server {
    Server::start(move |request| Listing::of(count).reply(request))
}
