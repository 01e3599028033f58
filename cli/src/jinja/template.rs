//! From a text to its parts. Of statements, `set` and `if` are followed.

use super::parse::expression;
use super::{Expr, Part};

const DEEPEST: usize = 20;
/// Names may stand for names: this bounds what one can stand for.
const LARGEST: usize = 200;

/// The parts of a text, or why it cannot be followed. A value that `set` names stands where its name does; what stands
/// between `if` and `endif` is an expression.
pub(crate) fn template(text: &str) -> Result<Vec<Part>, String> {
    let mut reader = Reader { rest: text, known: Vec::new(), depth: 0 };
    let (parts, end) = reader.parts()?;
    match end {
        None => Ok(parts),
        Some(statement) => Err(format!("`{{% {statement} %}}` is not expected there")),
    }
}

struct Reader<'t> {
    rest: &'t str,
    /// Names that were set, with their values.
    known: Vec<(String, Expr)>,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// The parts up to the end, or up to a statement that ends them.
    fn parts(&mut self) -> Result<(Vec<Part>, Option<&'t str>), String> {
        let mut parts = Vec::new();
        while let Some(start) = self.rest.find('{') {
            let (before, from) = self.rest.split_at(start);
            match from.get(..2) {
                Some("{{") => {
                    push(&mut parts, before);
                    let end = closing(from).ok_or("the `{{` is not closed")?;
                    let inside = from.get(2..end).unwrap_or_default().trim_matches('-');
                    parts.push(Part::Expr(self.expression(inside)?));
                    self.rest = from.get(end + 2..).unwrap_or_default();
                }
                Some("{%") => {
                    push(&mut parts, before);
                    let end = from.find("%}").ok_or("the `{%` is not closed")?;
                    let statement = from.get(2..end).unwrap_or_default().trim_matches('-').trim();
                    self.rest = from.get(end + 2..).unwrap_or_default();
                    let (word, inside) = statement.split_once(char::is_whitespace).unwrap_or((statement, ""));
                    match word {
                        "set" => self.set(inside)?,
                        "if" => parts.push(Part::Expr(self.conditional(inside)?)),
                        "elif" | "else" | "endif" => return Ok((parts, Some(statement))),
                        _ => return Err("it has a statement, `{% … %}`".to_owned()),
                    }
                }
                Some("{#") => {
                    push(&mut parts, before);
                    let end = from.find("#}").ok_or("the `{#` is not closed")?;
                    self.rest = from.get(end + 2..).unwrap_or_default();
                }
                _ => {
                    push(&mut parts, self.rest.get(..=start).unwrap_or_default());
                    self.rest = from.get(1..).unwrap_or_default();
                }
            }
        }
        push(&mut parts, self.rest);
        self.rest = "";
        Ok((parts, None))
    }

    fn expression(&self, text: &str) -> Result<Expr, String> {
        Ok(expression(text)?.with(&self.known))
    }

    /// `name = value`
    fn set(&mut self, statement: &str) -> Result<(), String> {
        let (name, value) = statement.split_once('=').ok_or("a `set` without a value")?;
        let name = name.trim();
        let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        // `_` takes what a call returns that changes something.
        if !is_name || name == "_" {
            return Err("it sets more than a name".to_owned());
        }
        if self.depth > 0 {
            return Err("it sets a name under a condition".to_owned());
        }
        let value = self.expression(value)?;
        if value.size() > LARGEST {
            return Err("it sets a name to a long expression".to_owned());
        }
        self.known.retain(|(known, _)| known != name);
        self.known.push((name.to_owned(), value));
        Ok(())
    }

    /// What follows `if condition`, up to its `endif`, as one expression.
    fn conditional(&mut self, condition: &str) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let condition = self.expression(condition)?;
        let (then, end) = self.parts()?;
        let end = end.ok_or("an `endif` is missing")?;
        let other = match end.split_once(char::is_whitespace).unwrap_or((end, "")) {
            ("endif", _) => Expr::text(""),
            ("elif", condition) => self.conditional(condition)?,
            _ => match self.parts()? {
                (other, Some("endif")) => joined(other),
                _ => return Err("an `endif` is missing".to_owned()),
            },
        };
        self.depth -= 1;
        Ok(Expr::Cond(Box::new(joined(then)), Box::new(condition), Some(Box::new(other))))
    }
}

