//! Paths and selectors as other tools write them: what they mean there, and how that is written here.

use crate::naming::snake;

/// Reports a path with a placeholder of another tool's, or with a `%` that encodes nothing.
pub(super) fn path(text: &str) -> Result<(), String> {
    if let Some((odd, name)) = odd_braces(text).or_else(|| text.split('/').find_map(placeholder)) {
        let help = match (odd.chars().next(), odd.len()) {
            (Some(':'), _) => "; a `:` at the start of a segment is written `%3A`",
            (Some('<'), _) => "; a `<` is written `%3C`",
            (Some('['), _) => "; a `[` is written `%5B`",
            _ => "",
        };
        let name = snake(&name);
        return Err(format!(
            "`{odd}` is not filled in here\nhelp: write `{{{name}}}`, and `params({name}: String)`{help}"
        ));
    }
    percent(text)
}

/// `{{id}}`, `{{ id }}`, `${id}` or `#{id}`, and the name in it.
fn odd_braces(text: &str) -> Option<(String, String)> {
    ["{{", "${", "#{"].into_iter().find_map(|open| {
        let close = if open == "{{" { "}}" } else { "}" };
        let (inside, _) = text.split_once(open)?.1.split_once(close)?;
        Some((format!("{open}{inside}{close}"), name(inside.trim())?))
    })
}

/// A segment that is `:id`, `<id>`, `<int:id>` or `[id]`, or begins so, and the name in it.
fn placeholder(segment: &str) -> Option<(String, String)> {
    if let Some(rest) = segment.strip_prefix(':') {
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        return Some((format!(":{word}"), name(word)?));
    }
    [('<', '>'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (inside, _) = segment.split_once(open)?.1.split_once(close)?;
        let word = inside.rsplit(':').next().unwrap_or(inside).trim_matches(['.', '[', ']']);
        Some((format!("{open}{inside}{close}"), name(word)?))
    })
}

/// A word that can name a param.
fn name(word: &str) -> Option<String> {
    let is_name = word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-');
    is_name.then(|| word.replace('-', "_"))
}

