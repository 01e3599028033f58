//! URLs with placeholders: `https://{subdomain}.example.com/api/{version}`, `https://{host}`, `{instance_url}`. A value
//! in the host is one label there, unless it is the whole host; the runtime checks it (`runtime/src/params/address.rs`).

use super::template::{Template, TemplatePart};

/// Reads a URL, and makes a sample of it: with a label, a port or a segment in place of each placeholder.
pub(super) fn read(text: &str) -> Result<(Template, String), String> {
    if !text.contains(['{', '}']) {
        return Ok((Template::literal(text), text.to_owned()));
    }
    if let Some((_, rest)) = text.split_once("${") {
        let name = rest.split('}').next().unwrap_or_default();
        return Err(format!("`${{{name}}}` is not filled in here\nhelp: write `{{{name}}}`, without the `$`"));
    }
    if let Some((_, rest)) = text.split_once("{env.").or_else(|| text.split_once("{env:")) {
        let variable = rest.split('}').next().unwrap_or_default();
        let name = variable.to_lowercase();
        return Err(format!(
            "a variable is named where its param is declared\nhelp: write `{{{name}}}`, and `params({name}: String (env = {variable:?}))`"
        ));
    }
    let pattern = pattern(text)?;
    if let Some(part) =
        pattern.parts.iter().find(|part| !matches!(part, TemplatePart::Text(_) | TemplatePart::Param(_)))
    {
        return Err(format!(
            "`{part}` is a value of one resource, and all resources have this URL\nhelp: write it into the `path` of the resource"
        ));
    }
    let sample = sample(text)?;
    Ok((pattern, sample))
}

/// A sample of a URL with placeholders.
pub(super) fn sample(text: &str) -> Result<String, String> {
    let sample = |text: &str| sampled(text, "x");
    if let Some((_, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        if !(rest.is_empty() || rest.starts_with('/')) {
            let all = if rest.starts_with("://") { format!("https{rest}") } else { format!("https://{text}") };
            return Err(format!(
                "a placeholder at the beginning is a whole URL, with its scheme and host\nhelp: write `{all:?}`"
            ));
        }
        return Ok(format!("https://x{}", sample(rest)));
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Ok(sample(text)) };
    if scheme.contains('{') {
        return Err(format!(
            "the scheme is no value: it says whether requests are encrypted\nhelp: write `\"https://{rest}\"`"
        ));
    }
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = sampled_authority(authority)?;
    Ok(format!("{scheme}://{authority}{}", sample(path)))
}

/// The placeholders of a URL.
pub(super) fn pattern(text: &str) -> Result<Template, String> {
    if text.contains("{{") || text.contains("}}") {
        return Err("a URL has no braces of its own\nhelp: a placeholder has single ones: `{name}`".to_owned());
    }
    Template::read(text)
}

fn sampled_authority(authority: &str) -> Result<String, String> {
    // The colons of an IPv6 address are in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if host.starts_with('[') && host.contains('{') {
        return Err(
            "an IPv6 address is written out\nhelp: for a host that is known later write `{host}` without brackets"
                .to_owned(),
        );
    }
    if let Some(last) = host.rsplit('.').next()
        && last.contains('{')
        && !is_placeholder(last)
    {
        return Err(format!(
            "a value that is joined to `{}` would lead to another host\nhelp: write one value for all of it: `{{host}}` as the host, or `{{domain}}` as its last label",
            sampled(last, "")
        ));
    }
    let host = sampled(host, "x");
    Ok(match port {
        Some(port) if is_placeholder(port) => format!("{host}:443"),
        Some(port) if port.contains('{') => {
            return Err(format!("a port is one value, and not `{port}`\nhelp: write `{{port}}`"));
        }
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// Whether a text is one placeholder, and nothing else.
fn is_placeholder(text: &str) -> bool {
    text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(|name| !name.contains(['{', '}']))
}

/// The text with a value in place of each placeholder.
fn sampled(text: &str, value: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(value);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}
