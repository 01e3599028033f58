#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(
        path = "/issues", paginator = single_page,
        incremental(cursor = at, start_param = "from", initial_value = "2024-01-01"), primary_key = (key, _start),
    )]
    pub struct Issue {
        pub key: String,
        pub at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issue().stream();
    let _ = |issue: demo::Issue| issue.key;
}
