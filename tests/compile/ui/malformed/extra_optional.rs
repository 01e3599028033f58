#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(flatten)]
        pub extra: Option<declarest::Extra>,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
