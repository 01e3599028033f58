#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues", sorts(open = "sort=open"))]
    pub struct Issue {
        pub key: String,
        pub open: bool,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
