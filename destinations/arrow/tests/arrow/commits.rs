//! The commits of a folder as its documentation has them, read without the crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// What a folder holds.
#[derive(Debug, Default)]
pub(crate) struct Commits {
    /// By path.
    pub(crate) files: BTreeMap<String, Value>,
    /// By resource and name.
    pub(crate) state: BTreeMap<(String, String), String>,
    pub(crate) count: usize,
}

impl Commits {
    /// All of them, from the first.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut commits = Self::default();
        loop {
            let path = folder.join(format!("_declarest/commits/{:020}.json", commits.count + 1));
            let Ok(bytes) = fs::read(path) else { return commits };
            commits.add(&serde_json::from_slice(&bytes).expect("a whole commit"));
        }
    }

    fn add(&mut self, commit: &Value) {
        let list = |name: &str| commit[name].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for path in list("removed") {
            self.files.remove(&text(&path));
        }
        for file in list("files") {
            self.files.insert(text(&file["path"]), file);
        }
        for change in list("state") {
            let key = (text(&change["resource"]), text(&change["name"]));
            match change["value"].as_str() {
                Some(value) => drop(self.state.insert(key, value.to_owned())),
                None => drop(self.state.remove(&key)),
            }
        }
        self.count += 1;
    }

    /// The files of a table: those of its rows, or those that are to replace them.
    pub(crate) fn files(&self, table: &str, staged: bool) -> Vec<&str> {
        let is_of = |file: &&Value| file["table"] == table && file["staged"].as_bool().unwrap_or(false) == staged;
        self.files.values().filter(is_of).filter_map(|file| file["path"].as_str()).collect()
    }

    /// How many rows these files have.
    pub(crate) fn rows(&self, table: &str, staged: bool) -> u64 {
        let files = self.files(table, staged).into_iter().filter_map(|path| self.files.get(path));
        files.filter_map(|file| file["rows"].as_u64()).sum()
    }

    /// How many rows were read, by the place to resume at.
    pub(crate) fn checkpoint(&self, resource: &str) -> u64 {
        let text = self.state.get(&(resource.to_owned(), "checkpoint".to_owned()));
        let value = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        value.and_then(|value| value["rows"].as_u64()).unwrap_or(0)
    }
}
