//! From tokens to expressions.

use super::lex::{Kind as TokenKind, Token, tokens, unescaped};
use super::{Expr, Kind};

const DEEPEST: usize = 100;

/// Reads expressions out of the tokens of a text.
pub(super) struct Parser<'p> {
    pub(super) text: &'p str,
    pub(super) tokens: &'p [Token],
    pub(super) at: usize,
    depth: usize,
}

impl<'p> Parser<'p> {
    pub(super) fn new(text: &'p str, tokens: &'p [Token], at: usize) -> Self {
        Self { text, tokens, at, depth: 0 }
    }

    pub(super) fn peek(&self) -> Option<&'p Token> {
        self.tokens.get(self.at)
    }

    /// What the next token says, unless it is a string.
    pub(super) fn sign(&self) -> &'p str {
        match self.peek() {
            Some(Token { kind: TokenKind::Text { .. } | TokenKind::Newline { .. }, .. }) | None => "",
            Some(token) => self.text.get(token.start..token.end).unwrap_or_default(),
        }
    }

    /// Goes over a sign, if it is the next.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let found = self.sign() == sign;
        self.at += usize::from(found);
        found
    }

    /// Whether an expression ends here.
    fn is_end(&self) -> bool {
        matches!(self.peek(), None | Some(Token { kind: TokenKind::Newline { .. }, .. }))
            || matches!(self.sign(), "," | ")" | "]" | "}" | ":" | "=")
    }

    /// An expression up to the next comma, colon, or closing bracket.
    pub(super) fn expression(&mut self) -> Expr {
        let (begin, line) = (self.at, self.peek().map_or(1, |token| token.line));
        self.depth += 1;
        let kind = if self.depth > DEEPEST { Kind::Code } else { self.sum() };
        self.depth -= 1;
        let kind = if self.is_end() { kind } else { Kind::Code };
        if matches!(kind, Kind::Code) {
            self.skip();
        }
        Expr { line, kind, code: self.code(begin) }
    }

    /// The text from a token up to the one before the next.
    fn code(&self, begin: usize) -> String {
        let first = self.tokens.get(begin);
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.get(last));
        match (first, last) {
            (Some(first), Some(last)) if self.at > begin => {
                self.text.get(first.start..last.end).unwrap_or_default().to_owned()
            }
            _ => String::new(),
        }
    }

    /// Goes on to where an expression ends. The colon of a lambda is none.
    fn skip(&mut self) {
        let (mut open, mut lambdas) = (0_usize, usize::from(self.was_lambda()));
        while let Some(token) = self.peek() {
            if matches!(token.kind, TokenKind::Newline { .. }) {
                return;
            }
            match self.sign() {
                "(" | "[" | "{" => open += 1,
                ")" | "]" | "}" if open > 0 => open -= 1,
                ":" if open == 0 && lambdas > 0 => lambdas -= 1,
                "," if open == 0 && lambdas > 0 => {}
                "," | ")" | "]" | "}" | ":" | "=" if open == 0 => return,
                "lambda" if open == 0 => lambdas += 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn was_lambda(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| self.text.get(token.start..token.end) == Some("lambda"))
    }

    /// Texts that are added to other values.
    fn sum(&mut self) -> Kind {
        let (begin, line) = (self.at, self.peek().map_or(1, |token| token.line));
        let first = self.primary();
        if self.sign() != "+" {
            return first;
        }
        let mut parts = vec![Expr { line, kind: first, code: self.code(begin) }];
        while self.eat("+") {
            let (begin, line) = (self.at, self.peek().map_or(1, |token| token.line));
            let kind = self.primary();
            parts.push(Expr { line, kind, code: self.code(begin) });
        }
        let is_text = parts.iter().any(|part| matches!(part.kind, Kind::Text(_) | Kind::Joined(_)));
        let is_plain = parts.iter().all(|part| !matches!(part.kind, Kind::Code | Kind::Int(_) | Kind::Float(_)));
        if is_text && is_plain { Kind::Joined(parts) } else { Kind::Code }
    }

    /// A value, with what is called, indexed or taken of it.
    fn primary(&mut self) -> Kind {
        let (begin, line) = (self.at, self.peek().map_or(1, |token| token.line));
        let mut kind = self.atom();
        loop {
            let of = |kind, parser: &Self| Box::new(Expr { line, kind, code: parser.code(begin) });
            kind = match self.sign() {
                "." => {
                    let value = of(kind, self);
                    self.at += 1;
                    let name = self.sign().to_owned();
                    self.at += 1;
                    Kind::Attribute(value, name)
                }
                "(" => {
                    let value = of(kind, self);
                    match self.arguments() {
                        Some(arguments) => Kind::Call(value, arguments),
                        None => Kind::Code,
                    }
                }
                "[" => {
                    let value = of(kind, self);
                    self.at += 1;
                    let index = self.expression();
                    if !self.eat("]") {
                        return Kind::Code;
                    }
                    Kind::Index(value, Box::new(index))
                }
                _ => return kind,
            };
        }
    }

    /// What stands between the parentheses of a call. None where it is no list of values.
    pub(super) fn arguments(&mut self) -> Option<Vec<(Option<String>, Expr)>> {
        self.eat("(");
        let mut arguments = Vec::new();
        while !self.eat(")") {
            let is_name = matches!(self.peek(), Some(Token { kind: TokenKind::Name, .. }));
            let next = self.tokens.get(self.at + 1);
            let is_named = is_name && next.is_some_and(|token| self.text.get(token.start..token.end) == Some("="));
            let name = is_named.then(|| self.sign().to_owned());
            if is_named {
                self.at += 2;
            }
            arguments.push((name, self.expression()));
            if !self.eat(",") && self.sign() != ")" {
                return None;
            }
        }
        Some(arguments)
    }

    fn atom(&mut self) -> Kind {
        let Some(token) = self.peek() else { return Kind::Code };
        match &token.kind {
            TokenKind::Text { .. } => self.strings(),
            TokenKind::Number => {
                self.at += 1;
                number(self.text.get(token.start..token.end).unwrap_or_default(), 1)
            }
            TokenKind::Name => {
                let name = self.sign();
                self.at += 1;
                match name {
                    "None" => Kind::None,
                    "True" => Kind::Bool(true),
                    "False" => Kind::Bool(false),
                    "lambda" | "not" | "await" | "yield" => Kind::Code,
                    name => Kind::Name(name.to_owned()),
                }
            }
            TokenKind::Sign => match self.sign() {
                "-" => {
                    self.at += 1;
                    let next = self.peek().filter(|token| token.kind == TokenKind::Number);
                    let Some(token) = next else { return Kind::Code };
                    self.at += 1;
                    number(self.text.get(token.start..token.end).unwrap_or_default(), -1)
                }
                "[" => self.items("]").map_or(Kind::Code, |(items, _)| Kind::List(items)),
                "(" => match self.items(")") {
                    Some((mut items, false)) if items.len() == 1 => items.remove(0).kind,
                    Some((items, _)) => Kind::Tuple(items),
                    None => Kind::Code,
                },
                "{" => self.dict(),
                _ => Kind::Code,
            },
            TokenKind::Newline { .. } => Kind::Code,
        }
    }

    /// Values between brackets, and whether a comma follows the last. None where it is no list of values.
    fn items(&mut self, close: &str) -> Option<(Vec<Expr>, bool)> {
        self.at += 1;
        let (mut items, mut comma) = (Vec::new(), false);
        while !self.eat(close) {
            items.push(self.expression());
            comma = self.eat(",");
            if !comma && self.sign() != close {
                return None;
            }
        }
        // `[f(x) for x in all]` is one value that is code.
        let is_computed = |item: &Expr| matches!(item.kind, Kind::Code) && item.code.contains(" for ");
        (!items.iter().any(is_computed)).then_some((items, comma))
    }

    fn dict(&mut self) -> Kind {
        self.at += 1;
        let mut pairs = Vec::new();
        while !self.eat("}") {
            if self.eat("**") {
                pairs.push((None, self.expression()));
            } else {
                let key = self.expression();
                if !self.eat(":") {
                    return Kind::Code;
                }
                let value = self.expression();
                if matches!(value.kind, Kind::Code)
                    && value.code.contains(" for ")
                    && !value.code.starts_with(['[', '(', '{'])
                {
                    return Kind::Code;
                }
                pairs.push((Some(key), value));
            }
            if !self.eat(",") && self.sign() != "}" {
                return Kind::Code;
            }
        }
        Kind::Dict(pairs)
    }

    /// Strings that stand beside each other are one.
    fn strings(&mut self) -> Kind {
        let mut parts: Vec<Expr> = Vec::new();
        while let Some(Token { kind: TokenKind::Text { prefix, body }, line, .. }) = self.peek() {
            self.at += 1;
            if prefix.contains('b') || prefix == "t" {
                return Kind::Code;
            }
            let is_raw = prefix.contains('r');
            let mean = |text: &str| if is_raw { text.to_owned() } else { unescaped(text) };
            let text = |text: &str| Expr { line: *line, kind: Kind::Text(mean(text)), code: String::new() };
            if !prefix.contains('f') {
                parts.push(text(body));
                continue;
            }
            let Some(pieces) = pieces(body) else { return Kind::Code };
            for piece in pieces {
                parts.push(match piece {
                    Piece::Text(piece) => text(&piece),
                    Piece::Value(code) => value(&code, *line),
                });
            }
        }
        let mut joined: Vec<Expr> = Vec::new();
        for part in parts {
            match (joined.last_mut().map(|last| &mut last.kind), &part.kind) {
                (Some(Kind::Text(before)), Kind::Text(more)) => before.push_str(more),
                _ => joined.push(part),
            }
        }
        match joined.as_slice() {
            [] => Kind::Text(String::new()),
            [Expr { kind: Kind::Text(text), .. }] => Kind::Text(text.clone()),
            _ => Kind::Joined(joined),
        }
    }
}

enum Piece {
    Text(String),
    Value(String),
}

/// The pieces of an f-string. None where a value has a format or a conversion.
fn pieces(body: &str) -> Option<Vec<Piece>> {
    let (mut pieces, mut text, mut rest) = (Vec::new(), String::new(), body);
    while let Some(index) = rest.find(['{', '}']) {
        text.push_str(rest.get(..index)?);
        rest = rest.get(index..)?;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push_str(rest.get(..1)?);
            rest = rest.get(2..)?;
            continue;
        }
        let (value, after) = rest.strip_prefix('{')?.split_once('}')?;
        let outside: String = value.split(['"', '\'']).step_by(2).collect();
        if outside.contains([':', '!', '{', '=']) {
            return None;
        }
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Value(value.to_owned()));
        rest = after;
    }
    text.push_str(rest);
    pieces.push(Piece::Text(text));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Some(pieces)
}

