//! `include_range`: that there is a range with these ends in every run, and that the names of the columns are free.

use super::resource::ResourceScope;
use crate::language::{ClientParam, IncludedRange, Point};
use crate::literal::RangeBound;
use crate::model::{Field, Incremental, Parent, PartitionColumn, RangeColumn};
use crate::naming::unraw;

/// The columns that have the ends of the range that a row was requested with.
pub(super) fn check(
    scope: &ResourceScope<'_>,
    incremental: Option<&Incremental>,
    fields: &[Field],
    parent: &Parent,
    partitions: &[PartitionColumn],
) -> Vec<RangeColumn> {
    let option = scope.options.include_range;
    let Some((key, IncludedRange(bounds))) = option.set() else { return Vec::new() };
    let origin = scope.origin(option.inherited);
    if scope.options.incremental.is_absent() {
        origin.report(
            key,
            "this resource has no range\nhelp: write `incremental(cursor = …, initial_value = …)`, or leave `include_range` out"
                .to_owned(),
        );
    }
    // What is wrong with the range has been reported.
    let Some(range) = incremental else { return Vec::new() };
    let mut columns = Vec::new();
    for (bound, token) in bounds {
        let name = format!("_{token}");
        let point = match bound {
            RangeBound::Start => &range.options.initial_value,
            RangeBound::End => &range.options.end_value,
        };
        let is_known = *bound == RangeBound::End && (range.ends_now || !range.options.step.is_absent());
        let optional = match point.get() {
            Some(Point::Param(name)) if !is_known => {
                scope.defaults.client_params.find(&unraw(name)).and_then(ClientParam::optional)
            }
            _ => None,
        };
        let option = if *bound == RangeBound::Start { "initial_value = …" } else { "end_value = …" };
        let is_same = |other: &str| other.eq_ignore_ascii_case(&name);
        let field = fields.iter().find(|field| field.storage.column().is_some_and(is_same)).map(|field| &field.ident);
        let of_parent = parent.included.iter().find(|column| is_same(&column.name)).map(|column| &column.token);
        let of_partition = partitions.iter().find(|column| is_same(&column.name)).map(|column| &column.token);
        if point.is_absent() && !is_known {
            origin.report(
                token,
                format!("the range has no {token} in the first run\nhelp: write it in `incremental(…)`: `{option}`"),
            );
        } else if let Some(ty) = optional {
            let message = format!(
                "the range has no {token} where its param is unset\nhelp: write the param's type without `Option`, or give it a default"
            );
            origin.conflict(token, message, ty, "it is an `Option` here");
        } else if let Some(other) = field.or(of_parent).or(of_partition) {
            let message = format!(
                "the table has a column `{name}` already\nhelp: store the field under another name: `#[column(name = \"…\")]`"
            );
            origin.conflict(token, message, other, "this is stored in it");
        } else {
            columns.push(RangeColumn { name, bound: *bound, ty: range.cursor.ty.clone() });
        }
    }
    columns.sort_by_key(|column| column.bound == RangeBound::End);
    columns
}
