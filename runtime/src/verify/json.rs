//! The report of a verification as data for programs.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::difference::Difference;
use super::report::{ResourceVerification, VerifyReport};

/// `{"ok": …, "resources": […]}`.
impl Serialize for VerifyReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("VerifyReport", 2)?;
        report.serialize_field("ok", &self.is_ok())?;
        report.serialize_field("resources", &self.resources)?;
        report.end()
    }
}

/// `{"name": …, "ok": …, "rows": …, "differences": […], "cut_short": …, "unverified": …}`.
impl Serialize for ResourceVerification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut resource = serializer.serialize_struct("ResourceVerification", 6)?;
        resource.serialize_field("name", &self.name)?;
        resource.serialize_field("ok", &self.is_ok())?;
        resource.serialize_field("rows", &self.rows)?;
        resource.serialize_field("differences", &self.differences)?;
        resource.serialize_field("cut_short", &self.cut_short)?;
        resource.serialize_field("unverified", &self.unverified)?;
        resource.end()
    }
}

/// `{"difference": …, "failure": …, "field": …, "path": …, "rows": …, "message": …, "help": …}`: its variant in snake case;
/// null for what it has not.
impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let location = self.location();
        let mut difference = serializer.serialize_struct("Difference", 7)?;
        difference.serialize_field("difference", self.name())?;
        difference.serialize_field("failure", &self.is_failure())?;
        difference.serialize_field("field", &self.field())?;
        difference.serialize_field("path", &location.map(|at| at.path.as_str()))?;
        difference.serialize_field("rows", &location.map(|at| at.rows))?;
        difference.serialize_field("message", &self.to_string())?;
        difference.serialize_field("help", &self.help())?;
        difference.end()
    }
}

impl Difference {
    fn name(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Null { .. } => "null",
            Self::Type { .. } => "type",
            Self::Name { .. } => "name",
            Self::Unfit { .. } => "unfit",
            Self::New { .. } => "new",
            Self::Misnamed { .. } => "misnamed",
            Self::RepeatedKey { .. } => "repeated_key",
            Self::NoRows { .. } => "no_rows",
            Self::Empty => "empty",
            Self::Paging { .. } => "paging",
            Self::NoNext { .. } => "no_next",
            Self::UnreadTotal { .. } => "unread_total",
            Self::Next { .. } => "next",
            Self::Refused { .. } => "refused",
        }
    }
}
