//! Attribute macros that declare builtin types and native modules.
//!
//! A type is a struct with [`macro@object`] and one `impl` block with [`macro@class`]; a module is an inline `mod` with
//! [`macro@module`]. Each Python name is one Rust function with an attribute; its doc comment is the docstring. The
//! macros expand to constant C tables and to marker types for the generic trampolines of `taipan_object::tramp`, so the
//! expansion itself contains no unsafe code and start-up has nothing to register.
//!
//! Functions of a class or module, with the attributes that they may carry:
//!
//! | attribute | Rust form | Python |
//! | --- | --- | --- |
//! | `#[method]`, `#[method(sig = "(x, /, y=None)")]` | `fn f(&self, t: &Thread, x: .., y: ..) -> ..` | method |
//! | `#[classmethod(sig = ..)]` | `fn f(cls: &PyType, t: &Thread, ..)` | class method |
//! | `#[staticmethod(sig = ..)]` | `fn f(t: &Thread, ..)` | static method |
//! | `#[getter]` / `#[setter]` | `fn f(&self, t: &Thread)` / `fn set_f(&self, t, value: Option<&Object>)` | attribute |
//! | `#[slot]` | `fn tp_repr(&self, t: &Thread)`: named and shaped like the slot | special method |
//! | `#[new(sig = ..)]`, `#[init(sig = ..)]` | `fn new(cls: &PyType, t, ..)`, `fn init(&self, t, ..)` | constructor |
//! | `#[function(sig = ..)]` (modules) | `fn f(t: &Thread, ..)` or `fn f(module: &PyModule, t: &Thread, ..)` | function |
//! | `#[exec]` (modules) | `fn exec(module: &PyModule, t: &Thread) -> PyResult<()>` | run when the module is made |
//!
//! Without `sig` all parameters are positional-only and required. A parameter with a default has the Rust type
//! `Option<..>` (absent is `None`), or its default is a literal that Rust can write too. `*args` is `&[&Object]`,
//! `**kwargs` is `Kwargs`. A function whose only parameter is `args: Args` parses them itself.

mod class;
mod module;
mod object;
mod signature;
mod slots;

use proc_macro::TokenStream;

/// Declares the struct behind a type: inserts the object head, fixes the layout, derives traversal for the collector.
#[proc_macro_attribute]
pub fn object(attr: TokenStream, item: TokenStream) -> TokenStream {
    object::expand(attr.into(), item.into()).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Declares a type: `#[class(name = "list", flags(BASETYPE, SEQUENCE), base = PyBaseObject)] impl PyList { .. }`.
#[proc_macro_attribute]
pub fn class(attr: TokenStream, item: TokenStream) -> TokenStream {
    class::expand(attr.into(), item.into()).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Declares a native module: `#[module(name = "math")] pub mod math { .. }`.
#[proc_macro_attribute]
pub fn module(attr: TokenStream, item: TokenStream) -> TokenStream {
    module::expand(attr.into(), item.into()).unwrap_or_else(|e| e.to_compile_error()).into()
}
