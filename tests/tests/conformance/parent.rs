//! Resources that are read for the rows of others.

use crate::case::Case;

/// The parent, and a child for each case; a page at a time, as dlt reads.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    concurrency = 1,
    resource_defaults(data_selector = "data", paginator = single_page),
)]
mod api {
    #[resource(name = posts, path = "/posts", data_selector = "$")]
    pub struct Post {
        pub id: i64,
        pub title: String,
    }

    #[resource(name = pc_01, path = "/posts/{resources.posts.id}/comments")]
    pub struct Pc01 {
        pub id: i64,
    }

    #[resource(
        name = pc_03, path = "/d",
        params(post_id = "{resources.posts.id}", b = "{{not_this}}"),
    )]
    pub struct Pc03 {
        pub id: i64,
    }

    #[resource(
        name = pc_05, path = "/d",
        headers("X-Post-ID" = "{resources.posts.id}", "X-Esc" = "{{v}}"),
    )]
    pub struct Pc05 {
        pub id: i64,
    }

    #[resource(name = pc_07, path = "/posts/{resources.posts.id}/comments", include_from_parent(id, title))]
    pub struct Pc07 {
        pub id: i64,
    }

    #[resource(name = pc_09, path = "/posts/{resources.posts.id}/comments")]
    pub struct Pc09 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

/// Reads the parent and one child.
macro_rules! children {
    ($($case:literal as $child:ident),* $(,)?) => {$(
        #[tokio::test]
        pub(crate) async fn $child() {
            let case = Case::serve($case);
            let report = client(&case).sync(&mut case.open()).only(["posts", stringify!($child)]).await;
            case.synced([report], &["posts", stringify!($child)]);
        }
    )*};
}

children! {
    "pc-01" as pc_01,
    "pc-03" as pc_03,
    "pc-05" as pc_05,
    "pc-07" as pc_07,
}

#[tokio::test]
pub(crate) async fn pc_09() {
    let case = Case::serve("pc-09");
    let report = client(&case).sync(&mut case.open()).only(["posts", "pc_09"]).concurrency(4).await;
    case.synced([report], &["posts", "pc_09"]);
}
