//! The chapter "What is checked, and when" is in step with the programs that must not compile, and the manifest with those that do.
#![warn(clippy::pedantic)]

use std::collections::BTreeMap;
use std::fs;

/// Themes that show how mistakes go together: their programs are no checks of their own.
const TOGETHER: &[&str] = &["callers", "many", "pass"];

#[test]
fn every_program_has_one_line_and_every_line_a_program() {
    let chapter = fs::read_to_string("../../runtime/src/docs/checks.md").expect("the chapter");
    let mut lines: BTreeMap<String, Vec<String>> =
        programs().into_iter().map(|program| (program, Vec::new())).collect();
    for line in chapter.lines().filter(|line| line.starts_with("- ")) {
        let (rule, held_by) = line.split_once(" <!-- ").unwrap_or_else(|| panic!("no program holds {line:?}"));
        let held_by = held_by.strip_suffix(" -->").unwrap_or_else(|| panic!("one comment ends {line:?}"));
        for part in held_by.split("; ") {
            let (theme, patterns) = part.split_once(": ").unwrap_or_else(|| panic!("no theme in {part:?}"));
            for pattern in patterns.split(' ') {
                let mut matches = 0;
                for (program, lines) in &mut lines {
                    if program.strip_prefix(theme).is_some_and(|name| is(&name[1..], pattern)) {
                        matches += 1;
                        if lines.last().is_none_or(|line| line != rule) {
                            lines.push(rule.to_owned());
                        }
                    }
                }
                assert!(matches > 0, "there is no program `{theme}/{pattern}`");
            }
        }
    }
    let wrong = lines.iter().filter(|(_, lines)| lines.len() != 1);
    let wrong: Vec<String> = wrong.map(|(program, lines)| format!("{program}: {lines:#?}")).collect();
    assert!(wrong.is_empty(), "programs without a line, or with several:\n{}", wrong.join("\n"));
}

/// Each is a target of this package: so it is built, run, and looked at by clippy.
#[test]
fn every_sound_program_is_a_test() {
    let manifest = fs::read_to_string("Cargo.toml").expect("the manifest");
    for name in names("ui/pass") {
        let program = name.strip_suffix(".rs").unwrap_or_else(|| panic!("ui/pass/{name} is no program"));
        let target = format!("[[test]]\nname = \"{program}\"\npath = \"ui/pass/{name}\"\nharness = false\n");
        assert!(manifest.contains(&target), "Cargo.toml lacks:\n{target}");
    }
}

fn names(path: &str) -> Vec<String> {
    let entries = fs::read_dir(path).expect("a directory").map(|entry| entry.expect("an entry").file_name());
    entries.map(|name| name.into_string().expect("a plain name")).collect()
}

/// All programs that must not compile, as `theme/name`.
fn programs() -> Vec<String> {
    let themes = names("ui").into_iter().filter(|theme| !theme.contains('.') && !TOGETHER.contains(&theme.as_str()));
    let programs = themes.flat_map(|theme| {
        let stems = names(&format!("ui/{theme}")).into_iter();
        stems.filter_map(move |name| Some(format!("{theme}/{}", name.strip_suffix(".rs")?))).collect::<Vec<_>>()
    });
    programs.collect()
}

/// Whether a name is that of a pattern, in which `*` stands for anything.
fn is(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.strip_prefix(start).is_some_and(|rest| (0..=rest.len()).any(|at| is(&rest[at..], end)))
        }
        None => name == pattern,
    }
}
