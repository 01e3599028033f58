//! Values of the declaration as constants.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Path;

use crate::literal::Step;
use crate::model::{Auth, Milliseconds, PageNumber, Paginator, Retry};

/// `Some(…)`, whatever `Some` is in the user's module.
pub(super) fn some(value: impl quote::ToTokens) -> TokenStream {
    quote!(::core::option::Option::Some(#value))
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

pub(super) fn steps(krate: &Path, steps: &[Step]) -> TokenStream {
    let steps = steps.iter().map(|step| match step {
        Step::Key(key) => quote!(#krate::__private::Step::Key(#key)),
        Step::Index(index) => {
            let index = Literal::usize_unsuffixed(*index);
            quote!(#krate::__private::Step::Index(#index))
        }
        Step::All => quote!(#krate::__private::Step::All),
    });
    quote!(&[#(#steps),*])
}

pub(super) fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#pairs),*])
}

pub(super) fn auth(krate: &Path, auth: &Auth) -> TokenStream {
    match auth {
        Auth::None => quote!(#krate::__private::Auth::None),
        Auth::Bearer(token) => quote!(#krate::__private::Auth::Bearer { token: #token }),
    }
}

pub(super) fn retry(krate: &Path, retry: &Retry) -> TokenStream {
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
    quote!(#krate::__private::Retry { #(#fields,)* ..#krate::__private::Retry::DEFAULT })
}

/// The paginator's type.
pub(super) fn paginator_type(krate: &Path, paginator: &Paginator) -> TokenStream {
    match paginator {
        Paginator::PageNumber(_) => quote!(#krate::paginate::PageNumber),
        Paginator::SinglePage => quote!(#krate::paginate::SinglePage),
    }
}

pub(super) fn paginator(krate: &Path, paginator: &Paginator) -> TokenStream {
    let ty = paginator_type(krate, paginator);
    match paginator {
        Paginator::SinglePage => quote!(&#ty),
        Paginator::PageNumber(options) => {
            let fields = page_number(krate, options);
            quote!(&#ty { #(#fields,)* ..#ty::DEFAULT })
        }
    }
}

fn page_number(krate: &Path, options: &PageNumber) -> Vec<TokenStream> {
    let mut fields = Vec::new();
    let mut set = |field: &str, value: Option<TokenStream>| {
        let field = syn::Ident::new(field, proc_macro2::Span::call_site());
        fields.extend(value.map(|value| quote!(#field: #value)));
    };
    let path = |path: &Option<Vec<Step>>| path.as_ref().map(|path| some(steps(krate, path)));
    set("page_param", options.page_param.as_ref().map(|param| quote!(#param)));
    set("base_page", options.base_page.map(|page| quote::ToTokens::to_token_stream(&number(page))));
    set("limit_param", options.limit_param.as_ref().map(some));
    set("limit", options.limit.map(|limit| some(number(limit.into()))));
    set("total_path", path(&options.total_path));
    set("total_pages_path", path(&options.total_pages_path));
    set("total_header", options.total_header.as_ref().map(some));
    set("maximum_page", options.maximum_page.map(|page| some(number(page))));
    set("has_more_path", path(&options.has_more_path));
    set("stop_after_empty_page", options.stop_after_empty_page.map(|flag| quote!(#flag)));
    fields
}
