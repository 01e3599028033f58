#![deny(warnings)]

#[declarest::source(
    base_url = "https://api.example.com/v1",
    auth = bearer(token = secret(token)),
    trust = ["https://files.example.com"],
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = reports, path = "https://reports.example.com/all")]
    pub struct Report {
        pub key: String,
    }

    #[resource(name = own, path = "https://API.example.com:443/v2/own")]
    pub struct Own {
        pub key: String,
    }

    #[resource(name = files, path = "https://files.example.com/all")]
    pub struct File {
        pub key: String,
    }

    #[resource(name = public, path = "https://public.example.com/all", auth = none)]
    pub struct Public {
        pub key: String,
    }

    #[resource(name = meant, path = "https://other.example.com/all", allow(unsent_credentials))]
    pub struct Meant {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.reports().stream(), client.own().stream(), client.files().stream());
    let _ = (client.public().stream(), client.meant().stream());
}
