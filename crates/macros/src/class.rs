//! `#[class]`: a type and all its names.

use crate::signature::{Callable, Receiver, c_literal, doc_literal, docstring};
use crate::slots::{SLOTS, Table};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Expr, Ident, ImplItem, ImplItemFn, ItemImpl, LitStr, Path, Result, Token};

#[derive(Default)]
struct ClassAttr {
    name: Option<LitStr>,
    export: Option<Ident>,
    base: Option<Path>,
    flags: Vec<Ident>,
    doc: Option<LitStr>,
    itemsize: Option<Expr>,
    basicsize: Option<Expr>,
    weaklist: Option<Ident>,
    /// Where instances of a `layout` class hold the head of their weak references.
    weaklistoffset: Option<Expr>,
    dict: Option<Ident>,
    /// Where instances of a `layout` class hold their dictionary.
    dictoffset: Option<Expr>,
    vectorcall: Option<Ident>,
    subclass_flag: Option<Ident>,
    members: Option<Expr>,
    fields: Vec<Field>,
    raw: Vec<(Ident, Expr)>,
    layout: bool,
    no_new: bool,
    /// CPython's type has no `__new__` of its own.
    inherited_new: bool,
    /// The type is one that CPython makes at run time (a heap type).
    heap: bool,
    /// A heap type whose attributes may be changed.
    mutable: bool,
}

/// A member, read-only unless `mut`: `name = field` or `name = field: "documentation"`.
struct Field {
    writable: bool,
    name: Ident,
    field: Ident,
    doc: Option<LitStr>,
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let writable = input.parse::<Option<Token![mut]>>()?.is_some();
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        let field = input.parse()?;
        let doc = if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { writable, name, field, doc })
    }
}

impl Parse for ClassAttr {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut out = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "flags" => {
                    let inner;
                    syn::parenthesized!(inner in input);
                    out.flags = inner.parse_terminated(Ident::parse, Token![,])?.into_iter().collect();
                }
                "fields" => {
                    let inner;
                    syn::parenthesized!(inner in input);
                    out.fields = inner.parse_terminated(Field::parse, Token![,])?.into_iter().collect();
                }
                "layout" => out.layout = true,
                "no_new" => out.no_new = true,
                "inherited_new" => out.inherited_new = true,
                "heap" => out.heap = true,
                "mutable" => out.mutable = true,
                other => {
                    input.parse::<Token![=]>()?;
                    match other {
                        "name" => out.name = Some(input.parse()?),
                        "export" => out.export = Some(input.parse()?),
                        "base" => out.base = Some(input.parse()?),
                        "doc" => out.doc = Some(input.parse()?),
                        "itemsize" => out.itemsize = Some(input.parse()?),
                        "basicsize" => out.basicsize = Some(input.parse()?),
                        "weaklist" => out.weaklist = Some(input.parse()?),
                        "weaklistoffset" => out.weaklistoffset = Some(input.parse()?),
                        "dict" => out.dict = Some(input.parse()?),
                        "dictoffset" => out.dictoffset = Some(input.parse()?),
                        "vectorcall" => out.vectorcall = Some(input.parse()?),
                        "subclass_flag" => out.subclass_flag = Some(input.parse()?),
                        "members" => out.members = Some(input.parse()?),
                        "dealloc" | "traverse" | "clear" | "is_gc" | "free" | "alloc" | "getattro" | "setattro"
                        | "iter" | "iternext" | "hash" | "call" | "finalize" | "new" | "init" => {
                            out.raw.push((format_ident!("tp_{other}"), input.parse()?));
                        }
                        _ => return Err(Error::new(key.span(), "unknown key of #[class]")),
                    }
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(out)
    }
}

/// What stands in the attribute of one item.
#[derive(Default)]
pub struct ItemAttr {
    pub sig: Option<LitStr>,
    pub text: Option<LitStr>,
    pub name: Option<LitStr>,
    pub flags: Option<Expr>,
    /// `#[getter(member)]`: Python sees a member descriptor.
    pub member: bool,
    /// `#[method(with_class)]`: CPython's function is told the class that defines it (`METH_METHOD`); ours has no use for it,
    /// but the bound method is of another type, and arguments are counted otherwise.
    pub with_class: bool,
}

