//! What a program of its own takes over from a workspace, so that what is compiled there is not compiled again.

use std::path::Path;

use toml::{Table, Value};

/// The profiles, the patches and the resolver of a workspace, by its folder.
pub(super) fn settings(workspace: &Path) -> Result<Table, String> {
    let file = workspace.join("Cargo.toml");
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = std::fs::read_to_string(&file).map_err(|error| failed(&error))?;
    let mut manifest: Table = text.parse().map_err(|error| failed(&error))?;
    let mut settings = Table::new();
    let mut own = Table::new();
    own.insert("resolver".to_owned(), resolver(&manifest));
    settings.insert("workspace".to_owned(), Value::Table(own));
    if let Some(profiles) = manifest.remove("profile") {
        settings.insert("profile".to_owned(), profiles);
    }
    if let Some(mut patches) = manifest.remove("patch") {
        for patch in tables(&mut patches).flat_map(tables) {
            if let Some(Value::String(path)) = patch.get_mut("path") {
                *path = workspace.join(&*path).display().to_string();
            }
        }
        settings.insert("patch".to_owned(), patches);
    }
    Ok(settings)
}

fn tables(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_table_mut().into_iter().flat_map(|table| table.iter_mut().map(|(_, value)| value))
}

/// As written, else that of the edition.
fn resolver(manifest: &Table) -> Value {
    let at = |table: &str, key: &str| manifest.get(table)?.get(key).cloned();
    let edition = at("package", "edition").filter(Value::is_str);
    let edition = edition.or_else(|| manifest.get("workspace")?.get("package")?.get("edition").cloned());
    at("workspace", "resolver").or_else(|| at("package", "resolver")).unwrap_or_else(|| {
        let resolver = match edition.as_ref().and_then(Value::as_str) {
            _ if !manifest.contains_key("package") => "1",
            Some("2024") => "3",
            Some("2021") => "2",
            _ => "1",
        };
        Value::String(resolver.to_owned())
    })
}
