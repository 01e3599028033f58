//! A source as a schema of tables.

use crate::source::{Demo, rows, table};

#[tokio::test]
async fn a_resource_is_a_table_of_the_schema_of_its_source() {
    let demo = Demo::new(1_200);
    let (answer, sent) = demo.ask("select key, severity from analytics.issues").await;
    assert_eq!((rows(&answer), sent.len()), (1_200, 3));
    let (answer, sent) = demo.ask("select count(*) from issues").await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(table(&answer).contains("1200"), "{}", table(&answer));
}
