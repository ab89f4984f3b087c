//! `#[module]`: a native module and its functions.

use crate::class::{python_name, take_attr};
use crate::signature::{Callable, Receiver, c_literal, doc_literal, docstring};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, FnArg, Ident, Item, ItemMod, LitStr, Pat, Path, Result, Token};

#[derive(Default)]
struct ModuleAttr {
    name: Option<LitStr>,
    /// Further groups of functions, each declared by `#[module(part)]`.
    parts: Vec<Path>,
    /// Classes made ready and added under their short names.
    classes: Vec<Path>,
    part: bool,
}

impl Parse for ModuleAttr {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut out = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "name" => {
                    input.parse::<Token![=]>()?;
                    out.name = Some(input.parse()?);
                }
                "part" => out.part = true,
                "parts" | "classes" => {
                    let inner;
                    syn::parenthesized!(inner in input);
                    let list = inner.parse_terminated(Path::parse_mod_style, Token![,])?.into_iter().collect();
                    if key == "parts" {
                        out.parts = list;
                    } else {
                        out.classes = list;
                    }
                }
                _ => return Err(Error::new(key.span(), "unknown key of #[module]")),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(out)
    }
}

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let attr: ModuleAttr = syn::parse2(attr)?;
    let mut item: ItemMod = syn::parse2(item)?;
    let doc = docstring(&item.attrs);
    let Some((_, items)) = &mut item.content else {
        return Err(Error::new_spanned(&item.ident, "#[module] needs an inline module"));
    };
    let mut markers = Vec::new();
    let mut methods = Vec::new();
    let mut exec = None;
    for (counter, inner) in items.iter_mut().enumerate() {
        let Item::Fn(function) = inner else { continue };
        let Some((kind, item_attr)) = take_attr(&mut function.attrs, &["function", "exec"])? else { continue };
        let ident = function.sig.ident.clone();
        if kind == "exec" {
            exec = Some(ident);
            continue;
        }
        let doc = docstring(&function.attrs);
        let name = python_name(&ident, &item_attr);
        let takes_module = matches!(function.sig.inputs.first(), Some(FnArg::Typed(typed))
            if matches!(&*typed.pat, Pat::Ident(name) if name.ident == "module" || name.ident == "_module"));
        let receiver = if takes_module { Receiver::Module } else { Receiver::None };
        let mut callable = Callable::new(&function.sig, item_attr.sig.as_ref(), item_attr.text.as_ref(), receiver)?;
        let marker = format_ident!("F{}_{}", counter, ident.to_string().trim_start_matches("r#"));
        let path = quote!(#ident);
        let fname = name.clone();
        // The text signature shows `$module` whether or not the Rust function asks for it.
        callable.receiver = Receiver::Module;
        let ml_doc_source = callable.ml_doc(&name, &doc);
        callable.receiver = receiver;
        let flags = match &item_attr.flags {
            Some(extra) => quote!(#extra),
            None => quote!(0),
        };
        let (marker_item, entry) =
            callable.method_def(&marker, &path, &quote!(::taipan_object::Object), &name, &fname, &doc, &flags)?;
        let cdoc = doc_literal(&ml_doc_source);
        markers.push(marker_item);
        methods.push(quote!(::taipan_object::tramp::with_doc(#entry, #cdoc)));
    }
    let n_methods = methods.len() + 1;
    items.push(syn::parse2(quote! {
        const _: () = {
            #(#markers)*
            impl ModuleFunctions {
                /// The functions declared here, ended by an empty entry.
                pub const TABLE: [::taipan_object::abi::PyMethodDef; #n_methods] =
                    [#(#methods,)* ::taipan_object::abi::PyMethodDef::END];
            }
        };
    })?);
    items.push(syn::parse2(quote! {
        /// Carries the table of this module's functions.
        pub struct ModuleFunctions;
    })?);
    items.push(syn::parse2(quote! {
        static METHODS: ::taipan_object::Static<[::taipan_object::abi::PyMethodDef; #n_methods]> =
            ::taipan_object::Static::new(ModuleFunctions::TABLE);
    })?);
    items.push(syn::parse2(quote! {
        /// The functions declared here as a C table.
        pub const fn methods() -> *mut ::taipan_object::abi::PyMethodDef { METHODS.get().cast() }
    })?);
    if !attr.part {
        let name = attr.name.clone().ok_or_else(|| Error::new_spanned(&item.ident, "#[module] needs a name"))?;
        let cname = c_literal(&name.value());
        let cdoc = if doc.is_empty() {
            quote!(::core::ptr::null())
        } else {
            let c = c_literal(&doc);
            quote!(#c.as_ptr())
        };
        let parts = &attr.parts;
        let classes = &attr.classes;
        let run_exec = match exec {
            Some(ident) => quote!(#ident(module, t)?;),
            None => quote!(),
        };
        items.push(syn::parse2(quote! {
            const _: () = {
                fn exec_all(
                    module: &::taipan_object::PyModule,
                    t: &::taipan_object::Thread,
                ) -> ::taipan_object::PyResult<()> {
                    #(::taipan_object::module::add_functions(t, module, #parts::methods())?;)*
                    #(::taipan_object::module::add_class::<#classes>(t, module)?;)*
                    #run_exec
                    Ok(())
                }
                static SLOTS: ::taipan_object::Static<[::taipan_object::abi::PyModuleDef_Slot; 4]> =
                    ::taipan_object::Static::new(::taipan_object::module::slots::<Marker>());
                struct Marker;
                impl ::taipan_object::module::Exec for Marker {
                    fn exec(
                        module: &::taipan_object::PyModule,
                        t: &::taipan_object::Thread,
                    ) -> ::taipan_object::PyResult<()> {
                        exec_all(module, t)
                    }
                }
                impl Definition {
                    /// The module definition, for multi-phase initialisation.
                    pub const fn get() -> *mut ::taipan_object::abi::PyModuleDef {
                        static DEF: ::taipan_object::Static<::taipan_object::abi::PyModuleDef> =
                            ::taipan_object::Static::new(::taipan_object::module::definition(
                                #cname, #cdoc, METHODS.get().cast(), SLOTS.get().cast()));
                        DEF.get()
                    }
                }
            };
        })?);
        items.push(syn::parse2(quote! {
            /// Carries the module's definition.
            pub struct Definition;
        })?);
        items.push(syn::parse2(quote! {
            /// The module's name and definition, as a row of the table of built-in modules.
            pub const MODULE: ::taipan_object::module::Builtin =
                ::taipan_object::module::Builtin { name: #name, definition: Definition::get };
        })?);
    }
    Ok(quote!(#item))
}
