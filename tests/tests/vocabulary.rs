//! Public text uses plain words: CONTRIBUTING.md lists those that must not come back, and the phrases that may.
//!
//! Public text is every Markdown page, the messages of the UI tests, and the doc comments and strings of the sources: those are what
//! users read as documentation, errors, reports and `--help`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::LitStr;

/// Sources whose doc comments and strings users see.
const SOURCES: &[&str] = &["runtime/src", "macros/src", "macros/core/src", "examples", "destinations"];

/// The section of CONTRIBUTING.md that holds the table.
const SECTION: &str = "Plain words\n";

/// Words around a hit that the failure shows.
const CONTEXT: usize = 5;

#[test]
fn public_text_uses_plain_words() {
    let vocabulary = Vocabulary::read(&root().join("CONTRIBUTING.md"));
    let mut texts = BTreeMap::new();
    list(&root(), &mut |path| {
        let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
        if let Some(text) = public_text(&name, path) {
            texts.insert(name, text);
        }
    });
    let mut hits = Vec::new();
    for (name, text) in &texts {
        hits.extend(vocabulary.hits(text).into_iter().map(|hit| format!("{name}: {hit}")));
    }
    assert!(hits.is_empty(), "{} words that CONTRIBUTING.md replaces:\n{}", hits.len(), hits.join("\n"));
    println!("{} files, {} phrases, none found", texts.len(), vocabulary.banned.len());
}

#[test]
fn a_phrase_is_found_across_lines_but_not_in_its_exceptions() {
    let list = |phrases: &[&str]| phrases.iter().map(|phrase| words(phrase)).collect();
    let vocabulary = Vocabulary { banned: list(&["told", "put aside"]), exceptions: list(&["told apart"]) };
    assert_eq!(
        vocabulary.hits("What is Told\nby an_old `tolde` has to be put\n  aside."),
        ["what is [told] by an_old tolde has to", "an_old tolde has to be [put aside]",]
    );
    assert!(vocabulary.hits("They are told apart, untold, put down and asides.").is_empty());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Calls `each` with every file that belongs to the project.
fn list(folder: &Path, each: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "target" || name.starts_with('.') {
            continue;
        }
        if path.is_dir() { list(&path, each) } else { each(&path) }
    }
}

/// What users read of a file, if they read any of it.
fn public_text(name: &str, path: &Path) -> Option<String> {
    let read = || fs::read_to_string(path).expect("text in UTF-8");
    match path.extension()?.to_str()? {
        "md" if name == "CONTRIBUTING.md" => Some(without_vocabulary(&read())),
        "md" | "stderr" => Some(read()),
        "rs" if SOURCES.iter().any(|folder| name.starts_with(&format!("{folder}/"))) => {
            let tokens: TokenStream = read().parse().unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut text = String::new();
            strings(tokens, &mut text);
            Some(text)
        }
        _ => None,
    }
}

/// The string literals of a source. Doc comments are among them, as `#[doc = "…"]`.
fn strings(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => strings(group.stream(), text),
            TokenTree::Literal(literal) => {
                if let Ok(string) = syn::parse2::<LitStr>(TokenTree::Literal(literal).into()) {
                    text.push_str(&string.value());
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
}

/// CONTRIBUTING.md without the section that names the words.
fn without_vocabulary(page: &str) -> String {
    let sections = page.split("\n## ").filter(|section| !section.starts_with(SECTION));
    sections.collect::<Vec<_>>().join("\n\n")
}

/// Phrases, each as its words in lower case.
struct Vocabulary {
    banned: Vec<Vec<String>>,
    exceptions: Vec<Vec<String>>,
}

impl Vocabulary {
    /// The table of CONTRIBUTING.md: the words, what to write instead, and the phrases in which a word is a plain one.
    fn read(path: &Path) -> Self {
        let page = fs::read_to_string(path).expect("CONTRIBUTING.md");
        let section = page.split("\n## ").find(|section| section.starts_with(SECTION)).expect("the section");
        let mut vocabulary = Self { banned: Vec::new(), exceptions: Vec::new() };
        for row in section.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            let [banned, _, exceptions] = cells[..] else { panic!("not three columns: {row}") };
            vocabulary.banned.extend(quoted(banned));
            vocabulary.exceptions.extend(quoted(exceptions));
        }
        assert!(!vocabulary.banned.is_empty(), "the table is empty");
        vocabulary
    }

    /// Each phrase that a text has, between the words around it.
    fn hits(&self, text: &str) -> Vec<String> {
        let words = words(text);
        let mut hits = Vec::new();
        for at in 0..words.len() {
            let Some(phrase) = self.banned.iter().find(|phrase| words[at..].starts_with(phrase)) else { continue };
            let is_plain = self.exceptions.iter().any(|exception| {
                (0..exception.len()).any(|before| at >= before && words[at - before..].starts_with(exception))
            });
            if !is_plain {
                let end = at + phrase.len();
                let before = words[at.saturating_sub(CONTEXT)..at].join(" ");
                let after = words[end..words.len().min(end + CONTEXT)].join(" ");
                hits.push(format!("{before} [{}] {after}", phrase.join(" ")).trim().to_owned());
            }
        }
        hits
    }
}

/// The phrases that stand between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = Vec<String>> {
    cell.split('`').skip(1).step_by(2).map(words)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
