//! The column of a partition is there already.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{zone}/prices", partition_by(zone in ["DE"]), include_partition(zone))]
    pub struct Price {
        pub id: u64,
        pub _zone: String,
    }
}

fn main() {}
