//! Whose the position is, where none is kept.

#[declarest::source(base_url = "https://api.example.com")]
pub mod api {
    #[resource(
        path = "/items",
        params(zone = zone),
        partition_by(zone in ["A", "B"]),
        primary_key = id,
        write_disposition = merge,
        incremental(cursor = updated_at, end_param = "until", end_value = "2024-01-01", position = shared),
    )]
    pub struct Item {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let _ = api::Client::builder().build().map(|client| client.item().stream());
}
