//! `sorts`: that each order is one of a column that every row has, of all rows, and that nothing else sends its parameters.

use super::filter::{after_steps, column};
use super::resource::ResourceScope;
use super::{inferred_option, range};
use crate::diagnostic::OptionOrigin;
use crate::language::{Auth, Param, ParamValue, Sort, Sorts};
use crate::literal::TemplatePart;
use crate::model::{Field, SortColumn};
use crate::naming::{inside, unraw};

/// The orders of a resource.
pub(super) fn check(scope: &ResourceScope<'_>, fields: &[Field]) -> Vec<SortColumn> {
    let option = scope.options.sorts;
    let origin = scope.origin(option.inherited);
    let Some((key, Sorts(sorts))) = option.set() else { return Vec::new() };
    if let Some(partitions) = scope.options.partition_by.slot.key() {
        let message = "the rows of one partition follow those of another: no order holds for all of them\nhelp: leave `sorts` out";
        origin.conflict(key, message.to_owned(), partitions, "read for each of these values");
    }
    if let Some(step) = scope.options.incremental.get().and_then(|range| range.step.key()) {
        let message =
            "the rows of one step follow those of another: no order holds for all of them\nhelp: leave `sorts` out";
        origin.conflict(key, message.to_owned(), step, "read in steps because of this");
    }
    sorts.iter().filter_map(|sort| of(scope, sort, fields, &origin)).collect()
}

fn of(scope: &ResourceScope<'_>, sort: &Sort, fields: &[Field], origin: &OptionOrigin<'_>) -> Option<SortColumn> {
    let (field, column) = column(scope, &sort.field, fields, "an order")?;
    let name = sort.field.written();
    if inside(&field.ty, "Option").is_some() {
        let problem = format!("`{name}` may be absent, and where the API lists such rows is not known");
        match inferred_option(&field.ty, &name) {
            Some(help) => origin.report(&sort.field, format!("{problem}\nhelp: {help}")),
            None => origin.conflict(&sort.field, problem, &field.ty, "it is an `Option` here"),
        }
        return None;
    }
    after_steps(scope, &sort.field, "sorts").then_some(())?;
    sent_by_others(scope, sort, origin);
    let place = if origin.inherited { origin.resource.span() } else { sort.field.span() };
    let params = sort.query.value.0.clone();
    Some(SortColumn {
        name,
        column: column.to_owned(),
        ty: field.ty.clone(),
        descending: sort.descending,
        params,
        place,
    })
}

/// Reports parameters that something else sends: a param, the paginator, the range. Those of a fixed value are replaced.
fn sent_by_others(scope: &ResourceScope<'_>, sort: &Sort, origin: &OptionOrigin<'_>) {
    let sent = scope.sent();
    let token = &sort.query.token;
    for (name, _) in &sort.query.value.0 {
        let is_fixed = |param: &&Param| match &param.value {
            ParamValue::Static(fixed) => fixed.pattern.parts.iter().all(|part| matches!(part, TemplatePart::Text(_))),
            value => matches!(value, ParamValue::Several(_)),
        };
        let key = sent.auth.map(Auth::in_query).unwrap_or_default().into_iter().find(|key| key.value() == *name);
        if let Some(key) = key {
            let message = format!("`{name}` is sent by `auth`, as the key");
            origin.conflict(token, message, key, "the key's name is set here");
        } else if let Some(param) = sent.query_param(name).filter(|param| !is_fixed(param)) {
            let message =
                format!("`{name}` is sent by the param `{}`, too\nhelp: leave one of the two out", unraw(&param.name));
            origin.conflict(token, message, &param.name, "the param is declared here");
        } else if let Some(paging) = sent.paging_param(name) {
            if origin.inherited {
                origin.report(token, format!("`{name}` is sent by the paginator"));
            } else {
                paging.refuse(token, origin.errors);
            }
        } else if let Some(bound) = scope.options.incremental.get().and_then(|range| range::param_of(range, name)) {
            origin.conflict(token, format!("`{name}` is a bound of the range"), bound, "it is sent because of this");
        }
    }
}
