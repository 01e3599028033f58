//! `cargo declarest check` in packages of the tests' own: the source is found, or an error says what to do; and a program
//! over it compares it with its API.

mod packages;

use packages::{Package, SOURCE, serve};

#[test]
fn a_package_without_a_source_is_refused() {
    let package = Package::bare("no_source", &[("src/lib.rs", "pub mod empty {}")]);
    assert_eq!(
        package.refused(&["check"]),
        "error: the package `no_source` has no source: no module in its files is under `#[declarest::source(…)]`; one that a macro writes or includes is named by a function: `--client`\n"
    );
}

#[test]
fn no_package_is_refused_in_cargo_s_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = packages::run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.starts_with("error: could not find `Cargo.toml` in"), "{error}");
}

#[test]
fn of_several_sources_one_has_to_be_named() {
    let two = format!("pub mod apis {{ {} {} }}", SOURCE, SOURCE.replace("shop", "forum"));
    let package = Package::bare("two_sources", &[("src/lib.rs", &two)]);
    assert_eq!(
        package.refused(&["check"]),
        "error: the package `two_sources` has several sources: name one with `--source`: `apis::shop`, `apis::forum`\n"
    );
    assert_eq!(
        package.refused(&["check", "--source", "fourm"]),
        "error: the package `two_sources` has no source `fourm`: did you mean `apis::forum`?\n"
    );
    assert_eq!(
        package.refused(&["check", "--package", "two_source"]),
        "error: there is no package `two_source` here: did you mean `two_sources`?\n"
    );
}

#[test]
fn a_source_that_no_other_program_can_use_is_refused() {
    let inside = format!("mod apis {{ {SOURCE} }}");
    let package = Package::bare("private", &[("src/lib.rs", &inside)]);
    let error = package.refused(&["check"]);
    assert!(error.starts_with("error: the module `apis::shop` is private"), "{error}");
    assert!(error.contains("`pub use apis::shop;`"), "{error}");

    let package = Package::bare("program", &[("src/main.rs", "mod apis;\nfn main() {}"), ("src/apis.rs", SOURCE)]);
    let error = package.refused(&["check"]);
    assert!(error.starts_with("error: the package `program` has no library"), "{error}");
    assert!(error.contains("move `apis::shop` to `src/lib.rs`"), "{error}");
}

/// Of several, the error names each, and nothing is built.
#[test]
fn files_are_found_where_the_compiler_finds_them() {
    let named = |name: &str| SOURCE.replace("shop", name);
    // By `#[path]` in a module inside of a file, and in one inside of a file that is a module.
    let package = Package::bare(
        "paths",
        &[
            ("src/lib.rs", "pub mod outer { #[path = \"x.rs\"] pub mod api; } pub mod inner;"),
            ("src/outer/x.rs", &named("shop")),
            ("src/inner.rs", "#[path = \"y.rs\"] pub mod api; pub mod deep { #[path = \"z.rs\"] pub mod api; }"),
            ("src/y.rs", &named("forum")),
            ("src/inner/deep/z.rs", &named("wiki")),
        ],
    );
    let error = package.refused(&["check"]);
    assert!(error.ends_with("`outer::api::shop`, `inner::api::forum`, `inner::deep::api::wiki`\n"), "{error}");
    // What only tests have is no source of the library.
    let tests = format!("#[cfg(all(test, unix))] {SOURCE}\n#[cfg(test)] mod more {{ {} }}", named("forum"));
    let error = Package::bare("tests_alone", &[("src/lib.rs", &tests)]).refused(&["check"]);
    assert!(error.starts_with("error: the package `tests_alone` has no source"), "{error}");
}

#[test]
fn a_file_that_is_no_rust_is_reported_by_the_compiler() {
    let package = Package::bare("broken", &[("src/lib.rs", "pub mod shop { pub struct }")]);
    let error = package.refused(&["check"]);
    assert!(error.contains("src/lib.rs:1:"), "{error}");
    assert!(error.ends_with("error: the package `broken` does not compile\n"), "{error}");
}

#[test]
fn what_is_no_path_reaches_no_program() {
    let package = Package::bare("injected", &[("src/lib.rs", SOURCE)]);
    let error = package.refused(&["check", "--client", "apis::client(); panic!"]);
    assert_eq!(error, "error: `apis::client(); panic!` is no path of a function: write it as `apis::client`\n");
}

/// One package for all, since it compiles `declarest`.
#[test]
fn a_source_is_compared_with_its_api() {
    // Reached by a `pub use`, in a file of its own.
    let files = [("src/lib.rs", "mod apis;\npub use apis::shop;"), ("src/apis/mod.rs", SOURCE)];
    let package = Package::new("checked", &files);
    let as_declared = serve(r#"[{"id": 1, "name": "one"}]"#);
    let output = package.run(&["check", "--base-url", &as_declared]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "orders: as declared (1 row)\n", "{error}");
    assert_eq!(output.status.code(), Some(0));

    let differs = serve(r#"[{"id": 1, "name": null}]"#);
    let output = package.run(&["check", "--base-url", &differs, "--json", "--only", "orders"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["ok"], false);
    let difference = &report["resources"][0]["differences"][0];
    assert_eq!(difference["difference"], "null");
    assert_eq!(difference["field"], "name");
    assert_eq!(difference["path"], "[0].name");

    // A secret comes from the environment alone, and its absence says so.
    let output = package.command(&["check"]).env_remove("SHOP_TOKEN").output().expect("the program runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("set the environment variable SHOP_TOKEN"), "{error}");
    assert!(!error.contains("does not compile"), "{error}");
}
