//! The values of a partition are of two types.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{year}/prices", partition_by(year in [2023, "2024"]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
