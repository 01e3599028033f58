#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    use declarest::Extra;

    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub extra: Extra,
    }

    #[nested]
    pub struct Part {
        pub key: String,
        pub rest: declarest::Extra,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
