//! Functions of rows whose fields have turned out to be in every row: keys, cursors, what children need.
//!
//! Steps are written before keys are known, for fields that may be absent.

use super::steps::ident;
use crate::declaration::{Function, Struct, Type};

/// Reads fields that are in every row as such.
pub(super) fn settle(row: &Struct, functions: &mut [Function]) {
    for field in &row.fields {
        let name = ident(&field.name);
        let code = if field.optional {
            format!("row.{name}.as_ref()")
        } else {
            let code = format!("Some(&row.{name})");
            replace(functions, &format!("row.{name}.as_ref()"), &code);
            code
        };
        inner(&field.ty, &code, functions);
    }
}

/// The same for the fields of a value that `code` reaches.
fn inner(ty: &Type, code: &str, functions: &mut [Function]) {
    let Type::Nested(nested) = ty else { return };
    for field in &nested.fields {
        let name = ident(&field.name);
        let absent = format!("{code}.and_then(|value| value.{name}.as_ref())");
        let code = if field.optional {
            absent
        } else {
            let code = format!("{code}.map(|value| &value.{name})");
            replace(functions, &absent, &code);
            code
        };
        if functions.iter().any(|function| function.body.iter().any(|line| line.contains(&code))) {
            inner(&field.ty, &code, functions);
        }
    }
}

fn replace(functions: &mut [Function], from: &str, to: &str) {
    for line in functions.iter_mut().flat_map(|function| &mut function.body) {
        if line.contains(from) {
            *line = line.replace(from, to);
        }
    }
}
