#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    use declarest::Json;

    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(flatten)]
        pub place: Option<Place>,
        #[serde(flatten)]
        pub size: Size,
    }

    #[nested]
    pub struct Place {
        pub city: String,
        pub streets: Vec<Street>,
    }

    #[nested]
    pub struct Street {
        pub form: Option<Json>,
    }

    #[nested]
    pub struct Size {
        pub width: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
