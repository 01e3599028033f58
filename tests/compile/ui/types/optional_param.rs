#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        params(author: Option<String>, line: Option<u32>, rules: Option<Vec<String>>),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().author(5).stream();
    let _ = client.issues().line("5").stream();
    let _ = client.issues().rules("a").stream();
}
