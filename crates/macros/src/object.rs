//! `#[object]`: the struct behind a type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Fields, ItemStruct, Result, parse_quote};

pub fn expand(_attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut item: ItemStruct = syn::parse2(item)?;
    let Fields::Named(fields) = &mut item.fields else {
        return Err(Error::new_spanned(&item.ident, "#[object] needs named fields"));
    };
    let names: Vec<_> = fields.named.iter().filter_map(|f| f.ident.clone()).collect();
    fields.named.insert(
        0,
        parse_quote! {
            /// The object's head.
            pub head: ::taipan_object::Head
        },
    );
    let ident = &item.ident;
    Ok(quote! {
        #[repr(C)]
        #item

        impl ::taipan_object::Traverse for #ident {
            fn traverse(&self, visitor: &mut ::taipan_object::Visitor<'_>) {
                #(::taipan_object::Traverse::traverse(&self.#names, visitor);)*
            }
            fn clear(&self) {
                #(::taipan_object::Traverse::clear(&self.#names);)*
            }
        }

        impl ::taipan_object::Native for #ident {
            const HEAD: usize = ::core::mem::offset_of!(#ident, head);
        }
        const _: () = assert!(::core::mem::offset_of!(#ident, head) == 0);
    })
}
