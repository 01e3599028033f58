//! Stubs of the traits of a type with a mistake, so that its users still compile.
//! All stand in a block in which `__private` is the runtime's.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics, Ident, Item, Lifetime, LifetimeParam, Path};

/// A type. It is generic only where that is the mistake.
pub(super) struct Stub<'s> {
    krate: &'s Path,
    ident: &'s Ident,
    generics: Generics,
}

impl<'s> Stub<'s> {
    pub(super) fn new(krate: &'s Path, ident: &'s Ident) -> Self {
        Self { krate, ident, generics: Generics::default() }
    }

    pub(super) fn of(krate: &'s Path, ident: &'s Ident, item: &Item) -> Self {
        let generics = match item {
            Item::Struct(item) => &item.generics,
            Item::Enum(item) => &item.generics,
            Item::Union(item) => &item.generics,
            _ => return Self::new(krate, ident),
        };
        Self { krate, ident, generics: generics.clone() }
    }

    pub(super) fn deserialize(&self) -> TokenStream {
        let mut generics = self.generics.clone();
        let lifetime = LifetimeParam::new(Lifetime::new("'__de", Span::call_site()));
        generics.params.insert(0, GenericParam::Lifetime(lifetime));
        let body = quote! {
            fn deserialize<__D: __private::Deserializer<'__de>>(_: __D) -> ::core::result::Result<Self, __D::Error> {
                loop {}
            }
        };
        self.implement(&quote!(__private::Deserialize<'__de>), &generics, None, &body)
    }

    pub(super) fn serialize(&self) -> TokenStream {
        let body = quote! {
            fn serialize<__S: __private::Serializer>(&self, _: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                loop {}
            }
        };
        self.implement(&quote!(__private::Serialize), &self.generics, None, &body)
    }

    pub(super) fn param(&self) -> TokenStream {
        let krate = self.krate;
        let body = quote! {
            fn to_text(&self) -> __private::String {
                loop {}
            }
        };
        self.implement(&quote!(#krate::Param), &self.generics, None, &body)
    }

    pub(super) fn column(&self) -> TokenStream {
        let krate = self.krate;
        let body = quote! {
            const TYPE: #krate::ColumnType = #krate::ColumnType::Json;
            fn put<'__a>(&'__a self, _: &mut __private::Row<'__a>) {}
        };
        self.readable(&quote!(Column), &body)
    }

    pub(super) fn key(&self) -> TokenStream {
        self.readable(&quote!(Key), &TokenStream::new())
    }

    pub(super) fn child_row(&self) -> TokenStream {
        let body = quote! {
            const COLUMNS: &'static [__private::ColumnDef] = &[];
            fn put<'__a>(&'__a self, _: &mut __private::Row<'__a>) {}
        };
        self.readable(&quote!(ChildRow), &body)
    }

    pub(super) fn resource(&self) -> TokenStream {
        let krate = self.krate;
        let body = quote! {
            type Paginator = #krate::paginate::PageNumber;
            const DEF: &'static __private::ResourceDef = &__private::ResourceDef::DEFAULT;
            fn row<'__a>(&'__a self, _: &mut __private::Row<'__a>) {}
        };
        self.readable(&quote!(Resource), &body)
    }

    /// A trait that requires `Deserialize`, which a user's derive may implement for some types of a generic only.
    fn readable(&self, of: &TokenStream, body: &TokenStream) -> TokenStream {
        let krate = self.krate;
        let is_read = quote!(Self: for<'__de> __private::Deserialize<'__de>);
        let also = (!self.generics.params.is_empty()).then_some(is_read);
        self.implement(&quote!(#krate::#of), &self.generics, also, body)
    }

    fn implement(
        &self,
        of: &TokenStream,
        generics: &Generics,
        also: Option<TokenStream>,
        body: &TokenStream,
    ) -> TokenStream {
        let ident = self.ident;
        let (taken, ..) = generics.split_for_impl();
        let (_, given, _) = self.generics.split_for_impl();
        let predicates = self.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let conditions = predicates.map(|predicate| quote!(#predicate)).chain(also);
        quote! {
            #[automatically_derived]
            impl #taken #of for #ident #given where #(#conditions),* { #body }
        }
    }
}
