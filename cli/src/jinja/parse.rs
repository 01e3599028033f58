//! From tokens to an expression.

use serde_json::Value as Json;

use super::Expr;
use super::lex::{Token, tokens};

const DEEPEST: usize = 60;

/// The expression between `{{` and `}}`.
pub(super) fn expression(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let expr = parser.conditional()?;
    match parser.tokens.get(parser.next) {
        None => Ok(expr),
        Some(token) => Err(format!("{} is not expected there", shown(token))),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Name(name) => format!("`{name}`"),
        Token::Text(text) => format!("the string '{text}'"),
        Token::Int(number) => format!("`{number}`"),
        Token::Float(number) => format!("`{number}`"),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(sign)) if *sign == wanted);
        self.next += usize::from(found);
        found
    }

    fn word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == wanted);
        self.next += usize::from(found);
        found
    }

    fn need(&mut self, wanted: &str) -> Result<(), String> {
        if self.sign(wanted) { Ok(()) } else { Err(format!("a `{wanted}` is missing")) }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.next += 1;
                Ok(name)
            }
            _ => Err("a name is missing".to_owned()),
        }
    }

    fn conditional(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let then = self.or()?;
        let expr = if self.word("if") {
            let condition = Box::new(self.or()?);
            let other = if self.word("else") { Some(Box::new(self.conditional()?)) } else { None };
            Expr::Cond(Box::new(then), condition, other)
        } else {
            then
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn or(&mut self) -> Result<Expr, String> {
        let mut left = self.and()?;
        while self.word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut left = self.not()?;
        while self.word("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, String> {
        let mut opposite = 0;
        while self.word("not") {
            opposite += 1;
        }
        let expr = self.compare()?;
        Ok((0..opposite).fold(expr, |expr, _| Expr::Not(Box::new(expr))))
    }

    fn compare(&mut self) -> Result<Expr, String> {
        const SIGNS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];
        let mut left = self.sum()?;
        loop {
            if let Some(sign) = SIGNS.into_iter().find(|sign| self.sign(sign)) {
                left = Expr::Compare(sign, Box::new(left), Box::new(self.sum()?));
            } else if self.word("in") {
                left = Expr::Compare("in", Box::new(left), Box::new(self.sum()?));
            } else if matches!(self.tokens.get(self.next..self.next + 2),
                Some([Token::Name(a), Token::Name(b)]) if a == "not" && b == "in")
            {
                self.next += 2;
                left = Expr::Compare("not in", Box::new(left), Box::new(self.sum()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn sum(&mut self) -> Result<Expr, String> {
        let mut left = self.product()?;
        while let Some(sign) = ["+", "-", "~"].into_iter().find(|sign| self.sign(sign)) {
            left = Expr::Binary(sign, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr, String> {
        let mut left = self.unary()?;
        while let Some(sign) = ["**", "//", "*", "/", "%"].into_iter().find(|sign| self.sign(sign)) {
            left = Expr::Binary(sign, Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, String> {
        let mut opposite = false;
        while self.sign("-") {
            opposite = !opposite;
        }
        let value = self.postfix()?;
        Ok(match value {
            value if !opposite => value,
            Expr::Const(Json::Number(number)) if number.is_i64() => {
                Expr::Const(number.as_i64().unwrap_or_default().wrapping_neg().into())
            }
            other => Expr::Binary("-", Box::new(Expr::Const(0.into())), Box::new(other)),
        })
    }

    fn postfix(&mut self) -> Result<Expr, String> {
        let mut expr = self.primary()?;
        loop {
            if self.sign(".") {
                let key = match self.peek().cloned() {
                    Some(Token::Int(index)) => {
                        self.next += 1;
                        Expr::Const(index.into())
                    }
                    _ => Expr::text(self.name()?),
                };
                expr = Expr::Get(Box::new(expr), Box::new(key));
            } else if self.sign("[") {
                expr = self.index(expr)?;
            } else if self.sign("(") {
                let (args, named) = self.arguments()?;
                expr = Expr::Call(Box::new(expr), args, named);
            } else if self.sign("|") {
                let name = self.name()?;
                let (mut args, named) = if self.sign("(") { self.arguments()? } else { (Vec::new(), Vec::new()) };
                // Of filters, `map` alone has such an argument: the field that is taken of each item.
                args.extend(named.into_iter().filter(|(name, _)| name == "attribute").map(|(_, value)| value));
                expr = Expr::Filter(Box::new(expr), name, args);
            } else if self.word("is") {
                let opposite = self.word("not");
                let name = self.name()?;
                expr = Expr::Test(Box::new(expr), name, opposite);
            } else {
                return Ok(expr);
            }
        }
    }

    fn index(&mut self, of: Expr) -> Result<Expr, String> {
        let start = if matches!(self.peek(), Some(Token::Sign(":"))) { None } else { Some(self.conditional()?) };
        if self.sign(":") {
            let is_open = matches!(self.peek(), Some(Token::Sign("]")));
            let end = if is_open { None } else { Some(self.conditional()?) };
            self.need("]")?;
            let number = |bound: Option<Expr>| match bound {
                None => Ok(None),
                Some(Expr::Const(Json::Number(number))) => Ok(number.as_i64()),
                Some(_) => Err("a part of a list by computed bounds".to_owned()),
            };
            return Ok(Expr::Slice(Box::new(of), number(start)?, number(end)?));
        }
        self.need("]")?;
        start.map(|key| Expr::Get(Box::new(of), Box::new(key))).ok_or_else(|| "an index is missing".to_owned())
    }

    #[allow(clippy::type_complexity, reason = "the two kinds of arguments of a call")]
    fn arguments(&mut self) -> Result<(Vec<Expr>, Vec<(String, Expr)>), String> {
        let (mut args, mut named) = (Vec::new(), Vec::new());
        while !self.sign(")") {
            let name = match self.tokens.get(self.next..self.next + 2) {
                Some([Token::Name(name), Token::Sign("=")]) => Some(name.clone()),
                _ => None,
            };
            match name {
                Some(name) => {
                    self.next += 2;
                    named.push((name, self.conditional()?));
                }
                None => args.push(self.conditional()?),
            }
            if !self.sign(",") {
                self.need(")")?;
                break;
            }
        }
        Ok((args, named))
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let Some(token) = self.peek().cloned() else { return Err("the expression ends too early".to_owned()) };
        self.next += 1;
        match token.clone() {
            Token::Text(mut text) => {
                // Strings that follow each other are one.
                while let Some(Token::Text(more)) = self.peek() {
                    text.push_str(more);
                    self.next += 1;
                }
                Ok(Expr::text(text))
            }
            Token::Int(number) => Ok(Expr::Const(number.into())),
            Token::Float(number) => Ok(Expr::Const(number.into())),
            Token::Name(name) => Ok(match name.as_str() {
                "true" | "True" => Expr::Const(true.into()),
                "false" | "False" => Expr::Const(false.into()),
                "none" | "None" => Expr::Const(Json::Null),
                _ => Expr::Name(name),
            }),
            Token::Sign("(") => {
                let expr = self.conditional()?;
                self.need(")")?;
                Ok(expr)
            }
            Token::Sign("[") => {
                let mut items = Vec::new();
                while !self.sign("]") {
                    items.push(self.conditional()?);
                    if !self.sign(",") {
                        self.need("]")?;
                        break;
                    }
                }
                Ok(Expr::List(items))
            }
            Token::Sign("{") => {
                let mut entries = Vec::new();
                while !self.sign("}") {
                    let key = self.conditional()?;
                    self.need(":")?;
                    entries.push((key, self.conditional()?));
                    if !self.sign(",") {
                        self.need("}")?;
                        break;
                    }
                }
                Ok(Expr::Dict(entries))
            }
            Token::Sign(_) => Err(format!("{} is not expected there", shown(&token))),
        }
    }
}
