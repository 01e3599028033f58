//! The declaration language: all that `#[source(…)]`, `#[resource(…)]`, `#[column(…)]` and `#[nested]` can say.
//!
//! An option with one value is written `name = value`, one with several `name(…)`. What is unknown, given twice or out of place
//! is a compile error. Literals are checked: URLs, paths, JSON paths, header names and values, statuses, durations (`"500ms"`,
//! `"30s"`, `"5m"`, `"1h"`, `"1d"`), sizes (`"64MiB"`, `"10MB"`, or a number of bytes).
//!
//! # `#[declarest::source(…)]` on an inline module
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `base_url = "https://…"` | what paths are joined to; `http` only without secrets, or to loopback | – |
//! | `auth = bearer(token = secret(name))` | `Authorization: Bearer …` (RFC 6750) | `none` |
//! | `headers("Name" = "value", …)` | with every request | |
//! | `retry(max_retries, backoff_factor, statuses, max_wait)` | see below | `5`, `1`, `[429, 500, 502, 503, 504]`, `"5m"` |
//! | `timeout = "…"` | one attempt, from the connection to the last byte | `"1m"` |
//! | `connect_timeout = "…"` | making a connection | `"10s"` |
//! | `concurrency = n` | pages in flight | `4` |
//! | `max_page_bytes = "…"` | the largest page, after decompression | `"64MiB"` |
//! | `crate = path` | where this crate is found, if it is renamed | `::declarest` |
//! | `resource_defaults(…)` | any resource option but `name` and `path` | |
//!
//! A resource's own option replaces the default's as a whole, except `params` and `headers`, which merge by name.
//!
//! **Retries.** An attempt is made again, up to `max_retries` times, when the status is among `statuses`, when the connection
//! fails or breaks (also in the middle of a page), and after a time-out. Before retry *n* it waits `backoff_factor` × 2^(*n*−1) seconds
//! and up to a quarter more; `Retry-After` (RFC 9110, seconds or a date) takes the place of that; `max_wait` bounds both.
//!
//! # `#[resource(…)]` on a struct
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `name = ident` | the resource, its fetch method and its table | the struct's name in `snake_case` |
//! | `path = "/v1/x/{param}/y"` | joined to the base URL; `{param}` is a declared param, percent-encoded | – |
//! | `method = GET` | the only one so far | `GET` |
//! | `headers("Name" = "value", …)` | with every request, after the source's | |
//! | `params(…)` | query parameters and path values, see below | |
//! | `data_selector = "a.b[*]"` | where the rows are in the body | the body itself, an array |
//! | `paginator = …` | see below | – |
//! | `primary_key = field` or `(a, b)` | what identifies a row; not `Option` | – |
//! | `write_disposition = append` or `merge` | what a sync does with rows that are there; `merge` needs a key | `append` |
//! | `rename_all = "camelCase"` | how the API spells the fields, one of serde's rules | as the fields |
//! | `selected = false` | fetched by its method, but not part of a sync | `true` |
//! | `auth`, `retry(…)`, `timeout` | for this resource alone | the source's |
//!
//! **Params.** `a = "text"` is sent with every request; `b: T` is an argument of the fetch method; `c: Option<T>` is a setter of the request;
//! `d as "wireName": T` is sent under another name. `T` is any [`Param`](crate::Param). A param that stands as `{name}` in the path is not
//! sent in the query. A resource with required params has no values for them in a sync, so it is not part of one.
//!
//! **JSON paths** (`data_selector` and the paginators' `…_path`) are keys joined by dots, with `[0]` for an element, `[*]` for all, and
//! `["a key"]` for a key with other characters.
//!
//! # Paginators
//!
//! `single_page`: one request.
//!
//! `page_number(…)`: `?page=1`, `?page=2`, …
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `page_param = "…"` | takes the page's number | `"page"` |
//! | `base_page = n` | the number of the first page (dlt: 0) | `1` |
//! | `limit_param = "…"`, `limit = n` | takes the rows per page; how many | not sent |
//! | `total_path = "…"` | where the body says how many **rows** there are (dlt: pages); −1 is "unknown" | – |
//! | `total_header = "…"` | the header that says so | – |
//! | `total_pages_path = "…"` | where the body says how many pages there are | – |
//! | `has_more_path = "…"` | where the body says whether there is another page: a truth value, also as text | – |
//! | `maximum_page = n` | the first page number that is not asked for | – |
//! | `stop_after_empty_page = bool` | whether a page without rows is the last | `true` |
//!
//! With a total, the pages after the first are read several at a time, and none is asked for that the total rules out.
//!
//! # Fields
//!
//! Any [`Column`](crate::Column) type: `bool`, integers, floats, `String`, [`jiff`](mod@crate::jiff) times, [`Json`](crate::Json), `Option` of these,
//! `Vec`, maps with `String` keys, and `#[nested]` types. A field that is absent or null is an error unless it is an `Option` (a `Json`
//! takes null as a value). The user's own
//! `#[serde(…)]` attributes hold.
//!
//! | attribute | meaning |
//! | --- | --- |
//! | `#[column(name = "…")]` | the column's name; default: the field's |
//! | `#[column(json)]` | any type with serde's `Deserialize` and `Serialize`, stored as JSON text |
//! | `#[column(skip)]` | read, but not stored |
//!
//! `#[nested]` on a struct or enum of the module makes it a part of rows, under the same renaming or its own, `#[nested(rename_all = "…")]`. It is stored
//! as JSON text; an enum of unit variants as text, and `#[other] Other(String)` takes the values that it does not know.
//!
//! # All of it in one
//!
//! ```
//! #[declarest::source(
//!     base_url = "https://api.example.com/api",
//!     auth = bearer(token = secret(shop_token)),
//!     headers("Accept-Language" = "en"),
//!     retry(max_retries = 3, backoff_factor = 2, statuses = [429, 503], max_wait = "2m"),
//!     timeout = "30s",
//!     connect_timeout = "5s",
//!     concurrency = 8,
//!     max_page_bytes = "16MiB",
//!     resource_defaults(rename_all = "camelCase", paginator = page_number(limit_param = "per_page", limit = 100)),
//! )]
//! pub mod shop {
//!     #[resource(
//!         name = orders,
//!         path = "/customers/{customer}/orders",
//!         params(customer: String, state: Option<String>, include as "expand[]" = "items"),
//!         data_selector = "data.orders",
//!         primary_key = id,
//!         write_disposition = merge,
//!     )]
//!     #[derive(Debug)]
//!     pub struct Order {
//!         pub id: u64,
//!         pub placed_at: declarest::jiff::Timestamp,
//!         pub state: State,
//!         pub items: Vec<Item>,
//!         #[column(name = "note_text")]
//!         pub note: Option<String>,
//!         #[column(skip)]
//!         pub internal: Option<declarest::Json>,
//!     }
//!
//!     #[nested(rename_all = "kebab-case")]
//!     #[derive(Debug)]
//!     pub enum State {
//!         Open,
//!         InTransit,
//!         #[other]
//!         Other(String),
//!     }
//!
//!     #[nested]
//!     #[derive(Debug)]
//!     pub struct Item {
//!         pub article_number: String,
//!         pub amount: u32,
//!     }
//! }
//!
//! let client = shop::Client::builder().shop_token("…").build()?;
//! let request = client.orders("7 of 9").state("open").page_size(50);
//! # drop(request);
//! # Ok::<(), declarest::Error>(())
//! ```
