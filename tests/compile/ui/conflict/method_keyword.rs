#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(path = "/v1/crates")]
    pub struct Crate {
        pub key: String,
    }
}

fn main() {
    let _ = demo::Client::builder().build().unwrap();
    let _ = |one: demo::Crate| one.key;
}
