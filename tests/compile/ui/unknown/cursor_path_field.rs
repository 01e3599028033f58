#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = meta.times.update, start_param = "since"),
    )]
    pub struct Issue {
        pub key: String,
        pub meta: Meta,
    }

    #[nested]
    pub struct Meta {
        pub times: Times,
    }

    #[nested]
    pub struct Times {
        pub updated: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
