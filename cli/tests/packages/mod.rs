//! Packages of the tests' own, as a user has them, and an API for their sources.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A source of one resource, which needs a secret.
pub(crate) const SOURCE: &str = r#"
    #[declarest::source(base_url = "https://api.example.com", auth = bearer(token = secret(shop_token)))]
    pub mod shop {
        #[resource(name = orders, path = "/orders", primary_key = id, paginator = single_page)]
        pub struct Order {
            pub id: u64,
            pub name: String,
        }

    }
"#;

pub(crate) struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    /// A package of that name with these files, which depends on `declarest`. It has the versions of this workspace.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let runtime = workspace().join("runtime");
        Self::with(name, &format!("declarest = {{ path = '{}', default-features = false }}", runtime.display()), files)
    }

    /// One without dependencies.
    pub(crate) fn bare(name: &str, files: &[(&str, &str)]) -> Self {
        Self::with(name, "", files)
    }

    fn with(name: &str, dependencies: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = workspace();
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n"
        );
        let lock = std::fs::read_to_string(root.join("Cargo.lock")).expect("the lock file");
        for (file, text) in [("Cargo.toml", manifest.as_str()), ("Cargo.lock", &lock)].iter().chain(files) {
            let file = folder.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        }
        Self { folder }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// The error of a command that sends and writes nothing.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

/// Runs the program in a folder, as cargo does.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-declarest"));
    // What this workspace has compiled is not compiled again.
    command.env("CARGO_TARGET_DIR", workspace().join("target")).env("SHOP_TOKEN", "secret of the test");
    command.arg("declarest").args(arguments).current_dir(folder);
    command
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

/// The base URL of an API whose every response this is. It ends with the test's process.
pub(crate) fn serve(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            while lines.next().is_some_and(|line| !line.is_empty()) {}
            let length = body.len();
            let _ = write!(
                &stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    url
}
