//! What a saved checkpoint depends on: it is only valid while all of this is the same.

use std::time::Duration;

use super::plan::PlannedLoad;
use crate::client::Client;
use crate::declare::parent::{ParentDef, ParentField};
use crate::declare::resource::{Action, Method, MissingRows, On, OnBadRow, ResourceDef, ResponseAction};
use crate::destination::{LinkPlan, LinkSource, ListTable, Table, TableColumn};
use crate::fingerprint::{Fingerprint, Fingerprinted, fingerprint_enums, fingerprint_structs};
use crate::incremental::cursor::{CursorKind, Format, IncrementalDef, Lag};
use crate::params::body::{DataDef, JsonDef};
use crate::schema::column::ColumnType;

impl Fingerprinted for Duration {
    fn write(&self, to: &mut Fingerprint) {
        to.add(&self.as_nanos());
    }
}

fingerprint_structs! {
    ResponseAction { on, action }
    IncrementalDef {
        cursor, kind, start_param, start_body_path, end_param, end_body_path, initial_value, end_value, lag, format,
        end_inclusive,
    }
    ParentDef { resource, bound, included }
    ParentField { name, resource, column }
    LinkPlan { child, bound, values, shape }
    Table { name, columns, key, replaced, lists }
    ListTable { table, key }
    TableColumn { name, kind }
}

fingerprint_enums! {
    Method { Get = "get", Post = "post" }
    JsonDef {
        Null = "null", Bool(value) = "bool", Integer(value) = "integer", Float(value) = "float", Text(value) = "text",
        Array(values) = "array", Object(fields) = "object", Param(name) = "param",
    }
    DataDef { Raw(text) = "raw", Form(fields) = "form" }
    MissingRows { Error = "error", Empty = "empty" }
    OnBadRow { Fail = "fail", Quarantine = "quarantine" }
    On { Status(status) = "status", Text(text) = "text", StatusText(status, text) = "status_text", Body(path, text) = "body" }
    Action { Ignore = "ignore", Retry = "retry", Fail = "fail" }
    CursorKind { Integer = "integer", Text = "text", Timestamp = "timestamp", DateTime = "date_time", Date = "date" }
    Lag { Count(number) = "count", Time(duration) = "time" }
    Format {
        Pattern(pattern) = "pattern", EpochSeconds = "epoch_seconds", EpochMillis = "epoch_millis",
        EpochMicros = "epoch_micros",
    }
    LinkSource { Column(index) = "column", Inherited(index) = "inherited" }
    ColumnType {
        Boolean = "boolean", Integer = "integer", Real = "real", Text = "text", Timestamp = "timestamp", Date = "date",
        Time = "time", DateTime = "date_time", Json = "json",
    }
}

/// The fingerprint of a load: of the client, the declaration and the tables.
pub(super) fn fingerprint(client: &Client, planned: &PlannedLoad) -> String {
    let mut to = Fingerprint::default();
    to.add(client.base().as_str()).add(&client.def().headers).add(client.values());
    add_resource(&mut to, planned.entry.def);
    to.add(&planned.parent_fields).add(&planned.links).add(&planned.table);
    to.finish()
}

fn add_resource(to: &mut Fingerprint, def: &ResourceDef) {
    to.add(def.path).add(&def.method).add(&def.json).add(&def.data).add(&def.headers).add(&def.params);
    to.add(&def.selector).add(&def.jsonpath).add(&def.missing_rows).add(&def.on_bad_row).add(&def.response_actions);
    to.add(def.paginator).add(&def.incremental).add(&def.result_window).add(&def.parent);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::path::Step;
    use crate::paginate::{Offset, PageNumber};

    const OPTIONS: ResourceDef = ResourceDef {
        path: "/v1/{organization}/issues",
        method: Method::Post,
        json: Some(JsonDef::Object(&[("all", JsonDef::Array(&[JsonDef::Bool(true), JsonDef::Float(0.5)]))])),
        headers: &[("Accept", "application/json")],
        params: &[("organization", "acme"), ("resolved", "false")],
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
        let mut to = Fingerprint::default();
        add_resource(&mut to, def);
        to.finish()
    }

    /// Checkpoints that users have saved are valid only as long as this holds.
    #[test]
    fn a_fingerprint_is_the_same_in_every_version() {
        assert_eq!(of(&OPTIONS), "1-2aeaca3c39732cee");
    }

    #[test]
    fn another_declaration_has_another_fingerprint() {
        let others = [
            ResourceDef { path: "/v2/{organization}/issues", ..OPTIONS },
            ResourceDef { method: Method::Get, ..OPTIONS },
            ResourceDef { params: &[("organization", "acmer"), ("esolved", "false")], ..OPTIONS },
            ResourceDef { selector: None, ..OPTIONS },
            ResourceDef { paginator: &PageNumber::DEFAULT, ..OPTIONS },
            ResourceDef { paginator: &Offset::DEFAULT, ..OPTIONS },
            ResourceDef { incremental: None, ..OPTIONS },
            ResourceDef { result_window: Some(5_000), ..OPTIONS },
        ];
        let mut all: Vec<_> = others.iter().chain([&OPTIONS]).map(of).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1);
    }
}
