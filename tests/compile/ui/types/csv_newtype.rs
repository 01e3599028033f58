#[declarest::source(
    base_url = "https://api.example.com",
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        paginator = single_page,
        format = csv,
    )]
    pub struct Issue(pub String);
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.0;
}
