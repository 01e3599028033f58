#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(
        primary_key = kei,
        incremental(cursor = creatd_at, start_param = "since"),
        paginator = page_number(page_body_path = "page", total_path = "total"),
    ),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub created_at: String,
    }

    #[resource(name = users, path = "/v1/users")]
    pub struct User {
        pub key: String,
        pub created_at: String,
        pub name: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
