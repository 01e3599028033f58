//! Python's tokens, with their places.

use crate::yaml::Fault;

/// A token: what it is, where it is in the text, and on which line, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Name,
    Number,
    /// The letters before its quotes, in lower case, and what stands between them, as it is written.
    Text {
        prefix: String,
        body: String,
    },
    /// An operator, or a bracket: `:=`, `**`, `{`.
    Sign,
    /// The end of a statement's line. `indent` is how far the next one is indented.
    Newline {
        indent: usize,
    },
}

/// Operators of several letters, the longest first.
const SIGNS: [&str; 24] = [
    "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->", "+=", "-=", "*=", "/=",
    "%=", "&=", "|=", "^=", "@=", ":=",
];

/// The tokens of a text, without comments; lines within brackets are one.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut lexer = Lexer { text, at: 0, line: 1, open: Vec::new(), tokens: Vec::new() };
    lexer.indent();
    while let Some(letter) = lexer.peek() {
        lexer.token(letter)?;
    }
    match lexer.open.first() {
        Some((bracket, line)) => Err(Fault::new(*line, format!("this is no Python: `{bracket}` is not closed"))),
        None => Ok(lexer.tokens),
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// Open brackets and their lines.
    open: Vec<(char, usize)>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on over what fits.
    fn skip(&mut self, fits: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
    }

    fn push(&mut self, kind: Kind, start: usize, line: usize) {
        self.tokens.push(Token { kind, start, end: self.at, line });
    }

    fn token(&mut self, letter: char) -> Result<(), Fault> {
        let (start, line) = (self.at, self.line);
        match letter {
            '\n' => {
                self.at += 1;
                self.line += 1;
                if self.open.is_empty() {
                    self.indent();
                }
            }
            '#' => self.skip(|letter| letter != '\n'),
            '\\' if self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r\n") => {
                self.skip(|letter| letter != '\n');
                self.at += 1;
                self.line += 1;
            }
            ';' if self.open.is_empty() => {
                self.at += 1;
                let indent = self.tokens.iter().rev().find_map(|token| match token.kind {
                    Kind::Newline { indent } => Some(indent),
                    _ => None,
                });
                self.push(Kind::Newline { indent: indent.unwrap_or(0) }, start, line);
            }
            letter if letter.is_whitespace() || letter == '\u{feff}' => self.at += letter.len_utf8(),
            '"' | '\'' => self.string("", start, line)?,
            letter if letter.is_alphabetic() || letter == '_' => {
                self.skip(|letter| letter.is_alphanumeric() || letter == '_');
                let word = self.text.get(start..self.at).unwrap_or_default().to_lowercase();
                let is_prefix = ["r", "u", "b", "f", "br", "rb", "fr", "rf", "t"].contains(&word.as_str());
                if is_prefix && matches!(self.peek(), Some('"' | '\'')) {
                    self.string(&word, start, line)?;
                } else {
                    self.push(Kind::Name, start, line);
                }
            }
            letter if letter.is_ascii_digit() => {
                self.skip(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.');
                self.push(Kind::Number, start, line);
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| self.rest().starts_with(sign));
                self.at += sign.map_or(letter.len_utf8(), str::len);
                self.bracket(letter, line)?;
                self.push(Kind::Sign, start, line);
            }
        }
        Ok(())
    }

    fn bracket(&mut self, letter: char, line: usize) -> Result<(), Fault> {
        let opening = match letter {
            '(' | '[' | '{' => {
                self.open.push((letter, line));
                return Ok(());
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => return Ok(()),
        };
        match self.open.pop() {
            Some((open, _)) if open == opening => Ok(()),
            Some((open, from)) => Err(Fault::new(
                line,
                format!("this is no Python: `{letter}` does not close the `{open}` of line {from}"),
            )),
            None => Err(Fault::new(line, format!("this is no Python: `{letter}` closes nothing"))),
        }
    }

    /// The indentation of the line that begins here, unless there is nothing on it.
    fn indent(&mut self) {
        let start = self.at;
        self.skip(|letter| letter == ' ' || letter == '\t');
        let indent = self.at - start;
        if !matches!(self.peek(), None | Some('\n' | '\r' | '#')) {
            self.push(Kind::Newline { indent }, self.at, self.line);
        }
    }

    fn string(&mut self, prefix: &str, start: usize, line: usize) -> Result<(), Fault> {
        let quote = if self.rest().starts_with('"') { '"' } else { '\'' };
        let triple = quote.to_string().repeat(3);
        let is_long = self.rest().starts_with(&triple);
        let close = if is_long { triple } else { quote.to_string() };
        self.at += close.len();
        let begin = self.at;
        while !self.rest().starts_with(&close) {
            let letter = self.peek().filter(|letter| is_long || *letter != '\n');
            let Some(letter) = letter else {
                return Err(Fault::new(line, "this is no Python: a string is not closed"));
            };
            self.at += letter.len_utf8();
            self.line += usize::from(letter == '\n');
            if letter == '\\'
                && let Some(escaped) = self.peek()
            {
                self.at += escaped.len_utf8();
                self.line += usize::from(escaped == '\n');
            }
        }
        let body = self.text.get(begin..self.at).unwrap_or_default().to_owned();
        self.at += close.len();
        self.push(Kind::Text { prefix: prefix.to_owned(), body }, start, line);
        Ok(())
    }
}

/// What a string means: its escapes are read.
pub(super) fn unescaped(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut letters = body.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let rest = letters.as_str();
        let code = |from: usize, digits: usize| {
            let digits = rest.get(from..from + digits)?;
            u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
        };
        let (read, taken) = match rest.chars().next() {
            Some('\n') => (None, 1),
            Some('n') => (Some('\n'), 1),
            Some('r') => (Some('\r'), 1),
            Some('t') => (Some('\t'), 1),
            Some('0') => (Some('\0'), 1),
            Some(same @ ('\\' | '\'' | '"')) => (Some(same), 1),
            Some('x') if code(1, 2).is_some() => (code(1, 2), 3),
            Some('u') if code(1, 4).is_some() => (code(1, 4), 5),
            Some('U') if code(1, 8).is_some() => (code(1, 8), 9),
            _ => (Some('\\'), 0),
        };
        out.extend(read);
        letters = rest.get(taken..).unwrap_or_default().chars();
    }
    out
}
