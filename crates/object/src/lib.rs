//! Types and slots, the abstract protocols (number, sequence, mapping, iteration, call, buffer), errors, and the types
//! that the machinery itself needs.
//!
//! This crate deliberately does not know frames, code objects, functions written in Python, or import: what it needs of
//! them goes through [`state::Hooks`].

#![allow(non_upper_case_globals, reason = "constants of the headers keep their names, in patterns too")]

extern crate self as taipan_object;

pub mod argparse;
pub mod asyncio;
pub mod attr;
pub mod audit;
pub mod buffer;
pub mod bytes;
pub mod bytes_class;
pub mod bytes_methods;
pub mod call;
pub mod cell;
pub mod cfunction;
pub mod clinic;
pub mod clock;
pub mod codecs;
pub mod compare;
pub mod complex;
pub mod context;
pub mod ctype;
pub mod descr;
pub mod dict;
pub mod errors;
pub mod exceptions;
pub mod fileobject;
pub mod float;
pub mod float_class;
pub mod fspath;
pub mod gilstate;
pub mod handle;
pub mod hash;
pub mod int;
pub mod item_storage;
pub mod iter;
pub mod lent;
pub mod list;
pub mod list_class;
mod list_sort;
pub mod method;
pub mod module;
pub mod number;
pub mod number_format;
pub mod percent;
pub mod pytime;
pub mod recycled;
pub mod remote;
pub mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod state;
pub mod suggestions;
pub mod tramp;
pub mod tuple;
pub mod tuple_class;
pub mod typeobject;
pub mod unicode;
pub mod watch;
pub mod weakref;

pub use argparse::{Args, Kwargs};
pub use bytes::PyBytes;
pub use cell::PyCell;
pub use cfunction::PyCFunction;
pub use complex::PyComplex;
pub use descr::{
    PyClassMethod, PyMappingProxy, PyMemberDescr, PyMethodDescr, PyProperty, PyStaticMethod, PyWrapperDescr,
};
pub use dict::PyDict;
pub use float::PyFloat;
pub use handle::{
    Class, CompareOp, Data, Head, Layout, MemberField, Native, Object, Own, Owned, PyResult, Raised, Sent, Slot,
    Static, Traverse, Visitor, WeakList, member_kind, upcast,
};
pub use int::PyInt;
pub use list::PyList;
pub use method::PyMethod;
pub use module::PyModule;
pub use set::{PyFrozenSet, PySet};
pub use singletons::PyBool;
pub use slice::PySlice;
pub use taipan_macros::{class, module as native_module, object};
pub use taipan_runtime::{Thread, abi};
pub use tuple::PyTuple;
pub use typeobject::object_class::PyBaseObject;
pub use typeobject::super_::PySuper;
pub use typeobject::{PyType, new_object, object_type_ptr, type_type_ptr};
pub use unicode::PyStr;
pub use weakref::PyWeakRef;

impl Object {
    /// This object as any object: for handles that dereference to it.
    #[inline(always)]
    pub const fn as_object(&self) -> &Self {
        self
    }
}

/// Sets the object layer up in a fresh interpreter: singletons, then every static type, bases first.
pub fn init(t: &Thread) -> PyResult<()> {
    state::init(t.interpreter(), None);
    typeobject::object_class::finish_static_types();
    cfunction::finish_static_types();
    method::finish_static_types();
    module::finish_static_types();
    weakref::finish_static_types();
    descr::finish_static_types();
    tuple::init(t)?;
    unicode::init(t)?;
    bytes::init(t)?;
    init_types(t)?;
    let class = exceptions::ExceptionGroup::create(t)?;
    state::object_state(t).set_exception_group(class);
    exceptions::MemoryErrors::fill(t)
}

/// Sets the object layer up in an interpreter beside another one: singletons and static types are there already.
pub fn init_beside(t: &Thread, other: &taipan_runtime::Interpreter) -> PyResult<()> {
    state::init(t.interpreter(), Some(other));
    state::share_with(t, other);
    exceptions::MemoryErrors::fill(t)
}

fn init_types(t: &Thread) -> PyResult<()> {
    use typeobject::add_static as add;
    add::<PyBaseObject>(t)?;
    add::<PyType>(t)?;
    add::<PyWeakRef>(t)?;
    add::<PyStr>(t)?;
    add::<PyTuple>(t)?;
    add::<PyDict>(t)?;
    add::<PyList>(t)?;
    add::<PyBytes>(t)?;
    add::<PyInt>(t)?;
    add::<PyBool>(t)?;
    add::<PyFloat>(t)?;
    add::<PyComplex>(t)?;
    add::<PySlice>(t)?;
    add::<unicode::iter::PyStrIterator>(t)?;
    add::<unicode::iter::PyStrAsciiIterator>(t)?;
    add::<bytes_class::PyBytesIterator>(t)?;
    add::<singletons::PyNone>(t)?;
    add::<singletons::PyNotImplemented>(t)?;
    add::<singletons::PyEllipsis>(t)?;
    add::<PyMethodDescr>(t)?;
    add::<descr::PyClassMethodDescr>(t)?;
    add::<descr::PyMemberDescr>(t)?;
    add::<descr::PyGetSetDescr>(t)?;
    add::<PyWrapperDescr>(t)?;
    add::<descr::PyMethodWrapper>(t)?;
    add::<PyClassMethod>(t)?;
    add::<PyStaticMethod>(t)?;
    add::<PyProperty>(t)?;
    add::<PyMappingProxy>(t)?;
    add::<PySuper>(t)?;
    add::<PyCFunction>(t)?;
    add::<cfunction::PyCMethod>(t)?;
    add::<PyMethod>(t)?;
    add::<PyCell>(t)?;
    add::<PyModule>(t)?;
    add::<module::PyModuleDefType>(t)?;
    dict::init_types(t)?;
    list_class::init_types(t)?;
    tuple_class::init_types(t)?;
    set::init_types(t)?;
    exceptions::ready_types(t)
}
