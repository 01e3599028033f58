//! Manifests of each style, and the modules that they are imported as; and files that are no manifests.
//!
//! `UPDATE_IMPORT=1` updates the expected files.

mod common;

use std::path::Path;

use common::{file, imported, run, stderr, stdout, stream, styles};

/// The styles that are carried over as they are, and how many resources each has.
const WHOLE: [(&str, usize); 10] = [
    ("exports", 2),
    ("links", 2),
    ("logins", 1),
    ("meters", 1),
    ("newest", 2),
    ("pages", 2),
    ("parents", 2),
    ("queries", 1),
    ("reports", 1),
    ("slices", 2),
];

/// The error of one that cannot. Nothing is written.
fn refused(name: &str, text: &str) -> String {
    let (path, out) = (file(name, text), Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).join("out.rs"));
    let output = run(&["import", "airbyte", &path, "--out", out.to_str().expect("a path in UTF-8")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    assert!(!out.exists());
    stderr(&output).replace(&path, "FILE")
}

#[test]
fn each_style_becomes_what_is_expected() {
    let update = std::env::var_os("UPDATE_IMPORT").is_some();
    for (style, all) in WHOLE.into_iter().chain([("losses", 4)]) {
        let manifest = styles().join(format!("{style}.yaml"));
        let output = run(&["import", "airbyte", manifest.to_str().expect("a path in UTF-8")]);
        assert!(output.status.success(), "{style}: {}", stderr(&output));
        let module = stdout(&output);
        syn::parse_file(&module).unwrap_or_else(|error| panic!("{style}: {error}\n{module}"));
        let expected = styles().join(format!("{style}.rs"));
        if update {
            std::fs::write(&expected, &module).expect("what is expected");
        }
        assert_eq!(module, std::fs::read_to_string(&expected).expect("what is expected"), "{style}");
        let whole = stderr(&output).lines().next().unwrap_or_default().to_owned();
        let kept = if style == "losses" { 1 } else { all };
        assert!(whole.starts_with(&format!("{kept} of {all} ")), "{style}: {whole}");
    }
}

#[test]
fn lines_are_within_the_width() {
    for (style, _) in WHOLE.into_iter().chain([("losses", 4)]) {
        let text = std::fs::read_to_string(styles().join(format!("{style}.rs"))).expect("what is expected");
        for line in text.lines() {
            assert!(line.chars().count() <= 120, "{style}: {line}");
        }
    }
}

#[test]
fn the_macro_reads_what_is_written() {
    for (style, _) in WHOLE {
        let text = std::fs::read_to_string(styles().join(format!("{style}.rs"))).expect("what is expected");
        let file: syn::File = syn::parse_str(&text).expect("a file");
        let Some(syn::Item::Mod(module)) = file.items.into_iter().next() else { panic!("no module") };
        let attribute = module.attrs.iter().find(|attribute| attribute.path().segments.len() == 2);
        let Some(syn::Meta::List(list)) = attribute.map(|attribute| &attribute.meta) else { panic!("no arguments") };
        let inner = text.find("pub mod").and_then(|start| text.get(start..)).expect("the module's text");
        let tokens = declarest_macros_core::source(list.tokens.clone(), inner.parse().expect("tokens")).to_string();
        assert!(!tokens.contains("compile_error"), "{style}: {tokens}");
    }
}

#[test]
fn incomplete_resources_are_left_out_when_asked() {
    let manifest = styles().join("losses.yaml");
    let output = run(&["import", "airbyte", manifest.to_str().expect("a path in UTF-8"), "--skip-incomplete"]);
    let module = stdout(&output);
    assert!(module.contains("name = plain") && !module.contains("todo"), "{module}");
    assert!(stderr(&output).contains("left out: looped, custom, children"), "{}", stderr(&output));
}

#[test]
fn the_report_is_for_programs_too() {
    let manifest = styles().join("losses.yaml");
    let output = run(&["import", "airbyte", manifest.to_str().expect("a path in UTF-8"), "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&stderr(&output)).expect("JSON");
    let losses = report.get("losses").and_then(|losses| losses.as_array()).expect("losses");
    let reasons: Vec<&str> = losses.iter().filter_map(|loss| loss.get("reason")?.as_str()).collect();
    assert!(reasons.contains(&"a statement of Jinja"), "{reasons:?}");
    assert!(reasons.contains(&"a class of its own: CustomRecordExtractor"), "{reasons:?}");
    assert_eq!(losses.iter().filter_map(|loss| loss.get("line")?.as_u64()).min(), Some(22));
}

#[test]
fn coverage_counts_a_folder() {
    let output = run(&["import", "airbyte", "--coverage", styles().to_str().expect("a path in UTF-8"), "--json"]);
    let counts: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(counts.get("connectors"), Some(&serde_json::json!({"all": 11, "whole": 10})));
    assert_eq!(counts.get("resources"), Some(&serde_json::json!({"all": 20, "whole": 17})));
    // One has Python classes of its own, of which a manifest says the name alone.
    let declarative =
        serde_json::json!({"connectors": {"all": 10, "whole": 10}, "resources": {"all": 16, "whole": 16}});
    assert_eq!(counts.get("without_own_classes"), Some(&declarative));
    let missing = counts.get("missing").and_then(|missing| missing.as_array()).expect("reasons");
    assert!(missing.contains(&serde_json::json!({"reason": "a statement of Jinja", "connectors": 1, "resources": 1})));
}

#[test]
fn a_secret_in_the_open_is_never_copied() {
    let manifest = styles().join("losses.yaml");
    for arguments in [&["--report", "table"][..], &["--report", "json"], &["--skip-incomplete"]] {
        let path = manifest.to_str().expect("a path in UTF-8");
        let output = run(&[&["import", "airbyte", path], arguments].concat());
        assert!(!stdout(&output).contains("0a1b2c3d4e5f") && !stderr(&output).contains("0a1b2c3d4e5f"));
    }
    let basic = "path: /x, authenticator: {type: BasicHttpAuthenticator, username: \"{{ config['u'] }}\", password: hunter2222}";
    let (module, table) = imported("basic", &stream(basic, ""));
    assert!(!module.contains("hunter2222") && !table.contains("hunter2222"), "{module}{table}");
    assert!(table.contains("a secret that is written in the manifest"), "{table}");
}

#[test]
fn what_is_no_manifest_is_refused_with_its_line() {
    assert_eq!(refused("prose", "just text"), "error: FILE:1: this is no manifest: it is not a map of keys\n");
    assert!(refused("empty", "").starts_with("error: FILE:1: the file is empty"));
    assert!(refused("cut", "streams:\n  - name: [a, b\n").starts_with("error: FILE:2: this is no YAML: "));
    assert!(refused("tab", "streams:\n\t- x\n").starts_with("error: FILE:2: this is no YAML: "));
    let other = refused("other", "openapi: 3.1.0\npaths: {}\n");
    assert_eq!(other, "error: FILE:1: this is no manifest: it has neither `streams` nor `dynamic_streams`\n");
}

#[test]
fn references_that_lead_nowhere_are_refused() {
    let circle = "streams:\n  - $ref: '#/definitions/a'\ndefinitions:\n  a:\n    $ref: '#/definitions/a'\n";
    assert_eq!(refused("circle", circle), "error: FILE:5: `#/definitions/a` refers to itself\n");
    let missing = "streams:\n  - type: DeclarativeStream\n    retriever:\n      $ref: '#/definitions/none'\n";
    assert_eq!(refused("missing", missing), "error: FILE:4: `#/definitions/none` names nothing in this file\n");
    let alias = "streams: &all\n  - *all\n";
    assert!(refused("alias", alias).starts_with("error: FILE:2: "));
}

#[test]
fn names_that_collide_are_told_apart() {
    let schema = "    schema_loader: {type: InlineSchemaLoader, schema: {properties: {item_id: {type: integer}, itemId: {type: integer}, type: {type: string}, 'a b': {}}}}\n";
    let one = stream("path: /x", schema);
    let two = one.lines().skip(2).collect::<Vec<_>>().join("\n");
    let (module, _) = imported("collide", &format!("{one}{two}\n"));
    assert!(module.contains("name = rows,") && module.contains("name = rows_2,"), "{module}");
    assert!(module.contains("pub struct Row ") && module.contains("pub struct Rows2 "), "{module}");
    assert!(module.contains("#[serde(rename = \"itemId\")]\n        pub item_id_2: Option<i64>"), "{module}");
    assert!(module.contains("pub r#type: Option<String>") && module.contains("rename = \"a b\""), "{module}");
}

#[test]
fn four_hundred_fields_are_no_more_trouble_than_four() {
    let fields: Vec<String> = (0..400).map(|number| format!("field{number}: {{type: string}}")).collect();
    let schema =
        format!("    schema_loader: {{type: InlineSchemaLoader, schema: {{properties: {{{}}}}}}}\n", fields.join(", "));
    let (module, table) = imported("many", &stream("path: /x", &schema));
    assert_eq!(module.matches("Option<String>").count(), 400);
    assert!(table.starts_with("1 of 1"), "{table}");
}

#[test]
fn without_types_fields_are_raw_and_without_fields_all_are_kept() {
    let schema = "    schema_loader: {type: InlineSchemaLoader, schema: {properties: {a: {}, b: {type: object}}}}\n";
    let (module, _) = imported("untyped", &stream("path: /x", schema));
    assert_eq!(module.matches("Option<declarest::Json>").count(), 2, "{module}");
    let (module, _) = imported("fieldless", &stream("path: /x", ""));
    assert!(module.contains("#[serde(flatten)]\n        pub extra: declarest::Extra"), "{module}");
}

#[test]
fn schemas_in_files_are_read_where_they_are() {
    let schema = "    schema_loader: {type: JsonFileSchemaLoader, file_path: \"./source_x/schemas/{{ parameters['name'] }}.json\"}\n    primary_key: id\n";
    let text = stream("path: /x", schema);
    let (module, table) = imported("no_files", &text);
    assert!(table.contains("a schema in another file: ./source_x/schemas/rows.json"), "{table}");
    assert!(module.contains("fields"), "{module}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files/source_x");
    std::fs::create_dir_all(folder.join("schemas")).expect("a folder");
    let json = r#"{"type": "object", "properties": {"id": {"type": "integer"}}}"#;
    std::fs::write(folder.join("schemas/rows.json"), json).expect("a file");
    let (module, table) = imported("files/source_x", &text);
    assert!(table.starts_with("1 of 1") && module.contains("pub id: i64"), "{module}{table}");
    let outside = text.replace("./source_x/schemas", "../../no_files/source_x");
    let (_, table) = imported("files/source_x", &outside);
    assert!(table.contains("a schema in another file"), "{table}");
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    assert_eq!(run(&["import", "airbyte"]).status.code(), Some(2));
    assert_eq!(run(&["import", "airbyte", "x.yaml", "--coverage", "."]).status.code(), Some(2));
    let missing = run(&["import", "airbyte", "/nowhere/x.yaml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).starts_with("error: /nowhere/x.yaml: "));
    assert!(run(&["--help"]).status.success());
}
