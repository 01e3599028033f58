// Params that cannot be read: the method still takes values for them.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod braces {
    #[resource(path = "/items", params { q: u8 })]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod equals {
    #[resource(path = "/items", params = (q: u8))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod misspelt {
    #[resource(path = "/items", parms(q: u8))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod no_type {
    #[resource(path = "/items", params(q:))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod borrowed {
    #[resource(path = "/items", params(q: &str, r: Option<&str>))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod tuple {
    #[resource(path = "/items", params(q: (u8, u8)))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod quoted {
    #[resource(path = "/items", params("q": u8, "per-page": u8))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod dashes {
    #[resource(path = "/items", params(per-page: u8))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod default {
    #[resource(path = "/items", params(q: u8 = 5, r: u8))]
    pub struct Item {
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let _ = braces::Client::builder().build()?.item(1);
    let _ = equals::Client::builder().build()?.item(1);
    let _ = misspelt::Client::builder().build()?.item(1);
    let _ = no_type::Client::builder().build()?.item(1);
    let _ = borrowed::Client::builder().build()?.item("a").r("b");
    let _ = tuple::Client::builder().build()?.item((1, 2));
    let _ = quoted::Client::builder().build()?.item(1, 2);
    let _ = dashes::Client::builder().build()?.item(1);
    let _ = default::Client::builder().build()?.item(1, 2);
    Ok(())
}
