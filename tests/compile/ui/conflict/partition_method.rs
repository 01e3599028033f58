//! A partition has the name of a method of the request.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = prices, path = "/{pages}/prices", partition_by(pages in ["a", "b"]))]
    pub struct Price {
        pub id: u64,
    }
}

fn main() {}
