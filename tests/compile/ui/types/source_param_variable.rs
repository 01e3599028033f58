#[derive(Clone)]
pub struct Tenant(String);

impl declarest::Param for Tenant {
    fn to_text(&self) -> String {
        self.0.clone()
    }
}

#[declarest::source(
    base_url = "https://api.example.com",
    params(tenant: super::Tenant (env = "TENANT")),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/{tenant}/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().tenant(Tenant("t".to_owned())).build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
