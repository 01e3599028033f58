#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = clients, path = "/v1/clients")]
    pub struct Client {
        pub key: String,
    }
}

fn main() {
    let _ = |issue: demo::Issue, client: demo::Client| (issue.key, client.key);
}
