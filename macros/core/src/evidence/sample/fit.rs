//! Values against what is wanted of them: a walk over the rows, which remembers of each field what refutes it.

use std::collections::HashMap;

use crate::json::Value;
use crate::literal::moment::{Moment, moment};
use crate::shape::{Member, Part, Parts, Want};

/// What refutes a field.
pub(super) enum Problem<'v> {
    Absent,
    Null,
    /// At a place in the row.
    Misfit(String, &'v Value),
    /// A name that an enum does not list.
    Unlisted(String, &'v Value),
}

/// What is known of a field.
#[derive(Default)]
pub(super) struct Seen<'v> {
    pub(super) values: Vec<&'v Value>,
    /// The first problem, and the number of its row.
    pub(super) problem: Option<(Problem<'v>, usize)>,
    /// How many more rows have one.
    pub(super) more: usize,
    last: usize,
    /// All names that an enum does not list.
    pub(super) unlisted: Vec<&'v str>,
}

/// What is known of a struct.
#[derive(Default)]
pub(super) struct Known<'v> {
    pub(super) fields: Vec<Seen<'v>>,
    /// How many objects there were.
    pub(super) objects: usize,
    /// The keys of all of them.
    pub(super) keys: Vec<&'v str>,
}

/// A walk over rows.
pub(super) struct Walk<'p, 'v> {
    parts: &'p Parts,
    /// By the struct's name; the row's own is empty.
    pub(super) known: HashMap<String, Known<'v>>,
    /// The number of the row.
    row: usize,
}

/// More keys than that are not listed.
const MOST_KEYS: usize = 500;

impl<'p, 'v> Walk<'p, 'v> {
    pub(super) fn new(parts: &'p Parts) -> Self {
        Self { parts, known: HashMap::new(), row: 0 }
    }

    /// Walks over a row that is an object.
    pub(super) fn row(&mut self, members: &[Member], value: &'v Value) {
        self.row += 1;
        self.object("", members, value, "");
    }

    /// Walks over a row that is a value.
    pub(super) fn value(&mut self, want: &Want, value: &'v Value) {
        self.row += 1;
        let fits = self.fit(want, value, "");
        self.note("", 0, 1, fits.err(), Some(value));
    }

    fn object(&mut self, owner: &str, members: &[Member], value: &'v Value, path: &str) {
        let Value::Object(entries) = value else { return };
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
                    self.fit(&member.want, value, &path).err()
                }
                None if member.default || matches!(member.want, Want::Option(_) | Want::Unknown) => None,
                None => Some(Problem::Absent),
            };
            self.note(owner, index, members.len(), problem, found.map(|(_, value)| value));
        }
    }

    fn note(&mut self, owner: &str, index: usize, of: usize, problem: Option<Problem<'v>>, value: Option<&'v Value>) {
        let known = self.known.entry(owner.to_owned()).or_default();
        known.fields.resize_with(of.max(known.fields.len()), Seen::default);
        let Some(seen) = known.fields.get_mut(index) else { return };
        seen.values.extend(value);
        let Some(problem) = problem else { return };
        if let Problem::Unlisted(_, Value::Text(name)) = &problem
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

    fn fit(&mut self, want: &Want, value: &'v Value, path: &str) -> Result<(), Problem<'v>> {
        let fits = match (want, value) {
            (Want::Option(inner), value) if *value != Value::Null => return self.fit(inner, value, path),
            (Want::Unknown | Want::Json, _)
            | (Want::Option(_), Value::Null)
            | (Want::Bool, Value::Bool(_))
            | (Want::Float, Value::Integer(_) | Value::Float(_))
            | (Want::Text, Value::Text(_)) => true,
            (Want::Integer(least, most), Value::Integer(number)) => (least..=most).contains(&number),
            (Want::Char, Value::Text(text)) => text.chars().count() == 1,
            (Want::Moment(kind), Value::Text(text)) => may_be(*kind, text),
            (Want::List(inner), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.within(inner, item, format!("{path}[{index}]"))?;
                }
                true
            }
            (Want::Map(inner), Value::Object(members)) => {
                for (key, member) in members {
                    self.within(inner, member, format!("{path}.{key}"))?;
                }
                true
            }
            (_, Value::Null) => return Err(Problem::Null),
            (Want::Part(name), _) => return self.part(name, value, path),
            _ => false,
        };
        if fits { Ok(()) } else { Err(Problem::Misfit(path.to_owned(), value)) }
    }

    /// An element: that one is null says nothing of the whole.
    fn within(&mut self, want: &Want, value: &'v Value, path: String) -> Result<(), Problem<'v>> {
        self.fit(want, value, &path).map_err(|problem| match problem {
            Problem::Null => Problem::Misfit(path, value),
            problem => problem,
        })
    }

    fn part(&mut self, name: &str, value: &'v Value, path: &str) -> Result<(), Problem<'v>> {
        match (self.parts.get(name), value) {
            (Some(Part::Struct { members, .. }), Value::Object(_)) => {
                self.object(name, members, value, path);
                Ok(())
            }
            (None, _) | (Some(Part::Struct { by_serde: true, .. }), Value::Array(_)) => Ok(()),
            (Some(Part::Text(names, open)), Value::Text(text)) => {
                if *open || names.contains(text) {
                    Ok(())
                } else {
                    Err(Problem::Unlisted(path.to_owned(), value))
                }
            }
            (Some(_), _) => Err(Problem::Misfit(path.to_owned(), value)),
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
