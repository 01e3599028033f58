//! A position in other words.

#[declarest::source(base_url = "https://api.example.com")]
pub mod api {
    #[resource(path = "/posts", primary_key = id)]
    pub struct Post {
        pub id: u64,
    }

    #[resource(
        path = "/posts/{resources.post.id}/items",
        primary_key = id,
        write_disposition = merge,
        incremental(cursor = updated_at, start_param = "since", position = global),
    )]
    pub struct Item {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let _ = api::Client::builder().build().map(|client| client.item(7).stream());
}
