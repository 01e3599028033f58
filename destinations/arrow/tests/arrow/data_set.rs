//! The bundled data set, field by field: what the Parquet files hold is what SQLite holds.

use std::collections::BTreeMap;

use declarest::conformance::Harness as _;
use declarest::jiff::Timestamp;
use declarest::{ColumnValue, Sqlite};
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::Database;

use crate::store::Store;

/// The source of the examples, as files can hold it: replaced and appended to.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(
        write_disposition = replace,
        rename_all = "camelCase",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 500, total_path = "paging.total"),
    ),
)]
mod analytics {
    use declarest::jiff::Timestamp;

    /// A project, directory or file.
    #[resource(name = components, path = "/v1/components/search", data_selector = "components", write_disposition = append)]
    pub(crate) struct Component {
        pub(crate) key: String,
        pub(crate) name: String,
        pub(crate) organization: Option<String>,
        pub(crate) project: Option<String>,
        pub(crate) qualifier: String,
    }

    /// A finding in a file.
    #[resource(name = issues, path = "/v1/issues/search", data_selector = "issues")]
    pub(crate) struct Issue {
        pub(crate) key: String,
        pub(crate) r#type: String,
        pub(crate) severity: String,
        pub(crate) status: String,
        pub(crate) resolution: Option<String>,
        pub(crate) rule: String,
        pub(crate) message: String,
        pub(crate) component: String,
        pub(crate) project: String,
        pub(crate) organization: Option<String>,
        pub(crate) line: Option<u32>,
        pub(crate) text_range: Option<declarest::Json>,
        pub(crate) flows: declarest::Json,
        pub(crate) hash: Option<String>,
        pub(crate) tags: Vec<String>,
        pub(crate) author: Option<String>,
        pub(crate) effort: Option<String>,
        pub(crate) debt: Option<String>,
        pub(crate) creation_date: Timestamp,
        pub(crate) update_date: Timestamp,
    }

    /// A figure that is measured.
    #[resource(
        name = metrics, path = "/v1/metrics/search", data_selector = "metrics",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "total"),
    )]
    pub(crate) struct Metric {
        pub(crate) id: String,
        pub(crate) key: String,
        pub(crate) name: String,
        pub(crate) description: Option<String>,
        pub(crate) domain: Option<String>,
        pub(crate) r#type: String,
        pub(crate) direction: i32,
        pub(crate) qualitative: bool,
        pub(crate) hidden: bool,
    }
}

/// The text that SQLite has for a value.
fn plain(value: &ColumnValue<'_>) -> String {
    match value {
        ColumnValue::Null => "NULL".to_owned(),
        ColumnValue::Bool(flag) => u8::from(*flag).to_string(),
        ColumnValue::Integer(number) => number.to_string(),
        ColumnValue::Text(text) => text.to_string(),
        ColumnValue::Timestamp(time) => time.to_string(),
        other => panic!("no column has {other:?}"),
    }
}

type Line = BTreeMap<String, String>;

fn sorted(rows: impl Iterator<Item = Line>) -> Vec<Line> {
    let mut rows: Vec<_> = rows.collect();
    for row in &mut rows {
        row.remove("_load_id");
    }
    rows.sort_unstable_by(|left, right| left["key"].cmp(&right["key"]));
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_set_is_the_same_as_in_sqlite() {
    let demo = DemoApi::new(Options { log: false, ..Options::default() }).start(None).expect("it starts");
    let client = analytics::Client::builder().base_url(demo.base_url()).user_token(Options::TOKEN).build();
    let client = client.expect("a client");
    let (store, database) = (Store::new(), Database::new());
    let report = client.sync(&mut store.parquet()).await.expect("a sync");
    client.sync(&mut Sqlite::open(database.path()).expect("it opens")).await.expect("a sync");
    assert_eq!(report.resource("issues").map(|issues| (issues.rows, issues.inserted)), Some((17_366, 17_366)));
    for resource in &report.resources {
        let found = store.rows(&resource.name).await.expect("rows").into_iter();
        let found = sorted(found.map(|row| row.iter().map(|(column, value)| (column.clone(), plain(value))).collect()));
        let is_time = |column: &str| column.ends_with("_date");
        let text = |(column, text): (String, String)| match text.parse::<Timestamp>() {
            Ok(time) if is_time(&column) => (column, time.to_string()),
            _ => (column, text),
        };
        let expected = database.rows(&resource.name).into_iter();
        let expected = sorted(expected.map(|row| row.into_iter().map(text).collect()));
        assert_eq!(found.len() as u64, resource.rows, "{}", resource.name);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{}", resource.name);
        }
    }
}
