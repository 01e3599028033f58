//! The connection's URL: what tokio-postgres reads, and the options of TLS, which it does not.

use std::path::PathBuf;

use declarest::SecretString;
use secrecy::ExposeSecret as _;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::error::Fault;
use crate::tls::{Roots, TlsMode};

/// How a URL begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Where and how to connect.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) config: Config,
    pub(crate) mode: TlsMode,
    pub(crate) roots: Roots,
}

impl Options {
    /// Reads a URL. Nothing of it is ever quoted: where it is malformed, any part may be the password.
    pub(crate) fn parse(url: &str) -> Result<Self, Fault> {
        let refused = |message: &str| Fault::Config(message.to_owned());
        if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(refused("the URL of Postgres does not begin with `postgres://`"));
        }
        // A password may have a question mark.
        let host_at = url.find('@').unwrap_or(0);
        let (place, query) = match url.get(host_at..).and_then(|rest| rest.find('?')) {
            Some(at) => (url.get(..host_at + at).unwrap_or(url), url.get(host_at + at + 1..).unwrap_or_default()),
            None => (url, ""),
        };
        if place.get(host_at + 1..).is_some_and(|rest| rest.contains('@')) {
            return Err(refused(
                "the user or the password in the URL of Postgres has an `@` that is not percent-encoded",
            ));
        }
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for option in query.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("sslmode", value)) => {
                    let known = || {
                        refused(
                            "`sslmode` in the URL of Postgres is not one of disable, allow, prefer, require, verify-ca and verify-full",
                        )
                    };
                    mode = Some(TlsMode::parse(value).ok_or_else(known)?);
                }
                Some(("sslrootcert", "system")) => roots = Some(Roots::System),
                Some(("sslrootcert", path)) => roots = Some(Roots::File(PathBuf::from(decoded(path)?))),
                Some(("sslcert" | "sslkey", _)) => {
                    return Err(refused(
                        "`sslcert` and `sslkey` in the URL of Postgres are not supported: use a password",
                    ));
                }
                Some(_) => rest.push(option),
                None => return Err(refused("an option in the URL of Postgres has no `=`")),
            }
        }
        let plain = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        let config = plain.parse::<Config>().map_err(|_| {
            refused("the URL of Postgres cannot be read: a part is not percent-encoded, or an option or its value is not known")
        })?;
        let mut options = Self { config, mode: TlsMode::Prefer, roots: roots.clone().unwrap_or(Roots::Unset) };
        options.fill();
        options.mode = match (mode, &roots) {
            // As libpq: the system's authorities vouch for names, not only for certificates.
            (None, Some(Roots::System)) => TlsMode::VerifyFull,
            (None, _) if options.is_local() => TlsMode::Prefer,
            (None, _) => TlsMode::Require,
            (Some(mode), _) => mode,
        };
        Ok(options)
    }

    /// Adds what a URL may leave out.
    fn fill(&mut self) {
        let config = &mut self.config;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        if config.get_application_name().is_none() {
            config.application_name("declarest");
        }
        if config.get_password().is_none()
            && let Some(password) = std::env::var_os("PGPASSWORD")
        {
            config.password(password.as_encoded_bytes());
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(std::time::Duration::from_secs(10));
        }
        // A connection that nobody answers on is found out within two minutes.
        config.keepalives_idle(std::time::Duration::from_mins(1));
        config.keepalives_interval(std::time::Duration::from_secs(15));
        config.keepalives_retries(4);
    }

    pub(crate) fn set_password(&mut self, password: &SecretString) {
        self.config.password(password.expose_secret());
    }

    /// What tokio-postgres asks the server for.
    pub(crate) fn ssl_mode(mode: TlsMode) -> SslMode {
        match mode {
            TlsMode::Disable | TlsMode::Allow => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        }
    }

    /// Whether all hosts are this machine.
    fn is_local(&self) -> bool {
        let is_loopback =
            |name: &str| name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        self.config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
            && self.config.get_hosts().iter().all(|host| match host {
                Host::Tcp(name) => is_loopback(name),
                #[cfg(unix)]
                Host::Unix(_) => true,
            })
    }

    /// The place for messages: no user, no password.
    pub(crate) fn place(&self) -> String {
        let ports = self.config.get_ports();
        let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let host = |(at, host): (usize, &Host)| match host {
            Host::Tcp(name) => format!("{name}:{}", port(at)),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}:{}", path.display(), port(at)),
        };
        let mut hosts: Vec<_> = self.config.get_hosts().iter().enumerate().map(host).collect();
        if hosts.is_empty() {
            let addresses = self.config.get_hostaddrs().iter().enumerate();
            hosts.extend(addresses.map(|(at, address)| format!("{address}:{}", port(at))));
        }
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        format!("Postgres `{}/{database}`", hosts.join(","))
    }
}

