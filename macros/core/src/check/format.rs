//! `format` and `rows`: bodies whose rows are not where JSON has them.

use syn::{Ident, Member};

use super::paging_paths::PATHS;
use super::resource::ResourceScope;
use crate::items::Field;
use crate::language::{BodyFormat, BodyFormatKind, CsvQuote, MissingRows, PaginatorKind};
use crate::literal::{CsvSign, Step};
use crate::model::{Csv, CsvCell, Decoding, Format, Quote};
use crate::naming::Rule;
use crate::resolve::json_names::{self, Renamed};
use crate::syntax::Text;

/// The format of a resource's bodies. None where it could not be read.
pub(super) fn check(scope: &ResourceScope<'_>, fields: &[Field], decoding: Decoding) -> Option<Format> {
    let (format, rows) = (scope.options.format, scope.options.rows);
    if format.is_broken() || rows.is_broken() {
        return None;
    }
    if let Some((key, function)) = rows.set() {
        if let Some((format, _)) = format.set() {
            let message = "the function of `rows` reads the body, whatever its format\nhelp: leave one of the two out";
            scope.origin(rows.inherited).conflict(key, message.to_owned(), format, "the format is declared here");
        }
        alone(scope, key, "`rows` makes the rows of the whole body", false);
        return Some(Format::Function(function.function.clone()));
    }
    let Some((key, format)) = format.set() else { return Some(Format::Json) };
    let lines = match format.kind {
        BodyFormatKind::Json => return Some(Format::Json),
        BodyFormatKind::JsonLines => Format::JsonLines,
        BodyFormatKind::Csv => Format::Csv(csv(scope, key, format, fields, decoding)),
    };
    alone(scope, key, "the lines of the body are the rows", format.kind == BodyFormatKind::JsonLines);
    prefix(scope, key);
    paging(scope, key);
    Some(lines)
}

/// Reports what says of JSON where the rows are. Samples have rows of JSON, if these are.
fn alone(scope: &ResourceScope<'_>, key: &Ident, why: &str, is_json: bool) {
    let options = scope.options;
    let conflict = |option: &Ident, inherited: bool, help: &str| {
        let message = format!("{why}, and `{option}` has no effect\nhelp: {help}");
        scope.origin(inherited).conflict(option, message, key, "because of this");
    };
    if let Some((option, _)) = options.data_selector.set() {
        let help = "leave it out; what is deeper in a row is a field of a `#[nested]` struct";
        conflict(option, options.data_selector.inherited, help);
    }
    if let Some((option, missing)) = options.missing_rows.set()
        && *missing != MissingRows::Empty
    {
        conflict(
            option,
            options.missing_rows.inherited,
            "leave it out, or write `empty`: a body without content has no rows",
        );
    }
    if let Some(sample) = scope.resource.options.sample.key().filter(|_| !is_json) {
        conflict(sample, false, "leave it out: the rows of samples are JSON");
    }
}

fn prefix(scope: &ResourceScope<'_>, key: &Ident) {
    let prefix = scope.options.body_prefix;
    if let Some((option, _)) = prefix.set() {
        let message = "`body_prefix` stands before JSON, and the lines of the body are the rows\nhelp: leave it out";
        scope.origin(prefix.inherited).conflict(option, message.to_owned(), key, "because of this");
    }
}

/// Reports places of the paginator that a list of rows does not have.
fn paging(scope: &ResourceScope<'_>, key: &Ident) {
    let resolved = scope.options.paginator;
    let Some(paginator) = resolved.get() else { return };
    let origin = scope.origin(resolved.inherited);
    for option in PATHS {
        let Some((steps, token)) = paginator.path(option) else { continue };
        if !matches!(steps.first(), Some(Step::Index(_) | Step::Last)) {
            let message = format!(
                "the body is a list of rows, and has nothing at `{option}`\nhelp: leave it out: pages end at one without rows; a total in a header is `total_header`; a cursor in the last row is at `\"[-1].id\"`"
            );
            origin.conflict(token, message, key, "the format is declared here");
        }
    }
    if paginator.kind == PaginatorKind::JsonLink && paginator.path("next_url_path").is_none() {
        let message = "the body is a list of rows, and has no link\nhelp: a link in a header is `header_link`";
        origin.conflict(&paginator.word, message.to_owned(), key, "the format is declared here");
    }
}

/// How the cells are read.
fn csv(scope: &ResourceScope<'_>, key: &Ident, format: &BodyFormat, fields: &[Field], decoding: Decoding) -> Csv {
    let errors = scope.errors;
    let cells = match json_names::renamed(scope.resource, decoding, scope.defaults.options) {
        Some(Renamed(rule)) => fields.iter().map(|field| cell(scope, key, field, rule)).collect(),
        None if fields.iter().any(|field| matches!(field.member, Member::Unnamed(_))) => {
            let ident = &scope.resource.ident;
            errors.report(ident, format!("a record of CSV has named cells, and `{ident}` is one value\nhelp: write `struct {ident} {{ name: String, … }}`"));
            Vec::new()
        }
        None => {
            let ident = &scope.resource.ident;
            errors.report(ident, format!("it is not known from which columns `{ident}` is read, and how\nhelp: let `Deserialize` be generated: leave your own, and serde's attributes of the struct, out"));
            Vec::new()
        }
    };
    let byte = |sign: &Text<CsvSign>| u8::try_from(sign.value.0).ok();
    Csv {
        delimiter: format.csv.delimiter.get().and_then(byte),
        quote: format.csv.quote.get().and_then(|quote| match quote {
            CsvQuote::Sign(sign) => byte(sign).map(Quote::Sign),
            CsvQuote::Unset => Some(Quote::Nothing),
        }),
        comment: format.csv.comment.get().and_then(byte),
        header: format.csv.header.get().map(|flag| flag.value),
        cells,
    }
}

/// The names of a field's column. None where the field is read from no column.
fn cell(scope: &ResourceScope<'_>, key: &Ident, field: &Field, rule: Option<Rule>) -> CsvCell {
    match &field.names {
        _ if field.extra => CsvCell { names: Vec::new(), verbatim: false },
        Some(serde) => {
            let names = json_names::of(field, serde, rule);
            CsvCell { names, verbatim: serde.otherwise }
        }
        None => {
            let message = "it is not known from which column this field is read\nhelp: leave serde's attribute out, or write only `rename`";
            scope.errors.conflict(&field.ident, message, key, "the format is declared here");
            CsvCell { names: Vec::new(), verbatim: false }
        }
    }
}
