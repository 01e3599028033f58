//! Processing steps, as functions.

use crate::case::Case;

/// One resource for each of a case's.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    resource_defaults(data_selector = "data", paginator = json_link(next_url_path = "next_page")),
)]
mod api {
    #[resource(name = a, path = "/posts", map = tenfold, filter = is_ten)]
    pub struct A {
        pub id: i64,
    }

    #[resource(name = b, path = "/posts", filter = is_the_tenth, map = tenfold_too)]
    pub struct B {
        pub id: i64,
    }

    fn tenfold(mut row: A) -> A {
        row.id *= 10;
        row
    }

    fn is_ten(row: &A) -> bool {
        row.id == 10
    }

    fn is_the_tenth(row: &B) -> bool {
        row.id == 10
    }

    fn tenfold_too(mut row: B) -> B {
        row.id *= 10;
        row
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

#[tokio::test]
pub(crate) async fn ps_01() {
    let case = Case::serve("ps-01");
    let report = client(&case).sync(&mut case.open()).only(["a", "b"]).await;
    case.synced([report], &["a", "b"]);
}
