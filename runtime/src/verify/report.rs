//! The report of a verification, as data and as text.

use std::fmt;

use super::difference::Difference;
use crate::error::{Attachment, Error, ErrorKind, Result};
use crate::printable::printable;

/// The report of a [verification](crate::VerifyBuilder). Its `Display` says for each resource what differs, where, and
/// what to do about it; serialized, it has the same for programs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifyReport {
    /// Each resource, in the order of the declaration.
    pub resources: Vec<ResourceVerification>,
}

/// The verification of one resource.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResourceVerification {
    /// The resource.
    pub name: String,
    /// How many rows were checked.
    pub rows: u64,
    /// The differences.
    pub differences: Vec<Difference>,
    /// How many rows may have further differences, which show once the reported ones are fixed.
    pub cut_short: u64,
    /// Why it was not verified.
    pub unverified: Option<String>,
}

impl Attachment for VerifyReport {}

impl VerifyReport {
    /// The verification of a resource, by its name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&ResourceVerification> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// Whether no difference is a [failure](Difference::is_failure).
    ///
    /// New fields are no failures, nor are empty pages and resources that could not be verified. To fail on these, too:
    /// `report.resources.iter().all(|resource| resource.differences.is_empty() && resource.unverified.is_none())`.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.resources.iter().all(ResourceVerification::is_ok)
    }

    /// The report itself where it [is ok](Self::is_ok).
    ///
    /// # Errors
    /// Where it is not, an error that names the resources; its `Debug` has the report. It is of the kind of the first
    /// error among the failures, else [`Decode`](ErrorKind::Decode).
    pub fn into_result(self) -> Result<Self> {
        if self.is_ok() {
            return Ok(self);
        }
        let mut differences = self.resources.iter().flat_map(|resource| &resource.differences);
        let error = differences.find_map(|difference| match difference {
            Difference::NoRows { error } | Difference::Next { error } | Difference::Refused { error } => {
                Some(error.kind())
            }
            _ => None,
        });
        let differ = self.resources.iter().filter(|resource| !resource.is_ok());
        let names: Vec<_> = differ.map(|resource| format!("`{}`", resource.name)).collect();
        let message = format!("the API is not as declared: {}", names.join(", "));
        Err(Error::new(error.unwrap_or(ErrorKind::Decode), message).with_attachment(self))
    }
}

impl ResourceVerification {
    /// Whether no difference is a [failure](Difference::is_failure).
    #[must_use]
    pub fn is_ok(&self) -> bool {
        !self.differences.iter().any(Difference::is_failure)
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, resource) in self.resources.iter().enumerate() {
            // The last line has no break at its end.
            write!(f, "{}{resource}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl fmt::Display for ResourceVerification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        let (failures, notes): (Vec<_>, Vec<_>) =
            self.differences.iter().partition(|difference| difference.is_failure());
        let rows = if self.rows == 1 { "1 row".to_owned() } else { format!("{} rows", self.rows) };
        match (&self.unverified, failures.len()) {
            (Some(reason), _) => write!(f, "{name}: not verified: {}", printable(reason))?,
            (None, 0) if self.rows > 0 => write!(f, "{name}: as declared ({rows})")?,
            (None, 0) => write!(f, "{name}: nothing to verify ({rows})")?,
            (None, 1) => write!(f, "{name}: 1 difference ({rows})")?,
            (None, count) => write!(f, "{name}: {count} differences ({rows})")?,
        }
        let (new, notes): (Vec<_>, Vec<_>) = notes.into_iter().partition(|note| matches!(note, Difference::New { .. }));
        if let [_, _, ..] = new.as_slice() {
            let fields = new.iter().filter_map(|new| match new {
                Difference::New { field, rows, of } if rows == of => Some(format!("`{}`", field.escape_debug())),
                Difference::New { field, rows, .. } => Some(format!("`{}` (in {rows})", field.escape_debug())),
                _ => None,
            });
            let fields = fields.collect::<Vec<_>>().join(", ");
            write!(f, "\n  - note: {} fields are sent, and not declared: {}", new.len(), printable(fields))?;
        }
        let notes = if new.len() > 1 { notes } else { new.into_iter().chain(notes).collect() };
        for (mark, difference) in
            failures.iter().map(|failure| ("-", failure)).chain(notes.iter().map(|note| ("- note:", note)))
        {
            write!(f, "\n  {mark} {difference}")?;
            if let Some(help) = difference.help() {
                write!(f, "\n    help: {}", printable(help))?;
            }
        }
        if self.cut_short > 0 {
            let rows = self.cut_short;
            write!(f, "\n  - note: {rows} of the rows may have further differences; fix these and verify again")?;
        }
        Ok(())
    }
}
