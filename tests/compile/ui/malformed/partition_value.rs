//! A value of a partition is neither a string nor a number.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{open}/prices", partition_by(open in [true, false]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
