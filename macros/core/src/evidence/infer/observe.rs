//! What the values at one place have in common.

use std::{mem, ptr};

use crate::evidence::facts::{DataNode, ListItems, NodeFacts, NodeKind, ObjectFacts};
use crate::json::JsonValue;
use crate::shape::{ObjectShape, Shape, ValueShape};

/// With more keys than that, objects of a sample are no structs but maps.
const MOST_KEYS: usize = 250;

/// With more keys than that in all, objects of a schema that are inside of others become values as they are.
const MOST_KEYS_IN_ALL: usize = 2_000;

/// Schemas within themselves, or within so many others, become values as they are. Objects in lists count twice.
const DEEPEST: usize = 24;

/// From here on an `f64` does not hold every whole number, so the number in the file may be a longer one.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl ValueShape {
    pub(crate) fn of<'v, N: DataNode<'v>>(nodes: impl IntoIterator<Item = N>) -> Self {
        let mut observer = Observer { above: Vec::new(), keys: 0 };
        let mut place = Self::default();
        for node in nodes {
            observer.observe(&mut place, node);
        }
        place
    }
}

struct Observer {
    /// The objects and lists of schemas that this one is inside of, each by what is in it.
    above: Vec<Vec<*const JsonValue>>,
    keys: usize,
}

impl Observer {
    fn observe<'v, N: DataNode<'v>>(&mut self, place: &mut ValueShape, node: N) {
        let facts = node.facts();
        place.seen += 1;
        place.null |= facts.null;
        match facts.value {
            Some(JsonValue::Null) => return,
            Some(JsonValue::Array(_) | JsonValue::Object(_)) => {}
            Some(value) => drop(place.example.get_or_insert_with(|| value.to_string())),
            None => place.doc = place.doc.take().or_else(|| doc(&facts)),
        }
        place.shape = self.with(mem::take(&mut place.shape), &facts);
    }

    fn with<'v, N: DataNode<'v>>(&mut self, shape: Shape, facts: &NodeFacts<'v, N>) -> Shape {
        match (shape, &facts.kind) {
            (Shape::Nothing | Shape::Bool, NodeKind::Bool) => Shape::Bool,
            (Shape::Nothing, NodeKind::Integer) => {
                let (least, most) = range(facts);
                Shape::Integer { least, most }
            }
            (Shape::Integer { least, most }, NodeKind::Integer) => {
                let range = range(facts);
                Shape::Integer { least: least.min(range.0), most: most.max(range.1) }
            }
            (Shape::Float, NodeKind::Integer) => Shape::Float,
            (Shape::Nothing | Shape::Integer { .. } | Shape::Float, NodeKind::Number) if is_held(facts) => Shape::Float,
            (Shape::Nothing | Shape::Time, NodeKind::Text) if facts.is_time() => Shape::Time,
            (Shape::Nothing | Shape::Time | Shape::Text, NodeKind::Text) => Shape::Text,
            (Shape::Nothing, NodeKind::List(items)) => self.list(Box::default(), items, facts.value.is_some()),
            (Shape::List(place), NodeKind::List(items)) => self.list(place, items, facts.value.is_some()),
            (Shape::Nothing, NodeKind::Object(object)) => {
                self.object(ObjectShape::default(), object, facts.value.is_some())
            }
            (Shape::Object(shape), NodeKind::Object(object)) => self.object(shape, object, facts.value.is_some()),
            _ => Shape::Mixed,
        }
    }

    fn list<'v, N: DataNode<'v>>(&mut self, mut place: Box<ValueShape>, items: &ListItems<N>, is_value: bool) -> Shape {
        let items = items.nodes();
        if !(is_value || self.enter(items.iter().copied())) {
            return Shape::Mixed;
        }
        for item in items {
            self.observe(&mut place, *item);
        }
        self.leave(is_value);
        Shape::List(place)
    }

    fn object<'v, N: DataNode<'v>>(
        &mut self,
        mut shape: ObjectShape,
        object: &ObjectFacts<'v, N>,
        is_value: bool,
    ) -> Shape {
        let properties = &object.properties;
        shape.count += 1;
        if !is_value {
            self.keys += properties.len();
            // Free-form objects are maps, and others are what is listed, even if they may have more.
            let is_struct = !properties.is_empty() && self.keys <= MOST_KEYS_IN_ALL;
            if !(is_struct && self.enter(properties.iter().map(|(_, node)| *node))) {
                return Shape::Mixed;
            }
        }
        let is_full = is_value && shape.members.len() + properties.len() > MOST_KEYS;
        for (at, (key, node)) in properties.iter().enumerate() {
            // The last counts if a key is there twice.
            if properties.iter().skip(at + 1).take(MOST_KEYS).any(|(later, _)| later == key) {
                continue;
            }
            let known = shape.members.iter().position(|(name, _)| name == key);
            if known.is_none() {
                if is_full {
                    return Shape::Mixed;
                }
                shape.members.push(((*key).to_owned(), ValueShape::default()));
            }
            let known = known.unwrap_or(shape.members.len() - 1);
            let Some((_, place)) = shape.members.get_mut(known) else { continue };
            self.observe(place, *node);
            if object.may_lack(key) {
                place.seen -= 1;
            }
        }
        self.leave(is_value);
        Shape::Object(shape)
    }

