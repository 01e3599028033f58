//! Dictionaries of dlt's, and the modules that they are imported as; and files that have none.
//!
//! `UPDATE_IMPORT=1` updates the expected files.

mod common;
mod support;

use common::{run, stderr, stdout};
use support::{expected, file, imported, macro_errors, refused};

const HEAD: &str = "import dlt\nfrom dlt.sources.rest_api import rest_api_source\n";

/// A dictionary around what a test is about, which begins on line 3.
fn source(client: &str, resources: &str) -> String {
    format!(
        "{HEAD}source = rest_api_source({{\n  'client': {{'base_url': 'https://api.example.com/v1/', {client}}},\n  'resources': [\n{resources}\n  ],\n}})\n"
    )
}

/// A resource with an endpoint of the test's own.
fn endpoint(endpoint: &str) -> String {
    source(
        "",
        &format!(
            "{{'name': 'rows', 'write_disposition': 'replace', 'endpoint': {{'data_selector': 'rows', {endpoint}}}}}"
        ),
    )
}

fn import(name: &str, text: &str) -> (String, String) {
    imported("dlt", &file(name, "api.py", text))
}

fn refuse(name: &str, text: &str) -> String {
    refused(&["import", "dlt"], &file(name, "api.py", text))
}

#[test]
fn each_dictionary_becomes_what_is_expected() {
    for (name, whole) in [("forge.py", "4 of 4"), ("notes.md", "1 of 1"), ("seed.md", "3 of 3")] {
        let name = format!("dictionaries/{name}");
        let output = run(&["import", "dlt", &expected::input(&name)]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        expected::same(&name, &stdout(&output));
        assert!(stderr(&output).starts_with(whole), "{name}: {}", stderr(&output));
    }
}

#[test]
fn the_macro_reads_what_is_written() {
    for name in ["forge.py", "notes.md", "seed.md"] {
        let input = expected::input(&format!("dictionaries/{name}"));
        let module = stdout(&run(&["import", "dlt", &input, "--skip-incomplete"]));
        let errors = macro_errors(&module, "");
        assert!(errors.is_empty(), "{name}: {errors:#?}\n{module}");
    }
}

#[test]
fn code_where_a_dictionary_should_be_is_refused_with_its_line() {
    let made = refuse("made", &format!("{HEAD}config = build(1)\nsource = rest_api_source(config)\n"));
    assert_eq!(made, "error: FILE:3: the dictionary is made by code, which is not run: `build(1)`\n");
    let looped = "source = rest_api_source({'client': {}, 'resources': [make(x) for x in 'ab']})\n";
    let looped = refuse("looped", &format!("{HEAD}{looped}"));
    assert_eq!(looped, "error: FILE:3: the resources are made by code, which is not run: `[make(x) for x in 'ab']`\n");
    let chosen = refuse("chosen", &format!("{HEAD}\nsource = rest_api_source({{}} if x else {{}})\n"));
    assert!(chosen.starts_with("error: FILE:4: the dictionary is made by code"), "{chosen}");
}

#[test]
fn a_file_without_a_dictionary_is_refused() {
    let none = "error: FILE:1: there is no dictionary of dlt's `rest_api` here: neither `rest_api_source({…})` nor `config: RESTAPIConfig = {…}`\n";
    assert_eq!(refuse("none", "print({'client': 1})\n"), none);
    assert_eq!(refuse("empty", ""), none);
    let page = file("page", "page.md", "# Page\n\n```yaml\nclient: {}\n```\n");
    assert_eq!(refused(&["import", "dlt"], &page), none);
    let without =
        refuse("without", &format!("{HEAD}rest_api_source({{'client': {{'base_url': 'https://x.example'}}}})\n"));
    assert_eq!(without, "error: FILE:3: this dictionary has no `resources`\n");
}

#[test]
fn what_is_no_python_is_refused_with_its_line() {
    assert_eq!(
        refuse("cut", &format!("{HEAD}rest_api_source({{\n  'client': [1,\n")),
        "error: FILE:3: this is no Python: `(` is not closed\n"
    );
    assert_eq!(
        refuse("quote", &format!("{HEAD}x = 'abc\n")),
        "error: FILE:3: this is no Python: a string is not closed\n"
    );
    let page = file("bad", "page.md", "# Page\n\n```python\nrest_api_source({]\n```\n");
    assert_eq!(
        refused(&["import", "dlt"], &page),
        "error: FILE:4: this is no Python: `]` does not close the `{` of line 4\n"
    );
}

#[test]
fn a_secret_in_the_open_is_named_and_never_copied() {
    let secrets = [
        "'auth': {'type': 'bearer', 'token': 'hunter2hunter2'}",
        "'auth': {'token': 'hunter2hunter2'}",
        "'auth': {'type': 'api_key', 'name': 'X-Key', 'api_key': 'hunter2hunter2'}",
        "'auth': HttpBasicAuth('me', 'hunter2hunter2')",
        "'auth': MyAuth(key='hunter2hunter2')",
        "'auth': {'type': 'oauth2_client_credentials', 'access_token_url': 'https://x.example/t', 'client_id': 'i', 'client_secret': 'hunter2hunter2', 'access_token_request_data': {'password': 'hunter2hunter2'}}",
        "'headers': {'Authorization': 'Bearer hunter2hunter2'}",
        "'headers': {'X-Api-Key': 'hunter2hunter2'}",
        "'headers': {'Authorization': f'Bearer {TOKEN}'}",
        "'headers': make({'X-Api-Key': 'hunter2hunter2'})",
        "'session': Session(token='hunter2hunter2')",
    ];
    for (index, client) in secrets.into_iter().enumerate() {
        let text = format!("TOKEN = 'hunter2hunter2'\n{}", source(client, "'rows'"));
        let path = file(&format!("secret{index}"), "api.py", &text);
        for report in ["table", "json"] {
            let output = run(&["import", "dlt", &path, "--report", report]);
            let (module, table) = (stdout(&output), stderr(&output));
            assert!(output.status.success(), "{client}: {table}");
            assert!(!module.contains("hunter2") && !table.contains("hunter2"), "{client}\n{module}{table}");
            let is_told = table.contains("a secret that is written in the file") || module.contains("todo");
            assert!(is_told, "{client}\n{module}{table}");
        }
    }
    for params in ["'api_key': 'hunter2hunter2'", "'token': 'hunter2hunter2', 'a': 1"] {
        let (module, table) = import("param", &endpoint(&format!("'params': {{{params}}}")));
        assert!(!module.contains("hunter2") && module.contains("location = query"), "{module}");
        assert!(table.contains("a secret that is written in the file"), "{table}");
    }
    let (module, table) = import("url", &endpoint("'path': 'rows?token=hunter2hunter2'"));
    assert!(!module.contains("hunter2") && !table.contains("hunter2") && module.contains("path = todo"), "{module}");
    let body = endpoint("'method': 'POST', 'json': {'password': 'hunter2hunter2', 'page_token': 'x'}");
    let (module, _) = import("body", &body);
    assert!(module.contains("\"password\": secret(password)") && !module.contains("hunter2"), "{module}");
}

#[test]
fn names_stand_for_what_they_are_where_they_are_used() {
    let text = "import dlt, os\nROOT = 'https://a.example'\ndef f(key=dlt.secrets.value, zone: str = 'eu', size: int = 5, *, who):\n    base = f'{ROOT}/{zone}'\n    headers = {'X-Who': who, 'X-Size': str(size)}\n    return rest_api_source({'client': {'base_url': base, 'headers': headers, 'auth': APIKeyAuth(name='K', api_key=key, location='query')}, 'resources': ['rows']})\ndef g():\n    base = 'https://b.example'\n";
    let (module, _) = import("names", text);
    assert!(module.contains("base_url = \"https://a.example/{zone}\""), "{module}");
    assert!(module.contains("zone: String = \"eu\"") && module.contains("who: String,"), "{module}");
    assert!(module.contains("size: i64 = 5") && module.contains("\"X-Size\" = \"{size}\""), "{module}");
    assert!(module.contains("api_key(name = \"K\", api_key = secret(key), location = query)"), "{module}");
    // What is assigned twice may be either.
    let twice = format!(
        "{HEAD}p = 'a'\np = 'b'\nrest_api_source({{'client': {{'base_url': 'https://x.example'}}, 'resources': [{{'name': 'r', 'endpoint': p}}]}})\n"
    );
    assert!(import("twice", &twice).0.contains("path = todo"));
}

#[test]
fn names_of_names_end() {
    let mut text = HEAD.to_owned();
    text.extend((0..50).map(|number| format!("a{number} = [a{0}, a{0}]\n", number + 1)));
    text.push_str("a50 = a50\n");
    text.push_str(&endpoint("'params': {'a': a0}"));
    let (module, _) = import("names_of_names", &text);
    assert!(module.contains("params(todo)"), "{module}");
}

#[test]
fn a_dictionary_that_is_changed_later_is_not_whole() {
    let text = format!(
        "{HEAD}c = {{'client': {{'base_url': 'https://x.example'}}, 'resources': ['a']}}\nc['resources'].append(make())\nrest_api_source(c)\n"
    );
    let (module, table) = import("changed", &text);
    assert!(module.contains("todo,") && table.starts_with("0 of 1"), "{module}{table}");
    assert!(
        table.contains("api.py:4  (all)  a dictionary that is changed by code: c['resources'].append(make())"),
        "{table}"
    );
}

#[test]
fn defaults_of_dlt_that_differ_are_written() {
    let (module, _) = import("pages", &source("'paginator': 'page_number'", "'rows'"));
    assert!(module.contains("page_number(base_page = 0)"), "{module}");
    assert!(module.contains("write_disposition = append") && module.contains("dlt appends"), "{module}");
    let (module, _) = import("total", &endpoint("'paginator': PageNumberPaginator(1, total_path='meta.last')"));
    assert!(module.contains("page_number(total_pages_path = \"meta.last\")"), "{module}");
    let (module, table) =
        import("rows", &endpoint("'paginator': {'type': 'page_number', 'total_path': 'total_count'}"));
    assert!(module.contains("paginator = todo") && table.contains("called one of rows"), "{module}{table}");
    let (module, _) = import("keyless", &source("", "{'name': 'a', 'write_disposition': 'merge'}"));
    assert!(module.contains("primary_key = todo"), "{module}");
    let (module, _) = import(
        "scd",
        &source(
            "",
            "{'name': 'a', 'primary_key': 'b', 'write_disposition': {'disposition': 'merge', 'strategy': 'scd2'}}",
        ),
    );
    assert!(module.contains("write_disposition = todo"), "{module}");
}

#[test]
fn ranges_are_sent_as_dlt_sends_them() {
    let with = |params: &str, incremental: &str| {
        endpoint(&format!("'params': {{{params}}}, 'incremental': {{{incremental}}}"))
    };
    let cursor = "'cursor_path': 'at', 'initial_value': '2024-01-01', 'end_value': '2025-01-01'";
    let (module, _) =
        import("alone", &with("'from': '{incremental.start_value}', 'to': '{incremental.end_value}'", cursor));
    assert!(module.contains("start_param = \"from\"") && module.contains("end_param = \"to\""), "{module}");
    assert!(module.contains("initial_value = \"2024-01-01\"") && module.contains("pub at: String"), "{module}");
    let (module, _) = import("within", &with("'q': 'at>{incremental.last_value}'", cursor));
    assert!(module.contains("q = \"at>{incremental.start_value}\""), "{module}");
    let call = "'params': {'since': dlt.sources.incremental('seq', initial_value=5)}";
    let (module, _) = import("call", &endpoint(call));
    assert!(
        module.contains("cursor = seq, start_param = \"since\", initial_value = 5") && module.contains("pub seq: i64"),
        "{module}"
    );
    let excluded = "'cursor_path': 'a.b', 'on_cursor_value_missing': 'exclude', 'row_order': 'desc'";
    let (module, _) = import("excluded", &with("", excluded));
    assert!(module.contains("cursor = a.b, missing_cursor = drop, order = descending"), "{module}");
    assert!(module.contains("pub b: Option<String>"), "{module}");
    let (module, _) = import("wild", &with("", "'cursor_path': 'items[*].at'"));
    assert!(module.contains("incremental(todo)"), "{module}");
}

#[test]
fn parents_have_the_fields_that_children_need() {
    let child = "{'name': 'posts'}, {'name': 'tags', 'endpoint': {'path': 'posts/{id}/tags', 'params': {'id': {'type': 'resolve', 'resource': 'posts', 'field': 'meta.postId'}, 'kind': '{resources.posts.kind}'}}, 'include_from_parent': ['title']}";
    let (module, _) = import("child", &source("", child));
    assert!(module.contains("path = \"/posts/{resources.posts.meta.post_id}/tags\""), "{module}");
    assert!(!module.contains("map = "), "{module}");
    assert!(
        module.contains("kind = \"{resources.posts.kind}\"") && module.contains("include_from_parent(title)"),
        "{module}"
    );
    assert!(
        module.contains("pub meta: Option<PostMeta>") && module.contains("pub post_id: Option<String>"),
        "{module}"
    );
    let errors = macro_errors(&module, "");
    assert!(errors.is_empty(), "{errors:#?}\n{module}");
    let orphan = "{'name': 'tags', 'endpoint': 'posts/{resources.posts.id}/tags'}";
    let (module, table) = import("orphan", &source("", orphan));
    assert!(table.contains("a parent that is not in the dictionary"), "{module}{table}");
}

#[test]
fn names_that_collide_and_four_hundred_fields() {
    let columns: Vec<String> = (0..400).map(|number| format!("'field{number}': {{'data_type': 'text'}}")).collect();
    let rows = format!(
        "{{'name': 'order-lines', 'columns': {{{}}}}},\n{{'name': 'order_lines', 'columns': {{'itemId': {{'data_type': 'bigint'}}, 'item_id': {{'data_type': 'text'}}, 'type': {{'data_type': 'text'}}, 'extra': {{'data_type': 'text'}}}}}}",
        columns.join(", ")
    );
    let (module, table) = import("collide", &source("", &rows));
    assert!(module.contains("name = order_lines,") && module.contains("name = order_lines_2,"), "{module}");
    assert!(module.matches("Option<String>").count() >= 400 && table.starts_with("2 of 2"), "{table}");
    assert!(
        module.contains("pub item_id_2: Option<String>") && module.contains("pub extra_2: Option<String>"),
        "{module}"
    );
    let errors = macro_errors(&module, "");
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_report_is_for_programs_too() {
    let output = run(&["import", "dlt", &expected::input("dictionaries/forge.py"), "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&stderr(&output)).expect("JSON");
    let sources = report.as_array().expect("a list: the file has two sources");
    let counts: Vec<(usize, usize)> = sources
        .iter()
        .map(|source| {
            let count = |key: &str| source.get(key).and_then(|value| value.as_array()).map_or(0, Vec::len);
            (count("losses"), count("remarks"))
        })
        .collect();
    assert_eq!(counts, [(0, 1), (9, 1)]);
}
