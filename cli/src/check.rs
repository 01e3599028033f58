//! Whether a module compiles: in a crate of its own, in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles a module. The error is the compiler's.
pub(crate) fn compiles(module: &str) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("cargo-declarest-check-{}", std::process::id()));
    let result = compile(&folder, module);
    // What is left there is in no one's way.
    let _ = std::fs::remove_dir_all(&folder);
    result
}

fn compile(folder: &Path, module: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder.join("src")).map_err(failed)?;
    let manifest = format!(
        "[package]\nname = \"checked\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
        dependency()
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).map_err(failed)?;
    std::fs::write(folder.join("src/lib.rs"), format!("#![allow(dead_code)]\n\n{module}")).map_err(failed)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.arg("check").arg("--quiet").current_dir(folder);
    if let Some(root) = workspace() {
        // What the workspace has compiled is not compiled again.
        let _ = std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"));
        command.arg("--target-dir").arg(root.join("target"));
    }
    let output = command.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The runtime: that of the workspace it is run in, else the published one.
fn dependency() -> String {
    match workspace() {
        Some(root) => {
            // A literal of TOML's, which takes a path as it is.
            format!("declarest = {{ path = '{}' }}", root.join("runtime").display())
        }
        None => format!("declarest = {:?}", env!("CARGO_PKG_VERSION")),
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
