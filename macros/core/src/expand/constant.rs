//! Values of the declaration as constants, for blocks in which `__private` is the runtime's.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Ident, Path};

use super::place::at;
use crate::language::{ClientAuth, Custom, JsonTemplate, Paginator, PaginatorKind, SettingValue};
use crate::literal::{Rate, Step};
use crate::model::{Auth, Credential, Milliseconds, OAuth2, Retry};
use crate::naming::unraw;

/// `Some(…)`, whatever `Some` is in the user's module.
pub(super) fn some(value: impl ToTokens) -> TokenStream {
    quote!(__private::Some(#value))
}

pub(super) fn number(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}

pub(super) fn duration(Milliseconds(milliseconds): Milliseconds) -> TokenStream {
    if milliseconds % 1000 == 0 {
        let seconds = number(milliseconds / 1000);
        quote!(::core::time::Duration::from_secs(#seconds))
    } else {
        let milliseconds = number(milliseconds);
        quote!(::core::time::Duration::from_millis(#milliseconds))
    }
}

pub(super) fn rate(rate: Rate) -> TokenStream {
    let (requests, per) = (number(rate.requests.into()), duration(Milliseconds(rate.seconds * 1000)));
    some(quote!(__private::RateLimit { requests: #requests, per: #per }))
}

pub(super) fn steps(steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| match step {
        Step::Key(key) => quote!(__private::Step::Key(#key)),
        Step::Index(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(__private::Step::Index(#index))
        }
        Step::Last => quote!(__private::Step::Last),
        Step::All => quote!(__private::Step::All),
    });
    quote!(&[#(#steps),*])
}

pub(super) fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#pairs),*])
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
        JsonTemplate::Text(text) => quote!(#def::Text(#text)),
        JsonTemplate::Array(items) => {
            let items = items.iter().map(json);
            quote!(#def::Array(&[#(#items),*]))
        }
        JsonTemplate::Object(_) => {
            let members = members(value);
            quote!(#def::Object(#members))
        }
        JsonTemplate::Param(name) => {
            let name = unraw(name);
            quote!(#def::Param(#name))
        }
    }
}

/// The members of an object.
pub(super) fn members(object: &JsonTemplate) -> TokenStream {
    let JsonTemplate::Object(members) = object else { return quote!(&[]) };
    let members = members.iter().map(|(key, member)| {
        let (key, member) = (key.value(), json(member));
        quote!((#key, #member))
    });
    quote!(&[#(#members),*])
}

pub(super) fn auth(auth: &Auth) -> TokenStream {
    match auth {
        Auth::None => quote!(__private::Auth::None),
        Auth::Bearer(token) => quote!(__private::Auth::Bearer { token: #token }),
        Auth::HttpBasic(username, password) => {
            let (username, password) = (credential(username), credential(password));
            quote!(__private::Auth::HttpBasic { username: #username, password: #password })
        }
        Auth::ApiKey { name, key, location } => {
            quote!(__private::Auth::ApiKey { name: #name, api_key: #key, location: #location, })
        }
        Auth::OAuth2(own) => {
            let own = oauth2(own);
            quote!(__private::Auth::OAuth2(#own))
        }
        Auth::Custom(ty, secrets) => {
            let name = plain(ty);
            quote! {
                __private::Auth::Custom(
                    __private::CustomAuthDef::new::<#ty>(#name, &[#(#secrets),*]),
                )
            }
        }
    }
}

fn oauth2(own: &OAuth2) -> TokenStream {
    let OAuth2 { access_token_url, client_secret, scopes, .. } = own;
    let client_id = credential(&own.client_id);
    let mut fields = vec![
        quote!(access_token_url: #access_token_url),
        quote!(client_id: #client_id),
        quote!(client_secret: #client_secret),
    ];
    if !scopes.is_empty() {
        fields.push(quote!(scopes: &[#(#scopes),*]));
    }
    if !own.request_data.is_empty() {
        let data = pairs(&own.request_data);
        fields.push(quote!(request_data: #data));
    }
    if let auth @ ClientAuth::Header = own.client_auth {
        fields.push(quote!(client_auth: #auth));
    }
    if let Some(time) = own.default_token_expiration.map(duration) {
        fields.push(quote!(default_token_expiration: #time));
    }
    quote!(__private::OAuth2 { #(#fields,)* ..__private::OAuth2::DEFAULT })
}

/// A path as it is written, without spaces.
pub(super) fn plain(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn credential(credential: &Credential) -> TokenStream {
    match credential {
        Credential::Literal(text) => quote!(__private::Credential::Literal(#text)),
        Credential::Secret(name) => quote!(__private::Credential::Secret(#name)),
    }
}

pub(super) fn retry(retry: &Retry) -> TokenStream {
    let mut fields = Vec::new();
    if let Some(retries) = retry.max_retries {
        let retries = number(retries.into());
        fields.push(quote!(max_retries: #retries));
    }
    if let Some(factor) = retry.backoff_factor {
        let factor = Literal::f64_unsuffixed(factor);
        fields.push(quote!(backoff_factor: #factor));
    }
    if let Some(statuses) = &retry.statuses {
        let statuses = statuses.iter().map(|status| Literal::u16_unsuffixed(*status));
        fields.push(quote!(statuses: &[#(#statuses),*]));
    }
    if let Some(wait) = retry.max_wait {
        let wait = duration(wait);
        fields.push(quote!(max_wait: #wait));
    }
    quote!(__private::Retry { #(#fields,)* ..__private::Retry::DEFAULT })
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
    let fields = paginator.settings.iter().filter_map(|setting| {
        let name = Ident::new(setting.name, Span::call_site());
        let value = match setting.value.get()? {
            SettingValue::Text(token) => {
                let text = token.value();
                quote!(#text)
            }
            SettingValue::Path(path, _) => steps(path),
            SettingValue::Number(value, _) => number(*value).to_token_stream(),
            SettingValue::Flag(flag) => {
                let flag = flag.value;
                quote!(#flag)
            }
        };
        let value = if setting.optional { some(value) } else { value };
        Some(quote!(#name: #value))
    });
    quote!(&#ty { #(#fields,)* ..#ty::DEFAULT })
}
