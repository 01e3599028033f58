//! What a type wants of values against what a schema says of them: a walk over both, which stops where nothing is said.

use std::collections::HashSet;

use super::schema::{Kind, Schema};
use super::spec::Spec;
use crate::json::Value;
use crate::literal::moment::Moment;
use crate::shape::{Member, Part, Parts, Want};

/// What is wrong with a field.
pub(super) enum Problem {
    /// No key that it is read from is there. With the keys that are.
    Unknown(Vec<String>),
    MayLack,
    MayBeNull,
    /// Something else is there: at a place, what, and the type that would fit.
    Misfit {
        place: String,
        what: String,
        fitting: Option<String>,
    },
    /// Names that an enum does not list.
    Unlisted {
        place: String,
        names: Vec<String>,
    },
}

/// A walk over the types of a module.
pub(super) struct Walk<'w> {
    pub(super) spec: &'w Spec,
    pub(super) parts: &'w Parts,
    /// The structs and schemas that have been compared, or are being.
    pub(super) seen: HashSet<(String, *const Value)>,
    /// Problems within parts, with the part's name and the number of the field.
    pub(super) within: Vec<(String, usize, Problem)>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(spec: &'w Spec, parts: &'w Parts) -> Self {
        Self { spec, parts, seen: HashSet::new(), within: Vec::new() }
    }

    /// The problems of the fields of a struct, by their numbers.
    pub(super) fn object(&mut self, members: &[Member], schema: &Schema<'w>) -> Vec<(usize, Problem)> {
        let Kind::Object(object) = &schema.kind else { return Vec::new() };
        let mut problems = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let found = member.names.iter().find_map(|name| Some((name, object.get(name)?)));
            let Some((name, value)) = found else {
                if !object.open {
                    let keys = object.properties.iter().map(|(key, _)| (*key).to_owned()).collect();
                    problems.push((index, Problem::Unknown(keys)));
                }
                continue;
            };
            let lacks = || !member.default && needs(&member.want) && self.spec.may_lack(object, name);
            let problem = if lacks() { Some(Problem::MayLack) } else { self.fit(&member.want, value, name) };
            problems.extend(problem.map(|problem| (index, problem)));
        }
        problems
    }

    /// Whether a value of the schema fits. The path is where it is in the row.
    pub(super) fn fit(&mut self, want: &Want, value: &'w Value, path: &str) -> Option<Problem> {
        let schema = self.spec.schema(value);
        let null = schema.null && !matches!(want, Want::Option(_) | Want::Json | Want::Unknown);
        if null {
            return Some(Problem::MayBeNull);
        }
        self.kind(want, &schema, value, path)
    }

    fn kind(&mut self, want: &Want, schema: &Schema<'w>, value: &'w Value, path: &str) -> Option<Problem> {
        let fits = match (want, &schema.kind) {
            (Want::Option(inner), _) => return self.kind(inner, schema, value, path),
            (Want::Unknown | Want::Json, _)
            | (_, Kind::Unknown | Kind::Mixed | Kind::Null)
            | (Want::Bool, Kind::Bool)
            | (Want::Float, Kind::Integer | Kind::Number)
            | (Want::Text | Want::Char, Kind::Text)
            | (Want::List(_), Kind::List(None)) => true,
            (Want::Integer(least, most), Kind::Integer) => match out_of(schema, *least, *most) {
                Some(number) => {
                    let what = format!("an integer that may be {number}");
                    let fitting = fitting(self.spec, schema);
                    return Some(Problem::Misfit { place: path.to_owned(), what, fitting });
                }
                None => true,
            },
            (Want::Integer(..), Kind::Number) => !knows_integers(self.spec),
            (Want::Moment(moment), Kind::Text) => may_be(*moment, schema),
            (Want::List(inner), Kind::List(Some(items))) => {
                return self.within(inner, items, &format!("{path}[]"));
            }
            (Want::Map(inner), Kind::Object(object)) => match object.rest {
                Some(rest) => return self.within(inner, rest, &format!("{path}.*")),
                None => true,
            },
            (Want::Part(name), _) => return self.part(name, schema, value, path),
            _ => false,
        };
        (!fits).then(|| misfit(self.spec, schema, path))
    }

    /// An element: that it may be null says nothing of the whole.
    fn within(&mut self, want: &Want, value: &'w Value, path: &str) -> Option<Problem> {
        self.fit(want, value, path).map(|problem| match problem {
            Problem::MayBeNull => Problem::Misfit { place: path.to_owned(), what: "null".to_owned(), fitting: None },
            problem => problem,
        })
    }

    fn part(&mut self, name: &str, schema: &Schema<'w>, value: &'w Value, path: &str) -> Option<Problem> {
        match (self.parts.get(name), &schema.kind) {
            (Some(Part::Struct { members, .. }), Kind::Object(_)) => {
                // Schemas may lead back to themselves, as types may.
                if self.seen.insert((name.to_owned(), std::ptr::from_ref(value))) {
                    let problems = self.object(members, schema);
                    self.within.extend(problems.into_iter().map(|(index, problem)| (name.to_owned(), index, problem)));
                }
                None
            }
            (None, _) | (Some(Part::Struct { by_serde: true, .. }), Kind::List(_)) => None,
            (Some(Part::Text(listed, open)), Kind::Text) => {
                let names = schema.names().filter(|_| !open).unwrap_or_default();
                let names = names.into_iter().filter(|name| !listed.iter().any(|known| known == name));
                let names: Vec<String> = names.map(ToOwned::to_owned).collect();
                (!names.is_empty()).then(|| Problem::Unlisted { place: path.to_owned(), names })
            }
            (Some(_), _) => Some(misfit(self.spec, schema, path)),
        }
    }
}

