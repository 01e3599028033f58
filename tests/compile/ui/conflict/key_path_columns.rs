#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = runs, path = "/v1/runs", primary_key = (info.run_id, info_run.id))]
    pub struct Run {
        pub info: Info,
        pub info_run: InfoRun,
    }

    #[nested]
    pub struct Info {
        pub run_id: u64,
    }

    #[nested]
    pub struct InfoRun {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.runs().stream();
    let _ = |run: demo::Run| run.info.run_id;
}
