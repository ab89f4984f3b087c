//! Builtin types that the object layer itself does not need: sets, slices, ranges, iterators, generic aliases, unions.

#![allow(non_upper_case_globals, reason = "constants of the headers keep their names, in patterns too")]

pub mod builtin_iters;
pub mod bytearray;
pub mod capsule;
pub mod generic_alias;
pub mod iterator;
pub mod memoryview;
pub mod namespace;
pub mod picklebuffer;
pub mod range;
pub mod structseq;
pub mod template;
pub mod typing;
pub mod union;
pub mod weakproxy;

pub use bytearray::PyByteArray;
pub use generic_alias::generic_alias;
pub use iterator::{callable_iterator, sequence_iterator};
pub use memoryview::PyMemoryView;
pub use picklebuffer::PyPickleBuffer;
use taipan_object::abi::{_Py_T_OBJECT, Py_READONLY, PyMemberDef};
pub use taipan_object::set::{PyFrozenSet, PySet, new_frozenset, new_set, set_add, set_contains, set_update};
use taipan_object::slice::PySlice;
use taipan_object::{Class, Owned, PyBaseObject, PyComplex, PyResult, PyType, Thread};
pub use template::{new_interpolation, new_template};
pub use union::{type_or as type_union, union_args};

/// A `T_OBJECT` member that Python code may not set.
const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: if doc.to_bytes().is_empty() { core::ptr::null() } else { doc.as_ptr() },
    }
}

/// `complex(real, imag)`.
pub fn new_complex(t: &Thread, real: f64, imag: f64) -> PyResult<Owned> {
    PyComplex::new(t, real, imag).map(Owned::into_object)
}

/// `slice(start, stop, step)`.
pub fn new_slice(t: &Thread, start: Owned, stop: Owned, step: Owned) -> PyResult<Owned> {
    PySlice::new(t, &start, &stop, &step).map(Owned::into_object)
}

/// The types of this crate that `builtins` shows, under their names.
pub fn builtin_types() -> Vec<(&'static str, &'static PyType)> {
    vec![
        ("bytearray", PyByteArray::class()),
        ("complex", PyComplex::class()),
        ("enumerate", builtin_iters::PyEnumerate::class()),
        ("filter", builtin_iters::PyFilter::class()),
        ("frozenset", PyFrozenSet::class()),
        ("map", builtin_iters::PyMap::class()),
        ("memoryview", PyMemoryView::class()),
        ("range", range::PyRange::class()),
        ("reversed", builtin_iters::PyReversed::class()),
        ("set", PySet::class()),
        ("slice", PySlice::class()),
        ("zip", builtin_iters::PyZip::class()),
    ]
}

/// Makes the types ready.
pub fn init_types(t: &Thread) -> PyResult<()> {
    use taipan_object::typeobject::add_static as add;
    bytearray::finish_static_types();
    add::<PyByteArray>(t)?;
    add::<bytearray::PyByteArrayIterator>(t)?;
    memoryview::finish_static_types();
    add::<memoryview::PyManagedBuffer>(t)?;
    add::<PyMemoryView>(t)?;
    add::<memoryview::PyMemoryIter>(t)?;
    add::<memoryview::PyBufferWrapper>(t)?;
    // SAFETY: at start-up, before anything else sees the type.
    unsafe { (*typing::PyGeneric::TYPE).tp_new = (*PyBaseObject::TYPE).tp_new };
    add::<range::PyRange>(t)?;
    add::<range::PyRangeIter>(t)?;
    add::<range::PyLongRangeIter>(t)?;
    add::<builtin_iters::PyEnumerate>(t)?;
    add::<builtin_iters::PyZip>(t)?;
    add::<builtin_iters::PyMap>(t)?;
    add::<builtin_iters::PyFilter>(t)?;
    add::<builtin_iters::PyReversed>(t)?;
    add::<iterator::PySeqIter>(t)?;
    add::<iterator::PyCallIter>(t)?;
    add::<generic_alias::PyGenericAlias>(t)?;
    add::<generic_alias::PyGenericAliasIter>(t)?;
    add::<union::PyUnion>(t)?;
    add::<template::PyTemplate>(t)?;
    add::<template::PyInterpolation>(t)?;
    add::<template::PyTemplateIter>(t)?;
    add::<typing::PyConstEvaluator>(t)?;
    add::<typing::PyNoDefault>(t)?;
    add::<typing::PyTypeVar>(t)?;
    add::<typing::PyParamSpecArgs>(t)?;
    add::<typing::PyParamSpecKwargs>(t)?;
    add::<typing::PyParamSpec>(t)?;
    add::<typing::PyTypeVarTuple>(t)?;
    add::<typing::PyTypeAlias>(t)?;
    add::<typing::PyGeneric>(t)?;
    // It is instantiated as `object` is, and says nothing of its own about that.
    if !taipan_object::typeobject::share::several()
        && let Some(dict) = typing::PyGeneric::class().dict()
    {
        dict.pop_item(t, taipan_object::name!(t, "__new__"))?;
    }
    add::<namespace::PySimpleNamespace>(t)?;
    add::<PyPickleBuffer>(t)?;
    add::<weakproxy::PyWeakProxy>(t)?;
    add::<weakproxy::PyCallableProxy>(t)?;
    add::<capsule::PyCapsule>(t)?;
    template::finish(t)
}
