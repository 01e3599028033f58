//! A key names the column of a partition that is not included.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{zone}/prices", partition_by(zone in ["DE"]), primary_key = (id, _zone))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
