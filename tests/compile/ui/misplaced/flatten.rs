#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(flatten)]
        pub number: u64,
        #[serde(flatten)]
        pub labels: Option<Vec<String>>,
    }

    #[nested]
    pub struct Part {
        #[serde(flatten)]
        pub rest: declarest::Json,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
