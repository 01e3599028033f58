//! Verification: compares the first page of each resource with its declaration.

mod difference;
mod fields;
mod json;
mod page;
mod report;
mod row;

use std::future::IntoFuture;
use std::pin::Pin;

use futures_util::stream::{StreamExt as _, iter};
use tracing::Instrument as _;

pub use self::difference::{Difference, Location};
use self::page::{PageCheck, ParentValuesSample, SAMPLES, check_page, values};
pub use self::report::{ResourceVerification, VerifyReport};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::error::Result;
use crate::fetch::combinations::Combinations;
use crate::fetch::query::FetchQuery;
use crate::params::template::Values;

/// A verification of a source: awaited, it reads the first page of each resource and reports every difference between
/// the declaration and the API. Nothing is sent before, nothing is written, and no state is touched.
///
/// All resources are read that need no arguments, those with `selected = false` included; a resource with a parent is
/// read for one of the parent's first rows. The report has the reason for each resource that cannot be read, and the
/// error for each that the API refuses: awaiting fails only if [`only`](Self::only) names an unknown resource.
///
/// For a test in CI:
///
/// ```no_run
/// # #[declarest::source(base_url = "https://api.example.com")]
/// # pub mod analytics {
/// #     #[resource(path = "/issues")]
/// #     pub struct Issue { pub key: String }
/// # }
/// # #[tokio::main]
/// # async fn main() -> declarest::Result<()> {
/// let report = analytics::Client::builder().build()?.verify().await?;
/// assert!(report.is_ok(), "{report}");
/// # Ok(())
/// # }
/// ```
///
/// Or, to match on the differences:
///
/// ```
/// use declarest::{Difference, VerifyReport};
///
/// fn may_be_null(report: &VerifyReport) -> Vec<&str> {
///     let differences = report.resources.iter().flat_map(|resource| &resource.differences);
///     differences
///         .filter_map(|difference| match difference {
///             Difference::Null { field, .. } => Some(field.as_str()),
///             _ => None,
///         })
///         .collect()
/// }
/// # let _ = may_be_null;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a verification does nothing until it is awaited"]
pub struct VerifyBuilder {
    client: Client,
    only: Option<Vec<String>>,
    concurrency: Option<usize>,
}

impl Client {
    /// Compares the first page of each resource with the declaration.
    pub fn verify(&self) -> VerifyBuilder {
        VerifyBuilder { client: self.clone(), only: None, concurrency: None }
    }
}

impl VerifyBuilder {
    /// Verifies only these resources, by name (`"issues"`, or `analytics::Resources::ISSUES`), and their parents.
    pub fn only<S: Into<String>>(mut self, resources: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(resources.into_iter().map(Into::into).collect());
        self
    }

    /// Reads this many resources at a time (at least one), instead of the declared number.
    pub fn concurrency(mut self, resources: usize) -> Self {
        self.concurrency = Some(resources);
        self
    }

    async fn run(self) -> Result<VerifyReport> {
        let all = self.client.def().resources;
        let mut waiting = self.entries()?;
        let mut done: Vec<(&'static str, PageCheck)> = Vec::new();
        // Parents before their children, whose requests need values of the parents' rows.
        while !waiting.is_empty() {
            let names: Vec<_> = waiting.iter().map(|entry| entry.def.name).collect();
            let waits = |entry: &ResourceEntry| entry.def.parent.is_some_and(|parent| names.contains(&parent.resource));
            let (later, now): (Vec<_>, Vec<_>) = waiting.into_iter().partition(waits);
            let checks: Vec<_> =
                now.into_iter().map(|entry| resource(self.client.clone(), entry, samples(entry, &done))).collect();
            let at_a_time = self.concurrency.unwrap_or(self.client.concurrency()).max(1);
            done.extend(iter(checks).buffered(at_a_time).collect::<Vec<_>>().await);
            waiting = later;
        }
        done.sort_by_key(|(name, _)| all.iter().position(|entry| entry.def.name == *name));
        let resources = done.into_iter().map(|(name, result)| {
            let PageCheck { rows, cut_short, differences, unverified, .. } = result;
            ResourceVerification { name: name.to_owned(), rows, differences, cut_short, unverified }
        });
        Ok(VerifyReport { resources: resources.collect() })
    }

    /// The resources to read, and their parents.
    fn entries(&self) -> Result<Vec<ResourceEntry>> {
        let all = self.client.def().resources;
        let Some(only) = &self.only else { return Ok(all.to_vec()) };
        let mut wanted: Vec<ResourceEntry> = Vec::new();
        for name in only {
            for entry in self.client.def().resource_named(name)?.lineage(all) {
                if wanted.iter().all(|known| known.def.name != entry.def.name) {
                    wanted.push(entry);
                }
            }
        }
        Ok(wanted)
    }
}

/// The rows of the parent that a resource can be read for; one without values if it has no parent.
fn samples(
    entry: ResourceEntry,
    done: &[(&'static str, PageCheck)],
) -> Result<Vec<(Values, ParentValuesSample)>, String> {
    if !entry.def.required().is_empty() {
        let params = entry.def.required().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(format!("there are no values for its params: {params}"));
    }
    let Some(parent) = &entry.def.parent else { return Ok(vec![(Values::default(), ParentValuesSample::new())]) };
    let name = parent.resource;
    let rows = done.iter().find(|(done, _)| *done == name).map_or(&[][..], |(_, result)| &result.samples);
    if rows.is_empty() {
        return Err(format!("it is read for each row of `{name}`, and none could be read"));
    }
    let given: Vec<_> = rows.iter().filter_map(|row| Some((values(entry.def, row)?, row.clone()))).collect();
    if given.is_empty() {
        return Err(format!("it is read for each row of `{name}`, and the first rows have no value for its requests"));
    }
    Ok(given)
}

/// Checks a resource: for one row of the parent and one combination of partitions' values after another, until a page has something to check.
async fn resource(
    client: Client,
    entry: ResourceEntry,
    samples: Result<Vec<(Values, ParentValuesSample)>, String>,
) -> (&'static str, PageCheck) {
    let name = entry.def.name;
    let check = async {
        let samples = match samples {
            Ok(samples) => samples,
            Err(reason) => return PageCheck { unverified: Some(reason), ..PageCheck::default() },
        };
        let query = FetchQuery::default();
        let combinations = match Combinations::new(&client, entry.def, &query) {
            Ok(combinations) => combinations,
            Err(error) => return page::refused(entry, error),
        };
        let mut result = PageCheck::default();
        for (values, sample) in samples {
            for index in 0..combinations.count().min(SAMPLES) {
                let mut query = FetchQuery { values: values.clone(), ..FetchQuery::default() };
                combinations.set(&mut query, &combinations.get(index));
                result = check_page(&client, entry, query.values).await;
                for own in &mut result.samples {
                    own.extend_from_slice(&sample);
                }
                let is_nothing = result.rows == 0 && !result.differences.iter().any(Difference::is_failure);
                if !is_nothing {
                    return result;
                }
            }
        }
        result
    };
    (name, check.instrument(entry.def.span()).await)
}

impl IntoFuture for VerifyBuilder {
    type Output = Result<VerifyReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.client.def().span();
        Box::pin(self.run().instrument(span))
    }
}
