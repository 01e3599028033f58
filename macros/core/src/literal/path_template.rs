//! Paths with placeholders: `/v1/projects/{project}/branches`; and URLs in place of them: `https://other.example.com/v1/x`,
//! `{resources.repos.issues_url}`, `{other_url}/x`.
//!
//! Whether a placeholder names a param is left to `format!`, which gets the very literal that the user wrote and points
//! into it. Here is refused what `format!` would accept and a template does not.

use super::template::{Template, TemplatePart};
use super::{Address, foreign, secrets, url_template};
use crate::syntax::Literal;

/// A path: `/v1/projects/{project}/branches`. Or a whole URL.
#[derive(Clone)]
pub(crate) struct PathTemplate(pub(crate) Template);

impl PathTemplate {
    /// The URL that is written in place of a path.
    pub(crate) fn address(&self) -> Option<Address> {
        match self.0.parts.first() {
            Some(TemplatePart::Text(text)) if !text.starts_with('/') => address(&self.0.plain()).ok(),
            _ => None,
        }
    }

    /// The value that is a URL, which the path begins with.
    pub(crate) fn url(&self) -> Option<&TemplatePart> {
        self.0.parts.first().filter(|part| !matches!(part, TemplatePart::Text(_)))
    }
}

impl Literal for PathTemplate {
    const EXAMPLE: &'static str = "\"/v1/things\"";

    fn parse(text: &str) -> Result<Self, String> {
        let is_whole = text.contains("://") && !text.starts_with('/');
        if !text.starts_with(['/', '{']) && !is_whole {
            return Err(format!("a path starts with `/`\nhelp: write `\"/{text}\"`"));
        }
        if text.starts_with("//") {
            return Err("a path that starts with `//` would name another host".to_owned());
        }
        foreign::path(text)?;
        if let Some(brace) = ["{{", "}}"].into_iter().find(|brace| text.contains(brace)) {
            return Err(format!(
                "`{brace}` is not part of a path\nhelp: a placeholder has single braces, `{{project}}`; a brace itself is written `%7B` or `%7D` in a path"
            ));
        }
        let template = Template::read_path(text)?;
        let odd = |letter: &char| matches!(letter, '?' | '#' | '\\') || letter.is_whitespace() || letter.is_control();
        if let Some(odd) = text.chars().find(odd) {
            let query = text.split_once('?').map_or("", |(_, query)| query);
            return Err(match odd {
                '?' if secrets::in_query(query).is_some() => "a query is not part of a path, and this one carries a secret, which does not belong in source code\nhelp: declare it with `auth = api_key(name = \"…\", api_key = secret(name), location = query)`",
                '?' => "a query is not part of a path\nhelp: declare it with `params(name = \"value\")`",
                '#' => "a fragment is never sent\nhelp: a `#` in a path is written `%23`",
                '\\' => "a path is written with `/`, not with `\\`",
                _ => "a path has no white space or control characters\nhelp: a space in a path is written `%20`",
            }
            .to_owned());
        }
        if text.split('/').any(|segment| segment == "." || segment == "..") {
            return Err("a path has no `.` or `..` segments: they would change the path".to_owned());
        }
        if let Some(rest) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(_, rest)| rest)
            && !(rest.is_empty() || rest.starts_with('/'))
        {
            let all = if rest.starts_with("://") { format!("https{rest}") } else { format!("/{text}") };
            return Err(format!(
                "a value at the beginning is a whole URL, and a `/` follows it\nhelp: write `{all:?}`"
            ));
        }
        if let Some(part @ TemplatePart::Slashed(_)) = template.parts.first() {
            return Err(format!(
                "`{part}` is a part of a path, and a value at the beginning is a whole URL\nhelp: write `\"/{text}\"`"
            ));
        }
        if let Some(part @ (TemplatePart::Bound(_) | TemplatePart::Time(_))) = template.parts.first() {
            return Err(format!("`{part}` is no URL\nhelp: a path starts with `/`: write `\"/{text}\"`"));
        }
        if let Some(time) = template.times().find(|time| ["/", "%D"].iter().any(|sign| time.pattern.contains(sign))) {
            return Err(format!(
                "`{{{time}}}` is one segment of the path, and its pattern writes a `/`, which would be encoded\nhelp: write several placeholders, as in `/{{{0}:%Y}}/{{{0}:%m}}`",
                time.name()
            ));
        }
        if is_whole && !text.starts_with('{') {
            address(text)?;
        }
        Ok(Self(template))
    }
}

