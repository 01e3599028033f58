//! A partition is included where there is none.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/prices", include_partition(zone))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
