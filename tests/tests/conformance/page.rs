//! The table as a page for people, `tests/conformance/README.md`, and what makes it true.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::case;
use crate::table::{Fate, TABLE};

const HEAD: &str = "\
# Behaviour known from dlt

`cases.json` holds black-box cases of reading a REST source over HTTP: the server's behaviour, the source's configuration in dlt,
and the observed behaviour of dlt 1.31. `tests/tests/conformance/` runs them against equivalent declarations, over real HTTP and
into a real database. The test `page` compares this page with the cases, and writes it with `UPDATE_CONFORMANCE=1`.

";

fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn each_case_is_in_the_table_once() {
    let cases = case::all();
    let ids: Vec<_> = cases.iter().map(|case| case["id"].as_str().unwrap_or_default()).collect();
    let table: Vec<_> = TABLE.iter().map(|(id, _)| *id).collect();
    assert_eq!(table, ids);
}

#[test]
fn each_test_is_named_for_its_case() {
    for (id, fate) in TABLE {
        let (Fate::Passes { test, .. } | Fate::Overruled { test, .. }) = fate else {
            continue;
        };
        assert!(test.ends_with(&format!("::{}", id.replace('-', "_"))), "{id}: {test}");
    }
}

#[test]
fn each_refusal_has_its_program_and_its_message() {
    for (id, program) in TABLE.iter().flat_map(|(id, fate)| programs(*fate).iter().map(move |program| (id, program))) {
        assert!(file(program, "rs").is_file(), "{id}: there is no tests/compile/ui/{program}.rs");
        assert!(!message(program).is_empty(), "{id}: tests/compile/ui/{program}.stderr says nothing");
    }
}

#[test]
fn the_page_is_in_step() {
    let path = tests().join("conformance/README.md");
    let page = page();
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{} is out of step: run this test with UPDATE_CONFORMANCE=1", path.display());
}

fn page() -> String {
    let cases = case::all();
    let descriptions: BTreeMap<_, _> =
        cases.iter().filter_map(|case| Some((case["id"].as_str()?, text(&case["description"])))).collect();
    let mut counts = BTreeMap::<_, usize>::new();
    let mut rows = String::from("| case | behaviour | here | how |\n| --- | --- | --- | --- |\n");
    for (id, fate) in TABLE {
        let (word, how) = words(*fate);
        *counts.entry(word).or_default() += 1;
        let row = [id, escaped(descriptions[id]).as_str(), word, &how].join(" | ");
        rows.extend(["| ", &row, " |\n"]);
    }
    let counts: Vec<_> = counts.iter().map(|(word, count)| format!("{word}: {count}")).collect();
    format!("{HEAD}{} cases; {}.\n\n{rows}", TABLE.len(), counts.join(", "))
}

/// In a word, and at length.
fn words(fate: Fate) -> (&'static str, String) {
    let and = |what: String, note: &str| if note.is_empty() { what } else { format!("{what}; {note}") };
    let refusals = || {
        let refusal =
            |program: &&str| format!("[`{program}`](../compile/ui/{program}.rs): {}", escaped(&message(program)));
        programs(fate).iter().map(refusal).collect::<Vec<_>>().join("; ")
    };
    match fate {
        Fate::Passes { test, note } => ("passes", and(format!("`{test}`"), note)),
        Fate::Refused { note, .. } => ("compile error", and(refusals(), note)),
        Fate::Overruled { test, reason, design, .. } => {
            let shown = [vec![format!("`{test}`")], if programs(fate).is_empty() { vec![] } else { vec![refusals()] }];
            ("overruled", format!("{reason} (design: \"{design}\"); {}", shown.concat().join(", ")))
        }
    }
}

fn programs(fate: Fate) -> &'static [&'static str] {
    match fate {
        Fate::Refused { programs, .. } | Fate::Overruled { programs, .. } => programs,
        Fate::Passes { .. } => &[],
    }
}

fn file(program: &str, extension: &str) -> PathBuf {
    tests().join("compile/ui").join(program).with_extension(extension)
}

/// What the compiler says first.
fn message(program: &str) -> String {
    let said = fs::read_to_string(file(program, "stderr")).unwrap_or_default();
    said.lines().next().unwrap_or_default().to_owned()
}

/// As a cell of a table has it.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
