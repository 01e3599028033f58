#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(token)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        response_actions(404 = ignore, "ACCESS_TOKEN_EXPIRED" = renew),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().token("t").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
