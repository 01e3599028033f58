#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = runs, path = "/v1/runs", primary_key = info.weight)]
    pub struct Run {
        pub info: Info,
    }

    #[nested]
    pub struct Info {
        pub weight: f64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.runs().stream();
    let _ = |run: demo::Run| run.info.weight;
}
