//! The names that a source makes: tables, methods, types. Each is made once, and hides nothing of the user's.

use quote::format_ident;
use syn::{Attribute, Ident};

use crate::diagnostic::Sink;
use crate::items::{Annotated, ParsedItem, TYPES, declared_names, request_name, table_name};
use crate::language::ResourceOptions;
use crate::literal::wire::reserved;
use crate::naming::{identifier, unraw};

/// Methods of the client that no resource can bear the name of.
const CLIENT: [&str; 5] = ["builder", "scan", "sync", "verify", "clone"];

pub(super) struct NameRegister {
    /// The types of the user's module.
    types: Vec<Ident>,
    resources: Vec<Named>,
    /// The tables of all resources, and of lists in rows as far as they were named.
    tables: Vec<Table>,
}

struct Table {
    name: String,
    token: Ident,
    conditional: bool,
}

struct Named {
    token: Ident,
    table: String,
    request: String,
    conditional: bool,
}

/// The names of a resource.
pub(super) struct ResourceName {
    /// The token that stands for the resource in messages.
    pub(super) token: Ident,
    pub(super) table: String,
    /// None where another resource has the name.
    pub(super) types: Option<(Ident, Ident)>,
}

impl NameRegister {
    /// Registers the names of the user's module.
    pub(super) fn new(items: &[ParsedItem], errors: &Sink) -> Self {
        let mut register = Self { types: Vec::new(), resources: Vec::new(), tables: Vec::new() };
        for item in items {
            match item {
                ParsedItem::Resource(resource) => {
                    register.own(&resource.ident, &resource.errors);
                    let token = resource.options.name.get().unwrap_or(&resource.ident).clone();
                    let conditional = is_conditional(&resource.cfgs);
                    register.tables.push(Table { name: table_name(resource), token, conditional });
                }
                ParsedItem::Nested(nested) => register.own(&nested.ident, &nested.errors),
                ParsedItem::User(item) => declared_names(item, &mut |ident| register.own(ident, errors)),
            }
        }
        register
    }

    fn own(&mut self, ident: &Ident, errors: &Sink) {
        let name = unraw(ident);
        if TYPES.contains(&name.as_str()) {
            errors.report(
                ident,
                format!("`{name}` is the name of a type that the source generates\nhelp: choose another name"),
            );
        }
        self.types.push(ident.clone());
    }

    /// The name of a generated type: another than it should have, where the user's module has one of that name.
    pub(super) fn generated(&self, name: &str) -> Ident {
        if self.types.iter().any(|user| user == name) { format_ident!("__{name}") } else { format_ident!("{name}") }
    }

    /// Names the table of a list in the rows of a resource. `token` is the field.
    pub(super) fn child_table(&mut self, name: String, token: &Ident, conditional: bool, errors: &Sink) {
        let alike = |table: &&Table| table.name.eq_ignore_ascii_case(&name) && !(table.conditional && conditional);
        if let Some(first) = self.tables.iter().find(alike) {
            errors.conflict(
                token,
                format!(
                    "two tables are named `{name}`\nhelp: name one of them: `#[column(child_table, name = \"…\")]`"
                ),
                &first.token,
                "the other is made of this",
            );
        }
        self.tables.push(Table { name, token: token.clone(), conditional });
    }

    /// Names a resource.
    pub(super) fn resource(&mut self, resource: &Annotated<ResourceOptions>) -> ResourceName {
        let errors = &resource.errors;
        let token = resource.options.name.get().unwrap_or(&resource.ident).clone();
        let table = table_name(resource);
        let request = request_name(&table);
        if let Some(owner) = reserved(&table) {
            errors.report(&token, format!("the name `{table}` is {owner}\nhelp: choose another"));
        }
        let named = Named { token: token.clone(), table, request, conditional: is_conditional(&resource.cfgs) };
        let types = self.types(&named, errors);
        let table = named.table.clone();
        self.resources.push(named);
        ResourceName { token, table, types }
    }

    /// The names of a resource's method and request. None where they are not free.
    fn types(&self, named: &Named, errors: &Sink) -> Option<(Ident, Ident)> {
        let Named { token, table, request, .. } = named;
        if CLIENT.contains(&table.as_str()) {
            errors.report(
                token,
                format!("the client has a method `{table}` of its own\nhelp: choose another name: `name = …`"),
            );
            return None;
        }
        if let Some(first) = self.resources.iter().find(|first| first.collides(named)) {
            let message = if first.table == *table {
                format!("two resources are named `{table}`\nhelp: name one of them: `name = …`")
            } else {
                format!(
                    "`{table}` and `{}` are too similar: both have the same type or table\nhelp: rename one of them",
                    first.table
                )
            };
            errors.conflict(token, message, &first.token, "the first is here");
            // The method has a name of its own, unless it is the very same.
            let method = identifier(table, token.span()).filter(|_| first.table != *table);
            return method.map(|method| (method, format_ident!("__{request}{}", self.resources.len())));
        }
        let method = identifier(table, token.span());
        if let Some(user) = self.types.iter().find(|user| **user == **request) {
            errors.conflict(
                user,
                format!("`{request}` is the name of a type that the source generates\nhelp: choose another name"),
                token,
                "generated for this resource",
            );
            return method.map(|method| (method, self.generated(request)));
        }
        let types = method.zip(identifier(request, token.span()));
        if types.is_none() {
            errors.report(
                token,
                format!("`{table}` cannot be the name of a method\nhelp: choose another name: `name = …`"),
            );
        }
        types
    }
}

impl Named {
    fn collides(&self, other: &Self) -> bool {
        let is_alike = self.table.eq_ignore_ascii_case(&other.table) || self.request == other.request;
        is_alike && !(self.conditional && other.conditional)
    }
}

fn is_conditional(cfgs: &[Attribute]) -> bool {
    !cfgs.is_empty()
}
