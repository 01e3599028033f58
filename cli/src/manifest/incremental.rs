//! Only what is new: cursors of dates and numbers.

use super::moment::{Base, duration, moment, seconds};
use super::paginator::{Place, place};
use super::slices::Precision;
use super::text::{Reader, Reason, fallback_value, why};
use crate::declaration::{Entry, Field, Struct, Type, Value};
use crate::jinja::{self, Expr, Part, fold, is_falsy};
use crate::yaml::Node;

/// What an incremental read is made of.
#[derive(Debug, Default)]
pub(super) struct Incremental {
    pub(super) entries: Vec<Entry>,
    /// Params and headers that hold a bound.
    pub(super) headers: Vec<Entry>,
}

/// The line, the original, the reason.
type Refusal = (usize, String, Reason);

/// The names under which the bounds are known.
pub(super) fn bounds(node: &Node) -> (String, String) {
    let name = |key: &str, usual: &str| node.str(key).unwrap_or(usual).to_owned();
    (name("partition_field_start", "start_time"), name("partition_field_end", "end_time"))
}

/// How the values of the cursor are written in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Epoch(&'static str),
    Instant,
    Civil,
    Date,
}

/// How a pattern writes a time. None for one in an order of its own.
fn written(format: &str) -> Option<Written> {
    match format {
        "%s" | "%s_as_float" => return Some(Written::Epoch("epoch_seconds")),
        "%ms" => return Some(Written::Epoch("epoch_millis")),
        "%epoch_microseconds" => return Some(Written::Epoch("epoch_micros")),
        _ => {}
    }
    if !format.starts_with("%Y-%m-%d") {
        return (format == "%Y%m%d").then_some(Written::Date);
    }
    let rest = format.trim_start_matches("%Y-%m-%d");
    let zone = rest
        .get(1..)
        .is_some_and(|rest| rest.ends_with('Z') || rest.contains("%z") || rest.contains('+') || rest.contains('-'));
    Some(match (rest.is_empty(), zone) {
        (true, _) => Written::Date,
        (false, true) => Written::Instant,
        (false, false) => Written::Civil,
    })
}

/// How rows write the cursor: by the first of the patterns that the field's type allows.
pub(super) fn in_rows(node: &Node, field: &Field) -> Option<Written> {
    let formats: Vec<&str> = match node.get("cursor_datetime_formats").map(Node::items) {
        Some(formats) if !formats.is_empty() => formats.iter().filter_map(Node::as_str).collect(),
        _ => node.str("datetime_format").into_iter().collect(),
    };
    let is_number = matches!(field.ty, Type::Int | Type::Float);
    let all: Vec<Written> = formats.into_iter().filter_map(written).collect();
    let suits = |kind: &&Written| matches!(kind, Written::Epoch(_)) == is_number;
    all.iter().find(suits).or(all.first()).copied()
}

/// What the values of a cursor have.
pub(super) fn precision(node: &Node, row: &Struct) -> Precision {
    let field = node.str("cursor_field").and_then(|name| row.field(name));
    match field.and_then(|field| in_rows(node, field)) {
        Some(Written::Date) => Precision::Date,
        Some(Written::Civil) => Precision::Civil,
        Some(Written::Instant | Written::Epoch(_)) | None => Precision::Instant,
    }
}

/// Makes the field of the cursor one: with a type that has an order.
pub(super) fn shape(field: &mut Field, kind: Written) {
    field.optional = false;
    match kind {
        Written::Epoch(unit) => {
            field.ty = Type::Timestamp;
            field.format = Some(unit);
        }
        Written::Instant => field.ty = Type::Timestamp,
        Written::Civil => field.ty = Type::DateTime,
        Written::Date => field.ty = Type::Date,
    }
}

