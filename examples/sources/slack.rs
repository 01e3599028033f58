//! Slack: errors with status 200, a cursor that is empty at the end, and a child for each channel.

/// [Slack's Web API](https://api.slack.com/methods): channels and their messages.
#[declarest::source(
    base_url = "https://slack.com/api",
    auth = bearer(token = secret(slack_token)),
    resource_defaults(
        paginator = cursor(
            cursor_path = "response_metadata.next_cursor", cursor_param = "cursor",
            limit_param = "limit", limit = 200,
        ),
        // An error has the status 200, no rows, and its name in `error`.
        response_actions(body("error" = "ratelimited") = retry, body("error") = fail),
    ),
)]
pub mod slack {
    /// A channel.
    #[resource(name = channels, path = "/conversations.list", data_selector = "channels", primary_key = id)]
    #[derive(Debug)]
    pub struct Channel {
        /// `C…`.
        pub id: String,
        /// Without the `#`.
        pub name: String,
        /// Whether nothing can be written there any more.
        pub is_archived: bool,
        /// Whether the token's owner can read it.
        pub is_member: bool,
    }

    /// A message of a channel.
    #[resource(
        name = messages, path = "/conversations.history", data_selector = "messages",
        params(channel = "{resources.channels.id}"),
        include_from_parent(id), primary_key = (_channels_id, ts),
        incremental(cursor = ts, start_param = "oldest", order = descending),
        response_actions(body("error" = "not_in_channel") = ignore, body("error" = "ratelimited") = retry, body("error") = fail),
    )]
    #[derive(Debug)]
    pub struct Message {
        /// Unique in the channel: seconds with six digits after the point.
        pub ts: String,
        /// Who wrote it.
        pub user: Option<String>,
        /// What it says.
        pub text: String,
        /// The first message of its thread.
        pub thread_ts: Option<String>,
    }
}
