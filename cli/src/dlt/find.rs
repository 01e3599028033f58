//! Where in a file the dictionaries are.

use super::value::{Reader, Val, WHOLE};
use crate::python::{self, Expr, Kind, Module, masked};
use crate::yaml::Fault;

/// The functions that take a dictionary.
const FUNCTIONS: [&str; 3] = ["rest_api_source", "rest_api_resources", "rest_api"];

/// A dictionary of a file.
pub(super) struct Found {
    pub(super) value: Val,
    /// What the file calls the source, if it does.
    pub(super) name: Option<String>,
    /// Statements that change it: the line and the code.
    pub(super) changes: Vec<(usize, String)>,
}

/// Python out of a text: the text itself, or the fenced blocks of a Markdown page, each on its own lines.
pub(super) fn modules(text: &str, is_page: bool) -> Result<Vec<Module>, Fault> {
    if !is_page {
        return python::read(text, &FUNCTIONS).map(|module| vec![module]);
    }
    let (mut modules, mut fault) = (Vec::new(), None);
    for block in blocks(text) {
        match python::read(&block, &FUNCTIONS) {
            Ok(module) => modules.push(module),
            Err(error) => {
                fault.get_or_insert(error);
            }
        }
    }
    match fault {
        // A block that is no Python matters only where no other has the dictionary.
        Some(fault) if !modules.iter().any(|module| !candidates(module).is_empty()) => Err(fault),
        _ => Ok(modules),
    }
}

/// The blocks of Python, each below as many empty lines as there are above it.
fn blocks(text: &str) -> Vec<String> {
    let (mut blocks, mut open): (Vec<String>, Option<(usize, bool)>) = (Vec::new(), None);
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        let ticks = bare.bytes().take_while(|byte| *byte == b'`').count();
        match open {
            None if ticks >= 3 => {
                let language = bare.trim_start_matches('`').trim().to_lowercase();
                let word = language.split([' ', '{', ',']).next().unwrap_or_default();
                let is_python = ["", "py", "python", "python3"].contains(&word);
                if is_python {
                    blocks.push("\n".repeat(index + 1));
                }
                open = Some((ticks, is_python));
            }
            Some((wanted, _)) if ticks >= wanted && bare.trim_end().len() == ticks => open = None,
            Some((_, true)) => {
                if let Some(block) = blocks.last_mut() {
                    block.push_str(line);
                    block.push('\n');
                }
            }
            _ => {}
        }
    }
    blocks
}

/// A dictionary, the function that it stands in, and the name of the source.
struct Candidate<'m> {
    expr: &'m Expr,
    scope: &'m python::Scope,
    name: Option<String>,
}

fn candidates(module: &Module) -> Vec<Candidate<'_>> {
    let mut found: Vec<Candidate<'_>> = Vec::new();
    for call in &module.calls {
        let by_name = call.arguments.iter().find(|(name, _)| name.as_deref() == Some("config"));
        let first = call.arguments.first().filter(|(name, _)| name.is_none());
        let name = call.arguments.iter().find(|(name, _)| name.as_deref() == Some("name"));
        let name =
            name.and_then(|(_, value)| if let Kind::Text(text) = &value.kind { Some(text.clone()) } else { None });
        if let Some((_, expr)) = by_name.or(first) {
            found.push(Candidate { expr, scope: &call.scope, name });
        }
    }
    let annotated = |annotation: &str| annotation.contains("RESTAPIConfig");
    let is_like = |expr: &Expr| {
        let Kind::Dict(pairs) = &expr.kind else { return false };
        let has = |wanted: &str| {
            pairs.iter().any(|(key, _)| matches!(key, Some(Expr { kind: Kind::Text(key), .. }) if key == wanted))
        };
        has("client") && has("resources")
    };
    for binding in module.bindings.iter().filter(|binding| !binding.is_argument) {
        let Some(expr) = &binding.value else { continue };
        if annotated(&binding.annotation) || is_like(expr) {
            found.push(Candidate { expr, scope: &binding.scope, name: None });
        }
    }
    found
}

/// The dictionaries of a file, each once.
pub(super) fn dictionaries(reader: &mut Reader<'_>) -> Result<Vec<Found>, Fault> {
    let module = reader.module;
    let mut found: Vec<Found> = Vec::new();
    for candidate in candidates(module) {
        let variable = if let Kind::Name(name) = &candidate.expr.kind { Some(name.as_str()) } else { None };
        let line = candidate.expr.line;
        let binding = variable.and_then(|name| {
            let visible = module
                .bindings
                .iter()
                .filter(|known| known.name == name && !known.is_argument && candidate.scope.starts_with(&known.scope));
            visible.max_by_key(|known| known.scope.len())
        });
        // A function that passes its argument on is none that has a dictionary.
        if let (Some(name), None) = (variable, binding)
            && module.bindings.iter().any(|known| known.name == *name && known.is_argument)
        {
            continue;
        }
        let line = binding.and_then(|binding| binding.value.as_ref()).map_or(line, |value| value.line);
        if let Some(known) = found.iter_mut().find(|known| known.value.line == line) {
            known.name = known.name.take().or(candidate.name);
            continue;
        }
        let mut value = reader.value(candidate.expr, WHOLE, candidate.scope);
        if !value.is_dict() {
            let code = binding.and_then(|binding| binding.value.as_ref()).unwrap_or(candidate.expr);
            return Err(Fault::new(
                line,
                format!("the dictionary is made by code, which is not run: `{}`", masked(&code.code)),
            ));
        }
        value.line = line;
        let changes = module.changes.iter().filter(|(name, ..)| Some(name.as_str()) == variable);
        let changes = changes.map(|(_, line, code)| (*line, masked(code))).collect();
        found.push(Found { value, name: candidate.name, changes });
    }
    Ok(found)
}
