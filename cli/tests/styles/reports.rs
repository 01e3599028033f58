/// Numbers of an ad service, by country.
#[declarest::source(
    base_url = "https://ads.example/api",
    params(
        account: String,
    ),
    auth = oauth2_refresh_token(
        access_token_url = "https://ads.example/oauth/token",
        client_id = secret(client_id),
        client_secret = secret(client_secret),
        refresh_token = secret(refresh_token),
    ),
)]
pub mod reports {
    /// A row of `campaigns`.
    #[resource(
        name = campaigns,
        path = "/campaigns",
        method = POST,
        data = { "country": "{country}", "account": account },
        data_selector = "campaigns",
        missing_rows = empty,
        paginator = page_number(page_body_path = "page", limit_param = none, limit = 2, stop_after_short_page = true),
        primary_key = (_country, id),
        partition_by(country in ["de", "fr", "jp"]),
        include_partition(country),
    )]
    #[derive(Debug, Clone)]
    pub struct Campaign {
        pub id: i64,
        pub name: Option<String>,
    }
}
