#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    timeout = "30 sec",
    resource_defaults(
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 0),
    ),
)]
pub mod demo {
    #[resource(
        name = components,
        path = "v1/components/search",
        data_seletor = "components",
    )]
    pub struct Component {
        pub key: String,
        #[column(nam = "title")]
        pub name: String,
    }

    #[resource(
        name = issues,
        path = "/v1/projects/{projct}/issues",
        params(project: String),
        headers("Accept Language" = "en"),
        primary_key = kye,
    )]
    pub struct Issue {
        pub key: String,
        pub severity: String,
    }

    #[resource(
        name = metrics,
        path = "/v1/metrics/search",
        method = PUT,
        write_disposition = merge,
    )]
    pub struct Metric {
        pub id: String,
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().user_token("t").build().unwrap();
    let _ = client.components().stream();
    let _ = client.issues("project").concurrency(8).stream();
    let _ = client.metrics().stream();
    let _ = |component: demo::Component, issue: demo::Issue, metric: demo::Metric| (component.key, issue.key, metric.id);
}
