//! Where and how to connect: what the connection string gives, then the variables that libpq reads, then what is usual.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use declarest::SecretString;
use secrecy::ExposeSecret as _;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::conninfo::{self, Given};
use crate::error::Fault;
use crate::passfile::{self, Login};
use crate::tls::{Identity, Roots, TlsMode};

/// The variables, and the options that they stand for.
const VARIABLES: [(&str, &str); 17] = [
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSFILE", "passfile"),
    ("PGOPTIONS", "options"),
    ("PGAPPNAME", "application_name"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
];

/// Where and how to connect.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) config: Config,
    pub(crate) mode: TlsMode,
    pub(crate) roots: Roots,
    pub(crate) identity: Option<Identity>,
    passfile: Option<PathBuf>,
}

impl Options {
    /// Reads a connection string, and the variables of the environment by their name.
    pub(crate) fn parse(text: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Fault> {
        let mut given = conninfo::read(text)?;
        fill(&mut given, &variable)?;
        let mut take = |name: &str| given.remove(name).filter(|value| !value.is_empty());
        let mode = take("sslmode").map(|mode| TlsMode::parse(&mode).ok_or_else(unknown_mode)).transpose()?;
        let roots = match take("sslrootcert") {
            None => Roots::Unset,
            Some(root) if root == "system" => Roots::System,
            Some(file) => Roots::File(file.into()),
        };
        let identity = match (take("sslcert"), take("sslkey")) {
            (Some(certificate), Some(key)) => Some(Identity { certificate: certificate.into(), key: key.into() }),
            (None, None) => None,
            _ => return Err(Fault::Config("of `sslcert` and `sslkey` for Postgres, one is missing".to_owned())),
        };
        let home = || variable("HOME").map(|home| PathBuf::from(home).join(".pgpass"));
        let passfile = take("passfile").map(PathBuf::from).or_else(home);
        let mut config = conninfo::pairs(&given)
            .parse::<Config>()
            .map_err(|_| Fault::Config("an option for Postgres, or its value, is not known".to_owned()))?;
        if let Some(password) = variable("PGPASSWORD").filter(|_| config.get_password().is_none()) {
            config.password(password.as_encoded_bytes());
        }
        // A connection that nobody answers on is found out within two minutes.
        config.keepalives_idle(Duration::from_mins(1));
        config.keepalives_interval(Duration::from_secs(15));
        config.keepalives_retries(4);
        let mut options = Self { config, mode: TlsMode::Prefer, roots, identity, passfile };
        options.mode = match mode {
            Some(mode) => mode,
            // As libpq: the system's authorities vouch for names, not only for certificates.
            None if options.roots == Roots::System => TlsMode::VerifyFull,
            None if options.is_local() => TlsMode::Prefer,
            None => TlsMode::Require,
        };
        Ok(options)
    }

    /// Looks the password up in the password file, where there is none yet.
    pub(crate) fn find_password(&mut self, variable: impl Fn(&str) -> Option<OsString>) -> Result<(), Fault> {
        let Some(file) = self.passfile.take().filter(|_| self.config.get_password().is_none()) else { return Ok(()) };
        let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| variable(name)?.into_string().ok());
        let user = self.config.get_user().map(str::to_owned).or(name).unwrap_or_default();
        let database = self.config.get_dbname().unwrap_or(&user);
        let login = Login { database, user: &user };
        if let Some(password) = passfile::password(&file, &self.hosts(), login)? {
            self.config.password(password);
        }
        Ok(())
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

    /// All hosts, each with its port.
    fn hosts(&self) -> Vec<(String, u16)> {
        let ports = self.config.get_ports();
        let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let name = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        let mut names: Vec<_> = self.config.get_hosts().iter().map(name).collect();
        if names.is_empty() {
            names.extend(self.config.get_hostaddrs().iter().map(ToString::to_string));
        }
        names.into_iter().enumerate().map(|(at, name)| (name, port(at))).collect()
    }

    /// The place for messages: no user, no password.
    pub(crate) fn place(&self) -> String {
        let hosts: Vec<_> = self.hosts().iter().map(|(name, port)| format!("{name}:{port}")).collect();
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        format!("Postgres `{}/{database}`", hosts.join(","))
    }
}

/// Adds what the connection string leaves out.
fn fill(given: &mut Given, variable: &impl Fn(&str) -> Option<OsString>) -> Result<(), Fault> {
    let has_host = given.contains_key("host") || given.contains_key("hostaddr");
    for (name, option) in VARIABLES {
        let Some(value) = variable(name).filter(|value| !value.is_empty() && !given.contains_key(option)) else {
            continue;
        };
        // The address of another host.
        if has_host && option == "hostaddr" {
            continue;
        }
        let value = value.into_string().map_err(|_| Fault::Config(format!("{name} is not UTF-8")))?;
        given.insert(option.to_owned(), value);
    }
    if !given.contains_key("host") && !given.contains_key("hostaddr") {
        given.insert("host".to_owned(), "localhost".to_owned());
    }
    for (option, value) in [("application_name", "declarest"), ("connect_timeout", "10")] {
        given.entry(option.to_owned()).or_insert_with(|| value.to_owned());
    }
    Ok(())
}

fn unknown_mode() -> Fault {
    Fault::Config(
        "`sslmode` for Postgres is not one of disable, allow, prefer, require, verify-ca and verify-full".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options, Fault> {
        with(text, &[])
    }

    fn with(text: &str, variables: &[(&str, &str)]) -> Result<Options, Fault> {
        let variable =
            |name: &str| variables.iter().find(|(named, _)| *named == name).map(|(_, value)| OsString::from(value));
        let mut options = Options::parse(text, variable)?;
        options.find_password(variable)?;
        Ok(options)
    }

    #[test]
    fn modes_are_libpqs_and_a_remote_server_is_never_asked_without_tls() {
        let mode = |url: &str| parse(url).expect("a URL").mode;
        assert_eq!(mode("postgres://a@localhost/d"), TlsMode::Prefer);
        assert_eq!(mode("postgres://a@127.0.0.1/d"), TlsMode::Prefer);
        assert_eq!(mode("postgres://a@%2Ftmp/d"), TlsMode::Prefer);
        assert_eq!(mode("postgres://a@db.example.com/d"), TlsMode::Require);
        assert_eq!(mode("postgres://a@localhost,db.example.com/d"), TlsMode::Require);
        assert_eq!(mode("postgres://a@db.example.com/d?sslrootcert=system"), TlsMode::VerifyFull);
        assert_eq!(mode("postgresql://a@db.example.com/d?sslmode=disable&application_name=x"), TlsMode::Disable);
        let options = parse("postgres://a@h/d?sslmode=verify-ca&sslrootcert=%2Fa%20b.pem").expect("a URL");
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
            "user=u password=s3cr3t s3cr3t",
            "user=u password='s3cr3t",
            "user=u s3cr3t=1",
            "user=u port=s3cr3t",
        ];
        for url in urls {
            let Err(fault) = parse(url) else { panic!("{url} is read") };
            let error = fault.explain("Postgres");
            assert!(!format!("{error:?} {error:#}").contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn a_password_may_have_a_question_mark() {
        let options = parse("postgres://user:wh?at@host/d").expect("a URL");
        assert_eq!(options.config.get_password(), Some(&b"wh?at"[..]));
        assert_eq!(options.place(), "Postgres `host:5432/d`");
    }

    #[test]
    fn variables_stand_in_for_what_the_connection_string_leaves_out() {
        let all = [
            ("PGHOST", "db.example.com"),
            ("PGHOSTADDR", "10.0.0.1"),
            ("PGPORT", "5433"),
            ("PGDATABASE", "warehouse"),
            ("PGUSER", "loader"),
            ("PGPASSWORD", "s3cr3t"),
            ("PGAPPNAME", ""),
            ("PGCONNECT_TIMEOUT", "3"),
            ("PGSSLMODE", "verify-ca"),
            ("PGSSLROOTCERT", "/root.pem"),
            ("PGSSLCERT", "/client.pem"),
            ("PGSSLKEY", "/client.key"),
        ];
        let options = with("", &all).expect("it is complete");
        assert_eq!(options.place(), "Postgres `db.example.com:5433/warehouse`");
        assert_eq!(options.config.get_hostaddrs().len(), 1);
        assert_eq!((options.config.get_user(), options.config.get_password()), (Some("loader"), Some(&b"s3cr3t"[..])));
        assert_eq!(options.config.get_application_name(), Some("declarest"), "an empty one is none");
        assert_eq!(options.config.get_connect_timeout(), Some(&Duration::from_secs(3)));
        assert_eq!((options.mode, options.roots), (TlsMode::VerifyCa, Roots::File("/root.pem".into())));
        assert_eq!(options.identity.map(|identity| identity.key), Some("/client.key".into()));
        let options = with("host=h user=u password=p dbname=d sslmode=require", &all).expect("it is complete");
        assert_eq!(options.place(), "Postgres `h:5433/d`");
        assert_eq!((options.config.get_hostaddrs().len(), options.mode), (0, TlsMode::Require));
        assert_eq!((options.config.get_user(), options.config.get_password()), (Some("u"), Some(&b"p"[..])));
        assert!(with("", &[("PGSSLCERT", "/client.pem")]).is_err(), "its key is missing");
    }

    #[test]
    fn a_password_that_is_nowhere_else_is_looked_up() {
        let home = tempfile::tempdir().expect("a directory");
        let file = home.path().join(".pgpass");
        std::fs::write(&file, "h:5432:d:u:from-home\n").expect("a file");
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("it is ours");
        let (home, file) = (home.path().to_str().expect("text"), file.to_str().expect("text"));
        let password = |text: &str, variables: &[(&str, &str)]| {
            let options = with(text, variables).expect("options");
            options.config.get_password().map(|password| String::from_utf8_lossy(password).into_owned())
        };
        assert_eq!(password("host=h dbname=d", &[("HOME", home), ("USER", "u")]).as_deref(), Some("from-home"));
        assert_eq!(password("postgres://u@h/d", &[("PGPASSFILE", file)]).as_deref(), Some("from-home"));
        assert_eq!(password(&format!("host=h user=u dbname=d passfile='{file}'"), &[]).as_deref(), Some("from-home"));
        assert_eq!(password("postgres://u:p@h/d", &[("HOME", home)]).as_deref(), Some("p"));
        assert_eq!(password("postgres://u@h/d", &[("HOME", home), ("PGPASSWORD", "v")]).as_deref(), Some("v"));
        assert_eq!(password("postgres://u@other/d", &[("HOME", home)]), None);
    }
}
