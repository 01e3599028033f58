//! What the fuzz targets call, and the tests with the seeds of these: whatever it is given, the macro does not panic,
//! and writes what can be read. Not there in a usual build.

use proc_macro2::TokenStream;

use crate::evidence::Files;
use crate::{source, source_with};

/// A declaration: the attribute's arguments, a line of `---`, and the module.
pub fn declaration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (args, item) = text.split_once("\n---\n").unwrap_or(("", text));
    if let (Some(args), Some(item)) = (tokens(args), tokens(item)) {
        readable(&source(args, item));
    }
}

/// A recorded response after a byte that says whether it is one of rows, for declared and for inferred fields.
pub fn sample(data: &[u8]) {
    let Some((how, text)) = data.split_first() else { return };
    readable(&sampled(if how % 2 == 0 { "s.json" } else { "s.ndjson" }, text));
}

/// An OpenAPI file, in JSON or YAML.
pub fn openapi(data: &[u8]) {
    readable(&described(data));
}

fn sampled(file: &str, text: &[u8]) -> TokenStream {
    let second = format!("2{file}");
    let module = SAMPLED.replace("FILE2", &second).replace("FILE", file);
    expanded("base_url = \"https://a.example\"", &module, text)
}

fn described(text: &[u8]) -> TokenStream {
    expanded("base_url = \"https://a.example/v1\", openapi = \"o\", auth = bearer(token = secret(t))", DESCRIBED, text)
}

/// What is declared, and what the rows are made from.
const SAMPLED: &str = r#"
    mod m {
        #[resource(path = "/items", sample = "FILE", data_selector = "items", primary_key = id, paginator = cursor(cursor_path = "next"))]
        struct Item { id: u64, kind: Kind, parts: Vec<Part>, at: Option<jiff::Timestamp>, name: String }
        #[nested] enum Kind { A, B }
        #[nested] struct Part { x: f64 }
        #[resource(path = "/rest", sample = ["FILE", "FILE2"], data_selector = "items", fields = rest, rename_all = "camelCase")]
        struct Rest { #[column(skip)] id: _, #[serde(rename = "name")] called: String, open: Option<Open>, on: Option<jiff::civil::Date> }
        #[nested] enum Open { Yes, No, #[other] Other(String) }
        #[resource(path = "/found", sample = "FILE", data_selector = "items", paginator = page_number(total_path = "total"))]
        struct Found;
        #[resource(path = "/picked", sample = "FILE", data_selector = "$.items[?@.id > 1]", rename_all = "camelCase")]
        struct Picked;
    }
"#;

const DESCRIBED: &str = r#"
    mod m {
        #[resource(path = "/items", data_selector = "items", primary_key = id, paginator = cursor(cursor_path = "next"))]
        struct Item { id: u64, kind: Kind, parts: Vec<Part>, at: Option<jiff::Timestamp>, name: String }
        #[nested] enum Kind { A, B }
        #[nested] struct Part { x: f64, #[column(openapi = none)] y: u8 }
        #[resource(path = "/items", data_selector = "items", fields = rest, paginator = cursor(cursor_path = "after" (openapi = none)))]
        struct Rest { #[column(openapi = none)] id: u64, kind: _, at: Option<jiff::civil::DateTime> }
        #[resource(path = "/items/{id}", params(id: u64 (openapi = none), q: Option<String>, size = 7), data_selector = "$.items[?@.id > 1]", paginator = page_number(total_path = "total"))]
        struct Found;
        #[resource(path = "/search", method = POST, params(q: String), json = { "q": q, "in": [1, null] })]
        struct Hit;
    }
"#;

/// The expansion of a module of ours, where every file holds the text.
fn expanded(args: &str, module: &str, text: &[u8]) -> TokenStream {
    let (args, item) = (tokens(args).unwrap_or_default(), tokens(module).unwrap_or_default());
    source_with(args, item, Files::holding(text), None)
}

/// Tokens as a compiler would hand them over: it has bounds of its own on how deep they are.
fn tokens(text: &str) -> Option<TokenStream> {
    const DEEPEST: usize = 60;
    const LONGEST: usize = 8 << 10;
    let deep = text.matches(['(', '[', '{', '<', '&', '*', '!', '-', '|']).count() > DEEPEST * 8;
    (!deep && text.len() <= LONGEST).then(|| text.parse().ok()).flatten()
}

fn readable(output: &TokenStream) {
    let is_readable = syn::parse2::<syn::File>(output.clone()).is_ok();
    assert!(is_readable || output.to_string().contains("compile_error"), "{output}");
}

#[cfg(test)]
#[path = "../../../fuzz/smoke.rs"]
mod smoke;

#[cfg(test)]
mod tests {
    use super::smoke::run;

    const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds");

    #[test]
    fn declarations() {
        run(SEEDS, "declaration", 400, super::declaration);
    }

    #[test]
    #[cfg(feature = "sample")]
    fn samples() {
        run(SEEDS, "sample", 100, super::sample);
    }

    /// What is expanded has the file, and nothing against it: else no text would be looked at.
    #[test]
    #[cfg(all(feature = "jsonpath", feature = "sample"))]
    fn a_sound_sample_is_read() {
        let seed = std::fs::read(format!("{SEEDS}/sample/sound")).expect("a seed");
        let output = super::sampled("s.json", seed.get(1..).unwrap_or_default()).to_string();
        assert!(output.contains("include_bytes ! (\"s.json\")"), "{output}");
        assert!(output.contains("text_range") && !output.contains("compile_error"), "{output}");
    }

    #[test]
    #[cfg(feature = "openapi")]
    fn openapi_files() {
        run(SEEDS, "openapi", 200, super::openapi);
    }
}
