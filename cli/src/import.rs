//! From the text of another tool's declaration to one of ours.

use std::path::Path;

use crate::declaration::Source;
use crate::yaml::{self, Fault};
use crate::{dlt, manifest, openapi};

/// Reads a manifest of Airbyte's; `name` names the module, `file` is where the manifest is.
pub(crate) fn airbyte(text: &str, name: &str, file: &Path) -> Result<Source, Fault> {
    let root = yaml::load(text)?;
    if !root.is_map() {
        return Err(Fault::new(root.line, "this is no manifest: it is not a map of keys"));
    }
    manifest::read(&root, name, &manifest::Files::beside(file))
}

/// Reads the dictionaries of dlt's `rest_api` in a file of Python, or on a page in Markdown. Each is a source.
pub(crate) fn dlt(text: &str, name: &str, is_page: bool) -> Result<Vec<Source>, Fault> {
    dlt::read(text, name, is_page)
}

/// Reads the resources at some paths of an OpenAPI file.
pub(crate) fn openapi(text: &str, name: &str, resources: &[String]) -> Result<Source, Fault> {
    openapi::read(text, name, resources)
}