/// The URL that is written in place of a path.
fn address(text: &str) -> Result<Address, String> {
    Address::parse_sample(&url_template::sample(text)?)
}

/// What seem to be placeholders in a path that cannot be read, in this or another tool's form: the name of each, as far as it
/// has one. An end of the range and a moment of the run are none: nobody passes them.
pub(crate) fn placeholders_in(path: &str) -> Vec<String> {
    let marked = path.replace("{{", "{").replace("/:", "/{");
    let starts = marked.split(['{', '<']).skip(1).map(|rest| rest.trim_start().trim_start_matches('+'));
    let names = starts.map(|rest| {
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().to_owned()
    });
    names.filter(|name| name != "incremental" && name != "now").collect()
}

/// A value as a part of a path, encoded as the runtime does it.
pub(crate) fn encode(value: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded =
        value.bytes().map(|byte| if unreserved(byte) { char::from(byte).into() } else { format!("%{byte:02X}") });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::super::template::{ParentField, RangeBound, TemplatePart};
    use super::*;

    fn param(name: &str) -> TemplatePart {
        TemplatePart::Param(name.to_owned())
    }

    fn text(text: &str) -> TemplatePart {
        TemplatePart::Text(text.to_owned())
    }

    fn field(resource: &str, field: &str) -> TemplatePart {
        let (resource, field) = (resource.to_owned(), field.to_owned());
        TemplatePart::Parent(ParentField { resource, field, inner: Vec::new() })
    }

    #[test]
    fn paths() {
        let parts = |text| PathTemplate::parse(text).map(|path| path.0.parts);
        assert_eq!(parts("/"), Ok(vec![text("/")]));
        assert_eq!(parts("/x/{a}/y/{b_2}"), Ok(vec![text("/x/"), param("a"), text("/y/"), param("b_2")]));
        assert_eq!(parts("/{a}.{b}"), Ok(vec![text("/"), param("a"), text("."), param("b")]));
        assert_eq!(parts("/{resources.x.id}/{b}"), Ok(vec![text("/"), field("x", "id"), text("/"), param("b")]));
        let start = TemplatePart::Bound(RangeBound::Start);
        assert_eq!(parts("/since/{incremental.start_value}"), Ok(vec![text("/since/"), start]));
        assert_eq!(parts("{resources.x.url}"), Ok(vec![field("x", "url")]));
        assert_eq!(parts("{url}/x"), Ok(vec![param("url"), text("/x")]));
        let slashed = |part| TemplatePart::Slashed(Box::new(part));
        assert_eq!(parts("/x/{+a}"), Ok(vec![text("/x/"), slashed(param("a"))]));
        let path = PathTemplate::parse("/{+resources.x.path}/{+a}/{b}").expect("a path").0;
        assert_eq!(path.plain(), "/{+resources.x.path}/{+a}/{b}");
        assert_eq!((path.params().collect::<Vec<_>>(), path.parents().count()), (vec!["a", "b"], 1));
        for wrong in ["{+a}", "/{+}", "/{++a}", "/{+now:%F}", "/{+incremental.start_value}", "/{a+}"] {
            assert!(PathTemplate::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parts("https://x/y/{a}"), Ok(vec![text("https://x/y/"), param("a")]));
        assert_eq!(parts("https://{a}.x/"), Ok(vec![text("https://"), param("a"), text(".x/")]));
    }

    #[test]
    fn what_is_no_path() {
        for text in [
            "",
            "v1/x",
            "//x",
            "ftp://x/y",
            "https://",
            "https://x/y?z=1",
            "https://u:p@x",
            "{a}://x",
            "{a}x",
            "{a}{b}",
            "{incremental.start_value}",
            "/a?b=c",
            "/a#b",
            "/a b",
            "/a\\b",
            "/{",
            "/}",
            "/{}",
            "/{0}",
            "/{a:?}",
            "/{{a}}",
            "/a}}",
            "/{a b}",
            "/{a-b}",
            "/{ a }",
            "/{posts.id}",
            "/{incremental.last_value}",
            "/{resources.parent}",
            "/{resources.}",
            "/{resources.a.b.}",
            "/{self}",
            "/a/../b",
            "/a/.",
            "/{_}",
            "/{a{b}}",
            "/{é",
            "/\u{0}",
        ] {
            assert!(PathTemplate::parse(text).is_err(), "{text}");
        }
    }
}
