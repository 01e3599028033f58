//! How many manifests of a folder are carried over whole, and what holds the others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::check::{self, Failure};
use crate::declaration::Source;
use crate::{import, write};

/// How the reason of a Python class begins.
const OWN_CLASS: &str = "a class of its own";

/// Counts over manifests.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    connectors: Count,
    resources: Count,
    /// Of those without classes of their own, which no manifest has the code of.
    declarative_connectors: Count,
    declarative_resources: Count,
    missing: BTreeMap<String, Missing>,
    compiled: Option<Compiled>,
}

/// What the compiler says of the modules.
#[derive(Debug)]
struct Compiled {
    count: Count,
    failures: Vec<Failure>,
}

#[derive(Debug, Default)]
struct Count {
    all: usize,
    whole: usize,
}

impl Count {
    fn add(&mut self, all: usize, whole: usize) {
        self.all += all;
        self.whole += whole;
    }
}

#[derive(Debug, Default)]
struct Missing {
    connectors: usize,
    resources: usize,
}

/// Reads the manifests of a folder: each `….yaml` or `….yml` in it, and each `manifest.yaml` one folder below. With
/// `check`, what is whole of each is compiled.
pub(crate) fn folder(folder: &Path, check: bool) -> Result<Coverage, String> {
    let read = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut modules = Vec::new();
    let mut coverage = Coverage::default();
    for file in files(folder).map_err(read)? {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or("source");
        match import::airbyte(&text, name, &file) {
            Ok(mut source) => {
                coverage.add(&source);
                source.skip_incomplete();
                if !source.resources.is_empty() {
                    modules.push((file.display().to_string(), write::module(source)));
                }
            }
            Err(_) => coverage.add_unread(),
        }
    }
    if check {
        let failures = check::compile(&modules)?;
        let count = Count { all: modules.len(), whole: modules.len() - failures.len() };
        coverage.compiled = Some(Compiled { count, failures });
    }
    Ok(coverage)
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(Some(path.join("manifest.yaml")).filter(|path| path.is_file()));
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl Coverage {
    fn add(&mut self, source: &Source) {
        let listed: Vec<_> = source.resources.iter().filter(|resource| resource.listed).collect();
        let whole = listed.iter().filter(|resource| source.is_whole(resource)).count();
        let is_whole = whole == listed.len() && source.all_losses() == 0;
        self.connectors.add(1, usize::from(is_whole));
        self.resources.add(listed.len(), whole);
        // A reason holds the resources that have it, in themselves or in what they are read for.
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in &listed {
            let mut own: Vec<&str> = Vec::new();
            let mut open = vec![resource.name.as_str()];
            let mut seen: Vec<&str> = Vec::new();
            while let Some(name) = open.pop() {
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name);
                if let Some(found) = source.resources.iter().find(|resource| resource.name == name) {
                    own.extend(found.losses.iter().map(|loss| loss.reason.as_str()));
                    open.extend(found.parents.iter().map(String::as_str));
                }
            }
            own.extend(source.losses.iter().map(|loss| loss.reason.as_str()));
            own.sort_unstable();
            own.dedup();
            for reason in own {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        if !reasons.keys().any(|reason| reason.starts_with(OWN_CLASS)) {
            self.declarative_connectors.add(1, usize::from(is_whole));
            self.declarative_resources.add(listed.len(), whole);
        }
        for (reason, resources) in reasons {
            let missing = self.missing.entry(reason.to_owned()).or_default();
            missing.connectors += 1;
            missing.resources += resources;
        }
    }

    fn add_unread(&mut self) {
        self.connectors.all += 1;
        let missing = self.missing.entry("a file that cannot be read".to_owned()).or_default();
        missing.connectors += 1;
    }

    /// The reasons, the most frequent first.
    fn ranked(&self) -> Vec<(&str, &Missing)> {
        let mut ranked: Vec<_> = self.missing.iter().map(|(reason, missing)| (reason.as_str(), missing)).collect();
        ranked.sort_by_key(|(_, missing)| std::cmp::Reverse((missing.resources, missing.connectors)));
        ranked
    }

    /// The modules that do not compile.
    pub(crate) fn failures(&self) -> &[Failure] {
        self.compiled.as_ref().map(|compiled| compiled.failures.as_slice()).unwrap_or_default()
    }

    /// For programs.
    pub(crate) fn json(&self) -> Json {
        let missing: Vec<Json> = self
            .ranked()
            .into_iter()
            .map(|(reason, missing)| {
                json!({"reason": reason, "connectors": missing.connectors, "resources": missing.resources})
            })
            .collect();
        let mut counts = json!({
            "connectors": {"all": self.connectors.all, "whole": self.connectors.whole},
            "resources": {"all": self.resources.all, "whole": self.resources.whole},
            "without_own_classes": {
                "connectors": {"all": self.declarative_connectors.all, "whole": self.declarative_connectors.whole},
                "resources": {"all": self.declarative_resources.all, "whole": self.declarative_resources.whole},
            },
            "missing": missing,
        });
        if let (Some(Compiled { count, .. }), Some(counts)) = (&self.compiled, counts.as_object_mut()) {
            counts.insert("modules".to_owned(), json!({"all": count.all, "compiled": count.whole}));
        }
        counts
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = |count: &Count, word: &str| {
            #[allow(clippy::cast_precision_loss, reason = "small numbers")]
            let share = if count.all == 0 { 0.0 } else { count.whole as f64 * 100.0 / count.all as f64 };
            format!("{} of {} {word} ({share:.1} %)", count.whole, count.all)
        };
        writeln!(f, "connectors  {}", line(&self.connectors, "whole"))?;
        writeln!(f, "resources   {}", line(&self.resources, "whole"))?;
        if self.declarative_connectors.all < self.connectors.all {
            writeln!(f, "of those without Python classes of their own:")?;
            writeln!(f, "connectors  {}", line(&self.declarative_connectors, "whole"))?;
            writeln!(f, "resources   {}", line(&self.declarative_resources, "whole"))?;
        }
        if let Some(compiled) = &self.compiled {
            writeln!(f, "modules     {}", line(&compiled.count, "compile"))?;
        }
        if !self.missing.is_empty() {
            writeln!(f, "\nconnectors  resources  what is missing")?;
        }
        for (reason, missing) in self.ranked() {
            writeln!(f, "{:>10}  {:>9}  {reason}", missing.connectors, missing.resources)?;
        }
        Ok(())
    }
}
