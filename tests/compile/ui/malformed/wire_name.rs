#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", paginator = page_number(page_param = "?page=", limit_param = "&limit", limit = 5))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
