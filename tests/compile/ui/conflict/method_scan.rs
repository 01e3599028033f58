#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(path = "/v1/scans")]
    pub struct Scan {
        pub key: String,
    }
}

fn main() {
    let _ = |scan: demo::Scan| scan.key;
}
