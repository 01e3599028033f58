//! The declaration changes between two runs: the tables follow without loss, or it is refused before anything is written.

use std::sync::{Arc, Mutex};

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

/// A version of the declaration: all of them are of one API, and of one source, whose name is that of the inner module.
macro_rules! version {
    ($(#[$doc:meta])* mod $module:ident { $($items:tt)* }) => {
        mod $module {
            $(#[$doc])*
            #[declarest::source(
                base_url = "http://127.0.0.1:9",
                auth = none,
                retry(max_retries = 0),
                resource_defaults(data_selector = "items", primary_key = id, write_disposition = merge, paginator = single_page),
            )]
            pub mod api { $($items)* }
        }
    };
}

version! {
    /// As it was first.
    mod first {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub size: u32,
            #[column(child_table)]
            pub tags: Vec<Tag>,
        }

        #[nested]
        pub struct Tag {
            pub text: String,
            pub weight: u32,
        }
    }
}

version! {
    /// A field renamed, one removed, one added, and the same in a child table.
    mod moved_fields {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            #[column(name = "title")]
            pub name: String,
            pub open: Option<bool>,
            #[column(child_table)]
            pub tags: Vec<Tag>,
        }

        #[nested]
        pub struct Tag {
            pub label: String,
            pub since: Option<u32>,
        }
    }
}

version! {
    /// Without the child table.
    mod childless {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub size: u32,
        }
    }
}

version! {
    /// A list that was a table is a column.
    mod a_column_of_a_list {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub size: u32,
            pub tags: Vec<Tag>,
        }

        #[nested]
        pub struct Tag {
            pub text: String,
            pub weight: u32,
        }
    }
}

version! {
    /// The resource has another name.
    mod renamed {
        #[resource(name = pieces, path = "/items")]
        pub struct Item {
            pub id: u32,
            pub name: String,
            #[column(child_table)]
            pub tags: Vec<Tag>,
        }

        #[nested]
        pub struct Tag {
            pub text: String,
        }
    }
}

version! {
    /// Another type.
    mod other_type {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub size: f64,
        }
    }
}

version! {
    /// Another type in the child table.
    mod other_type_of_a_child {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub added: Option<u32>,
            #[column(child_table)]
            pub tags: Vec<Tag>,
        }

        #[nested]
        pub struct Tag {
            pub text: String,
            pub weight: f64,
        }
    }
}

version! {
    /// Another key.
    mod other_key {
        #[resource(name = items, path = "/items", primary_key = name)]
        pub struct Item {
            pub id: u32,
            pub name: String,
        }
    }
}

version! {
    /// A key more.
    mod wider_key {
        #[resource(name = items, path = "/items", primary_key = (id, name))]
        pub struct Item {
            pub id: u32,
            pub name: String,
        }
    }
}

version! {
    /// Appended.
    mod appended {
        #[resource(name = items, path = "/items", write_disposition = append)]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub size: u32,
        }
    }
}

version! {
    /// Replaced.
    mod replaced {
        #[resource(name = items, path = "/items", write_disposition = replace)]
        pub struct Item {
            pub id: u32,
            pub name: String,
            pub size: u32,
        }
    }
}

version! {
    /// Columns whose names are not ASCII.
    mod umlauts {
        #[resource(name = items, path = "/items")]
        pub struct Item {
            pub id: u32,
            #[column(name = "ÜBER Maß")]
            pub name: String,
        }
    }
}

version! {
    /// Rows that say how new they are: merged, appended.
    mod by_number {
        #[resource(name = merged, path = "/items", incremental(cursor = id, start_param = "since"))]
        pub struct Merged {
            pub id: u32,
            pub size: u32,
        }

        #[resource(name = added, path = "/items", write_disposition = append, incremental(cursor = id, start_param = "since"))]
        pub struct Added {
            pub id: u32,
            pub size: u32,
        }
    }
}

version! {
    /// The same by another field.
    mod by_size {
        #[resource(name = merged, path = "/items", incremental(cursor = size, start_param = "since"))]
        pub struct Merged {
            pub id: u32,
            pub size: u32,
        }

        #[resource(name = added, path = "/items", write_disposition = append, incremental(cursor = size, start_param = "since"))]
        pub struct Added {
            pub id: u32,
            pub size: u32,
        }
    }
}

version! {
    /// The same, all rows in every run.
    mod every_run {
        #[resource(name = merged, path = "/items")]
        pub struct Merged {
            pub id: u32,
            pub size: u32,
        }

        #[resource(name = added, path = "/items", write_disposition = append)]
        pub struct Added {
            pub id: u32,
            pub size: u32,
        }
    }
}

/// The rows that the API has.
#[derive(Clone, Default)]
struct Items(Arc<Mutex<Value>>);

