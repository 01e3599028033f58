//! What was lost, for people and for programs.

use serde_json::{Value as Json, json};

use crate::declaration::{Loss, Source};

/// A table: one line for each loss, with its place in the file.
pub(crate) fn table(source: &Source, file: &str) -> String {
    let mut rows: Vec<[String; 3]> = source.losses.iter().map(|loss| row(loss, "(all)", file)).collect();
    for resource in &source.resources {
        rows.extend(resource.losses.iter().map(|loss| row(loss, &resource.original, file)));
    }
    rows.extend(source.remarks.iter().map(|remark| row(remark, "(all)", file)));
    let whole = source.resources.iter().filter(|resource| resource.listed && source.is_whole(resource)).count();
    let all = source.resources.iter().filter(|resource| resource.listed).count();
    let mut out = format!("{whole} of {all} resources are carried over as they are\n");
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max();
    let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    for [place, resource, what] in &rows {
        out.push_str(&format!("{place:first$}  {resource:second$}  {what}\n"));
    }
    out
}

fn row(loss: &Loss, resource: &str, file: &str) -> [String; 3] {
    let option = if loss.option.is_empty() { String::new() } else { format!("{}: ", loss.option) };
    [format!("{file}:{}", loss.line), resource.to_owned(), format!("{option}{}: {}", loss.reason, loss.original)]
}

/// The same for programs: an object, or a list of them where a file has several sources.
pub(crate) fn all(sources: &[Source], file: &str) -> Json {
    match sources {
        [only] => json(only, file),
        sources => sources.iter().map(|source| json(source, file)).collect(),
    }
}

fn json(source: &Source, file: &str) -> Json {
    let one = |loss: &Loss, resource: Option<&str>| {
        json!({
            "line": loss.line, "resource": resource, "option": loss.option, "reason": loss.reason, "original": loss.original,
        })
    };
    let own = source.losses.iter().map(|loss| one(loss, None));
    let inner = source
        .resources
        .iter()
        .flat_map(|resource| resource.losses.iter().map(move |loss| one(loss, Some(resource.original.as_str()))));
    let resources: Vec<Json> = source
        .resources
        .iter()
        .filter(|resource| resource.listed)
        .map(|resource| json!({"name": resource.name, "original": resource.original, "whole": source.is_whole(resource)}))
        .collect();
    let remarks: Vec<Json> = source.remarks.iter().map(|remark| one(remark, None)).collect();
    json!({
        "file": file, "resources": resources, "losses": own.chain(inner).collect::<Vec<_>>(), "remarks": remarks,
    })
}
