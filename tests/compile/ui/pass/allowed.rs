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

    /// Words.
    #[resource(
        name = words, path = "/example/words", method = POST, params(token: String, kind: String),
        json = { "kind": "kind", "limit": 1 }, paginator = offset(limit = 10, total_path = "total"),
        data_selector = "words", response_actions("gone" = ignore, 503 = ignore),
        allow(ignored_rows, secret_param, quoted_param, paging_in_json),
    )]
    pub struct Word {
        /// Its key.
        pub key: String,
    }

    /// A change.
    #[resource(
        name = changes, path = "/v1/changes", primary_key = (key, updated_at), data_selector = "rows",
        incremental(cursor = updated_at, start_param = "since"),
        paginator = cursor(cursor_path = "next_url", initial_cursor = "-1", end_cursor = "-1"),
        allow(changing_key, cursor_or_link, same_cursor),
    )]
    pub struct Change {
        /// Its key.
        pub key: String,
        /// When it changed.
        pub updated_at: String,
    }

    /// A row after the first ten.
    #[resource(
        name = others, path = "/v1/others", paginator = offset(limit = 10, offset = 10), allow(skipped_first_page),
    )]
    pub struct Other {
        /// Its key.
        pub key: String,
    }

    /// What a scan that counts in a circle finds: not a mistake.
    #[resource(
        name = scanned, path = "/v1/scanned", data_selector = "rows",
        paginator = cursor(cursor_path = "next", initial_cursor = 0, end_cursor = 0),
    )]
    pub struct Scanned {
        /// Its key.
        pub key: String,
    }

    /// What has its number of pages in an object of pages.
    #[resource(
        name = counted, path = "/v1/counted", data_selector = "rows",
        paginator = page_number(total_pages_path = "pages.count"),
    )]
    pub struct Counted {
        /// Its key.
        pub key: String,
    }

    /// What the user fills.
    #[resource(name = notes, path = "/v1/notes", allow(serde_skip))]
    pub struct Note {
        /// Its key.
        pub key: String,
        /// Filled by the user, after reading.
        #[serde(skip)]
        pub note: String,
    }
}

/// A base URL whose last part comes twice.
#[declarest::source(base_url = "https://api.example.com/shop", allow(repeated_path))]
pub mod shop {
    /// A shop.
    #[resource(name = shops, path = "/shop/shops")]
    pub struct Shop {
        /// Its key.
        pub key: String,
    }
}

fn main() -> Result<(), declarest::Error> {
    let client = meant::Client::builder().build()?;
    let _ = (client.pages().stream(), client.sizes().stream(), client.versions().stream(), client.states().stream());
    let _ =
        (client.words("a", "b").stream(), client.notes().stream(), shop::Client::builder().build()?.shops().stream());
    let _ = (client.changes().stream(), client.others().stream(), client.scanned().stream(), client.counted().stream());
    Ok(())
}
