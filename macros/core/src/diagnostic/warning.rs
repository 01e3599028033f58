//! Warnings. Stable Rust lets a macro write errors only; but the compiler warns of the use of what is deprecated, at the
//! place of the name, which is the user's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Ident;

/// Something that is legal, and hardly meant.
pub(super) struct Warning {
    pub(super) at: TokenStream,
    /// The name by which it is allowed.
    pub(super) lint: &'static str,
    pub(super) message: String,
}

impl ToTokens for Warning {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { at, lint, message } = self;
        let note = format!("{message}\nhelp: if it is meant, write `allow({lint})`");
        let place = at.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        // A name of the macro's own would be one of another crate's code, of which the compiler does not warn.
        let name = Ident::new(lint, place);
        tokens.extend(quote! {
            #[doc(hidden)]
            const _: () = {
                #[deprecated(note = #note)]
                #[allow(non_upper_case_globals)]
                const #name: u8 = 0;
                let _ = #name;
            };
        });
    }
}
