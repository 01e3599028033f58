//! Syncs what is read for the rows of a parent into a file: a process of its own, to be killed.

use declarest::Sqlite;

/// Posts, and what is new of each.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 20, backoff_factor = 0.001, max_wait = "50ms"),
    timeout = "30s",
    concurrency = 3,
    resource_defaults(
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
    ),
)]
mod api {
    /// A post.
    #[resource(name = posts, path = "/posts", primary_key = id, paginator = single_page)]
    pub(crate) struct Post {
        /// Its key.
        pub(crate) id: u64,
    }

    /// A comment of a post.
    #[resource(
        name = comments, path = "/posts/{resources.posts.id}/comments", write_disposition = append,
        include_from_parent(id), incremental(cursor = at, start_param = "since"),
    )]
    pub(crate) struct Comment {
        /// Its key.
        pub(crate) id: u64,
        /// When it came.
        pub(crate) at: i64,
    }

    /// A vote of a post.
    #[resource(
        name = votes, path = "/posts/{resources.posts.id}/votes", primary_key = id, write_disposition = merge,
        incremental(cursor = at, start_param = "since"),
    )]
    pub(crate) struct Vote {
        /// Its key.
        pub(crate) id: u64,
        /// When it came.
        pub(crate) at: i64,
    }
}

/// Arguments: the base URL, the file.
#[tokio::main(flavor = "current_thread")]
async fn main() -> declarest::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let client = api::Client::builder().base_url(arguments.next().unwrap_or_default()).build()?;
    let mut database = Sqlite::open(arguments.next().unwrap_or_default())?;
    let report = client.sync(&mut database).await?;
    println!("{report}");
    Ok(())
}
