//! What cargo knows of a package.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::cargo::cargo;
use crate::suggest;

/// Which package is meant: by default, the one whose folder this is.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// The package, in a workspace of several.
    #[arg(long, short, value_name = "NAME")]
    package: Option<String>,
    /// Its `Cargo.toml`, instead of the nearest.
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
}

/// A package that is built here.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// The name of its library in code, and the library's first file.
    pub(crate) library: Option<(String, PathBuf)>,
    /// The first files of its programs.
    pub(crate) programs: Vec<PathBuf>,
    /// The folder of its workspace.
    pub(crate) workspace: PathBuf,
    pub(crate) target: PathBuf,
}

impl Package {
    pub(crate) fn find(which: &Which) -> Result<Self, String> {
        let metadata = metadata(which.manifest_path.as_deref())?;
        let folders = [&metadata["workspace_root"], &metadata["target_directory"]];
        let [Some(workspace), Some(target)] = folders.map(|folder| folder.as_str().map(PathBuf::from)) else {
            return Err("`cargo metadata` does not say where the workspace is".to_owned());
        };
        let all = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let members = metadata["workspace_members"].as_array().map(Vec::as_slice).unwrap_or_default();
        let packages = all.iter().filter(|package| members.contains(&package["id"]));
        let packages = packages.filter_map(|package| read(package, &workspace, &target)).collect();
        match &which.package {
            Some(name) => named(packages, name),
            None => nearest(packages, which.manifest_path.as_deref()),
        }
    }
}

fn metadata(manifest: Option<&Path>) -> Result<Json, String> {
    let mut command = cargo();
    // With its dependencies: so the lock file is up to date, which programs over the package take over.
    command.args(["metadata", "--format-version", "1"]);
    if let Some(manifest) = manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    let output = command.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(message.trim().trim_start_matches("error: ").to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("`cargo metadata` cannot be read: {error}"))
}

fn read(package: &Json, workspace: &Path, target: &Path) -> Option<Package> {
    let targets = package["targets"].as_array()?;
    let of_kind = |kinds: &'static [&str]| {
        targets.iter().filter(move |target| {
            let kind = target["kind"].as_array().into_iter().flatten().filter_map(Json::as_str);
            kind.into_iter().any(|kind| kinds.contains(&kind))
        })
    };
    let root = |target: &Json| target["src_path"].as_str().map(PathBuf::from);
    let library = of_kind(&["lib", "rlib"]).next();
    Some(Package {
        name: package["name"].as_str()?.to_owned(),
        folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
        library: library.and_then(|lib| Some((lib["name"].as_str()?.replace('-', "_"), root(lib)?))),
        programs: of_kind(&["bin"]).filter_map(root).collect(),
        workspace: workspace.to_owned(),
        target: target.to_owned(),
    })
}

fn named(mut packages: Vec<Package>, name: &str) -> Result<Package, String> {
    let Some(index) = packages.iter().position(|package| package.name == name) else {
        let names = packages.iter().map(|package| package.name.as_str());
        return Err(format!("there is no package `{name}` here{}", suggest::instead(name, "packages", names)));
    };
    Ok(packages.swap_remove(index))
}

/// The package of the manifest, else the one whose folder this is in.
fn nearest(mut packages: Vec<Package>, manifest: Option<&Path>) -> Result<Package, String> {
    let here = match manifest.map(Path::parent) {
        Some(Some(folder)) if folder != Path::new("") => folder.canonicalize(),
        _ => std::env::current_dir().and_then(|folder| folder.canonicalize()),
    };
    let here = here.map_err(|error| format!("this folder cannot be read: {error}"))?;
    let depth = |package: &Package| {
        let folder = package.folder.canonicalize().ok()?;
        here.starts_with(&folder).then(|| folder.components().count())
    };
    let around = packages.iter().enumerate().filter_map(|(index, package)| Some((depth(package)?, index))).max();
    match around {
        Some((_, index)) => Ok(packages.swap_remove(index)),
        None if packages.len() == 1 => Ok(packages.swap_remove(0)),
        None => {
            let names = suggest::list(packages.iter().map(|package| package.name.as_str()));
            Err(format!("this workspace has several packages: name one with `--package`: {names}"))
        }
    }
}
