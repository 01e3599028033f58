#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(data_selector = "items", method = POST))]
pub mod demo {
    #[resource(name = orders, path = "/orders", json = { "page": 1, "size": 100 },
        paginator = page_number(total_path = "total"))]
    pub struct Order {
        pub key: String,
    }

    #[resource(name = users, path = "/users", json = { "limit": 50 },
        paginator = offset(limit = 100, limit_param = "limit", total_path = "total"))]
    pub struct User {
        pub key: String,
    }

    #[resource(name = tags, path = "/tags", json = { "cursor": null },
        paginator = cursor(cursor_path = "next", cursor_body_path = "cursor"))]
    pub struct Tag {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.orders().stream(), client.users().stream(), client.tags().stream());
}
