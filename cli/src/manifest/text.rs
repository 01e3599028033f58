//! Texts of a manifest as texts of a declaration: placeholders for what is known later.

use serde_json::Value as Json;

use super::bound::{Bound, bound_pattern};
use super::config::{Config, secret};
use super::moment::{Base, Moment, has_time, is_mixed, moment, now, of_civil, of_date, pattern};
use super::places::places;
use super::slices::{Precision, Slices};
use crate::declaration::Value;
use crate::jinja::{self, Expr, Part, Root, Step, fold, is_falsy, path};

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    /// A param of the client.
    Param(String),
    Secret(String),
    /// A placeholder that stands as it is: a parent's value, a bound of the range, the time of the run.
    Place(String),
}

/// What texts are read with.
pub(super) struct Reader<'r> {
    pub(super) config: &'r mut Config,
    pub(super) slices: &'r Slices,
    pub(super) parameters: &'r Json,
}

/// Why a text cannot be carried over.
pub(super) type Reason = String;

impl Reader<'_> {
    /// The parts of a text.
    pub(super) fn text(&mut self, text: &str) -> Result<Vec<Piece>, Reason> {
        let parts = jinja::template(text).map_err(|_| statement(text))?;
        let mut pieces = Vec::new();
        let alone = parts.len() == 1;
        for part in parts {
            match part {
                Part::Text(text) => push(&mut pieces, Piece::Text(text)),
                Part::Expr(expr) => {
                    let expr = fold(&expr, self.parameters);
                    for piece in self.expr(&expr, text)? {
                        if let Piece::Param(name) = &piece
                            && !alone
                        {
                            self.config.default_to_nothing(name);
                        }
                        push(&mut pieces, piece);
                    }
                }
            }
        }
        Ok(pieces)
    }

    /// A bound of the range, written by a pattern of its own.
    fn written_bound(&mut self, expr: &Expr) -> Result<Vec<Piece>, Reason> {
        let (steps, pattern) = bound_pattern(expr).unwrap_or_default();
        let place = self.slices.place(&steps)?;
        let format = self.slices.format.as_deref();
        match pattern {
            _ if !place.starts_with("incremental.") => Err(why(expr)),
            Bound::Pattern(pattern) => self.bound(expr, &place, &super::moment::pattern(&pattern)),
            // `+0000` with a colon.
            Bound::Colon if format.is_some_and(|format| format.ends_with("%z")) => {
                let pattern = super::moment::pattern(format.unwrap_or_default()).replace("%z", "%:z");
                self.bound(expr, &place, &pattern)
            }
            // Seconds are written, and a thousand times more is meant.
            Bound::Millis if format == Some("%s") => Ok(vec![Piece::Place(place), Piece::Text("000".to_owned())]),
            Bound::Epoch(zeros) => {
                let mut pieces = self.bound(expr, &place, "%s")?;
                push(&mut pieces, Piece::Text(zeros.to_owned()));
                Ok(pieces)
            }
            Bound::Colon | Bound::Millis => Err(why(expr)),
        }
    }

    /// The parts of an expression; `original` is the text that it stands in.
    pub(super) fn expr(&mut self, expr: &Expr, original: &str) -> Result<Vec<Piece>, Reason> {
        if let Some((root, steps)) = path(expr) {
            return self.reference(root, &steps).map(|piece| vec![piece]);
        }
        if let Some(time) = moment(expr)
            && let Some(piece) = self.time(&time)
        {
            return Ok(vec![piece]);
        }
        match expr {
            Expr::Const(Json::Null) => Ok(Vec::new()),
            Expr::Const(Json::String(text)) => Ok(vec![Piece::Text(text.clone())]),
            Expr::Const(Json::Bool(flag)) => Ok(vec![Piece::Text(if *flag { "True" } else { "False" }.to_owned())]),
            Expr::Const(value) => Ok(vec![Piece::Text(value.to_string())]),
            Expr::Or(a, b) if is_falsy(b) => self.expr(a, original),
            Expr::Or(a, b) => {
                let fallback = constant(b);
                if let (Some((Root::Config, steps)), Some(fallback)) = (path(a), &fallback)
                    && let Some(named) = self.config.value(&steps, false)
                    && !named.secret
                {
                    let is_text = self.config.ty(&named.name) == Some("String");
                    let value = if is_text { Value::text(fallback) } else { Value::word(fallback) };
                    self.config.default(&named.name, value);
                    return Ok(vec![Piece::Param(named.name)]);
                }
                // The range is always there where it is read in one.
                if let Some((Root::Interval | Root::Slice, _)) = path(a)
                    && !b.names(&["next_page_token", "stream_state"])
                    && let Ok(pieces) = self.expr(a, original)
                    && matches!(pieces.as_slice(), [Piece::Place(place)] if place.starts_with("incremental."))
                {
                    return Ok(pieces);
                }
                self.computed(expr, original, fallback.as_deref())
            }
            Expr::Cond(then, condition, Some(other)) => {
                if condition.names(&["stream_state", "next_page_token"]) || !only_config(condition) {
                    if let Some((Root::Interval | Root::Slice, _)) = path(condition)
                        && let Ok(pieces) = self.expr(then, original)
                        && pieces
                            .iter()
                            .any(|piece| matches!(piece, Piece::Place(place) if place.starts_with("incremental.")))
                    {
                        return Ok(pieces);
                    }
                    return Err(why(expr));
                }
                let branch = if self.holds(condition) { then } else { other };
                let default = constant(branch);
                self.computed(expr, original, default.as_deref())
            }
            expr if bound_pattern(expr).is_some() => self.written_bound(expr),
            Expr::Binary("+" | "~", a, b) => {
                let mut pieces = self.expr(a, original)?;
                for piece in self.expr(b, original)? {
                    push(&mut pieces, piece);
                }
                let is_list = |name: &str| self.config.ty(name).is_some_and(|ty| ty.starts_with("Vec<"));
                let joins = pieces.iter().any(|piece| matches!(piece, Piece::Param(name) if is_list(name)));
                if joins { Err("lists that are joined".to_owned()) } else { Ok(pieces) }
            }
            Expr::Filter(of, name, _)
                if matches!(name.as_str(), "string" | "trim" | "int" | "tojson" | "urlencode") =>
            {
                self.expr(of, original)
            }
            Expr::Call(function, args, _) => match (&**function, args.as_slice()) {
                (Expr::Name(name), [of]) if name == "sanitize_url" => self.expr(of, original),
                (Expr::Name(name), [of, Expr::Const(Json::String(format)), ..]) if name == "format_datetime" => {
                    let pieces = self.expr(of, original)?;
                    match pieces.as_slice() {
                        [Piece::Place(place)] if place.starts_with("incremental.") && !place.contains(':') => {
                            self.bound(expr, place, &pattern(format))
                        }
                        _ => Err(why(expr)),
                    }
                }
                _ => self.computed(expr, original, None),
            },
            _ => self.computed(expr, original, None),
        }
    }

    /// A bound of the range in a pattern of its own, as far as the cursor's values have what it asks for.
    fn bound(&self, expr: &Expr, place: &str, pattern: &str) -> Result<Vec<Piece>, Reason> {
        let pattern = match self.slices.precision {
            Precision::Instant => Some(pattern.to_owned()),
            Precision::Civil => of_civil(pattern),
            Precision::Date => of_date(pattern),
        };
        let pattern = pattern.filter(|pattern| !is_mixed(pattern));
        Ok(vec![Piece::Place(format!("{place}:{}", pattern.ok_or_else(|| why(expr))?))])
    }

    fn reference(&mut self, root: Root, steps: &[Step]) -> Result<Piece, Reason> {
        match root {
            Root::Config => {
                let named = self.config.value(steps, false).ok_or("a whole object of the configuration")?;
                Ok(if named.secret { Piece::Secret(named.name) } else { Piece::Param(named.name) })
            }
            Root::Slice | Root::Interval => self.slices.place(steps).map(Piece::Place),
            Root::NextPageToken => Err("the next page's token, in a computed place".to_owned()),
            Root::Record | Root::LastRecord => Err("a value of a row, where none is known".to_owned()),
            Root::Response | Root::Headers => Err("a value of the answer, where none is known".to_owned()),
        }
    }

    /// A value that depends on the configuration alone is a param, given as it comes out.
    fn computed(&mut self, expr: &Expr, original: &str, default: Option<&str>) -> Result<Vec<Piece>, Reason> {
        if !only_config(expr) || places(expr).is_empty() {
            return Err(why(expr));
        }
        let named = self.config.computed(expr, original, default);
        Ok(vec![if named.secret { Piece::Secret(named.name) } else { Piece::Param(named.name) }])
    }

    /// A time of the run, or one that is configured.
    fn time(&mut self, time: &Moment) -> Option<Piece> {
        match &time.base {
            Base::Now => {
                let place = now(time.offset, time.format.as_deref());
                Some(Piece::Place(place.trim_matches(['{', '}']).to_owned()))
            }
            Base::Config(steps, fallback) if time.offset == 0 => {
                let named = self.config.value(steps, false)?;
                if named.secret {
                    return None;
                }
                // What is taken where nothing is configured says how precise it is.
                let fallback_format = fallback.as_ref().and_then(|time| time.format.as_deref());
                let date = fallback_format.or(time.format.as_deref());
                if let Some(fallback) = fallback {
                    let value = fallback_value(fallback)?;
                    if !matches!(value, Value::Text(_)) {
                        let is_date = date.is_some_and(|format| !format.contains("%H") && !format.contains("%T"));
                        self.config.timed(&named.name, is_date);
                    }
                    self.config.default(&named.name, value);
                }
                match &time.format {
                    None => Some(Piece::Param(named.name)),
                    Some(format) => {
                        let pattern = pattern(format);
                        if has_time(&pattern) {
                            self.config.timed(&named.name, false);
                        } else if self.config.ty(&named.name) == Some("String") {
                            let is_date = self.config.specification.is_date(steps).unwrap_or(false);
                            self.config.timed(&named.name, is_date);
                        }
                        Some(Piece::Place(format!("{}:{pattern}", named.name)))
                    }
                }
            }
            _ => None,
        }
    }

    /// Whether a condition on the configuration holds where all is as its form proposes.
    pub(super) fn holds(&self, condition: &Expr) -> bool {
        match condition {
            Expr::Not(of) => !self.holds(of),
            Expr::And(a, b) => self.holds(a) && self.holds(b),
            Expr::Or(a, b) => self.holds(a) || self.holds(b),
            Expr::Compare(sign, a, b) => {
                let (a, b) = (self.proposed(a), self.proposed(b));
                match *sign {
                    "==" => a == b,
                    "!=" => a != b,
                    _ => false,
                }
            }
            Expr::Test(of, test, opposite) => {
                let is_there = self.proposed(of) != Json::Null;
                let holds = if test == "defined" { is_there } else { !is_there };
                holds != *opposite
            }
            other => !is_falsy(&Expr::Const(self.proposed(other))),
        }
    }

    fn proposed(&self, expr: &Expr) -> Json {
        match (expr, path(expr)) {
            (Expr::Const(value), _) => value.clone(),
            (_, Some((Root::Config, steps))) => self.config.specification.proposal(&steps).unwrap_or(Json::Null),
            _ => Json::Null,
        }
    }
}

