//! The folders of each crate stand on floors: a folder imports only those above it in CONTRIBUTING.md's list.
//!
//! The arrows are read from the sources: every path that starts with `crate`, `self` or `super`, in imports, in code and in
//! the tokens of macros. Tests, doc comments and `$crate` do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// These stand above all folders: the crate's face, and the entry points for fuzzing.
const ABOVE_ALL: &[&str] = &["lib", "main", "fuzz"];

#[test]
fn the_runtime_stands_on_floors() {
    check("runtime/src");
}

#[test]
fn the_macros_stand_on_floors() {
    check("macros/core/src");
}

#[test]
fn the_importer_stands_on_floors() {
    check("cli/src");
}

#[test]
fn paths_are_read_everywhere_but_in_tests() {
    let text = "
        use crate::{a, b::{self, C}, d::*};
        use super::super::e;
        pub(crate) fn f() -> Vec<super::G> { vec![crate::h::I::new()] }
        mod inner { use super::super::super::j; }
        #[cfg(test)] use crate::tests;
        #[cfg(all(test, feature = \"k\"))] mod tests { use crate::l; }
        /// crate::m
        fn n() { o::p() }
        macro_rules! q { () => { $crate::r::S } }
    ";
    let mut paths = Vec::new();
    collect(text.parse().expect("tokens"), &mut ["x", "y"].map(str::to_owned).to_vec(), &mut paths);
    let paths: Vec<String> = paths.iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["a", "b", "b::C", "d", "e", "x::G", "h::I::new", "j"]);
}

fn check(sources: &str) {
    let floors = floors(sources);
    let graph = Graph::read(&root().join(sources));
    let mut wrong = Vec::new();
    for folder in graph.folders.iter().filter(|folder| !floors.contains(folder)) {
        wrong.push(format!("`{folder}` is not in CONTRIBUTING.md's list"));
    }
    for folder in floors.iter().filter(|folder| !graph.folders.contains(*folder)) {
        wrong.push(format!("CONTRIBUTING.md lists `{folder}`, which does not exist"));
    }
    let floor = |folder: &str| floors.iter().position(|name| name == folder).unwrap_or(usize::MAX);
    for ((from, to), places) in graph.arrows.iter().filter(|((from, to), _)| floor(to) > floor(from)) {
        let places: Vec<_> = places.iter().map(String::as_str).collect();
        wrong.push(format!("`{from}` imports `{to}`, which stands above it: {}", places.join(", ")));
    }
    if let Some(circle) = graph.circle() {
        wrong.push(format!("a circle: {}", circle.join(" -> ")));
    }
    assert!(wrong.is_empty(), "{sources}:\n  {}", wrong.join("\n  "));
    println!("{}", graph.summary(sources, &floors));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The list in CONTRIBUTING.md, ground first: the block that is fenced with ```` ```text {sources} ````.
fn floors(sources: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let start = format!("```text {sources}");
    let mut lines = page.lines().skip_while(|line| *line != start);
    assert!(lines.next().is_some(), "CONTRIBUTING.md has no block {start:?}");
    let names = lines.take_while(|line| *line != "```").filter_map(|line| line.split_whitespace().next());
    names.map(|name| name.trim_end_matches('/').trim_end_matches(".rs").to_owned()).collect()
}

