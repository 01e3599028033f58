//! A declaration against its sample: each field that a row refutes is reported once, with the first such row.

use syn::{Ident, Member as Reached, Type};

use super::fit::{ObservedField, ObservedStruct, SampleMismatch, SampleWalk};
use crate::diagnostic::{Sink, suggest};
use crate::evidence::rows::{DeclaredRows, is_secret};
use crate::json::JsonValue;
use crate::naming::{inside, unraw};
use crate::shape::{ExpectedType, Member, NestedType, Shape, TypeMap, ValueShape, element, written_type};

/// Reports what the rows of the sample `file` refute.
pub(crate) fn check(declared: &DeclaredRows<'_>, rows: &[&JsonValue], file: &str, types: &TypeMap, errors: &Sink) {
    let names = types.names();
    let mut walk = SampleWalk::new(types);
    if let [field] = declared.fields
        && matches!(field.member, Reached::Unnamed(_))
    {
        let expected = types.expected(&field.ty, &names);
        for row in rows {
            walk.value(&expected, row);
        }
        if let Some(seen) = walk.known.get("").and_then(|known| known.fields.first()) {
            report(&field.ty, declared.ident, seen, file, errors);
        }
    } else {
        if let Some((index, row)) = rows.iter().enumerate().find(|(_, row)| !matches!(row, JsonValue::Object(_))) {
            let ident = declared.ident;
            errors.report(
                ident,
                format!(
                    "`{ident}` is a struct with named fields, and row {} of `{file}` is {}\nhelp: for rows that are plain values write `struct {ident}(…)` with their type",
                    index + 1,
                    row.kind()
                ),
            );
            return;
        }
        let members = types.members(declared.fields, declared.rule, declared.default, &names);
        for row in rows {
            walk.row(&members, row);
        }
        all("", declared.ident, &members, &walk, file, types, errors);
    }
    for (name, part) in &types.all {
        if let NestedType::Struct { ident, members, .. } = part {
            all(name, ident, members, &walk, file, types, errors);
        }
    }
}

fn all(
    owner: &str,
    of: &Ident,
    members: &[Member],
    walk: &SampleWalk<'_, '_>,
    file: &str,
    types: &TypeMap,
    errors: &Sink,
) {
    let Some(known) = walk.known.get(owner) else { return };
    for (index, (member, seen)) in members.iter().zip(&known.fields).enumerate() {
        let is_new = |reported: bool| {
            reported && (owner.is_empty() || types.reported.borrow_mut().insert((owner.to_owned(), index)))
        };
        if let Some(help) = nowhere(member, seen, known, members) {
            if is_new(true) {
                let whose = if owner.is_empty() { "row" } else { "object" };
                let key = member.names.first().map_or("", String::as_str);
                errors.report(
                    &member.ident,
                    format!("no {whose} that `{of}` is read from in `{file}` has the key `{key}`{help}"),
                );
            }
        } else if is_new(seen.problem.is_some()) {
            report(&member.ty, &member.ident, seen, file, errors);
        }
    }
}

/// The help for a field whose key is nowhere, where that is a mistake.
fn nowhere(
    member: &Member,
    seen: &ObservedField<'_>,
    known: &ObservedStruct<'_>,
    members: &[Member],
) -> Option<String> {
    if !seen.values.is_empty() || known.objects == 0 || known.keys.is_empty() {
        return None;
    }
    let key = member.names.first()?;
    let is_free = |name: &&str| !members.iter().any(|other| other.names.iter().any(|own| own == name));
    let free = known.keys.iter().copied().filter(is_free);
    if seen.problem.is_some() {
        let near =
            suggest::nearest(key, free).map_or_else(String::new, |near| format!("\nhelp: did you mean `{near}`?"));
        return Some(format!("{near}{}", suggest::note("key", " there", known.keys.iter().take(40).copied())));
    }
    // A field that may be absent is a mistake where the same key is there in another spelling.
    let plain = |name: &str| name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    let other = free
        .into_iter()
        .find(|name| plain(name) == plain(key))
        .filter(|_| !matches!(member.expected, ExpectedType::Unknown))?;
    Some(format!("\nhelp: did you mean `{other}`? `rename_all` says how names of fields become keys"))
}

fn report(ty: &Type, field: &Ident, seen: &ObservedField<'_>, file: &str, errors: &Sink) {
    let Some((problem, row)) = &seen.problem else { return };
    let (name, written) = (unraw(field), written_type(ty));
    let secret = is_secret(&name);
    let row = format!("row {row} of `{file}`");
    let more = match seen.more {
        0 => String::new(),
        1 => ", and one row more".to_owned(),
        more => format!(", and {more} rows more"),
    };
    let shown = |value: &JsonValue| if secret { value.kind().to_owned() } else { value.to_string() };
    let message = match problem {
        SampleMismatch::Absent => format!(
            "`{name}` is not in every row\nhelp: declare it as `Option<{written}>`\nnote: it is absent in {row}{more}"
        ),
        SampleMismatch::Null => format!(
            "`{name}` is null in a row\nhelp: declare it as `Option<{written}>`\nnote: it is null in {row}{more}"
        ),
        SampleMismatch::Misfit(path, value) => {
            let help = fitting(ty, seen).map_or_else(
                || "store it as it is: `declarest::Json`".to_owned(),
                |fitting| format!("the values fit `{fitting}`"),
            );
            let place = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
            format!(
                "`{name}` does not fit `{written}` in every row\nhelp: {help}\nnote: there is {}{place} in {row}{more}",
                shown(value)
            )
        }
        SampleMismatch::Unlisted(path, value) => {
            let unlisted = seen.unlisted.iter().take(10).map(|name| format!("{name:?}"));
            let unlisted: Vec<String> = if secret { vec!["them".to_owned()] } else { unlisted.collect() };
            format!(
                "`{}` does not list every value of `{name}`\nhelp: list {}, or add `#[other] Other(String)` for what is not known\nnote: there is {} at `{path}` in {row}{more}",
                element(ty),
                unlisted.join(", "),
                shown(value)
            )
        }
    };
    errors.report(ty, message);
}

/// The type that all values of a field have.
fn fitting(ty: &Type, seen: &ObservedField<'_>) -> Option<String> {
    let place = ValueShape::of(seen.values.iter().copied());
    let fitting = written(&place)?;
    let optional = place.null || inside(ty, "Option").is_some();
    Some(if optional { format!("Option<{fitting}>") } else { fitting })
}

fn written(place: &ValueShape) -> Option<String> {
    Some(match &place.shape {
        Shape::Nothing | Shape::Object(_) | Shape::Mixed => return None,
        Shape::Bool => "bool".to_owned(),
        Shape::Integer { least, most } if *least >= 0 && *most > i64::MAX.into() => "u64".to_owned(),
        Shape::Integer { .. } => "i64".to_owned(),
        Shape::Float => "f64".to_owned(),
        Shape::Time => "declarest::jiff::Timestamp".to_owned(),
        Shape::Text => "String".to_owned(),
        Shape::List(inner) => {
            let element = written(inner)?;
            if inner.null { format!("Vec<Option<{element}>>") } else { format!("Vec<{element}>") }
        }
    })
}