/// A time as the default of a param: `now`, `now-7d`, a text.
pub(super) fn fallback_value(time: &Moment) -> Option<Value> {
    match &time.base {
        Base::Now => {
            let text = now(time.offset, Some("")).trim_matches(['{', '}', ':']).to_owned();
            Some(if time.offset == 0 { Value::word("now") } else { Value::text(format!("{{{text}}}")) })
        }
        Base::Text(text) if time.offset == 0 => Some(Value::text(text)),
        _ => None,
    }
}

/// A text as a value of a declaration. A secret is a value of its own, with text around it.
pub(super) fn value(pieces: &[Piece]) -> Result<Value, Reason> {
    if !pieces.iter().any(|piece| matches!(piece, Piece::Secret(_))) {
        return Ok(Value::Text(written(pieces)));
    }
    match pieces {
        [Piece::Secret(name)] => Ok(secret(name, "", "")),
        [Piece::Text(prefix), Piece::Secret(name)] => Ok(secret(name, prefix, "")),
        [Piece::Secret(name), Piece::Text(suffix)] => Ok(secret(name, "", suffix)),
        [Piece::Text(prefix), Piece::Secret(name), Piece::Text(suffix)] => Ok(secret(name, prefix, suffix)),
        // With params before it.
        [before @ .., Piece::Secret(name)] if !before.iter().any(|piece| matches!(piece, Piece::Secret(_))) => {
            Ok(secret(name, &written(before), ""))
        }
        _ => Err("a secret in a text with other values".to_owned()),
    }
}

