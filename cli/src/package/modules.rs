//! The modules of a crate, as its files have them: which are sources, and how they are reached from outside.

use std::path::{Path, PathBuf};

use syn::{Attribute, Item, ItemMod, UseTree, Visibility};

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

/// Where the files of a module's own modules are.
#[derive(Clone, Copy)]
struct Place<'p> {
    path: &'p [String],
    /// The folder of the file.
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

    /// The path by which another crate reaches a module.
    pub(super) fn public(&self, path: &[String]) -> Option<Vec<String>> {
        if self.is_public_below(path, 0) {
            return Some(path.to_owned());
        }
        self.exports.iter().filter(|export| self.is_public_below(&export.place, 0)).find_map(|export| {
            let rest = path.strip_prefix(export.target.as_slice())?;
            // What is exported by its name is public; a glob exports what is public in its module.
            let is_inside = export.name.is_some() || !rest.is_empty();
            let public = is_inside && self.is_public_below(path, export.target.len());
            public.then(|| export.place.iter().chain(&export.name).chain(rest).cloned().collect())
        })
    }

    /// Whether all modules of a path are public, but for the first ones.
    fn is_public_below(&self, path: &[String], known: usize) -> bool {
        let is_public = |end| {
            let prefix = path.get(..end).unwrap_or_default();
            self.modules.iter().any(|module| module.is_public && module.path == prefix)
        };
        (known + 1..=path.len()).all(is_public)
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
            return if is_source { Ok(()) } else { self.items(items, Place { path: &path, folder: &folder, ..place }) };
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

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
}

/// `#[path = "…"]`.
fn written_file(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(file), .. }) = &pair.value else { return None };
    pair.path.is_ident("path").then(|| file.value())
}
