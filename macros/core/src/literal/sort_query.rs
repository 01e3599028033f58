//! The query parameters that ask for an order: `"s=CREATION_DATE&asc=false"`.

use crate::syntax::Literal;

/// Names and values, in their order.
#[derive(Clone)]
pub(crate) struct SortQuery(pub(crate) Vec<(String, String)>);

impl Literal for SortQuery {
    const EXAMPLE: &'static str = "\"sort=created&order=desc\"";

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            let help = "an order that the API has without being asked is no order that a query can ask for";
            return Err(format!("this asks for no order: it is empty\nnote: {help}"));
        }
        if let Some(rest) = text.strip_prefix(['?', '&']) {
            return Err(format!("this has a sign before its first parameter\nhelp: write `\"{rest}\"`"));
        }
        if let Some(rest) = text.strip_suffix('&') {
            return Err(format!("this has a sign after its last parameter\nhelp: write `\"{rest}\"`"));
        }
        if text.trim() != text {
            return Err(format!("white space around the parameters would be sent\nhelp: write `\"{}\"`", text.trim()));
        }
        if text.chars().any(char::is_control) {
            return Err("a query has no control characters".to_owned());
        }
        if text.contains(['{', '}']) {
            return Err("the parameters of an order are fixed: they have no placeholders".to_owned());
        }
        let mut params: Vec<(String, String)> = Vec::new();
        for param in text.split('&') {
            let Some((name, value)) = param.split_once('=').filter(|(name, _)| !name.is_empty()) else {
                return Err(format!("`{param}` is no parameter with a value\nhelp: write `name=value`"));
            };
            if is_encoded(value) || is_encoded(name) {
                return Err(format!(
                    "`{param}` is encoded\nhelp: write the value itself: it is encoded when it is sent"
                ));
            }
            if params.iter().any(|(known, _)| known == name) {
                return Err(format!("the parameter `{name}` is set twice"));
            }
            params.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self(params))
    }
}

/// Whether a text has a `%` with two hexadecimal digits.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).any(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}
