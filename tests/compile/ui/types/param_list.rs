#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        params(tags: Vec<super::Tag>),
    )]
    pub struct Issue {
        pub key: String,
    }
}

struct Tag;

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues([Tag]).stream();
    let _ = |issue: demo::Issue| issue.key;
}
