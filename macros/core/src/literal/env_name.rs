//! The name of an environment variable.

use crate::syntax::Literal;

/// The name of an environment variable, as every shell can set it (POSIX, "Environment Variable Definition").
#[derive(Clone)]
pub(crate) struct EnvName;

impl Literal for EnvName {
    const EXAMPLE: &'static str = "\"ACME_REGION\"";

    fn parse(text: &str) -> Result<Self, String> {
        let is_letter = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
        if text.starts_with(is_letter) && text.chars().all(|letter| is_letter(letter) || letter.is_ascii_digit()) {
            return Ok(Self);
        }
        let better: String = text
            .trim_start_matches('$')
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
            .collect();
        let help = if better.starts_with(is_letter) { format!("\nhelp: write `{better:?}`") } else { String::new() };
        Err(format!("a variable's name has ASCII letters, digits and `_`, and begins with no digit{help}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variables() {
        for text in ["ACME_REGION", "_x", "a1"] {
            assert!(EnvName::parse(text).is_ok(), "{text}");
        }
        for text in ["", "1A", "A-B", "$A", "A=B", "É", "A B"] {
            assert!(EnvName::parse(text).is_err(), "{text}");
        }
    }
}
