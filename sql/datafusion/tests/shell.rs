//! The shell as a process, over the demo API: statements as arguments and on standard input, and what they print.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The example, which cargo builds beside the tests.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("this test");
    let folder = test.ancestors().nth(2).expect("the folder of the profile");
    folder.join("examples").join(format!("sql{}", std::env::consts::EXE_SUFFIX))
}

fn shell(arguments: &[&str], input: &str) -> Output {
    let mut shell = Command::new(example());
    shell.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut shell = shell
        .spawn()
        .expect("the example, which `cargo test` builds before all tests, and `cargo build --example sql` alone");
    shell.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    shell.wait_with_output().expect("it ends")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_statement_is_answered_with_what_it_took() {
    let answer = stdout(&shell(&["select key from issues limit 10"], ""));
    assert!(answer.contains("| key"), "{answer}");
    assert!(answer.contains("(10 rows, 1 request, "), "{answer}");
    let count = stdout(&shell(&["select count(*) as n from issues", "select count(*) as m from components;"], ""));
    assert!(count.contains("| 17366 |") && count.contains("| 1270 |"), "{count}");
}

#[test]
fn standard_input_is_run_up_to_the_first_statement_that_fails() {
    let output = shell(&["--csv"], "select 1 as a, ';' as b; -- no; end\nselect nothing from issues;\nselect 3 as c;");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a,b\n1,;\n");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("error: ") && error.contains("nothing"), "{error}");
}

#[test]
fn programs_read_json() {
    let output = stdout(&shell(&["--json", "select key, line from issues where line is null limit 1"], ""));
    let row: serde_json::Value = serde_json::from_str(&output).expect("one object");
    assert!(row["key"].is_string(), "{row}");
    assert!(row["line"].is_null(), "{row}");
    assert!(row.as_object().is_some_and(|row| row.contains_key("line")), "{row}");
}

#[test]
fn tables_and_their_columns_are_listed() {
    let tables = stdout(&shell(&[], "\\d\n\\d issues\n\\q\nselect no end"));
    let line = |start: &str| tables.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
    assert!(line("| issues ").contains("creation_date"), "{tables}");
    assert!(line("| creation_date ").contains("bounds"), "{tables}");
    assert!(line("| key ").contains("not null"), "{tables}");
}

#[test]
fn what_is_not_there_is_an_error() {
    for (arguments, code, expected) in [
        (["--xml"], 2, "there is no option `--xml`"),
        (["\\x"], 1, "there is no command `\\x`"),
        (["\\d isues"], 1, "did you mean `issues`?"),
    ] {
        let output = shell(&arguments, "");
        assert_eq!(output.status.code(), Some(code));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(expected), "{error}");
    }
}
