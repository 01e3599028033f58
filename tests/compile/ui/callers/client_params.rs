// Client-wide params that cannot be read: the builder still has their setters.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant))]
pub mod no_type {
    #[resource(path = "/{tenant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant = "x"))]
pub mod value {
    #[resource(path = "/{tenant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant: &str = "x"))]
pub mod borrowed {
    #[resource(path = "/{tenant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params { tenant: String })]
pub mod braces {
    #[resource(path = "/{tenant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant: String = env("TENANT")))]
pub mod variable {
    #[resource(path = "/{tenant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant: Option<String> = None))]
pub mod unset {
    #[resource(path = "/items", params(t = tenant))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant: String; region: String))]
pub mod semicolon {
    #[resource(path = "/{tenant}/{region}")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(tenant: secret(tenant)))]
pub mod secret {
    #[resource(path = "/{tenant}/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://{host}", resource_defaults(paginator = single_page))]
pub mod undeclared {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://${host}", resource_defaults(paginator = single_page), params(host: String))]
pub mod dollar {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://{env.HOST}", resource_defaults(paginator = single_page))]
pub mod environment {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let _ = no_type::Client::builder().tenant("a").build()?.item();
    let _ = value::Client::builder().tenant("a").build()?.item();
    let _ = borrowed::Client::builder().tenant("a").build()?.item();
    let _ = braces::Client::builder().tenant("a").build()?.item();
    let _ = variable::Client::builder().tenant("a").build()?.item();
    let _ = unset::Client::builder().tenant("a").build()?.item();
    let _ = semicolon::Client::builder().tenant("a").region("b").build()?.item();
    let _ = secret::Client::builder().build()?.item();
    let _ = undeclared::Client::builder().host("a").build()?.item();
    let _ = dollar::Client::builder().host("a").build()?.item();
    let _ = environment::Client::builder().build()?.item();
    Ok(())
}
