#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(
        primary_key = id,
        write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100),
    ),
)]
pub mod demo {
    #[resource(name = components, path = "/v1/components/search", data_selector = "components")]
    pub struct Component {
        pub key: String,
        pub name: String,
    }

    #[resource(name = issues, path = "/v1/issues/search", data_selector = "issues")]
    pub struct Issue {
        pub key: String,
        pub severity: String,
    }

    #[resource(name = metrics, path = "/v1/metrics/search", data_selector = "metrics")]
    pub struct Metric {
        pub id: String,
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().user_token("t").build().unwrap();
    let _ = client.components().stream();
    let _ = client.issues().stream();
    let _ = client.metrics().stream();
    let _ = |component: demo::Component, issue: demo::Issue, metric: demo::Metric| (component.key, issue.key, metric.id);
}
