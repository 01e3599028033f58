//! The fingerprint of a whole declaration: for programs that compare theirs with another's.

use serde::Serialize;

use super::Client;
use super::source::SourceDef;
use crate::declare::resource::ResourceDef;
use crate::error::Result;
use crate::fingerprint;
use crate::schema::column::ColumnDef;

/// All that a declaration says, except the functions that it names.
pub(super) fn declaration(def: &SourceDef) -> Result<String> {
    let requests = (def.name, def.base_url, def.auth, def.secrets, def.params, def.trust, def.headers);
    let limits = (def.retry, def.timeout, def.connect_timeout, def.rate_limit, def.concurrency, def.max_page_bytes);
    let resources = def.resources.iter().map(|entry| resource(entry.def)).collect::<Result<Vec<_>>>()?;
    fingerprint::fingerprint(&(requests, limits, resources))
}

/// What a client was built with, except secrets and connections.
pub(super) fn settings(client: &Client) -> Result<String> {
    fingerprint::fingerprint(&(client.base().as_str(), client.values()))
}

fn resource(def: &ResourceDef) -> Result<impl Serialize> {
    let request = (def.name, def.path, def.method, def.json, def.data, def.headers, def.fixed_params, def.params);
    let query = (def.sorts, def.processing);
    let secrets = (def.secret_headers, def.secret_params);
    let limits = (def.auth, def.retry, def.timeout, def.rate_limit, def.paginator.to_json()?, def.result_window);
    let rows = (def.selector, def.jsonpath, def.missing_rows, def.on_bad_row, def.response_actions, def.incremental);
    let children: Vec<_> = def.child_tables.iter().map(|table| (table.name, columns(table.columns))).collect();
    let table =
        (columns(def.columns), def.primary_key, def.write_disposition, def.deleted, children, def.parent, def.selected);
    let request_columns = (def.format.beside(def.partitions), def.range_columns, def.page_size);
    Ok((request, query, secrets, limits, rows, table, request_columns))
}

fn columns(columns: &[ColumnDef]) -> Vec<impl Serialize> {
    columns.iter().map(|column| (column.name, column.kind)).collect()
}
