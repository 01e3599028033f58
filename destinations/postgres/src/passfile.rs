//! The password file of libpq: lines of `HOST:PORT:DATABASE:USER:PASSWORD`, where `*` is any, and a backslash stands before a colon
//! or a backslash.

use std::fs;
use std::path::Path;

use crate::error::Fault;

/// For what a password is looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Login<'l> {
    pub(crate) database: &'l str,
    pub(crate) user: &'l str,
}

/// The password that a file has for all of these hosts, each with its port: no host is sent that of another one. A file that is
/// not there has none.
pub(crate) fn password(file: &Path, hosts: &[(String, u16)], login: Login<'_>) -> Result<Option<String>, Fault> {
    let Ok(lines) = fs::read_to_string(file) else { return Ok(None) };
    let mut found = hosts.iter().map(|(host, port)| find(&lines, host, *port, login));
    let password = found.next().flatten().filter(|first| found.all(|other| other.as_ref() == Some(first)));
    if password.is_some() && is_open(file) {
        return Err(Fault::Config(format!(
            "the password file `{0}` can be read by other users: `chmod 0600 '{0}'`",
            file.display()
        )));
    }
    Ok(password)
}

/// The password of the first line that fits.
fn find(lines: &str, host: &str, port: u16, login: Login<'_>) -> Option<String> {
    let port = port.to_string();
    // The directory of a server's socket on this machine.
    let is_local = ["/tmp", "/run/postgresql", "/var/run/postgresql"].contains(&host);
    let wanted = [host, &port, login.database, login.user];
    lines.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let (password, fields) = fields.get(..5)?.split_last()?;
        let fits = |(field, wanted): (&&str, &str)| *field == "*" || unescaped(field) == wanted;
        let is_host = fields.first().is_some_and(|field| *field == "localhost" && is_local);
        let all = fields.iter().zip(wanted).skip(usize::from(is_host)).all(fits);
        all.then(|| unescaped(password))
    })
}

/// What is between the colons that have no backslash before them.
fn fields(line: &str) -> Vec<&str> {
    let mut is_escaped = false;
    line.split(|char| {
        let ends = char == ':' && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
        ends
    })
    .collect()
}

fn unescaped(field: &str) -> String {
    let mut chars = field.chars();
    let mut text = String::with_capacity(field.len());
    while let Some(char) = chars.next() {
        text.push(if char == '\\' { chars.next().unwrap_or(char) } else { char });
    }
    text
}

/// Whether others than the file's owner may read it.
#[cfg(unix)]
fn is_open(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# h:5432:d:u:a comment\n\nshort:1\nh:5432:d:u:one:ignored\nh:5433:*:u:two\\:\\\\\n\\:\\:1:*:*:*:six\nlocalhost:*:*:*:here\n*:*:d:other:any\r\n";

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let find = |host: &str, port, database: &str, user: &str| find(FILE, host, port, Login { database, user });
        assert_eq!(find("h", 5432, "d", "u").as_deref(), Some("one"));
        assert_eq!(find("h", 5433, "x", "u").as_deref(), Some("two:\\"));
        assert_eq!(find("::1", 1, "x", "y").as_deref(), Some("six"));
        assert_eq!(find("/tmp", 1, "x", "y").as_deref(), Some("here"));
        assert_eq!(find("h", 1, "d", "other").as_deref(), Some("any"));
        assert_eq!(find("h", 5432, "e", "u"), None);
    }

    #[test]
    fn a_password_is_for_all_hosts_and_from_a_file_of_its_owner() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("pgpass");
        let hosts = |ports: &[u16]| ports.iter().map(|port| ("h".to_owned(), *port)).collect::<Vec<_>>();
        let find = |ports: &[u16], user| password(&file, &hosts(ports), Login { database: "d", user });
        assert!(matches!(find(&[5432], "u"), Ok(None)), "no file");
        fs::write(&file, FILE).expect("a file");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
            assert!(matches!(find(&[5432], "u"), Err(Fault::Config(why)) if why.contains("chmod 0600")));
            assert!(matches!(find(&[1], "u"), Ok(None)), "nothing of it is used");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
        }
        assert!(matches!(find(&[5432], "u"), Ok(Some(one)) if one == "one"));
        assert!(matches!(find(&[5432, 5433], "u"), Ok(None)), "each has another one");
        assert!(matches!(find(&[5432, 5433], "other"), Ok(Some(any)) if any == "any"));
    }
}
