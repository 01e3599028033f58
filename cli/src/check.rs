//! Whether modules compile: each as a program of a crate of its own, in a temporary folder.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::cargo;

/// A module that does not compile.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) module: String,
    /// What the compiler says of it.
    pub(crate) errors: String,
}

/// Compiles modules, given with their names, and returns those that do not. The error is one of cargo itself.
pub(crate) fn compile(modules: &[(String, String)]) -> Result<Vec<Failure>, String> {
    let folder = std::env::temp_dir().join(format!("cargo-declarest-check-{}", std::process::id()));
    let result = in_folder(&folder, modules);
    // What is left there is in no one's way.
    let _ = std::fs::remove_dir_all(&folder);
    result
}

fn in_folder(folder: &Path, modules: &[(String, String)]) -> Result<Vec<Failure>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let programs = folder.join("src/bin");
    std::fs::create_dir_all(&programs).map_err(failed)?;
    let manifest = format!(
        "[package]\nname = \"declarest-checked\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
        dependency(modules.iter().any(|(_, module)| module.contains("oauth2_jwt_bearer")))
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).map_err(failed)?;
    for (index, (_, module)) in modules.iter().enumerate() {
        let text = format!("#![allow(dead_code)]\n\n{module}\nfn main() {{}}\n");
        std::fs::write(programs.join(format!("module_{index}.rs")), text).map_err(failed)?;
    }
    let root = workspace();
    if let Some(root) = &root {
        // What the workspace has compiled is not compiled again.
        let _ = std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"));
    }
    let cargo = |arguments: &[&str]| {
        let mut command = cargo::cargo();
        command.args(arguments).current_dir(folder).env("CARGO_INCREMENTAL", "0");
        if let Some(root) = &root {
            command.arg("--target-dir").arg(root.join("target"));
        }
        command.output().map_err(|error| format!("cargo cannot be run: {error}"))
    };
    let output = cargo(&["check", "--quiet", "--bins", "--keep-going", "--message-format", "json"])?;
    let failures = failures(&String::from_utf8_lossy(&output.stdout), modules);
    if root.is_some() {
        // The next check is of other modules.
        let _ = cargo(&["clean", "--quiet", "--package", "declarest-checked"]);
    }
    if !output.status.success() && failures.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(failures)
}

/// The modules with errors, from cargo's messages: an object on each line.
fn failures(messages: &str, modules: &[(String, String)]) -> Vec<Failure> {
    let mut errors = vec![String::new(); modules.len()];
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Json>(line) else { continue };
        let text = |path: &str| message.pointer(path).and_then(Json::as_str).unwrap_or_default();
        let index = text("/target/name").strip_prefix("module_").and_then(|index| index.parse::<usize>().ok());
        if text("/message/level") == "error"
            && let Some(errors) = index.and_then(|index| errors.get_mut(index))
        {
            errors.push_str(text("/message/rendered"));
        }
    }
    let named = modules.iter().map(|(name, _)| name.clone()).zip(errors);
    named.filter(|(_, errors)| !errors.is_empty()).map(|(module, errors)| Failure { module, errors }).collect()
}

/// The runtime: that of the workspace it is run in, else the published one.
fn dependency(signs: bool) -> String {
    let features = if signs { ", features = [\"jwt\"]" } else { "" };
    match workspace() {
        Some(root) => {
            // A literal of TOML's, which takes a path as it is.
            format!("declarest = {{ path = '{}'{features} }}", root.join("runtime").display())
        }
        None => format!("declarest = {{ version = {:?}{features} }}", env!("CARGO_PKG_VERSION")),
    }
}

fn workspace() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .find(|folder| {
            let manifest = std::fs::read_to_string(folder.join("runtime/Cargo.toml")).unwrap_or_default();
            manifest.contains("name = \"declarest\"")
        })
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_their_modules() {
        let modules = [("one".to_owned(), String::new()), ("two".to_owned(), String::new())];
        let message = |name: &str, level: &str, text: &str| {
            serde_json::json!({"target": {"name": name}, "message": {"level": level, "rendered": text}}).to_string()
        };
        let messages = [
            message("module_1", "error", "first\n"),
            message("module_0", "warning", "unused\n"),
            message("module_1", "error", "second\n"),
            message("reqwest", "error", "foreign\n"),
            "not JSON".to_owned(),
        ];
        let found = failures(&messages.join("\n"), &modules);
        assert_eq!(found.len(), 1);
        assert_eq!(found.first().map(|failure| failure.module.as_str()), Some("two"));
        assert_eq!(found.first().map(|failure| failure.errors.as_str()), Some("first\nsecond\n"));
    }
}
