//! Partitions: that each is used, that its name is free, and that its values can be sent; and the columns of them.

use syn::Ident;

use super::param;
use super::resource::ResourceScope;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::language::{IncludedPartitions, ParamValue, PartitionBy, PartitionValues, Partitions, unread};
use crate::literal;
use crate::literal::wire::reserved;
use crate::model::{Field, Parent, Partition, PartitionColumn};
use crate::naming::{inside, unraw};

/// The partitions of a resource.
pub(super) fn check(scope: &ResourceScope<'_>) -> Vec<Partition> {
    let option = scope.options.partition_by;
    let origin = scope.origin(option.inherited);
    let all = option.get().into_iter().flat_map(|Partitions { all, .. }| all);
    all.map(|partition| {
        name(scope, partition, &origin);
        sent(scope, partition, &origin);
        let (name, values) = (partition.name.clone(), partition.values.clone());
        let ty = match &values {
            PartitionValues::Texts(_) => syn::parse_quote!(::std::string::String),
            PartitionValues::Integers(_) => syn::parse_quote!(i64),
            PartitionValues::Numbers(_) => syn::parse_quote!(f64),
            PartitionValues::Param(list) => element(scope, &name, list, &origin).unwrap_or_else(unread),
            PartitionValues::Unread => unread(),
        };
        Partition { name, ty, values }
    })
    .collect()
}

/// Reports a name that something else has.
fn name(scope: &ResourceScope<'_>, PartitionBy { name, .. }: &PartitionBy, origin: &OptionOrigin<'_>) {
    let text = unraw(name);
    let mut own = scope.options.params.iter().filter(|param| unraw(&param.name) == text);
    let own = own.find(|param| !matches!(param.value, ParamValue::Partition) && !param.is_alias());
    if let Some(own) = own {
        let help = format!("choose another name; a query parameter of this name is sent by `params({text} = {text})`");
        let message = format!("`{text}` is a param already\nhelp: {help}");
        origin.conflict(name, message, &own.name, "the param is declared here");
    } else if let Some(other) = scope.defaults.client_params.find(&text) {
        let message =
            format!("`{text}` is a client-wide param already\nhelp: choose another name, or leave one of the two out");
        origin.conflict(name, message, &other.name, "declared for all resources here");
    } else if param::is_method(&text) {
        origin.report(name, format!("a request has a method `{text}` of its own\nhelp: choose another name"));
    }
}

/// Reports a partition that no request sends, and values that cannot stand where it is sent.
fn sent(scope: &ResourceScope<'_>, PartitionBy { name, values }: &PartitionBy, origin: &OptionOrigin<'_>) {
    let text = unraw(name);
    let is_in_path = scope.places.path.is_some_and(|path| path.binds(&text));
    // A part that could not be read might name it.
    let is_whole = scope.places.path.is_some() && scope.errors.is_sound();
    if is_whole && !is_in_path && !scope.places.has(&text) {
        let or = if origin.inherited { "; or declare it on the resources that send it" } else { "" };
        origin.report(
            name,
            format!("`{text}` is used nowhere: all of its values would get the same rows\nhelp: write `{{{text}}}` in the path, the value of a header or of a param, or a body{or}"),
        );
    }
    let is_in_header = scope.places.headers.contains(&text);
    for value in values.written() {
        if is_in_path && matches!(value.text.as_str(), "" | "." | "..") {
            origin.report(&value.token, format!("the value `{}` in the path would lead to another path", value.text));
        } else if is_in_header && let Err(message) = literal::header::value(&value.text) {
            origin.report(&value.token, message);
        }
    }
}

/// The type of the values of a client-wide param.
fn element(scope: &ResourceScope<'_>, partition: &Ident, list: &Ident, origin: &OptionOrigin<'_>) -> Option<syn::Type> {
    let (client_params, name) = (&scope.defaults.client_params, unraw(list));
    let Some(param) = client_params.find(&name) else {
        if client_params.sound {
            let known = client_params.names();
            let help = suggest::help(&name, "client-wide param", "", known.iter().map(String::as_str));
            origin.report(
                list,
                format!("no client-wide param is named `{name}`{help}\nhelp: declare it in `source`: `params({name}: Vec<String>)`, or list the values: `{partition} in [\"a\", \"b\"]`"),
            );
        }
        return None;
    };
    if let Some(optional) = param.optional() {
        let message = format!(
            "`{name}` may be unset, and `{partition}` needs a value at least\nhelp: write its type without `Option`, or give it a default: `{name}: Vec<String> = [\"a\"]`"
        );
        origin.conflict(list, message, optional, "it is an `Option` here");
        return None;
    }
    let Some(element) = inside(&param.ty, "Vec") else {
        let message = format!(
            "`{name}` has one value, and `{partition}` needs several\nhelp: declare it as a list: `{name}: Vec<String>`"
        );
        origin.conflict(list, message, &param.name, "declared here");
        return None;
    };
    Some(element.clone())
}

/// The columns that have the values of partitions.
pub(super) fn columns(
    scope: &ResourceScope<'_>,
    partitions: &[Partition],
    fields: &[Field],
    parent: &Parent,
) -> Vec<PartitionColumn> {
    let option = scope.options.include_partition;
    let origin = scope.origin(option.inherited);
    let Some((key, IncludedPartitions(names))) = option.set() else { return Vec::new() };
    if scope.options.partition_by.is_absent() {
        let message = "this resource has no partitions\nhelp: declare them: `partition_by(zone in [\"DE\", \"FR\"])`";
        origin.report(key, message.to_owned());
        return Vec::new();
    }
    let mut columns: Vec<PartitionColumn> = Vec::new();
    for token in names {
        let text = unraw(token);
        let Some(partition) = partitions.iter().find(|partition| unraw(&partition.name) == text) else {
            let all = scope.options.partition_by.get().map_or(&[][..], |Partitions { all, .. }| all);
            let known: Vec<String> = all.iter().map(|partition| unraw(&partition.name)).collect();
            // One whose values are wrong has been reported.
            if !known.is_empty() && !known.contains(&text) {
                let help = suggest::help(&text, "partition", "", known.iter().map(String::as_str));
                origin.report(token, format!("no partition is named `{text}`{help}"));
            }
            continue;
        };
        let name = format!("_{text}");
        let is_same = |other: &str| other.eq_ignore_ascii_case(&name);
        let field = fields.iter().find(|field| field.storage.column().is_some_and(is_same)).map(|field| &field.ident);
        let of_parent = parent.included.iter().find(|column| is_same(&column.name)).map(|column| &column.token);
        let of_partition = columns.iter().find(|column| is_same(&column.name)).map(|column| &column.token);
        if let Some(owner) = reserved(&name) {
            let message =
                format!("its column would be `{name}`, and this name is {owner}\nhelp: name the partition otherwise");
            origin.report(token, message);
        } else if let Some(other) = field.or(of_parent).or(of_partition) {
            let message = format!(
                "the table has a column `{name}` already\nhelp: name the partition otherwise, or store the field under another name: `#[column(name = \"…\")]`"
            );
            origin.conflict(token, message, other, "this is stored in it");
        } else {
            columns.push(PartitionColumn { name, partition: partition.clone(), token: token.clone() });
        }
    }
    columns
}
