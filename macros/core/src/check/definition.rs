//! The definition of a resource, as the runtime needs it.

use super::names::NameRegister;
use super::resource::ResourceScope;
use super::{
    body, child, column, deleted, duration, filter, format, incremental, json_keys, key, nested, page_size, partition,
    range_column, row_key, sort, template, window, written_time,
};
use crate::items::{self, Body};
use crate::language::{self, Data, MethodKind, MissingRows, OnBadRow, Paginator, Param, Style};
use crate::literal::{RenameRule, encode};
use crate::model::{Decoding, Definition, Parent, Partition, Path, Process, ProcessKind};
use crate::naming::unraw;
use crate::resolve::{Resolved, json_names, params};

/// Checks the rows and how they are read and stored. None where the fields, the path or the paginator could not be read.
pub(super) fn check(
    scope: &ResourceScope<'_>,
    rows: Body,
    decoding: Decoding,
    parent: Parent,
    partitions: Vec<Partition>,
    paginator: Option<&Paginator>,
    names: &mut NameRegister,
) -> Option<Definition> {
    let Body::Fields(fields) = rows else { return None };
    let ResourceScope { resource, options, places, defaults, errors, .. } = scope;
    let table = &scope.name.table;
    child::needs_key(options, &fields, errors);
    name_child_tables(scope, &fields, names);
    let json_names = json_names::names(resource, decoding, defaults.options, &fields);
    if decoding == Decoding::User {
        nested::by_macro(&fields, &resource.ident, errors);
    }
    if let (Decoding::User | Decoding::Serde, Some(renamed)) =
        (decoding, json_names::renamed(resource, decoding, defaults.options))
    {
        json_keys::fields(&fields, renamed.0, errors);
    }
    let row_key = row_key::check(scope, &fields, decoding);
    let format = format::check(scope, &fields, decoding);
    let rule = RenameRule::of(options.rename_all.slot);
    let fields_from = fields.iter().any(|field| field.inferred).then(|| {
        let sample = resource.options.sample.get().and_then(|files| files.tokens().next());
        sample.map_or_else(|| "the OpenAPI file".to_owned(), |file| format!("`{}`", file.value()))
    });
    let fields = column::check(&resource.ident, table, fields, rule, decoding != Decoding::Compact, errors);

    let partition_columns = partition::columns(scope, &partitions, &fields, &parent);
    let disposition = key::disposition(scope, &parent);
    let incremental = incremental::check(scope, &fields, disposition, &parent);
    let range_columns = range_column::check(scope, incremental.as_ref(), &fields, &parent, &partition_columns);
    let primary_key = key::check(scope, &fields, &parent, (&partition_columns, &range_columns));
    let deleted = deleted::check(scope, &fields, &parent, &partition_columns, disposition);
    let result_window = window::check(scope);
    filter::check(scope, &fields);
    let sorts = sort::check(scope, &fields);
    let page_size = page_size::param(scope, paginator);
    let params = &options.params;
    Some(Definition {
        name: table.clone(),
        path: fixed(places.path?, params),
        method: options.method_kind().unwrap_or(MethodKind::Get),
        json: options.json.get().map(|json| body::filled(json, params)),
        data: options.data.get().map(|data| match data {
            Data::Raw(text) => Data::Raw(body::text_filled(text, params)),
            Data::Form(form) => Data::Form(body::filled(form, params)),
        }),
        headers: written_time::of_source_headers(scope)
            .chain(options.headers.iter().map(|set| set.header))
            .filter_map(|header| template::filled(header, params))
            .collect(),
        times: written_time::all(scope),
        time_params: written_time::hidden(scope),
        secret_headers: scope.secret_headers(),
        secret_params: params::query(params, places)
            .filter_map(|param| Some((param.wire(), param.secret()?.clone())))
            .collect(),
        params: params::query(params, places)
            .flat_map(|param| static_pairs(param, |name| scope.is_list(name)))
            .collect(),
        sorts,
        format: format?,
        selector: options.data_selector.get().map(|selector| selector.value.clone()),
        row_key,
        body_prefix: options.body_prefix.get().map(|prefix| prefix.token.value()),
        missing_rows: options.missing_rows.get().copied().unwrap_or(MissingRows::Error),
        on_bad_row: options.on_bad_row.get().copied().unwrap_or(OnBadRow::Fail),
        actions: options.response_actions.get().map(|actions| actions.0.clone()).unwrap_or_default(),
        steps: steps(scope),
        paginator: paginator?.clone(),
        page_size,
        parent,
        partitions,
        partition_columns,
        range_columns,
        primary_key,
        disposition,
        deleted,
        incremental,
        result_window,
        fields,
        json_names,
        fields_from,
        retry: options.retry.get().cloned(),
        timeout: duration(options.timeout.slot),
        rate_limit: options.rate_limit.get().map(|rate| rate.value),
        auth: options.auth.get().cloned(),
        selected: scope.is_selected(),
    })
}

fn name_child_tables(scope: &ResourceScope<'_>, fields: &[items::Field], names: &mut NameRegister) {
    for field in fields.iter().filter(|field| !field.column.child_table.is_absent()) {
        let conditional = !(field.cfgs.is_empty() && scope.resource.cfgs.is_empty());
        names.child_table(child::name(&scope.name.table, field), &field.ident, conditional, scope.errors);
    }
}

/// What is sent in the query for a param of fixed values.
fn static_pairs(param: &Param, is_list: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    if let (Some(name), Style::Repeat) = (param.named().map(unraw), param.style())
        && is_list(&name)
    {
        // As the runtime's templates say it: each value of a list by itself.
        return vec![(param.wire(), format!("{{{name}*}}"))];
    }
    let texts: Vec<String> = param.fixed().iter().map(|fixed| fixed.pattern.written()).collect();
    match param.style() {
        Style::Csv if !texts.is_empty() => vec![(param.wire(), texts.join(","))],
        Style::Csv | Style::Repeat => texts.into_iter().map(|text| (param.wire(), text)).collect(),
    }
}

/// The processing steps: those of the defaults first, each list in the order in which it was written.
fn steps(scope: &ResourceScope<'_>) -> Vec<Process> {
    let functions = &scope.defaults.step_functions;
    let step = |option: Resolved<'_, language::Process>, kind| {
        let step = option.get()?;
        functions.check(&step.function, &scope.origin(option.inherited));
        let (function, takes) = (step.function.clone(), functions.takes(&step.function));
        Some(((option.inherited, step.rest), Process { kind, function, takes }))
    };
    let options = scope.options;
    let steps = [
        step(options.filter, ProcessKind::Filter),
        step(options.map, ProcessKind::Map),
        step(options.yield_map, ProcessKind::YieldMap),
    ];
    let mut steps: Vec<_> = steps.into_iter().flatten().collect();
    // An earlier step had more tokens after it.
    steps.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
    steps.into_iter().map(|(_, step)| step).collect()
}

/// The template with the static params filled in: the caller or the runtime fills in the rest.
fn fixed(path: &Path, params: &[Param]) -> String {
    let value = |name: &str| Some(params::find(params, name).and_then(Param::pattern)?.render(encode, |_| None));
    path.template.render(str::to_owned, value)
}
