#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, primary_key = info.run_id),
)]
pub mod demo {
    #[resource(name = runs, path = "/v1/runs")]
    pub struct Run {
        pub info: Info,
    }

    #[nested]
    pub struct Info {
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.runs().stream();
    let _ = |run: demo::Run| run.info.number;
}
