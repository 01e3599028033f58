//! How many manifests of a folder are carried over whole, and what holds the others.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::declaration::Source;
use crate::import;

/// Counts over manifests.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    connectors: Count,
    resources: Count,
    missing: BTreeMap<String, Missing>,
}

#[derive(Debug, Default)]
struct Count {
    all: usize,
    whole: usize,
}

#[derive(Debug, Default)]
struct Missing {
    connectors: usize,
    resources: usize,
}

/// Reads the manifests of a folder: each `….yaml` or `….yml` in it, and each `manifest.yaml` one folder below.
pub(crate) fn folder(folder: &Path) -> std::io::Result<Coverage> {
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
    let mut coverage = Coverage::default();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or("source");
        match import::airbyte(&text, name) {
            Ok(source) => coverage.add(&source),
            Err(_) => coverage.add_unread(),
        }
    }
    Ok(coverage)
}

impl Coverage {
    fn add(&mut self, source: &Source) {
        let listed: Vec<_> = source.resources.iter().filter(|resource| resource.listed).collect();
        let whole = listed.iter().filter(|resource| source.is_whole(resource)).count();
        self.connectors.all += 1;
        self.connectors.whole += usize::from(whole == listed.len() && source.all_losses() == 0);
        self.resources.all += listed.len();
        self.resources.whole += whole;
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

    /// For programs.
    pub(crate) fn json(&self) -> Json {
        let missing: Vec<Json> = self
            .ranked()
            .into_iter()
            .map(|(reason, missing)| {
                json!({"reason": reason, "connectors": missing.connectors, "resources": missing.resources})
            })
            .collect();
        json!({
            "connectors": {"all": self.connectors.all, "whole": self.connectors.whole},
            "resources": {"all": self.resources.all, "whole": self.resources.whole},
            "missing": missing,
        })
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = |count: &Count| {
            #[allow(clippy::cast_precision_loss, reason = "small numbers")]
            let share = if count.all == 0 { 0.0 } else { count.whole as f64 * 100.0 / count.all as f64 };
            format!("{} of {} whole ({share:.1} %)", count.whole, count.all)
        };
        writeln!(f, "connectors  {}", line(&self.connectors))?;
        writeln!(f, "resources   {}", line(&self.resources))?;
        if !self.missing.is_empty() {
            writeln!(f, "\nconnectors  resources  what is missing")?;
        }
        for (reason, missing) in self.ranked() {
            writeln!(f, "{:>10}  {:>9}  {reason}", missing.connectors, missing.resources)?;
        }
        Ok(())
    }
}
