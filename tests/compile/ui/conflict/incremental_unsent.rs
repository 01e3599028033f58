//! Options of a range of which nothing is sent.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = after, path = "/after", incremental(cursor = id, start_exclusive = true))]
    pub struct After {
        pub id: u64,
    }

    #[resource(name = dated, path = "/dated", incremental(cursor = updated_at, format = "%Y-%m-%d"))]
    pub struct Dated {
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(name = whole, path = "/whole", incremental(cursor = id))]
    pub struct Whole {
        pub id: u64,
    }
}

fn main() {
    let _ = demo::Client::builder().build().map(|client| client.whole().stream());
}
