//! A program of its own over a package, in the package's target folder.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value as Json;
use toml::{Table, Value};

use super::metadata::Package;
use super::workspace;
use crate::cargo::cargo;

/// A program over a package: what it depends on besides, and its text.
pub(crate) struct Program<'p> {
    pub(crate) package: &'p Package,
    /// The command that it is for, which its name ends with.
    pub(crate) command: &'static str,
    pub(crate) dependencies: Table,
    pub(crate) main: String,
    pub(crate) is_release: bool,
}

impl Program<'_> {
    /// Builds it where the package is built, and runs it here. Its exit code is that of the program.
    pub(crate) fn run<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Result<ExitCode, String> {
        let folder = self.package.target.join("declarest").join(&self.package.name).join(self.command);
        self.write(&folder)?;
        let status = Command::new(self.build(&folder)?).args(arguments).status();
        let status = status.map_err(|error| format!("the program that cargo built cannot be run: {error}"))?;
        Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
    }

    fn name(&self) -> String {
        format!("{}-declarest-{}", self.package.name, self.command)
    }

    fn write(&mut self, folder: &Path) -> Result<(), String> {
        let Package { name, folder: own, workspace, .. } = self.package;
        let mut manifest = workspace::settings(workspace)?;
        let mut dependencies = std::mem::take(&mut self.dependencies);
        dependencies.insert(name.clone(), table([("path", own.display().to_string())]));
        let package = [("name", self.name()), ("version", "0.0.0".to_owned()), ("edition", "2024".to_owned())];
        manifest.insert("package".to_owned(), table(package));
        let program = table([("name", self.name()), ("path", "main.rs".to_owned())]);
        manifest.insert("bin".to_owned(), Value::Array(vec![program]));
        manifest.insert("dependencies".to_owned(), Value::Table(dependencies));
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        std::fs::create_dir_all(folder).map_err(failed)?;
        changed(&folder.join("Cargo.toml"), &manifest.to_string()).map_err(failed)?;
        changed(&folder.join("main.rs"), &self.main).map_err(failed)?;
        // The versions that the workspace has. What the program needs besides is kept until these change.
        if let Ok(lock) = std::fs::read_to_string(workspace.join("Cargo.lock"))
            && changed(&folder.join("workspace.lock"), &lock).map_err(failed)?
        {
            std::fs::write(folder.join("Cargo.lock"), lock).map_err(failed)?;
        }
        Ok(())
    }

    /// The program that cargo has built. What it reports is on standard error.
    fn build(&self, folder: &Path) -> Result<PathBuf, String> {
        let mut build = cargo();
        // In the package's folder, whose settings are those of its own builds.
        build.current_dir(&self.package.folder).stderr(Stdio::inherit());
        build.args(["build", "--message-format", "json-render-diagnostics", "--manifest-path"]);
        build.arg(folder.join("Cargo.toml")).arg("--target-dir").arg(&self.package.target);
        if self.is_release {
            build.arg("--release");
        }
        let output = build.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
        if !output.status.success() {
            return Err(format!("the package `{}`, or a program over it, does not compile", self.package.name));
        }
        let messages = String::from_utf8_lossy(&output.stdout);
        let mut messages = messages.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let program = messages.find_map(|message| {
            let is_ours = message.pointer("/target/name").and_then(Json::as_str) == Some(&self.name());
            message["executable"].as_str().filter(|_| is_ours).map(PathBuf::from)
        });
        program.ok_or_else(|| "cargo does not say where the program is that it built".to_owned())
    }
}

/// Writes a text where another one is: cargo builds again what is newer. Whether it did.
fn changed(file: &Path, text: &str) -> std::io::Result<bool> {
    if std::fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(false);
    }
    std::fs::write(file, text).map(|()| true)
}

fn table<const N: usize>(entries: [(&str, String); N]) -> Value {
    Value::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), Value::String(value))).collect())
}
