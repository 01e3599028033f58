#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let _ = demo::Client::builder().build().unwrap();
    let _ = |issue: demo::Issue| issue.key;
}
