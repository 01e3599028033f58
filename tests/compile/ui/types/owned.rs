#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: usize,
        pub title: &'static str,
        pub tags: Vec<str>,
        pub bytes: [u8],
        pub change: fn(u8) -> u8,
        pub name: str,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
