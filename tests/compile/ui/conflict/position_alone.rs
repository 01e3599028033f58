//! A position for each of what there is one of.

#[declarest::source(base_url = "https://api.example.com")]
pub mod api {
    #[resource(
        path = "/items",
        primary_key = id,
        write_disposition = merge,
        incremental(cursor = updated_at, start_param = "since", position = each),
    )]
    pub struct Item {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let _ = api::Client::builder().build().map(|client| client.item().stream());
}
