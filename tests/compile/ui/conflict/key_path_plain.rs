#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = runs, path = "/v1/runs", primary_key = run_id.value)]
    pub struct Run {
        pub run_id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.runs().stream();
    let _ = |run: demo::Run| run.run_id;
}
