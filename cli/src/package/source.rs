//! The source of a package that a command is about, as code that makes its client.

use super::metadata::Package;
use super::modules::Modules;
use crate::cargo::cargo;
use crate::suggest;

/// Which client is meant: by default, that of the package's only source.
#[derive(Debug, clap::Args)]
pub(crate) struct Client {
    /// The module of the source, such as `analytics` or `apis::analytics`, in a package with several.
    #[arg(long, value_name = "PATH")]
    source: Option<String>,
    /// Another base URL than the declared one.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// A public function of the package that makes the client, `fn() -> declarest::Result<Client>`: for sources with params.
    #[arg(long = "client", value_name = "FUNCTION", conflicts_with_all = ["source", "base_url"])]
    function: Option<String>,
}

impl Client {
    /// An expression for the client: a `Result`.
    pub(crate) fn expression(&self, package: &Package) -> Result<String, String> {
        let Some((library, _)) = &package.library else { return Err(no_library(package, &self.found(package)?)) };
        if let Some(function) = &self.function {
            return Ok(format!("::{library}::{}()", path(function)?));
        }
        let module = self.found(package)?.join("::");
        let base_url = self.base_url.as_ref().map(|url| format!(".base_url({url:?})")).unwrap_or_default();
        Ok(format!("::{library}::{module}::Client::builder(){base_url}.build()"))
    }

    /// The path of the source, as another crate reaches it.
    fn found(&self, package: &Package) -> Result<Vec<String>, String> {
        let is_library = package.library.is_some();
        let roots = package.library.iter().map(|(_, root)| root).chain(&package.programs);
        let mut all = Vec::new();
        // Those of programs are looked for where there is no library: an error can name them then.
        for root in roots.take(if is_library { 1 } else { usize::MAX }) {
            let modules = Modules::read(root).map_err(|_| does_not_compile(package))?;
            all.extend(modules.sources().map(|path| (path.join("::"), modules.public(path), path.to_owned())));
        }
        let name = &package.name;
        let names = || all.iter().map(|(name, ..)| name.as_str());
        let known = || suggest::list(names());
        let mut named = all.iter().filter(|(path, ..)| self.source.as_deref().is_none_or(|name| is_named(path, name)));
        let (source, public, path) = match (named.next(), named.next(), &self.source) {
            (Some(only), None, _) => only,
            _ if all.is_empty() => {
                return Err(format!(
                    "the package `{name}` has no source: no module in its files is under `#[declarest::source(…)]`; one that a macro writes or includes is named by a function: `--client`"
                ));
            }
            (None, _, Some(wanted)) => {
                let instead = suggest::instead(wanted, "sources", names());
                return Err(format!("the package `{name}` has no source `{wanted}`{instead}"));
            }
            _ => {
                return Err(format!("the package `{name}` has several sources: name one with `--source`: {}", known()));
            }
        };
        match public {
            Some(path) => Ok(path.clone()),
            None if !is_library => Ok(path.clone()),
            None => Err(format!(
                "the module `{source}` is private, so no other program can use it: write `pub mod` for it and all modules around it, or `pub use {source};` in the library's first file"
            )),
        }
    }
}

fn no_library(package: &Package, source: &[String]) -> String {
    let (name, source) = (&package.name, source.join("::"));
    format!(
        "the package `{name}` has no library, and a program's modules are its own: move `{source}` to `src/lib.rs`, as `pub mod`, and `use {}::{source};` in `src/main.rs`",
        name.replace('-', "_")
    )
}

/// Cargo itself reports why, on standard error.
fn does_not_compile(package: &Package) -> String {
    let mut check = cargo();
    check.args(["check", "--quiet", "--manifest-path"]).arg(package.folder.join("Cargo.toml"));
    let _ = check.status();
    format!("the package `{}` does not compile", package.name)
}

/// By its whole path, or by its name.
fn is_named(path: &str, name: &str) -> bool {
    let plain = |text: &str| text.replace("r#", "");
    let (path, name) = (plain(path), plain(name));
    path == name || path.rsplit("::").next() == Some(&name)
}

/// What is given as a path is written into a program as nothing else.
fn path(text: &str) -> Result<String, String> {
    let path = syn::parse_str::<syn::Path>(text).ok().filter(|path| path.leading_colon.is_none());
    let plain = path.filter(|path| path.segments.iter().all(|segment| segment.arguments.is_none()));
    match plain {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("`{text}` is no path of a function: write it as `apis::client`")),
    }
}
