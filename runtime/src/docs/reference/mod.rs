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
//! | `base_url = "https://…"` | what paths are joined to; `http` only without secrets, or to loopback | – (required) |
//! | `auth = …` | credentials, see below | `none` |
//! | `headers("Name" = "value", …)` | with every request | |
//! | `params(name: Type, other: Option<Type>)` | client-wide: a setter of the builder each, for placeholders, see below | |
//! | `retry(max_retries, backoff_factor, statuses, max_wait)` | see below | `5`, `1`, `[429, 500, 502, 503, 504]`, `"5m"` |
//! | `timeout = "…"` | one attempt, from the connection to the last byte | `"1m"` |
//! | `connect_timeout = "…"` | making a connection | `"10s"` |
//! | `rate_limit = "10/s"` | how many requests may be sent in a time: `s`, `m` or `min`, `h`, `d` | none |
//! | `concurrency = n` | pages in flight | `4` |
//! | `max_page_bytes = "…"` | the largest page, after decompression | `"64MiB"` |
//! | `trust = ["https://…", …]` | other origins that are sent the credentials, when a link or redirect leads there | |
//! | `openapi = "openapi.json"` | the API's own description, which the declaration is checked against, or made from, see [`openapi`] | – |
//! | `crate = path` | where this crate is found, if it is renamed | `::declarest` |
//! | `resource_defaults(…)` | any resource option but `name`, `path` and `sample` | |
//!
//! A resource's own option replaces the default's as a whole, except `params` and `headers`, which merge by name.
//!
//! **Retries.** An attempt is made again, up to `max_retries` times, when the status is among `statuses`, when the connection
//! fails or breaks (also in the middle of a page), and after a time-out. Before retry *n* it waits `backoff_factor` × 2^(*n*−1) seconds
//! and up to a quarter more. What the server says takes the place of that: `Retry-After` (RFC 9110, seconds or a date), or a field like `retry_after` or
//! `retry_after_ms` in a JSON body, whichever is longer. `max_wait` bounds both.
//! A resource's `retry(…)` replaces the source's as a whole: fields that it leaves out have the defaults of the table, not the source's.
//!
//! **Limits.** With `rate_limit = "10/s"` no second has more than ten requests, those of the client's clones included. All requests of the client wait
//! while the server asks one of them to: with `Retry-After`, by a 429, or by a quota with nothing left (`RateLimit`, `RateLimit-Remaining` and
//! `RateLimit-Reset`, also with `X-` before). After a 429 half as many are in flight, and then, answer by answer, more again. A 403 that says
//! that nothing is left of the quota is taken for a 429.
//!
//! **Requests** carry `Accept: application/json` and `User-Agent: declarest/<version>`; `headers(…)` replaces either. Up to 10 redirects
//! are followed, none from https to http; 301, 302 and 303 turn a POST into a GET. The usual proxy variables (`HTTPS_PROXY`, `NO_PROXY`, …)
//! are honoured.
//!
//! # Credentials
//!
//! | `auth = …` | sends |
//! | --- | --- |
//! | `none` | nothing |
//! | `bearer(token = secret(name))` | `Authorization: Bearer …` (RFC 6750) |
//! | `http_basic(username = "…", password = secret(name))` | `Authorization: Basic …` (RFC 7617); the user name may be a secret, too, and then the password may be `""` |
//! | `api_key(name = "X-Api-Key", api_key = secret(name), location = header)` | the key under that name in a `header` (the default), the `query` or a `cookie` |
//! | `oauth2_client_credentials(…)` | an access token that the client gets by itself and renews (RFC 6749, section 4.4) |
//! | `custom(path::To::Type, secret(name), …)` | what a [`CustomAuth`](crate::auth::CustomAuth) of yours adds; the secrets listed are those that it may ask for |
//!
//! `oauth2_client_credentials(…)`:
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `access_token_url = "https://…"` or `"/path"` | where tokens are given out, a path being below the base URL; the builder's `.access_token_url(…)` goes over it | – (required) |
//! | `client_id = "…"` or `secret(name)` | the client's name | – (required) |
//! | `client_secret = secret(name)` | its secret | – (required) |
//! | `scopes = ["…", …]` | what access is asked for | none |
//! | `access_token_request_data("audience" = "…", …)` | what else the request for a token says | |
//! | `client_auth = body` or `header` | where it holds the client's name and secret | `body` |
//! | `default_token_expiration = "1h"` | how long a token holds that does not say so | `"1h"` |
//!
//! One token is fetched for all requests. It is renewed 30 s before it expires, or after nine tenths of its life if that is later, and once
//! for a request that is answered with 401. The client's name and secret go to `access_token_url` alone, and no redirect is followed from
//! there; `retry(…)` and `timeout` of the source hold there, too.
//!
//! A secret stands in a declaration by its name; a literal in its place is a compile error. Credentials go to the origin of the base URL and
//! to those in `trust`, nowhere else.
//!
//! # `#[resource(…)]` on a struct
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `name = ident` | the resource, its fetch method and its table | the struct's name in `snake_case` |
//! | `path = "/v1/x/{param}/y"` | joined to the base URL; `{param}` is a declared param, `{resources.parent.field}` a value of a parent, see below | – (required) |
//! | `method = GET` or `POST` | a POST is a query as well: it may be repeated | `GET` |
//! | `json = { "key": value, … }` | the body of a POST, see below | `{}` |
//! | `data = "text"` or `{ "key": value, … }` | instead of `json`: a text as it is (but for fields of parents, see below), or a form (`key=value&…`) of plain values and params | – |
//! | `headers("Name" = "value", …)` | with every request; replaces a header of the source of the same name | |
//! | `params(…)` | query parameters and path values, see below | |
//! | `data_selector = "a.b[*]"` | where the rows are in the body | the body itself, an array |
//! | `missing_rows = error` or `empty` | what it means that nothing is at the selector | `error` |
//! | `response_actions(404 = ignore, body("error") = fail, …)` | what answers mean, see below | |
//! | `filter = path::to::function` | keeps the rows for which this `fn(&T) -> bool` is true | |
//! | `map = path::to::function` | changes each row by this `fn(T) -> T` | |
//! | `yield_map = path::to::function` | makes none, one or several rows of each by this `fn(T) -> impl IntoIterator<Item = T>` | |
//! | `on_bad_row = fail` or `quarantine` | what becomes of a row that cannot be read: an error, or it is left out; a sync stores it in `_declarest_quarantine` and counts it, a fetch logs a warning | `fail` |
//! | `paginator = …` | see below | `auto` |
//! | `include_from_parent(field, parent.field, …)` | columns of parents that are added to the table, see below | |
//! | `primary_key = field` or `(a, b)` | what identifies a row; not `Option` | – |
//! | `write_disposition = append`, `merge` or `replace` | what a sync does with rows that are there; `merge` needs a key, `replace` gives a table that holds this load alone | `append` |
//! | `incremental(…)` | only what is new since the last run, see below | everything, in every run |
//! | `result_window = n` | how many rows of a query the API gives out, see below | all |
//! | `rename_all = "camelCase"` | how the API spells the fields, one of serde's rules | as the fields |
//! | `sample = "file.json"` | a recorded response that the declaration is checked against, or made from, see [`samples`] | – |
//! | `selected = false` | fetched by its method, and verified, but not part of a sync, unless `.only([…])` names it or a child needs it | `true` |
//! | `auth`, `retry(…)`, `timeout` | for this resource alone | the source's |
//! | `rate_limit = "10/s"` | for this resource alone, besides the source's | none |
//!
//! **Params.** `a = "text"` is sent with every request; `b: T` is an argument of the fetch method; `c: Option<T>` is a setter of the request;
//! `d as "wireName": T` is sent under another name. `T` is any [`Param`](crate::Param); of a `Vec`, each value is sent by itself (`?id=1&id=2`), with
//! `ids: Vec<u64> (style = csv)` all are sent as one (`?ids=1,2`). A param that stands as `{name}` in the path is not
//! sent in the query. A resource with required params has no values for them in a sync, so it is not part of one.
//!
//! **Placeholders.** `{name}` in a path or in the value of a header is a param of the resource or of the source, percent-encoded in a path; a param that only
//! headers name is not sent in the query. Fixed values (`a = "team-{tenant}"`) may name the source's params, and so may the source's own headers. A header
//! that names a param which is not set is left out. `{{` and `}}` are braces. In bodies, these braces mean nothing.
//!
//! **Parents.** `{resources.posts.id}` in the path, in a static param, in a header's value or in a text of `json` or `data` is the field `id` of a row of the
//! resource `posts`: a sync reads the resource once for each value that the parent's rows have, and the fetch method takes it as an argument,
//! `posts_id`. The field is a plain value; rows where it is absent are passed over. Of several resources that are named, one is the nearest
//! parent, and the others are parents of that. `include_from_parent(id, forums.name)` adds the columns `_posts_id` and `_forums_name` to the
//! table, a field without a resource being the nearest parent's; `primary_key` may name such columns.
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
//! # pub mod blog {
//! #[resource(name = posts, path = "/posts", primary_key = id)]
//! pub struct Post {
//!     pub id: u64,
//! }
//!
//! #[resource(
//!     name = comments, path = "/posts/{resources.posts.id}/comments",
//!     include_from_parent(id), primary_key = (_posts_id, number), write_disposition = merge,
//! )]
//! pub struct Comment {
//!     pub number: u32,
//! }
//! # }
//! # let _ = blog::Client::builder().build()?.comments(7).stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! **JSON bodies.** The values of `json` are literals, `null`, arrays, objects and the names of params. A param that is named there is sent
//! there, not in the query; an optional one that is not set leaves its key out. What the paginator puts into the body goes over what is
//! declared. A string that contains `{resources.posts.id}` among other text gets the value inserted as it is; a string that is the
//! placeholder alone becomes the value itself, so that a number stays a number. In a query language such as GraphQL, pass the value as a
//! variable: text inserted into a query is not escaped for that language.
//!
//! **Answers.** `response_actions` looks at a status (`404`), for a text anywhere in the body (`"text"`), at both (`(403, "text")`), or at
//! a value in a JSON body: `body("error")` is any value there but null, false and what is empty, `body("ok" = false)` this value. The first
//! action that matches holds. Texts and `body(…)` match successful answers too; of an error's body, about the first 16 KiB are searched.
//! `ignore`: there are no rows here, the walk ends; `retry`: another attempt is made, within the bounds of `retry(…)`; `fail`: it is an
//! error. `filter`, `map` and `yield_map` are taken in the order in which they are written; rows that are filtered out still count for
//! totals and offsets, and so do the elements of a list of which a query picks out some.
//!
//! **Bodies.** A body is JSON in UTF-8, whatever charset its header names; a byte order mark is passed over. Of a key that stands twice in
//! an object, the last one counts. A body larger than `max_page_bytes` is an error, and not read further. Values that a field reads may be
//! nested 127 levels deep, counted from the body; a [`Json`](crate::Json), and values that no field names, at any depth.
//!
//! **What is new.** `incremental(cursor = updated_at, start_param = "since")` asks for rows from the newest on that the last committed run has stored:
//! a field of every row says how new it is. It is an integer, a `String` that sorts as it grows, or a [`jiff`](mod@crate::jiff) `Timestamp`,
//! `civil::DateTime` or `civil::Date`.
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `cursor = field` | the field that says how new a row is; not `Option` | – (required) |
//! | `start_param = "…"` or `start_body_path = "…"` | takes the beginning of the range, which is part of it | – (required) |
//! | `end_param = "…"` or `end_body_path = "…"` | takes the end, which is not | – |
//! | `end_inclusive = true` | the API includes the end. With integers, dates, or a `format` of days, hours or minutes, the last whole unit before the end is sent; with seconds or finer, and with texts, the end itself is sent, and rows at it are dropped | `false` |
//! | `initial_value = "2024-01-01"` or `5` | where the first run begins | at the beginning |
//! | `end_value = "…"` | where every run ends. Each run then reads the same range again, so use `merge`: `append` would store its rows again | open: no end is sent, except for slices |
//! | `lag = "1h"` or `10` | how far a run goes back behind the newest row, for rows that come late; needs `merge` | – |
//! | `format = "%Y-%m-%d"`, `epoch_seconds`, `epoch_millis` or `epoch_micros` | how a time is written in a request: a pattern of `strftime`, or a number | UTC in whole seconds, `2024-01-31T00:00:00Z`; a `DateTime` without the `Z`, a `Date` as `2024-01-31` |
//!
//! With `append`, only the position that an earlier run has left tells new rows from those already in the table. If the table has rows, but
//! no earlier run left a position (none was incremental), the run is refused with `Schema` before anything is read; `.full_refresh()` starts
//! over. Rows at the newest position are known by their key, or by all of their columns: one of these that is declared no more is an error,
//! too.
//!
//! A child that is added to an incremental resource, or is read with other values of it than before, needs rows that do not come again: where
//! they are merged, all of them are read once more; where they are appended, `.only(["child"])` reads them for it, and a sync says so.
//!
//! There is one newest position for the resource. Where it is read for the rows of a parent, that is one for all of them: rows of a parent
//! that comes later, older than the newest of the others, are not asked for. Leave `incremental` out of such a resource where that
//! can be so, and let the parent have it.
//!
//! **Fetched by its method**, an incremental resource has no state: it is read from `initial_value` to `end_value`, and rows outside that
//! range are dropped. With `result_window` it is read in slices, as in a sync.
//!
//! **Windows.** Some APIs refuse rows past the first few thousand of a query. `result_window = 10_000` says so: no page past it is asked
//! for, and a range whose total reaches the window (a total equal to it may be a capped one) is read in slices. A slice that cannot be cut
//! further and still reaches the window ends with `WindowExceeded`. A window needs `incremental` with a beginning and an end, and a
//! `page_number` or `offset` paginator with a total and a `limit` that divides the window.
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod analytics {
//! #[resource(
//!     name = issues, path = "/v1/issues/search", data_selector = "issues",
//!     primary_key = key, write_disposition = merge,
//!     paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
//!     incremental(cursor = created, start_param = "createdAfter", end_param = "createdBefore", lag = "1h", format = "%FT%T%z"),
//!     result_window = 10_000,
//! )]
//! pub struct Issue {
//!     pub key: String,
//!     pub created: declarest::jiff::Timestamp,
//! }
//! # }
//! # let _ = analytics::Client::builder().build()?.issues().stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! **JSON paths** (`data_selector` and the paginators' `…_path`) are keys joined by dots, with `[0]` for an element, `[*]` for all, and
//! `["a key"]` for a key with other characters; where one value is looked for, `[-1]` is the last element. A `data_selector` may also be a
//! whole query (RFC 9535), which starts with `$`: `"$.issues[?@.open == true]"`, `"$..items[*]"`. For such a one the page is read as a
//! whole; it needs the feature `jsonpath`, which is on by default. If `data_selector` leads to an object, that object is the one row; `"$"`
//! makes the whole body the row. The lists that `[*]` goes through must exist, and may be empty; of `groups[*].items`, at least one group
//! must have `items`, where there are groups.
//!
//! # Paginators
//!
//! | paginator | the next page is |
//! | --- | --- |
//! | `auto` | where a `Link` header says, else where a well-known field of the body does (`next`, `links.next`, …, see below); else there is one page |
//! | `single_page` | none: one request |
//! | `page_number(…)` | `?page=2` |
//! | `offset(…)` | `?offset=100&limit=100` |
//! | `cursor(…)` | `?cursor=…`, with what the last page's body says |
//! | `header_cursor(…)` | the same, with what a header says |
//! | `header_link(…)` | at the URL in the header `Link` (RFC 8288) |
//! | `json_link(…)` | at the URL in the body |
//! | `custom(path::To::Type)` | what a [`CustomPaginator`](crate::paginate::CustomPaginator) of yours says |
//!
//! The fields that `auto` knows are `next`, `next_url`, `nextUrl`, `next_page`, `next_page_url`, `next_link`, `nextLink`,
//! `@odata.nextLink`, `links.next`, `links.next.href`, `_links.next.href`, `paging.next`, `paging.next.link`, `pagination.next`,
//! `pagination.next_url`, `meta.next` and `info.next`. The first that holds a link counts: a text that starts with `http`, `/` or `?`.
//!
//! Only page numbers and offsets can be read several at a time. A `…_body_path` is a place in the body of a POST: keys joined by dots.
//!
//! `page_number(…)`: `?page=1`, `?page=2`, …
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `page_param = "…"` | takes the page's number | `"page"` |
//! | `page_body_path = "…"` | takes it instead, in the body | – |
//! | `base_page = n` | the number of the first page (dlt: 0) | `1` |
//! | `limit_param = "…"`, `limit = n` | takes the rows per page; how many | not sent |
//! | `total_path = "…"` | where the body says how many **rows** there are (dlt: pages); −1 is "unknown" | – |
//! | `total_header = "…"` | the header that says so | – |
//! | `total_pages_path = "…"` | where the body says how many pages there are | – |
//! | `has_more_path = "…"` | where the body says whether there is another page: a truth value, also as text | – |
//! | `maximum_page = n` | the first page number that is not asked for | – |
//! | `stop_after_empty_page = bool` | whether a page without rows is the last | `true` |
//!
//! With a total, the pages after the first are read several at a time, and none is asked for that the total rules out. A total that its own page
//! refutes, with more rows than there are to be in all, is not heeded: the walk goes on to a page without rows.
//!
//! A page that has rows must have what `total_path`, `total_header`, `total_pages_path` and `has_more_path` point to: absence is an error.
//! Where the API sends it on some pages only, leave it out; the walk then ends at an empty page.
//!
//! `offset(…)`: it advances by the rows that came, so that a server's own cap loses none.
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `limit = n` | rows per page | – (required) |
//! | `offset = n` | the offset of the first page. With `1`, the API may count its rows from 1: one more page than the total promises may be asked for, to see | `0` |
//! | `offset_param = "…"`, `limit_param = "…"` | take offset and limit | `"offset"`, `"limit"` |
//! | `offset_body_path = "…"`, `limit_body_path = "…"` | take them instead, in the body | – |
//! | `total_path`, `total_header`, `has_more_path`, `stop_after_empty_page` | as of `page_number` | |
//! | `maximum_offset = n` | the first offset that is not asked for | – |
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod tracker {
//! #[resource(
//!     path = "/tickets", data_selector = "value",
//!     paginator = offset(limit = 50, offset_param = "$skip", limit_param = "$top", total_path = "count"),
//! )]
//! pub struct Ticket {
//!     pub id: u64,
//! }
//! # }
//! # let _ = tracker::Client::builder().build()?.ticket().concurrency(8).stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! `cursor(…)`: the walk ends where the body names no next page.
//!
//! | option | meaning | default |
//! | --- | --- | --- |
//! | `cursor_path = "…"` | where the body names the next page: a text or a number | – (required) |
//! | `cursor_param = "…"` | takes the cursor | `"cursor"` |
//! | `cursor_body_path = "…"` | takes it instead, in the body | – |
//! | `limit_param = "…"`, `limit = n` | takes the rows per page; how many | not sent |
//! | `has_more_path = "…"` | as of `page_number`; more without a cursor is an error | – |
//! | `stop_after_empty_page = bool` | whether a page without rows is the last, also when it names another | `false` |
//!
//! `header_cursor(…)` has `cursor_key = "…"`, the header that names the next page (`"next"`), `cursor_param` (`"cursor"`), `limit_param`
//! and `limit`.
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod payments {
//! #[resource(
//!     path = "/v1/charges", data_selector = "data",
//!     auth = http_basic(username = secret(payments_key), password = ""),
//!     paginator = cursor(
//!         cursor_path = "next_cursor", cursor_param = "starting_after",
//!         limit_param = "limit", limit = 100, has_more_path = "has_more",
//!     ),
//! )]
//! pub struct Charge {
//!     pub id: String,
//!     pub amount: i64,
//! }
//! # }
//! # let _ = payments::Client::builder().payments_key("k").build()?.charge().stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! `header_link(…)` has `links_next_key = "…"`, the link's relation (`"next"`); `json_link(…)` has `next_url_path = "…"`, where the body holds the
//! URL (`"next"`): absolute, relative or a query alone. Both have `limit_param` and `limit`, for the first request: the links hold the rest.
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod forge {
//! #[resource(
//!     path = "/orgs/{org}/repos", params(org: String),
//!     auth = bearer(token = secret(forge_token)),
//!     paginator = header_link(limit_param = "per_page", limit = 100),
//! )]
//! pub struct Repo {
//!     pub id: u64,
//!     pub name: String,
//! }
//! # }
//! # let _ = forge::Client::builder().forge_token("t").build()?.repo("rust-lang").stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! A search by POST, with the page's number in the body:
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod library {
//! #[resource(
//!     path = "/search", data_selector = "hits", method = POST,
//!     params(query: String, language: Option<String>),
//!     json = { "query": query, "filter": { "language": language, "public": true }, "sort": ["score", "id"] },
//!     paginator = page_number(page_body_path = "paging.page", total_path = "paging.total"),
//!     missing_rows = empty, response_actions(404 = ignore, "index is being built" = retry),
//!     filter = has_title,
//! )]
//! pub struct Book {
//!     pub id: u64,
//!     pub title: String,
//! }
//!
//! fn has_title(book: &Book) -> bool {
//!     !book.title.is_empty()
//! }
//! # }
//! # let _ = library::Client::builder().build()?.book("rust").language("en").stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! # Fields
//!
//! Any [`Column`](crate::Column) type: `bool`, integers, floats, `String`, [`jiff`](mod@crate::jiff) times (with the feature `chrono`, also its
//! `DateTime<Utc>`, `DateTime<FixedOffset>` and naive ones), [`Json`](crate::Json), `Option` of these, `Vec`, maps with `String` keys, and `#[nested]` types. A field that is absent or null is an error unless it is an `Option` (a `Json`
//! takes null as a value). Integers have up to 64 bits (not `usize` or `i128`); SQLite cannot hold a `u64` above `i64::MAX`: declare such a
//! field as `Json`. The user's own `#[serde(…)]` attributes hold.
//!
//! | attribute | meaning |
//! | --- | --- |
//! | `#[column(name = "…")]` | the column's name; default: the field's |
//! | `#[column(json)]` | any type with serde's `Deserialize` and `Serialize`, stored as JSON text |
//! | `#[column(skip)]` | read, but not stored |
//! | `#[column(child_table)]` | the elements of a `Vec`, or of an `Option` of one, are rows of a table of their own, `issues__flows`; the resource needs a key |
//! | `#[serde(flatten)]` on an [`Extra`](crate::Extra) | takes the fields that the struct does not name, stored as JSON text |
//!
//! The elements of a child table are `#[nested]` structs, whose fields are its columns (`name`, `json` and `skip` hold for them, too), or plain values in
//! the column `value`.
//!
//! Rows that are plain values are read into a struct around one: `pub struct Repository(pub String);`. Its column, and its field in `primary_key` and in
//! `{resources.repositories.value}`, is called `value`.
//!
//! ```
//! # #[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
//! # pub mod registry {
//! #[resource(name = repositories, path = "/v2/_catalog", data_selector = "repositories", primary_key = value)]
//! pub struct Repository(pub String);
//!
//! #[resource(name = manifests, path = "/v2/{resources.repositories.value}/manifests", primary_key = digest)]
//! pub struct Manifest {
//!     pub digest: String,
//!     #[column(child_table)]
//!     pub layers: Vec<Layer>,
//!     #[serde(flatten)]
//!     pub extra: declarest::Extra,
//! }
//!
//! #[nested]
//! pub struct Layer {
//!     pub digest: String,
//!     pub size: u64,
//! }
//! # }
//! # let _ = registry::Client::builder().build()?.manifests("library/rust").stream();
//! # Ok::<(), declarest::Error>(())
//! ```
//!
//! `#[nested]` on a struct or enum of the module makes it a part of rows, under the same renaming or its own, `#[nested(rename_all = "…")]`. It is stored
//! as JSON text; an enum of unit variants as text, and `#[other] Other(String)` takes the values that it does not know. Such an enum can be a param.
//!
//! # What is checked against the API itself
//!
//! `client.verify()` reads the first page of each resource, and tells all at once
//!
//! - fields that rows do not have or have null in, and that are no `Option`; values that do not fit their types; names that an enum does
//!   not list: with the path where they are inside of `#[nested]` structs and lists (`author.name`, `flows[*].line`), in how many rows, and
//!   where first. What `#[serde(…)]` says holds;
//! - fields of rows that the struct does not name, unless it keeps them as [`Extra`](crate::Extra): told, but no failure;
//! - a `data_selector` without an array behind it, and a page without rows, of which nothing can be told;
//! - a total, a cursor, a next link or an answer to `has_more_path` that is not where it is declared, or is something else; a total
//!   that is smaller than the page;
//! - rows of one page with the same `primary_key`;
//! - requests that the API refuses, and resources that could not be read, with the reason.
//!
//! See [`VerifyBuilder`](crate::VerifyBuilder).
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

pub mod openapi;
pub mod samples;