/// The options of a cursor of dates. `mentioned`: whether a bound stands in a text of the request.
pub(super) fn dates(
    reader: &mut Reader<'_>,
    node: &Node,
    cursor: &str,
    kind: Written,
    mentioned: (bool, bool),
    partitioned: bool,
) -> Result<Option<Incremental>, Refusal> {
    let mut out = Incremental::default();
    let mut sends = mentioned;
    let mut options = Vec::new();
    for (key, name, is_start) in [("start_time_option", "start", true), ("end_time_option", "end", false)] {
        let Some(option) = node.get(key).filter(|option| !option.is_empty()) else { continue };
        match place(reader, option)? {
            Place::Param(param) => options.push(named(&format!("{name}_param"), Value::text(param))),
            Place::Body(path) => options.push(named(&format!("{name}_body_path"), Value::text(path))),
            Place::Header(header) => {
                let bound = format!("{{incremental.{name}_value}}");
                out.headers.push(Entry::Keyed(Value::text(header), Value::text(bound)));
            }
            Place::Url => return Err((option.line, option.short(), "a bound of the range in the path".to_owned())),
        }
        if is_start {
            sends.0 = true;
        } else {
            sends.1 = true;
        }
    }
    let is_feed = node.is_set("is_data_feed");
    let is_client_side = node.is_set("is_client_side_incremental");
    if sends == (false, false) && !is_feed && !is_client_side {
        // Nothing is sent, and nothing is dropped: all is read, in every run.
        return Ok(None);
    }
    out.entries.push(named("cursor", Value::word(cursor)));
    out.entries.append(&mut options);
    initial(reader, node, kind, &mut out)?;
    let step = node.get("step").filter(|step| !step.is_empty() && sends != (false, false));
    if sends.1 {
        out.entries.push(named("end_inclusive", Value::word(true)));
        let value = end_value(reader, node)?;
        end(value, &mut out);
    } else if step.is_some() {
        // Steps end where the configuration says, also where no end is sent: else at the run.
        let value = end_value(reader, node).ok().filter(|value| *value != Value::word("now"));
        if let Some(value) = value {
            end(value, &mut out);
        }
    }
    if let Some(step) = step {
        let text = step.as_str().unwrap_or_default();
        let seconds =
            span(reader, text).ok_or_else(|| (step.line, step.short(), "a step that is computed".to_owned()))?;
        if seconds > 0 {
            out.entries.push(named("step", Value::text(duration(seconds))));
        }
    }
    if let Some(lag) = node.get("lookback_window").filter(|lag| !lag.is_empty()) {
        let text = lag.as_str().unwrap_or_default();
        let seconds = span(reader, text).ok_or_else(|| (lag.line, lag.short(), "a lag that is computed".to_owned()))?;
        match parameter(reader, text) {
            Some(name) => {
                reader.config.retype(&name, "Duration");
                let value = if seconds > 0 { duration(seconds) } else { "0s".to_owned() };
                reader.config.default(&name, Value::text(value));
                out.entries.push(named("lag", Value::word(name)));
            }
            None if seconds > 0 => out.entries.push(named("lag", Value::text(duration(seconds)))),
            None => {}
        }
    }
    if sends != (false, false) {
        let format = node.str("datetime_format").unwrap_or_default();
        // Times without an offset are in UTC for the manifest's engine.
        if kind == Written::Civil && (format.contains("%z") || matches!(written(format), Some(Written::Epoch(_)))) {
            out.entries.push(named("timezone", Value::text("UTC")));
        }
        if let Some(format) = sent_as(format, kind) {
            out.entries.push(named("format", format));
        }
    }
    if is_feed && sends == (false, false) {
        out.entries.push(named("order", Value::word("descending")));
    }
    if node.is_set("global_substream_cursor") && partitioned {
        out.entries.push(named("position", Value::word("shared")));
    }
    Ok(Some(out))
}

fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

/// How a bound is written, where it is not as by default.
fn sent_as(format: &str, kind: Written) -> Option<Value> {
    match written(format) {
        Some(Written::Epoch(unit)) => return Some(Value::word(unit)),
        Some(Written::Date) if kind == Written::Date && format == "%Y-%m-%d" => return None,
        _ => {}
    }
    let default = match kind {
        Written::Instant => "%Y-%m-%dT%H:%M:%SZ",
        Written::Civil => "%Y-%m-%dT%H:%M:%S",
        Written::Date | Written::Epoch(_) => "",
    };
    let format = match kind {
        // A date is the beginning of its day.
        Written::Date => [("%H", "00"), ("%M", "00"), ("%S", "00"), ("%_ms", "000"), ("%f", "000000"), ("%z", "+0000")]
            .into_iter()
            .fold(format.to_owned(), |format, (conversion, zero)| format.replace(conversion, zero)),
        _ => format.to_owned(),
    };
    (format != default).then(|| Value::Text(super::moment::pattern(&format)))
}

/// The expression or text of `start_datetime` and `end_datetime`, and the pattern that it is written in.
fn datetime<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let node = node.get(key)?;
    if node.is_map() { node.get("datetime") } else { Some(node) }
}

