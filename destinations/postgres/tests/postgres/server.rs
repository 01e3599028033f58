//! A server for the tests: that of `DECLAREST_TEST_POSTGRES`, else a private one, made of the programs that are found on the
//! machine, and gone with the process.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// A server.
pub(crate) struct Server {
    pub(crate) url: String,
    /// Where it is a private one.
    pub(crate) private: Option<Private>,
}

/// A server that this process has started.
pub(crate) struct Private {
    programs: PathBuf,
    directory: PathBuf,
    /// As long as it is open, the server runs.
    _lifeline: ChildStdin,
}

/// The server that all tests share; `None` where there is none, which is said.
pub(crate) fn shared() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match std::env::var("DECLAREST_TEST_POSTGRES") {
        Ok(url) => Some(Server { url, private: None }),
        Err(_) => Server::start(""),
    });
    server.as_ref()
}

/// A name that no other test of this process has, for a schema.
pub(crate) fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("declarest_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Relaxed))
}

impl Server {
    /// Starts a private server, with these lines more in its settings.
    pub(crate) fn start(settings: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            // Past the harness, which shows nothing of a test that passes.
            let _ = writeln!(std::io::stderr(), "!! NOT TESTED: Postgres, since there is no server on this machine");
            let is_required = std::env::var_os("DECLAREST_REQUIRE_POSTGRES").is_some_and(|value| value != "0");
            assert!(!is_required, "DECLAREST_REQUIRE_POSTGRES is set: install Debian's `postgresql`");
            return None;
        };
        let directory = tempfile::Builder::new().prefix("declarest-postgres-").tempdir().expect("a directory").keep();
        let data = directory.join("data");
        fs::create_dir(&data).expect("a directory");
        own(&directory);
        own(&data);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
        let init = ["-D", text(&data), "-U", "declarest", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"];
        run(&programs, "initdb", &init);
        let hba = "local all all trust\nhost all all 127.0.0.1/32 trust\n";
        fs::write(data.join("pg_hba.conf"), hba).expect("a file");
        let conf = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nfsync = off\nfull_page_writes = off\nautovacuum = off\nmax_connections = 100\n{settings}\n",
            directory.display()
        );
        fs::write(data.join("declarest.conf"), conf).expect("a file");
        let main = data.join("postgresql.conf");
        let all = fs::read_to_string(&main).expect("a file") + "\ninclude 'declarest.conf'\n";
        fs::write(main, all).expect("a file");
        run(&programs, "pg_ctl", &["start", "-w", "-D", text(&data), "-l", text(&data.join("log"))]);
        // Ends with this process, however that ends.
        let mut watch = as_owner(Path::new("sh"));
        let script = r#"cat >/dev/null; "$1" stop -m immediate -D "$2" >/dev/null 2>&1; rm -rf "$3""#;
        watch.args(["-c", script, "sh", text(&programs.join("pg_ctl")), text(&data), text(&directory)]);
        // A signal to this process's group, as by Ctrl-C, is not for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut watch, 0);
        let watch = watch.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let lifeline = watch.expect("a shell").stdin.take().expect("a pipe");
        let url = format!("postgres://declarest@127.0.0.1:{port}/postgres");
        Some(Self { url, private: Some(Private { programs, directory, _lifeline: lifeline }) })
    }

    /// A connection.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client
    }
}

/// A program that ends with the value.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Private {
    /// Runs `pg_ctl` for it.
    pub(crate) fn control(&self, arguments: &[&str]) {
        let data = self.data();
        let log = data.join("log");
        run(&self.programs, "pg_ctl", &[arguments, &["-w", "-D", text(&data), "-l", text(&log)]].concat());
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// Starts another program as the user of the server; `None` where there is none. It ends with the value.
    #[expect(clippy::unused_self, reason = "it is about this server's user")]
    pub(crate) fn spawn(&self, program: &str, arguments: &[&str]) -> Option<Running> {
        let places = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(|place| Path::new(place).join(program));
        let program = places.into_iter().find(|program| program.exists())?;
        let mut command = as_owner(&program);
        let command = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Some(Running(command.spawn().expect("it starts")))
    }

    /// Gives a file to the user that the server runs as.
    #[expect(clippy::unused_self, reason = "it is about this server's files")]
    pub(crate) fn own(&self, path: &Path) {
        own(path);
    }
}

/// The directory of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|programs| programs.join("initdb").exists())
        .collect();
    found.sort_by_key(|programs| {
        let version = programs.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        version.and_then(|version| version.parse::<u32>().ok())
    });
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|programs| programs.join("initdb").exists())
    };
    found.pop().or_else(in_path)
}

fn run(programs: &Path, program: &str, arguments: &[&str]) {
    let output = as_owner(&programs.join(program))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let status = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// A program, as a user that may run the server: root may not.
fn as_owner(program: &Path) -> Command {
    let mut command = Command::new(program);
    #[cfg(unix)]
    if let Some((user, group)) = owner() {
        use std::os::unix::process::CommandExt as _;
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}

/// The user and the group that the server runs as, where this process is root's.
#[cfg(unix)]
fn owner() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    // A file that this process makes is its user's.
    let probe = TempDir::new().ok()?;
    if fs::metadata(probe.path()).ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody"))
}

/// Gives a file or a directory to that user.
fn own(directory: &Path) {
    #[cfg(unix)]
    if let Some((user, group)) = owner() {
        std::os::unix::fs::chown(directory, Some(user), Some(group)).expect("it can be given away");
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}
