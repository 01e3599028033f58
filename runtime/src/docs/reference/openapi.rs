//! OpenAPI files: the API's own description, which a declaration is checked against, or made from. Needs the feature `openapi`.
//!
//! `openapi = "openapi.json"` on a source names a file; the path starts at the crate's root, where its `Cargo.toml` is. It is of OpenAPI 3.0 or 3.1, in JSON or
//! YAML (`.yaml`, `.yml`), also with gzip (`….json.gz`), up to 64 MiB; JSON is read many times faster. When it changes, the crate is built anew. At compile time, for each resource
//!
//! - path and method are in the file: below the `servers` or the base URL, placeholders by their position, whatever they are called;
//! - what is sent is: params, those of the paginator and of `incremental` too, and the keys of a body; what is required is sent; types, fixed values and
//!   page sizes fit. Headers are looked at only where one is all but the name of another, since most files do not list them all;
//! - `data_selector` leads to rows in the successful answer; `total_path`, `total_pages_path`, `has_more_path`, `cursor_path` and `next_url_path` to what the
//!   paginator needs;
//! - each field is there, and of a type that fits; an enum lists all names; what may be null or absent is an `Option`;
//! - the credentials are of a kind that is taken there.
//!
//! References within the file are followed, and `allOf` is put together. What can be one of several things (`oneOf`, `anyOf`), what is said in another file,
//! answers that are not JSON, and the rows of an RFC 9535 query are not judged.
//!
//! **Absent or not.** Many files leave `required` to a generator, or do without it. A property that it does not list is taken for one that may be absent only
//! where it is surely about answers: where the schema has a `required`, and none of its properties may be null, nor has a default without being required.
//! `#[serde(default)]` on a field says that it may be absent without being an `Option`.
//!
//! **Integers.** A `number` is no integer, unless the file nowhere says `integer`.
//!
//! # Fields
//!
//! A struct without fields, and without a `sample`, gets them from the schema of its rows: in `snake_case`, in the file's order, documented by the first paragraph of their
//! descriptions.
//!
//! | in the file | in Rust |
//! | --- | --- |
//! | may be absent or null, as above | `Option<…>` |
//! | `boolean` | `bool` |
//! | `integer` | `i64`, or `u64` of the format `uint64` |
//! | `number` | `f64` |
//! | `string` of the format `date-time` | [`jiff::Timestamp`] |
//! | other texts, those with an `enum` too | `String` |
//! | `array` | `Vec<…>` |
//! | `object` with properties | a struct named after the path: `OrderCustomer`; in arrays `OrderItem` for `items` |
//! | other objects, values of several types, schemas within themselves | [`Json`](crate::Json) |
//!
//! What is derived is as with [samples](super::samples). To pin a type, write the fields out; the file then checks them.
//!
#![cfg_attr(feature = "openapi", doc = "```")]
#![cfg_attr(not(feature = "openapi"), doc = "```ignore")]
//! #[declarest::source(
//!     base_url = "https://shop.example.com/api",
//!     auth = bearer(token = secret(shop_token)),
//!     openapi = "samples/shop.yaml",
//!     resource_defaults(
//!         data_selector = "data", primary_key = id, rename_all = "camelCase",
//!         paginator = page_number(total_path = "meta.total"),
//!     ),
//! )]
//! pub mod shop {
//!     /// Checked against the file.
//!     #[resource(name = articles, path = "/articles", params(state: Option<String>))]
//!     pub struct Article {
//!         pub id: u64,
//!         pub name: String,
//!     }
//!
//!     /// Made from it.
//!     #[resource(name = orders, path = "/customers/{customer}/orders", params(customer: u64))]
//!     pub struct Order;
//! }
//!
//! fn customer(order: &shop::Order) -> Option<&shop::OrderCustomer> {
//!     order.customer.as_ref()
//! }
//! # let _ = shop::Client::builder().shop_token("t").build()?.orders(7_u64).stream();
//! # let _ = (customer, |order: shop::Order| -> (i64, declarest::jiff::Timestamp) { (order.id, order.placed_at) });
//! # Ok::<(), declarest::Error>(())
//! ```
