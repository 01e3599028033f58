#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/issues",
        response_actions(404 = ignore, (404, "suspended") = fail, (410, "suspended") = fail, 403 = ignore, (403, "quota") = retry))]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = users, path = "/users",
        response_actions(body("error") = fail, body("error" = "gone") = ignore, body("error" = false) = ignore))]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.users().stream());
}
