//! What a saved checkpoint depends on: it is only valid while all of this is the same.

use serde::Serialize;

use super::plan::PlannedLoad;
use crate::client::Client;
use crate::declare::resource::ResourceDef;
use crate::error::Result;
use crate::fingerprint;

/// The fingerprint of a load: of the client, the declaration and the tables.
pub(super) fn fingerprint(client: &Client, planned: &PlannedLoad) -> Result<String> {
    let source = (client.base().as_str(), client.def().headers, client.values());
    let PlannedLoad { entry, parent_fields, links, table, .. } = planned;
    let whole =
        fingerprint::fingerprint(&(source, resource_values(entry.def)?, parent_fields, links, table.as_deref()))?;
    let whole = match entry.def.partitions {
        [] => whole,
        partitions => fingerprint::fingerprint(&(whole, partitions))?,
    };
    match entry.def.page_size {
        None => Ok(whole),
        Some(param) => fingerprint::fingerprint(&(whole, param)),
    }
}

fn resource_values(def: &ResourceDef) -> Result<impl Serialize> {
    let request = (def.path, def.method, def.json, def.data, def.headers, def.fixed_params);
    let rows = (def.selector, def.jsonpath, def.missing_rows, def.on_bad_row, def.response_actions);
    Ok((request, rows, def.paginator.to_json()?, def.incremental, def.result_window, def.format.beside(def.parent)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::parent_values::{LinkPlan, LinkSource};
    use super::*;
    use crate::declare::format::{BodyFormat, CsvDef};
    use crate::declare::parent::ParentField;
    use crate::declare::resource::{Action, Method, MissingRows, On, OnBadRow, ResponseAction};
    use crate::incremental::cursor::{CursorKind, Format, IncrementalDef, Lag, Positions, RangeStep};
    use crate::json::path::Step;
    use crate::paginate::{Auto, Cursor, HeaderCursor, HeaderLink, JsonLink, Offset, PageNumber, Paginator};
    use crate::params::body::JsonDef;
    use crate::schema::column::ColumnType;
    use crate::schema::table::ColumnSchema;

    const OPTIONS: ResourceDef = ResourceDef {
        path: "/v1/{organization}/issues",
        method: Method::Post,
        json: Some(JsonDef::Object(&[("all", JsonDef::Array(&[JsonDef::Bool(true), JsonDef::Float(0.5)]))])),
        headers: &[("Accept", "application/json")],
        fixed_params: &[("organization", "acme"), ("resolved", "false")],
        selector: Some(&[Step::Key("issues"), Step::Index(0), Step::All]),
        response_actions: &[ResponseAction { on: On::StatusText(404, "none"), action: Action::Ignore }],
        paginator: &PageNumber { total_path: Some(&[Step::Key("paging"), Step::Last]), ..PageNumber::DEFAULT },
        incremental: Some(IncrementalDef {
            cursor: "updated_at",
            kind: CursorKind::Timestamp,
            lag: Some(Lag::Time(Duration::from_mins(5))),
            format: Some(Format::EpochMillis),
            ..IncrementalDef::DEFAULT
        }),
        result_window: Some(10_000),
        ..ResourceDef::DEFAULT
    };

    fn of(def: &ResourceDef) -> String {
        resource_values(def).and_then(|values| fingerprint::fingerprint(&values)).expect("a fingerprint")
    }

    /// Checkpoints that users have saved are valid only as long as this holds.
    #[test]
    fn a_fingerprint_is_the_same_in_every_version() {
        assert_eq!(of(&OPTIONS), "1-4c177ef3686cf5b5");
        let columns = [ColumnSchema::new("_posts_id", ColumnType::Unsigned)];
        let keyed = ResourceDef { name: "issues", primary_key: &["_posts_id"], ..OPTIONS };
        let field = ParentField::new("_posts_id", "posts", "id");
        let values = vec![LinkSource::Column(0), LinkSource::Inherited(1)];
        let link =
            LinkPlan { child: "notes", bound: 1, values, shape: "posts.id".to_owned(), below: vec![], tables: vec![] };
        let planned = (keyed.table_schema(columns), field, link);
        assert_eq!(fingerprint::fingerprint(&planned).ok().as_deref(), Some("1-9da9faee03ae1481"));
        let paginators: [&dyn Paginator; 6] = [
            &Cursor::DEFAULT,
            &HeaderCursor::DEFAULT,
            &HeaderLink::DEFAULT,
            &JsonLink::DEFAULT,
            &Offset::DEFAULT,
            &Auto,
        ];
        let paginators = paginators.map(|paginator| paginator.to_json().expect("JSON"));
        assert_eq!(fingerprint::fingerprint(&paginators).ok().as_deref(), Some("1-b50ba603f35caf02"));
    }

    #[test]
    fn another_declaration_has_another_fingerprint() {
        let stepped = OPTIONS.incremental.map(|range| IncrementalDef { step: Some(RangeStep::Days(30)), ..range });
        let each = OPTIONS.incremental.map(|range| IncrementalDef { positions: Positions::Each, ..range });
        let others = vec![
            ResourceDef { incremental: each, ..OPTIONS },
            ResourceDef { path: "/v2/{organization}/issues", ..OPTIONS },
            ResourceDef { method: Method::Get, ..OPTIONS },
            ResourceDef { fixed_params: &[("organization", "acmer"), ("esolved", "false")], ..OPTIONS },
            ResourceDef { selector: None, ..OPTIONS },
            ResourceDef { json: None, ..OPTIONS },
            ResourceDef { headers: &[], ..OPTIONS },
            ResourceDef { format: BodyFormat::JsonLines, ..OPTIONS },
            ResourceDef { format: BodyFormat::Csv(CsvDef::DEFAULT), ..OPTIONS },
            ResourceDef { missing_rows: MissingRows::Empty, ..OPTIONS },
            ResourceDef { on_bad_row: OnBadRow::Quarantine, ..OPTIONS },
            ResourceDef { response_actions: &[], ..OPTIONS },
            ResourceDef { paginator: &PageNumber::DEFAULT, ..OPTIONS },
            ResourceDef { paginator: &Offset::DEFAULT, ..OPTIONS },
            ResourceDef { incremental: None, ..OPTIONS },
            ResourceDef { result_window: Some(5_000), ..OPTIONS },
            ResourceDef { incremental: stepped, ..OPTIONS },
        ];
        let mut all: Vec<_> = others.iter().chain([&OPTIONS]).map(of).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1);
    }
}
