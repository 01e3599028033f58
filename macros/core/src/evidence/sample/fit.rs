//! Values against what is wanted of them: a walk over the rows, which remembers of each field what refutes it.

use std::collections::HashMap;

use crate::json::JsonValue;
use crate::literal::moment::{Moment, moment};
use crate::shape::{ExpectedType, Member, NestedType, TypeMap};

/// What refutes a field.
pub(super) enum SampleMismatch<'v> {
    Absent,
    Null,
    /// At a place in the row.
    Misfit(String, &'v JsonValue),
    /// A name that an enum does not list.
    Unlisted(String, &'v JsonValue),
}

/// What is known of a field.
#[derive(Default)]
pub(super) struct ObservedField<'v> {
    pub(super) values: Vec<&'v JsonValue>,
    /// The first problem, and the number of its row.
    pub(super) problem: Option<(SampleMismatch<'v>, usize)>,
    /// How many more rows have one.
    pub(super) more: usize,
    last: usize,
    /// All names that an enum does not list.
    pub(super) unlisted: Vec<&'v str>,
}

/// What is known of a struct.
#[derive(Default)]
pub(super) struct ObservedStruct<'v> {
    pub(super) fields: Vec<ObservedField<'v>>,
    /// How many objects there were.
    pub(super) objects: usize,
    /// The keys of all of them.
    pub(super) keys: Vec<&'v str>,
}

/// A walk over rows.
pub(super) struct SampleWalk<'p, 'v> {
    types: &'p TypeMap,
    /// By the struct's name; the row's own is empty.
    pub(super) known: HashMap<String, ObservedStruct<'v>>,
    /// The number of the row.
    row: usize,
}

/// More keys than that are not listed.
const MOST_KEYS: usize = 500;

impl<'p, 'v> SampleWalk<'p, 'v> {
    pub(super) fn new(types: &'p TypeMap) -> Self {
        Self { types, known: HashMap::new(), row: 0 }
    }

    /// Walks over a row that is an object.
    pub(super) fn row(&mut self, members: &[Member], value: &'v JsonValue) {
        self.row += 1;
        self.object("", members, value, "");
    }

    /// Walks over a row that is a value.
    pub(super) fn value(&mut self, expected: &ExpectedType, value: &'v JsonValue) {
        self.row += 1;
        let fits = self.fit(expected, value, "");
        self.note("", 0, 1, fits.err(), Some(value));
    }

    fn object(&mut self, owner: &str, members: &[Member], value: &'v JsonValue, path: &str) {
        let JsonValue::Object(entries) = value else { return };
        let known = self.known.entry(owner.to_owned()).or_default();
        known.objects += 1;
        for (key, _) in entries {
            if known.keys.len() < MOST_KEYS && !known.keys.contains(&key.as_str()) {
                known.keys.push(key);
            }
        }
        for (index, member) in members.iter().enumerate() {
            let found = member.names.iter().find_map(|name| Some((name, value.get(name)?)));
            let problem = match found {
                Some((name, value)) => {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.fit(&member.expected, value, &path).err()
                }
                None if member.default
                    || matches!(member.expected, ExpectedType::Option(_) | ExpectedType::Unknown) =>
                {
                    None
                }
                None => Some(SampleMismatch::Absent),
            };
            self.note(owner, index, members.len(), problem, found.map(|(_, value)| value));
        }
    }

    fn note(
        &mut self,
        owner: &str,
        index: usize,
        of: usize,
        problem: Option<SampleMismatch<'v>>,
        value: Option<&'v JsonValue>,
    ) {
        let known = self.known.entry(owner.to_owned()).or_default();
        known.fields.resize_with(of.max(known.fields.len()), ObservedField::default);
        let Some(seen) = known.fields.get_mut(index) else { return };
        seen.values.extend(value);
        let Some(problem) = problem else { return };
        if let SampleMismatch::Unlisted(_, JsonValue::Text(name)) = &problem
            && !seen.unlisted.contains(&name.as_str())
        {
            seen.unlisted.push(name);
        }
        if seen.problem.is_none() {
            seen.problem = Some((problem, self.row));
        } else if seen.last != self.row {
            seen.more += 1;
        }
        seen.last = self.row;
    }

    fn fit(&mut self, expected: &ExpectedType, value: &'v JsonValue, path: &str) -> Result<(), SampleMismatch<'v>> {
        let fits = match (expected, value) {
            (ExpectedType::Option(inner), value) if *value != JsonValue::Null => return self.fit(inner, value, path),
            (ExpectedType::Unknown | ExpectedType::Json, _)
            | (ExpectedType::Option(_), JsonValue::Null)
            | (ExpectedType::Bool, JsonValue::Bool(_))
            | (ExpectedType::Float, JsonValue::Integer(_) | JsonValue::Float(_))
            | (ExpectedType::Text, JsonValue::Text(_)) => true,
            (ExpectedType::Integer(least, most), JsonValue::Integer(number)) => (least..=most).contains(&number),
            (ExpectedType::Char, JsonValue::Text(text)) => text.chars().count() == 1,
            (ExpectedType::Moment(kind), JsonValue::Text(text)) => may_be(*kind, text),
            (ExpectedType::List(inner), JsonValue::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.within(inner, item, format!("{path}[{index}]"))?;
                }
                true
            }
            (ExpectedType::Map(inner), JsonValue::Object(members)) => {
                for (key, member) in members {
                    self.within(inner, member, format!("{path}.{key}"))?;
                }
                true
            }
            (_, JsonValue::Null) => return Err(SampleMismatch::Null),
            (ExpectedType::Nested(name), _) => return self.part(name, value, path),
            _ => false,
        };
        if fits { Ok(()) } else { Err(SampleMismatch::Misfit(path.to_owned(), value)) }
    }

    /// An element: that one is null says nothing of the whole.
    fn within(
        &mut self,
        expected: &ExpectedType,
        value: &'v JsonValue,
        path: String,
    ) -> Result<(), SampleMismatch<'v>> {
        self.fit(expected, value, &path).map_err(|problem| match problem {
            SampleMismatch::Null => SampleMismatch::Misfit(path, value),
            problem => problem,
        })
    }

    fn part(&mut self, name: &str, value: &'v JsonValue, path: &str) -> Result<(), SampleMismatch<'v>> {
        match (self.types.get(name), value) {
            (Some(NestedType::Struct { members, .. }), JsonValue::Object(_)) => {
                self.object(name, members, value, path);
                Ok(())
            }
            (None, _) | (Some(NestedType::Struct { by_serde: true, .. }), JsonValue::Array(_)) => Ok(()),
            (Some(NestedType::Text(names, open)), JsonValue::Text(text)) => {
                if *open || names.contains(text) {
                    Ok(())
                } else {
                    Err(SampleMismatch::Unlisted(path.to_owned(), value))
                }
            }
            (Some(_), _) => Err(SampleMismatch::Misfit(path.to_owned(), value)),
        }
    }
}

/// Whether a text can be read as a time. What looks like one in a rarer form is not judged.
fn may_be(kind: Moment, text: &str) -> bool {
    let zulu = text.ends_with(['Z', 'z']);
    match (kind, moment(text)) {
        (Moment::Timestamp, Some(found)) => found == Moment::Timestamp,
        (Moment::DateTime | Moment::Date, Some(_)) => !zulu,
        (_, None) => {
            let digits = text.trim_start_matches(['+', '-', '−']);
            digits.len() >= 8 && digits.chars().take(4).all(|letter| letter.is_ascii_digit())
        }
    }
}
