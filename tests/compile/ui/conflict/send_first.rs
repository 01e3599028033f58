#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", paginator = page_number(base_page = 5, send_first = false))]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users", paginator = offset(send_first = false, limit = 10, offset = 100))]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.users().stream());
    let _ = |issue: demo::Issue, user: demo::User| (issue.key, user.key);
}
