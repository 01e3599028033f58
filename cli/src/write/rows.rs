//! Structs and their fields.

use super::layout::{comment, quoted};
use crate::declaration::{Field, Source, Struct, Type, is_keyword};

/// A struct with its fields, without what stands above it.
pub(super) fn definition(row: &Struct, out: &mut String) {
    out.push_str(&format!("    #[derive(Debug, Clone)]\n    pub struct {} {{\n", row.name));
    for field in &row.fields {
        write_field(field, out);
    }
    if row.extra {
        out.push_str("        /// The fields that are not named above.\n");
        out.push_str("        #[serde(flatten)]\n        pub extra: declarest::Extra,\n");
    }
    out.push_str("    }\n");
}

fn write_field(field: &Field, out: &mut String) {
    if !field.docs.is_empty() {
        out.push_str(&comment("///", &escaped(&field.docs), 8));
    }
    if let Some(format) = field.format {
        out.push_str(&format!("        #[column(format = {format})]\n"));
    }
    if field.hidden {
        out.push_str("        #[column(skip)]\n");
    }
    if field.made {
        out.push_str("        #[serde(skip)]\n");
    } else if field.renamed {
        out.push_str(&format!("        #[serde(rename = {})]\n", quoted(&field.wire)));
    }
    let ty = field.ty.rust();
    let ty = if field.optional { format!("Option<{ty}>") } else { ty };
    out.push_str(&format!("        pub {}: {ty},\n", ident(&field.name)));
}

/// A name as it stands in Rust.
pub(super) fn ident(name: &str) -> String {
    match name {
        name if is_keyword(name) => format!("r#{name}"),
        name => name.to_owned(),
    }
}

/// Docs that say what the original says, without becoming markup.
pub(super) fn escaped(text: &str) -> String {
    text.replace(['<', '>'], "'").replace('[', "(").replace(']', ")")
}

/// The imports of the types of times that stand anywhere.
pub(super) fn imports(source: &Source) -> String {
    let mut found = [false; 3];
    for row in source.resources.iter().flat_map(|resource| &resource.structs) {
        for field in &row.fields {
            match field.ty.inner() {
                Type::Timestamp => found[0] = true,
                Type::DateTime => found[1] = true,
                Type::Date => found[2] = true,
                _ => {}
            }
        }
    }
    for param in &source.params {
        found[0] |= param.ty.contains("Timestamp");
        found[2] |= param.ty.contains("Date") && !param.ty.contains("DateTime");
    }
    let [timestamp, datetime, date] = found;
    let mut out = String::new();
    if source.params.iter().any(|param| param.ty.contains("Duration")) {
        out.push_str("    use std::time::Duration;\n\n");
    }
    if timestamp {
        out.push_str("    use declarest::jiff::Timestamp;\n");
    }
    match (date, datetime) {
        (true, true) => out.push_str("    use declarest::jiff::civil::{Date, DateTime};\n"),
        (true, false) => out.push_str("    use declarest::jiff::civil::Date;\n"),
        (false, true) => out.push_str("    use declarest::jiff::civil::DateTime;\n"),
        (false, false) => {}
    }
    if !out.is_empty() && !source.resources.is_empty() {
        out.push('\n');
    }
    out
}
