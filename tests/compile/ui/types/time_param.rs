#[declarest::source(
    base_url = "https://api.example.com",
    params(project: Name),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    pub type Name = String;

    #[resource(
        name = issues,
        path = "/v1/issues",
        params(day = "{project:%F}"),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
