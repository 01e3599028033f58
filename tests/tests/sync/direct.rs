//! What a sync stores is the same whether it makes rows or reads the values straight from the page, and so is what it says.

use std::sync::{Arc, Mutex};

use declarest_tests::{Database, Reply, Server};

/// The same rows twice: those that a function looks at have to be made.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    resource_defaults(paginator = single_page, rename_all = "camelCase", incremental(cursor = changed, start_param = "since")),
)]
mod api {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(name = straight, path = "/x")]
    pub struct Straight {
        pub id: i64,
        pub changed: Timestamp,
        pub tiny: Option<i8>,
        pub small: Option<u32>,
        pub large: Option<u64>,
        pub real: Option<f64>,
        pub short: Option<f32>,
        pub flag: Option<bool>,
        pub text: Option<String>,
        pub letter: Option<char>,
        pub day: Option<Date>,
        pub kind: Option<Kind>,
        pub known: Option<Known>,
        pub raw: Option<declarest::Json>,
        pub list: Option<Vec<String>>,
        pub kinds: Option<Vec<Kind>>,
        pub part: Option<Part>,
        pub parts: Option<Vec<Part>>,
        pub map: Option<std::collections::BTreeMap<String, i64>>,
        pub boxed: Option<Box<Part>>,
    }

    #[resource(name = made, path = "/x", filter = all)]
    pub struct Made {
        pub id: i64,
        pub changed: Timestamp,
        pub tiny: Option<i8>,
        pub small: Option<u32>,
        pub large: Option<u64>,
        pub real: Option<f64>,
        pub short: Option<f32>,
        pub flag: Option<bool>,
        pub text: Option<String>,
        pub letter: Option<char>,
        pub day: Option<Date>,
        pub kind: Option<Kind>,
        pub known: Option<Known>,
        pub raw: Option<declarest::Json>,
        pub list: Option<Vec<String>>,
        pub kinds: Option<Vec<Kind>>,
        pub part: Option<Part>,
        pub parts: Option<Vec<Part>>,
        pub map: Option<std::collections::BTreeMap<String, i64>>,
        pub boxed: Option<Box<Part>>,
    }

    fn all(_: &Made) -> bool {
        true
    }

    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
    pub enum Kind {
        Bug,
        #[other]
        Other(String),
    }

    #[nested]
    pub enum Known {
        One,
    }

    #[nested]
    pub struct Part {
        pub first_line: u32,
        pub note: Option<String>,
        pub size: Option<f64>,
        pub inner: Vec<Part>,
    }

    /// Elements have columns, too, whatever their types.
    #[resource(name = listed, path = "/x", primary_key = id, selected = false)]
    pub struct Listed {
        pub id: i64,
        pub changed: Timestamp,
        #[column(child_table)]
        pub rows: Vec<Element>,
    }

    #[nested]
    pub struct Element {
        pub day: Option<Date>,
        pub raw: declarest::Json,
        pub parts: Vec<Part>,
        pub sizes: Vec<f64>,
    }
}

