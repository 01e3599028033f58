/// Projects and tasks of a planner, by GraphQL.
#[declarest::source(
    base_url = "https://api.planner.example",
    auth = oauth2_client_credentials(
        access_token_url = "/oauth/token",
        client_id = secret(client_id),
        client_secret = secret(client_secret),
        scopes = ["projects.read"],
    ),
)]
pub mod queries {
    /// A row of `projects`.
    #[resource(
        name = projects,
        path = "/graphql",
        method = POST,
        json = {
            "query": "query($after: String) {{ projects(first: 2, after: $after) {{ nodes {{ id name }} pageInfo {{ endCursor hasNextPage }} }} }}",
            "variables": { "archived": false },
        },
        data_selector = "data.projects.nodes",
        missing_rows = empty,
        paginator = cursor(
            cursor_path = "data.projects.pageInfo.endCursor",
            cursor_body_path = "variables.after",
            has_more_path = "data.projects.pageInfo.hasNextPage",
        ),
        primary_key = id,
    )]
    #[derive(Debug, Clone)]
    pub struct Project {
        pub id: String,
        pub name: Option<String>,
    }
}
