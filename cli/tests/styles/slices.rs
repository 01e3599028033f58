/// Messages of channels, in ranges of days.
#[declarest::source(
    base_url = "https://api.channels.example",
    params(
        start_date: Timestamp,
        end_date: Timestamp,
    ),
    auth = bearer(token = secret(token)),
    resource_defaults(missing_rows = empty),
)]
pub mod slices {
    use declarest::jiff::Timestamp;

    /// A row of `channels`.
    #[resource(
        name = channels,
        path = "/channels",
        data_selector = "channels",
        paginator = single_page,
        primary_key = id,
    )]
    #[derive(Debug, Clone)]
    pub struct Channel {
        pub id: String,
    }

    /// A row of `messages`.
    #[resource(
        name = messages,
        path = "/channels/{resources.channels.id}/messages",
        data_selector = "messages",
        paginator = cursor(cursor_path = "meta.next", limit_param = "limit", limit = 2),
        incremental(
            cursor = sent_at,
            start_param = "oldest",
            end_param = "latest",
            initial_value = start_date,
            end_inclusive = true,
            end_value = end_date,
            range_end = closed,
            step = "10d",
            format = epoch_seconds,
        ),
        primary_key = (_channels_id, id),
        include_from_parent(id),
    )]
    #[derive(Debug, Clone)]
    pub struct Message {
        pub id: i64,
        #[column(format = epoch_seconds)]
        pub sent_at: Timestamp,
        pub text: Option<String>,
    }
}
