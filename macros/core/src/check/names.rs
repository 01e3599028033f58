//! The names that a source makes: tables, methods, types. Each is made once, and hides nothing of the user's.

use quote::format_ident;
use syn::{Attribute, Ident};

use crate::diagnostic::Sink;
use crate::items::{Annotated, ParsedItem, TYPES, declared_names, request_name, table_name};
use crate::language::ResourceOptions;
use crate::literal::wire::reserved;
use crate::naming::{identifier, unraw};

/// Methods of the client that no resource can bear the name of.
const CLIENT: [&str; 4] = ["builder", "sync", "verify", "clone"];

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

/// What a resource is called.
pub(super) struct ResourceName {
    /// The token that stands for the resource in messages.
    pub(super) token: Ident,
    pub(super) table: String,
    /// None where another resource has the name.
    pub(super) types: Option<(Ident, Ident)>,
}

impl NameRegister {
    /// Looks at what the user's module has already.
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
        let mut types = None;
        if CLIENT.contains(&table.as_str()) {
            errors.report(
                &token,
                format!("the client has a method `{table}` of its own\nhelp: choose another name: `name = …`"),
            );
        } else if let Some(first) = self
            .resources
            .iter()
            .find(|first| first.collides(&table, &request) && !(first.conditional && is_conditional(&resource.cfgs)))
        {
            let message = if first.table == table {
                format!("two resources are named `{table}`\nhelp: name one of them: `name = …`")
            } else {
                format!(
                    "`{table}` and `{}` are too much alike: they make one type or table\nhelp: name one of them otherwise",
                    first.table
                )
            };
            errors.conflict(&token, message, &first.token, "the first is here");
        } else if let Some(user) = self.types.iter().find(|user| **user == *request) {
            errors.conflict(
                user,
                format!("`{request}` is the name of a type that the source generates\nhelp: choose another name"),
                &token,
                "generated for this resource",
            );
            types = identifier(&table, token.span()).map(|method| (method, self.generated(&request)));
        } else {
            types = identifier(&table, token.span()).zip(identifier(&request, token.span()));
            if types.is_none() {
                errors.report(
                    &token,
                    format!("`{table}` cannot be the name of a method\nhelp: choose another name: `name = …`"),
                );
            }
        }
        self.resources.push(Named {
            token: token.clone(),
            table: table.clone(),
            request,
            conditional: is_conditional(&resource.cfgs),
        });
        ResourceName { token, table, types }
    }
}

impl Named {
    fn collides(&self, table: &str, request: &str) -> bool {
        self.table.eq_ignore_ascii_case(table) || request == self.request
    }
}

fn is_conditional(cfgs: &[Attribute]) -> bool {
    !cfgs.is_empty()
}
