//! Tokens to what they say: lenient, so that one mistake hides no other. What could not be read is reported once and marked.

mod attribute;
mod auth;
mod custom;
mod data;
mod extra;
mod field;
mod header;
mod incremental;
mod json;
mod list;
mod marked;
mod module;
mod oauth2;
mod option;
mod paginator;
mod param;
mod parent;
mod process;
pub(crate) mod renames;
mod request;
mod response;
mod secret;
mod slot;
mod style;
mod value;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::Attribute;

pub(crate) use attribute::{HELPERS, is_serdes};
pub(crate) use auth::{ApiKey, Auth, Credential, Location, auth_kinds};
pub(crate) use custom::Custom;
pub(crate) use data::Data;
pub(crate) use field::{Field, Variant, VariantKind, columns};
pub(crate) use header::{Header, Headers};
pub(crate) use incremental::{Epoch, Format, Lag, Point};
pub(crate) use json::Json;
pub(crate) use list::skip;
pub(crate) use marked::{Body, Marked, Serde, Writer, implemented};
pub(crate) use module::{Item, Module, attrs_mut, attrs_of, read_item};
pub(crate) use oauth2::{ClientAuth, ClientId, OAuth2, RequestData};
pub(crate) use option::{Form, Opt, Options, options};
pub(crate) use paginator::{Paginator, PaginatorKind, SettingValue, paginator_kinds};
pub(crate) use param::{Param, ParamValue, Params, inside, is_string};
pub(crate) use parent::Included;
pub(crate) use process::Process;
pub(crate) use request::{Disposition, DispositionKind, Method, MethodKind};
pub(crate) use response::{Action, Actions, MissingRows, On, OnBadRow};
pub(crate) use secret::{Password, Secret, Username};
pub(crate) use slot::Slot;
pub(crate) use style::{Style, Styled};
pub(crate) use value::{Int, Literal, Names, Text, Value, array, expected};

use crate::sink::Sink;
use crate::vocabulary::SourceOptions;

/// A source as it was written.
pub(crate) struct Declaration {
    pub(crate) options: SourceOptions,
    /// Every name in a `secret(…)` of the attribute, also where the option around it could not be read.
    pub(crate) secrets: Vec<Ident>,
    pub(crate) module: Module,
    /// The mistakes of the source itself, ahead of those of its parts.
    pub(crate) errors: Sink,
}

/// Reads a source: the attribute's options and the module's items. `None` where there is no module to speak of.
pub(crate) fn declaration(args: TokenStream, item: TokenStream, errors: &Sink) -> Option<Declaration> {
    let mut secrets = Vec::new();
    secrets_in(args.clone(), &mut secrets);
    let own = errors.child();
    let options = list::options::<SourceOptions>(args, &own);
    let module = errors.take(module::read(item, options.krate.get(), errors))?;
    Some(Declaration { options, secrets, module, errors: own })
}

fn secrets_in(tokens: TokenStream, secrets: &mut Vec<Ident>) {
    let mut after_secret = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if after_secret => {
                secrets.extend(only_name(&group));
                after_secret = false;
            }
            TokenTree::Group(group) => secrets_in(group.stream(), secrets),
            TokenTree::Ident(word) => after_secret = word == "secret",
            TokenTree::Punct(_) | TokenTree::Literal(_) => after_secret = false,
        }
    }
}

fn only_name(group: &Group) -> Option<Ident> {
    match group.stream().into_iter().next() {
        Some(TokenTree::Ident(name)) => Some(name),
        _ => None,
    }
}

/// The `#[cfg(…)]`s among attributes, which go wherever the item's parts go.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
}