impl Items {
    fn start() -> (Self, Server) {
        let items = Self::default();
        items.set(json!([item(1, "one"), item(2, "two"), item(3, "three")]));
        let all = items.clone();
        let server = Server::start(move |_| {
            let rows = all.0.lock().expect("whole").clone();
            Reply::json(json!({ "items": rows }))
        });
        (items, server)
    }

    fn set(&self, rows: Value) {
        *self.0.lock().expect("whole") = rows;
    }
}

fn item(id: u32, name: &str) -> Value {
    let tags = json!([{ "text": name, "label": name, "weight": id, "since": 5 }, { "text": "all", "label": "all", "weight": 0 }]);
    json!({ "id": id, "name": name, "size": id * 10, "open": true, "tags": tags })
}

/// Syncs with a version of the declaration.
macro_rules! sync {
    ($module:ident, $server:expr, $database:expr) => {{
        let client = $module::api::Client::builder().base_url($server.base_url()).build().expect("a client");
        client.sync(&mut $database.open()).await
    }};
}

const ITEMS: &str = "SELECT id, name, size FROM items ORDER BY id";
const TAGS: &str = "SELECT _items_id, _position, text, weight FROM items__tags ORDER BY 1, 2";

/// Everything that a version could spoil.
fn all(database: &Database) -> Vec<Vec<String>> {
    let queries = [
        "SELECT * FROM items ORDER BY id",
        "SELECT * FROM items__tags ORDER BY 1, 2",
        "SELECT sql FROM sqlite_schema ORDER BY sql",
        "SELECT * FROM _declarest_loads ORDER BY load_id",
        "SELECT * FROM _declarest_state ORDER BY 1, 2",
    ];
    queries.iter().flat_map(|query| database.query(query)).collect()
}

#[tokio::test]
async fn fields_that_are_added_renamed_and_removed_lose_nothing() {
    let (items, server) = Items::start();
    let database = Database::new();
    sync!(first, server, database).expect("a report");
    let (before, tags) = (database.query(ITEMS), database.query(TAGS));

    sync!(moved_fields, server, database).expect("a report");
    assert_eq!(database.query(ITEMS), before, "what is not declared any more stays as it was");
    let moved = database.query("SELECT title, open FROM items ORDER BY id");
    assert_eq!(moved, [["one", "1"], ["two", "1"], ["three", "1"]]);
    let labels = "SELECT _items_id || label || coalesce(since, '-') FROM items__tags ORDER BY 1";
    assert_eq!(database.query(labels).concat(), ["1all-", "1one5", "2all-", "2two5", "3all-", "3three5"]);

    // Back again, and with a row more.
    items.set(json!([item(1, "one"), item(2, "two"), item(3, "three"), item(4, "four")]));
    sync!(first, server, database).expect("a report");
    assert_eq!(database.query(ITEMS)[..3], before);
    assert_eq!((database.count("items"), database.query(TAGS)[..6].to_vec()), (4, tags));
}

#[tokio::test]
async fn a_child_table_that_is_dropped_stays_and_catches_up_when_it_comes_back() {
    let (items, server) = Items::start();
    let database = Database::new();
    sync!(first, server, database).expect("a report");
    let before = database.query(TAGS);
    items.set(json!([item(1, "uno"), item(2, "two"), item(3, "three")]));
    sync!(childless, server, database).expect("a report");
    assert_eq!(database.query(TAGS), before);
    assert_eq!(database.one("SELECT name FROM items WHERE id = 1"), "uno");

    sync!(first, server, database).expect("a report");
    assert_eq!(database.one("SELECT text FROM items__tags WHERE _items_id = 1 AND _position = 0"), "uno");
    assert_eq!(database.count("items__tags"), 6);

    // The list as a column of the row, filled for rows that have not changed otherwise.
    sync!(a_column_of_a_list, server, database).expect("a report");
    assert_eq!(database.one("SELECT count(*) FROM items WHERE json_array_length(tags) = 2"), "3");
    assert_eq!(database.count("items__tags"), 6);
}

#[tokio::test]
async fn a_child_table_that_is_new_is_filled_for_rows_that_are_there() {
    let (_, server) = Items::start();
    let database = Database::new();
    sync!(childless, server, database).expect("a report");
    sync!(first, server, database).expect("a report");
    assert_eq!((database.count("items"), database.count("items__tags")), (3, 6));
}

#[tokio::test]
async fn a_resource_that_is_renamed_or_removed_leaves_its_table() {
    let (_, server) = Items::start();
    let database = Database::new();
    sync!(first, server, database).expect("a report");
    let before = (database.query(ITEMS), database.query(TAGS));
    sync!(renamed, server, database).expect("a report");
    assert_eq!((database.query(ITEMS), database.query(TAGS)), before);
    assert_eq!((database.count("pieces"), database.count("pieces__tags")), (3, 6));
    let report = sync!(first, server, database).expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.inserted, items.updated)), Some((0, 0)));
}

