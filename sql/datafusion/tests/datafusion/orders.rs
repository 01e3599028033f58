//! Orders that the API has.

use crate::source::table;
use crate::things::Things;

#[tokio::test(flavor = "multi_thread")]
async fn the_last_ones_are_one_request() {
    let things = Things::new(4).await;
    let before = things.server.count();
    let ask = async |name: &str| {
        let sql = format!("select id, created from {name} order by created desc limit 3");
        table(&things.ctx.sql(&sql).await.expect("a query").collect().await.expect("rows"))
    };
    let found = ask("api.things").await;
    assert_eq!(things.server.count() - before, 1);
    let request = things.server.requests().pop().expect("a request");
    assert_eq!((request.param("sort"), request.param("ps")), (Some("-created"), Some("3")));
    assert_eq!(found, ask("copy").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_all_rows_is_the_apis() {
    let things = Things::new(4).await;
    let sql = "explain select id from api.things where open order by id desc";
    let plan = table(&things.ctx.sql(sql).await.expect("a query").collect().await.expect("a plan"));
    assert!(!plan.contains("SortExec") && plan.contains("sort=-id"), "{plan}");
    let sql = "explain select id from api.things order by kind limit 3";
    let plan = table(&things.ctx.sql(sql).await.expect("a query").collect().await.expect("a plan"));
    assert!(plan.contains("SortExec"), "{plan}");
}
