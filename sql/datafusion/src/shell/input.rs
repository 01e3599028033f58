//! What is entered, taken apart into statements and commands.

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// A statement, without its `;`.
    Statement(String),
    /// A line that starts with a backslash, without it.
    Command(String),
}

/// What follows the last statement that is whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rest(String);

impl Rest {
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// As a statement: at the end of all input, it needs no `;`.
    pub(super) fn last(&self) -> Option<Input> {
        (!is_blank(&self.0)).then(|| Input::Statement(self.0.trim().to_owned()))
    }
}

/// The statements and commands of a text, and what is left of it.
pub(super) fn statements(text: &str) -> (Vec<Input>, Rest) {
    let (mut inputs, mut rest) = (Vec::new(), text);
    loop {
        let trimmed = rest.trim_start();
        if let Some(command) = trimmed.strip_prefix('\\') {
            let (line, after) = command.split_once('\n').unwrap_or((command, ""));
            inputs.push(Input::Command(line.trim().trim_end_matches(';').to_owned()));
            rest = after;
        } else if let Some(end) = end(trimmed) {
            let (statement, after) = trimmed.split_at(end);
            if !is_blank(statement) {
                inputs.push(Input::Statement(statement.trim().to_owned()));
            }
            rest = after.get(1..).unwrap_or_default();
        } else {
            return (inputs, Rest(trimmed.to_owned()));
        }
    }
}

/// Where the first `;` is that is in no text, name or comment.
fn end(text: &str) -> Option<usize> {
    code(text).find(|(_, letter)| *letter == ';').map(|(index, _)| index)
}

/// Whether there are only comments.
fn is_blank(text: &str) -> bool {
    code(text).all(|(_, letter)| letter.is_whitespace())
}

/// The letters of a text that are in no comment; those inside of quotes as a letter.
fn code(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut letters = text.char_indices().peekable();
    let mut quote = None;
    std::iter::from_fn(move || {
        loop {
            let (index, letter) = letters.next()?;
            let next = letters.peek().map(|(_, next)| *next);
            if let Some(end) = quote {
                quote = quote.filter(|_| letter != end);
                return Some((index, 'x'));
            }
            match (letter, next) {
                ('\'' | '"', _) => {
                    quote = Some(letter);
                    return Some((index, 'x'));
                }
                ('-', Some('-')) => while letters.next_if(|(_, letter)| *letter != '\n').is_some() {},
                ('/', Some('*')) => {
                    letters.next();
                    let mut before = ' ';
                    for (_, letter) in letters.by_ref() {
                        if (before, letter) == ('*', '/') {
                            break;
                        }
                        before = letter;
                    }
                }
                _ => return Some((index, letter)),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(text: &str) -> Input {
        Input::Statement(text.to_owned())
    }

    #[test]
    fn statements_end_at_a_semicolon_that_is_none_of_a_text() {
        let (inputs, rest) = statements("select 'a;''b', \"c;d\"; -- e;\n /* f; */ select 1\n;\n\\d issues\nselect 2");
        let command = Input::Command("d issues".to_owned());
        assert_eq!(inputs, [statement("select 'a;''b', \"c;d\""), statement("-- e;\n /* f; */ select 1"), command]);
        assert_eq!(rest.last(), Some(statement("select 2")));
    }

    #[test]
    fn comments_and_empty_statements_are_nothing() {
        let (inputs, rest) = statements(" ; -- a\n; /* b");
        assert_eq!((inputs, rest.last()), (Vec::new(), None));
    }
}
