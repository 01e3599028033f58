//! What a declaration costs to compile: crates that are written, built by cargo and timed, against the same structs with serde's derives.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use proc_macro2::TokenStream;

use crate::Result;
use crate::measure::median;

const FIELDS: [(&str, &str); 8] = [
    ("key", "String"),
    ("rule", "String"),
    ("severity", "Option<String>"),
    ("line", "Option<u32>"),
    ("effort_minutes", "i64"),
    ("open", "bool"),
    ("tags", "Vec<String>"),
    ("created_at", "jiff::Timestamp"),
];

const ATTRIBUTE: &str = r#"
    base_url = "https://api.example.com",
    auth = bearer(token = secret(token)),
    resource_defaults(
        rename_all = "camelCase", primary_key = key, write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    ),
"#;

const TYPED: &str =
    "serde = { version = \"1\", features = [\"derive\"] }\njiff = { version = \"0.2\", features = [\"serde\"] }";
/// What a program that only fetches needs without us, with what our features turn on of reqwest.
fn by_hand(encodings: &str) -> String {
    format!(
        "serde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n\
         reqwest = {{ version = \"0.13\", default-features = false, features = [\"gzip\", \"http2\", \"rustls\"{encodings}] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}"
    )
}

/// Measures everything, and prints the table.
///
/// # Errors
/// Where a crate cannot be written or built.
pub fn print(rounds: usize) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let crates = Crates { directory: directory.path() };
    let declarest = format!("declarest = {{ path = \"{}\" }}", root()?.join("runtime").display());
    let derived = crates.write("derived", TYPED, &derived(100))?;
    let declared_100 = crates.write("declared", &declarest, &declared(100))?;

    println!("| what | against | target | measured | met |\n| --- | --- | --- | --- | --- |");
    for (command, target) in [("check", 0.6), ("build", 0.7)] {
        let ratio = crates.ratio(command, &declared_100, &derived, rounds)?;
        row(&format!("`cargo {command}` of 100 resources, touched, CPU"), "serde's two derives", target, ratio);
    }
    let (few, many) = (lines(1)?, lines(101)?);
    row("lines of a resource of 8 fields, expanded", "–", 200.0, f64::from(many - few) / 100.0);
    let growth = expansion(400)?.div_duration_f64(expansion(100)?);
    row("macro time, 400 resources", "100 resources", 4.4, growth);

    let runtime = root()?.join("runtime").display().to_string();
    for (number, (what, encodings)) in
        [("all encodings", r#", "brotli", "zstd""#), ("gzip alone", "")].into_iter().enumerate()
    {
        let own = encodings.trim_start_matches(", ");
        let fetching = format!("declarest = {{ path = \"{runtime}\", default-features = false, features = [{own}] }}");
        let nothing = "//! Nothing but what it depends on.\n";
        let fetching = crates.write(&format!("fetching_{number}"), &fetching, nothing)?;
        let by_hand = crates.write(&format!("by_hand_{number}"), &by_hand(encodings), nothing)?;
        row(
            &format!("dependencies of a program that only fetches, {what}, CPU"),
            "reqwest with the same + tokio + serde",
            1.25,
            crates.cold(&fetching)? / crates.cold(&by_hand)?,
        );
    }
    Ok(())
}

fn row(what: &str, against: &str, target: f64, measured: f64) {
    let verdict = if measured <= target { "yes" } else { "NO" };
    println!("| {what} | {against} | ≤ {target} | {measured:.2} | {verdict} |");
}

fn root() -> Result<PathBuf> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the workspace")?.to_owned())
}

/// The structs as they are written for serde.
fn derived(resources: usize) -> String {
    let mut text = "//! Rows.\n".to_owned();
    for number in 0..resources {
        text += "#[derive(serde::Serialize, serde::Deserialize)]\n#[serde(rename_all = \"camelCase\")]\n";
        text += &structure(number, "");
    }
    text
}

/// The same structs as resources.
fn declared(resources: usize) -> String {
    format!("//! A source.\n#[declarest::source({ATTRIBUTE})]\n{}", module(resources))
}

fn module(resources: usize) -> String {
    let mut text = "pub mod api {\n".to_owned();
    for number in 0..resources {
        let _ =
            writeln!(text, "#[resource(name = rows{number}, path = \"/v1/rows{number}\", data_selector = \"rows\")]");
        text += &structure(number, "declarest::");
    }
    text + "}\n"
}

fn structure(number: usize, times: &str) -> String {
    let mut text = format!("pub struct Row{number} {{\n");
    for (name, ty) in FIELDS {
        let ty = if ty.starts_with("jiff") { format!("{times}{ty}") } else { ty.to_owned() };
        let _ = writeln!(text, "    pub {name}: {ty},");
    }
    text + "}\n"
}

fn expanded(resources: usize) -> Result<(TokenStream, Duration)> {
    let tokens = |text: &str| TokenStream::from_str(text).map_err(|error| error.to_string());
    let (attribute, module) = (tokens(ATTRIBUTE)?, tokens(&module(resources))?);
    let start = Instant::now();
    let expanded = declarest_macros_core::source(attribute, module);
    Ok((expanded, start.elapsed()))
}

/// How long the macro takes.
fn expansion(resources: usize) -> Result<Duration> {
    let times: Result<Vec<_>> = (0..7).map(|_| Ok(expanded(resources)?.1)).collect();
    Ok(times?.into_iter().min().unwrap_or_default())
}

/// How many lines it writes, laid out as rustfmt does: without those that are there for editors alone.
fn lines(resources: usize) -> Result<u32> {
    let mut file: syn::File = syn::parse2(expanded(resources)?.0)?;
    file.items.retain(|item| matches!(item, syn::Item::Mod(_)));
    Ok(u32::try_from(prettyplease::unparse(&file).lines().count())?)
}

/// Crates in a directory of their own, which share what they depend on.
struct Crates<'d> {
    directory: &'d Path,
}

impl Crates<'_> {
    fn write(&self, name: &str, dependencies: &str, text: &str) -> Result<PathBuf> {
        let directory = self.directory.join(name);
        fs::create_dir_all(directory.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}\n[workspace]\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest)?;
        fs::copy(root()?.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        fs::write(directory.join("src/lib.rs"), text)?;
        Ok(directory)
    }

    /// Builds both crates in turns, and compares what they take: the median of the ratios of neighbours.
    fn ratio(&self, command: &str, ours: &Path, theirs: &Path, rounds: usize) -> Result<f64> {
        let target = self.directory.join("target");
        for crate_ in [ours, theirs] {
            cargo(command, crate_, &target)?;
        }
        let ratios: Result<Vec<_>> =
            (0..rounds.max(1)).map(|_| Ok(cargo(command, ours, &target)? / cargo(command, theirs, &target)?)).collect();
        Ok(median(ratios?))
    }

    /// Builds a crate and all that it depends on.
    fn cold(&self, crate_: &Path) -> Result<f64> {
        let target = tempfile::tempdir_in(self.directory)?;
        cargo("build", crate_, target.path())
    }
}

/// Builds a crate that has been touched. The CPU time of all processes, in seconds.
fn cargo(command: &str, crate_: &Path, target: &Path) -> Result<f64> {
    let source = crate_.join("src/lib.rs");
    fs::write(&source, fs::read(&source)?)?;
    let before = children()?;
    let output = Command::new(env!("CARGO"))
        .arg(command)
        .current_dir(crate_)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS")
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(children()? - before)
}

/// The CPU time of the processes that have ended, in seconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of hours")]
fn children() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok((usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6)
}
