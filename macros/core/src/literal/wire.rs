//! Names: on the wire, in the database, and the rule that makes the one from the other.

use std::fmt;

use crate::diagnostic::suggest;
use crate::naming::Rule;
use crate::syntax::{Literal, Slot, Text};

/// The name of a query parameter or of a response header.
#[derive(Clone)]
pub(crate) struct WireName;

impl Literal for WireName {
    const EXAMPLE: &'static str = "\"page\"";

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("this name is empty".to_owned());
        }
        if text.chars().any(char::is_control) {
            return Err("a name has no control characters".to_owned());
        }
        let name = text.trim_start_matches(['?', '&']).split('=').next().unwrap_or_default();
        if text.starts_with(['?', '&']) || text.ends_with('=') {
            return Err(format!("this is more than a name\nhelp: write the name alone: `\"{name}\"`"));
        }
        Ok(Self)
    }
}

/// What stands before the JSON of a body.
#[derive(Clone)]
pub(crate) struct BodyPrefix;

impl Literal for BodyPrefix {
    const EXAMPLE: &'static str = "\")]}'\"";

    fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => {
                Err("this prefix is empty\nhelp: write what stands before the JSON, `\")]}'\"`, or leave it out"
                    .to_owned())
            }
            "{" | "[" => {
                Err("this is the beginning of the JSON itself\nhelp: write only what stands before it".to_owned())
            }
            _ => Ok(Self),
        }
    }
}

/// A sign between or around the cells of CSV.
#[derive(Clone, Copy)]
pub(crate) struct CsvSign(pub(crate) char);

impl fmt::Display for CsvSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            '\t' => f.write_str("a tab"),
            '`' => f.write_str("a backtick"),
            sign => write!(f, "`{sign}`"),
        }
    }
}

impl Literal for CsvSign {
    const EXAMPLE: &'static str = "\";\"";

    fn parse(text: &str) -> Result<Self, String> {
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(sign), None) if sign.is_ascii() && !matches!(sign, '\n' | '\r' | '\0') => Ok(Self(sign)),
            (Some('\\'), Some('t')) => Err("this is a backslash and a letter\nhelp: write `\"\\t\"`".to_owned()),
            _ if text == "tab" => Err("expected one sign\nhelp: write `\"\\t\"`".to_owned()),
            _ => Err(
                "expected one ASCII character that is no line break\nhelp: write `\";\"` or `\"\\t\"`, for instance"
                    .to_owned(),
            ),
        }
    }
}

/// The name of a file.
#[derive(Clone)]
pub(crate) struct FileName;

impl Literal for FileName {
    const EXAMPLE: &'static str = "\"samples/issues.json\"";

    fn parse(text: &str) -> Result<Self, String> {
        file(text).map(|()| Self)
    }
}

/// The name of an OpenAPI file.
#[derive(Clone)]
pub(crate) struct SpecName;

impl Literal for SpecName {
    const EXAMPLE: &'static str = "\"openapi.json\"";

    fn parse(text: &str) -> Result<Self, String> {
        file(text).map(|()| Self)
    }
}

fn file(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the name of a file is missing\nhelp: write its path from the crate's root".to_owned());
    }
    if name.contains('\0') {
        return Err("the name of a file has no NUL".to_owned());
    }
    Ok(())
}

/// The name of a column.
#[derive(Clone)]
pub(crate) struct ColumnName;

impl Literal for ColumnName {
    const EXAMPLE: &'static str = "\"created_at\"";

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a column needs a name".to_owned());
        }
        if text.chars().any(|letter| letter.is_control() || letter == '"') {
            return Err("a column's name has neither quotes nor control characters".to_owned());
        }
        if let Some(owner) = reserved(text) {
            return Err(format!("the name `{text}` is {owner}\nhelp: choose another"));
        }
        Ok(Self)
    }
}

/// Why a name cannot be one of the user's tables or columns.
pub(crate) fn reserved(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    if name.starts_with("_declarest") || name == "_load_id" {
        Some("reserved for declarest's own tables and columns")
    } else if name.starts_with("sqlite_") {
        Some("reserved for the database's own tables")
    } else {
        None
    }
}

/// `"camelCase"` and its like.
#[derive(Clone)]
pub(crate) struct RenameRule(pub(crate) Rule);

impl RenameRule {
    /// The rule that is set, if one is.
    pub(crate) fn of(slot: &Slot<Text<Self>>) -> Option<Rule> {
        slot.get().map(|rule| rule.value.0)
    }
}

impl Literal for RenameRule {
    const EXAMPLE: &'static str = "\"camelCase\"";

    fn parse(text: &str) -> Result<Self, String> {
        Rule::parse(text)
            .map(Self)
            .ok_or_else(|| format!("unknown renaming rule `{text}`{}", suggest::help(text, "rule", "", Rule::names())))
    }
}
