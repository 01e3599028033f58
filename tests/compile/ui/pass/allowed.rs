//! What looks like a mistake, and is said to be meant.

#![deny(warnings, missing_docs, clippy::pedantic)]

/// All that there are lints for.
#[declarest::source(
    base_url = "https://api.example.com",
    allow(ignored_failures),
    resource_defaults(response_actions(404 = ignore)),
)]
pub mod meant {
    /// A page.
    #[resource(
        name = pages, path = "/v1/pages", params(page = 1, limit = 100, token = "public"),
        allow(fixed_page, literal_secret), primary_key = key,
    )]
    pub struct Page {
        /// Its key.
        pub key: String,
    }

    /// A size.
    #[resource(name = sizes, path = "/v1/sizes", params(limit = 100), allow(fixed_page_size))]
    pub struct Size {
        /// Its key.
        pub key: String,
    }

    /// A version.
    #[resource(
        name = versions, path = "/v1/versions", primary_key = key, write_disposition = append, allow(appended_updates),
        incremental(cursor = updated_at, start_param = "since"), paginator = single_page,
    )]
    pub struct Version {
        /// Its key.
        pub key: String,
        /// When it changed.
        pub updated_at: String,
    }

    /// A state of all.
    #[declarest::resource(
        name = states, path = "/v1/states", primary_key = key, write_disposition = append,
        data_selector = "rows", paginator = offset(limit = 10, offset_param = "p", total_path = "total"),
        allow(unused_key, page_or_offset),
    )]
    pub struct State {
        /// Its key.
        pub key: String,
    }
}

fn main() -> Result<(), declarest::Error> {
    let client = meant::Client::builder().build()?;
    let _ = (client.pages().stream(), client.sizes().stream(), client.versions().stream(), client.states().stream());
    Ok(())
}