/// Refused, and nothing of the database has changed; the old declaration goes on.
macro_rules! refused {
    ($($module:ident: $($part:literal),+;)*) => {$({
        let (_, server) = Items::start();
        let database = Database::new();
        sync!(first, server, database).expect("a report");
        let (before, count) = (all(&database), server.count());
        let error = sync!($module, server, database).expect_err(stringify!($module));
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("items")), "{error}");
        let text = format!("{error:#}");
        for part in [$($part),+, "full_refresh"] {
            assert!(text.contains(part), "{part} in: {text}");
        }
        assert_eq!(server.count(), count, "nothing was asked for");
        assert_eq!(all(&database), before, stringify!($module));
        sync!(first, server, database).expect("a report");
        // What to do, done.
        let client = $module::api::Client::builder().base_url(server.base_url()).build().expect("a client");
        client.sync(&mut database.open()).full_refresh().await.expect("a report");
        assert_eq!(database.count("items"), 3);
    })*};
}

#[tokio::test]
async fn what_would_change_the_meaning_of_rows_is_refused_before_anything_is_written() {
    refused! {
        other_type: "`size` is INTEGER, declared is REAL";
        other_type_of_a_child: "`items__tags`", "`weight` is INTEGER, declared is REAL";
        other_key: "the primary key is (id), declared is (name)";
        wider_key: "the primary key is (id), declared is (id, name)";
        appended: "the primary key is (id), declared is ()";
        replaced: "the primary key is (id), declared is ()";
    }
}

#[tokio::test]
async fn rows_that_were_appended_are_not_merged_by_a_key_that_they_may_not_have() {
    let (_, server) = Items::start();
    let database = Database::new();
    for _ in 0..2 {
        sync!(appended, server, database).expect("a report");
    }
    let error = sync!(childless, server, database).expect_err("two rows of each key");
    assert_eq!((error.kind(), database.count("items")), (ErrorKind::Schema, 6));
    // To replace them all is what `replace` says.
    sync!(replaced, server, database).expect("a report");
    assert_eq!(database.count("items"), 3);
}

#[tokio::test]
async fn names_that_are_not_ascii_are_found_again() {
    let (_, server) = Items::start();
    let database = Database::new();
    for _ in 0..2 {
        sync!(umlauts, server, database).expect("a report");
    }
    assert_eq!(database.one("SELECT count(*) FROM items WHERE \"ÜBER Maß\" = 'two'"), "1");
}

#[tokio::test]
async fn another_cursor_reads_all_rows_again_or_is_refused() {
    let (_, server) = Items::start();
    let database = Database::new();
    sync!(by_number, server, database).expect("a report");
    let state =
        "SELECT json_remove(value, '$.load') FROM _declarest_state WHERE resource = 'added' AND name = 'incremental'";
    let (rows, left) = (database.query("SELECT * FROM added ORDER BY id"), database.one(state));
    let from = server.count();
    let error = sync!(by_size, server, database).expect_err("rows would come twice");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("added")), "{error}");
    assert!(error.to_string().contains("`id`") && format!("{error:#}").contains("full_refresh"), "{error}");
    assert_eq!((database.query("SELECT * FROM added ORDER BY id"), database.one(state)), (rows.clone(), left.clone()));
    // Merged rows cannot be doubled: all are read.
    assert_eq!(server.asked("since")[from..], [None]);
    assert_eq!(database.count("merged"), 3);

    // As it was: nothing is read twice.
    sync!(by_number, server, database).expect("a report");
    assert_eq!((database.query("SELECT * FROM added ORDER BY id"), database.one(state)), (rows, left));
}

#[tokio::test]
async fn rows_that_are_there_are_not_taken_for_new_ones() {
    let (_, server) = Items::start();
    let database = Database::new();
    sync!(every_run, server, database).expect("a report");
    let error = sync!(by_number, server, database).expect_err("rows would come twice");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("added")), "{error}");
    assert!(error.to_string().contains("`added`") && format!("{error:#}").contains("full_refresh"), "{error}");
    assert_eq!((database.count("added"), database.count("merged")), (3, 3));
    // What to do, done.
    let client = by_number::api::Client::builder().base_url(server.base_url()).build().expect("a client");
    client.sync(&mut database.open()).full_refresh().await.expect("a report");
    sync!(by_number, server, database).expect("a report");
    assert_eq!((database.count("added"), database.count("merged")), (3, 3));
}

#[tokio::test]
async fn a_state_that_cannot_be_read_does_not_double_what_is_appended() {
    let (_, server) = Items::start();
    let database = Database::new();
    sync!(by_number, server, database).expect("a report");
    database.run("UPDATE _declarest_state SET value = '{\"later\": 1}' WHERE name = 'incremental'");
    let error = sync!(by_number, server, database).expect_err("rows would come twice");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("added")), "{error}");
    assert_eq!((database.count("added"), database.count("merged")), (3, 3));
}
