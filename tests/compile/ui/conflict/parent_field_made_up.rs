#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        #[serde(default)]
        pub key: String,
        #[serde(skip)]
        pub number: u64,
        #[serde(default)]
        pub title: String,
    }

    #[resource(name = comments, path = "/v1/issues/{resources.issues.key}/comments", include_from_parent(number, title))]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
