#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[column(child_table)]
        pub flows: Vec<Flow>,
    }

    #[nested]
    pub struct Flow {
        #[column(name = "_issues_Key")]
        pub issue: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.flows.len();
}