/// A text with its placeholders; braces of its own are written twice.
pub(super) fn written(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Piece::Param(name) | Piece::Secret(name) | Piece::Place(name) => format!("{{{name}}}"),
        })
        .collect()
}

/// Puts a piece at the end: texts that follow each other are one.
pub(super) fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (_, Piece::Text(text)) if text.is_empty() => {}
        (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
        (_, piece) => pieces.push(piece),
    }
}

/// Whether an expression has no other values than those of the configuration.
pub(super) fn only_config(expr: &Expr) -> bool {
    !expr.names(&[
        "stream_slice",
        "stream_partition",
        "stream_interval",
        "stream_state",
        "record",
        "last_record",
        "response",
        "headers",
        "next_page_token",
        "last_page_size",
        "components_values",
        "now_utc",
        "today_utc",
        "day_delta",
    ])
}

fn constant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Const(Json::String(text)) => Some(text.clone()),
        Expr::Const(Json::Null) => Some(String::new()),
        Expr::Const(value @ (Json::Number(_) | Json::Bool(_))) => Some(value.to_string()),
        _ => None,
    }
}

fn statement(text: &str) -> Reason {
    if text.contains("{%") { "a statement of Jinja".to_owned() } else { "an expression that cannot be read".to_owned() }
}

/// Why an expression is more than placeholders can say, as one of few reasons.
pub(super) fn why(expr: &Expr) -> Reason {
    let reasons = [
        (&["next_page_token"][..], "the next page's token, in a computed place"),
        (&["stream_state"], "the saved state, in a request"),
        (&["record", "last_record"], "a computation over a row"),
        (&["response", "headers"], "a computation over an answer"),
        (&["stream_interval", "stream_slice", "stream_partition"], "a computation over a slice"),
        (&["now_utc", "today_utc", "day_delta"], "a computation over the time of the run"),
    ];
    let found = reasons.into_iter().find(|(names, _)| expr.names(names));
    found.map_or("a computed value", |(_, reason)| reason).to_owned()
}
