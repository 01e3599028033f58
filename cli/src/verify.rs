//! `cargo declarest check`: the declarations of a package against their APIs.

use std::process::ExitCode;

use toml::toml;

use crate::package::{Client, Package, Program, Which};

/// The program, but for the expression of its client.
const PROGRAM: &str = include_str!("../programs/check.rs");

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    client: Client,
    /// Checks only these resources, and their parents.
    #[arg(long, value_name = "RESOURCE", value_delimiter = ',')]
    only: Vec<String>,
    /// Writes the report as JSON.
    #[arg(long)]
    json: bool,
    /// Builds with optimizations.
    #[arg(long)]
    release: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        let package = Package::find(&self.which)?;
        let program = Program {
            main: PROGRAM.replace("client_of_the_source()", &self.client.expression(&package)?),
            package: &package,
            command: "check",
            // All of it is part of `declarest` already.
            dependencies: toml! {
                serde_json = { version = "1", default-features = false, features = ["std"] }
                tokio = { version = "1", default-features = false, features = ["rt"] }
            },
            is_release: self.release,
        };
        let form = if self.json { "json" } else { "text" };
        program.run(std::iter::once(form).chain(self.only.iter().map(String::as_str)))
    }
}
