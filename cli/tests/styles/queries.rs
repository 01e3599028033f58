/// Tasks of a planner, by GraphQL.
#[declarest::source(
    base_url = "https://api.planner.example",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token",
        client_id = secret(client_id),
        client_secret = secret(client_secret),
        scopes = ["tasks.read"],
    ),
)]
pub mod queries {
    /// A row of `tasks`.
    #[resource(
        name = tasks,
        path = "/graphql",
        method = POST,
        json = {
            "query": "query($after: ID) {{tasks(after: $after) {{nodes {{id}} pageInfo {{endCursor hasNextPage}}}}}}",
            "variables": { "archived": false },
        },
        data_selector = "data.tasks.nodes",
        missing_rows = empty,
        paginator = cursor(
            cursor_path = "data.tasks.pageInfo.endCursor",
            cursor_body_path = "variables.after",
            has_more_path = "data.tasks.pageInfo.hasNextPage",
            missing_flag = end,
        ),
        primary_key = id,
    )]
    #[derive(Debug, Clone)]
    pub struct Task {
        pub id: String,
    }
}
