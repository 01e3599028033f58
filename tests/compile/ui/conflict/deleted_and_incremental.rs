#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = rows, path = "/v1/rows", primary_key = id, deleted = mark, incremental(cursor = id, start_param = "since"))]
    pub struct Row {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.rows().stream();
    let _ = |row: demo::Row| row.id;
}
