//! Whose rows a table has. Clients of one source with other params in their requests read other rows: each goes on where it has
//! ended itself. Another base URL that the builder is given is the same API at another place.
//!
//! The records of the first client have plain names, those of the others have the client's hash in their names. Records of a
//! client that is not among those of the table are of rows that are gone, and do not count.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::SyncRun;
use super::saved::ResourceState;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::ResourceDef;
use crate::destination::{LoadId, StateChange, TableStatus};
use crate::error::{ErrorKind, Result};
use crate::fingerprint;
use crate::params::body::{DataDef, JsonDef};
use crate::params::template::placeholders;
use crate::schema::table::WriteDisposition;

/// What distinguishes the rows of a client from those of others: a hash of its values in the requests of a family of
/// resources. Secrets are no part of it, and times are none: they say which part of the same rows is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope(u64);

/// A family shares one: what one of them has not read, those below it miss.
impl Scope {
    /// That of a client, for the resources of the same root.
    fn of(client: &Client, root: ResourceEntry) -> Result<Self> {
        let all = client.def().resources;
        let is_family =
            |entry: &&ResourceEntry| entry.lineage(all).last().is_some_and(|found| found.def.name == root.def.name);
        let family = all.iter().filter(is_family).flat_map(|entry| {
            // A login is that of an account, too.
            filled_in(entry.def).into_iter().chain(client.auth(entry.def).placeholders())
        });
        let texts = client.def().headers.iter().map(|(_, value)| *value).chain([client.def().base_url]);
        let is_time = |name: &str| client.def().params.iter().any(|param| param.is_time(name));
        let values: BTreeMap<_, _> = family
            .chain(texts.flat_map(placeholders))
            .filter(|name| !is_time(name))
            .filter_map(|name| client.values().json_of(&name).cloned().map(|value| (name, value)))
            .collect();
        fingerprint::hash(&values).map(Self)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The names of what is filled in to the requests of a resource.
fn filled_in(def: &ResourceDef) -> Vec<String> {
    let texts = def.headers.iter().chain(def.fixed_params).map(|(_, value)| *value).chain([def.path]);
    let json = def.json.iter().flat_map(JsonDef::placeholders);
    let data = def.data.iter().flat_map(DataDef::placeholders);
    texts.flat_map(placeholders).chain(json).chain(data).collect()
}

/// The clients that have loaded a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Clients {
    /// The one that has begun a load last: what others had begun is not resumed.
    last: String,
    /// Those whose rows may be in the table.
    loads: BTreeMap<String, ClientLoad>,
}

/// What is known of a client's loads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ClientLoad {
    /// The latest one that has begun.
    latest: LoadId,
    /// Whether one was complete.
    complete: bool,
}

impl Clients {
    /// Whether what this client has left is about rows of the table.
    pub(super) fn knows(&self, scope: Scope) -> bool {
        self.loads.contains_key(&scope.to_string())
    }

    /// Whether a load of this client was complete.
    fn is_complete(&self, scope: Scope) -> bool {
        self.loads.get(&scope.to_string()).is_some_and(|load| load.complete)
    }

    /// Whether this client was the last to begin a load.
    pub(super) fn is_last(&self, scope: Scope) -> bool {
        self.last == scope.to_string()
    }

    /// Whether others have loaded the table.
    fn has_others(&self, scope: Scope) -> bool {
        self.others(scope).next().is_some()
    }

