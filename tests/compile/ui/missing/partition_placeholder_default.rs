//! One resource does not send the partition of the defaults.

#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, partition_by(zone in ["DE", "FR"])),
)]
mod api {
    #[resource(name = prices, path = "/{zone}/prices")]
    pub struct Price {
        pub id: u64,
    }

    #[resource(name = zones, path = "/zones")]
    pub struct Zone {
        pub id: u64,
    }
}

fn main() {}
