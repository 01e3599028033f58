//! What the tests of the importer have in common.
#![allow(dead_code, reason = "each test uses what it needs")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program as cargo does.
pub(crate) fn run(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_cargo-declarest");
    Command::new(program).arg("declarest").args(arguments).output().expect("the program runs")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn styles() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/styles")
}

/// A manifest of the test's own, in a file of its own.
pub(crate) fn file(name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("manifest.yaml");
    std::fs::write(&path, text).expect("a file");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The module and the table of losses of a manifest that can be read.
pub(crate) fn imported(name: &str, text: &str) -> (String, String) {
    let output = run(&["import", "airbyte", &file(name, text)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let module = stdout(&output);
    syn::parse_file(&module).unwrap_or_else(|error| panic!("{error}\n{module}"));
    (module, stderr(&output))
}

/// A stream around what a test is about.
pub(crate) fn stream(requester: &str, rest: &str) -> String {
    format!(
        "type: DeclarativeSource\nstreams:\n  - type: DeclarativeStream\n    name: rows\n    retriever:\n      type: SimpleRetriever\n      requester: {{type: HttpRequester, url_base: 'https://api.example.com', {requester}}}\n      record_selector: {{type: RecordSelector, extractor: {{type: DpathExtractor, field_path: []}}}}\n{rest}"
    )
}
