//! The attribute macro of `declarest`. Use it through that crate: `#[declarest::source(…)]`.

use proc_macro::TokenStream;

/// Makes a module of annotated structs a typed REST client.
///
/// The pages `docs::reference` and `docs::cookbook` of `declarest` list its options and show examples.
#[proc_macro_attribute]
pub fn source(args: TokenStream, item: TokenStream) -> TokenStream {
    declarest_macros_core::source(args.into(), item.into()).into()
}

/// What editors complete the names of options from. For `declarest` alone.
#[doc(hidden)]
#[proc_macro]
pub fn __options(_: TokenStream) -> TokenStream {
    declarest_macros_core::options().into()
}
