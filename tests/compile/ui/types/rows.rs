#[declarest::source(
    base_url = "https://api.example.com",
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        paginator = single_page,
        rows = rows,
    )]
    pub struct Issue {
        pub key: String,
    }

    fn rows(body: String) -> Vec<Issue> {
        vec![Issue { key: body }]
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
