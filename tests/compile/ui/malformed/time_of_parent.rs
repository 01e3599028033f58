#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/projects/{resources.projects.id}/issues",
        params(day = "{resources.projects.day:%F}"),
    )]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = projects, path = "/v1/projects")]
    pub struct Project {
        pub id: u64,
        pub day: declarest::jiff::civil::Date,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues(1_u64).stream();
}
