//! Processing steps, as functions.

use crate::case::{Case, reads};

/// A resource for each of a case's.
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

    #[resource(name = ps_03, path = "/p", data_selector = "$", paginator = single_page, yield_map = explode)]
    pub struct Ps03 {
        pub id: i64,
        pub rx: Vec<Reaction>,
        pub reaction: Option<Reaction>,
    }

    #[nested]
    pub struct Reaction {
        pub r: i64,
    }

    fn explode(row: Ps03) -> impl Iterator<Item = Ps03> {
        let reactions = row.rx.into_iter();
        reactions.map(move |reaction| Ps03 { id: row.id, rx: Vec::new(), reaction: Some(reaction) })
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

reads!("ps-03" as ps_03);
