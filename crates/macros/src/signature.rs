//! Python signatures: parsing `sig = "(a, /, b=1, *, c)"`, and the marker type that calls a Rust function with parsed
//! arguments.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Error, FnArg, Ident, LitStr, Pat, Result, Signature, Type};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PosOnly,
    PosOrKw,
    KwOnly,
    VarArgs,
    VarKw,
}

pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub default: Option<String>,
}

/// What comes before the Python parameters in the Rust function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// `&self, t`
    This,
    /// `cls: &PyType, t`
    Class,
    /// `module: &PyModule, t`
    Module,
    /// `t`
    None,
}

/// The docstring: the doc comment's lines without their common leading space.
pub fn docstring(attrs: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs {
        if attr.path().is_ident("doc")
            && let syn::Meta::NameValue(nv) = &attr.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(s), .. }) = &nv.value
        {
            let text = s.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).to_string());
        }
    }
    lines.join("\n")
}

fn split_top(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut depth = 0;
    let mut quote = None;
    let mut current = String::new();
    for c in text.chars() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(core::mem::take(&mut current));
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    parts.push(current);
    parts.into_iter().map(|p| p.trim().to_string()).filter(|p| !p.is_empty()).collect()
}

/// Parses a Python signature text.
pub fn parse(text: &LitStr) -> Result<Vec<Param>> {
    let source = text.value();
    let inner = source
        .trim()
        .strip_prefix('(')
        .and_then(|s| s.strip_suffix(')'))
        .ok_or_else(|| Error::new(text.span(), "a signature is written in parentheses"))?;
    let mut params: Vec<Param> = Vec::new();
    let mut kw_only = false;
    for part in split_top(inner) {
        if part == "/" {
            for param in &mut params {
                param.kind = Kind::PosOnly;
            }
        } else if part == "*" {
            kw_only = true;
        } else if let Some(name) = part.strip_prefix("**") {
            params.push(Param { name: name.to_string(), kind: Kind::VarKw, default: None });
        } else if let Some(name) = part.strip_prefix('*') {
            params.push(Param { name: name.to_string(), kind: Kind::VarArgs, default: None });
            kw_only = true;
        } else {
            let (name, default) = match part.split_once('=') {
                Some((name, default)) => (name.trim(), Some(default.trim().to_string())),
                None => (part.as_str(), None),
            };
            let kind = if kw_only { Kind::KwOnly } else { Kind::PosOrKw };
            params.push(Param { name: name.to_string(), kind, default });
        }
    }
    Ok(params)
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Option"))
}

fn type_is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == name))
}

