#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/issues", data_selector = "items",
        response_actions(body("meta.has_more" = false) = ignore, (404, "gone") = ignore))]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = pages, path = "/pages", data_selector = "items", response_actions(body("isLast") = ignore))]
    pub struct Page {
        pub key: String,
    }

    #[resource(name = users, path = "/users", response_actions("error" = ignore, "fatal" = fail))]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.pages().stream(), client.users().stream());
}
