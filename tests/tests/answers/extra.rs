//! An `Extra` in structs that serde's derive reads: beside attributes of serde's, in parts of rows, under conditions.

use declarest::Extra;
use declarest_tests::{Reply, Server};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
mod api {
    use declarest::{Extra, Json};

    /// With the words of serde's that say how a field is read.
    #[resource(name = issues, path = "/issues", primary_key = id, allow(serde_skip))]
    #[derive(Debug)]
    pub struct Issue {
        #[serde(rename = "key", alias = "number")]
        pub id: u64,
        pub first_name: String,
        #[serde(default)]
        pub votes: u32,
        #[serde(skip)]
        pub note: Option<String>,
        #[column(format = epoch_seconds)]
        pub at: Option<declarest::jiff::Timestamp>,
        pub raw: Json,
        pub person: Option<Person>,
        #[serde(flatten)]
        pub extra: Extra,
    }

    /// A part, which is written again, too.
    #[nested]
    #[derive(Debug)]
    pub struct Person {
        pub last_name: String,
        pub boss: Option<Box<Self>>,
        #[serde(flatten)]
        pub rest: Extra,
    }

    /// With defaults for all fields, and an `Extra` under a condition.
    #[resource(name = notes, path = "/notes")]
    #[derive(Debug, Default)]
    #[serde(default)]
    pub struct Note {
        pub size: u8,
        #[cfg(test)]
        #[serde(flatten)]
        pub rest: Extra,
        #[cfg(not(test))]
        #[serde(flatten)]
        pub rest: declarest::Extra,
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

fn kept(extra: &Extra) -> Vec<(&str, &str)> {
    extra.iter().map(|(name, value)| (name, value.get())).collect()
}

const ISSUES: &str = r#"[
    {"big": 12345678901234567890123, "number": 7, "firstName": "Ada", "raw": {"a": 1.50}, "note": 1.10,
     "person": {"lastName": "L", "size": 1.0, "boss": {"x\n": [], "lastName": "B"}}},
    {"votes": 3, "firstName": "Bob", "at": 60, "key": 8, "raw": null}
]"#;

#[tokio::test]
async fn fields_that_no_name_takes_are_kept_beside_attributes_of_serdes() {
    let server = Server::start(|_| Reply::json(ISSUES.to_owned()));
    let issues = client(&server).issues().await.expect("an answer");
    let [ada, bob] = &issues[..] else { panic!("{issues:?}") };
    assert_eq!((ada.id, ada.first_name.as_str(), ada.votes, ada.at), (7, "Ada", 0, None));
    assert_eq!(ada.raw.get(), r#"{"a": 1.50}"#);
    assert_eq!(kept(&ada.extra), [("big", "12345678901234567890123"), ("note", "1.10")]);
    assert_eq!(ada.note, None);
    let person = ada.person.as_ref().expect("a person");
    assert_eq!((person.last_name.as_str(), kept(&person.rest)), ("L", vec![("size", "1.0")]));
    let boss = person.boss.as_ref().expect("a boss");
    assert_eq!((boss.last_name.as_str(), kept(&boss.rest)), ("B", vec![("x\n", "[]")]));
    assert_eq!(
        (bob.id, bob.votes, bob.at.map(declarest::jiff::Timestamp::as_second), kept(&bob.extra)),
        (8, 3, Some(60), vec![])
    );
}

#[tokio::test]
async fn defaults_of_the_struct_and_conditions_are_respected() {
    let server = Server::start(|_| Reply::json(r#"[{"x": null}, {"size": 2}]"#.to_owned()));
    let notes = client(&server).notes().await.expect("an answer");
    let found: Vec<_> = notes.iter().map(|note| (note.size, kept(&note.rest))).collect();
    assert_eq!(found, [(0, vec![("x", "null")]), (2, vec![])]);
}

#[tokio::test]
async fn a_field_that_does_not_fit_is_named() {
    let server = Server::start(|_| Reply::json(r#"[{"x": 1, "key": "k", "firstName": "A", "raw": 1}]"#.to_owned()));
    let error = client(&server).issues().await.expect_err("a wrong type").to_string();
    assert!(error.contains("key") && error.contains("u64"), "{error}");
}

#[tokio::test]
async fn what_is_kept_is_stored() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/issues" => Reply::json(ISSUES.to_owned()),
        _ => Reply::json("[]".to_owned()),
    });
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("rows.db");
    let mut sqlite = declarest::Sqlite::open(&path).expect("a database");
    client(&server).sync(&mut sqlite).await.expect("a sync");
    let database = rusqlite::Connection::open(&path).expect("the database");
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let (extra, person) =
        database.query_row("SELECT extra, person FROM issues WHERE id = 7", [], read).expect("the row");
    assert_eq!(extra, r#"{"big":12345678901234567890123,"note":1.10}"#);
    assert_eq!(person, r#"{"lastName":"L","boss":{"lastName":"B","boss":null,"x\n":[]},"size":1.0}"#);
}
