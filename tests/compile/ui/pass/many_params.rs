//! As many params as an API can ask for, without a lint.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

/// An API that asks for much.
#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod api {
    /// With as many as a function should have.
    #[resource(path = "/six", params(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8))]
    pub struct Six {
        /// What tells it apart.
        pub id: u64,
    }

    /// With more.
    #[resource(path = "/seven/{g}", params(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8))]
    pub struct Seven {
        /// What tells it apart.
        pub id: u64,
    }

    /// With fields of parents among them.
    #[resource(
        path = "/eight/{resources.six.id}",
        params(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: Option<u8>),
    )]
    pub struct Eight {
        /// What tells it apart.
        pub id: u64,
    }
}

fn main() {
    let client = api::Client::builder().build().expect("nothing is missing");
    let _ = (client.six(1, 2, 3, 4, 5, 6).stream(), client.seven(1, 2, 3, 4, 5, 6, 7).stream());
}
