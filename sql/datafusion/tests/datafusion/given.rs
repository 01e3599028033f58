//! What a query must give: required params, and values of parents' rows.

use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionConfig, SessionContext};
use declarest::{Error, ErrorKind};
use declarest_datafusion::{Options, register};
use declarest_tests::{Reply, Server};
use serde_json::json;

use crate::source::{rows, table};

/// A blog.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    resource_defaults(
        primary_key = id,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
        data_selector = "items",
    ),
)]
mod blog {
    /// A post.
    #[resource(name = posts, path = "/posts")]
    pub(crate) struct Post {
        pub(crate) id: i64,
        pub(crate) title: String,
    }

    /// A comment on a post.
    #[resource(name = comments, path = "/posts/{resources.posts.id}/comments")]
    pub(crate) struct Comment {
        pub(crate) id: i64,
        pub(crate) text: String,
    }

    /// A line of a log.
    #[resource(name = log, path = "/log", params(level: String, days: u32))]
    pub(crate) struct Line {
        pub(crate) id: i64,
        pub(crate) text: String,
    }
}

/// Three posts; each has as many comments as its number, and a line of the log says what was asked for.
fn blog() -> (Server, SessionContext) {
    let server = Server::start(|request| {
        let all: Vec<_> = match request.path.split('/').collect::<Vec<_>>()[..] {
            ["", "posts"] => (1..=3).map(|id| json!({ "id": id, "title": format!("post {id}") })).collect(),
            ["", "posts", post, "comments"] => {
                let post: i64 = post.parse().expect("a number");
                (1..=post).map(|id| json!({ "id": 10 * post + id, "text": format!("{id} on {post}") })).collect()
            }
            _ => {
                let asked = (request.param("level"), request.param("days"));
                vec![json!({ "id": 1, "text": format!("{asked:?}") })]
            }
        };
        let first = usize::try_from(request.number("p").unwrap_or(1) - 1).expect("a page") * 2;
        let page: Vec<_> = all.iter().skip(first).take(2).collect();
        Reply::json(json!({ "total": all.len(), "items": page }))
    });
    let client = blog::Client::builder().base_url(server.base_url()).build().expect("a client");
    let config = SessionConfig::new().with_target_partitions(3).with_option_extension(Options::default());
    let ctx = SessionContext::new_with_config(config);
    register(&ctx, &client).expect("it registers");
    (server, ctx)
}

async fn ask(ctx: &SessionContext, sql: &str) -> Result<String, DataFusionError> {
    Ok(table(&ctx.sql(sql).await?.collect().await?))
}

