//! The values of a partition are those of a client-wide param that has one.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(symbol: String))]
mod api {
    #[resource(name = prices, path = "/{stock}/prices", params(of = "{symbol}"), partition_by(stock in symbol))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
