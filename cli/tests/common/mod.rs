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

/// Lines, each with spaces before it.
pub(crate) fn lines(text: &str, indent: usize) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect();
    lines.concat()
}

/// A manifest with one stream: what its requester, its retriever and the stream itself have besides.
pub(crate) fn manifest(requester: &str, retriever: &str, stream: &str) -> String {
    format!(
        "type: DeclarativeSource
streams:
  - type: DeclarativeStream
    name: rows
{}    retriever:
      type: SimpleRetriever
      record_selector:
        type: RecordSelector
        extractor: {{type: DpathExtractor, field_path: [data]}}
{}      requester:
        type: HttpRequester
        url_base: https://api.example.com/v1
{}    schema_loader:
      type: InlineSchemaLoader
      schema:
        properties:
          id: {{type: integer}}
          name: {{type: string}}
          state: {{type: [string, 'null']}}
          seats: {{type: integer}}
          live: {{type: boolean}}
          tags: {{type: array, items: {{type: string}}}}
          updated: {{type: string}}
          owner: {{type: object, properties: {{id: {{type: integer}}, city: {{type: string}}}}}}
          raw: {{type: object}}
spec:
  connection_specification:
    required: [account, start_date]
    properties:
      account: {{type: string}}
      items: {{type: array, items: {{type: string}}}}
      region: {{type: string}}
      size: {{type: integer, default: 20}}
      live: {{type: boolean, default: false}}
      start_date: {{type: string, format: date-time}}
      day: {{type: string, format: date}}
      key: {{type: string, airbyte_secret: true}}
",
        lines(stream, 4),
        lines(retriever, 6),
        lines(requester, 8)
    )
}

/// The text of the module on one line, so that it does not matter where lines are broken.
pub(crate) fn flat(module: &str) -> String {
    let text = module.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("( ", "(").replace(", )", ")").replace("[ ", "[").replace(", ]", "]")
}

/// Checks that the module has a part, or that a loss has a reason.
pub(crate) fn check(test: &str, manifest: &str, expected: Result<&str, &str>) {
    let (module, table) = imported(test, manifest);
    match expected {
        Ok(part) => {
            assert!(flat(&module).contains(part), "{manifest}\n{module}\n{table}\nexpected: {part}");
            assert!(table.starts_with("1 of 1 "), "{manifest}\n{table}");
        }
        Err(reason) => {
            assert!(table.contains(reason), "{manifest}\n{table}\nexpected: {reason}");
            assert!(module.contains("todo"), "{module}");
        }
    }
}
