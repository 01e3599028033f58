//! Braces that are meant as they are: a query or JSON in a text, where a brace has to be written twice.

use super::template::{doubled, part};

/// How long a text may be that a message shows.
const LONGEST: usize = 160;

/// The message about a placeholder that cannot be one, with what to write where the text's braces are its own.
pub(super) fn with_braces_help(message: String, text: &str) -> String {
    let has_help = message.contains("\nhelp:");
    if !is_code(text) {
        return if has_help {
            message
        } else {
            format!("{message}\nhelp: a brace itself is written twice: `{{{{` or `}}}}`")
        };
    }
    let mistake = message.lines().next().unwrap_or_default();
    let written = written_twice(text);
    if written.chars().count() > LONGEST || written.contains('\n') {
        return format!(
            "{mistake}\nhelp: this text has braces of its own: write each of them twice, `{{{{` and `}}}}`; a placeholder has single ones: `{{name}}`"
        );
    }
    format!("{mistake}\nhelp: this text has braces of its own: write them twice: `{written:?}`")
}

/// Whether a text is a query, JSON or the like: something in its braces is more than a name.
fn is_code(text: &str) -> bool {
    let is_more = |inside: &str| inside.contains(['\n', '"', '\'', '(']) || inside.trim().contains(": ");
    text.matches(['{', '}']).count() > 2 && !text.contains("{{") || text.split(['{', '}']).skip(1).any(is_more)
}

/// The text with its own braces written twice, and with its placeholders as they are.
fn written_twice(text: &str) -> String {
    let is_double = |after: &str, brace: &str| text.contains("{{") && after.starts_with(brace);
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, at)) = rest.find(['{', '}']).map(|at| rest.split_at(at)) {
        out.push_str(before);
        let (brace, after) = at.split_at(1);
        let name = after.split_once('}').filter(|_| brace == "{").map(|(name, _)| name);
        let twice = after.strip_prefix(brace).filter(|_| is_double(after, brace));
        rest = match (twice, name.filter(|name| part(name).is_ok() && is_value(name, &out))) {
            (Some(after), _) => {
                out.push_str(&doubled(brace));
                after
            }
            (None, Some(name)) => {
                out.extend(["{", name, "}"]);
                after.get(name.len() + 1..).unwrap_or_default()
            }
            (None, None) => {
                out.push_str(&doubled(brace));
                after
            }
        };
    }
    out + rest
}

/// Whether a name in braces is a placeholder: in a query, `{login}` after a name or a list of arguments is a selection.
fn is_value(name: &str, before: &str) -> bool {
    let last = before.trim_end().chars().next_back();
    name.contains('.') || last.is_some_and(|last| !(last.is_alphanumeric() || matches!(last, '_' | ')' | '{' | '}')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_of_code_are_written_twice() {
        for (text, written) in [
            ("query { viewer { login } }", "query {{ viewer {{ login }} }}"),
            ("{viewer{login}}", "{{viewer{{login}}}}"),
            ("{ post(id: {resources.posts.id}) {title} }", "{{ post(id: {resources.posts.id}) {{title}} }}"),
            (r#"{"a": "{name}"}"#, r#"{{"a": "{name}"}}"#),
            ("{ a(first: {n}) { id } }", "{{ a(first: {n}) {{ id }} }}"),
            ("é {", "é {{"),
        ] {
            assert_eq!(written_twice(text), written);
        }
    }
}
