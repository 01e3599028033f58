#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[declarest::resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        #[declarest::column(json)]
        pub key: String,
        pub part: Part,
    }

    #[declarest::nested]
    pub struct Part {
        pub key: String,
    }

    #[declarest::resource]
    pub fn helper() {}
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
