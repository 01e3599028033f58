#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", primary_key = key, write_disposition = append,
        incremental(cursor = updated_at, start_param = "since"),
    )]
    pub struct Issue {
        pub key: String,
        pub updated_at: String,
    }

    #[resource(
        name = events, path = "/v1/events", primary_key = key, write_disposition = append,
        incremental(cursor = created_at, start_param = "since"),
    )]
    pub struct Event {
        pub key: String,
        pub created_at: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