/// The value of a piece of an f-string.
fn value(code: &str, line: usize) -> Expr {
    let lexed = tokens(code.trim()).unwrap_or_default();
    let lexed: Vec<Token> =
        lexed.into_iter().filter(|token| !matches!(token.kind, TokenKind::Newline { .. })).collect();
    let mut parser = Parser::new(code.trim(), &lexed, 0);
    let read = parser.expression();
    let kind = if parser.at == lexed.len() { read.kind } else { Kind::Code };
    let mut value = Expr { line, kind, code: code.trim().to_owned() };
    relined(&mut value, line);
    value
}

fn relined(expr: &mut Expr, line: usize) {
    expr.line = line;
    match &mut expr.kind {
        Kind::Attribute(of, _) => relined(of, line),
        Kind::Index(of, index) => {
            relined(of, line);
            relined(index, line);
        }
        Kind::Call(of, arguments) => {
            relined(of, line);
            for (_, argument) in arguments {
                relined(argument, line);
            }
        }
        _ => {}
    }
}

fn number(text: &str, sign: i64) -> Kind {
    let plain = text.replace('_', "");
    if let Ok(number) = plain.parse::<i64>() {
        return Kind::Int(sign * number);
    }
    #[allow(clippy::cast_precision_loss, reason = "the sign alone")]
    plain.parse::<f64>().map_or(Kind::Code, |number| Kind::Float(sign as f64 * number))
}
