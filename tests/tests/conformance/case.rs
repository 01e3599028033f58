//! A case: its server running, a database beside it, and what a source must make of the two.

use declarest::{Error, Result, Sqlite, SyncReport};
use declarest_tests::{Database, Request, Server};
use serde_json::Value;

use crate::expected;
use crate::outcome::Outcome;
use crate::server;

/// All cases, as they were handed down.
pub(crate) fn all() -> Vec<Value> {
    serde_json::from_str(include_str!("../../conformance/cases.json")).expect("the cases are JSON")
}

/// A case that is being tried.
pub(crate) struct Case {
    spec: Value,
    server: Server,
    database: Database,
}

impl Case {
    /// The case of this id, its server started.
    pub(crate) fn serve(id: &str) -> Self {
        let spec = all().into_iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("there is no case {id}"));
        let server = server::start(&spec["server_behaviour"]["routes"]);
        Self { spec, server, database: Database::new() }
    }

    /// Where the server is.
    pub(crate) fn base_url(&self) -> String {
        self.server.base_url()
    }

    /// Where a sync goes.
    pub(crate) fn open(&self) -> Sqlite {
        self.database.open()
    }

    /// A typed fetch is what the case expects of its only resource.
    pub(crate) fn fetched(&self, ids: Result<Vec<i64>>) {
        let ids = ids.unwrap_or_else(|error| self.fail(&error));
        self.compare(&Outcome::of_fetch(self.resources(), ids));
    }

    /// Syncs of these resources, named in the order of the case, are what it expects.
    pub(crate) fn synced(&self, runs: impl IntoIterator<Item = Result<SyncReport>>, tables: &[&str]) {
        let runs = runs.into_iter().map(|run| run.unwrap_or_else(|error| self.fail(&error)));
        let runs: Vec<_> = runs.collect();
        self.compare(&Outcome::of_sync(&self.database, &runs, self.resources().zip(tables.iter().copied())));
    }

    /// It fails as the case expects. What dlt says is in dlt's words; the caller compares ours.
    pub(crate) fn failed<T>(&self, result: Result<T>) -> Error {
        let Err(error) = result else { panic!("{}: there is no error", self.id()) };
        self.compare(&Outcome::of_error(&error));
        error
    }

    /// The ids in a table, in their order.
    pub(crate) fn ids(&self, table: &str) -> Vec<String> {
        let mut ids: Vec<_> = self.database.rows(table).iter().map(|row| row["id"].clone()).collect();
        ids.sort();
        ids
    }

    fn compare(&self, outcome: &Outcome) {
        expected::compare(&self.spec, outcome, &self.server.requests());
    }

    /// The names of the resources.
    fn resources(&self) -> impl Iterator<Item = &str> {
        let resources = server::list(&self.spec["client_config"]["resources"]);
        resources.iter().filter_map(|resource| resource.as_str().or_else(|| resource["name"].as_str()))
    }

    fn id(&self) -> &Value {
        &self.spec["id"]
    }

    fn fail(&self, error: &Error) -> ! {
        panic!("{}: {error}\nrequests: {:?}", self.id(), lines(&self.server.requests()))
    }
}

/// Requests for people.
pub(crate) fn lines(requests: &[Request]) -> Vec<String> {
    requests.iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

/// Tries a case with a source of one resource: once by a sync, once by a typed fetch.
macro_rules! reads {
    ($($(#[$attribute:meta])* $case:literal as $resource:ident),* $(,)?) => {$(
        $(#[$attribute])*
        #[tokio::test]
        pub(crate) async fn $resource() {
            let case = crate::case::Case::serve($case);
            let report = client(&case).sync(&mut case.open()).only([stringify!($resource)]).await;
            case.synced([report], &[stringify!($resource)]);
            let case = crate::case::Case::serve($case);
            let rows = client(&case).$resource().await;
            case.fetched(rows.map(|rows| rows.into_iter().map(|row| row.id).collect()));
        }
    )*};
}

pub(crate) use reads;
