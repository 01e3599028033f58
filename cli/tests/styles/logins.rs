/// The API of logins.
#[declarest::source(
    base_url = "https://api.prices.example/v1",
    params(
        units: Vec<String>,
        user: Option<String>,
    ),
    auth = one_of(
        bearer(token = secret(token)),
        session_token(
            path = "/login",
            json = { "user": user, "password": secret(password) },
            token_path = "session.id",
            header = "X-Session",
            expires_in = "30m",
        ),
    ),
)]
pub mod logins {
    /// A row of `prices`.
    #[resource(
        name = prices,
        path = "/zones/{zone}/prices",
        headers("X-Client" = secret(client_key)),
        params(unit_sent as "unit" = "{unit}"),
        data_selector = "$['prices'][*]",
        missing_rows = empty,
        paginator = single_page,
        primary_key = (_zone, hour),
        partition_by(zone in ["DE", "FR"], unit in units),
        include_partition(zone),
    )]
    #[derive(Debug, Clone)]
    pub struct Price {
        pub hour: i64,
        pub price: Option<f64>,
    }
}
