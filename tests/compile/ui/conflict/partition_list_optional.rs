//! The values of a partition are those of a client-wide param that may be unset.

#[declarest::source(
    base_url = "https://api.example.com",
    params(symbols: Option<Vec<String>>),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = prices, path = "/{symbol}/prices", partition_by(symbol in symbols))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
