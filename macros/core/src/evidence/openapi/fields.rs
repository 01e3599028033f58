//! A declaration against the schema of its rows: each field that the file refutes is reported once.

use syn::{Ident, Member as Reached, Type};

use super::fit::{SchemaMismatch, SchemaWalk};
use super::operation::Operation;
use super::schema::SchemaKind;
use crate::diagnostic::{Sink, suggest};
use crate::evidence::DeclaredRows;
use crate::json::JsonValue;
use crate::naming::{inside, unraw};
use crate::shape::{Member, NestedType, TypeMap, element, written_type};

/// Reports what the schema of a row refutes.
pub(crate) fn check(
    declared: &DeclaredRows<'_>,
    row: &JsonValue,
    operation: &Operation<'_>,
    types: &TypeMap,
    errors: &Sink,
) {
    let spec = operation.spec;
    let said = Said { operation: operation.name(), file: &spec.name };
    let names = types.names();
    let mut walk = SchemaWalk::new(spec, types);
    let schema = spec.schema(row);
    if let [field] = declared.fields
        && matches!(field.member, Reached::Unnamed(_))
    {
        if let Some(problem) = walk.fit(&types.expected(&field.ty, &names), row, "") {
            said.report(&problem, declared.ident, declared.ident, &field.ty, &[], errors);
        }
    } else if schema.is_anything() {
        return;
    } else if matches!(schema.kind, SchemaKind::Object(_)) {
        let members = types.members(declared.fields, declared.rule, declared.default, &names);
        for (index, problem) in walk.object(&members, &schema) {
            said.of(&problem, declared.ident, &members, index, errors);
        }
    } else {
        let ident = declared.ident;
        errors.report(
            ident,
            format!(
                "`{ident}` is a struct with named fields, and a row of `{}` in `{}` is {}\nhelp: for rows that are plain values write `struct {ident}(…)` with their type",
                said.operation, said.file, schema.what()
            ),
        );
        return;
    }
    for (name, index, problem) in &walk.within {
        if let Some(NestedType::Struct { ident, members, .. }) = types.get(name)
            && types.reported.borrow_mut().insert((name.clone(), *index))
        {
            said.of(problem, ident, members, *index, errors);
        }
    }
}

/// Where it is said what the rows are.
struct Said<'s> {
    operation: String,
    file: &'s str,
}

impl Said<'_> {
    fn of(&self, problem: &SchemaMismatch, owner: &Ident, members: &[Member], index: usize, errors: &Sink) {
        if let Some(member) = members.get(index) {
            self.report(problem, owner, &member.ident, &member.ty, &member.names, errors);
        }
    }

    fn report(
        &self,
        problem: &SchemaMismatch,
        owner: &Ident,
        field: &Ident,
        ty: &Type,
        keys: &[String],
        errors: &Sink,
    ) {
        let (name, written, Self { operation, file }) = (unraw(field), written_type(ty), self);
        let message = match problem {
            SchemaMismatch::Unknown(known) => {
                let key = keys.first().map_or("", String::as_str);
                let near = suggest::nearest(key, known.iter().map(String::as_str))
                    .map_or_else(String::new, |near| format!("\nhelp: did you mean `{near}`?"));
                let listed = suggest::note("key", " there", known.iter().take(40).map(String::as_str));
                return errors.report(
                    field,
                    format!("nothing that `{owner}` is read from in `{operation}` of `{file}` has the key `{key}`{near}{listed}"),
                );
            }
            SchemaMismatch::MayLack => format!(
                "`{name}` may be absent\nhelp: declare it as `Option<{written}>`\nnote: `{operation}` in `{file}` does not list it in `required`"
            ),
            SchemaMismatch::MayBeNull => format!(
                "`{name}` may be null\nhelp: declare it as `Option<{written}>`\nnote: so says `{operation}` in `{file}`"
            ),
            SchemaMismatch::Misfit { place, what, fitting } => {
                let help = match fitting {
                    Some(fitting) if *place == *keys.first().unwrap_or(place) => {
                        let fitting =
                            if inside(ty, "Option").is_some() { format!("Option<{fitting}>") } else { fitting.clone() };
                        format!("declare it as `{fitting}`")
                    }
                    Some(fitting) => format!("what is there fits `{fitting}`"),
                    None => "store it as it is: `declarest::Json`".to_owned(),
                };
                let at =
                    if keys.contains(place) || place.is_empty() { String::new() } else { format!(" at `{place}`") };
                format!(
                    "`{name}` does not fit `{written}`\nhelp: {help}\nnote: `{operation}` in `{file}` has {what} there{at}"
                )
            }
            SchemaMismatch::Unlisted { place, names } => {
                let listed: Vec<String> = names.iter().take(10).map(|name| format!("{name:?}")).collect();
                format!(
                    "`{}` does not list every value of `{name}`\nhelp: list {}, or add `#[other] Other(String)` for what is not known\nnote: so says `{operation}` in `{file}` of `{place}`",
                    element(ty),
                    listed.join(", ")
                )
            }
        };
        errors.report(ty, message);
    }
}
