//! A connection string as libpq reads it, a URL or pairs of names and values: the options that it gives, by name.

use std::collections::BTreeMap;

use crate::error::Fault;

/// Options by their name in libpq.
pub(crate) type Given = BTreeMap<String, String>;

/// How a URL begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Reads a connection string. Nothing of it is ever quoted: where it is malformed, any part may be the password.
pub(crate) fn read(text: &str) -> Result<Given, Fault> {
    let given = match SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)) {
        Some(rest) => of_url(rest)?,
        None if text.split('=').next().is_some_and(|before| before.contains("://")) => {
            return Err(refused("the URL of Postgres does not begin with `postgres://`"));
        }
        None => of_pairs(text)?,
    };
    let is_name = |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if given.keys().all(is_name) { Ok(given) } else { Err(refused("an option for Postgres is not known")) }
}

/// Options as pairs, which [`read`] reads again.
pub(crate) fn pairs(given: &Given) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
    given.iter().map(|(name, value)| format!("{name}='{}'", escaped(value))).collect::<Vec<_>>().join(" ")
}

fn refused(message: &str) -> Fault {
    Fault::Config(message.to_owned())
}

/// Reads a URL without its scheme: `USER:PASSWORD@HOST:PORT,…/DATABASE?NAME=VALUE&…`, all of it percent-encoded.
fn of_url(url: &str) -> Result<Given, Fault> {
    // A password may have a question mark, and a slash where no option has an `@`.
    let until = |end: char| url.split(end).next().and_then(|start| start.find('@'));
    let (user, rest) = match until('/').or_else(|| until('?')) {
        Some(at) => (url.get(..at).unwrap_or_default(), url.get(at + 1..).unwrap_or_default()),
        None => ("", url),
    };
    let (address, options) = rest.split_once('?').unwrap_or((rest, ""));
    if address.contains('@') {
        return Err(refused("the user or the password in the URL of Postgres has an `@` that is not percent-encoded"));
    }
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (hosts, database) = address.split_once('/').unwrap_or((address, ""));
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',') {
        let (name, port) = name_and_port(host)?;
        names.push(name);
        ports.push(port);
    }
    let ports = if ports.iter().all(|port| port.is_empty()) { String::new() } else { ports.join(",") };
    let names = names.join(",");
    let mut given = Given::new();
    let place = [("user", user), ("password", password), ("host", &names), ("port", &ports), ("dbname", database)];
    for (name, part) in place {
        if !part.is_empty() {
            given.insert(name.to_owned(), decoded(part)?);
        }
    }
    for option in options.split('&').filter(|option| !option.is_empty()) {
        let (name, value) =
            option.split_once('=').ok_or_else(|| refused("an option in the URL of Postgres has no `=`"))?;
        let (name, value) = match (decoded(name)?, decoded(value)?) {
            (name, value) if name == "ssl" && value == "true" => ("sslmode".to_owned(), "require".to_owned()),
            option => option,
        };
        given.insert(name, value);
    }
    Ok(given)
}

/// The parts of `HOST:PORT`; an address of IPv6 is in brackets.
fn name_and_port(host: &str) -> Result<(&str, &str), Fault> {
    let Some(address) = host.strip_prefix('[') else { return Ok(host.split_once(':').unwrap_or((host, ""))) };
    let (address, port) = address
        .split_once(']')
        .filter(|(_, port)| port.is_empty() || port.starts_with(':'))
        .ok_or_else(|| refused("an address in the URL of Postgres has no `]` before its port"))?;
    Ok((address, port.trim_start_matches(':')))
}

/// Reads `NAME=VALUE NAME='VALUE' …`, with a backslash before a quote or a backslash in a value.
fn of_pairs(text: &str) -> Result<Given, Fault> {
    let mut given = Given::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').unwrap_or_default();
        let name = name.trim_end();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(refused(
                "the connection string of Postgres is neither a URL, `postgres://…`, nor pairs of names and values, `host=… user=…`",
            ));
        }
        let (value, after) = value(after.trim_start())?;
        given.insert(name.to_owned(), value);
        rest = after.trim_start();
    }
    Ok(given)
}

/// The first value, and what comes after it.
fn value(text: &str) -> Result<(String, &str), Fault> {
    let quoted = text.strip_prefix('\'');
    let text = quoted.unwrap_or(text);
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => value.extend(chars.next().map(|(_, char)| char)),
            '\'' if quoted.is_some() => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            char if quoted.is_none() && char.is_whitespace() => return Ok((value, text.get(at..).unwrap_or_default())),
            char => value.push(char),
        }
    }
    if quoted.is_some() {
        return Err(refused("a value in the connection string of Postgres has no quote at its end"));
    }
    Ok((value, ""))
}

/// A part of a URL, with its percent-encoded bytes.
fn decoded(part: &str) -> Result<String, Fault> {
    let malformed = || refused("a value in the URL of Postgres is not percent-encoded");
    let mut bytes = part.bytes();
    let mut decoded = Vec::with_capacity(part.len());
    while let Some(byte) = bytes.next() {
        let mut digit = || {
            let digit = bytes.next().and_then(|byte| char::from(byte).to_digit(16));
            digit.and_then(|digit| u8::try_from(digit).ok()).ok_or_else(malformed)
        };
        decoded.push(if byte == b'%' { digit()? << 4 | digit()? } else { byte });
    }
    String::from_utf8(decoded).map_err(|_| refused("a value in the URL of Postgres is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Vec<(String, String)> {
        read(text).expect("a connection string").into_iter().collect()
    }

    fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_url_and_pairs_say_the_same() {
        let all = [("dbname", "d b"), ("host", "h"), ("password", "it's \\"), ("port", "5433"), ("user", "u")];
        assert_eq!(given("postgresql://u:it's%20%5C@h:5433/d%20b"), expected(&all));
        assert_eq!(given(r"host=h port = 5433 user='u' password='it\'s \\' dbname=d\ b"), expected(&all));
        assert_eq!(
            read(&pairs(&read("postgres://u:it's%20%5C@h:5433/d%20b").expect("a URL"))).expect("pairs").len(),
            5
        );
        assert_eq!(given("  "), []);
    }

    #[test]
    fn a_url_has_hosts_a_socket_or_options_alone() {
        let hosts = [("host", "::1,b,c"), ("port", "1,,3")];
        assert_eq!(given("postgres://[::1]:1,b,c:3"), expected(&hosts));
        assert_eq!(given("postgres://%2Ftmp/d"), expected(&[("dbname", "d"), ("host", "/tmp")]));
        let options = [("application_name", "a@b"), ("sslmode", "require"), ("user", "me")];
        assert_eq!(given("postgres:///?user=me&ssl=true&application_name=a@b"), expected(&options));
        let password = |password| [("host", "h"), ("password", password), ("user", "u")];
        assert_eq!(given("postgres://u:a/b@h"), expected(&password("a/b")));
        assert_eq!(given("postgres://u:a%2Fb?c@h"), expected(&password("a/b?c")));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let texts = [
            "postgres://[::1/d",
            "postgres://h/d?x",
            "postgres://u@v@h",
            "postgres://h/%z1",
            "postgres://h/%ff",
            "host",
            "host='h",
            "a host=h",
            "=h",
            "mysql://h/d?a=b",
            "postgres://h/?a%20b=c",
        ];
        for text in texts {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
