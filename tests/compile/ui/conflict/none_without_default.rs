#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(result_window = none),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", data_selector = none, paginator = none)]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = rules, path = "/v1/rules", paginator = none, paginator = single_page)]
    pub struct Rule {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.rules().stream());
}
