//! What a plain scalar is: a word, a number, or text.

use super::Value;

/// The value of a scalar without quotes, by the rules of YAML 1.1, which the manifests' own engine follows.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_octal = digits.len() > 1 && digits.starts_with('0');
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !is_octal {
        return text.strip_prefix('+').unwrap_or(text).parse().map_or_else(|_| Value::Text(text.into()), Value::Int);
    }
    let is_float = digits.contains('.')
        && digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    match text.parse::<f64>() {
        Ok(number) if is_float && number.is_finite() => Value::Float(number),
        _ => Value::Text(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_text() {
        assert_eq!(plain("no"), Value::Bool(false));
        assert_eq!(plain("~"), Value::Null);
        assert_eq!(plain("-12"), Value::Int(-12));
        assert_eq!(plain("1.5"), Value::Float(1.5));
        for text in ["007", "1.2.3", "2024-01-01", "1e3", ".", "99999999999999999999"] {
            assert_eq!(plain(text), Value::Text(text.into()), "{text}");
        }
    }
}
