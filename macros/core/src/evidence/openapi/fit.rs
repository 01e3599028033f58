//! What a type wants of values against what a schema says of them: a walk over both, which stops where nothing is said.

use std::collections::HashSet;

use super::schema::{Schema, SchemaKind};
use super::spec::Spec;
use crate::json::JsonValue;
use crate::literal::moment::Moment;
use crate::shape::{ExpectedType, Member, NestedType, TypeMap};

/// What is wrong with a field.
pub(super) enum SchemaMismatch {
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
pub(super) struct SchemaWalk<'w> {
    pub(super) spec: &'w Spec,
    pub(super) types: &'w TypeMap,
    /// The structs and schemas that have been compared, or are being.
    pub(super) seen: HashSet<(String, *const JsonValue)>,
    /// Problems within nested types, with the type's name and the number of the field.
    pub(super) within: Vec<(String, usize, SchemaMismatch)>,
}

impl<'w> SchemaWalk<'w> {
    pub(super) fn new(spec: &'w Spec, types: &'w TypeMap) -> Self {
        Self { spec, types, seen: HashSet::new(), within: Vec::new() }
    }

    /// The problems of the fields of a struct, by their numbers.
    pub(super) fn object(&mut self, members: &[Member], schema: &Schema<'w>) -> Vec<(usize, SchemaMismatch)> {
        let SchemaKind::Object(object) = &schema.kind else { return Vec::new() };
        let mut problems = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let found = member.names.iter().find_map(|name| Some((name, object.get(name)?)));
            let Some((name, value)) = found else {
                if !object.open {
                    let keys = object.properties.iter().map(|(key, _)| (*key).to_owned()).collect();
                    problems.push((index, SchemaMismatch::Unknown(keys)));
                }
                continue;
            };
            let lacks = || !member.default && needs(&member.expected) && self.spec.may_lack(object, name);
            let problem = if lacks() { Some(SchemaMismatch::MayLack) } else { self.fit(&member.expected, value, name) };
            problems.extend(problem.map(|problem| (index, problem)));
        }
        problems
    }

    /// Whether a value of the schema fits. The path is where it is in the row.
    pub(super) fn fit(&mut self, expected: &ExpectedType, value: &'w JsonValue, path: &str) -> Option<SchemaMismatch> {
        let schema = self.spec.schema(value);
        let null =
            schema.null && !matches!(expected, ExpectedType::Option(_) | ExpectedType::Json | ExpectedType::Unknown);
        if null {
            return Some(SchemaMismatch::MayBeNull);
        }
        self.kind(expected, &schema, value, path)
    }

    fn kind(
        &mut self,
        expected: &ExpectedType,
        schema: &Schema<'w>,
        value: &'w JsonValue,
        path: &str,
    ) -> Option<SchemaMismatch> {
        let fits = match (expected, &schema.kind) {
            (ExpectedType::Option(inner), _) => return self.kind(inner, schema, value, path),
            (ExpectedType::Unknown | ExpectedType::Json, _)
            | (_, SchemaKind::Unknown | SchemaKind::Mixed | SchemaKind::Null)
            | (ExpectedType::Bool, SchemaKind::Bool)
            | (ExpectedType::Float, SchemaKind::Integer | SchemaKind::Number)
            | (ExpectedType::Text | ExpectedType::Char, SchemaKind::Text)
            | (ExpectedType::List(_), SchemaKind::List(None)) => true,
            (ExpectedType::Integer(least, most), SchemaKind::Integer) => match out_of(schema, *least, *most) {
                Some(number) => {
                    let what = format!("an integer that may be {number}");
                    let fitting = fitting(self.spec, schema);
                    return Some(SchemaMismatch::Misfit { place: path.to_owned(), what, fitting });
                }
                None => true,
            },
            (ExpectedType::Integer(..), SchemaKind::Number) => !knows_integers(self.spec),
            (ExpectedType::Moment(moment), SchemaKind::Text) => may_be(*moment, schema),
            (ExpectedType::List(inner), SchemaKind::List(Some(items))) => {
                return self.within(inner, items, &format!("{path}[]"));
            }
            (ExpectedType::Map(inner), SchemaKind::Object(object)) => match object.rest {
                Some(rest) => return self.within(inner, rest, &format!("{path}.*")),
                None => true,
            },
            (ExpectedType::Nested(name), _) => return self.part(name, schema, value, path),
            _ => false,
        };
        (!fits).then(|| misfit(self.spec, schema, path))
    }

    /// An element: that it may be null says nothing of the whole.
    fn within(&mut self, expected: &ExpectedType, value: &'w JsonValue, path: &str) -> Option<SchemaMismatch> {
        self.fit(expected, value, path).map(|problem| match problem {
            SchemaMismatch::MayBeNull => {
                SchemaMismatch::Misfit { place: path.to_owned(), what: "null".to_owned(), fitting: None }
            }
            problem => problem,
        })
    }

    fn part(&mut self, name: &str, schema: &Schema<'w>, value: &'w JsonValue, path: &str) -> Option<SchemaMismatch> {
        match (self.types.get(name), &schema.kind) {
            (Some(NestedType::Struct { members, .. }), SchemaKind::Object(_)) => {
                // Schemas may lead back to themselves, as types may.
                if self.seen.insert((name.to_owned(), std::ptr::from_ref(value))) {
                    let problems = self.object(members, schema);
                    self.within.extend(problems.into_iter().map(|(index, problem)| (name.to_owned(), index, problem)));
                }
                None
            }
            (None, _) | (Some(NestedType::Struct { by_serde: true, .. }), SchemaKind::List(_)) => None,
            (Some(NestedType::Text(listed, open)), SchemaKind::Text) => {
                let names = schema.names().filter(|_| !open).unwrap_or_default();
                let names = names.into_iter().filter(|name| !listed.iter().any(|known| known == name));
                let names: Vec<String> = names.map(ToOwned::to_owned).collect();
                (!names.is_empty()).then(|| SchemaMismatch::Unlisted { place: path.to_owned(), names })
            }
            (Some(_), _) => Some(misfit(self.spec, schema, path)),
        }
    }
}

