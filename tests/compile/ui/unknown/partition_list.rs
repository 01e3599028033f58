//! The values of a partition are those of an unknown param.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(symbols: String))]
mod api {
    #[resource(name = prices, path = "/{symbols}/{stock}", partition_by(stock in symbol))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
