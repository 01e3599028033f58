//! A partition has the name of a param.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{zone}/prices", params(zone: Option<String>), partition_by(zone in ["DE", "FR"]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
