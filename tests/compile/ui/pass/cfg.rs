//! What a `cfg` takes away is taken away everywhere.
#![deny(warnings)]
#![allow(dead_code, clippy::non_minimal_cfg)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[cfg(any())]
    #[resource(path = "/v1/gone", primary_key = key)]
    pub struct Gone {
        pub key: Missing,
    }

    #[cfg(all())]
    #[resource(name = things, path = "/v1/things", primary_key = key)]
    pub struct Thing {
        pub key: String,
        #[cfg(any())]
        pub gone: Missing,
        #[cfg(any())]
        #[column(json)]
        pub gone_json: Missing,
        #[cfg(all())]
        pub kept: bool,
        pub severity: Severity,
    }

    #[cfg(any())]
    #[resource(name = things, path = "/v1/other/things")]
    pub struct OtherThing {
        pub key: String,
    }

    #[nested]
    pub enum Severity {
        Blocker,
        #[cfg(any())]
        Minor,
        #[cfg(any())]
        #[other]
        Other(String),
    }

    #[cfg(any())]
    #[nested]
    pub struct Range {
        pub start: Missing,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.things().stream();
    let def = <demo::Thing as declarest::Resource>::DEF;
    let columns: Vec<_> = def.columns.iter().map(|column| column.name).collect();
    assert_eq!(columns, ["key", "kept", "severity"]);
}
