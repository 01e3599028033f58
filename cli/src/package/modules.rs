//! The modules of a crate, as its files have them: which are sources, and how they are reached from outside.

use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::{Attribute, Item, ItemMod, Meta, Token, UseTree, Visibility};

/// The modules of a crate, and what it exports.
#[derive(Debug, Default)]
pub(super) struct Modules {
    modules: Vec<Module>,
    exports: Vec<Export>,
}

#[derive(Debug)]
struct Module {
    /// From the crate's root.
    path: Vec<String>,
    is_public: bool,
    is_source: bool,
}

/// A `pub use`.
#[derive(Debug)]
struct Export {
    /// The module that it is in.
    place: Vec<String>,
    /// What it names, from the crate's root.
    target: Vec<String>,
    /// The name there; none where all that the target has is exported.
    name: Option<String>,
}

/// How many paths of a module are looked at.
const MOST_PATHS: usize = 100;

/// Where the files of a module's own modules are.
#[derive(Clone, Copy)]
struct Place<'p> {
    path: &'p [String],
    /// The folder that `#[path]` starts at: that of the file, or of the module where it stands inside of the file.
    file: &'p Path,
    /// The folder for files named as modules.
    folder: &'p Path,
}

impl Modules {
    /// Of a crate, by its first file. The error is a file that is no Rust.
    pub(super) fn read(root: &Path) -> Result<Self, PathBuf> {
        let mut modules = Self::default();
        let folder = root.parent().unwrap_or(Path::new(""));
        modules.file(root, Place { path: &[], file: folder, folder })?;
        Ok(modules)
    }

    /// The sources, each with its path.
    pub(super) fn sources(&self) -> impl Iterator<Item = &[String]> {
        self.modules.iter().filter(|module| module.is_source).map(|module| module.path.as_slice())
    }

    /// The path by which another crate reaches a module: its own, or one of those that exports give it, one after the other.
    pub(super) fn public(&self, path: &[String]) -> Option<Vec<String>> {
        // Each path with the number of its first steps that others may not be able to take.
        let mut known = vec![(path.to_owned(), self.hidden(path, path.len()))];
        let mut next = 0;
        while let Some((path, hidden)) = known.get(next).cloned() {
            if self.hidden(&path, hidden) == 0 {
                return Some(path);
            }
            for Export { place, target, name } in &self.exports {
                let Some(rest) = path.strip_prefix(target.as_slice()) else { continue };
                // What is exported by its name is public; a glob exports what is public in its module.
                let is_inside = name.is_some() || !rest.is_empty();
                let path: Vec<String> = place.iter().chain(name).chain(rest).cloned().collect();
                // A module that exports itself has paths without end.
                let is_new = known.len() < MOST_PATHS && known.iter().all(|(known, _)| *known != path);
                if is_inside && target.len() >= hidden && is_new {
                    known.push((path, place.len()));
                }
            }
            next += 1;
        }
        None
    }

    /// How many of the first steps of a path end with a private module; those after the given number are public.
    fn hidden(&self, path: &[String], steps: usize) -> usize {
        let is_public = |end: &usize| {
            let prefix = path.get(..*end).unwrap_or_default();
            self.modules.iter().any(|module| module.is_public && module.path == prefix)
        };
        (1..=steps).rev().find(|end| !is_public(end)).unwrap_or(0)
    }

    fn file(&mut self, file: &Path, place: Place<'_>) -> Result<(), PathBuf> {
        // A file that is not there is one that `cfg` leaves out, or an error that the compiler reports.
        let Ok(text) = std::fs::read_to_string(file) else { return Ok(()) };
        let parsed = syn::parse_file(&text).map_err(|_| file.to_owned())?;
        self.items(&parsed.items, place)
    }

