#[declarest::source(base_url = "https://api.example.com", params(zone: String = "Europe/Berlim"))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", primary_key = id, paginator = single_page,
        incremental(cursor = at, start_param = "since", timezone = zone),
    )]
    pub struct Issue {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| (issue.id, issue.at);
}
