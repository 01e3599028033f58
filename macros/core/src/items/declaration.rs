//! A source as it was written.

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;

use super::module::{self, Module};
use crate::diagnostic::Sink;
use crate::language::{NamedSecret, SourceOptions, overruled_in, secrets_in};
use crate::syntax::{self, Slot};

/// The options of a source, and its module.
pub(crate) struct Declaration {
    pub(crate) options: SourceOptions,
    /// Every name in a `secret(…)` of the attribute, also where the option around it could not be read.
    pub(crate) secrets: Vec<NamedSecret>,
    /// Where `(openapi = none)` stands after a value of the attribute.
    pub(crate) overruled: Vec<Ident>,
    pub(crate) module: Module,
    /// The mistakes of the source itself, ahead of those of its parts.
    pub(crate) errors: Sink,
}

/// Reads a source: the attribute's options and the module's items. `None` where there is no module to speak of. `runtime`
/// is the path of the runtime where the manifest gives it another name, and the options do not.
pub(crate) fn declaration(
    args: TokenStream,
    item: TokenStream,
    runtime: Option<syn::Path>,
    errors: &Sink,
) -> Option<Declaration> {
    let mut secrets = Vec::new();
    secrets_in(args.clone(), &mut secrets);
    let mut overruled = Vec::new();
    overruled_in(args.clone(), &mut overruled);
    let own = errors.child();
    let mut options = syntax::read_options::<SourceOptions>(args, &own);
    if let Some(runtime) = runtime.filter(|_| options.krate.is_absent()) {
        options.krate = Slot::Set(format_ident!("krate"), runtime);
    }
    let module = errors.take(module::read(item, options.krate.get(), errors))?;
    Some(Declaration { options, secrets, overruled, module, errors: own })
}
