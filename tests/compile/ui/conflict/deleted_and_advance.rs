#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        name = rows, path = "/v1/rows", primary_key = id, deleted = mark,
        paginator = offset(limit = 10, advance = limit),
    )]
    pub struct Row {
        pub id: u64,
    }
}

fn main() {
    let _ = demo::Client::builder().build().map(|client| client.rows().stream());
}