    /// The same for people, with what follows from it.
    pub(super) fn others_noted(&self, scope: Scope, disposition: Option<WriteDisposition>) -> Option<&'static str> {
        let note = match disposition? {
            WriteDisposition::Append => "the table also has rows that were read with other params of the client",
            WriteDisposition::Merge => {
                "the table also has rows that were read with other params of the client; if rows of both may have the same key, give each tables of its own, as by `table_prefix`"
            }
            WriteDisposition::Replace => {
                "it replaces the rows that were read with other params of the client; to keep both, give each tables of its own, as by `table_prefix`"
            }
        };
        self.has_others(scope).then_some(note)
    }

    /// The latest load of the others.
    pub(super) fn latest_of_others(&self, scope: Scope) -> Option<&LoadId> {
        self.others(scope).map(|(_, load)| &load.latest).max()
    }

    /// What is there of this client's rows.
    pub(super) fn own(&self, scope: Scope, table: TableStatus) -> TableStatus {
        let has_rows = table.has_rows && (self.is_complete(scope) || !self.has_others(scope));
        TableStatus { has_rows, ..table }
    }

    fn others(&self, scope: Scope) -> impl Iterator<Item = (&String, &ClientLoad)> {
        let own = scope.to_string();
        self.loads.iter().filter(move |(other, _)| **other != own)
    }

    /// A load of this client begins, after a complete one if there is what such a one leaves. Where loads leave nothing for the
    /// next one, one of the others stands for all of them.
    pub(super) fn begin(&mut self, scope: Scope, load: &LoadId, leaves_state: bool, has_previous: bool) {
        self.last = scope.to_string();
        if !leaves_state {
            let latest = self.others(scope).max_by_key(|(_, load)| &load.latest).map(|(other, _)| other.clone());
            self.loads.retain(|other, _| *other == self.last || Some(other) == latest.as_ref());
        }
        let complete = has_previous || self.is_complete(scope);
        self.loads.insert(self.last.clone(), ClientLoad { latest: load.clone(), complete });
    }

    /// A load of the last client is complete. Returns whether that says anything new.
    pub(super) fn complete(&mut self, is_replaced: bool) -> bool {
        let before = self.clone();
        if is_replaced {
            self.loads.retain(|client, _| *client == self.last);
        }
        if let Some(load) = self.loads.get_mut(&self.last) {
            load.complete = true;
        }
        *self != before
    }
}

/// A family of resources: a root, and those that are read for its rows, or for theirs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family {
    root: &'static str,
    pub(super) scope: Scope,
    /// Whether its records have plain names.
    is_first: bool,
}

impl SyncRun<'_> {
    /// Whose state the resource's is in this run. It is read once for each family, and again where its root begins.
    pub(super) async fn family(&mut self, resource: ResourceEntry) -> Result<Family> {
        let root = self.root(resource);
        if let Some(known) = self.known_family(root) {
            return Ok(known);
        }
        let scope = Scope::of(&self.client, root)?;
        let root = root.def.name;
        let first = ResourceState { source: self.client.def().name, resource: root, scope: None };
        let first = match first.first_client(&mut *self.destination).await {
            // All that it names is dropped.
            Err(error) if self.full_refresh && error.kind() == ErrorKind::Destination => None,
            first => first?,
        };
        let family = Family { root, scope, is_first: first.is_none_or(|first| first == scope.to_string()) };
        self.families.push(family);
        Ok(family)
    }

    /// The same, once the resource is held. Where it is a root that nobody has loaded, its records are the plain ones from now on.
    pub(super) async fn held_family(&mut self, resource: ResourceEntry) -> Result<(Family, Option<StateChange>)> {
        let root = self.root(resource);
        if root.def.name != resource.def.name {
            return Ok((self.family(resource).await?, None));
        }
        self.families.retain(|family| family.root != root.def.name);
        let family = self.family(resource).await?;
        let claim = family.is_first.then(|| self.state(root.def.name).put_first_client(family.scope.to_string()));
        Ok((family, claim))
    }

    /// The state of a resource whose family is known.
    pub(super) fn state(&self, resource: &'static str) -> ResourceState {
        let def = self.client.def();
        let entry = def.resources.iter().find(|entry| entry.def.name == resource);
        let family = entry.and_then(|entry| self.known_family(self.root(*entry)));
        let scope = family.filter(|family| !family.is_first).map(|family| family.scope.0);
        ResourceState { source: def.name, resource, scope }
    }

    fn known_family(&self, root: ResourceEntry) -> Option<Family> {
        self.families.iter().find(|family| family.root == root.def.name).copied()
    }

    fn root(&self, resource: ResourceEntry) -> ResourceEntry {
        resource.lineage(self.client.def().resources).last().unwrap_or(resource)
    }
}
