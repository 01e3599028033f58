//! The errors that users see. See `ui/README.md`.
#![warn(clippy::pedantic)]

use std::fs;
use std::path::Path;

// By themselves, programs that must not compile go through one run of the compiler.
#[test]
fn mistakes_are_errors() {
    samples();
    let tests = trybuild::TestCases::new();
    for theme in [
        "callers",
        "conflict",
        "lint",
        "malformed",
        "many",
        "misplaced",
        "missing",
        "openapi",
        "sample",
        "types",
        "unknown",
    ] {
        tests.compile_fail(format!("ui/{theme}/*.rs"));
    }
}

/// Puts samples and OpenAPI files where the programs find them: trybuild makes a crate of its own, and paths start at that crate's
/// root.
fn samples() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let root = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    for folder in ["ui/sample", "ui/openapi"] {
        let root = root.join(folder);
        fs::create_dir_all(&root).expect("a directory");
        for entry in fs::read_dir(folder).expect("samples") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|kind| kind != "rs" && kind != "stderr") {
                fs::copy(&path, root.join(path.file_name().expect("a name"))).expect("a copy");
            }
        }
    }
}