/// Fields of a row, as JSON: what one has, or what is wrong with it.
const FIELDS: &[&str] = &[
    "",
    r#""tiny":-128"#,
    r#""tiny":127"#,
    r#""tiny":128"#,
    r#""tiny":-129"#,
    r#""tiny":1.0"#,
    r#""tiny":"1""#,
    r#""tiny":true"#,
    r#""tiny":-0"#,
    r#""tiny":null"#,
    r#""tiny":1,"tiny":2"#,
    r#""tiny":"x","tiny":2"#,
    r#""small":4294967295"#,
    r#""small":4294967296"#,
    r#""small":-1"#,
    r#""large":9223372036854775807"#,
    r#""large":18446744073709551616"#,
    r#""real":1,"short":1"#,
    r#""real":-1,"short":0.1"#,
    r#""real":0.1"#,
    r#""real":1e308"#,
    r#""real":1e309"#,
    r#""real":18446744073709551616"#,
    r#""real":"1""#,
    r#""flag":true"#,
    r#""flag":0"#,
    r#""text":"""#,
    r#""text":"a\u00e4\n\"\\ä€😀""#,
    r#""text":"\ud83d\ude00""#,
    r#""text":"\ud83d""#,
    r#""text":1"#,
    r#""text":null"#,
    r#""te\u0078t":"by another spelling""#,
    r#""letter":"ä""#,
    r#""letter":"ab""#,
    r#""day":"2024-02-29""#,
    r#""day":"2024-02-30""#,
    r#""kind":"BUG","known":"One""#,
    r#""kind":"Bug","known":null"#,
    r#""kind":"\u0042UG""#,
    r#""known":"Two""#,
    r#""kind":1"#,
    r#""raw":{"a" : [1.50, 12345678901234567890123]}"#,
    r#""raw":null"#,
    r#""raw":"text""#,
    r#""list":[]"#,
    r#""list":["a","b"]"#,
    r#""list":[ "a" , "b" ]"#,
    r#""list":["a\u0062"]"#,
    r#""list":["\/"]"#,
    r#""list":[1]"#,
    r#""list":[null]"#,
    r#""kinds":["BUG","else"]"#,
    r#""kinds":["B\u0055G"]"#,
    r#""part":{"firstLine":1,"note":null,"size":null,"inner":[]}"#,
    r#""part":{"firstLine":1,"note":"n","size":1.5,"inner":[]}"#,
    r#""part":{"firstLine":1,"note":"n","size":2,"inner":[]}"#,
    r#""part":{"firstLine":1,"inner":[]}"#,
    r#""part":{"inner":[],"firstLine":1}"#,
    r#""part":{"firstLine":1,"note":null,"size":null,"inner":[],"more":{}}"#,
    r#""part":{"firstLine":1,"firstLine":2,"note":null,"size":null,"inner":[]}"#,
    r#""part":{"firstLine":-1,"note":null,"size":null,"inner":[]}"#,
    r#""part":{"firstLine":01,"note":null,"size":null,"inner":[]}"#,
    r#""part":{"note":null}"#,
    r#""part":[]"#,
    r#""part": null"#,
    r#""parts":[{"firstLine":1,"note":null,"size":null,"inner":[{"firstLine":2,"note":"","size":null,"inner":[]}]},{"firstLine":3,"inner":[]}]"#,
    r#""map":{"b":1,"a":2}"#,
    r#""map":{"b":1,"b":2}"#,
    r#""boxed":{"firstLine":1,"note":null,"size":null,"inner":[]}"#,
    r#""unknown":{"deep":[1,"2"]},"text":"t""#,
    r#""id":5"#,
    r#""id":null"#,
    r#""changed":"2024-01-01T01:00:00+01:00""#,
    r#""changed":"2024-01-01""#,
    r#""changed":1704067200"#,
];

/// A server whose one page can be changed, and a database.
struct Api {
    page: Arc<Mutex<String>>,
    server: Server,
    client: api::Client,
    database: Database,
}

impl Api {
    fn new() -> Self {
        let page = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&page);
        let server = Server::start(move |_| Reply::json(&*shown.lock().expect("no panic")));
        let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
        Self { page, server, client, database: Database::new() }
    }

    /// What a sync of a resource says, and what is there then.
    async fn synced(&self, resource: &str) -> (String, Vec<Vec<String>>) {
        let mut destination = self.database.open();
        let said = match self.client.sync(&mut destination).only([resource]).full_refresh().await {
            Ok(report) => {
                format!("{:?} rows", report.resource(resource).map(|resource| (resource.rows, resource.inserted)))
            }
            Err(error) => error.to_string().replace(resource, "…").replace(&self.server.base_url(), "…"),
        };
        drop(destination);
        let columns =
            "id, changed, tiny, small, large, real, short, flag, text, letter, day, kind, known, raw, list, kinds,
            part, parts, map, boxed";
        let types = columns.split(',').map(|column| format!("typeof({column})")).collect::<Vec<_>>().join(", ");
        (said, self.database.query(&format!("SELECT {columns}, {types} FROM {resource}")))
    }

    /// That a page is the same either way; what was said of it.
    async fn assert_same(&self, page: &str) -> String {
        page.clone_into(&mut self.page.lock().expect("no panic"));
        let (straight, made) = (self.synced("straight").await, self.synced("made").await);
        assert_eq!(straight, made, "{page}");
        straight.0
    }
}