/// A Python default as a Rust expression.
fn rust_default(text: &str, ty: &Type, span: Span) -> Result<TokenStream> {
    if is_option(ty) {
        return Ok(quote!(None));
    }
    match text {
        "True" => return Ok(quote!(true)),
        "False" => return Ok(quote!(false)),
        // Converters that accept None stand for it by their default.
        "None" => return Ok(quote!(::core::default::Default::default())),
        _ => {}
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|s| s.strip_suffix('\'')) {
        let literal = LitStr::new(inner, span);
        return Ok(quote!(#literal.into()));
    }
    if text.parse::<i128>().is_ok() || text.parse::<f64>().is_ok() {
        let tokens: TokenStream = text.parse().map_err(|_| Error::new(span, "this default is not a Rust literal"))?;
        return Ok(tokens);
    }
    Err(Error::new(span, format!("default `{text}` needs the parameter type Option<..>")))
}

/// A Rust function seen as a Python callable.
pub struct Callable {
    /// Python parameters with the Rust types that take them.
    pub params: Vec<(Param, Type)>,
    pub receiver: Receiver,
    /// The function takes `args: Args` and parses by itself.
    pub raw: bool,
    /// `text = "-"`: CPython parses a tuple, so that the calling convention says nothing about the parameters.
    pub untold: bool,
    /// The defining class is passed too, and dropped.
    pub with_class: bool,
    pub text_signature: Option<String>,
}

/// How the callable is entered from C.
pub enum Convention {
    NoArgs,
    O,
    Fast,
    FastKeywords,
}

impl Callable {
    /// Matches a Rust signature with a Python one.
    pub fn new(sig: &Signature, python: Option<&LitStr>, text: Option<&LitStr>, receiver: Receiver) -> Result<Self> {
        let untold = text.is_some_and(|text| text.value() == "-");
        let empty = LitStr::new("", Span::call_site());
        let text = if untold { Some(&empty) } else { text };
        let mut skip = match receiver {
            Receiver::None => 1,
            _ => 2,
        };
        let mut rust: Vec<(String, Type, Span)> = Vec::new();
        for input in &sig.inputs {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let FnArg::Typed(typed) = input else {
                return Err(Error::new(input.span(), "unexpected receiver"));
            };
            let Pat::Ident(name) = &*typed.pat else {
                return Err(Error::new(typed.pat.span(), "a parameter needs a plain name"));
            };
            let name_text = name.ident.to_string();
            let name_text =
                name_text.trim_start_matches("r#").trim_start_matches('_').trim_end_matches('_').to_string();
            rust.push((name_text, (*typed.ty).clone(), name.ident.span()));
        }
        if rust.len() == 1 && type_is(&rust[0].1, "Args") {
            let text_signature = text.or(python).map(LitStr::value).filter(|text| !text.is_empty());
            return Ok(Self { params: Vec::new(), receiver, raw: true, untold, with_class: false, text_signature });
        }
        let (params, text_signature) = match python {
            Some(text) => (parse(text)?, text.value()),
            None => {
                let mut names: Vec<String> = rust.iter().map(|(name, ..)| name.clone()).collect();
                let params =
                    names.iter().map(|name| Param { name: name.clone(), kind: Kind::PosOnly, default: None }).collect();
                if !names.is_empty() {
                    names.push("/".to_string());
                }
                (params, format!("({})", names.join(", ")))
            }
        };
        if params.len() != rust.len() {
            return Err(Error::new(
                sig.ident.span(),
                format!("the Python signature has {} parameters, the Rust function {}", params.len(), rust.len()),
            ));
        }
        for (param, (name, _, span)) in params.iter().zip(&rust) {
            if param.name.trim_matches('_') != name.as_str() {
                return Err(Error::new(*span, format!("this parameter is `{}` in the Python signature", param.name)));
            }
        }
        let params = params.into_iter().zip(rust).map(|(param, (_, ty, _))| (param, ty)).collect();
        let text_signature = Some(text.map_or(text_signature, LitStr::value)).filter(|text| !text.is_empty());
        Ok(Self { params, receiver, raw: false, untold, with_class: false, text_signature })
    }

    pub fn convention(&self) -> Convention {
        if self.raw || self.with_class {
            return Convention::FastKeywords;
        }
        if self.params.is_empty() {
            return Convention::NoArgs;
        }
        if self.params.iter().all(|(p, _)| p.kind == Kind::PosOnly) {
            if self.params.len() == 1 && self.params[0].0.default.is_none() && !self.untold {
                return Convention::O;
            }
            return Convention::Fast;
        }
        if self.params.iter().all(|(p, _)| matches!(p.kind, Kind::PosOnly | Kind::VarArgs)) {
            return Convention::Fast;
        }
        Convention::FastKeywords
    }

    /// `__text_signature__` and docstring as `ml_doc` holds them.
    pub fn ml_doc(&self, name: &str, doc: &str) -> String {
        let Some(text) = &self.text_signature else { return doc.to_string() };
        // A text that names the receiver itself is taken as it is.
        if text.starts_with("($") {
            return format!("{name}{text}\n--\n\n{doc}");
        }
        let first = match self.receiver {
            Receiver::This => "$self",
            Receiver::Class => "$type",
            Receiver::Module => "$module",
            Receiver::None => "",
        };
        let inner = text.trim().trim_start_matches('(').to_string();
        let signature = if first.is_empty() {
            format!("({inner}")
        } else if inner == ")" {
            format!("({first})")
        } else {
            format!("({first}, {inner}")
        };
        // A receiver is positional-only: without other positional-only parameters it needs its own slash.
        let signature = if !first.is_empty() && !text.contains('/') {
            if inner == ")" { format!("({first}, /)") } else { format!("({first}, /, {inner}") }
        } else {
            signature
        };
        format!("{name}{signature}\n--\n\n{doc}")
    }

    /// The constant parser descriptor.
    pub fn descriptor(&self, fname: &str) -> TokenStream {
        let named: Vec<&Param> =
            self.params.iter().map(|(p, _)| p).filter(|p| !matches!(p.kind, Kind::VarArgs | Kind::VarKw)).collect();
        let names = named.iter().map(|p| p.name.clone());
        let required = named.iter().map(|p| p.default.is_none());
        let pos_only = named.iter().filter(|p| p.kind == Kind::PosOnly).count();
        let positional = named.iter().filter(|p| p.kind != Kind::KwOnly).count();
        let varargs = self.params.iter().any(|(p, _)| p.kind == Kind::VarArgs);
        let varkw = self.params.iter().any(|(p, _)| p.kind == Kind::VarKw);
        quote! {
            ::taipan_object::argparse::Signature {
                fname: #fname,
                params: &[#(::taipan_object::argparse::Param { name: #names, required: #required }),*],
                pos_only: #pos_only,
                positional: #positional,
                varargs: #varargs,
                varkw: #varkw,
            }
        }
    }

    /// The expressions that turn `slots` (and `rest`, `kwargs`) into the Rust function's arguments.
    pub fn conversions(&self, fname: &str) -> Result<Vec<TokenStream>> {
        let mut index = 0usize;
        let mut out = Vec::new();
        for (param, ty) in &self.params {
            match param.kind {
                Kind::VarArgs => {
                    out.push(quote!(rest));
                    continue;
                }
                Kind::VarKw => {
                    out.push(quote!(kwargs));
                    continue;
                }
                _ => {}
            }
            let name = &param.name;
            let what = if param.kind == Kind::PosOnly {
                let position = index + 1;
                quote!(::taipan_object::argparse::What::Position(#fname, #position))
            } else {
                quote!(::taipan_object::argparse::What::Name(#fname, #name))
            };
            let convert = quote!(<#ty as ::taipan_object::argparse::FromArg>::from_arg(t, arg, #what)?);
            let expr = match &param.default {
                None => quote! {
                    match slots[#index] { Some(arg) => #convert, None => return Err(::taipan_object::argparse::missing(t)) }
                },
                Some(default) => {
                    let default = rust_default(default, ty, ty.span())?;
                    quote! { match slots[#index] { Some(arg) => #convert, None => #default } }
                }
            };
            out.push(expr);
            index += 1;
        }
        Ok(out)
    }

    /// The number of named parameters.
    pub fn named(&self) -> usize {
        self.params.iter().filter(|(p, _)| !matches!(p.kind, Kind::VarArgs | Kind::VarKw)).count()
    }

    /// The marker type for a `PyMethodDef` entry, and the expression of that entry.
    pub fn method_def(
        &self,
        marker: &Ident,
        path: &TokenStream,
        this: &TokenStream,
        name: &str,
        fname: &str,
        doc: &str,
        extra_flags: &TokenStream,
    ) -> Result<(TokenStream, TokenStream)> {
        let receiver = match self.receiver {
            Receiver::None => quote!(),
            _ => quote!(this,),
        };
        let this_ty = match self.receiver {
            Receiver::This => this.clone(),
            Receiver::Class => quote!(::taipan_object::PyType),
            Receiver::Module => quote!(::taipan_object::PyModule),
            Receiver::None => quote!(()),
        };
        let ml_doc = self.ml_doc(name, doc);
        let cname = c_literal(name);
        let cdoc = doc_literal(&ml_doc);
        let conversions = self.conversions(fname)?;
        let finish = |call: TokenStream| quote!(::taipan_object::argparse::IntoResult::into_result(#call, t));
        let (trait_name, body, maker) = match self.convention() {
            Convention::NoArgs => {
                let call = finish(quote!(#path(#receiver t)));
                (
                    format_ident!("NoArgs"),
                    quote! {
                        #[inline(always)]
                        fn call(this: &Self::This, t: &::taipan_object::Thread) -> ::taipan_object::PyResult { #call }
                    },
                    format_ident!("no_args"),
                )
            }
            Convention::O => {
                let ty = &self.params[0].1;
                let call = finish(quote! {
                    #path(#receiver t, <#ty as ::taipan_object::argparse::FromArg>::from_arg(
                        t, arg, ::taipan_object::argparse::What::Only(#fname))?)
                });
                (
                    format_ident!("OneArg"),
                    quote! {
                        #[inline(always)]
                        fn call(this: &Self::This, t: &::taipan_object::Thread, arg: &::taipan_object::Object)
                            -> ::taipan_object::PyResult { #call }
                    },
                    format_ident!("one_arg"),
                )
            }
            Convention::Fast => {
                let n = self.named();
                let (min, max) = self.positional_bounds();
                let varargs = self.params.iter().any(|(p, _)| p.kind == Kind::VarArgs);
                let call = finish(quote!(#path(#receiver t, #(#conversions),*)));
                let rest = if varargs { quote!(let rest = args.get(#n..).unwrap_or(&[]);) } else { quote!() };
                (
                    format_ident!("Fast"),
                    quote! {
                        #[inline(always)]
                        fn call(this: &Self::This, t: &::taipan_object::Thread, args: &[&::taipan_object::Object])
                            -> ::taipan_object::PyResult
                        {
                            ::taipan_object::argparse::check_positional(t, #fname, args.len(), #min, #max)?;
                            let slots: [Option<&::taipan_object::Object>; #n] =
                                ::core::array::from_fn(|i| args.get(i).copied());
                            #rest
                            #call
                        }
                    },
                    format_ident!("fast"),
                )
            }
            Convention::FastKeywords => {
                let call = self.keyword_call(path, &receiver, fname)?;
                let check = if self.with_class && !self.raw && self.params.is_empty() {
                    quote!(args.check_none(t, #fname)?;)
                } else {
                    quote!()
                };
                let maker = if self.with_class { "fast_keywords_with_class" } else { "fast_keywords" };
                (
                    format_ident!("FastKeywords"),
                    quote! {
                        #[inline(always)]
                        fn call(this: &Self::This, t: &::taipan_object::Thread, args: ::taipan_object::argparse::Args<'_>)
                            -> ::taipan_object::PyResult { #check #call }
                    },
                    format_ident!("{maker}"),
                )
            }
        };
        let item = quote! {
            #[allow(non_camel_case_types, reason = "the marker carries the Python name")]
            struct #marker;
            impl ::taipan_object::tramp::#trait_name for #marker {
                type This = #this_ty;
                #body
            }
        };
        let entry = quote!(::taipan_object::tramp::#maker::<#marker>(#cname, #cdoc, #extra_flags));
        Ok((item, entry))
    }

    /// Whether no argument can be given by keyword.
    pub fn is_positional_only(&self) -> bool {
        !self.raw && self.params.iter().all(|(p, _)| matches!(p.kind, Kind::PosOnly | Kind::VarArgs))
    }

    /// Checks the number of `args`, all of which are positional.
    pub fn positional_check(&self, fname: &str) -> TokenStream {
        let (min, max) = self.positional_bounds();
        if self.params.is_empty() {
            return quote!(let args = args.for_empty_new(t, this, base, #fname)?;);
        }
        quote!(::taipan_object::argparse::check_positional(t, #fname, args.pos.len(), #min, #max)?;)
    }

    /// How many arguments there may be if all are positional.
    fn positional_bounds(&self) -> (usize, TokenStream) {
        let n = self.named();
        let min = self.params.iter().filter(|(p, _)| p.default.is_none() && p.kind == Kind::PosOnly).count();
        let varargs = self.params.iter().any(|(p, _)| p.kind == Kind::VarArgs);
        (min, if varargs { quote!(usize::MAX) } else { quote!(#n) })
    }

    /// The body that parses `args: Args` and calls `path`.
    pub fn keyword_call(&self, path: &TokenStream, receiver: &TokenStream, fname: &str) -> Result<TokenStream> {
        if self.raw {
            return Ok(quote!(::taipan_object::argparse::IntoResult::into_result(#path(#receiver t, args), t)));
        }
        let n = self.named();
        let descriptor = self.descriptor(fname);
        let conversions = self.conversions(fname)?;
        let varargs = self.params.iter().any(|(p, _)| p.kind == Kind::VarArgs);
        let varkw = self.params.iter().any(|(p, _)| p.kind == Kind::VarKw);
        let rest = if varargs { quote!(let rest = args.rest(&SIGNATURE);) } else { quote!() };
        let kwargs = if varkw { quote!(let kwargs = args.extra_keywords(t, &SIGNATURE)?;) } else { quote!() };
        Ok(quote! {
            const SIGNATURE: ::taipan_object::argparse::Signature = #descriptor;
            let mut slots: [Option<&::taipan_object::Object>; #n] = [None; #n];
            args.parse(t, &SIGNATURE, &mut slots)?;
            #rest
            #kwargs
            ::taipan_object::argparse::IntoResult::into_result(#path(#receiver t, #(#conversions),*), t)
        })
    }
}

/// As [`c_literal`] for a docstring that few programs read: it lies with others of its kind.
pub fn doc_literal(text: &str) -> TokenStream {
    let mut bytes: Vec<u8> = text.bytes().filter(|&byte| byte != 0).collect();
    if bytes.is_empty() {
        return quote!(c"");
    }
    bytes.push(0);
    let length = bytes.len();
    let literal = proc_macro2::Literal::byte_string(&bytes);
    quote!(::taipan_object::doc!(#length, #literal))
}

/// `c"..."`; NUL characters cannot occur in names and docstrings.
pub fn c_literal(text: &str) -> TokenStream {
    let literal = proc_macro2::Literal::c_string(&std::ffi::CString::new(text).unwrap_or_default());
    quote!(#literal)
}
