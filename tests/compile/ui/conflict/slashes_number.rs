#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/teams/{+team}/issues", params(team: u64))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues(7).stream();
    let _ = |issue: demo::Issue| issue.key;
}
