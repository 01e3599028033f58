//! The params of a resource: those of the defaults and its own as one list, and where each is sent.

use crate::language::{Param, ResourceOptions};
use crate::model::Path;
use crate::naming::unraw;

/// Where params have a place besides the query.
#[derive(Default)]
pub(crate) struct Places<'p> {
    pub(crate) path: Option<&'p Path>,
    /// The names in the body.
    pub(crate) json: Vec<String>,
    /// The names in headers.
    pub(crate) headers: Vec<String>,
}

/// The params that one list declares.
pub(crate) fn own(options: &ResourceOptions) -> Vec<Param> {
    options.params.get().map(|params| params.all.clone()).unwrap_or_default()
}

/// The params that a resource has: those of the defaults, and its own.
pub(crate) fn all(own: &ResourceOptions, shared: &ResourceOptions) -> Vec<Param> {
    merge(&self::own(shared), &self::own(own))
}

/// The params of the defaults, replaced or followed by the resource's own.
pub(crate) fn merge(shared: &[Param], own: &[Param]) -> Vec<Param> {
    let is_own = |name: &str| own.iter().any(|param| unraw(&param.name) == name);
    let inherited = shared.iter().filter(|param| !is_own(&unraw(&param.name)));
    inherited.chain(own).cloned().collect()
}

/// The params that are sent in the query: part of neither the path nor the body nor a header.
pub(crate) fn query<'p>(params: &'p [Param], places: &'p Places<'_>) -> impl Iterator<Item = &'p Param> {
    params.iter().filter(|param| {
        let name = unraw(&param.name);
        !places.path.is_some_and(|path| path.binds(&name))
            && !places.json.contains(&name)
            && !places.headers.contains(&name)
    })
}