/// The error of the source in that of a query.
pub(crate) fn source_error(error: &DataFusionError) -> &Error {
    match error.find_root() {
        DataFusionError::External(error) => error.downcast_ref().expect("an error of the source"),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_a_query_must_give_is_a_column() {
    let (server, ctx) = blog();
    let answer =
        ask(&ctx, "select posts_id, text from blog.comments where posts_id = 2 order by text").await.expect("rows");
    assert!(answer.contains("| 2        | 1 on 2 |") && answer.contains("| 2        | 2 on 2 |"), "{answer}");
    assert_eq!(server.count(), 1);
    let answer = ask(&ctx, "select text from blog.log where level = 'warn' and 7 = days").await.expect("rows");
    assert!(answer.contains(r#"(Some("warn"), Some("7"))"#), "{answer}");
}

#[tokio::test]
async fn each_value_is_read_by_itself() {
    let (server, ctx) = blog();
    let counted =
        "select posts_id, count(*) as n from blog.comments where posts_id in (1, 2, 3) group by posts_id order by 1";
    let answer = ask(&ctx, counted).await.expect("rows");
    for line in ["| 1        | 1 |", "| 2        | 2 |", "| 3        | 3 |"] {
        assert!(answer.contains(line), "{answer}");
    }
    // The totals are counts of rows.
    assert_eq!(server.count(), 3);
    let answer =
        ctx.sql("select text from blog.comments where posts_id in (1, 2, 3) and id > 21").await.expect("a query");
    assert_eq!(rows(&answer.collect().await.expect("rows")), 4);
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_table() {
    let (server, ctx) = blog();
    for (sql, says) in [
        ("select * from blog.comments", "`comments` needs `posts_id = …`"),
        ("select * from blog.comments where posts_id > 3", "`comments` needs `posts_id = …`"),
        ("select * from blog.log", "`log` needs `level = …` and `days = …`"),
        ("select * from blog.log where days = 3 or level = 'x'", "`log` needs `level = …` and `days = …`"),
        ("select count(*) from blog.log where level = 'x'", "`log` needs `days = …`"),
        (
            "select p.title from blog.posts p left join blog.comments c on c.id = p.id",
            "`comments` needs `posts_id = …`",
        ),
    ] {
        let error = ask(&ctx, sql).await.expect_err(sql);
        let error = source_error(&error);
        assert_eq!(error.kind(), ErrorKind::Config, "{sql}: {error}");
        assert!(error.to_string().contains(says), "{sql}: {error}");
    }
    assert!(server.requests().iter().all(|request| request.path == "/posts"));
    let plan = ask(&ctx, "explain select * from blog.comments").await.expect("a plan");
    assert!(plan.contains("needs=[posts_id]"), "{plan}");
}

#[tokio::test]
async fn what_is_given_twice_must_agree() {
    let (server, ctx) = blog();
    let twice = ask(&ctx, "select text from blog.comments where posts_id = 1 and posts_id = 2").await.expect("no rows");
    assert!(!twice.contains("on"), "{twice}");
    assert_eq!(server.count(), 0);
    ask(&ctx, "select text from blog.comments where posts_id in (1, 2) and posts_id in (2, 3)").await.expect("rows");
    assert_eq!(
        server.requests().iter().map(|request| request.path.as_str()).collect::<Vec<_>>(),
        ["/posts/2/comments"]
    );
}

#[tokio::test]
async fn a_value_of_another_type_is_refused() {
    let (server, ctx) = blog();
    let error = ask(&ctx, "select text from blog.comments where posts_id = 'two'").await.expect_err("an error");
    assert!(error.to_string().contains("two"), "{error}");
    let error = ask(&ctx, "select text from blog.log where level = 'x' and days = 'many'").await.expect_err("an error");
    assert!(error.to_string().contains("many"), "{error}");
    let error = ask(&ctx, "select text from blog.comments where post_id = 2").await.expect_err("an error");
    assert!(error.to_string().contains("posts_id"), "{error}");
    assert_eq!(server.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_gives_the_values() {
    for sql in [
        "select p.title, c.text from blog.posts p join blog.comments c on c.posts_id = p.id order by c.id",
        "select p.title, c.text from blog.comments c join blog.posts p on c.posts_id = p.id order by c.id",
        "select p.title, c.text from blog.posts p, blog.comments c where c.posts_id = p.id and c.id > 0 order by c.id",
    ] {
        let (server, ctx) = blog();
        let answer = ask(&ctx, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        for line in ["post 1 | 1 on 1", "post 2 | 1 on 2", "post 2 | 2 on 2", "post 3 | 3 on 3"] {
            assert!(answer.contains(line), "{sql}: {answer}");
        }
        // Two pages of posts, and of the third one's comments.
        assert_eq!(server.count(), 6, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_of_what_is_filtered_reads_no_more() {
    let (server, ctx) = blog();
    let sql = "select c.text from blog.posts p join blog.comments c on c.posts_id = p.id where p.title = 'post 2'";
    let answer = ask(&ctx, sql).await.expect("rows");
    assert!(answer.contains("2 on 2") && !answer.contains("on 3"), "{answer}");
    assert_eq!(server.requests().iter().filter(|request| request.path.ends_with("comments")).count(), 1);
}
