//! The suite that every [`Destination`] passes. A destination that passes it loses no row and doubles none, wherever a
//! sync is killed.
//!
//! Write a [`Harness`], which opens a store and reads its tables, and [`run`] the suite in a test:
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # mod example {
//! use declarest::conformance::{self, Harness, Row};
//! use declarest::{Result, Sqlite};
//! # fn read_table(_: &std::path::Path, _: &str) -> Result<Vec<Row>> { unimplemented!() }
//!
//! /// A database file in a directory of its own.
//! struct Store(std::path::PathBuf);
//!
//! impl Harness for Store {
//!     type Destination = Sqlite;
//!
//!     async fn open(&self) -> Result<Sqlite> {
//!         Sqlite::open(&self.0)
//!     }
//!
//!     async fn rows(&self, table: &str) -> Result<Vec<Row>> {
//!         read_table(&self.0, table)
//!     }
//! }
//!
//! // In a `#[tokio::test]`:
//! async fn passes_the_suite() -> Result<()> {
//!     let report = conformance::run(|case| Store(std::env::temp_dir().join(case))).await;
//!     println!("{report}");
//!     report.into_result()
//! }
//! # }
//! ```
//!
//! The cases sync a declared source from a server on loopback, once for each write disposition that the destination is
//! [capable](Destination::capabilities) of:
//!
//! | case | what it checks |
//! | --- | --- |
//! | `loads` | two syncs of rows in pages, with lists in tables of their own, with children, incremental; a third one changes nothing |
//! | `kills` | killed at each of its calls in turn, a sync leaves what a reader may see; the next one completes with the right rows |
//! | `drops` | the same for a sync that is dropped; the next one uses the same handle |
//! | `failures` | the same for each call that fails, before or after its work; the error's kind is `Destination` |
//! | `two syncs`, `crossed syncs` | a second handle takes over: the first sync ends with [`lease_lost`](crate::Error::lease_lost); no row is lost or doubled |
//! | `resume` | pages that were committed before the API failed are not requested again |
//! | `incomplete` | where the API sends fewer rows than it promised, appended rows are removed, a replaced table stays |
//! | `full refresh` | the tables have the rows of the last sync alone |
//! | `state lost`, `state older`, `state damaged` | no row is lost; none is doubled, or the sync is refused |
//! | `foreign` | a table of another source is refused |
//! | `schema` | a new column is null in old rows; a changed type is refused before anything is requested or written |
//! | `quarantine` | rows that cannot be read do not stop a load |
//! | `deleted` | only a load that has brought all rows marks or removes others; a destination that cannot refuses |
//! | `values`, `extremes`, `names` | values of all types and names come out as they went in |
//! | `unsupported` | a disposition that the destination is not capable of is refused before a request is sent |

mod deleted;
mod kills;
mod loads;
mod probe;
mod report;
mod rows;
mod scenario;
mod server;
#[allow(dead_code, unreachable_pub, reason = "the declarations generate more than the cases use")]
mod source;
mod state;
mod store;
mod values;

use std::time::Duration;

use tokio::time::timeout;

pub use self::report::{CaseOutcome, CaseReport, Report};
pub use self::rows::Row;
use self::scenario::Scenario;
use self::store::{Case, Check, Suite};
use crate::destination::Destination;
use crate::error::Result;
use crate::schema::table::WriteDisposition;

/// No case takes as long, unless it waits for something that does not happen.
const LONGEST: Duration = Duration::from_mins(10);

/// A store that is empty at first: how to open it as a destination, and how to read it.
pub trait Harness: Send + Sync {
    /// The destination.
    type Destination: Destination;

    /// Opens the store. Called for each sync, and to look at its state: earlier handles were dropped, maybe in the middle
    /// of a call, or are in use by another sync.
    fn open(&self) -> impl Future<Output = Result<Self::Destination>> + Send;

    /// The committed rows of a table as a reader of the store sees them, in any order; none where there is no table.
    /// Columns that the declaration does not have, such as `_load_id`, may be there.
    ///
    /// Values may have the types of the store: a boolean may be 0 or 1, a time may be text, as may a number.
    fn rows(&self, table: &str) -> impl Future<Output = Result<Vec<Row>>> + Send;

    /// The texts of the quarantined rows of a resource, in their order; `None` where the store does not show them.
    fn quarantined(&self, resource: &str) -> impl Future<Output = Result<Option<Vec<String>>>> + Send {
        let _ = resource;
        async { Ok(None) }
    }
}

