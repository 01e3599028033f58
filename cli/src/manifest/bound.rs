//! Bounds of a range in a pattern of their own.

use crate::jinja::{Expr, Root, Step, path};

/// How a bound of the range is written in a place of its own.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    Pattern(String),
    Colon,
    Millis,
    Epoch(&'static str),
}

impl Default for Bound {
    fn default() -> Self {
        Self::Pattern(String::new())
    }
}

/// `stream_slice.start_time.strftime('%Y')` and the other ways to write a bound: what it is, and how.
pub(super) fn bound_pattern(expr: &Expr) -> Option<(Vec<Step>, Bound)> {
    let of_slice = |expr: &Expr| match path(expr)? {
        (Root::Slice | Root::Interval, steps) => Some(steps),
        _ => None,
    };
    match expr {
        Expr::Call(function, args, _) => match &**function {
            Expr::Get(of, method) if method.as_text() == Some("strftime") => {
                Some((of_slice(of)?, Bound::Pattern(args.first()?.as_text()?.to_owned())))
            }
            Expr::Name(name) if name == "timestamp" => Some((of_slice(args.first()?)?, Bound::Epoch(""))),
            _ => None,
        },
        // Milliseconds, of microseconds without their end.
        Expr::Slice(of, None, Some(-3)) => match bound_pattern(of)? {
            (steps, Bound::Pattern(pattern)) if pattern.ends_with("%f") => {
                Some((steps, Bound::Pattern(format!("{}%_ms", pattern.trim_end_matches("%f")))))
            }
            _ => None,
        },
        // A part of a date.
        Expr::Get(of, index) => {
            let Expr::Call(function, args, _) = &**of else { return None };
            let Expr::Get(of, method) = &**function else { return None };
            let Expr::Const(index) = &**index else { return None };
            let pattern = match (method.as_text()?, args.first()?.as_text()?, index.as_i64()?) {
                ("split", "T", 0) => "%Y-%m-%d",
                ("split", "-", 0) => "%Y",
                ("split", "-", 1) => "%m",
                _ => return None,
            };
            Some((of_slice(of)?, Bound::Pattern(pattern.to_owned())))
        }
        Expr::Filter(of, name, _) if name == "int" => match bound_pattern(of)? {
            // A month without its zero.
            (steps, Bound::Pattern(pattern)) => Some((steps, Bound::Pattern(pattern.replace("%m", "%-m")))),
            other => Some(other),
        },
        Expr::Binary("*", of, factor) => {
            let Expr::Const(factor) = &**factor else { return None };
            if factor.as_i64() != Some(1000) {
                return None;
            }
            if let Some((steps, Bound::Epoch(""))) = bound_pattern(of) {
                return Some((steps, Bound::Epoch("000")));
            }
            let Expr::Filter(of, name, _) = &**of else { return None };
            (name == "int").then(|| Some((of_slice(of)?, Bound::Millis))).flatten()
        }
        // `x[:-2] + ':' + x[-2:]`
        Expr::Binary("+", left, right) => {
            let (Expr::Binary("+", start, colon), Expr::Slice(end, Some(-2), None)) = (&**left, &**right) else {
                return None;
            };
            let Expr::Slice(of, None, Some(-2)) = &**start else { return None };
            (of == end && colon.as_text() == Some(":")).then(|| Some((of_slice(of)?, Bound::Colon))).flatten()
        }
        _ => None,
    }
}
