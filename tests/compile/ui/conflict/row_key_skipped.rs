#[declarest::source(base_url = "https://api.example.com", auth = none, resource_defaults(paginator = single_page))]
pub mod money {
    #[resource(name = rates, path = "/rates", data_selector = "rates[*]")]
    pub struct Rate {
        #[column(row_key, skip)]
        pub currency: String,
        pub mid: f64,
    }
}

fn main() {
    let client = money::Client::builder().build().expect("a client");
    let _ = client.rates();
}
