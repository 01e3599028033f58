//! References: `config['a']['b']`, `response.get('a', {}).get('b')`, `last_record.id`.

use serde_json::Value as Json;

use super::{Expr, is_falsy};

/// What a reference is into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    Config,
    /// A slice of a partition: a parent's value, one of a list.
    Slice,
    /// The range of an incremental read.
    Interval,
    Record,
    LastRecord,
    Response,
    Headers,
    NextPageToken,
}

/// A step of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(i64),
}

/// The root and the steps of a reference, or none where the expression is more than one.
pub(crate) fn path(expr: &Expr) -> Option<(Root, Vec<Step>)> {
    match expr {
        Expr::Name(name) => {
            let root = match name.as_str() {
                "config" => Root::Config,
                "stream_slice" | "stream_partition" => Root::Slice,
                "stream_interval" => Root::Interval,
                "record" => Root::Record,
                "last_record" => Root::LastRecord,
                "response" => Root::Response,
                "headers" => Root::Headers,
                "next_page_token" => Root::NextPageToken,
                _ => return None,
            };
            Some((root, Vec::new()))
        }
        Expr::Get(of, key) => {
            let (root, mut steps) = path(of)?;
            steps.push(match &**key {
                Expr::Const(Json::String(key)) => Step::Key(key.clone()),
                Expr::Const(Json::Number(index)) => Step::Index(index.as_i64()?),
                _ => return None,
            });
            Some((root, steps))
        }
        // `(record.a or {}).b` is how a missing `a` is no error.
        Expr::Or(of, other) if is_falsy(other) => path(of),
        _ => None,
    }
}
