#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: String, project: String),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/{tenant}/{projct}/issues",
        headers("X-Project" = "{project}"),
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant("t").project("p").build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
