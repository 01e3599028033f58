//! The bundled rows, unpacked once and kept as the text they were bundled as.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

/// One of the API's three collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The project, its directories and files.
    Components,
    /// Findings: more of them than `SonarQube`'s window lets through.
    Issues,
    /// What is measured.
    Metrics,
}

impl Resource {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Components, Self::Issues, Self::Metrics];

    /// Its name, which is also the key that its rows are under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Components => "components",
            Self::Issues => "issues",
            Self::Metrics => "metrics",
        }
    }

    /// The path that serves it.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Components => "/v1/components/search",
            Self::Issues => "/v1/issues/search",
            Self::Metrics => "/v1/metrics/search",
        }
    }

    /// Its rows: JSON objects, byte for byte as the server sends them, in the order in which it sends them.
    #[must_use]
    pub fn rows(self) -> &'static [&'static str] {
        static COMPONENTS: LazyLock<Vec<&str>> =
            LazyLock::new(|| unpack(include_bytes!("../../data/components.ndjson.gz")));
        static ISSUES: LazyLock<Vec<&str>> = LazyLock::new(|| unpack(include_bytes!("../../data/issues.ndjson.gz")));
        static METRICS: LazyLock<Vec<&str>> = LazyLock::new(|| unpack(include_bytes!("../../data/metrics.ndjson.gz")));
        match self {
            Self::Components => &COMPONENTS,
            Self::Issues => &ISSUES,
            Self::Metrics => &METRICS,
        }
    }
}

/// The lines of a bundled file. Their text lives as long as the program, as the bytes that it came from do.
fn unpack(packed: &'static [u8]) -> Vec<&'static str> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("the bundled data is gzip of UTF-8 text");
    String::leak(text).lines().collect()
}

/// Adds row `index` of as many as are wanted: past the last one the rows begin again, each under a new key.
pub(super) fn write_row(rows: &[&str], index: usize, out: &mut String) {
    let (copy, row) = (index / rows.len(), rows[index % rows.len()]);
    match row.strip_prefix(KEY).and_then(|rest| rest.split_once('"')) {
        Some((key, rest)) if copy > 0 => {
            out.push_str(KEY);
            out.push_str(key);
            out.push('-');
            out.push_str(&copy.to_string());
            out.push('"');
            out.push_str(rest);
        }
        _ => out.push_str(row),
    }
}

/// How every issue begins.
const KEY: &str = r#"{"key":""#;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{KEY, Resource, write_row};

    #[test]
    fn all_rows_are_there() {
        let counts = Resource::ALL.map(|resource| resource.rows().len());
        assert_eq!(counts, [1_270, 17_366, 129]);
    }

    #[test]
    fn copies_have_keys_of_their_own() {
        let rows = &Resource::Issues.rows()[..10];
        assert!(rows.iter().all(|row| row.starts_with(KEY)));
        let copies: HashSet<String> = (0..30)
            .map(|index| {
                let mut row = String::new();
                write_row(rows, index, &mut row);
                row
            })
            .collect();
        assert_eq!(copies.len(), 30);
        assert!(rows.iter().all(|row| copies.contains(*row)), "the first ones are verbatim");
        let second = rows[0].replacen("\",", "-2\",", 1);
        assert!(copies.contains(&second), "only the key differs: {second}");
    }
}
