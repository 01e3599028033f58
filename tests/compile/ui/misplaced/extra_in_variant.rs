#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub shape: Shape,
    }

    #[nested]
    pub enum Shape {
        Square {
            size: u64,
            #[serde(flatten)]
            rest: declarest::Extra,
        },
        Circle,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
