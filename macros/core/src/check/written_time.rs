//! Times in a pattern: that what is written is a time, and has what the pattern asks for.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{LitStr, Type};

use super::client_params::ClientParams;
use super::cursor::CursorKind;
use super::resource::ResourceScope;
use crate::diagnostic::Sink;
use crate::language::{Header, IncrementalOptions, Param, ParamValue, is_moment, is_unread};
use crate::literal::{RangeBound, TemplatePart, TimeSource, WrittenTime};
use crate::model::TimeParam;
use crate::naming::inside;
use crate::resolve::{headers, params};

/// What is wrong with a time, and what it contradicts.
struct Mistake {
    message: String,
    other: Option<(TokenStream, &'static str)>,
}

impl Mistake {
    fn against(message: String, other: impl ToTokens, note: &'static str) -> Self {
        Self { message, other: Some((other.to_token_stream(), note)) }
    }
}

/// Checks the times in the texts of a resource that are no ends of its range.
pub(super) fn check(scope: &ResourceScope<'_>) {
    let (params, client_params) = (&scope.options.params, &scope.defaults.client_params);
    for (time, token, inherited) in placed(scope) {
        let origin = scope.origin(inherited);
        match mistake(&time, params, client_params) {
            Some(Mistake { message, other: Some((other, note)) }) => origin.conflict(token, message, other, note),
            Some(Mistake { message, other: None }) => origin.report(token, message),
            None => {}
        }
    }
}

/// Checks a time in a header of a source: the name is that of a client-wide param.
pub(super) fn of_source(time: &WrittenTime, token: &LitStr, client_params: &ClientParams<'_>, errors: &Sink) {
    match mistake(time, &[], client_params) {
        Some(Mistake { message, other: Some((other, note)) }) => errors.conflict(token, message, other, note),
        Some(Mistake { message, other: None }) => errors.report(token, message),
        None => {}
    }
}

/// The times in the texts of a resource, each once in a text, and where they stand.
fn placed(scope: &ResourceScope<'_>) -> Vec<(WrittenTime, TokenStream, bool)> {
    let path = scope.places.path.map(|path| (&path.template, path.token.to_token_stream(), false));
    let texts = scope.options.texts();
    let texts = texts.iter().map(|text| (text.pattern, text.token.clone(), text.inherited));
    let mut all: Vec<(WrittenTime, TokenStream, bool)> = Vec::new();
    for (template, token, inherited) in path.into_iter().chain(texts) {
        let first = all.len();
        for time in template.times() {
            if !all[first..].iter().any(|(known, ..)| known == time) {
                all.push((time.clone(), token.clone(), inherited));
            }
        }
    }
    all
}

/// All times of a resource, each once: those in headers of the source among them.
pub(super) fn all(scope: &ResourceScope<'_>) -> Vec<WrittenTime> {
    let of_source = of_source_headers(scope).flat_map(|header| header.pattern.times().cloned());
    let mut all: Vec<WrittenTime> = Vec::new();
    for time in placed(scope).into_iter().map(|(time, ..)| time).chain(of_source) {
        if !all.contains(&time) {
            all.push(time);
        }
    }
    all
}

/// The headers of the source that have a time in them, which only a run knows, but for those that the resource sets itself.
pub(super) fn of_source_headers<'s>(scope: &'s ResourceScope<'_>) -> impl Iterator<Item = &'s Header> {
    let is_own =
        |header: &Header| scope.options.headers.iter().any(|own| own.header.name.value.key == header.name.value.key);
    headers::of(scope.defaults.source_headers).filter(move |header| has_time(header) && !is_own(header))
}

/// Whether only a run knows the value of a header.
pub(super) fn has_time(header: &Header) -> bool {
    header.pattern.times().next().is_some()
}

/// The params that are written by a pattern, where only the compiler knows whether they are times.
pub(super) fn hidden(scope: &ResourceScope<'_>) -> Vec<TimeParam> {
    let (params, client_params) = (&scope.options.params, &scope.defaults.client_params);
    let types = placed(scope).into_iter().filter_map(|(time, token, _)| {
        let ty = type_of(time.param()?, params, client_params)?;
        let place = token.into_iter().next()?.span();
        is_moment(ty).is_none().then(|| TimeParam { ty: ty.clone(), place })
    });
    types.collect()
}

/// The type of a param, without an `Option` around it. None where it has none.
fn type_of<'p>(name: &str, params: &'p [Param], client_params: &'p ClientParams<'_>) -> Option<&'p Type> {
    let ty = match params::find(params, name) {
        Some(param) => match &param.value {
            ParamValue::Required(ty) => ty,
            ParamValue::Optional { inner, .. } => inner,
            _ => return None,
        },
        None => &client_params.find(name)?.ty,
    };
    let ty = inside(ty, "Option").unwrap_or(ty);
    (!is_unread(ty)).then_some(ty)
}