/// Whether a type takes neither null nor that there is nothing.
fn needs(expected: &ExpectedType) -> bool {
    !matches!(expected, ExpectedType::Option(_) | ExpectedType::Unknown)
}

fn misfit(spec: &Spec, schema: &Schema<'_>, path: &str) -> SchemaMismatch {
    SchemaMismatch::Misfit { place: path.to_owned(), what: schema.what(), fitting: fitting(spec, schema) }
}

/// Lists within lists: more than that lead in a circle, or are nothing to write down.
const DEEPEST: usize = 8;

/// The type that fits.
fn fitting(spec: &Spec, schema: &Schema<'_>) -> Option<String> {
    written(spec, schema, 0)
}

fn written(spec: &Spec, schema: &Schema<'_>, depth: usize) -> Option<String> {
    Some(match &schema.kind {
        SchemaKind::Bool => "bool".to_owned(),
        SchemaKind::Integer => "i64".to_owned(),
        SchemaKind::Number => "f64".to_owned(),
        SchemaKind::Text if schema.format == Some("date-time") => "declarest::jiff::Timestamp".to_owned(),
        SchemaKind::Text => "String".to_owned(),
        SchemaKind::List(Some(items)) if depth < DEEPEST => {
            let element = spec.schema(items);
            let written = written(spec, &element, depth + 1)?;
            if element.null { format!("Vec<Option<{written}>>") } else { format!("Vec<{written}>") }
        }
        _ => return None,
    })
}

/// The bound of integers that a type does not hold. Bounds from 32 bits on say what some language holds, not what is sent.
fn out_of(schema: &Schema<'_>, least: i128, most: i128) -> Option<i128> {
    let bound = |value: Option<&JsonValue>| match value {
        Some(JsonValue::Integer(bound)) => Some(*bound).filter(|bound| bound.abs() < i32::MAX.into()),
        _ => None,
    };
    let below = bound(schema.minimum).filter(|minimum| *minimum < least);
    below.or_else(|| bound(schema.maximum).filter(|maximum| *maximum > most))
}

/// Whether a file says `integer` where it means it. In others, `number` is all there is.
fn knows_integers(spec: &Spec) -> bool {
    fn says(value: &JsonValue) -> bool {
        match value {
            JsonValue::Object(members) => members.iter().any(|(key, member)| match member {
                JsonValue::Text(text) => key == "type" && text == "integer",
                member => says(member),
            }),
            JsonValue::Array(items) => items.iter().any(says),
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
