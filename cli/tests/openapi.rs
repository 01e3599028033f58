//! OpenAPI files, and the modules that they are imported as; and paths that are not there.
//!
//! `UPDATE_IMPORT=1` updates the expected files.

mod common;
mod support;

use common::{run, stderr, stdout};
use support::{expected, file, macro_errors, refused};

const SHOP: [&str; 12] = [
    "--resource",
    "/orders",
    "--resource",
    "/orders/{id}/lines",
    "--resource",
    "/customers",
    "--resource",
    "/search",
    "--resource",
    "/events",
    "--resource",
    "/ambiguous",
];

fn shop(rest: &[&str]) -> (String, String) {
    let input = expected::input("apis/shop.yaml");
    let output = run(&[&["import", "openapi", &input], &SHOP[..], rest].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    (stdout(&output), stderr(&output))
}

#[test]
fn resources_become_what_is_expected() {
    let (module, table) = shop(&[]);
    expected::same("apis/shop.yaml", &module);
    assert!(table.starts_with("4 of 6 resources"), "{table}");
}

#[test]
fn the_macro_finds_the_same_in_the_file() {
    let (module, _) = shop(&["--skip-incomplete"]);
    let errors = macro_errors(&module, "openapi = \"tests/apis/shop.yaml\",");
    assert!(errors.is_empty(), "{errors:#?}");
    // It does look: another type is an error.
    let wrong = module.replace("pub placed_at: Timestamp", "pub placed_at: u64");
    assert_ne!(wrong, module);
    assert!(!macro_errors(&wrong, "openapi = \"tests/apis/shop.yaml\",").is_empty());
}

fn refuse(name: &str, text: &str, resource: &str) -> String {
    refused(&["import", "openapi", "--resource", resource], &file(name, "api.yaml", text))
}

/// A file around a path of the test's own.
fn spec(rest: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://api.example.com'}}]\n{rest}")
}

/// A path that lists rows of a schema.
fn rows(schema: &str) -> String {
    spec(&format!(
        "paths:\n  /rows:\n    get:\n      responses:\n        '200':\n          content: {{application/json: {{schema: {{type: array, items: {schema}}}}}}}\n"
    ))
}

fn import(name: &str, text: &str, resource: &str) -> (String, String) {
    let path = file(name, "api.yaml", text);
    let output = run(&["import", "openapi", &path, "--resource", resource]);
    assert!(output.status.success(), "{}", stderr(&output));
    (stdout(&output), stderr(&output))
}

#[test]
fn a_path_that_is_not_there_is_refused_with_those_that_are() {
    let text = spec("paths:\n  /issues: {get: {}}\n  /rules: {get: {}}\n  /delete: {delete: {}}\n");
    assert_eq!(
        refuse("path", &text, "/isues"),
        "error: FILE:5: there is no path `/isues`: did you mean `/issues`?\nthe file has:\n  /issues\n  /rules\n"
    );
    assert!(
        refuse("far", &text, "/customers").starts_with("error: FILE:5: there is no path `/customers`\nthe file has:")
    );
    assert_eq!(
        refuse("verb", &text, "/delete"),
        "error: FILE:7: `/delete` has no GET and no POST: nothing reads there\n"
    );
    assert_eq!(refuse("post", &text, "POST /issues"), "error: FILE:5: `/issues` has no POST: nothing reads there\n");
    let none = refused(&["import", "openapi"], &file("unsaid", "api.yaml", &text));
    assert!(
        none.starts_with(
            "error: FILE:5: write the paths of the resources: `--resource /path`\nthe file has:\n  /issues"
        )
    );
}

#[test]
fn what_is_no_openapi_file_is_refused() {
    assert!(refuse("cut", "{\"openapi\": \"3.0.0\", ", "/x").contains("FILE:1: this is no YAML"));
    assert!(refuse("other", "a: 1\n", "/x").starts_with("error: FILE:1: this is no OpenAPI file"));
    assert!(refuse("old", "info: {}\nswagger: '2.0'\n", "/x").starts_with("error: FILE:2: this is Swagger 2.0"));
    assert!(refuse("pathless", "openapi: 3.1.0\n", "/x").starts_with("error: FILE:1: this file has no `paths`"));
}

#[test]
fn json_with_halves_of_letters_is_read() {
    let text = "{\"openapi\": \"3.0.0\", \"servers\": [{\"url\": \"https://x.example\"}], \"paths\": {\"/a\": {\"get\": {\"summary\": \"\\ud83d\\ude00 smile\", \"responses\": {\"200\": {\"content\": {\"application/json\": {\"schema\": {\"type\": \"array\", \"items\": {\"type\": \"object\"}}}}}}}}}}";
    let (module, _) = import("surrogates", text, "/a");
    assert!(module.contains("\u{1f600} smile"), "{module}");
}

#[test]
fn schemas_without_types_keep_all_there_is() {
    let (module, table) = import("untyped", &rows("{}"), "/rows");
    assert!(module.contains("pub extra: declarest::Extra") && table.starts_with("1 of 1"), "{module}");
    let (module, _) =
        import("some", &rows("{properties: {a: {}, b: {type: object}, c: {type: [string, integer]}}}"), "/rows");
    assert_eq!(module.matches("Option<declarest::Json>").count(), 3, "{module}");
    let (module, _) = import("lost", &rows("{$ref: '#/components/schemas/Nowhere'}"), "/rows");
    assert!(module.contains("pub extra: declarest::Extra"), "{module}");
    let (module, table) =
        import("silent", &spec("paths: {/rows: {get: {responses: {'204': {description: none}}}}}\n"), "/rows");
    assert!(
        module.contains("data_selector = todo") && table.contains("a response without a schema"),
        "{module}{table}"
    );
}

#[test]
fn names_that_collide_and_four_hundred_fields() {
    let fields: Vec<String> = (0..400).map(|number| format!("field{number}: {{type: string}}")).collect();
    let (module, _) = import("many", &rows(&format!("{{properties: {{{}}}}}", fields.join(", "))), "/rows");
    assert_eq!(module.matches("Option<String>").count(), 400);
    let schema = "{properties: {itemId: {type: string}, item_id: {type: string}, type: {type: string}, self: {type: string}, extra: {type: string}, 'a b': {type: string}}}";
    let (module, _) = import("collide", &rows(schema), "/rows");
    for name in ["item_id_2", "item_id", "r#type", "self_value", "extra_2", "a_b"] {
        assert!(module.contains(&format!("pub {name}: Option<String>")), "{name}: {module}");
    }
    let path = file("collide", "api.yaml", &rows(schema));
    assert!(macro_errors(&module, &format!("openapi = {path:?},")).is_empty());
}

#[test]
fn references_in_circles_end() {
    let text = rows("{$ref: '#/components/schemas/A'}")
        + "components: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}], properties: {a: {$ref: '#/components/schemas/B'}, l: {$ref: '#/components/schemas/L'}}}, B: {properties: {a: {$ref: '#/components/schemas/A'}, bs: {type: array, items: {$ref: '#/components/schemas/B'}}}}, L: {$ref: '#/components/schemas/L'}}}\n";
    let (module, _) = import("circle", &text, "/rows");
    assert!(macro_errors(&module, "").is_empty(), "{module}");
}

#[test]
fn a_paginator_is_recognised_where_both_sides_say_it_only() {
    let with = |params: &str, properties: &str| {
        spec(&format!(
            "paths:\n  /rows:\n    get:\n      parameters: [{params}]\n      responses:\n        '200':\n          content: {{application/json: {{schema: {{properties: {{rows: {{type: array, items: {{type: object}}}}, {properties}}}}}}}}}\n"
        ))
    };
    let query = |name: &str, schema: &str| format!("{{name: {name}, in: query, schema: {{type: {schema}}}}}");
    let page = query("page", "integer, minimum: 0");
    let size = query("size", "integer, maximum: 100");
    for (index, (params, properties, expected)) in [
        (
            format!("{page}, {size}"),
            "totalPages: {type: integer}",
            "page_number(base_page = 0, limit_param = \"size\", limit = 100, total_pages_path = \"totalPages\")",
        ),
        (page.clone(), "", "paginator = todo"),
        (query("page", "integer"), "total: {type: integer}", "paginator = todo"),
        (
            format!("{}, {}", query("offset", "integer"), query("limit", "integer, default: 20")),
            "total: {type: integer}",
            "offset(limit = 20, total_path = \"total\")",
        ),
        (query("offset", "integer"), "total: {type: integer}", "paginator = todo"),
        (
            query("page_token", "string"),
            "next_page_token: {type: string}",
            "cursor(cursor_path = \"next_page_token\", cursor_param = \"page_token\")",
        ),
        (query("cursor", "string"), "", "paginator = todo"),
        (String::new(), "next_page_token: {type: string}", "paginator = todo"),
        (String::new(), "links: {properties: {next: {type: string}}}", "json_link(next_url_path = \"links.next\")"),
        (String::new(), "other: {type: string}", "path = \"/rows\", data_selector = \"rows\")]"),
    ]
    .into_iter()
    .enumerate()
    {
        let (module, _) = import(&format!("paging{index}"), &with(&params, properties), "/rows");
        assert!(module.contains(expected), "{params} {properties}: {module}");
    }
}

#[test]
fn credentials_of_each_kind() {
    let with = |scheme: &str| {
        rows("{}") + &format!("security: [{{s: [read]}}]\ncomponents: {{securitySchemes: {{s: {scheme}}}}}\n")
    };
    for (index, (scheme, expected)) in [
        ("{type: http, scheme: basic}", "http_basic(username = secret(username), password = secret(password))"),
        ("{type: apiKey, in: query, name: k}", "api_key(name = \"k\", api_key = secret(api_key), location = query)"),
        (
            "{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://x.example/t'}}}",
            "auth = oauth2_client_credentials(",
        ),
        (
            "{type: oauth2, flows: {authorizationCode: {tokenUrl: 'https://x.example/t'}}}",
            "auth = oauth2_refresh_token(",
        ),
        ("{type: oauth2, flows: {implicit: {}}}", "auth = todo"),
        ("{type: mutualTLS}", "auth = todo"),
    ]
    .into_iter()
    .enumerate()
    {
        let (module, _) = import(&format!("auth{index}"), &with(scheme), "/rows");
        assert!(module.contains(expected), "{scheme}: {module}");
        let is_whole = !module.contains("todo");
        assert_eq!(macro_errors(&module, "").is_empty(), is_whole, "{module}");
    }
    let (module, _) = import("host", &rows("{}").replace("https://api.example.com", "/api/v3"), "/rows");
    assert!(module.contains("base_url = todo"), "{module}");
}
