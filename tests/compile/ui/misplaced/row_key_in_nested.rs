#[declarest::source(base_url = "https://api.example.com", auth = none, resource_defaults(paginator = single_page))]
pub mod money {
    #[resource(name = rates, path = "/rates", primary_key = id)]
    pub struct Rate {
        pub id: u64,
        #[column(child_table)]
        pub values: Vec<Value>,
        pub last: Last,
    }

    #[nested]
    pub struct Value {
        #[column(row_key)]
        pub day: String,
    }

    #[nested]
    pub struct Last {
        #[column(row_key)]
        pub day: String,
    }
}

fn main() {
    let client = money::Client::builder().build().expect("a client");
    let _ = client.rates();
}
