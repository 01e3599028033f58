// Placeholders that nothing has a value for: each is an argument.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod unbound {
    #[resource(path = "/items/{id}")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod dotted {
    #[resource(path = "/items/{items.id}")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod unclosed {
    #[resource(path = "/items/{")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod colons {
    #[resource(path = "/lists/:list/items/:id")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod format {
    #[resource(path = "/items/{id:?}", params(id: u64))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod misspelt {
    #[resource(path = "/items/{itme}", params(item: u64))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant: String))]
pub mod misspelt_client_wide {
    #[resource(path = "/{tennant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let _ = unbound::Client::builder().build()?.item(1);
    let _ = dotted::Client::builder().build()?.item(1);
    let _ = unclosed::Client::builder().build()?.item(1);
    let _ = colons::Client::builder().build()?.item(1, 2);
    let _ = format::Client::builder().build()?.item(1);
    let _ = misspelt::Client::builder().build()?.item(1);
    let _ = misspelt_client_wide::Client::builder().tenant("a").build()?.item();
    Ok(())
}
