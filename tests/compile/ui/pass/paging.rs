//! Every option of every paginator.
#![deny(warnings, missing_docs, clippy::pedantic)]

/// Issues, paged in all ways.
#[declarest::source(base_url = "https://api.example.com", resource_defaults(data_selector = "items"))]
pub mod demo {
    /// By number.
    #[resource(
        path = "/v1/numbered", method = POST,
        paginator = page_number(
            page_body_path = "page", base_page = 0, send_first = false, limit_body_path = "size", limit = 50, total_header = "Content-Range",
            maximum_page = 9, is_last_path = "isLast", missing_flag = ignore, stop_after_empty_page = false, stop_after_short_page = true,
        ),
    )]
    pub struct Numbered {
        /// The key.
        pub key: String,
    }

    /// By number, where the API's own size of pages says which is short.
    #[resource(path = "/v1/short", paginator = page_number(limit_param = none, limit = 50, stop_after_short_page = true))]
    pub struct Short {
        /// The key.
        pub key: String,
    }

    /// By offset.
    #[resource(
        path = "/v1/offsets",
        paginator = offset(limit = 50, advance = limit, total_path = "total", has_more_path = "more", missing_flag = end),
    )]
    pub struct Offset {
        /// The key.
        pub key: String,
    }

    /// By cursor.
    #[resource(
        path = "/v1/cursors", method = POST,
        paginator = cursor(
            cursor_path = "next", cursor_header = "X-After", initial_cursor = "*", end_cursor = -1, limit_param = "n",
            limit = 50, is_last_path = "last", missing_flag = error, repeated = end, stop_after_empty_page = true, stop_after_short_page = true,
        ),
    )]
    pub struct Cursor {
        /// The key.
        pub key: String,
    }

    /// By cursor from header to header.
    #[resource(
        path = "/v1/headers",
        paginator = header_cursor(
            cursor_key = "X-Next", cursor_header = "X-Next", initial_cursor = 0, end_cursor = "end", limit_param = "n",
            limit = 50, has_more_path = "more", missing_flag = end, repeated = error, stop_after_empty_page = true,
        ),
    )]
    pub struct HeaderCursor {
        /// The key.
        pub key: String,
    }

    /// By link in a header.
    #[resource(
        path = "/v1/links",
        paginator = header_link(
            links_next_key = "older", end_attribute("results" = "false"), limit_param = "n", limit = 50,
            is_last_path = "last", missing_flag = end, repeated = end, stop_after_empty_page = true,
        ),
    )]
    pub struct HeaderLink {
        /// The key.
        pub key: String,
    }

    /// By link in the body.
    #[resource(
        path = "/v1/json_links", method = POST,
        paginator = json_link(
            next_url_path = "_links.next", base_path = "_links.base", limit_body_path = "n", limit = 50, resend_params = true,
            has_more_path = "more", missing_flag = end, repeated = end, stop_after_empty_page = true, stop_after_short_page = true,
        ),
    )]
    pub struct JsonLink {
        /// The key.
        pub key: String,
    }

    /// Pages of a wiki, which their total counts.
    #[resource(path = "/v1/pages", data_selector = "pages", paginator = page_number(total_path = "total_pages"))]
    pub struct WikiPage {
        /// The key.
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.numbered().page_size(10).concurrency(2).stream();
    let _ = client.short().concurrency(2).stream();
    let _ = client.offset().page_size(10).concurrency(2).stream();
    let _ = client.cursor().page_size(10).stream();
    let _ = client.header_cursor().page_size(10).stream();
    let _ = client.header_link().page_size(10).stream();
    let _ = client.json_link().page_size(10).stream();
    let _ = client.wiki_page().stream();
}