    /// Goes into a schema. Not into one that is inside of itself, or too deep.
    fn enter<'v, N: DataNode<'v>>(&mut self, nodes: impl Iterator<Item = N>) -> bool {
        let own: Vec<*const JsonValue> = nodes.map(|node| ptr::from_ref(node.json())).collect();
        let may_enter = !self.above.contains(&own) && self.above.len() < DEEPEST;
        if may_enter {
            self.above.push(own);
        }
        may_enter
    }

    fn leave(&mut self, is_value: bool) {
        if !is_value {
            self.above.pop();
        }
    }
}

fn range<N>(facts: &NodeFacts<'_, N>) -> (i128, i128) {
    match (facts.value, facts.maximum) {
        (Some(JsonValue::Integer(number)), _) => (*number, *number),
        (_, Some(JsonValue::Integer(most))) if *most > i64::MAX.into() => (0, u64::MAX.into()),
        _ if facts.format == Some("uint64") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

fn is_held<N>(facts: &NodeFacts<'_, N>) -> bool {
    match facts.value {
        Some(JsonValue::Float(number)) => number.fract() != 0.0 || number.abs() < LARGEST,
        _ => true,
    }
}

/// The description in a schema, as one line of documentation.
fn doc<N>(facts: &NodeFacts<'_, N>) -> Option<String> {
    const MOST: usize = 20;
    let mut doc = facts.description.map(first_paragraph).unwrap_or_default();
    if let Some(names) = facts.names().filter(|names| !names.is_empty() && names.len() <= MOST) {
        let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.replace('`', "'"))).collect();
        let values = format!("One of {}.", names.join(", "));
        doc = if doc.is_empty() { values } else { format!("{doc} {values}") };
    }
    Some(doc).filter(|doc| !doc.is_empty())
}

/// The first paragraph of a description, in one line. It is Markdown, as docs are; what would be HTML, or a block of
/// code, is neither.
fn first_paragraph(text: &str) -> String {
    const LONGEST: usize = 400;
    let text = text.trim().replace("\r\n", "\n");
    let words: Vec<&str> = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect();
    let (mut line, mut last) = (words.join(" "), ' ');
    line.retain(|letter| {
        let is_fence = letter == mem::replace(&mut last, letter) && matches!(letter, '`' | '~');
        !(is_fence || letter.is_control())
    });
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        let end = line.get(..end).and_then(|start| start.rfind(' ')).unwrap_or(end);
        line.truncate(end);
        line.push('…');
    }
    // Nothing between backticks is escaped. Where one has no partner, all become quotes.
    let is_code = line.matches('`').count().is_multiple_of(2);
    let line = if is_code { line } else { line.replace('`', "'") };
    let parts = line.split('`').enumerate();
    let parts: Vec<_> =
        parts.map(|(index, part)| if index % 2 == 0 { part.replace('<', "\\<") } else { part.to_owned() }).collect();
    parts.join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_one_line_of_markdown() {
        for (text, line) in [
            ("  The key.\n\nMore of it.", "The key."),
            ("One\n  two\tthree", "One two three"),
            ("A list[int] of <b>, `Vec<T>`", "A list[int] of \\<b>, `Vec<T>`"),
            ("```\nlet x;\n```", "` let x; `"),
            ("~~~\nlet x;", "~ let x;"),
            ("one ` alone <a>", "one ' alone \\<a>"),
            ("By [RFC 3339](https://a.example/rfc)", "By [RFC 3339](https://a.example/rfc)"),
        ] {
            assert_eq!(first_paragraph(text), line);
        }
    }

    #[test]
    fn long_ones_are_cut() {
        let cut = first_paragraph(&"é `a` ".repeat(100));
        assert!(cut.starts_with("é `a` é") && cut.ends_with("é…") && cut.chars().count() < 401, "{cut}");
        assert_eq!(first_paragraph(&"é".repeat(500)).chars().count(), 401);
    }
}