/// Reports a `%` outside of placeholders that two hexadecimal digits do not follow (RFC 3986, section 2.1).
fn percent(text: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '%' if depth == 0 => {
                let rest = text.get(at + 1..).unwrap_or_default();
                if rest.chars().take(2).filter(char::is_ascii_hexdigit).count() == 2 {
                    continue;
                }
                let conversion =
                    rest.chars().next().filter(|letter| matches!(letter, 's' | 'd' | 'i' | 'u' | '@' | '('));
                return Err(match conversion {
                    Some(conversion) => format!(
                        "`%{conversion}` is not filled in here\nhelp: write `{{id}}`, and `params(id: String)`; a percent sign is written `%25`"
                    ),
                    None => "`%` begins an encoded byte, and two hexadecimal digits follow it\nhelp: a percent sign is written `%25`".to_owned(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Marks that join keys elsewhere.
const MARKS: [&str; 6] = ["->>", "->", "::", "/", "\\", "|"];

/// Marks that choose between paths elsewhere.
const OR: [&str; 5] = ["||", " | ", " // ", " ?? ", " or "];

/// The message about a selector that is a JSON pointer, an `XPath`, a filter of `jq` or the like; none for other texts.
pub(super) fn selector(text: &str) -> Option<String> {
    let plain = outside_brackets(text);
    if let Some(or) = OR.iter().find(|or| plain.contains(**or)) {
        let first = text.split(or).map(str::trim).find(|path| !path.is_empty()).unwrap_or("items");
        return Some(format!(
            "`{}` chooses between paths, and a selector is one path\nhelp: write the one that the API has, such as `{first:?}`",
            or.trim()
        ));
    }
    let odd_key = plain.split('.').find(|key| is_odd(key));
    let what = if text.starts_with("//") {
        "this is an XPath"
    } else if text.starts_with("#/") || text.starts_with('/') {
        "this is a JSON pointer"
    } else if text.starts_with('.') && !text.starts_with("..") {
        "this is a filter of `jq`"
    } else if odd_key.is_some() {
        "this is not a path of keys"
    } else {
        return None;
    };
    let or = match odd_key {
        Some(key) if !text.starts_with(['#', '/', '.']) => {
            format!("; a key that is written so goes in brackets and quotes: `[{key:?}]`")
        }
        _ => String::new(),
    };
    Some(format!("{what}: keys are joined by dots here\nhelp: write `\"{}\"`{or}", respelled(text)))
}

/// Whether a key is a number, or has a mark that joins keys elsewhere.
fn is_odd(key: &str) -> bool {
    MARKS.iter().any(|mark| key.contains(mark)) || key == "#" || (!key.is_empty() && is_index(key))
}

fn is_index(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_digit())
}

/// A selector with what its marks mean written as it is here.
fn respelled(text: &str) -> String {
    let text = text.trim_start_matches('#').trim_start_matches("$.");
    let dotted = MARKS.iter().fold(text.replace("[]", "[*]"), |text, mark| text.replace(mark, "."));
    let mut path = String::new();
    for key in dotted.split('.').map(|key| key.trim().trim_matches('\'')).filter(|key| !key.is_empty()) {
        if key == "*" || key == "#" {
            path.push_str("[*]");
        } else if is_index(key) {
            path.extend(["[", key, "]"]);
        } else {
            if !(path.is_empty() || key.starts_with('[')) {
                path.push('.');
            }
            path.push_str(key);
        }
    }
    if path.is_empty() { "$".to_owned() } else { path }
}

/// A text without what is in brackets.
fn outside_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let keep = |letter: &char| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *letter != ']'
    };
    text.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_other_tools() {
        for (text, better) in [
            ("/things/:id", "{id}"),
            ("/things/:thing_id/parts", "{thing_id}"),
            ("/things/<id>", "{id}"),
            ("/things/<int:id>", "{id}"),
            ("/things/[id]", "{id}"),
            ("/things/${id}", "{id}"),
            ("/things/#{id}", "{id}"),
            ("/things/{{id}}", "{id}"),
            ("/things/{{ thingId }}", "{thing_id}"),
            ("/things/%s", "{id}"),
            ("/things/%d/parts", "{id}"),
            ("/100%", "%25"),
            ("/a%2", "%25"),
        ] {
            let message = path(text).expect_err(text);
            assert!(message.contains(better), "{text}: {message}");
        }
        for text in [
            "/v1/things:batchGet",
            "/a%20b",
            "/a/%3Aid",
            "/x/{now:%Y-%m-%d}",
            "/:",
            "/$metadata",
            "/*/_search",
            "/a:b:c",
        ] {
            assert_eq!(path(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn selectors_of_other_tools() {
        for (text, better) in [
            ("/data/items", "data.items"),
            ("#/data/items", "data.items"),
            ("//item", "item"),
            ("data/items", "data.items"),
            ("data.0.items", "data[0].items"),
            ("data::items", "data.items"),
            ("data->items", "data.items"),
            ("data->'items'", "data.items"),
            (".data[]", "data[*]"),
            (".data[].x", "data[*].x"),
            (".", "$"),
            ("data.#.id", "data[*].id"),
            ("$.data.0", "data[0]"),
        ] {
            let message = selector(text).expect(text);
            assert!(message.contains(&format!("`\"{better}\"`")), "{text}: {message}");
        }
        for text in [
            "data",
            "data.items[*]",
            "[\"a/b\"].c",
            "dc:title",
            "$",
            "$.a[0]",
            "$..a",
            "@odata",
            "a-b",
            "x1.y2",
            "$ref",
        ] {
            assert_eq!(selector(text), None, "{text}");
        }
    }
}
