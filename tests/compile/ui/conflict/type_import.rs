#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    pub use std::net::TcpStream as Client;

    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let _ = |issue: demo::Issue| issue.key;
}
