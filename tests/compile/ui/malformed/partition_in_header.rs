//! A value of a partition cannot be in a header.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/prices", headers("X-Zone" = "{zone}"), partition_by(zone in ["DE", "F\nR"]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
