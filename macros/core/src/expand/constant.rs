//! Values of the declaration as constants, for blocks in which `__private` is the runtime's.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Path;
use syn::spanned::Spanned;

use super::auth::secret_text;
use super::place::at;
use crate::language::{Custom, EndAttribute, JsonTemplate, Paginator, PaginatorKind, RetryOptions, SettingValue};
use crate::literal::{Duration, Rate, Step};
use crate::naming::unraw;

/// A struct's constant: the fields that differ from those of its `DEFAULT`.
pub(super) struct Constant {
    ty: TokenStream,
    fields: Vec<TokenStream>,
}

impl Constant {
    pub(super) fn new(ty: TokenStream) -> Self {
        Self { ty, fields: Vec::new() }
    }

    pub(super) fn set(&mut self, name: &str, value: impl ToTokens) {
        let name = format_ident!("{name}");
        self.fields.push(quote!(#name: #value));
    }

    /// Sets a field, unless it has its default.
    pub(super) fn set_unless<T: ToTokens + PartialEq + Copy>(&mut self, name: &str, value: T, default: T) {
        self.set_opt(name, (value != default).then_some(value));
    }

    /// Sets a field, if there is a value for it.
    pub(super) fn set_opt(&mut self, name: &str, value: Option<impl ToTokens>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Sets a field to `Some(…)`, if there is a value for it.
    pub(super) fn set_some(&mut self, name: &str, value: Option<impl ToTokens>) {
        self.set_opt(name, value.map(some));
    }

    /// Sets a field to a list, unless the list is empty.
    pub(super) fn set_list<T: ToTokens>(&mut self, name: &str, items: impl IntoIterator<Item = T>) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            self.set(name, list(items));
        }
    }
}

impl ToTokens for Constant {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, fields } = self;
        tokens.extend(quote!(#ty { #(#fields,)* ..#ty::DEFAULT }));
    }
}

/// `Some(…)`, whatever `Some` is in the user's module.
pub(super) fn some(value: impl ToTokens) -> TokenStream {
    quote!(__private::Some(#value))
}

pub(super) fn list<T: ToTokens>(items: impl IntoIterator<Item = T>) -> TokenStream {
    let items = items.into_iter();
    quote!(&[#(#items),*])
}

pub(super) fn number(value: impl Into<u64>) -> Literal {
    Literal::u64_unsuffixed(value.into())
}

pub(super) fn duration(Duration { milliseconds }: Duration) -> TokenStream {
    if milliseconds % 1000 == 0 {
        let seconds = number(milliseconds / 1000);
        quote!(::core::time::Duration::from_secs(#seconds))
    } else {
        let milliseconds = number(milliseconds);
        quote!(::core::time::Duration::from_millis(#milliseconds))
    }
}

pub(super) fn rate(rate: Rate) -> TokenStream {
    let (requests, per) = (number(rate.requests), duration(Duration { milliseconds: rate.seconds * 1000 }));
    quote!(__private::RateLimit { requests: #requests, per: #per })
}

pub(super) fn steps(steps: &[Step]) -> TokenStream {
    list(steps.iter().map(|step| match step {
        Step::Key(key) => quote!(__private::Step::Key(#key)),
        Step::Index(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(__private::Step::Index(#index))
        }
        Step::Last => quote!(__private::Step::Last),
        Step::All => quote!(__private::Step::All),
    }))
}

pub(super) fn pairs(pairs: &[(String, String)]) -> impl Iterator<Item = TokenStream> {
    pairs.iter().map(|(name, value)| quote!((#name, #value)))
}

pub(super) fn json(value: &JsonTemplate) -> TokenStream {
    let def = quote!(__private::JsonDef);
    match value {
        JsonTemplate::Null => quote!(#def::Null),
        JsonTemplate::Bool(flag) => quote!(#def::Bool(#flag)),
        JsonTemplate::Integer(number) => {
            let number = Literal::i64_unsuffixed(*number);
            quote!(#def::Integer(#number))
        }
        JsonTemplate::Float(number) => {
            let number = Literal::f64_unsuffixed(*number);
            quote!(#def::Float(#number))
        }
        JsonTemplate::Text(text) if text.pattern.is_open() => {
            let text = text.pattern.written();
            quote!(#def::Template(#text))
        }
        JsonTemplate::Text(text) => {
            let text = text.pattern.plain();
            quote!(#def::Text(#text))
        }
        JsonTemplate::Array(items) => {
            let items = list(items.iter().map(json));
            quote!(#def::Array(#items))
        }
        JsonTemplate::Object(_) => {
            let members = members(value);
            quote!(#def::Object(#members))
        }
        JsonTemplate::Param(name) => {
            let name = unraw(name);
            quote!(#def::Param(#name))
        }
        JsonTemplate::Secret(secret) => {
            let secret = secret_text(secret);
            quote!(#def::Secret(#secret))
        }
    }
}

/// The members of an object.
pub(super) fn members(object: &JsonTemplate) -> TokenStream {
    let JsonTemplate::Object(members) = object else { return quote!(&[]) };
    list(members.iter().map(|(key, member)| {
        let (key, member) = (key.value(), json(member));
        quote!((#key, #member))
    }))
}

/// A path as it is written, without spaces.
pub(super) fn plain(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

pub(super) fn retry(own: &RetryOptions) -> Constant {
    let mut retry = Constant::new(quote!(__private::Retry));
    retry.set_opt("max_retries", own.max_retries.get().map(|retries| number(retries.value)));
    retry.set_opt("backoff_factor", own.backoff_factor.get().copied().map(Literal::f64_unsuffixed));
    let statuses = own.statuses.get().map(|statuses| list(statuses.iter().map(|status| number(status.code))));
    retry.set_opt("statuses", statuses);
    retry.set_opt("max_wait", own.max_wait.get().map(|wait| duration(wait.value)));
    retry
}

/// The paginator's type.
pub(super) fn paginator_type(krate: &Path, paginator: &Paginator) -> TokenStream {
    let kind = paginator.kind;
    // A type that cannot be one is shown where it is named.
    if let Some(Custom { ty, .. }) = &paginator.custom {
        let (head, tail) = (at(ty.span(), quote!(#krate::paginate::#kind::<)), at(ty.span(), quote!(>)));
        return quote!(#head #ty #tail);
    }
    quote!(#krate::paginate::#kind)
}

pub(super) fn paginator(krate: &Path, paginator: &Paginator) -> TokenStream {
    let ty = paginator_type(krate, paginator);
    if matches!(paginator.kind, PaginatorKind::SinglePage | PaginatorKind::Auto) {
        return quote!(&#ty);
    }
    if paginator.kind == PaginatorKind::Custom {
        let place = paginator.custom.as_ref().map_or(paginator.word.span(), |custom| custom.ty.span());
        let (head, tail) = (at(place, quote!(&)), at(place, quote!(::declared())));
        return quote!(#head #ty #tail);
    }
    let mut constant = Constant::new(ty);
    for setting in &paginator.settings {
        let Some(value) = setting.value.get() else { continue };
        let value = match value {
            SettingValue::Text(token) => token.value().to_token_stream(),
            SettingValue::Path(path, _) => steps(path),
            SettingValue::Number(value, _) => number(*value).to_token_stream(),
            SettingValue::Flag(flag) => flag.value.to_token_stream(),
            SettingValue::Word(value, _) => value.clone(),
            SettingValue::Cursor(cursor) => cursor.constant(krate),
            SettingValue::Attribute(EndAttribute { name, value }) => quote!((#name, #value)),
            SettingValue::Unset(_) => {
                constant.set(setting.name, quote!(::core::option::Option::None));
                continue;
            }
            // Only the client knows it: the resource names the param.
            SettingValue::Param(_) => continue,
        };
        constant.set(setting.name, if setting.optional { some(value) } else { value });
    }
    quote!(&#constant)
}
