//! The marker, its disguises, and everything that they are looked for in.

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use declarest::Error;
use declarest_tests::{Database, LevelFilter, Logged};
use tokio::sync::MutexGuard;

/// A secret with characters that encodings change.
pub(crate) const MARKER: &str = "squ_m4rk3r/Xy0Zw+q7Lp9=KfT2";

/// Everything that is traced in this process, at every level, by whatever crate.
pub(crate) struct Traced(Logged);

impl Traced {
    /// Listens from the first call on, for one test at a time.
    pub(crate) async fn start() -> (MutexGuard<'static, ()>, &'static Self) {
        static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        static TRACED: OnceLock<Traced> = OnceLock::new();
        let traced = TRACED.get_or_init(|| Self(Logged::everywhere(LevelFilter::TRACE)));
        (ALONE.lock().await, traced)
    }

    pub(crate) fn text(&self) -> String {
        self.0.text()
    }

    /// What was traced since the last time, and no more from now on.
    pub(crate) fn take(&self) -> String {
        self.0.take()
    }
}

/// The marker as it might be disguised; of parts that are long enough to be of use, too.
fn disguises() -> Vec<String> {
    let mut disguises: Vec<String> =
        MARKER.as_bytes().windows(10).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    disguises.push(url::form_urlencoded::byte_serialize(MARKER.as_bytes()).collect());
    disguises.push(format!("{:?}", MARKER.as_bytes()));
    // What stands before it shifts how base64 cuts it; the first and last characters depend on neighbours.
    for before in ["", "B", "Be", ":", "Bearer "] {
        let text = format!("{before}{MARKER}");
        for encoded in [BASE64_STANDARD_NO_PAD.encode(&text), BASE64_URL_SAFE_NO_PAD.encode(&text)] {
            disguises.push(encoded[(before.len() * 4).div_ceil(3) + 2..encoded.len() - 2].to_owned());
        }
    }
    disguises
}

pub(crate) fn assert_clean(what: &str, text: &str) {
    for disguise in disguises() {
        if let Some(at) = text.find(&disguise) {
            let near: String = text[at.saturating_sub(100)..].chars().take(200).collect();
            panic!("{what}: {disguise:?} in …{near}…");
        }
    }
}

/// The files of a database, byte for byte.
pub(crate) fn assert_clean_files(what: &str, database: &Database) {
    for entry in std::fs::read_dir(database.directory()).expect("a directory") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("its bytes");
        assert_clean(what, &String::from_utf8_lossy(&bytes));
    }
}

/// Everything that can be got out of an error.
pub(crate) fn everything(error: &Error) -> String {
    let mut text = format!(
        "{error}\n{error:#}\n{error:?}\n{error:#?}\n{:?} {:?} {:?}",
        error.message(),
        error.help(),
        error.url()
    );
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, "\n{cause}\n{cause:?}");
        source = cause.source();
    }
    if let Some(report) = error.report() {
        let _ = write!(text, "\n{report}\n{report:?}\n{report:#?}");
    }
    text
}
