/// Meters and what they read.
#[declarest::source(
    base_url = "https://{region}.meters.example",
    params(
        sites: Vec<String>,
        region: String = "eu",
        name: String,
    ),
    auth = one_of(
        api_key(name = "Authorization", api_key = secret(token, prefix = "Meter ")),
        http_basic(username = "{name}/token", password = secret(password)),
    ),
)]
pub mod meters {
    /// A row of `meters`.
    #[resource(
        name = meters,
        path = "/v1/meters",
        params(site_sent as "site" = "{site}"),
        data_selector = "meters",
        missing_rows = empty,
        paginator = header_cursor(cursor_key = "X-Continue", cursor_param = "continue"),
        primary_key = (_site, number),
        partition_by(site in sites),
        filter = meters_kept,
        include_partition(site),
    )]
    #[derive(Debug, Clone)]
    pub struct Meter {
        pub number: i64,
        pub retired: Option<bool>,
        pub last: Option<f64>,
    }

    /// Whether a row is kept: `{{ record.retired != true }}`.
    pub fn meters_kept(row: &Meter) -> bool {
        row.retired.as_ref().is_none_or(|value| !*value)
    }
}
