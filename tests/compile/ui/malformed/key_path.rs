#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = runs, path = "/v1/runs", primary_key = "info.run_id")]
    pub struct Run {
        pub info: Info,
    }

    #[resource(name = jobs, path = "/v1/jobs", primary_key = info.)]
    pub struct Job {
        pub info: Info,
    }

    #[nested]
    pub struct Info {
        pub run_id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.runs().stream(), client.jobs().stream());
    let _ = |run: demo::Run| run.info.run_id;
}
