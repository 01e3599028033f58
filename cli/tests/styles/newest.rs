/// The API of newest.
#[declarest::source(
    // For the other environment: `.base_url("https://sandbox.calls.example")` of the builder.
    base_url = "https://api.calls.example",
    params(
        start_date: Timestamp,
        accounts: Vec<String>,
        stats_from: Date = "{now-30d}",
    ),
    auth = oauth2_refresh_token(
        access_token_url = "https://login.calls.example/token",
        client_id = secret(client_id),
        client_secret = secret(client_secret),
        refresh_token = secret(refresh_token),
        rotating = true,
    ),
    resource_defaults(missing_rows = empty),
)]
pub mod newest {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    /// A row of `calls`.
    #[resource(
        name = calls,
        path = "/v1/calls",
        params(sort = "updated_at"),
        data_selector = "result.calls",
        paginator = offset(send_first = false, limit = 200, stop_after_short_page = true),
        incremental(
            cursor = updated_at,
            start_param = "updated_since",
            end_param = "updated_until",
            initial_value = start_date,
            end_inclusive = true,
            end_value = now,
            step = "30d",
            lag = "1h",
        ),
        primary_key = id,
    )]
    #[derive(Debug, Clone)]
    pub struct Call {
        pub id: i64,
        pub updated_at: Timestamp,
    }

    /// A row of `daily-stats`.
    #[resource(
        name = daily_stats,
        path = "/v1/stats",
        method = POST,
        json = { "range": "{incremental.start_value}..{incremental.end_value}", "accounts": accounts, "limit": 100 },
        data_selector = "rows",
        paginator = single_page,
        incremental(cursor = day, initial_value = stats_from, end_inclusive = true, end_value = now),
        auth = none,
    )]
    #[derive(Debug, Clone)]
    pub struct DailyStat {
        pub day: Date,
        pub calls: Option<i64>,
    }
}
