type Id = u64;

#[declarest::source(
    base_url = "https://api.example.com",
    params(id: super::Id = "acme", other: super::Id = true),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{id}/{other}")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().id(5).build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
