//! The tokens of an expression.

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Int(i64),
    Float(f64),
    Sign(&'static str),
}

/// Longer signs first.
const SIGNS: [&str; 27] = [
    "**", "//", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "|", "~", "+", "-", "*", "/", "%",
    "<", ">", "=", "!", "\\",
];

/// More than any manifest has; expressions are followed by functions that call themselves.
const MOST: usize = 3_000;

/// The tokens of an expression, or what is wrong with it.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let (string, after) = string(rest, first)?;
            tokens.push(Token::Text(string));
            rest = after;
        } else if first.is_ascii_digit() {
            let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '_').unwrap_or(rest.len());
            let (whole, after) = rest.split_at(end);
            let fraction = after.strip_prefix('.').map(|after| {
                let end = after.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(after.len());
                after.split_at(end)
            });
            let whole = whole.replace('_', "");
            if let Some((digits, after)) = fraction.filter(|(digits, _)| !digits.is_empty()) {
                tokens.push(Token::Float(format!("{whole}.{digits}").parse().map_err(|_| too_large(&whole))?));
                rest = after;
            } else {
                tokens.push(Token::Int(whole.parse().map_err(|_| too_large(&whole))?));
                rest = after;
            }
        } else if first.is_alphabetic() || first == '_' {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            tokens.push(Token::Name(name.to_owned()));
            rest = after;
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token::Sign(sign));
            rest = rest.get(sign.len()..).unwrap_or_default();
        } else {
            return Err(format!("`{first}` has no meaning in an expression"));
        }
        rest = rest.trim_start();
        if tokens.len() > MOST {
            return Err("it is too long".to_owned());
        }
    }
    Ok(tokens)
}

fn too_large(number: &str) -> String {
    format!("the number {number} is too large")
}

fn string(text: &str, quote: char) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        if letter == quote {
            return Ok((value, text.get(index + 1..).unwrap_or_default()));
        }
        if letter != '\\' {
            value.push(letter);
            continue;
        }
        match letters.next().map(|(_, letter)| letter) {
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            Some('r') => value.push('\r'),
            Some(letter @ ('\\' | '\'' | '"')) => value.push(letter),
            Some(letter) => value.extend(['\\', letter]),
            None => break,
        }
    }
    Err("a string is not closed".to_owned())
}
