//! What a paginator looks for in a body: whether an answer has it.

use syn::LitStr;

use super::operation::Operation;
use super::rows::{At, at, paths};
use super::schema::{Schema, SchemaKind};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::json::JsonValue;
use crate::language::Paginator;
use crate::literal::Step;

/// What an option leads to.
struct ResponsePath {
    option: &'static str,
    what: &'static str,
    fits: fn(&SchemaKind<'_>) -> bool,
    /// Whether a text such as this will do.
    text: fn(&str) -> bool,
}

const WANTED: [ResponsePath; 5] = [
    ResponsePath { option: "total_path", what: "a number", fits: is_number, text: is_digits },
    ResponsePath { option: "total_pages_path", what: "a number", fits: is_number, text: is_digits },
    ResponsePath {
        option: "has_more_path",
        what: "true or false",
        fits: |kind| matches!(kind, SchemaKind::Bool),
        text: is_flag,
    },
    ResponsePath { option: "cursor_path", what: "a text or a number", fits: is_cursor, text: |_| true },
    ResponsePath {
        option: "next_url_path",
        what: "a URL",
        fits: |kind| matches!(kind, SchemaKind::Text),
        text: |_| true,
    },
];

/// Reports paths of the paginator that lead to nothing, or to what it cannot use.
pub(crate) fn check(paginator: &Paginator, operation: &Operation<'_>, origin: &OptionOrigin<'_>) {
    let Some(answer) = operation.answer() else { return };
    for wanted in &WANTED {
        if let Some((steps, token)) = paginator.path(wanted.option) {
            one(wanted, steps, token, answer, operation, origin);
        }
    }
}

fn one(
    wanted: &ResponsePath,
    steps: &[Step],
    token: &LitStr,
    answer: &JsonValue,
    operation: &Operation<'_>,
    origin: &OptionOrigin<'_>,
) {
    let ResponsePath { option, what, .. } = wanted;
    let (spec, path) = (operation.spec, token.value());
    let found = match at(spec, answer, steps) {
        At::Unknown => return,
        At::Nothing => "nothing".to_owned(),
        At::Schema(found) => {
            let schema = spec.schema(found);
            if schema.is_anything() || (wanted.fits)(&schema.kind) || wanted.takes_text(&schema) {
                return;
            }
            schema.what()
        }
    };
    origin.report(
        token,
        format!(
            "`{option}` leads to {what}, and the answer to `{}` in `{}` has {found} at `{path}`{}",
            operation.name(),
            spec.name,
            suggest::path(&path, &paths(spec, answer, &wanted.fits))
        ),
    );
}

impl ResponsePath {
    /// Whether a text is known to be of the kind that will do: by its format, or by an example.
    fn takes_text(&self, schema: &Schema<'_>) -> bool {
        let numeric = schema.format.is_some_and(|format| format.starts_with("int") || format.starts_with("uint"));
        let example = matches!(schema.example, Some(JsonValue::Text(example)) if (self.text)(example));
        matches!(schema.kind, SchemaKind::Text) && (example || numeric && (self.text)("0"))
    }
}

fn is_number(kind: &SchemaKind<'_>) -> bool {
    matches!(kind, SchemaKind::Integer | SchemaKind::Number)
}

fn is_cursor(kind: &SchemaKind<'_>) -> bool {
    matches!(kind, SchemaKind::Integer | SchemaKind::Number | SchemaKind::Text)
}

fn is_digits(text: &str) -> bool {
    text.trim().parse::<i64>().is_ok()
}

fn is_flag(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}
