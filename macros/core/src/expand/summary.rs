//! A summary of the user's docs, for generated items: without examples, which would run twice, and without links, which would
//! not resolve.

use syn::{Attribute, Expr, Lit, Meta};

/// The first paragraph of an item's docs.
pub(super) struct Summary {
    pub(super) lines: Vec<String>,
    /// Whether there is more than that.
    pub(super) more: bool,
}

impl Summary {
    pub(super) fn of(attrs: &[Attribute]) -> Self {
        let lines = lines(attrs);
        let start = lines.iter().take_while(|line| line.trim().is_empty()).count();
        let all = lines.get(start..).unwrap_or_default();
        let end = all.iter().take_while(|line| !(line.trim().is_empty() || is_fence(line))).count();
        let (first, rest) = all.split_at(end);
        let lines = unlinked(&first.join("\n")).lines().map(ToOwned::to_owned).collect();
        Self { lines, more: rest.iter().any(|line| !line.trim().is_empty()) }
    }
}

/// The lines of an item's own docs.
fn lines(attrs: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        if let Meta::NameValue(doc) = &attr.meta
            && let Expr::Lit(literal) = &doc.value
            && let Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            let own = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned());
            // An empty line has no lines in it.
            lines.extend(own.chain(text.is_empty().then(String::new)));
        }
    }
    lines
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
}

/// Markdown whose links to other items are their texts alone: from another place they would lead nowhere.
fn unlinked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, at)) = rest.find(['`', '[']).map(|at| rest.split_at(at)) {
        plain.push_str(before);
        let (piece, after) = if at.starts_with('`') { at.split_at(code(at)) } else { link(at) };
        plain.push_str(piece);
        rest = after;
    }
    plain + rest
}

/// The text of a link, and the rest after it.
fn link(text: &str) -> (&str, &str) {
    let bracket = text.split_at(1);
    let Some((inner, after)) = closing(text).and_then(|end| Some((text.get(1..end)?, text.get(end + 1..)?))) else {
        return bracket;
    };
    if let Some((target, after)) = after.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        // Links to other sites resolve from anywhere.
        let is_outside = target.contains("://") || target.starts_with("mailto:");
        return if is_outside { text.split_at(text.len() - after.len()) } else { (inner, after) };
    }
    if let Some((_, after)) = after.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (inner, after);
    }
    let name = inner.trim_matches('`');
    let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && name.chars().all(|letter| letter.is_alphanumeric() || "_:!()<>@".contains(letter));
    if is_name { (inner, after) } else { bracket }
}

/// The index of the bracket that closes the first one.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut from) = (0_usize, 0);
    loop {
        let rest = text.get(from..)?;
        let at = rest.find(['`', '[', ']'])?;
        let mark = rest.get(at..)?;
        from += at + if mark.starts_with('`') { code(mark) } else { 1 };
        match mark.chars().next()? {
            '[' => depth += 1,
            ']' if depth == 1 => return Some(from - 1),
            ']' => depth -= 1,
            _ => {}
        }
    }
}

/// The length of the code that a text starts with, up to as many backticks as open it; of the backticks alone, if none close it.
fn code(text: &str) -> usize {
    let marks = text.chars().take_while(|letter| *letter == '`').count();
    let end = text.get(marks..).and_then(|inner| inner.find(&"`".repeat(marks)));
    end.map_or(marks, |end| end + 2 * marks)
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser;

    use super::*;

    #[test]
    fn links_to_items_are_their_texts() {
        for (text, plain) in [
            (
                "A [`Branch`] of [a project](Project), see [it][p] or [Self::x].",
                "A `Branch` of a project, see it or Self::x.",
            ),
            (
                "See [the API](https://a.example/x) and <https://b.example>.",
                "See [the API](https://a.example/x) and <https://b.example>.",
            ),
            ("`a[0]`, [0, 1) and [1], [ ] or [^1]", "`a[0]`, [0, 1) and [1], [ ] or [^1]"),
            ("[a [b] `]` c](x) [", "a [b] `]` c ["),
            ("``a ` [`X`]`` [é", "``a ` [`X`]`` [é"),
        ] {
            assert_eq!(unlinked(text), plain);
        }
    }

    #[test]
    fn the_first_paragraph() {
        let summary = |text: &str| {
            let summary = Summary::of(&Attribute::parse_outer.parse_str(text).expect("attributes"));
            (summary.lines.join("|"), summary.more)
        };
        assert_eq!(summary("/// One\n/// [`X`].\n#[derive(Debug)]"), ("One|`X`.".to_owned(), false));
        assert_eq!(summary("///\n/// One.\n///\n/// Two."), ("One.".to_owned(), true));
        assert_eq!(summary("/// One:\n/// ```\n/// x\n/// ```"), ("One:".to_owned(), true));
        assert_eq!(summary("/** One.\n\n Two. */"), ("One.".to_owned(), true));
        assert_eq!(summary("/// ```\n/// x\n/// ```"), (String::new(), true));
        assert_eq!(summary("#[doc = include_str!(\"x\")]"), (String::new(), false));
    }
}
