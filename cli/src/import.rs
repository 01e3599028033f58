//! From the text of another tool's declaration to one of ours.

use crate::declaration::Source;
use crate::manifest;
use crate::yaml::{self, Fault};

/// Reads a manifest of Airbyte's; `name` names the module.
pub(crate) fn airbyte(text: &str, name: &str) -> Result<Source, Fault> {
    let root = yaml::load(text)?;
    if !root.is_map() {
        return Err(Fault::new(root.line, "this is no manifest: it is not a map of keys"));
    }
    manifest::read(&root, name)
}
