#[declarest::source(base_url = "https://api.example.com", auth = none, resource_defaults(paginator = single_page))]
pub mod money {
    #[resource(name = rates, path = "/rates", data_selector = "rates[*]", sample = "ui/sample/row_keys.json")]
    pub struct Rate {
        #[column(row_key)]
        pub currency: String,
        pub mid: f64,
    }

    #[resource(name = lists, path = "/lists", data_selector = "[*]", sample = "ui/sample/row_list.json")]
    pub struct List {
        #[column(row_key)]
        pub key: String,
        pub id: u64,
    }
}

fn main() {
    let client = money::Client::builder().build().expect("a client");
    let _ = client.rates();
}