/// Runs all cases, on the tokio runtime that polls it. `fresh` makes an empty store; the text that it is given names it:
/// it differs from store to store, and has lower-case letters, digits and hyphens only.
pub async fn run<H: Harness>(fresh: impl Fn(&str) -> H + Send + Sync) -> Report {
    run_some(fresh, |_| true).await
}

/// Runs the cases whose names, such as `append: kills (numbered)`, are wanted, as [`run`] does.
pub async fn run_some<H: Harness>(
    fresh: impl Fn(&str) -> H + Send + Sync,
    is_wanted: impl Fn(&str) -> bool + Send + Sync,
) -> Report {
    let mut report = Report { cases: Vec::new() };
    match Suite::new(&fresh).await {
        Ok(suite) => {
            for disposition in [WriteDisposition::Append, WriteDisposition::Merge, WriteDisposition::Replace] {
                Cases { suite: &suite, is_wanted: &is_wanted, disposition, report: &mut report }.run().await;
            }
        }
        Err(failure) => report.add("the API".to_owned(), Err(failure)),
    }
    report
}

/// The cases of a disposition.
struct Cases<'s, H> {
    suite: &'s Suite<'s, H>,
    is_wanted: &'s (dyn Fn(&str) -> bool + Send + Sync),
    disposition: WriteDisposition,
    report: &'s mut Report,
}

impl<H: Harness> Cases<'_, H> {
    async fn run(mut self) {
        let case = self.case("capabilities");
        match loads::is_supported(&case).await {
            Ok(true) => {}
            Ok(false) => {
                self.check("unsupported", async |case| loads::unsupported(case).await).await;
                return self.report.skip(self.name("all others"), word(self.disposition));
            }
            Err(failure) => return self.report.add(self.name("capabilities"), Err(failure)),
        }
        self.check("values", async |case| values::values(case).await).await;
        self.check("extremes", async |case| values::extremes(case).await).await;
        self.check("names", async |case| values::names(case).await).await;
        self.check("schema", async |case| loads::schema(case).await).await;
        self.check("quarantine", async |case| loads::quarantine(case).await).await;
        if self.disposition == WriteDisposition::Merge {
            self.check("deleted", async |case| deleted::deleted(case).await).await;
        }
        for scenario in &Scenario::all(self.disposition) {
            self.check_scenario(scenario).await;
        }
    }

    async fn check_scenario(&mut self, scenario: &Scenario) {
        macro_rules! check {
            ($name:literal, $case:path) => {
                self.check(&format!("{} ({})", $name, scenario.name), async |case| $case(case, scenario).await).await;
            };
        }
        check!("loads", loads::twice);
        check!("full refresh", loads::refresh);
        if scenario.is_flat() && !scenario.is_incremental {
            check!("resume", loads::resume);
        }
        // A destination cannot see how pages are requested.
        if !scenario.is_numbered {
            return;
        }
        if scenario.is_flat() && !scenario.is_incremental {
            check!("incomplete", loads::incomplete);
        }
        if scenario.name == "numbered" {
            check!("foreign", state::foreign);
        }
        check!("kills", kills::kills);
        check!("two syncs", kills::two_syncs);
        if ["numbered", "parents"].contains(&scenario.name) {
            check!("crossed syncs", kills::crossed_syncs);
            check!("drops", kills::drops);
            check!("failures", kills::failures);
        }
        check!("state lost", state::lost);
        check!("state older", state::older);
        check!("state damaged", state::damaged);
    }

    async fn check(&mut self, name: &str, run: impl AsyncFnOnce(&Case<'_, H>) -> Check) {
        if !(self.is_wanted)(&self.name(name)) {
            return;
        }
        let waited = || store::Failure(format!("it has not ended after {} s", LONGEST.as_secs()));
        let check = timeout(LONGEST, run(&self.case(name))).await.unwrap_or_else(|_| Err(waited()));
        self.report.add(self.name(name), check);
    }

    fn name(&self, case: &str) -> String {
        format!("{}: {case}", word(self.disposition))
    }

    fn case(&self, name: &str) -> Case<'_, H> {
        let name = self.name(name).replace(' ', "-").replace(['(', ')', ':'], "");
        Case { suite: self.suite, name, disposition: self.disposition }
    }
}

/// The disposition as declarations have it.
fn word(disposition: WriteDisposition) -> &'static str {
    match disposition {
        WriteDisposition::Append => "append",
        WriteDisposition::Merge => "merge",
        WriteDisposition::Replace => "replace",
    }
}
