#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        paginator = offset(limit_param = none, advance = limit),
    )]
    pub struct Issue {
        pub key: String,
    }

    #[resource(
        name = users,
        path = "/v1/users",
        paginator = offset(limit_param = none, stop_after_short_page = true),
    )]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.users().stream());
    let _ = |issue: demo::Issue, user: demo::User| (issue.key, user.key);
}