fn mistake(time: &WrittenTime, params: &[Param], client_params: &ClientParams<'_>) -> Option<Mistake> {
    let name = match &time.source {
        TimeSource::Bound(_) => return None,
        TimeSource::Now(_) => return taken(params, client_params),
        TimeSource::Param => time.param()?,
    };
    if let Some(param) = params::find(params, name) {
        let what = match &param.value {
            ParamValue::Static(_) => "a fixed value",
            ParamValue::Partition => "a value of a partition",
            // Reported as such.
            ParamValue::Several(_) | ParamValue::Secret(_) => return None,
            ParamValue::Required(_) | ParamValue::Optional { .. } => "",
        };
        if !what.is_empty() {
            let message = format!("`{name}` is {what}, and no time that a pattern writes\nhelp: write `{{{name}}}`");
            return Some(Mistake::against(message, &param.name, "it is declared here"));
        }
    }
    of_type(time, name, type_of(name, params, client_params)?)
}

/// A param has the name of the moment at which the run begins.
fn taken(params: &[Param], client_params: &ClientParams<'_>) -> Option<Mistake> {
    // A fixed value has a name for the API alone.
    let own = params::find(params, "now").filter(|param| param.fixed().is_empty()).map(|param| &param.name);
    let name = own.or_else(|| client_params.find("now").map(|param| &param.name))?;
    let message = "`now` in a text is the moment at which the run begins, and a param has this name\nhelp: choose another name for the param";
    Some(Mistake::against(message.to_owned(), name, "the param is declared here"))
}

/// What a param does not have that its pattern asks for.
fn of_type(time: &WrittenTime, name: &str, ty: &Type) -> Option<Mistake> {
    let written = ty.to_token_stream().to_string().replace(' ', "");
    let message = if inside(ty, "Vec").is_some() {
        format!("`{name}` has several values, and a pattern writes one time\nhelp: write `{{{name}}}`")
    } else if is_moment(ty) == Some(false) {
        format!(
            "`{name}` is a `{written}`, and a pattern writes a time\nhelp: write `{{{name}}}`, or declare the param as a time: `{name}: jiff::Timestamp`"
        )
    } else {
        match (CursorKind::of(ty), &time.needs.time, &time.needs.instant) {
            (CursorKind::Date, Some(conversion), _) | (CursorKind::Date, None, Some(conversion)) => format!(
                "`{conversion}` asks for a time of day, and `{name}` is a date\nhelp: write the time into the text, as in `{{{name}:%F}}T00:00:00Z`, or declare the param as a `jiff::Timestamp`"
            ),
            (CursorKind::DateTime, _, Some(conversion)) => format!(
                "`{conversion}` asks for a time zone, and `{name}` has none\nhelp: declare the param as a `jiff::Timestamp`"
            ),
            _ => return None,
        }
    };
    Some(Mistake::against(message, ty, "it has this type"))
}

/// Checks the ends of the range that are written by patterns of their own against the type of the cursor.
pub(super) fn bounds(
    scope: &ResourceScope<'_>,
    range: &IncrementalOptions,
    kind: CursorKind,
    (cursor, ty): (&str, &Type),
) {
    let in_zone = !range.timezone.is_absent();
    let times = placed(scope);
    for (time, token, inherited) in &times {
        let Some(bound) = time.bound() else { continue };
        let message = match (kind, &time.needs.time, &time.needs.instant) {
            (CursorKind::Integer | CursorKind::Text, ..) => {
                format!("the cursor `{cursor}` is {}, which is sent as it is\nhelp: write `{{{bound}}}`", kind.named())
            }
            (CursorKind::Date, Some(conversion), _) | (CursorKind::Date, None, Some(conversion)) if !in_zone => {
                format!(
                    "`{conversion}` asks for a time of day, and the cursor `{cursor}` is a date\nhelp: write the time into the text, as in `{{{bound}:%F}}T00:00:00Z`"
                )
            }
            (CursorKind::DateTime, _, Some(conversion)) if !in_zone => format!(
                "`{conversion}` asks for a time zone, and the cursor `{cursor}` has none\nhelp: write it in `incremental(…)`: `timezone = \"…\"`"
            ),
            _ => continue,
        };
        scope.origin(*inherited).conflict(token, message, ty, "the cursor has this type");
    }
    if matches!(kind, CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date) {
        end_without_day(scope, &times);
    }
}

/// Reports an end whose day stands nowhere: a range that ends within a month would lose days.
fn end_without_day(scope: &ResourceScope<'_>, times: &[(WrittenTime, TokenStream, bool)]) {
    let of_end = || times.iter().filter(|(time, ..)| time.bound() == Some(RangeBound::End));
    let texts = scope.options.texts();
    let is_end = |part: &TemplatePart| matches!(part, TemplatePart::Bound(RangeBound::End));
    let is_whole = texts.iter().any(|text| text.pattern.parts.iter().any(is_end))
        || scope.places.path.is_some_and(|path| path.template.parts.iter().any(is_end));
    let Some((_, token, inherited)) = of_end().next() else { return };
    if !is_whole && !of_end().any(|(time, ..)| time.needs.day) {
        let message = "this end of the range has no day: rows of the days before would be left out\nhelp: write the day as well, as in `{incremental.end_value:%Y-%m-%d}`";
        scope.origin(*inherited).report(token, message.to_owned());
    }
}
