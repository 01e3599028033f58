//! Where the rows are in an answer, and in what form.

use super::auth;
use super::selector;
use super::text::Reader;
use crate::declaration::{Entry, Loss, Options, Value, set};
use crate::yaml::Node;

/// Reads the extractor of a selector: the keys that lead to the rows.
pub(super) fn rows(
    reader: &mut Reader<'_>,
    selector: &Node,
    options: &mut Options,
    losses: &mut Vec<Loss>,
) -> Vec<String> {
    let nothing = Node::map(selector.line, Vec::new());
    let extractor = selector.get("extractor").unwrap_or(&nothing);
    let custom = [selector, extractor].into_iter().find(|node| node.kind().starts_with("Custom"));
    let keys = match custom {
        Some(node) => {
            let (original, reason) = auth::custom(node);
            losses.push(Loss::new(node.line, "data_selector", original, reason));
            Vec::new()
        }
        None => selector::keys(reader, extractor.get("field_path")).unwrap_or_else(|reason| {
            losses.push(Loss::new(extractor.line, "data_selector", extractor.short(), reason));
            Vec::new()
        }),
    };
    set(options, "data_selector", Value::Text(selector::rows(&keys)));
    set(options, "missing_rows", Value::word("empty"));
    keys
}

/// The form of a body.
pub(super) fn decoder(node: Option<&Node>, options: &mut Options, losses: &mut Vec<Loss>) {
    let Some(node) = node else { return };
    match node.kind() {
        "" | "JsonDecoder" => {}
        "JsonlDecoder" => set(options, "format", Value::word("json_lines")),
        "CsvDecoder" => {
            let mut entries = Vec::new();
            if let Some(delimiter) = node.str("delimiter").filter(|delimiter| *delimiter != ",") {
                entries.push(Entry::Named("delimiter".to_owned(), Value::text(delimiter)));
            }
            set(options, "format", Value::Call("csv".to_owned(), entries));
        }
        kind if kind.starts_with("Custom") => {
            let (original, reason) = auth::custom(node);
            losses.push(Loss::new(node.line, "format", original, reason));
        }
        kind => losses.push(Loss::new(node.line, "format", kind, format!("a body of another format: {kind}"))),
    }
}
