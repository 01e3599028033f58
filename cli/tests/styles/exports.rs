/// Exports of an event store, as lines and as a table.
#[declarest::source(
    base_url = "https://export.events.example/v1",
    params(
        account: String,
        start_date: Date,
        end_date: Date,
    ),
    auth = http_basic(username = "{account}", password = secret(key)),
    resource_defaults(paginator = single_page, data_selector = "$", missing_rows = empty),
)]
pub mod exports {
    use declarest::jiff::civil::Date;

    /// A row of `events`.
    #[resource(
        name = events,
        path = "/events",
        format = json_lines,
        incremental(
            cursor = day,
            start_param = "from",
            end_param = "to",
            initial_value = start_date,
            end_inclusive = true,
            end_value = end_date,
            range_end = closed,
            step = "1d",
        ),
        primary_key = id,
    )]
    #[derive(Debug, Clone)]
    pub struct Event {
        pub id: i64,
        pub day: Date,
        pub kind: Option<String>,
    }

    /// A row of `devices`.
    #[resource(name = devices, path = "/devices.csv", format = csv(delimiter = ";"), primary_key = serial)]
    #[derive(Debug, Clone)]
    pub struct Device {
        pub serial: String,
        pub model: Option<String>,
        pub seats: Option<i64>,
    }
}
