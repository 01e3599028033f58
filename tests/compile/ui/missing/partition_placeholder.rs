//! No request sends a partition.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/prices", partition_by(zone in ["DE", "FR"]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
