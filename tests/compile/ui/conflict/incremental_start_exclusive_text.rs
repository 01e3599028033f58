#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = rows, path = "/v1/rows", incremental(cursor = at, start_param = "since", start_exclusive = true))]
    pub struct Row {
        pub at: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.rows().stream();
    let _ = |row: demo::Row| row.at;
}
