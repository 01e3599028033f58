//! Names that are keywords in Rust, and types that name themselves.
#![deny(warnings)]
#![allow(dead_code)]

#[declarest::source(
    base_url = "http://localhost:9000",
    auth = bearer(token = secret(type)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = match, path = "/v1/{type}/matches", params(type: String, in: Option<u32>), primary_key = type)]
    pub struct Match {
        pub r#type: String,
        #[column(skip)]
        pub parent: Option<Box<Self>>,
        pub r#in: Option<u32>,
    }
}

fn main() {
    let client = demo::Client::builder().r#type("t").build().unwrap();
    let _ = client.r#match("x").r#in(1).stream();
    assert_eq!(<demo::Match as declarest::Resource>::DEF.primary_key, ["type"]);
}
