//! Declarations that an OpenAPI file bears out.

#[declarest::source(
    base_url = "https://api.example.com",
    openapi = "ui/openapi/versions.json",
    resource_defaults(paginator = single_page, headers("API-Version" = "v1")),
)]
pub mod demo {
    /// What is sent is what the resource says, not what the defaults do.
    #[resource(name = rows, path = "/rows", headers("Api-Version" = "v2"))]
    pub struct Row {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.rows().stream();
}
