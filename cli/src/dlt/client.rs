//! The client: where the API is, what every request carries.

use super::auth::auth;
use super::text::{Places, secret, secret_in, text};
use super::value::{Piece, Reader, Val};
use crate::declaration::{Entry, Loss, Options, Value, is_secret_name};
use crate::python::looks_drawn;

/// Reads the client into options of the source. Returns the base, for paths that are written as URLs.
pub(super) fn client(
    reader: &mut Reader<'_>,
    value: Option<&Val>,
    options: &mut Options,
    losses: &mut Vec<Loss>,
) -> String {
    let Some(value) = value else {
        losses.push(Loss::new(1, "base_url", "client", "a dictionary without `client`"));
        return String::new();
    };
    let base = base(reader, value, options, losses);
    let mut found = value.get("auth").and_then(|value| auth(reader, value, losses));
    let mut headers = Vec::new();
    if let Some(all) = value.get("headers") {
        if !all.is_dict() {
            losses.push(Loss::new(all.line, "headers", all.shown(), "headers that are computed"));
        }
        for (name, header) in all.entries() {
            let is_free = found.is_none() && !losses.iter().any(|loss| loss.option == "auth");
            match self::header(reader, name, header, &Places::default(), is_free) {
                Ok(Header::Auth(auth)) => found = Some(auth),
                Ok(Header::Entry(entry)) => headers.push(entry),
                Ok(Header::None) => {}
                Err(reason) => {
                    losses.push(Loss::new(header.line, "headers", format!("{name}: {}", header.shown()), reason));
                }
            }
        }
    }
    options.extend(found.map(|auth| ("auth".to_owned(), auth)));
    if !headers.is_empty() {
        options.push(("headers".to_owned(), Value::Group(headers)));
    }
    if let Some(session) = value.get("session") {
        losses.push(Loss::new(
            session.line,
            "",
            session.shown(),
            "a session of Python's: `http_client(…)` of the builder",
        ));
    }
    base
}

fn base(reader: &mut Reader<'_>, value: &Val, options: &mut Options, losses: &mut Vec<Loss>) -> String {
    let Some(url) = value.get("base_url") else {
        losses.push(Loss::new(value.line, "base_url", "client", "a client without `base_url`"));
        return String::new();
    };
    // What stands in a URL is seen, wherever it comes from. A key is none the less one.
    for piece in url.pieces().unwrap_or_default() {
        if let Piece::Setting(id) = piece
            && !is_secret_name(&reader.settings.name(*id))
        {
            reader.settings.keep_secret(*id, false);
        }
    }
    let read = text(url, &Places::default(), &mut reader.settings).map_err(|reason| match reason.as_str() {
        "a secret within a text" => "a secret in a URL".to_owned(),
        _ => "a base URL that is computed".to_owned(),
    });
    let read = read.and_then(|text| {
        let is_open = text
            .split_once("://")
            .is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')));
        if is_open { Err("a secret in a URL".to_owned()) } else { Ok(text) }
    });
    match read {
        Ok(text) => {
            let base = text.trim_end_matches('/').to_owned();
            options.push(("base_url".to_owned(), Value::text(&base)));
            base
        }
        Err(reason) => {
            let shown = if reason.contains("secret") { "(not shown)".to_owned() } else { url.shown() };
            losses.push(Loss::new(url.line, "base_url", shown, reason));
            String::new()
        }
    }
}

pub(super) enum Header {
    /// A header that is a credential, where there is no other.
    Auth(Value),
    Entry(Entry),
    None,
}

/// A header. Credentials go to `auth` where that is free.
pub(super) fn header(
    reader: &mut Reader<'_>,
    name: &str,
    value: &Val,
    places: &Places,
    is_free: bool,
) -> Result<Header, String> {
    if matches!(value.kind, super::value::ValKind::Null) {
        return Ok(Header::None);
    }
    if let Some(number) = value.as_int() {
        return Ok(Header::Entry(Entry::Keyed(Value::text(name), Value::text(number.to_string()))));
    }
    let is_secret = is_secret_name(name.strip_prefix("X-").unwrap_or(name)) || value.as_str().is_some_and(looks_drawn);
    if let (true, [Piece::Setting(id)] | [Piece::Text(_), Piece::Setting(id)]) =
        (is_secret, value.pieces().unwrap_or_default())
    {
        reader.settings.keep_secret(*id, true);
    }
    let mut found = secret_in(value, &reader.settings);
    if found.is_none()
        && let (true, Some(text)) = (is_secret, value.as_str().filter(|text| !text.is_empty()))
    {
        // The word before a secret is none.
        let scheme = text.split_once(' ').map(|(scheme, _)| format!("{scheme} ")).unwrap_or_default();
        let id = reader.settings.literal(value.line, "headers", name);
        found = Some((scheme, reader.settings.name(id), String::new()));
    }
    if let Some((before, secret_name, after)) = found {
        let is_bearer = name.eq_ignore_ascii_case("authorization") && before == "Bearer " && after.is_empty();
        let value = secret(&secret_name, &before, &after);
        return Ok(match (is_free, is_bearer) {
            (true, true) => {
                let token = Entry::Named("token".to_owned(), secret(&secret_name, "", ""));
                Header::Auth(Value::Call("bearer".to_owned(), vec![token]))
            }
            (true, false) => Header::Auth(Value::Call(
                "api_key".to_owned(),
                vec![Entry::Named("name".to_owned(), Value::text(name)), Entry::Named("api_key".to_owned(), value)],
            )),
            (false, _) => Header::Entry(Entry::Keyed(Value::text(name), value)),
        });
    }
    // These are the client's own.
    let is_own = ["content-type", "content-length", "host", "connection", "accept-encoding"];
    if is_own.contains(&name.to_ascii_lowercase().as_str()) {
        return Ok(Header::None);
    }
    let text = text(value, places, &mut reader.settings)?;
    Ok(Header::Entry(Entry::Keyed(Value::text(name), Value::text(text))))
}