fn initial(reader: &mut Reader<'_>, node: &Node, kind: Written, out: &mut Incremental) -> Result<(), Refusal> {
    let Some(start) = datetime(node, "start_datetime") else { return Ok(()) };
    let refused = |reason: &str| (start.line, start.short(), reason.to_owned());
    let text = start.as_str().map_or_else(|| start.json().to_string(), str::to_owned);
    let value = match jinja::template(text.trim()).map_err(|_| refused("a statement of Jinja"))?.as_slice() {
        [] => return Ok(()),
        [Part::Text(text)] => literal(text, kind).ok_or_else(|| refused("a start in a form of its own"))?,
        [Part::Expr(expr)] => {
            let expr = fold(expr, reader.parameters);
            point(reader, &latest(&expr), kind).ok_or_else(|| refused(&start_reason(&expr)))?
        }
        _ => return Err(refused("a start that is computed")),
    };
    if let Value::Word(name) = &value {
        // The manifest's engine has no beginning without it.
        reader.config.require(name);
    }
    out.entries.push(named("initial_value", value));
    Ok(())
}

fn start_reason(expr: &Expr) -> String {
    if super::text::only_config(expr) { "a start that is computed".to_owned() } else { why(expr) }
}

/// A time that is written down, as declarations take it.
fn literal(text: &str, kind: Written) -> Option<Value> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 8 {
        let number: i64 = text.parse().ok()?;
        // What is meant is the beginning of time.
        return (number < 100_000).then(|| match kind {
            Written::Date => Value::text("1970-01-01"),
            Written::Civil => Value::text("1970-01-01T00:00:00"),
            _ => Value::text("1970-01-01T00:00:00Z"),
        });
    }
    let bytes = text.as_bytes();
    (bytes.len() >= 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-')).then(|| Value::text(text))
}

/// The start without the earliest one that the API allows: `max(config.start, now - 2 years)` is the configured one, with
/// the other as what is taken where none is configured.
fn latest(expr: &Expr) -> Expr {
    match expr {
        Expr::Call(function, args, _) if matches!(&**function, Expr::Name(name) if name == "max") => {
            let (mut configured, mut relative) = (None, None);
            for arg in args {
                match moment(arg).map(|time| time.base) {
                    Some(Base::Config(..)) if configured.is_none() => configured = Some(arg.clone()),
                    Some(Base::Now) if relative.is_none() => relative = Some(arg.clone()),
                    _ => return expr.clone(),
                }
            }
            match (configured, relative) {
                (Some(configured @ Expr::Or(..)), Some(_)) => configured,
                (Some(configured), Some(relative)) => Expr::Or(Box::new(configured), Box::new(relative)),
                _ => expr.clone(),
            }
        }
        // Asked for, and otherwise relative to the run.
        Expr::Cond(then, _, Some(other)) if matches!(moment(other).map(|time| time.base), Some(Base::Now)) => {
            match latest(then) {
                found @ Expr::Or(..) => found,
                found if matches!(moment(&found).map(|time| time.base), Some(Base::Config(_, None))) => {
                    Expr::Or(Box::new(found), other.clone())
                }
                _ => expr.clone(),
            }
        }
        Expr::Call(function, args, named) if matches!(&**function, Expr::Name(name) if name == "format_datetime") => {
            let mut args = args.clone();
            if let Some(first) = args.first_mut() {
                *first = latest(first);
            }
            Expr::Call(function.clone(), args, named.clone())
        }
        other => other.clone(),
    }
}

/// A point of the range: a param, a time relative to the run, or a text.
fn point(reader: &mut Reader<'_>, expr: &Expr, kind: Written) -> Option<Value> {
    let time = moment(expr)?;
    match &time.base {
        Base::Now => Some(if time.offset == 0 { Value::word("now") } else { fallback_value(&time)? }),
        Base::Text(text) => literal(text, kind),
        Base::Config(steps, fallback) if time.offset == 0 => {
            let named = reader.config.value(steps, false).filter(|named| !named.secret)?;
            let is_date = reader.config.specification.is_date(steps).unwrap_or(kind == Written::Date);
            if reader.config.ty(&named.name) == Some("String") {
                reader.config.timed(&named.name, is_date);
            }
            if let Some(fallback) = fallback {
                let value = fallback_value(fallback)?;
                reader.config.default(&named.name, value);
            }
            Some(Value::word(named.name))
        }
        Base::Config(..) => None,
    }
}