/// Parts as one expression.
fn joined(parts: Vec<Part>) -> Expr {
    let exprs = parts.into_iter().map(|part| match part {
        Part::Text(text) => Expr::text(text),
        Part::Expr(expr) => expr,
    });
    exprs.reduce(|left, right| Expr::Binary("~", Box::new(left), Box::new(right))).unwrap_or_else(|| Expr::text(""))
}

fn push(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// Where the `}}` is that closes, past strings and dictionaries.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut letters = text.char_indices().skip(2);
    while let Some((index, letter)) = letters.next() {
        match quote {
            Some(_) if letter == '\\' => {
                letters.next();
            }
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None => match letter {
                '\'' | '"' => quote = Some(letter),
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                '}' if text.get(index..index + 2) == Some("}}") => return Some(index),
                _ => {}
            },
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Expr {
        match template(text).as_deref() {
            Ok([Part::Expr(expr)]) => expr.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn names_that_are_set_stand_for_their_values() {
        let parts = template("{% set a = config.x %}{%- set b = a.y -%}{{ b }}/{{ c }}").unwrap_or_default();
        let expected = template("{{ config.x.y }}/{{ c }}").unwrap_or_default();
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_conditional_statement_is_an_expression() {
        let of = |text: &str| template(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(of("{% if a %}x{% else %}y{% endif %}"), of("{{ 'x' if a else 'y' }}"));
        assert_eq!(of("{% if a %}x{% elif b %}{{ c }}{% endif %}"), of("{{ 'x' if a else (c if b else '') }}"));
        assert_eq!(of("/{% if a %}x{{ a }}{% endif %}.json"), of("/{{ 'x' ~ a if a else '' }}.json"));
        for text in [
            "{% if a %}x",
            "{% if a %}x{% else %}y",
            "x{% endif %}",
            "{% if a %}{% set b = 1 %}{% endif %}",
            "{% set _ = list.append(1) %}",
            "{% set a, b = c %}",
            "{% if %}{% endif %}",
        ] {
            assert!(template(text).is_err(), "{text}");
        }
        let deep = format!("{}x{}", "{% if a %}".repeat(5_000), "{% endif %}".repeat(5_000));
        assert!(template(&deep).is_err());
        let doubled = format!("{{% set a = 'x' ~ config.y %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(60));
        assert!(template(&doubled).is_err());
    }

    #[test]
    fn texts_have_parts() {
        let parts = template("a {{ config['x'] }} b").unwrap_or_default();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts.first(), Some(&Part::Text("a ".to_owned())));
        assert_eq!(template("{\"a\": 1}"), Ok(vec![Part::Text("{\"a\": 1}".to_owned())]));
        assert_eq!(template("{{ {'a': {'b': 1}} }}").map(|parts| parts.len()), Ok(1));
    }

    #[test]
    fn operators_bind_as_in_jinja() {
        assert!(matches!(one("{{ not a or b and c }}"), Expr::Or(left, _) if matches!(*left, Expr::Not(_))));
        assert!(matches!(one("{{ a if b else c if d else e }}"), Expr::Cond(.., Some(_))));
        assert!(matches!(one("{{ a is not none }}"), Expr::Test(_, _, true)));
        assert!(matches!(one("{{ a not in b }}"), Expr::Compare("not in", ..)));
        assert!(matches!(one("{{ x | default('y') }}"), Expr::Filter(..)));
    }

    #[test]
    fn what_cannot_be_followed_says_so() {
        for text in ["{% for a in b %}{% endfor %}", "{{ a", "{{ a b }}", "{{ 'a }}", "{{ }}", "{{ ; }}"] {
            assert!(template(text).is_err(), "{text}");
        }
        for (before, after) in [("(", ")"), ("-", ""), ("not ", ""), ("[", "]"), ("a + ", "")] {
            let text = format!("{{{{ {}a{} }}}}", before.repeat(5_000), after.repeat(5_000));
            assert!(template(&text).is_err(), "{before}");
        }
        let long = format!("{{{{ {}a }}}}", "a ~ ".repeat(1_000));
        assert!(template(&long).is_ok_and(|parts| parts.len() == 1));
    }
}
