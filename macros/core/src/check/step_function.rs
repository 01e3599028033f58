//! Functions of processing steps: whether they take the params of the client, as far as the module shows.

use std::collections::HashMap;

use syn::{Ident, Type};

use super::client_params::ClientParams;
use super::resources;
use crate::diagnostic::OptionOrigin;
use crate::items::{ParsedItem, STEP_PARAMS, declared_names};
use crate::language::{self, ResourceOptions};
use crate::model::Takes;
use crate::naming::{inside, last_name, unraw};
use crate::resolve::{Resolved, ResolvedOptions};

pub(super) struct StepFunctions {
    /// How many arguments each function of the module has; none where there are several of its name.
    arguments: HashMap<String, Option<usize>>,
    /// Whether the source has params.
    has_params: bool,
    /// Whether each of them has a type that the struct can be made of.
    are_readable: bool,
    /// The user's own type that has the name of the struct.
    taken: Option<Ident>,
}

impl StepFunctions {
    pub(super) fn new(items: &[ParsedItem], client_params: &ClientParams<'_>) -> Self {
        let mut arguments = HashMap::new();
        let mut taken = None;
        let mut own = |ident: &Ident| {
            if unraw(ident) == STEP_PARAMS {
                taken = Some(ident.clone());
            }
        };
        for item in items {
            match item {
                ParsedItem::User(item) => {
                    if let syn::Item::Fn(function) = &**item {
                        let count = Some(function.sig.inputs.len());
                        arguments.entry(unraw(&function.sig.ident)).and_modify(|known| *known = None).or_insert(count);
                    }
                    declared_names(item, &mut own);
                }
                ParsedItem::Resource(resource) => own(&resource.ident),
                ParsedItem::Nested(nested) => own(&nested.ident),
            }
        }
        Self {
            arguments,
            has_params: client_params.types().next().is_some(),
            are_readable: client_params.types().all(is_readable),
            taken,
        }
    }

    /// What a function takes.
    pub(super) fn takes(&self, function: &syn::Path) -> Takes {
        match self.arguments_of(function) {
            Some(2) => Takes::RowAndParams,
            None if self.has_params && self.are_readable && self.taken.is_none() => Takes::Either,
            Some(_) | None => Takes::Row,
        }
    }

    /// The arguments of a function, where it is in the module.
    fn arguments_of(&self, function: &syn::Path) -> Option<usize> {
        let mut names = function.segments.iter().map(|segment| unraw(&segment.ident));
        let name = match (names.next()?, names.next(), names.next()) {
            (name, None, _) => name,
            (module, Some(name), None) if module == "self" => name,
            _ => return None,
        };
        self.arguments.get(&name).copied().flatten()
    }

    /// Reports a function that takes params which there are not.
    pub(super) fn check(&self, function: &syn::Path, origin: &OptionOrigin<'_>) {
        if self.takes(function) != Takes::RowAndParams {
            return;
        }
        let name = function.segments.last().map_or_else(String::new, |last| unraw(&last.ident));
        if let Some(taken) = &self.taken {
            let message = format!(
                "`{name}` takes a second argument, the struct `{STEP_PARAMS}` of the source's params, and the module has a type of this name\nhelp: rename that type"
            );
            origin.conflict(function, message, taken, "the name is taken here");
        } else if !self.has_params {
            let message = format!(
                "`{name}` takes a second argument, and the source has no params for it\nhelp: declare one in `source`: `params(region: String)`, or leave the argument out"
            );
            origin.report(function, message);
        }
    }

    /// Whether a function of a step takes the params, or may.
    pub(super) fn take_params(&self, items: &[ParsedItem], shared: &ResourceOptions) -> bool {
        let takes = |step: Resolved<'_, language::Process>| {
            step.get().is_some_and(|step| self.takes(&step.function) != Takes::Row)
        };
        resources(items).any(|resource| {
            let options = ResolvedOptions::new(&resource.options, shared);
            takes(options.filter) || takes(options.map) || takes(options.yield_map)
        })
    }

    /// Whether the name of the struct is free.
    pub(super) fn may_have_struct(&self) -> bool {
        self.taken.is_none()
    }
}

/// Whether a type is one that is read from text, by its name.
fn is_readable(ty: &Type) -> bool {
    const READABLE: [&str; 22] = [
        "String",
        "char",
        "bool",
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "u64",
        "f32",
        "f64",
        "Duration",
        "SignedDuration",
        "Timestamp",
        "Date",
        "Time",
        "DateTime",
        "NaiveDate",
        "NaiveTime",
        "NaiveDateTime",
    ];
    let item = inside(ty, "Vec").unwrap_or(ty);
    last_name(item).is_some_and(|name| READABLE.contains(&name.as_str()))
}