/// Who imports whom, between the top-level folders and files of a crate.
#[derive(Default)]
struct Graph {
    files: usize,
    folders: BTreeSet<String>,
    /// From and to, and the files and paths that say so.
    arrows: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Graph {
    fn read(sources: &Path) -> Self {
        let mut files = Vec::new();
        list(sources, &mut Vec::new(), &mut files);
        let mut graph = Self { files: files.len(), ..Self::default() };
        let tops = files.iter().map(|(_, module)| module[0].clone());
        graph.folders = tops.filter(|top| !ABOVE_ALL.contains(&top.as_str())).collect();

        let exports = exports(&sources.join("lib.rs"));
        for (file, module) in files.iter().filter(|(_, module)| !ABOVE_ALL.contains(&module[0].as_str())) {
            for path in paths(file, module) {
                let Some(first) = path.first() else { continue };
                let to = if graph.folders.contains(first) { first } else { exports.get(first).unwrap_or(first) };
                if *to != module[0] {
                    let arrow = graph.arrows.entry((module[0].clone(), to.clone())).or_default();
                    arrow.insert(format!("{} (`{}`)", module.join("/"), path.join("::")));
                }
            }
        }
        graph
    }

    /// Folders that import each other in a circle, if there are any.
    fn circle(&self) -> Option<Vec<&str>> {
        let mut left: BTreeSet<&str> = self.folders.iter().map(String::as_str).collect();
        let next = |left: &BTreeSet<&str>, from: &str| {
            let arrows = self.arrows.keys().filter(|(start, _)| start == from);
            arrows.map(|(_, to)| to.as_str()).find(|to| left.contains(to))
        };
        while let Some(ground) = left.iter().copied().find(|folder| next(&left, folder).is_none()) {
            left.remove(ground);
        }
        // Each folder that is left imports another one that is left.
        let mut circle = vec![*left.first()?];
        loop {
            let to = next(&left, circle.last()?)?;
            if let Some(start) = circle.iter().position(|folder| *folder == to) {
                circle.push(to);
                return Some(circle.split_off(start));
            }
            circle.push(to);
        }
    }

    fn summary(&self, sources: &str, floors: &[String]) -> String {
        let (folders, arrows) = (self.folders.len(), self.arrows.len());
        let mut summary =
            format!("{sources}: {} files, {folders} folders, {arrows} arrows, none up, no circle", self.files);
        for folder in floors {
            let below = self.arrows.keys().filter(|(from, _)| from == folder).map(|(_, to)| to.as_str());
            let _ = write!(summary, "\n  {folder} -> {}", below.collect::<Vec<_>>().join(" "));
        }
        summary
    }
}

/// All `.rs` files below a folder, each with the path of its module.
fn list(folder: &Path, module: &mut Vec<String>, files: &mut Vec<(PathBuf, Vec<String>)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_stem().expect("a name").to_str().expect("a plain name").to_owned();
        module.push(name);
        if path.is_dir() {
            list(&path, module, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let depth = module.len() - usize::from(path.ends_with("mod.rs"));
            files.push((path, module[..depth].to_vec()));
        }
        module.pop();
    }
}

/// The names that lib.rs re-exports, each with the top-level module that it comes from.
fn exports(lib: &Path) -> BTreeMap<String, String> {
    let paths = paths(lib, &[]).into_iter().filter(|path| path.len() > 1);
    paths.filter_map(|path| Some((path.last()?.clone(), path.first()?.clone()))).collect()
}

/// The paths of a file that start with `crate`, `self` or `super`, seen from the crate's root.
fn paths(file: &Path, module: &[String]) -> Vec<Vec<String>> {
    let text = fs::read_to_string(file).expect("a source");
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut paths = Vec::new();
    collect(tokens, &mut module.to_vec(), &mut paths);
    paths
}

fn collect(tokens: TokenStream, module: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_cfg_test(&tokens[at..]) {
            // The item ends with its body, or with a semicolon.
            let end = tokens[at + 2..].iter().position(|token| match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                token => is_punct(token, ';'),
            });
            at = end.map_or(tokens.len(), |end| at + 2 + end + 1);
            continue;
        }
        match &tokens[at..] {
            // What a macro for other crates names from outside, by `$crate`.
            [dollar, TokenTree::Ident(root), ..] if is_punct(dollar, '$') && root == "crate" => at += 2,
            [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Group(body), ..] if word == "mod" => {
                module.push(name.to_string());
                collect(body.stream(), module, paths);
                module.pop();
                at += 3;
            }
            [TokenTree::Ident(root), rest @ ..] if is_colons(rest) && (at < 2 || !is_colons(&tokens[at - 2..])) => {
                match root.to_string().as_str() {
                    "crate" => follow(&rest[2..], &[], paths),
                    "self" => follow(&rest[2..], module, paths),
                    "super" => follow(&rest[2..], parent(module), paths),
                    _ => {}
                }
                at += 1;
            }
            [TokenTree::Group(group), ..] => {
                collect(group.stream(), module, paths);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// The path, or the tree of paths, that continues `base`.
fn follow(tokens: &[TokenTree], base: &[String], paths: &mut Vec<Vec<String>>) {
    match tokens {
        [TokenTree::Ident(word), rest @ ..] if word == "super" && is_colons(rest) => {
            follow(&rest[2..], parent(base), paths);
        }
        [TokenTree::Ident(name), rest @ ..] => {
            let mut path = base.to_vec();
            if name != "self" {
                path.push(name.to_string());
            }
            if is_colons(rest) { follow(&rest[2..], &path, paths) } else { paths.push(path) }
        }
        [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
            let tree: Vec<TokenTree> = group.stream().into_iter().collect();
            for branch in tree.split(|token| is_punct(token, ',')) {
                follow(branch, base, paths);
            }
        }
        // A glob, or generic arguments.
        [_, ..] => paths.push(base.to_vec()),
        [] => {}
    }
}

fn parent(module: &[String]) -> &[String] {
    &module[..module.len().saturating_sub(1)]
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, ..] if is_punct(first, ':') && is_punct(second, ':'))
}

/// Whether an attribute for tests comes next: `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_cfg_test(tokens: &[TokenTree]) -> bool {
    let [hash, TokenTree::Group(attribute), ..] = tokens else { return false };
    let attribute: String = attribute.stream().to_string().split_whitespace().collect();
    is_punct(hash, '#') && (attribute == "cfg(test)" || attribute.starts_with("cfg(all(test,"))
}