/// Where every run ends, and whether that is in the range.
fn end(value: Value, out: &mut Incremental) {
    let is_of_run = matches!(&value, Value::Word(word) if word == "now")
        || matches!(&value, Value::Text(text) if text.starts_with('{'));
    out.entries.push(named("end_value", value));
    if !is_of_run {
        // The manifest's engine asks for the end itself: for its last day, too.
        out.entries.push(named("range_end", Value::word("closed")));
    }
}

fn end_value(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let Some(end) = datetime(node, "end_datetime").filter(|end| !end.is_empty()) else { return Ok(Value::word("now")) };
    let refused = |reason: &str| (end.line, end.short(), reason.to_owned());
    let text = end.as_str().map_or_else(|| end.json().to_string(), str::to_owned);
    let value = match jinja::template(text.trim()).map_err(|_| refused("a statement of Jinja"))?.as_slice() {
        [Part::Text(text)] => literal(text, Written::Instant),
        [Part::Expr(expr)] => point(reader, &fold(expr, reader.parameters), Written::Instant),
        _ => None,
    };
    value.ok_or_else(|| refused("an end that is computed"))
}

/// The length of a span: `P30D`, or one whose number is configured: then as it is proposed.
fn span(reader: &Reader<'_>, text: &str) -> Option<i64> {
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    let parts = jinja::template(text).ok()?;
    let [Part::Text(before), Part::Expr(expr), Part::Text(after)] = parts.as_slice() else { return None };
    let number = number(reader, &fold(expr, reader.parameters))?;
    seconds(&format!("{before}{number}{after}"))
}

/// A number by what is proposed for the configuration.
fn number(reader: &Reader<'_>, expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Const(serde_json::Value::String(text)) => text.parse().ok(),
        Expr::Const(value) => value.as_i64(),
        Expr::Or(a, b) => number(reader, a).or_else(|| number(reader, b)),
        Expr::Call(function, args, _) => {
            let numbers: Option<Vec<i64>> = args.iter().map(|arg| number(reader, arg)).collect();
            match &**function {
                Expr::Name(name) if name == "min" => numbers?.into_iter().min(),
                Expr::Name(name) if name == "max" => numbers?.into_iter().max(),
                _ => None,
            }
        }
        Expr::Binary("*", a, b) => number(reader, a)?.checked_mul(number(reader, b)?),
        Expr::Binary("+", a, b) => number(reader, a)?.checked_add(number(reader, b)?),
        other => match jinja::path(other)? {
            (jinja::Root::Config, steps) => reader.config.specification.proposal(&steps)?.as_i64().or(Some(0)),
            _ => None,
        },
    }
}

/// The param that a span's number is, where it is one alone.
fn parameter(reader: &mut Reader<'_>, text: &str) -> Option<String> {
    let parts = jinja::template(text).ok()?;
    let [Part::Text(_), Part::Expr(expr), Part::Text(_)] = parts.as_slice() else { return None };
    let folded = fold(expr, reader.parameters);
    let of = match &folded {
        Expr::Or(of, fallback) if matches!(**fallback, Expr::Const(_)) || is_falsy(fallback) => &**of,
        Expr::Call(..) | Expr::Binary(..) => {
            return Some(reader.config.computed(&folded, text, None).name)
                .filter(|_| super::text::only_config(&folded));
        }
        other => other,
    };
    match jinja::path(of)? {
        (jinja::Root::Config, steps) => reader.config.value(&steps, false).map(|named| named.name),
        _ => None,
    }
}

/// The options of a cursor that counts.
pub(super) fn counts(reader: &mut Reader<'_>, node: &Node, cursor: &str) -> Result<Incremental, Refusal> {
    let mut out = Incremental::default();
    out.entries.push(named("cursor", Value::word(cursor)));
    if let Some(option) = node.get("start_value_option").filter(|option| !option.is_empty()) {
        match place(reader, option)? {
            Place::Param(param) => out.entries.push(named("start_param", Value::text(param))),
            Place::Body(path) => out.entries.push(named("start_body_path", Value::text(path))),
            Place::Header(_) | Place::Url => {
                return Err((option.line, option.short(), "a bound of the range in the path".to_owned()));
            }
        }
    }
    if let Some(start) = node.get("start_value").and_then(Node::as_int) {
        out.entries.push(named("initial_value", Value::word(start)));
    }
    Ok(out)
}
