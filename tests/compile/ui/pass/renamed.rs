//! The runtime under another path.

mod facade {
    pub use declarest as engine;
}

#[declarest::source(
    crate = crate::facade::engine,
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(default)]
        pub open: bool,
        pub range: Option<Range>,
    }

    #[nested]
    pub struct Range {
        pub start: u32,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