#[tokio::test]
async fn each_field_is_the_same_either_way() {
    let (api, mut good) = (Api::new(), 0);
    for fields in FIELDS {
        let own = |name| fields.contains(&format!("\"{name}\""));
        let id = if own("id") { "" } else { r#""id":1,"# };
        let changed = if own("changed") { "" } else { r#""changed":"2024-01-01T00:00:00.5Z","# };
        let row = format!("{{{id}{changed}{fields}}}").replace(",}", "}");
        let said = api.assert_same(&format!("[{row}]")).await;
        good += usize::from(said.ends_with("rows"));
    }
    assert!(good > FIELDS.len() / 2, "most of them fit");
}

#[tokio::test]
async fn rows_in_whatever_order_and_with_gaps_are_the_same_either_way() {
    let rows = [
        r#"{"text":"a","id":1,"changed":"2024-01-01T00:00:00Z","small":3}"#,
        r#"{"changed":"2024-01-03T00:00:00Z","id":2,"text":"b"}"#,
        r#"{"id":3,"flag":true,"changed":"2024-01-02T00:00:00Z","text":"c","small":null}"#,
        r#"{"small":3,"text":"a","changed":"2024-01-01T00:00:00Z","id":4}"#,
    ];
    let said = Api::new().assert_same(&format!("[ {} ]", rows.join(" ,\n "))).await;
    assert_eq!(said, "Some((4, 4)) rows");
}

#[tokio::test]
async fn only_what_is_new_is_stored_either_way() {
    for resource in ["straight", "made"] {
        let api = Api::new();
        let pages = ["1,2", "1,2,3"].map(|ids| {
            let rows = ids.split(',').map(|id| format!(r#"{{"id":{id},"changed":"2024-01-0{id}T00:00:00Z"}}"#));
            format!("[{}]", rows.collect::<Vec<_>>().join(","))
        });
        for (page, inserted) in pages.into_iter().zip([2, 1]) {
            page.clone_into(&mut api.page.lock().expect("no panic"));
            let report = api.client.sync(&mut api.database.open()).only([resource]).await.expect("rows");
            assert_eq!(report.resource(resource).map(|resource| resource.inserted), Some(inserted), "{resource}");
        }
        assert_eq!(api.database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat(), ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn rows_with_tables_of_their_own_are_made() {
    let api = Api::new();
    let element = r#"{"day":"2024-02-29","raw":{"a": 1},"parts":[{"firstLine":1,"inner":[]}],"sizes":[1,0.5]}"#;
    let page = format!(r#"[{{"id":1,"changed":"2024-01-01T00:00:00Z","rows":[{element},{element}]}}]"#);
    page.clone_into(&mut api.page.lock().expect("no panic"));
    api.client.sync(&mut api.database.open()).only(["listed"]).await.expect("rows");
    let stored = r#"2024-02-29 {"a": 1} [{"firstLine":1,"note":null,"size":null,"inner":[]}] [1.0,0.5]"#;
    let rows = api.database.query("SELECT day || ' ' || raw || ' ' || parts || ' ' || sizes FROM listed__rows");
    assert_eq!(rows.concat(), [stored, stored]);
}

#[tokio::test]
async fn endless_depth_is_refused_either_way() {
    let part = r#"{"firstLine":1,"note":null,"size":null,"inner":["#;
    let deep = format!("{}{}", part.repeat(3_000), "]}".repeat(3_000));
    let said = Api::new().assert_same(&format!(r#"[{{"id":1,"changed":"2024-01-01T00:00:00Z","part":{deep}}}]"#)).await;
    assert!(said.contains("recursion"), "{said}");
}
