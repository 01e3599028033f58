//! What stands in for the traits of a type that something is wrong with, so that whoever uses it still compiles.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{GenericParam, Generics, Ident, Item, Lifetime, LifetimeParam, Path};

/// A type. It is generic only where that is what is wrong.
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
        let private = self.private();
        let mut generics = self.generics.clone();
        let lifetime = LifetimeParam::new(Lifetime::new("'__de", Span::call_site()));
        generics.params.insert(0, GenericParam::Lifetime(lifetime));
        let body = quote! {
            fn deserialize<__D: #private::Deserializer<'__de>>(_: __D) -> ::core::result::Result<Self, __D::Error> {
                loop {}
            }
        };
        self.implement(&quote!(#private::Deserialize<'__de>), &generics, None, &body)
    }

    pub(super) fn serialize(&self) -> TokenStream {
        let private = self.private();
        let body = quote! {
            fn serialize<__S: #private::Serializer>(&self, _: __S) -> ::core::result::Result<__S::Ok, __S::Error> {
                loop {}
            }
        };
        self.implement(&quote!(#private::Serialize), &self.generics, None, &body)
    }

    pub(super) fn column(&self) -> TokenStream {
        let (krate, private) = (self.krate, self.private());
        self.read(
            &quote!(#krate::Column),
            &quote! {
                const TYPE: #krate::ColumnType = #krate::ColumnType::Json;
                fn put<'__a>(&'__a self, _: &mut #private::Row<'__a>) {}
            },
        )
    }

    pub(super) fn key(&self) -> TokenStream {
        let krate = self.krate;
        self.read(&quote!(#krate::Key), &TokenStream::new())
    }

    pub(super) fn child_row(&self) -> TokenStream {
        let (krate, private) = (self.krate, self.private());
        self.read(
            &quote!(#krate::ChildRow),
            &quote! {
                const COLUMNS: &'static [#private::ColumnDef] = &[];
                fn put<'__a>(&'__a self, _: &mut #private::Row<'__a>) {}
            },
        )
    }

    pub(super) fn param(&self) -> TokenStream {
        let (krate, private) = (self.krate, self.private());
        let body = quote! {
            fn to_text(&self) -> #private::String {
                loop {}
            }
        };
        self.implement(&quote!(#krate::Param), &self.generics, None, &body)
    }

    pub(super) fn resource(&self) -> TokenStream {
        let (krate, private) = (self.krate, self.private());
        self.read(
            &quote!(#krate::Resource),
            &quote! {
                type Paginator = #krate::paginate::PageNumber;
                const DEF: &'static #private::ResourceDef = &#private::ResourceDef::DEFAULT;
                fn row<'__a>(&'__a self, _: &mut #private::Row<'__a>) {}
            },
        )
    }

    fn private(&self) -> TokenStream {
        let krate = self.krate;
        quote!(#krate::__private)
    }

    /// A trait of what can be read: where the user has derived that, of a generic type this is not so for each of its types.
    fn read(&self, of: &TokenStream, body: &TokenStream) -> TokenStream {
        let private = self.private();
        let is_read = quote!(Self: for<'__de> #private::Deserialize<'__de>);
        self.implement(of, &self.generics, (!self.generics.params.is_empty()).then_some(is_read), body)
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
