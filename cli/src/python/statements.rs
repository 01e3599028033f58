//! What a file says: what its names stand for, and what it calls.

use super::Expr;
use super::lex::{Kind as TokenKind, Token, tokens};
use super::parse::Parser;
use crate::yaml::Fault;

/// The functions that a statement stands in, by the lines of their `def`, the innermost last.
pub(crate) type Scope = Vec<usize>;

#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) calls: Vec<Call>,
    /// Statements that change what a name stands for: the name, the line and the code.
    pub(crate) changes: Vec<(String, usize, String)>,
}

/// A name, and what it stands for.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// As it is written: `RESTAPIConfig`.
    pub(crate) annotation: String,
    /// None for a function's argument without a default.
    pub(crate) value: Option<Expr>,
    pub(crate) is_argument: bool,
    pub(crate) scope: Scope,
}

/// A function that is called by its name.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) arguments: Vec<(Option<String>, Expr)>,
    pub(crate) scope: Scope,
}

/// Reads a file. `wanted` are the functions whose calls matter. Statements that are none of this are passed over.
pub(crate) fn read(text: &str, wanted: &[&str]) -> Result<Module, Fault> {
    let tokens = tokens(text)?;
    let mut module = Module::default();
    // The functions that are open: how far they are indented, and on which line they begin.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let TokenKind::Newline { indent } = token.kind else { continue };
        let line = token.line;
        while open.last().is_some_and(|(outer, _)| indent <= *outer) {
            open.pop();
        }
        let scope: Scope = open.iter().map(|(_, line)| *line).collect();
        let mut parser = Parser::new(text, &tokens, at);
        parser.eat("async");
        if parser.eat("def") {
            open.push((indent, line));
            let inner: Scope = open.iter().map(|(_, line)| *line).collect();
            parser.at += 1;
            arguments(&mut parser, &inner, &mut module);
        } else {
            statement(&mut parser, &scope, &mut module);
        }
        let end = next_line(&tokens, at);
        for index in at..end {
            let mut parser = Parser::new(text, &tokens, index);
            let name = parser.sign().to_owned();
            if !wanted.contains(&name.as_str()) {
                continue;
            }
            parser.at += 1;
            let before = index.checked_sub(1).map(|before| Parser::new(text, &tokens, before).sign());
            if parser.sign() == "("
                && before != Some("def")
                && let Some(arguments) = parser.arguments()
            {
                module.calls.push(Call { arguments, scope: scope.clone() });
            }
        }
        at = end;
    }
    Ok(module)
}

fn next_line(tokens: &[Token], from: usize) -> usize {
    let rest = tokens.get(from..).unwrap_or_default();
    from + rest.iter().position(|token| matches!(token.kind, TokenKind::Newline { .. })).unwrap_or(rest.len())
}