/// A value of a URL, with its percent-encoded bytes.
fn decoded(value: &str) -> Result<String, Fault> {
    let mut bytes = value.bytes();
    let mut decoded = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        let digits = (byte == b'%').then(|| [bytes.next(), bytes.next()]);
        decoded.push(match digits {
            None => byte,
            Some([Some(high), Some(low)]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                match (digit(high), digit(low)) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(Fault::Config("a value in the URL of Postgres is not percent-encoded".to_owned())),
                }
            }
            Some(_) => return Err(Fault::Config("a value in the URL of Postgres is not percent-encoded".to_owned())),
        });
    }
    String::from_utf8(decoded).map_err(|_| Fault::Config("a value in the URL of Postgres is not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_libpqs_and_a_remote_server_is_never_asked_without_tls() {
        let mode = |url: &str| Options::parse(url).expect("a URL").mode;
        assert_eq!(mode("postgres://a@localhost/d"), TlsMode::Prefer);
        assert_eq!(mode("postgres://a@127.0.0.1/d"), TlsMode::Prefer);
        assert_eq!(mode("postgres://a@%2Ftmp/d"), TlsMode::Prefer);
        assert_eq!(mode("postgres://a@db.example.com/d"), TlsMode::Require);
        assert_eq!(mode("postgres://a@localhost,db.example.com/d"), TlsMode::Require);
        assert_eq!(mode("postgres://a@db.example.com/d?sslrootcert=system"), TlsMode::VerifyFull);
        assert_eq!(mode("postgresql://a@db.example.com/d?sslmode=disable&application_name=x"), TlsMode::Disable);
        let options = Options::parse("postgres://a@h/d?sslmode=verify-ca&sslrootcert=%2Fa%20b.pem").expect("a URL");
        assert!(matches!(&options.roots, Roots::File(path) if path.as_os_str() == "/a b.pem"));
        assert_eq!(options.place(), "Postgres `h:5432/d`");
    }

    #[test]
    fn no_error_quotes_the_url() {
        let urls = [
            "postgres://user:s3cr3t@s3cr3t@host/d",
            "mysql://user:s3cr3t@host/d",
            "postgres://user:%FFs3cr3t@host:s3cr3t/d",
            "postgres://u:p@host/d?s3cr3t",
            "postgres://u:p@host/d?s3cr3t=1",
            "postgres://u:p@host/d?sslmode=s3cr3t",
            "postgres://u:p@host/d?sslrootcert=%zzs3cr3t",
            "user=u password=s3cr3t",
        ];
        for url in urls {
            let Err(fault) = Options::parse(url) else { panic!("{url} is read") };
            let error = fault.explain("Postgres");
            assert!(!format!("{error:?} {error:#}").contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn a_password_may_have_a_question_mark() {
        let options = Options::parse("postgres://user:wh?at@host/d").expect("a URL");
        assert_eq!(options.config.get_password(), Some(&b"wh?at"[..]));
        assert_eq!(options.place(), "Postgres `host:5432/d`");
    }
}
