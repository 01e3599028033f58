#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = expanded,
        path = "/v1/{expand}",
        method = POST,
        params(expand = ["a", "b"]),
    )]
    pub struct Expanded {
        pub key: String,
    }

    #[resource(
        name = titled,
        path = "/v1/titled",
        params(expand = ["a", "b"]),
        headers("X-Expand" = "{expand}"),
    )]
    pub struct Titled {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.expanded().stream();
    let _ = client.titled().stream();
}
