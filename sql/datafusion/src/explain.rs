//! What `EXPLAIN` shows of a read: its requests, of which none is sent for it.

use std::fmt;

use datafusion::physical_plan::{DisplayAs, DisplayFormatType};
use declarest::PlannedRequest;

use crate::exec::FetchExec;
use crate::reading::Reading;

impl DisplayAs for FetchExec {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if let DisplayFormatType::TreeRender = format {
            "\n"
        } else {
            write!(f, "FetchExec: ")?;
            ", "
        };
        write!(f, "resource={}", self.reading.resource.name)?;
        let columns: Vec<_> = self.reading.schema().fields().iter().map(|field| field.name().clone()).collect();
        write!(f, "{separator}columns=[{}]", columns.join(", "))?;
        if let Some(limit) = self.reading.limit {
            write!(f, "{separator}limit={limit}")?;
        }
        if let Some(extent) = self.extent {
            extent.total.map_or(Ok(()), |rows| write!(f, "{separator}rows={rows}"))?;
            extent.pages.map_or(Ok(()), |pages| write!(f, "{separator}pages={pages}"))?;
        }
        if self.given.len() > 1 {
            write!(f, "{separator}reads={}", self.given.len())?;
        }
        let missing: Vec<_> = self.missing().collect();
        let names = missing.iter().filter_map(|index| self.reading.resource.columns.given.get(*index));
        let names: Vec<_> = names.map(|given| given.param.name).collect();
        match (&self.joined, &names[..]) {
            (Some(joined), [_]) => write!(f, "{separator}{}=by join", joined.column),
            (_, [_, ..]) => write!(f, "{separator}needs=[{}]", names.join(", ")),
            _ => match self.first_request() {
                Ok(Some(request)) => write!(f, "{separator}first request={request}"),
                Ok(None) => Ok(()),
                Err(error) => write!(f, "{separator}error={error}"),
            },
        }
    }
}

impl FetchExec {
    fn first_request(&self) -> declarest::Result<Option<PlannedRequest>> {
        let scan = self.reading.scan(self.given.first().map_or(&[], Vec::as_slice))?;
        match self.reading.limit {
            Some(rows) => Reading::limited(scan, rows)?.planned_request(),
            None => scan.planned_request(),
        }
    }
}