    fn items(&mut self, items: &[Item], place: Place<'_>) -> Result<(), PathBuf> {
        for item in items {
            match item {
                Item::Mod(module) => self.module(module, place)?,
                Item::Use(item) if matches!(item.vis, Visibility::Public(_)) => {
                    self.export(&item.tree, place.path, &mut Vec::new());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn module(&mut self, module: &ItemMod, place: Place<'_>) -> Result<(), PathBuf> {
        if module.attrs.iter().any(is_test) {
            return Ok(());
        }
        let name = module.ident.to_string();
        let path = [place.path, std::slice::from_ref(&name)].concat();
        let is_source = module.content.is_some() && module.attrs.iter().any(is_source);
        let is_public = matches!(module.vis, Visibility::Public(_));
        self.modules.push(Module { path: path.clone(), is_public, is_source });
        let plain = name.trim_start_matches("r#");
        let folder = place.folder.join(plain);
        if let Some((_, items)) = &module.content {
            // A source's own items are no modules.
            let inside = Place { path: &path, file: &folder, folder: &folder };
            return if is_source { Ok(()) } else { self.items(items, inside) };
        }
        if let Some(file) = module.attrs.iter().find_map(written_file) {
            let file = place.file.join(file);
            let beside = file.parent().unwrap_or(place.file);
            return self.file(&file, Place { path: &path, file: beside, folder: beside });
        }
        let beside = place.folder.join(format!("{plain}.rs"));
        if beside.exists() {
            return self.file(&beside, Place { path: &path, file: place.folder, folder: &folder });
        }
        self.file(&folder.join("mod.rs"), Place { path: &path, file: &folder, folder: &folder })
    }

    fn export(&mut self, tree: &UseTree, place: &[String], before: &mut Vec<String>) {
        let mut add = |target: Vec<String>, name: Option<String>| {
            self.exports.push(Export { place: place.to_owned(), target: absolute(target, place), name });
        };
        match tree {
            UseTree::Path(step) => {
                before.push(step.ident.to_string());
                self.export(&step.tree, place, before);
                before.pop();
            }
            UseTree::Name(name) if name.ident == "self" => add(before.clone(), before.last().cloned()),
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                add([before.as_slice(), std::slice::from_ref(&name)].concat(), Some(name));
            }
            UseTree::Rename(name) => {
                let target = [before.as_slice(), &[name.ident.to_string()]].concat();
                add(target, Some(name.rename.to_string()));
            }
            UseTree::Glob(_) => add(before.clone(), None),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.export(tree, place, before)),
        }
    }
}

/// A path from the crate's root, as one in a module is meant.
fn absolute(path: Vec<String>, place: &[String]) -> Vec<String> {
    let mut base = place.to_vec();
    let mut steps = path.into_iter().peekable();
    while let Some(step) = steps.next_if(|step| ["crate", "self", "super"].contains(&step.as_str())) {
        match step.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            _ => {}
        }
    }
    base.extend(steps);
    base
}

/// `#[declarest::source(…)]`, by whatever name the crate has.
fn is_source(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "source")
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`.
fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<Meta>().is_ok_and(|when| needs_test(&when))
}

fn needs_test(when: &Meta) -> bool {
    match when {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(all) if all.path.is_ident("all") => all
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().any(needs_test)),
        _ => false,
    }
}

/// `#[path = "…"]`.
fn written_file(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(file), .. }) = &pair.value else { return None };
    pair.path.is_ident("path").then(|| file.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The public path of the source in a file of this text.
    fn public(text: &str) -> Option<String> {
        let mut modules = Modules::default();
        let file = syn::parse_file(text).expect("Rust");
        let nowhere = Path::new("nowhere");
        modules.items(&file.items, Place { path: &[], file: nowhere, folder: nowhere }).expect("no files");
        let source = modules.sources().next().expect("a source");
        modules.public(source).map(|path| path.join("::"))
    }

    #[test]
    fn exports_lead_from_one_to_the_next() {
        let shop = "#[declarest::source()] pub mod shop {}";
        let in_deep = |exports: &str| public(&format!("mod api {{ mod deep {{ {shop} }} {exports}"));
        for (exports, path) in [
            ("pub use deep::shop as store; } pub use api::store;", Some("store")),
            ("pub use self::deep::*; } pub use crate::api::*;", Some("shop")),
            ("pub use self::deep::*; } pub mod all { pub use super::api::*; }", Some("all::shop")),
            ("pub use deep::shop; }", None),
            ("use deep::shop; } pub use api::shop;", None),
            // Paths without end.
            ("pub use deep::shop; pub use super::api as me; }", None),
        ] {
            assert_eq!(in_deep(exports).as_deref(), path, "{exports}");
        }
        assert_eq!(public(shop).as_deref(), Some("shop"));
        assert_eq!(
            public(&format!("mod a {{ {shop} }} pub mod b {{ pub use super::a::shop; }}")).as_deref(),
            Some("b::shop")
        );
        assert_eq!(public(&format!("mod a {{ {} }} pub use a::*;", shop.replace("pub mod", "mod"))), None);
    }
}
