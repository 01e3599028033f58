// Partitions that cannot be read: the request still has their setters.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod equals {
    #[resource(path = "/items", partition_by(zone = ["a", "b"]), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod typed {
    #[resource(path = "/items", partition_by(zone: String), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod parentheses {
    #[resource(path = "/items", partition_by(zone in ("a", "b")), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod range {
    #[resource(path = "/items", partition_by(zone in 1..3), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod mixed {
    #[resource(path = "/items", partition_by(zone in ["a", 1]), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod quoted {
    #[resource(path = "/items", partition_by("zone" in ["a"]), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), params(zones: String))]
pub mod single {
    #[resource(path = "/items", partition_by(zone in zones), params(z = zone))]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod param {
    #[resource(path = "/items", partition_by(zone in ["a"]), params(zone: String))]
    pub struct Item {
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let _ = equals::Client::builder().build()?.item().zone("a");
    let _ = typed::Client::builder().build()?.item().zone("a");
    let _ = parentheses::Client::builder().build()?.item().zone("a");
    let _ = range::Client::builder().build()?.item().zone(1);
    let _ = mixed::Client::builder().build()?.item().zone("a");
    let _ = quoted::Client::builder().build()?.item().zone("a");
    let _ = single::Client::builder().zones("a").build()?.item().zone("a");
    let _ = param::Client::builder().build()?.item("a");
    Ok(())
}
