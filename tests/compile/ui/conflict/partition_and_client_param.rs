//! A partition has the name of a client-wide param.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(zone: String))]
mod api {
    #[resource(name = prices, path = "/{zone}/prices", partition_by(zone in ["DE", "FR"]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
