//! The outcome of the cases.

use std::fmt;

use super::store::Check;
use crate::error::{Error, ErrorKind, Result};

/// The outcome of a run of the suite. Its `Display` is a line for each case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Report {
    pub(super) cases: Vec<CaseReport>,
}

/// The outcome of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaseReport {
    /// Its name, such as `merge: kills (lists)`.
    pub name: String,
    /// Its outcome.
    pub outcome: CaseOutcome,
}

/// Whether a case has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseOutcome {
    /// It has.
    Passed,
    /// It has failed, for this reason.
    Failed(String),
    /// It was not run: the destination lacks this capability.
    Skipped(String),
}

impl Report {
    pub(super) fn add(&mut self, name: String, check: Check) {
        let outcome = match check {
            Ok(()) => CaseOutcome::Passed,
            Err(failure) => CaseOutcome::Failed(failure.0),
        };
        tracing::info!(case = name, ?outcome, "checked");
        self.cases.push(CaseReport { name, outcome });
    }

    pub(super) fn skip(&mut self, name: String, capability: &str) {
        self.cases.push(CaseReport { name, outcome: CaseOutcome::Skipped(capability.to_owned()) });
    }

    /// All cases, in the order of the run.
    #[must_use]
    pub fn cases(&self) -> &[CaseReport] {
        &self.cases
    }

    /// The cases that have failed.
    pub fn failed(&self) -> impl Iterator<Item = &CaseReport> {
        self.cases.iter().filter(|case| matches!(case.outcome, CaseOutcome::Failed(_)))
    }

    /// `Ok` where no case has failed.
    ///
    /// # Errors
    /// [`Destination`](ErrorKind::Destination), with the names of the cases that have failed, and why the first has.
    pub fn into_result(self) -> Result<()> {
        let names: Vec<_> = self.failed().map(|case| format!("`{}`", case.name)).collect();
        let first = self.failed().find_map(|case| match &case.outcome {
            CaseOutcome::Failed(reason) => Some(reason),
            _ => None,
        });
        let Some(reason) = first else { return Ok(()) };
        let message = format!("{} of {} cases fail: {}; {reason}", names.len(), self.cases.len(), names.join(", "));
        Err(Error::new(ErrorKind::Destination, message)
            .with_help("print the report, which says why each case has failed"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.cases.iter().map(|case| case.name.chars().count()).max().unwrap_or(0);
        for case in &self.cases {
            write!(f, "{:<width$}  ", case.name)?;
            match &case.outcome {
                CaseOutcome::Passed => writeln!(f, "passed")?,
                CaseOutcome::Failed(reason) => writeln!(f, "FAILED: {reason}")?,
                CaseOutcome::Skipped(capability) => writeln!(f, "skipped: the destination cannot {capability}")?,
            }
        }
        Ok(())
    }
}
