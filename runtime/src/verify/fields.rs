//! The names of fields: those that are sent, against those that are declared.

use bytes::Bytes;

use super::difference::Difference;
use crate::declare::resource::ResourceDef;
use crate::decode::unknown_fields::sent_fields;
use crate::schema::text_enum::same_but_for_case;
use crate::text::suggest::nearest;

/// The fields that are sent and not declared. One whose name is like that of a declared field which is in no row is
/// reported with that, and in its place.
pub(super) fn compare(
    def: &ResourceDef,
    lists: &[Bytes],
    of: u64,
    differences: &mut Vec<Difference>,
) -> Vec<Difference> {
    let Some(declared) = def.fields.filter(|_| def.rows_at().is_some()) else { return Vec::new() };
    let sent = sent_fields(def, lists);
    let mut unsent: Vec<&str> =
        declared.iter().copied().filter(|name| !sent.contains_key(*name) && def.row_key != Some(*name)).collect();
    let undeclared = sent.into_iter().filter(|(name, _)| !declared.contains(&name.as_str()));
    let compared = undeclared.map(|(field, rows)| {
        let Some(name) = meant(&field, &unsent) else { return Difference::New { field, rows, of } };
        unsent.retain(|other| *other != name);
        let before = differences.len();
        differences.retain(|known| !matches!(known, Difference::Missing { field, .. } if field == name));
        let certain = differences.len() < before || same_but_for_case(&field, name);
        Difference::Misnamed { field, declared: name.to_owned(), rows, of, certain }
    });
    compared.collect()
}

/// The declared name that was meant: the same in another case, else the most like it.
fn meant<'n>(field: &str, unsent: &[&'n str]) -> Option<&'n str> {
    let same = unsent.iter().find(|name| same_but_for_case(name, field));
    same.copied().or_else(|| nearest(field, unsent))
}
