//! Samples: recorded responses that a declaration is checked against, or made from.
//!
//! `sample = "samples/tickets.json"` names a recorded response; the path starts at the crate's root, where its `Cargo.toml` is. It is JSON, or rows one a line
//! (`.ndjson`, `.jsonl`: then `data_selector` is not looked at), also with gzip (`….json.gz`), up to 64 MiB. When it changes, the crate is built anew. At compile time
//!
//! - `data_selector` leads to rows; `total_path`, `total_pages_path`, `has_more_path`, `cursor_path` and `next_url_path` to what the paginator needs;
//! - a field that is no `Option` is in every row and nowhere null, and its key is spelled as the API spells it;
//! - each value fits its type, as far as the type is known by its name: `bool`, integers, floats, `String`, [`jiff`](mod@crate::jiff) times, `Option`, `Vec`, maps,
//!   `#[nested]` structs and enums, the values of which are listed; what `#[serde(…)]` says of names and defaults holds, and other types are not judged;
//! - the key tells the rows apart, unless `filter`, `map` or `yield_map` change them.
//!
//! A struct without fields gets them from its sample: in `snake_case`, in the order of their first appearance, each documented with a value that it had (but for
//! tokens, passwords and the like).
//!
//! | in the rows | in Rust |
//! | --- | --- |
//! | absent or null somewhere | `Option<…>` |
//! | true and false | `bool` |
//! | whole numbers | `i64`, or `u64` where one is larger |
//! | other numbers | `f64` |
//! | texts that are all instants with an offset | [`jiff::Timestamp`] |
//! | other texts | `String` |
//! | arrays | `Vec<…>` |
//! | objects | a struct named after the path: `TicketAssignee`; in arrays `TicketLabel` for `labels` |
//! | values of several types, empty objects and arrays, nothing but null | [`Json`](crate::Json) |
//!
//! The struct derives `Debug` and `Clone`, and what is derived for it is derived for the structs inside of it. Rows that are plain values make a struct around one.
//! A sample is not the API: what it has in every row may be absent in the next. To pin a type, write the fields out; the sample then checks them.
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod desk {
//! #[resource(
//!     name = tickets, path = "/tickets", data_selector = "tickets", sample = "samples/tickets.json",
//!     primary_key = id, rename_all = "camelCase",
//!     paginator = offset(limit = 50, total_path = "total"),
//! )]
//! pub struct Ticket;
//! # }
//!
//! fn opened(ticket: &desk::Ticket) -> (i64, declarest::jiff::Timestamp) {
//!     (ticket.id, ticket.opened_at)
//! }
//!
//! fn assignee(ticket: &desk::Ticket) -> Option<&desk::TicketAssignee> {
//!     ticket.assignee.as_ref()
//! }
//! # let _ = desk::Client::builder().build()?.tickets().stream();
//! # let _ = (opened, assignee);
//! # Ok::<(), declarest::Error>(())
//! ```
