#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    use declarest::__private::serde;

    #[resource(name = issues, path = "/v1/issues")]
    #[derive(serde::Deserialize)]
    #[serde(crate = "declarest::__private::serde")]
    pub struct Issue {
        pub key: String,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
