//! Imports of a module: names, and the paths that they come from.

use syn::{Ident, Path, UseTree};

use super::case::unraw;

/// A name, and what it is the name of.
pub(crate) struct Import {
    /// From the root on.
    pub(crate) path: Vec<String>,
    /// The name that it has here.
    pub(crate) name: Ident,
}

/// The imports of an item, without those of a `*`.
pub(crate) fn imports(item: &syn::Item) -> Vec<Import> {
    let mut imports = Vec::new();
    if let syn::Item::Use(item) = item {
        walk(&item.tree, &mut Vec::new(), &mut imports);
    }
    imports
}

fn walk<'t>(tree: &'t UseTree, above: &mut Vec<&'t Ident>, imports: &mut Vec<Import>) {
    let mut import = |name: &'t Ident, named: &Ident| {
        // `self` in braces is the path before them.
        let name = (name != "self").then_some(name);
        let path: Vec<String> = above.iter().copied().chain(name).map(unraw).collect();
        let named = if named == "self" { above.last().copied().unwrap_or(named) } else { named };
        imports.push(Import { path, name: named.clone() });
    };
    match tree {
        UseTree::Name(name) => import(&name.ident, &name.ident),
        UseTree::Rename(rename) => import(&rename.ident, &rename.rename),
        UseTree::Path(path) => {
            above.push(&path.ident);
            walk(&path.tree, above, imports);
            above.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, above, imports)),
        UseTree::Glob(_) => {}
    }
}

/// A path's names.
pub(crate) fn segments(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| unraw(&segment.ident)).collect()
}

/// The runtime's path, where it has no other name.
pub(crate) fn default_crate() -> syn::Path {
    syn::parse_quote!(::declarest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_where_they_come_from() {
        let found = |text: &str| {
            let imports = imports(&syn::parse_str(text).expect("an item"));
            imports.iter().map(|import| format!("{}={}", import.name, import.path.join("::"))).collect::<Vec<_>>()
        };
        assert_eq!(
            found("use a::{self, b::{c, r#type as d, e::*}, self as f};"),
            ["a=a", "c=a::b::c", "d=a::b::type", "f=a"]
        );
        assert_eq!(found("use ::a;"), ["a=a"]);
        assert_eq!(found("struct A;"), Vec::<String>::new());
    }
}
