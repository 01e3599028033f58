#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = shelves, path = "/v1/shelves", primary_key = id, incremental(cursor = id, start_param = "since"))]
    pub struct Shelf {
        pub id: u64,
    }

    #[resource(name = rows, path = "/v1/shelves/{resources.shelves.id}/rows", primary_key = id, deleted = remove)]
    pub struct Row {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.rows(1).stream();
    let _ = |row: demo::Row| row.id;
}
