//! A source as a schema of tables.

use datafusion::prelude::SessionContext;
use declarest_datafusion::register;

use crate::source::{Demo, analytics, rows, table};

#[tokio::test]
async fn a_resource_is_a_table_of_the_schema_of_its_source() {
    let demo = Demo::new(1_200);
    let (answer, sent) = demo.ask("select key, severity from analytics.issues").await;
    assert_eq!((rows(&answer), sent.len()), (1_200, 3));
    let (answer, sent) = demo.ask("select count(*) from issues").await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(table(&answer).contains("1200"), "{}", table(&answer));
}

#[tokio::test]
async fn a_table_is_found_without_its_schema_unless_the_name_is_taken() {
    let client = || analytics::Client::builder().user_token("unused").build().expect("a client");
    let ctx = SessionContext::new();
    ctx.sql("create table components as select 'mine' as owner").await.expect("a table");
    register(&ctx, &client()).expect("it registers");
    register(&ctx, &client()).expect("it registers again");
    let columns = async |name: &str| ctx.table(name).await.expect("a table").schema().fields().len();
    assert_eq!(columns("components").await, 1, "the program's own");
    assert_eq!(columns("analytics.components").await, 3);
    assert_eq!(columns("issues").await, columns("analytics.issues").await);
}
