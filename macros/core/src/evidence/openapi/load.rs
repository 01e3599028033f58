//! The file of a source: JSON or YAML, of a version that is known, with paths.

use serde_json::from_slice;

use super::spec::Spec;
use crate::items::Declaration;
use crate::json::{Files, JsonValue, extension, no_json};

/// Reads the file that a source names. None where there is none, or where it cannot be used, which is reported.
pub(crate) fn load(declaration: &Declaration, files: &Files) -> Option<Spec> {
    let token = &declaration.options.openapi.get()?.token;
    let root = read(&token.value(), files).map_err(|message| declaration.errors.report(token, message)).ok()?;
    Some(Spec::new(root, token.clone(), declaration.errors.child()))
}

fn read(name: &str, files: &Files) -> Result<JsonValue, String> {
    let text = files.read(name, "")?;
    let is_yaml = match extension(name) {
        Some("yaml" | "yml") => true,
        Some("json") => false,
        _ => !text.trim_ascii_start().starts_with(b"{"),
    };
    let root = if is_yaml {
        yaml(&text, name)?
    } else {
        from_slice(&text).map_err(|error| no_json(name, &error, error.line(), ""))?
    };
    usable(&root, name)?;
    Ok(root)
}

fn yaml(text: &[u8], name: &str) -> Result<JsonValue, String> {
    let text = std::str::from_utf8(text).map_err(|_| format!("`{name}` is not YAML: it is not UTF-8"))?;
    // As deep as JSON may be, and as long as files of large APIs are; `on` and `no` are strings, as of YAML 1.2.
    let limits = serde_saphyr::budget! { max_depth: 128, max_nodes: 4_000_000, max_events: 10_000_000 };
    let options = serde_saphyr::options! { budget: limits, strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error
            .location()
            .map_or_else(String::new, |place| format!(", at line {}, column {}", place.line(), place.column()));
        let problem = error.without_snippet().to_string();
        let problem = problem.lines().next().unwrap_or_default();
        let problem = problem.rsplit_once(" at line ").map_or(problem, |(problem, _)| problem);
        format!("`{name}` is not YAML: {problem}{place}")
    })
}

/// Checks that this is an OpenAPI file that can be read.
fn usable(root: &JsonValue, name: &str) -> Result<(), String> {
    if !matches!(root, JsonValue::Object(_)) {
        return Err(format!("`{name}` is not an OpenAPI file: it holds {}, and not an object", root.kind()));
    }
    let version = match root.get("openapi") {
        Some(JsonValue::Text(version)) => version.clone(),
        // In YAML, a version without quotes is a number.
        Some(JsonValue::Float(version)) => format!("{version:?}"),
        Some(JsonValue::Integer(version)) => version.to_string(),
        Some(other) => {
            return Err(format!("`openapi` in `{name}` is {}, and not a version such as `\"3.1.0\"`", other.kind()));
        }
        None if root.get("swagger").is_some() => {
            return Err(format!(
                "`{name}` is Swagger 2.0, but only OpenAPI 3.0 and 3.1 are supported\nhelp: convert it to OpenAPI 3"
            ));
        }
        None => return Err(format!("`{name}` is not an OpenAPI file: it has no key `openapi`")),
    };
    if version.split('.').next() != Some("3") {
        return Err(format!("`{name}` is OpenAPI {version}, but only 3.0 and 3.1 are supported"));
    }
    match root.get("paths") {
        Some(JsonValue::Object(_)) => Ok(()),
        Some(other) => Err(format!("`paths` in `{name}` is {}, and not an object", other.kind())),
        None => Err(format!("`{name}` has no `paths`: it describes no requests")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let root = serde_json::from_str(text).expect("JSON");
        usable(&root, "x.json").err().unwrap_or_default()
    }

    #[test]
    fn yaml_is_read_as_json_is() {
        let text = "a: {b: [1, 1.5, on, 'x', null, true]}\n200: &c no\nd: *c\n\"e\": 2024-01-01\n";
        let json = r#"{"a": {"b": [1, 1.5, "on", "x", null, true]}, "200": "no", "d": "no", "e": "2024-01-01"}"#;
        assert_eq!(yaml(text.as_bytes(), "x.yaml"), serde_json::from_str(json).map_err(|error| error.to_string()));
        assert!(yaml(b"a: [\xFF", "x.yaml").is_err_and(|message| message.contains("UTF-8")));
        assert!(yaml("[".repeat(4000).as_bytes(), "x.yaml").is_err());
    }

    #[test]
    fn files_are_found_from_the_root_of_the_crate() {
        let files = Files::new(Some(env!("CARGO_MANIFEST_DIR").into()));
        let read = read("tests/openapi.json", &files);
        assert!(read.is_ok(), "{read:?}");
    }

    #[test]
    fn usable_files() {
        assert_eq!(problem(r#"{"openapi": "3.0.3", "paths": {}}"#), "");
        assert_eq!(problem(r#"{"openapi": 3.1, "paths": {}}"#), "");
        assert!(problem("[]").contains("holds an array"));
        assert!(problem("{}").contains("no key `openapi`"));
        assert!(problem(r#"{"swagger": "2.0"}"#).contains("Swagger 2.0"));
        assert!(problem(r#"{"openapi": "2.0"}"#).contains("OpenAPI 2.0"));
        assert!(problem(r#"{"openapi": "4.0.0"}"#).contains("OpenAPI 4.0.0"));
        assert!(problem(r#"{"openapi": null}"#).contains("is null"));
        assert!(problem(r#"{"openapi": "3.0.3"}"#).contains("no `paths`"));
        assert!(problem(r#"{"openapi": "3.0.3", "paths": []}"#).contains("is an array"));
    }
}