impl Parse for ItemAttr {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut out = Self::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            let flag = match key.to_string().as_str() {
                "member" => Some(&mut out.member),
                "with_class" => Some(&mut out.with_class),
                _ => None,
            };
            if let Some(flag) = flag {
                *flag = true;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
                continue;
            }
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "sig" => out.sig = Some(input.parse()?),
                "text" => out.text = Some(input.parse()?),
                "name" => out.name = Some(input.parse()?),
                "flags" => out.flags = Some(input.parse()?),
                _ => return Err(Error::new(key.span(), "unknown key")),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(out)
    }
}

/// Takes our attribute off an item.
pub fn take_attr(attrs: &mut Vec<Attribute>, names: &[&str]) -> Result<Option<(String, ItemAttr)>> {
    for i in 0..attrs.len() {
        let Some(ident) = attrs[i].path().get_ident().map(ToString::to_string) else { continue };
        if names.contains(&ident.as_str()) {
            let attr = attrs.remove(i);
            let args = match &attr.meta {
                syn::Meta::List(list) => syn::parse2(list.tokens.clone())?,
                _ => ItemAttr::default(),
            };
            return Ok(Some((ident, args)));
        }
    }
    Ok(None)
}

/// The Python name of a Rust function: without `r#` and a trailing underscore that only avoids a keyword.
pub fn python_name(ident: &Ident, attr: &ItemAttr) -> String {
    if let Some(name) = &attr.name {
        return name.value();
    }
    let text = ident.to_string();
    let text = text.trim_start_matches("r#");
    match text.strip_suffix('_') {
        Some(stem) if !stem.ends_with('_') => stem.to_string(),
        _ => text.to_string(),
    }
}

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let attr: ClassAttr = syn::parse2(attr)?;
    let mut item: ItemImpl = syn::parse2(item)?;
    let self_ty = item.self_ty.clone();
    let this = quote!(#self_ty);
    let full_name = attr.name.clone().ok_or_else(|| Error::new_spanned(&self_ty, "#[class] needs a name"))?;
    let short_name = full_name.value().rsplit('.').next().unwrap_or_default().to_string();

    let mut markers = Vec::new();
    let mut methods = Vec::new();
    let mut getset: BTreeMap<usize, (String, String, Option<Ident>, Option<Ident>)> = BTreeMap::new();
    let mut members_of_getset = Vec::new();
    let mut slots: Vec<(&'static (&'static str, Table, &'static str), TokenStream)> = Vec::new();
    let mut counter = 0usize;
    let mut type_doc_signature = String::new();
    let mut has = BTreeMap::new();

    for impl_item in &mut item.items {
        let ImplItem::Fn(function) = impl_item else { continue };
        let names = ["method", "classmethod", "staticmethod", "getter", "setter", "slot", "new", "init"];
        let Some((kind, item_attr)) = take_attr(&mut function.attrs, &names)? else { continue };
        let doc = docstring(&function.attrs);
        let ident = function.sig.ident.clone();
        counter += 1;
        let marker = format_ident!("M{}_{}", counter, ident.to_string().trim_start_matches("r#"));
        let path = quote!(<#this>::#ident);
        match kind.as_str() {
            "method" | "classmethod" | "staticmethod" => {
                let receiver = match kind.as_str() {
                    "method" => Receiver::This,
                    "classmethod" => Receiver::Class,
                    _ => Receiver::None,
                };
                let flags = match kind.as_str() {
                    "method" => quote!(0),
                    "classmethod" => quote!(::taipan_object::abi::METH_CLASS),
                    _ => quote!(::taipan_object::abi::METH_STATIC),
                };
                let flags = match &item_attr.flags {
                    Some(extra) => quote!(#flags | #extra),
                    None => flags,
                };
                let name = python_name(&ident, &item_attr);
                let mut callable =
                    Callable::new(&function.sig, item_attr.sig.as_ref(), item_attr.text.as_ref(), receiver)?;
                callable.with_class = item_attr.with_class;
                let (marker_item, entry) = callable.method_def(&marker, &path, &this, &name, &name, &doc, &flags)?;
                markers.push(marker_item);
                methods.push(entry);
            }
            "getter" => {
                let name = python_name(&ident, &item_attr);
                if item_attr.member {
                    members_of_getset.push(name.clone());
                }
                markers.push(quote! {
                    #[allow(non_camel_case_types, reason = "the marker carries the Python name")]
                    struct #marker;
                    impl ::taipan_object::tramp::Getter for #marker {
                        type This = #this;
                        #[inline(always)]
                        fn call(this: &#this, t: &::taipan_object::Thread) -> ::taipan_object::PyResult {
                            ::taipan_object::argparse::IntoResult::into_result(#path(this, t), t)
                        }
                    }
                });
                let found = getset.iter().find(|(_, g)| g.0 == name).map(|(&k, _)| k);
                match found {
                    Some(key) => {
                        if let Some(g) = getset.get_mut(&key) {
                            g.1 = doc;
                            g.2 = Some(marker);
                        }
                    }
                    None => {
                        getset.insert(counter, (name, doc, Some(marker), None));
                    }
                }
            }
            "setter" => {
                let name = match &item_attr.name {
                    Some(name) => name.value(),
                    None => {
                        let text = ident.to_string();
                        let name = text
                            .strip_prefix("set_")
                            .ok_or_else(|| Error::new(ident.span(), "a setter is called set_NAME"))?;
                        if name.ends_with("__") { name } else { name.trim_end_matches('_') }.to_string()
                    }
                };
                markers.push(quote! {
                    #[allow(non_camel_case_types, reason = "the marker carries the Python name")]
                    struct #marker;
                    impl ::taipan_object::tramp::Setter for #marker {
                        type This = #this;
                        #[inline(always)]
                        fn call(this: &#this, t: &::taipan_object::Thread, value: Option<&::taipan_object::Object>)
                            -> ::taipan_object::PyResult<()> { #path(this, t, value) }
                    }
                });
                let found = getset.iter().find(|(_, g)| g.0 == name).map(|(&k, _)| k);
                match found {
                    Some(key) => {
                        if let Some(g) = getset.get_mut(&key) {
                            g.3 = Some(marker);
                        }
                    }
                    None => {
                        getset.insert(counter, (name, doc, None, Some(marker)));
                    }
                }
            }
            "slot" => {
                let slot_name = item_attr.name.as_ref().map_or_else(|| ident.to_string(), LitStr::value);
                let row = SLOTS
                    .iter()
                    .find(|row| row.0 == slot_name)
                    .ok_or_else(|| Error::new(ident.span(), "no such slot"))?;
                has.insert(slot_name.clone(), ());
                let (marker_item, entry) = slot_marker(row.2, &marker, &this, &path, function)?;
                markers.push(marker_item);
                slots.push((row, entry));
            }
            "new" | "init" => {
                let is_new = kind == "new";
                let receiver = if is_new { Receiver::Class } else { Receiver::This };
                let callable = Callable::new(&function.sig, item_attr.sig.as_ref(), item_attr.text.as_ref(), receiver)?;
                // Errors may call the type by another name (`name`); then it shows no signature either.
                let call_name = item_attr.name.as_ref().map_or_else(|| short_name.clone(), LitStr::value);
                let mut body = callable.keyword_call(&path, &quote!(this,), &call_name)?;
                if is_new && callable.is_positional_only() {
                    let check = callable.positional_check(&short_name);
                    body = quote! {
                        let base = <#self_ty as ::taipan_object::Class>::TYPE;
                        let args = args.for_positional_new(t, this, base, #short_name)?;
                        #check
                        #body
                    };
                }
                if let Some(text) = callable.text_signature.as_ref().filter(|_| item_attr.name.is_none()) {
                    type_doc_signature = format!("{short_name}{text}\n--\n\n");
                }
                let (trait_name, this_ty, slot_name) = if is_new {
                    (format_ident!("New"), quote!(::taipan_object::PyType), "tp_new")
                } else {
                    (format_ident!("Init"), this.clone(), "tp_init")
                };
                has.insert(slot_name.to_string(), ());
                let assoc = if is_new { quote!() } else { quote!(type This = #this;) };
                markers.push(quote! {
                    #[allow(non_camel_case_types, reason = "the marker carries the Python name")]
                    struct #marker;
                    impl ::taipan_object::tramp::#trait_name for #marker {
                        #assoc
                        #[inline]
                        fn call(this: &#this_ty, t: &::taipan_object::Thread, args: ::taipan_object::argparse::Args<'_>)
                            -> ::taipan_object::PyResult { #body }
                    }
                });
                let row = SLOTS
                    .iter()
                    .find(|row| row.0 == slot_name)
                    .ok_or_else(|| Error::new(ident.span(), "no such slot"))?;
                let func = format_ident!("{}", snake(trait_name.to_string().as_str()));
                slots.push((row, quote!(Some(::taipan_object::tramp::#func::<#marker>))));
            }
            _ => {}
        }
    }

    let doc = attr.doc.as_ref().map_or_else(|| docstring(&item.attrs), LitStr::value);
    item.attrs.retain(|a| !a.path().is_ident("doc"));
    let doc = format!("{type_doc_signature}{doc}");
    let doc_ptr = if doc.is_empty() {
        quote!(::core::ptr::null())
    } else {
        let c = c_literal(&doc);
        quote!(#c.as_ptr())
    };
    let cname = c_literal(&full_name.value());

    let getset_entries = getset.values().map(|(name, doc, get, set)| {
        let cname = c_literal(name);
        let cdoc = if doc.is_empty() {
            quote!(::core::ptr::null())
        } else {
            let c = doc_literal(doc);
            quote!(#c.as_ptr())
        };
        let get = match get {
            Some(m) => quote!(Some(::taipan_object::tramp::getter::<#m>)),
            None => quote!(None),
        };
        let set = match set {
            Some(m) => quote!(Some(::taipan_object::tramp::setter::<#m>)),
            None => quote!(None),
        };
        let closure = if members_of_getset.contains(name) {
            quote!(::taipan_object::descr::SHOWN_AS_MEMBER)
        } else {
            quote!(::core::ptr::null_mut())
        };
        quote!(::taipan_object::abi::PyGetSetDef {
            name: #cname.as_ptr(), get: #get, set: #set, doc: #cdoc, closure: #closure })
    });
    let n_getset = getset.len() + 1;
    let n_methods = methods.len() + 1;

    let tables: [(Table, &str, &str, &str); 5] = [
        (Table::Number, "NUMBER", "PyNumberMethods", "tp_as_number"),
        (Table::Sequence, "SEQUENCE", "PySequenceMethods", "tp_as_sequence"),
        (Table::Mapping, "MAPPING", "PyMappingMethods", "tp_as_mapping"),
        (Table::Async, "ASYNC", "PyAsyncMethods", "tp_as_async"),
        (Table::Buffer, "BUFFER", "PyBufferProcs", "tp_as_buffer"),
    ];
    let mut table_items = Vec::new();
    let mut sets = Vec::new();
    for (table, static_name, struct_name, field) in tables {
        let rows: Vec<_> = slots.iter().filter(|(row, _)| row.1 == table).collect();
        if rows.is_empty() {
            continue;
        }
        let static_ident = format_ident!("{static_name}");
        let struct_ident = format_ident!("{struct_name}");
        let field = format_ident!("{field}");
        let assigns = rows.iter().map(|(row, entry)| {
            let slot = format_ident!("{}", row.0);
            quote!(table.#slot = #entry;)
        });
        table_items.push(quote! {
            static #static_ident: ::taipan_object::Static<::taipan_object::abi::#struct_ident> =
                ::taipan_object::Static::new({
                    let mut table = ::taipan_object::abi::#struct_ident::EMPTY;
                    #(#assigns)*
                    table
                });
        });
        sets.push(quote!(ty.#field = #static_ident.get();));
    }
    for (row, entry) in slots.iter().filter(|(row, _)| row.1 == Table::Type) {
        let slot = format_ident!("{}", row.0);
        sets.push(quote!(ty.#slot = #entry;));
    }
    let flags = attr.flags.iter().map(|flag| {
        let name =
            if flag == "MATCH_SELF" { format_ident!("_Py_TPFLAGS_{flag}") } else { format_ident!("Py_TPFLAGS_{flag}") };
        quote!(| ::taipan_object::abi::#name)
    });
    let gc = attr.flags.iter().any(|f| f == "HAVE_GC");
    if !attr.layout {
        if !has.contains_key("tp_dealloc") {
            sets.push(quote!(ty.tp_dealloc = Some(::taipan_object::tramp::native_dealloc::<#this>);));
        }
        if gc && !has.contains_key("tp_traverse") {
            sets.push(quote!(ty.tp_traverse = Some(::taipan_object::tramp::native_traverse::<#this>);));
        }
        if gc && !has.contains_key("tp_clear") {
            sets.push(quote!(ty.tp_clear = Some(::taipan_object::tramp::native_clear::<#this>);));
        }
    }
    for (slot, function) in &attr.raw {
        sets.push(quote!(ty.#slot = Some(#function);));
    }
    if attr.no_new {
        sets.push(quote!(ty.tp_flags |= ::taipan_object::abi::Py_TPFLAGS_DISALLOW_INSTANTIATION;));
    }
    if attr.inherited_new {
        sets.push(quote!(ty.tp_flags |= ::taipan_object::typeobject::INHERITED_NEW;));
    }
    if let Some(field) = &attr.weaklist {
        sets.push(quote!(ty.tp_weaklistoffset = ::core::mem::offset_of!(#this, #field) as isize;));
    }
    if let Some(offset) = &attr.weaklistoffset {
        sets.push(quote!(ty.tp_weaklistoffset = (#offset) as isize;));
    }
    if let Some(offset) = &attr.dictoffset {
        sets.push(quote!(ty.tp_dictoffset = (#offset) as isize;));
    }
    if let Some(field) = &attr.dict {
        sets.push(quote!(ty.tp_dictoffset = ::core::mem::offset_of!(#this, #field) as isize;));
    }
    if let Some(field) = &attr.vectorcall {
        sets.push(quote! {
            ty.tp_vectorcall_offset = ::core::mem::offset_of!(#this, #field) as isize;
            ty.tp_flags |= ::taipan_object::abi::Py_TPFLAGS_HAVE_VECTORCALL;
            ty.tp_call = Some(::taipan_object::tramp::vectorcall_call);
        });
    }
    if let Some(itemsize) = &attr.itemsize {
        sets.push(quote!(ty.tp_itemsize = (#itemsize) as isize;));
    }
    let basicsize = match &attr.basicsize {
        Some(size) => quote!((#size) as isize),
        None => quote!(::core::mem::size_of::<#this>() as isize),
    };
    let base = match &attr.base {
        Some(base) => quote!(<#base as ::taipan_object::Class>::TYPE),
        None => quote!(::taipan_object::object_type_ptr()),
    };
    let subclass_flag = match &attr.subclass_flag {
        Some(flag) => {
            let ident = format_ident!("Py_TPFLAGS_{flag}");
            quote!(::taipan_object::abi::#ident)
        }
        None => quote!(0),
    };
    let members_set = match &attr.members {
        Some(members) => quote! {
            static MEMBERS: ::taipan_object::Static<[::taipan_object::abi::PyMemberDef;
                <#this>::MEMBERS_LEN]> = ::taipan_object::Static::new(#members);
        },
        None => quote!(),
    };
    let members_set = if attr.fields.is_empty() {
        members_set
    } else {
        let n = attr.fields.len() + 1;
        let entries = attr.fields.iter().map(|Field { writable, name, field, doc }| {
            let flags = if *writable { quote!(0) } else { quote!(::taipan_object::abi::Py_READONLY) };
            let cname = c_literal(&name.to_string());
            let doc = match doc {
                Some(doc) => {
                    let c = doc_literal(&doc.value());
                    quote!(#c.as_ptr())
                }
                None => quote!(::core::ptr::null()),
            };
            quote!(::taipan_object::abi::PyMemberDef {
                name: #cname.as_ptr(),
                r#type: ::taipan_object::member_kind::<#this, _>(|this| &this.#field),
                offset: ::core::mem::offset_of!(#this, #field) as isize,
                flags: #flags,
                doc: #doc,
            })
        });
        quote! {
            static MEMBERS: ::taipan_object::Static<[::taipan_object::abi::PyMemberDef; #n]> =
                ::taipan_object::Static::new([#(#entries,)* ::taipan_object::abi::PyMemberDef::END]);
        }
    };
    if attr.members.is_some() || !attr.fields.is_empty() {
        sets.push(quote!(ty.tp_members = MEMBERS.get().cast();));
    }
    let methods_set = if methods.is_empty() {
        quote!()
    } else {
        sets.push(quote!(ty.tp_methods = METHODS.get().cast();));
        quote! {
            static METHODS: ::taipan_object::Static<[::taipan_object::abi::PyMethodDef; #n_methods]> =
                ::taipan_object::Static::new([#(#methods,)* ::taipan_object::abi::PyMethodDef::END]);
        }
    };
    let getset_set = if getset.is_empty() {
        quote!()
    } else {
        sets.push(quote!(ty.tp_getset = GETSET.get().cast();));
        quote! {
            static GETSET: ::taipan_object::Static<[::taipan_object::abi::PyGetSetDef; #n_getset]> =
                ::taipan_object::Static::new([#(#getset_entries,)* ::taipan_object::abi::PyGetSetDef::END]);
        }
    };
    let static_ty = if attr.heap {
        quote!(::taipan_object::typeobject::StaticHeapType)
    } else {
        quote!(::taipan_object::abi::PyTypeObject)
    };
    // The symbols of heap types would name the head before them; C code has no such symbols anyway.
    let (type_static, type_ref) = match attr.export.as_ref().filter(|_| !attr.heap) {
        Some(name) => (
            quote! {
                /// The type object, exported under its C name.
                #[allow(unsafe_code, reason = "an exported name is the C API's and nobody else's")]
                #[unsafe(no_mangle)]
                pub static #name: ::taipan_object::Static<#static_ty>
            },
            quote!(#name),
        ),
        None => (quote!(static TYPE_OBJECT: ::taipan_object::Static<#static_ty>), quote!(TYPE_OBJECT)),
    };
    let (finish, type_ptr) = if attr.heap {
        (
            quote!(::taipan_object::typeobject::StaticHeapType::new(ty)),
            quote!(::taipan_object::typeobject::StaticHeapType::type_ptr(#type_ref.get())),
        )
    } else {
        (quote!(ty), quote!(#type_ref.get()))
    };
    let kind_flags = match (attr.heap, attr.mutable) {
        (true, true) => quote!(::taipan_object::abi::Py_TPFLAGS_HEAPTYPE),
        (true, false) => {
            quote!(::taipan_object::abi::Py_TPFLAGS_HEAPTYPE | ::taipan_object::abi::Py_TPFLAGS_IMMUTABLETYPE)
        }
        (false, _) => {
            quote!(::taipan_object::abi::_Py_TPFLAGS_STATIC_BUILTIN | ::taipan_object::abi::Py_TPFLAGS_IMMUTABLETYPE)
        }
    };

    Ok(quote! {
        #item

        #[allow(non_upper_case_globals, reason = "exported statics have C names")]
        const _: () = {
            #(#markers)*
            #methods_set
            #getset_set
            #members_set
            #(#table_items)*
            #type_static = ::taipan_object::Static::new({
                let mut ty = ::taipan_object::abi::PyTypeObject::EMPTY;
                ty.ob_base.ob_base.ob_type = ::taipan_object::type_type_ptr();
                ty.tp_name = #cname.as_ptr();
                ty.tp_basicsize = #basicsize;
                ty.tp_flags = #kind_flags #(#flags)* | #subclass_flag;
                ty.tp_doc = #doc_ptr;
                ty.tp_base = #base;
                #(#sets)*
                #finish
            });
            impl ::taipan_object::Layout for #this {}
            impl ::core::ops::Deref for #this {
                type Target = ::taipan_object::Object;
                #[inline(always)]
                fn deref(&self) -> &::taipan_object::Object { ::taipan_object::upcast(self) }
            }
            impl ::taipan_object::Class for #this {
                const NAME: &'static str = #full_name;
                const TYPE: *mut ::taipan_object::abi::PyTypeObject = #type_ptr;
                const SUBCLASS_FLAG: u64 = #subclass_flag;
            }
        };
    })
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The marker type that enters one slot, and the value of the slot.
fn slot_marker(
    trait_name: &str,
    marker: &Ident,
    this: &TokenStream,
    path: &TokenStream,
    function: &ImplItemFn,
) -> Result<(TokenStream, TokenStream)> {
    let trait_ident = format_ident!("{trait_name}");
    let func = format_ident!("{}", snake(trait_name));
    let result = |call: TokenStream| quote!(::taipan_object::argparse::IntoResult::into_result(#call, t));
    let object = quote!(&::taipan_object::Object);
    let thread = quote!(t: &::taipan_object::Thread);
    let py = quote!(::taipan_object::PyResult);
    let with_this = quote!(type This = #this;);
    let no_this = quote!();
    let (assoc, body) = match trait_name {
        "Unary" => {
            let call = result(quote!(#path(this, t)));
            (with_this, quote!(fn call(this: &#this, #thread) -> #py { #call }))
        }
        "IterNext" => (
            with_this,
            quote!(fn call(this: &#this, #thread)
            -> #py<Option<::taipan_object::Owned>> { #path(this, t) }),
        ),
        "Hash" => (with_this, quote!(fn call(this: &#this, #thread) -> #py<isize> { #path(this, t) })),
        "Inquiry" => (with_this, quote!(fn call(this: &#this, #thread) -> #py<bool> { #path(this, t) })),
        "Length" => (with_this, quote!(fn call(this: &#this, #thread) -> #py<usize> { #path(this, t) })),
        "Call" => {
            let call = result(quote!(#path(this, t, args)));
            (
                with_this,
                quote!(fn call(this: &#this, #thread, args: ::taipan_object::argparse::Args<'_>) -> #py { #call }),
            )
        }
        "Init" => {
            let call = result(quote!(#path(this, t, args)));
            (
                with_this,
                quote!(fn call(this: &#this, #thread, args: ::taipan_object::argparse::Args<'_>) -> #py { #call }),
            )
        }
        "New" | "TypeVectorcall" => {
            let call = result(quote!(#path(this, t, args)));
            (
                no_this,
                quote!(fn call(this: &::taipan_object::PyType, #thread,
                args: ::taipan_object::argparse::Args<'_>) -> #py { #call }),
            )
        }
        "Binary" => {
            let call = result(quote!(#path(this, t, other)));
            (with_this, quote!(fn call(this: &#this, #thread, other: #object) -> #py { #call }))
        }
        "FreeBinary" => {
            let call = result(quote!(#path(t, left, right)));
            (no_this, quote!(fn call(#thread, left: #object, right: #object) -> #py { #call }))
        }
        "FreeTernary" => {
            let call = result(quote!(#path(t, left, right, modulus)));
            (no_this, quote!(fn call(#thread, left: #object, right: #object, modulus: #object) -> #py { #call }))
        }
        "IndexArg" => {
            let call = result(quote!(#path(this, t, index)));
            (with_this, quote!(fn call(this: &#this, #thread, index: isize) -> #py { #call }))
        }
        "AssignIndex" => (
            with_this,
            quote!(fn call(this: &#this, #thread, index: isize,
            value: Option<#object>) -> #py<()> { #path(this, t, index, value) }),
        ),
        "Assign" => (
            with_this,
            quote!(fn call(this: &#this, #thread, key: #object,
            value: Option<#object>) -> #py<()> { #path(this, t, key, value) }),
        ),
        "Contains" => (
            with_this,
            quote!(fn call(this: &#this, #thread, other: #object) -> #py<bool>
            { #path(this, t, other) }),
        ),
        "RichCompare" => {
            let call = result(quote!(#path(this, t, other, op)));
            (
                with_this,
                quote!(fn call(this: &#this, #thread, other: #object,
                op: ::taipan_object::CompareOp) -> #py { #call }),
            )
        }
        "DescrGet" => {
            let call = result(quote!(#path(this, t, object, class)));
            (
                with_this,
                quote!(fn call(this: &#this, #thread, object: Option<#object>,
                class: Option<#object>) -> #py { #call }),
            )
        }
        "Finalize" => (with_this, quote!(fn call(this: &#this, #thread) { #path(this, t) })),
        "ClearSlot" => (with_this, quote!(fn call(this: &#this) { #path(this) })),
        "TraverseSlot" => (
            with_this,
            quote!(fn call(this: &#this, visitor: &mut ::taipan_object::Visitor<'_>)
            { #path(this, visitor) }),
        ),
        "Send" => (
            with_this,
            quote!(fn call(this: &#this, #thread, value: #object)
            -> #py<::taipan_object::Sent> { #path(this, t, value) }),
        ),
        "GetBuffer" => (
            with_this,
            quote!(fn call(this: &#this, #thread,
            view: &mut ::taipan_object::abi::Py_buffer, flags: i32) -> #py<()> { #path(this, t, view, flags) }),
        ),
        "ReleaseBuffer" => (
            with_this,
            quote!(fn call(this: &#this, #thread,
            view: &mut ::taipan_object::abi::Py_buffer) { #path(this, t, view) }),
        ),
        "Dealloc" => return Ok((quote!(), quote!(Some(#path)))),
        _ => return Err(Error::new_spanned(&function.sig, "slot kind without trampoline")),
    };
    let item = quote! {
        #[allow(non_camel_case_types, reason = "the marker carries the slot's name")]
        struct #marker;
        impl ::taipan_object::tramp::#trait_ident for #marker {
            #assoc
            #[inline(always)]
            #body
        }
    };
    Ok((item, quote!(Some(::taipan_object::tramp::#func::<#marker>))))
}
