//! Recipes: one declaration for each style of API. Every one of them is compiled with this crate's tests.
//!
//! # Links in a header: GitHub
//!
//! Each page names the next one in its `Link` header (RFC 8288). The number of rows a page goes with the first request, and
//! from then on it is in the links.
//!
//! ```no_run
//! #[declarest::source(
//!     base_url = "https://api.github.com",
//!     auth = bearer(token = secret(github_token)),
//!     headers("Accept" = "application/vnd.github+json", "X-GitHub-Api-Version" = "2022-11-28"),
//! )]
//! pub mod github {
//!     /// An issue or a pull request.
//!     #[resource(
//!         name = issues, path = "/repos/{owner}/{repo}/issues",
//!         params(owner: String, repo: String, state = "all"),
//!         paginator = header_link(limit_param = "per_page", limit = 100),
//!     )]
//!     pub struct Issue {
//!         pub number: u64,
//!         pub title: String,
//!         pub updated_at: declarest::jiff::Timestamp,
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> declarest::Result<()> {
//! let client = github::Client::builder().github_token("ghp_…").build()?;
//! let issues = client.issues("rust-lang", "rust").await?;
//! # let _ = issues; Ok(()) }
//! ```
//!
//! # Cursors: Stripe
//!
//! The cursor of the next page is the id of this one's last row, and `has_more` says whether there is a next page.
//!
//! ```no_run
//! #[declarest::source(
//!     base_url = "https://api.stripe.com",
//!     auth = bearer(token = secret(stripe_key)),
//!     rate_limit = "100/s",
//!     resource_defaults(
//!         data_selector = "data",
//!         primary_key = id,
//!         write_disposition = merge,
//!         paginator = cursor(
//!             cursor_path = "data[-1].id", cursor_param = "starting_after",
//!             has_more_path = "has_more", limit_param = "limit", limit = 100,
//!         ),
//!     ),
//! )]
//! pub mod stripe {
//!     /// Who is charged.
//!     #[resource(name = customers, path = "/v1/customers")]
//!     pub struct Customer {
//!         pub id: String,
//!         pub email: Option<String>,
//!         pub metadata: declarest::Json,
//!     }
//!
//!     /// What was charged; only what is new since the last run.
//!     #[resource(
//!         name = charges, path = "/v1/charges",
//!         incremental(cursor = created, start_param = "created[gte]"),
//!     )]
//!     pub struct Charge {
//!         pub id: String,
//!         pub amount: i64,
//!         pub created: i64,
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! # Offsets
//!
//! The total in a header, and page after page behind `skip`; with the total known, pages are read several at a time.
//!
//! ```no_run
//! #[declarest::source(base_url = "https://api.example.com", auth = none)]
//! pub mod shop {
//!     /// An article for sale.
//!     #[resource(
//!         name = articles, path = "/articles",
//!         paginator = offset(offset_param = "skip", limit_param = "take", limit = 250, total_header = "X-Total-Count"),
//!     )]
//!     pub struct Article {
//!         pub sku: String,
//!         pub price: f64,
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! # A result window: SonarQube
//!
//! The API gives out no more than 10 000 rows of a query, whatever its total. With the range of `incremental` to cut, all rows
//! are read in slices that fit.
//!
//! ```no_run
//! #[declarest::source(
//!     base_url = "https://sonarqube.example.com",
//!     auth = bearer(token = secret(sonar_token)),
//! )]
//! pub mod sonar {
//!     /// A finding in a file.
//!     #[resource(
//!         name = issues, path = "/api/issues/search", data_selector = "issues",
//!         primary_key = key, write_disposition = merge, rename_all = "camelCase",
//!         paginator = page_number(page_param = "p", limit_param = "ps", limit = 500, total_path = "paging.total"),
//!         incremental(
//!             cursor = creation_date, start_param = "createdAfter", end_param = "createdBefore",
//!             format = "%Y-%m-%dT%H:%M:%S%z",
//!         ),
//!         result_window = 10_000,
//!     )]
//!     pub struct Issue {
//!         pub key: String,
//!         pub message: String,
//!         pub creation_date: declarest::jiff::Timestamp,
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! # A search by POST
//!
//! The query is a JSON body, and the cursor of the next page goes into it.
//!
//! ```no_run
//! #[declarest::source(base_url = "https://api.notion.com", auth = bearer(token = secret(notion_token)))]
//! pub mod notion {
//!     /// A page or a database.
//!     #[resource(
//!         name = pages, path = "/v1/search", method = POST,
//!         headers("Notion-Version" = "2022-06-28"),
//!         params(query: Option<String>),
//!         json = { "query": query, "page_size": 100, "filter": { "property": "object", "value": "page" } },
//!         data_selector = "results",
//!         paginator = cursor(cursor_path = "next_cursor", cursor_body_path = "start_cursor", has_more_path = "has_more"),
//!     )]
//!     pub struct Page {
//!         pub id: String,
//!         pub last_edited_time: declarest::jiff::Timestamp,
//!         pub properties: declarest::Json,
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> declarest::Result<()> {
//! let client = notion::Client::builder().notion_token("ntn_…").build()?;
//! let pages = client.pages().query("roadmap").await?;
//! # let _ = pages; Ok(()) }
//! ```
//!
//! # Parent and child
//!
//! In a sync the child is read for each row of its parent, several at a time; by its fetch method, for the values that the
//! program gives.
//!
//! ```no_run
//! #[declarest::source(
//!     base_url = "https://api.example.com",
//!     auth = bearer(token = secret(api_token)),
//!     concurrency = 8,
//!     resource_defaults(write_disposition = merge, primary_key = id),
//! )]
//! pub mod forum {
//!     /// What somebody has written.
//!     #[resource(name = posts, path = "/posts")]
//!     pub struct Post {
//!         pub id: u64,
//!         pub title: String,
//!     }
//!
//!     /// What others have written about it.
//!     #[resource(
//!         name = comments, path = "/posts/{resources.posts.id}/comments",
//!         include_from_parent(id),
//!         response_actions(404 = ignore),
//!     )]
//!     pub struct Comment {
//!         pub id: u64,
//!         pub text: String,
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> declarest::Result<()> {
//! let client = forum::Client::builder().api_token("…").build()?;
//! let comments = client.comments(17).await?;
//! let mut db = declarest::Sqlite::open("forum.db")?;
//! client.sync(&mut db).await?; // comments have a column `_posts_id`
//! # let _ = comments; Ok(()) }
//! ```
//!
//! # OAuth 2.0 client credentials
//!
//! One token for all requests, fetched when it is first needed, and again before it ends.
//!
//! ```no_run
//! #[declarest::source(
//!     base_url = "https://api.example.com",
//!     auth = oauth2_client_credentials(
//!         access_token_url = "https://login.example.com/oauth2/token",
//!         client_id = secret(client_id),
//!         client_secret = secret(client_secret),
//!         scopes = ["orders.read"],
//!     ),
//! )]
//! pub mod orders {
//!     /// What was bought.
//!     #[resource(name = orders, path = "/orders", data_selector = "value", paginator = json_link(next_url_path = "nextLink"))]
//!     pub struct Order {
//!         pub id: String,
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> declarest::Result<()> {
//! let client = orders::Client::builder().client_id("…").client_secret("…").build()?;
//! # let _ = client; Ok(()) }
//! ```
//!
//! # A sync that ends at Ctrl-C
//!
//! Dropping a sync commits the pages that have arrived; the next sync continues after them. So wait for the sync and for whatever shall end
//! it (a signal, a timeout) together. Dropping `Sqlite` waits until everything is written.
//!
//! ```no_run
//! # #[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
//! # pub mod shop {
//! #     #[resource(name = orders, path = "/orders")]
//! #     pub struct Order {
//! #         pub id: u64,
//! #     }
//! # }
//! # #[tokio::main]
//! # async fn main() -> declarest::Result<()> {
//! # let client = shop::Client::builder().build()?;
//! let mut db = declarest::Sqlite::open("shop.db")?;
//! tokio::select! {
//!     report = client.sync(&mut db) => println!("{}", report?),
//!     _ = tokio::signal::ctrl_c() => eprintln!("interrupted: run it again to go on"),
//! }
//! # Ok(()) }
//! ```
//!
//! # Anything else
//!
//! Where no paginator fits, a type of your own says what to ask for next: see [`paginate::CustomPaginator`](crate::paginate::CustomPaginator). Where no kind of
//! credentials fits, one signs the requests: see [`auth::CustomAuth`](crate::auth::CustomAuth).
