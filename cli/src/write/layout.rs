//! Values of options, on one line where they fit.

use crate::declaration::{Entry, Value};

/// The longest line.
pub(super) const WIDTH: usize = 120;
const STEP: usize = 4;

/// A text as a literal of Rust's.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// An option, `name = value` or `name(…)`: `indent` is the column that its line starts at, `after` how much follows.
pub(super) fn option(name: &str, value: &Value, indent: usize, after: usize) -> String {
    match value {
        Value::Group(entries) => list(&format!("{name}("), &written(entries), ")", indent, after),
        _ => prefixed(&format!("{name} = "), value, indent, after),
    }
}

/// A part of a value: what it is, and how it is written.
enum Item<'v> {
    Value(String, &'v Value),
    Group(&'v str, &'v [Entry]),
    Text(String),
}

fn written(entries: &[Entry]) -> Vec<Item<'_>> {
    entries
        .iter()
        .map(|entry| match entry {
            Entry::Named(name, Value::Group(entries)) | Entry::Grouped(name, entries) => Item::Group(name, entries),
            Entry::Named(name, value) => Item::Value(format!("{name} = "), value),
            Entry::Renamed(name, wire, value) => Item::Value(format!("{name} as {} = ", quoted(wire)), value),
            Entry::Keyed(key, value) => Item::Value(format!("{} = ", line(key)), value),
            Entry::Typed(name, ty, None) => Item::Text(format!("{name}: {ty}")),
            Entry::Typed(name, ty, Some(value)) => Item::Value(format!("{name}: {ty} = "), value),
            Entry::Plain(value) => Item::Value(String::new(), value),
        })
        .collect()
}

impl Item<'_> {
    fn line(&self) -> String {
        match self {
            Self::Value(prefix, value) => format!("{prefix}{}", line(value)),
            Self::Group(name, entries) => format!("{name}({})", joined(&written(entries))),
            Self::Text(text) => text.clone(),
        }
    }

    fn laid_out(&self, indent: usize) -> String {
        match self {
            Self::Value(prefix, value) => prefixed(prefix, value, indent, 1),
            Self::Group(name, entries) => list(&format!("{name}("), &written(entries), ")", indent, 1),
            Self::Text(text) => text.clone(),
        }
    }
}

fn joined(items: &[Item<'_>]) -> String {
    items.iter().map(Item::line).collect::<Vec<_>>().join(", ")
}

/// A value on one line.
fn line(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Word(word) => word.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", ")),
        Value::Tuple(items) => format!("({})", items.iter().map(line).collect::<Vec<_>>().join(", ")),
        Value::Call(name, entries) if entries.is_empty() => name.clone(),
        Value::Call(name, entries) => format!("{name}({})", joined(&written(entries))),
        Value::Group(entries) => format!("({})", joined(&written(entries))),
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{}: {}", quoted(key), line(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn prefixed(prefix: &str, value: &Value, indent: usize, after: usize) -> String {
    let whole = format!("{prefix}{}", line(value));
    if indent + whole.chars().count() + after <= WIDTH {
        return whole;
    }
    let plain = |items: &'_ [Value]| items.iter().map(|item| Item::Text(line(item))).collect::<Vec<_>>();
    match value {
        Value::Text(_) | Value::Word(_) => whole,
        Value::List(items) => {
            let items: Vec<Item<'_>> = items.iter().map(|item| Item::Value(String::new(), item)).collect();
            list(&format!("{prefix}["), &items, "]", indent, after)
        }
        Value::Tuple(items) => list(&format!("{prefix}("), &plain(items), ")", indent, after),
        Value::Call(name, entries) => list(&format!("{prefix}{name}("), &written(entries), ")", indent, after),
        Value::Group(entries) => list(&format!("{prefix}("), &written(entries), ")", indent, after),
        Value::Object(entries) => {
            let items: Vec<Item<'_>> =
                entries.iter().map(|(key, value)| Item::Value(format!("{}: ", quoted(key)), value)).collect();
            list(&format!("{prefix}{{"), &items, "}", indent, after)
        }
    }
}

/// Items between brackets: on one line, or one on each.
fn list(open: &str, items: &[Item<'_>], close: &str, indent: usize, after: usize) -> String {
    let inside = joined(items);
    let spaced = if close == "}" && !inside.is_empty() { format!(" {inside} ") } else { inside };
    let whole = format!("{open}{spaced}{close}");
    if indent + whole.chars().count() + after <= WIDTH {
        return whole;
    }
    let pad = " ".repeat(indent + STEP);
    let mut out = format!("{open}\n");
    for item in items {
        out.push_str(&format!("{pad}{},\n", item.laid_out(indent + STEP)));
    }
    out.push_str(&format!("{}{close}", " ".repeat(indent)));
    out
}

/// A comment of several lines, each within the width.
pub(super) fn comment(mark: &str, text: &str, indent: usize) -> String {
    let room = WIDTH.saturating_sub(indent + mark.len() + 1).max(40);
    let mut out = String::new();
    for paragraph in text.lines() {
        let mut row = String::new();
        for word in paragraph.split_whitespace() {
            if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > room {
                push_row(&mut out, mark, &row, indent);
                row.clear();
            }
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
        push_row(&mut out, mark, &row, indent);
    }
    out
}

fn push_row(out: &mut String, mark: &str, row: &str, indent: usize) {
    out.push_str(&" ".repeat(indent));
    out.push_str(format!("{mark} {row}").trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_literals() {
        for text in ["a\"b\\c\n\t\u{1}", "é{}"] {
            let literal: syn::LitStr = syn::parse_str(&quoted(text)).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(literal.value(), text);
        }
    }

    #[test]
    fn long_values_are_broken() {
        let value = Value::List((0..40).map(|number| Value::text(format!("item {number}"))).collect());
        let text = option("statuses", &value, 4, 1);
        assert!(text.lines().count() > 40);
        assert!(text.lines().all(|line| line.len() <= WIDTH));
        assert_eq!(option("a", &Value::Group(vec![Entry::Named("b".into(), Value::word(1))]), 4, 1), "a(b = 1)");
    }

    #[test]
    fn comments_are_wrapped() {
        let text = comment("//", &"word ".repeat(60), 8);
        assert!(text.lines().all(|line| line.starts_with("        // word") && line.len() <= WIDTH));
    }
}