/// Whether a type takes neither null nor that there is nothing.
fn needs(want: &Want) -> bool {
    !matches!(want, Want::Option(_) | Want::Unknown)
}

fn misfit(spec: &Spec, schema: &Schema<'_>, path: &str) -> Problem {
    Problem::Misfit { place: path.to_owned(), what: schema.what(), fitting: fitting(spec, schema) }
}

/// Lists within lists: more than that lead in a circle, or are nothing to write down.
const DEEPEST: usize = 8;

/// The type that fits.
fn fitting(spec: &Spec, schema: &Schema<'_>) -> Option<String> {
    written(spec, schema, 0)
}

fn written(spec: &Spec, schema: &Schema<'_>, depth: usize) -> Option<String> {
    Some(match &schema.kind {
        Kind::Bool => "bool".to_owned(),
        Kind::Integer => "i64".to_owned(),
        Kind::Number => "f64".to_owned(),
        Kind::Text if schema.format == Some("date-time") => "declarest::jiff::Timestamp".to_owned(),
        Kind::Text => "String".to_owned(),
        Kind::List(Some(items)) if depth < DEEPEST => {
            let element = spec.schema(items);
            let written = written(spec, &element, depth + 1)?;
            if element.null { format!("Vec<Option<{written}>>") } else { format!("Vec<{written}>") }
        }
        _ => return None,
    })
}

/// The bound of integers that a type does not hold. Bounds from 32 bits on say what some language holds, not what is sent.
fn out_of(schema: &Schema<'_>, least: i128, most: i128) -> Option<i128> {
    let bound = |value: Option<&Value>| match value {
        Some(Value::Integer(bound)) => Some(*bound).filter(|bound| bound.abs() < i32::MAX.into()),
        _ => None,
    };
    let below = bound(schema.minimum).filter(|minimum| *minimum < least);
    below.or_else(|| bound(schema.maximum).filter(|maximum| *maximum > most))
}

/// Whether a file says `integer` where it means it. In others, `number` is all there is.
fn knows_integers(spec: &Spec) -> bool {
    fn says(value: &Value) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(key, member)| match member {
                Value::Text(text) => key == "type" && text == "integer",
                member => says(member),
            }),
            Value::Array(items) => items.iter().any(says),
            _ => false,
        }
    }
    says(&spec.root)
}

/// Whether texts of a schema can be read as times. Formats that OpenAPI does not know are not judged.
pub(super) fn may_be(moment: Moment, schema: &Schema<'_>) -> bool {
    const OTHERS: [&str; 12] = [
        "time",
        "duration",
        "uuid",
        "email",
        "idn-email",
        "uri",
        "uri-reference",
        "hostname",
        "ipv4",
        "ipv6",
        "byte",
        "binary",
    ];
    match schema.format {
        Some("date") => moment != Moment::Timestamp,
        Some(format) => !OTHERS.contains(&format),
        None => schema.values.is_none(),
    }
}
