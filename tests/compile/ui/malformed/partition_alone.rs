//! A partition has one value without a list.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{zone}/prices", partition_by(zone in "DE"))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
