#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = rows, path = "/v1/rows")]
    pub struct Row {
        #[column(format = epoch_seconds)]
        pub at: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.rows().stream();
    let _ = |row: demo::Row| row.at;
}
