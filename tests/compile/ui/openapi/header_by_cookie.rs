#[declarest::source(
    base_url = "https://api.example.com",
    auth = api_key(name = "Api-Version", api_key = secret(session), location = cookie),
    openapi = "ui/openapi/versions.json",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = rows, path = "/rows")]
    pub struct Row {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().session("s").build().unwrap();
    let _ = client.rows().stream();
    let _ = |row: demo::Row| row.id;
}
