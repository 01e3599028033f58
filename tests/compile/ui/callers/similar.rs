// Two names that differ in case alone, and an attribute on a function: both methods are there.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod similar {
    #[resource(name = items, path = "/items")]
    pub struct Item {
        pub id: u64,
    }

    #[resource(name = Items, path = "/all")]
    pub struct Other {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod function {
    #[resource(path = "/items")]
    pub fn items() {}
}

fn main() -> declarest::Result<()> {
    let _ = similar::Client::builder().build()?.items();
    let _ = similar::Client::builder().build()?.Items();
    let _ = function::Client::builder().build()?.items();
    Ok(())
}
