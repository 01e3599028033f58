//! A declaration against the rows of a sample, or their schema: each field that they refute is reported once, with the
//! first such row.

use syn::{Ident, Type};

use super::case;
use super::facts::{DataNode, NodeKind, is_secret};
use super::field_types::{FieldFacts, Mismatch, StructFacts, Walk};
use super::response::{DeclaredRows, Witness};
use crate::diagnostic::{Sink, suggest};
use crate::naming::{Rule, inside, plain, unraw};
use crate::shape::{ExpectedType, Member, NestedType, Shape, TypeMap, ValueShape, element, written_type};

/// Reports what the rows refute.
pub(super) fn check<'v, N: DataNode<'v>>(
    declared: &DeclaredRows<'_>,
    rows: &[N],
    witness: &Witness,
    types: &TypeMap,
    errors: &Sink,
) {
    let DeclaredRows { ident, newtype, members, .. } = declared;
    let mut walk = Walk::new(types);
    let reporter = FieldReporter { witness, types, errors };
    if let Some(ty) = newtype {
        let expected = types.expected(ty, &types.names());
        for row in rows {
            walk.value(&expected, *row);
        }
        if let Some(facts) = walk.structs.get("").and_then(|known| known.fields.first()) {
            reporter.field(ty, ident, facts);
        }
    } else {
        for (index, row) in rows.iter().enumerate() {
            let facts = row.facts();
            if !(facts.is_anything() || matches!(facts.kind, NodeKind::Object(_))) {
                let (row, what) = (witness.row(index + 1), facts.what());
                let message = format!(
                    "`{ident}` is a struct with named fields, and {row} is {what}\nhelp: for rows that are plain values write `struct {ident}(…)` with their type"
                );
                return errors.report(ident, message);
            }
        }
        for row in rows {
            walk.row(members, *row);
        }
        reporter.fields("", ident, members, &walk);
    }
    for (name, nested) in &types.all {
        if let NestedType::Struct { ident, members, .. } = nested {
            reporter.fields(name, ident, members, &walk);
        }
    }
}

struct FieldReporter<'r> {
    witness: &'r Witness,
    types: &'r TypeMap,
    errors: &'r Sink,
}

impl FieldReporter<'_> {
    fn fields<'v, N: DataNode<'v>>(&self, owner: &str, of: &Ident, members: &[Member], walk: &Walk<'_, 'v, N>) {
        let Some(known) = walk.structs.get(owner) else { return };
        for (index, (member, facts)) in members.iter().zip(&known.fields).enumerate() {
            if member.overruled && !self.witness.is_sample() {
                continue;
            }
            let help = missing(member, facts, known, members);
            let is_wrong = help.is_some() || facts.mismatch.is_some();
            // A nested type is compared once for each resource that it is a part of, and reported once.
            let mut reported = self.types.reported.borrow_mut();
            if !is_wrong || !owner.is_empty() && !reported.insert((owner.to_owned(), index)) {
                continue;
            }
            let Some(help) = help else {
                self.field(&member.ty, &member.ident, facts);
                continue;
            };
            let what = if owner.is_empty() { "row" } else { "object" };
            let key = member.names.first().map_or("", String::as_str);
            let message = format!("no {what} of {} that `{of}` is read from has the key `{key}`{help}", self.witness);
            self.errors.report(&member.ident, message);
        }
    }

    fn field<'v, N: DataNode<'v>>(&self, ty: &Type, field: &Ident, facts: &FieldFacts<'v, N>) {
        let Some((mismatch, row)) = &facts.mismatch else { return };
        let (name, written) = (unraw(field), written_type(ty));
        let secret = is_secret(&name);
        let (row, is_sample) = (self.witness.rows(*row, facts.more), self.witness.is_sample());
        let message = match mismatch {
            // Reported with the keys that there are.
            Mismatch::Unknown(_) => return,
            Mismatch::Absent => {
                let note = if is_sample { "does not have it" } else { "does not list it in `required`" };
                format!("`{name}` may be absent\nhelp: declare it as `Option<{written}>`\nnote: {row} {note}")
            }
            Mismatch::Null => {
                let note = if is_sample { "has null" } else { "allows null" };
                format!("`{name}` may be null\nhelp: declare it as `Option<{written}>`\nnote: {row} {note}")
            }
            Mismatch::Misfit(found) => {
                let help = fitting(ty, facts).map_or_else(
                    || "store it as it is: `declarest::Json`".to_owned(),
                    |fitting| format!("declare it as `{fitting}`"),
                );
                let found = found.written(secret);
                format!("`{name}` does not fit `{written}`\nhelp: {help}\nnote: {row} has {found}")
            }
            Mismatch::Unlisted(found, _, of) if let Some(problem) = self.in_other_case(of, &facts.unlisted, secret) => {
                format!("{problem}\nnote: {row} has {}", found.written(secret))
            }
            Mismatch::Unlisted(found, ..) => {
                let unlisted: Vec<String> = match found.hidden {
                    Some(_) if secret => vec!["them".to_owned()],
                    _ => facts.unlisted.iter().take(10).map(|name| format!("{name:?}")).collect(),
                };
                let (ty, unlisted, found) = (element(ty), unlisted.join(", "), found.written(secret));
                format!(
                    "`{ty}` does not list every value of `{name}`\nhelp: list {unlisted}, or add `#[other] Other(String)` for unknown values\nnote: {row} has {found}"
                )
            }
        };
        self.errors.report(ty, message);
    }
}

