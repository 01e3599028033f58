//! The params of a resource: those of the defaults and its own as one list, and where each is sent.

use crate::language::{Param, ParamValue, PartitionBy, ResourceOptions};
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
    /// The names in fixed values of other params.
    pub(crate) texts: Vec<String>,
}

impl Places<'_> {
    /// Whether a param has a place in the body, in a header or in another param.
    pub(crate) fn has(&self, name: &str) -> bool {
        [&self.json, &self.headers, &self.texts].into_iter().flatten().any(|known| known == name)
    }
}

/// The params that one list declares.
pub(crate) fn own(options: &ResourceOptions) -> &[Param] {
    options.params.get().map_or(&[], |params| &params.all)
}

/// The params that a resource has: those of the defaults, replaced or followed by its own.
pub(crate) fn all(own: &ResourceOptions, shared: &ResourceOptions) -> Vec<Param> {
    let (own, shared) = (self::own(own), if own.params.unset().is_some() { &[] } else { self::own(shared) });
    let inherited = shared.iter().filter(|param| own.iter().all(|own| unraw(&own.name) != unraw(&param.name)));
    inherited.chain(own).cloned().collect()
}

/// A partition as a param: it stands wherever one may.
pub(crate) fn partition(partition: &PartitionBy) -> Param {
    Param::new(partition.name.clone(), ParamValue::Partition)
}

/// The param that a name stands for: not one that is nothing but the client-wide param, or the partition, of its name.
pub(crate) fn find<'p>(params: &'p [Param], name: &str) -> Option<&'p Param> {
    params.iter().find(|param| unraw(&param.name) == name && !param.is_alias())
}

/// The names of params, as messages list them.
pub(crate) fn names(params: &[Param]) -> Vec<String> {
    params.iter().map(|param| unraw(&param.name)).collect()
}

/// The params that are sent in the query by themselves: part of neither the path nor the body nor another text.
pub(crate) fn query<'p>(params: &'p [Param], places: &'p Places<'_>) -> impl Iterator<Item = &'p Param> {
    params.iter().filter(|param| {
        let name = unraw(&param.name);
        param.is_alias() || !places.path.is_some_and(|path| path.binds(&name)) && !places.has(&name)
    })
}
