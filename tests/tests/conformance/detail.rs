//! Children that are one object each.

use crate::case::Case;

/// Places, and what is at each.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    concurrency = 1,
    resource_defaults(data_selector = "$", paginator = single_page),
)]
mod api {
    #[resource(name = loc, path = "/loc")]
    pub struct Loc {
        pub id: i64,
    }

    #[resource(name = ld, path = "/loc/{resources.loc.id}")]
    pub struct Ld {
        pub id: i64,
        pub room_id: i64,
    }

    #[resource(name = meet, path = "/meet/{resources.ld.room_id}")]
    pub struct Meet {
        pub id: i64,
    }

    #[resource(name = posts, path = "/posts")]
    pub struct Post {
        pub id: i64,
    }

    #[resource(name = d, path = "/posts/{resources.posts.id}/d", response_actions(422 = ignore, 404 = ignore))]
    pub struct D {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

#[tokio::test]
pub(crate) async fn pc_15() {
    let case = Case::serve("pc-15");
    let report = client(&case).sync(&mut case.open()).only(["loc", "ld", "meet"]).await;
    case.synced([report], &["loc", "ld", "meet"]);
}

#[tokio::test]
pub(crate) async fn ra_01() {
    let case = Case::serve("ra-01");
    let report = client(&case).sync(&mut case.open()).only(["posts", "d"]).await;
    case.synced([report], &["posts", "d"]);
}