/// `name = value`, `name: Type = value`, or a change: `name[…] = …`, `name.append(…)`, `name += …`.
fn statement(parser: &mut Parser<'_>, scope: &Scope, module: &mut Module) {
    let Some(token) = parser.peek().filter(|token| token.kind == TokenKind::Name) else { return };
    let (name, line, begin) = (parser.sign().to_owned(), token.line, token.start);
    parser.at += 1;
    let annotation = if parser.eat(":") { parser.expression().code } else { String::new() };
    if parser.eat("=") {
        let value = parser.expression();
        module.bindings.push(Binding {
            name,
            line,
            annotation,
            value: Some(value),
            is_argument: false,
            scope: scope.clone(),
        });
        return;
    }
    let is_change = match parser.sign() {
        "[" | "." => {
            let end = next_line(parser.tokens, parser.at);
            let tokens = parser.tokens.get(parser.at..end).unwrap_or_default();
            let says = |token: &Token| parser.text.get(token.start..token.end).unwrap_or_default();
            // A `=` outside of brackets, or a method that changes.
            let mut depth = 0_usize;
            tokens.iter().any(|token| {
                match says(token) {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                (depth == 0 && token.kind == TokenKind::Sign && says(token).ends_with('=') && says(token) != "==")
                    || ["append", "extend", "update", "insert", "pop", "setdefault", "remove"].contains(&says(token))
            })
        }
        "+=" | "|=" => true,
        _ => false,
    };
    if is_change {
        let end = next_line(parser.tokens, parser.at);
        let end = end.checked_sub(1).and_then(|last| parser.tokens.get(last)).map_or(begin, |token| token.end);
        let code = parser.text.get(begin..end).unwrap_or_default().to_owned();
        module.changes.push((name, line, code));
    }
}

/// The arguments of a function.
fn arguments(parser: &mut Parser<'_>, scope: &Scope, module: &mut Module) {
    if !parser.eat("(") {
        return;
    }
    while parser.peek().is_some() && !parser.eat(")") {
        let Some(token) = parser.peek() else { return };
        let (name, line, is_name) = (parser.sign().to_owned(), token.line, token.kind == TokenKind::Name);
        parser.at += 1;
        if !is_name {
            // `*`, `/`, `**`: what follows is read as an argument.
            parser.eat(",");
            continue;
        }
        let annotation = if parser.eat(":") { parser.expression().code } else { String::new() };
        let value = parser.eat("=").then(|| parser.expression());
        module.bindings.push(Binding { name, line, annotation, value, is_argument: true, scope: scope.clone() });
        parser.eat(",");
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn module(text: &str) -> Module {
        read(text, &["rest_api_source"]).unwrap_or_else(|fault| panic!("{fault:?}"))
    }

    fn first(text: &str) -> Kind {
        module(text)
            .bindings
            .into_iter()
            .next()
            .and_then(|binding| binding.value)
            .map_or(Kind::None, |value| value.kind)
    }

    #[test]
    fn literals() {
        assert_eq!(first("a = 'x' \"y\"\n"), Kind::Text("xy".into()));
        assert_eq!(first("a = r'\\d' '\\n\\u00e9'"), Kind::Text("\\d\n\u{e9}".into()));
        assert_eq!(first("a: int = -1_000  # x"), Kind::Int(-1000));
        assert_eq!(first("a = 2.5e3"), Kind::Float(2500.0));
        assert!(matches!(first("a = (1,)"), Kind::Tuple(items) if items.len() == 1));
        assert!(matches!(first("a = ('x'\n 'y')"), Kind::Text(text) if text == "xy"));
        assert!(matches!(first("a = {'k': [1, {'b': None}], **c,}"), Kind::Dict(pairs) if pairs.len() == 2));
        assert!(matches!(first("a = f'x{y}' + z[\"k\"]"), Kind::Joined(parts) if parts.len() == 2));
        assert!(
            matches!(first("a = dlt.secrets['x']"), Kind::Index(of, _) if of.path().as_deref() == Some("dlt.secrets"))
        );
    }

    #[test]
    fn what_is_computed_is_code() {
        for code in [
            "a = [x for x in y]",
            "a = {k: v for k, v in y}",
            "a = x if y else z",
            "a = lambda row, n=1: row['a']",
            "a = f'{x:>3}'",
            "a = x or {'b': 1}",
            "a = not x",
            "a = b'x'",
        ] {
            assert_eq!(first(code), Kind::Code, "{code}");
        }
        let Kind::Dict(pairs) = first("a = {'f': lambda x, y: {x: y}, 'g': 1}") else { panic!("no dictionary") };
        assert_eq!(pairs.len(), 2);
    }

    #[test]
    fn scopes_and_calls() {
        let text = "def f(a, *, b: str = dlt.secrets.value) -> X:\n    c: RESTAPIConfig = {\n'x': 1}\n\n    c['y'] = 2\n    yield from rest_api_source(c, name='n')\n\nd = 1\n";
        let module = module(text);
        let names: Vec<(&str, usize)> =
            module.bindings.iter().map(|binding| (binding.name.as_str(), binding.scope.len())).collect();
        assert_eq!(names, [("a", 1), ("b", 1), ("c", 1), ("d", 0)]);
        assert_eq!(module.calls.iter().map(|call| call.arguments.len()).collect::<Vec<_>>(), [2]);
        assert_eq!(module.changes, [("c".to_owned(), 5, "c['y'] = 2".to_owned())]);
    }

    #[test]
    fn what_is_no_python() {
        for (text, line) in [("a = {\n'b': [1}\n", 2), ("a = 'x\n", 1), ("\nb = (", 2), ("]", 1)] {
            assert_eq!(read(text, &[]).map_err(|fault| fault.line).err(), Some(line), "{text}");
        }
    }
}
