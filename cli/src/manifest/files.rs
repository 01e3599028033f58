//! Schemas in files beside the manifest.

use std::path::{Component, Path, PathBuf};

use crate::jinja::{self, Part, fold};
use crate::yaml::{self, Node};

/// The folder of the manifest, if it was read from one.
#[derive(Debug, Default)]
pub(crate) struct Files(Option<PathBuf>);

impl Files {
    /// The files beside a manifest.
    pub(crate) fn beside(manifest: &Path) -> Self {
        Self(manifest.parent().map(Path::to_owned))
    }

    /// A schema by its path, which counts from the folder of the manifest or from the one around it.
    pub(super) fn schema(&self, path: &str) -> Option<Node> {
        let path = Path::new(path.trim_start_matches("./"));
        // A manifest names files of its own connector alone.
        if !path.components().all(|component| matches!(component, Component::Normal(_))) {
            return None;
        }
        let folder = self.0.as_ref()?;
        let inner = folder.join("schemas").join(path.file_name()?);
        let outer = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.join(path)));
        let found = [Some(folder.join(path)), outer, Some(inner)].into_iter().flatten().find(|path| path.is_file())?;
        let node = yaml::load(&std::fs::read_to_string(found).ok()?).ok()?;
        node.is_map().then_some(node)
    }
}

/// The path that a loader names, for the stream of this name.
pub(super) fn path(loader: Option<&Node>, name: &str) -> String {
    let usual = format!("schemas/{name}.json");
    let Some(loader) = loader else { return usual };
    let text = loader.str("file_path").unwrap_or(&usual).to_owned();
    let mut parameters = loader.get("$parameters").map(Node::json).unwrap_or_default();
    if !parameters.is_object() {
        parameters = serde_json::json!({ "name": name });
    }
    let parts = jinja::template(&text).unwrap_or_default().into_iter().map(|part| match part {
        Part::Text(text) => Some(text),
        Part::Expr(expr) => fold(&expr, &parameters).as_text().map(str::to_owned),
    });
    parts.collect::<Option<String>>().filter(|path| !path.is_empty()).unwrap_or(text)
}