impl FieldReporter<'_> {
    /// What is wrong with names that an enum lists in another case.
    fn in_other_case(&self, of: &str, unlisted: &[&str], secret: bool) -> Option<String> {
        let Some(NestedType::Text(listed)) = self.types.get(of) else { return None };
        let found: Vec<_> = unlisted
            .iter()
            .filter_map(|sent| Some((case::variant(listed, sent)?, *sent)))
            .filter(|_| !secret)
            .collect();
        let ((_, name), sent) = found.first()?;
        let pairs: Vec<_> = found.iter().map(|((ident, _), sent)| (*ident, *sent)).collect();
        let becomes = if listed.open { ", and would be read as another name" } else { "" };
        let help = match case::rule(&pairs, Rule::variant) {
            Some(rule) => format!("write `#[nested(rename_all = {rule:?})]` on `{of}`"),
            None => format!("write `#[serde(rename = {sent:?})]` on this variant of `{of}`"),
        };
        Some(format!("`{sent}` is `{name}` of `{of}` in another case{becomes}\nhelp: {help}"))
    }
}

/// The help for a field whose key is nowhere, where that is a mistake.
fn missing<N>(
    member: &Member,
    facts: &FieldFacts<'_, N>,
    known: &StructFacts<'_, N>,
    members: &[Member],
) -> Option<String> {
    let (keys, is_wrong) = match &facts.mismatch {
        Some((Mismatch::Unknown(keys), _)) => (keys, true),
        _ if known.keys.is_empty() || !facts.nodes.is_empty() => return None,
        mismatch => (&known.keys, mismatch.is_some()),
    };
    let key = member.names.first()?;
    let is_free = |name: &&str| !members.iter().any(|other| other.names.iter().any(|own| own == name));
    let mut free = keys.iter().copied().filter(is_free);
    if is_wrong {
        if let Some(other) = free.clone().find(|name| plain(name) == plain(key)) {
            let note = suggest::note("key", " there", keys.iter().take(40).copied());
            return Some(format!("{}{note}", in_other_case(member, key, other)));
        }
        let near =
            suggest::nearest(key, free).map_or_else(String::new, |near| format!("\nhelp: did you mean `{near}`?"));
        return Some(format!("{near}{}", suggest::note("key", " there", keys.iter().take(40).copied())));
    }
    // A field that may be absent is a mistake where the same key is there in another spelling.
    let is_judged = !matches!(member.expected, ExpectedType::Unknown);
    let other = free.find(|name| plain(name) == plain(key)).filter(|_| is_judged)?;
    Some(in_other_case(member, key, other))
}

/// The help for a field whose key is there in another case.
fn in_other_case(member: &Member, key: &str, sent: &str) -> String {
    let name = unraw(&member.ident);
    let help = match case::rule(&[(&name, sent)], Rule::field) {
        // Names are as they are.
        Some("lowercase" | "snake_case") => "write `rename_all = \"snake_case\"`, or leave `rename_all` out".to_owned(),
        Some(rule) => format!("write `rename_all = {rule:?}`"),
        None => format!("write `#[serde(rename = {sent:?})]` on the field"),
    };
    format!(": `{sent}` is `{key}` in another case\nhelp: {help}")
}

/// The type that all values of a field have.
fn fitting<'v, N: DataNode<'v>>(ty: &Type, facts: &FieldFacts<'v, N>) -> Option<String> {
    let place = ValueShape::of(facts.nodes.iter().copied());
    let fitting = written(&place)?;
    let optional = place.null || inside(ty, "Option").is_some();
    Some(if optional { format!("Option<{fitting}>") } else { fitting })
}

fn written(place: &ValueShape) -> Option<String> {
    let name = match &place.shape {
        Shape::Nothing | Shape::Object(_) | Shape::Mixed => return None,
        Shape::Bool => "bool",
        Shape::Integer { least, most } if *least >= 0 && *most > i64::MAX.into() => "u64",
        Shape::Integer { .. } => "i64",
        Shape::Float => "f64",
        Shape::Time => "declarest::jiff::Timestamp",
        Shape::Text => "String",
        Shape::List(inner) => {
            let element = written(inner)?;
            return Some(if inner.null { format!("Vec<Option<{element}>>") } else { format!("Vec<{element}>") });
        }
    };
    Some(name.to_owned())
}
