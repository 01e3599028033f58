// The name of a resource is not one: its method has the name that is meant.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod quoted {
    #[resource(name = "items", path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod joined {
    #[resource(name = my-items, path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod pathlike {
    #[resource(name = my::items, path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod misspelt {
    #[resource(nam = items, path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod brackets {
    #[resource[name = items, path = "/items"]]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod twice {
    #[resource(name = items)]
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let _ = quoted::Client::builder().build()?.items();
    let _ = joined::Client::builder().build()?.my_items();
    let _ = pathlike::Client::builder().build()?.my_items();
    let _ = misspelt::Client::builder().build()?.items();
    let _ = brackets::Client::builder().build()?.items();
    let _ = twice::Client::builder().build()?.items();
    Ok(())
}
