//! Ends that are in a range anyway, or that it does not have.

#[declarest::source(
    base_url = "https://api.example.com",
    params(until: String),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = open, path = "/open", incremental(cursor = id, start_param = "after", range_end = closed))]
    pub struct Open {
        pub id: u64,
    }

    #[resource(
        name = current, path = "/current",
        incremental(cursor = at, end_param = "to", end_value = now, range_end = closed),
    )]
    pub struct Current {
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = texts, path = "/texts",
        incremental(cursor = at, end_param = "to", end_value = until, range_end = closed),
    )]
    pub struct Text {
        pub at: String,
    }

    #[resource(
        name = misspelt, path = "/misspelt",
        incremental(cursor = id, end_param = "to", end_value = 9, range_end = inclusive),
    )]
    pub struct Misspelt {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().until("9").build().unwrap();
    let _ = (client.open().stream(), client.texts().stream());
    let _ = |row: demo::Current| row.at;
}
