//! Generic C entry points. The declaration macros make a marker type for each Python name; the functions here, one for
//! each C signature, are instantiated with it. So all code that crosses the C boundary is in this file.
//!
//! Every function here is called by the interpreter or by C with the GIL held and with live objects; the receiver's
//! type has been checked by the descriptor or is implied by the slot.

use crate::argparse::Args;
use crate::errors;
use crate::handle::{Class, CompareOp, Native, Object, Owned, PyResult, Sent, Visitor};
use crate::typeobject::PyType;
use core::ffi::{CStr, c_int, c_void};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, thread};

#[inline(always)]
fn to_ptr(result: PyResult) -> *mut PyObject {
    match result {
        Ok(value) => value.into_ptr(),
        Err(_) => core::ptr::null_mut(),
    }
}

#[inline(always)]
fn to_status(result: PyResult<()>) -> c_int {
    if result.is_ok() { 0 } else { -1 }
}

#[inline(always)]
unsafe fn tstate<'a>() -> &'a Thread {
    // SAFETY: these functions run with the GIL held.
    unsafe { thread::current() }
}

#[inline(always)]
unsafe fn this<'a, T>(ptr: *mut PyObject) -> &'a T {
    // Static methods have no receiver, and null stands for it.
    let ptr = if size_of::<T>() == 0 { core::ptr::dangling_mut() } else { ptr.cast::<T>() };
    // SAFETY: the receiver has the layout of the marker's `This`.
    unsafe { &*ptr }
}

#[inline(always)]
unsafe fn obj<'a>(ptr: *mut PyObject) -> &'a Object {
    // SAFETY: arguments are live objects.
    unsafe { Object::from_ptr(ptr) }
}

#[inline(always)]
unsafe fn opt<'a>(ptr: *mut PyObject) -> Option<&'a Object> {
    // SAFETY: arguments are live objects or null.
    unsafe { Object::from_ptr_opt(ptr) }
}

const fn method_def(name: &'static CStr, doc: &'static CStr, meth: PyMethodPointer, flags: c_int) -> PyMethodDef {
    PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: meth,
        ml_flags: flags,
        ml_doc: if doc.to_bytes().is_empty() { core::ptr::null() } else { doc.as_ptr() },
    }
}

/// A docstring, of so many bytes with the zero at the end. Docstrings lie apart from the names that every start reads: what
/// shares pages with those is in memory.
#[macro_export]
macro_rules! doc {
    ($length:literal, $bytes:literal) => {{
        #[cfg_attr(target_os = "linux", unsafe(link_section = ".taipan.doc"))]
        static DOC: [u8; $length] = *$bytes;
        match ::core::ffi::CStr::from_bytes_with_nul(&DOC) {
            Ok(text) => text,
            Err(_) => c"",
        }
    }};
}

/// The same entry with another docstring.
pub const fn with_doc(mut def: PyMethodDef, doc: &'static CStr) -> PyMethodDef {
    def.ml_doc = if doc.to_bytes().is_empty() { core::ptr::null() } else { doc.as_ptr() };
    def
}

/// A method without arguments.
pub trait NoArgs {
    type This;
    fn call(this: &Self::This, t: &Thread) -> PyResult;
}

unsafe extern "C" fn enter_no_args<M: NoArgs>(slf: *mut PyObject, _unused: *mut PyObject) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(this(slf), tstate())) }
}

/// `METH_NOARGS` entry.
pub const fn no_args<M: NoArgs>(name: &'static CStr, doc: &'static CStr, flags: c_int) -> PyMethodDef {
    method_def(name, doc, PyMethodPointer { PyCFunction: enter_no_args::<M> }, METH_NOARGS | flags)
}

/// A method with one positional argument.
pub trait OneArg {
    type This;
    fn call(this: &Self::This, t: &Thread, arg: &Object) -> PyResult;
}

unsafe extern "C" fn enter_one_arg<M: OneArg>(slf: *mut PyObject, arg: *mut PyObject) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(this(slf), tstate(), obj(arg))) }
}

/// `METH_O` entry.
pub const fn one_arg<M: OneArg>(name: &'static CStr, doc: &'static CStr, flags: c_int) -> PyMethodDef {
    method_def(name, doc, PyMethodPointer { PyCFunction: enter_one_arg::<M> }, METH_O | flags)
}

/// A method with positional arguments.
pub trait Fast {
    type This;
    fn call(this: &Self::This, t: &Thread, args: &[&Object]) -> PyResult;
}

unsafe extern "C" fn enter_fast<M: Fast>(
    slf: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: see the module's header; `&Object` is a non-null object pointer.
    unsafe { to_ptr(M::call(this(slf), tstate(), arg_slice(args, nargs as usize))) }
}

/// `METH_FASTCALL` entry.
pub const fn fast<M: Fast>(name: &'static CStr, doc: &'static CStr, flags: c_int) -> PyMethodDef {
    method_def(name, doc, PyMethodPointer { PyCFunctionFast: enter_fast::<M> }, METH_FASTCALL | flags)
}

/// A C array of arguments as a slice.
///
/// # Safety
/// `args` points to `n` live objects.
#[inline(always)]
pub unsafe fn arg_slice<'a>(args: *const *mut PyObject, n: usize) -> &'a [&'a Object] {
    if n == 0 {
        return &[];
    }
    // SAFETY: the caller's promise; `&Object` is a non-null object pointer.
    unsafe { core::slice::from_raw_parts(args.cast::<&Object>(), n) }
}

/// A method with positional and keyword arguments.
pub trait FastKeywords {
    type This;
    fn call(this: &Self::This, t: &Thread, args: Args<'_>) -> PyResult;
}

unsafe extern "C" fn enter_fast_keywords<M: FastKeywords>(
    slf: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(this(slf), tstate(), Args::from_vectorcall(args, nargs as usize, kwnames))) }
}

/// `METH_FASTCALL | METH_KEYWORDS` entry.
pub const fn fast_keywords<M: FastKeywords>(name: &'static CStr, doc: &'static CStr, flags: c_int) -> PyMethodDef {
    method_def(
        name,
        doc,
        PyMethodPointer { PyCFunctionFastWithKeywords: enter_fast_keywords::<M> },
        METH_FASTCALL | METH_KEYWORDS | flags,
    )
}

unsafe extern "C" fn enter_with_class<M: FastKeywords>(
    slf: *mut PyObject,
    _defining: *mut PyTypeObject,
    args: *const *mut PyObject,
    nargs: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(this(slf), tstate(), Args::from_vectorcall(args, nargs, kwnames))) }
}

/// `METH_METHOD | METH_FASTCALL | METH_KEYWORDS` entry.
pub const fn fast_keywords_with_class<M: FastKeywords>(
    name: &'static CStr,
    doc: &'static CStr,
    flags: c_int,
) -> PyMethodDef {
    method_def(
        name,
        doc,
        PyMethodPointer { PyCMethod: enter_with_class::<M> },
        METH_METHOD | METH_FASTCALL | METH_KEYWORDS | flags,
    )
}

/// A computed attribute.
pub trait Getter {
    type This;
    fn call(this: &Self::This, t: &Thread) -> PyResult;
}

pub unsafe extern "C" fn getter<M: Getter>(slf: *mut PyObject, _closure: *mut c_void) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(this(slf), tstate())) }
}

/// Assignment to or deletion of a computed attribute.
pub trait Setter {
    type This;
    fn call(this: &Self::This, t: &Thread, value: Option<&Object>) -> PyResult<()>;
}

pub unsafe extern "C" fn setter<M: Setter>(slf: *mut PyObject, value: *mut PyObject, _closure: *mut c_void) -> c_int {
    // SAFETY: see the module's header.
    unsafe { to_status(M::call(this(slf), tstate(), opt(value))) }
}

macro_rules! slot_entries {
    ($($(#[$doc:meta])* $trait:ident $func:ident ($($sig:tt)*) => ($($c_sig:tt)*) -> $c_ret:ty $body:block)*) => {
        $(
            $(#[$doc])*
            pub trait $trait {
                type This;
                $($sig)*
            }
            $(#[$doc])*
            pub unsafe extern "C" fn $func<M: $trait>($($c_sig)*) -> $c_ret {
                // SAFETY: see the module's header.
                unsafe { $body }
            }
        )*
    };
}

slot_entries! {
    /// `unaryfunc`, `reprfunc`, `getiterfunc`.
    Unary unary (fn call(this: &Self::This, t: &Thread) -> PyResult;)
        => (slf: *mut PyObject) -> *mut PyObject { to_ptr(M::call(this(slf), tstate())) }
    /// `iternextfunc`: null without an exception at the end.
    IterNext iter_next (fn call(this: &Self::This, t: &Thread) -> PyResult<Option<Owned>>;)
        => (slf: *mut PyObject) -> *mut PyObject {
            match M::call(this(slf), tstate()) {
                Ok(Some(value)) => value.into_ptr(),
                Ok(None) | Err(_) => core::ptr::null_mut(),
            }
        }
    /// `hashfunc`.
    Hash hash (fn call(this: &Self::This, t: &Thread) -> PyResult<isize>;)
        => (slf: *mut PyObject) -> Py_hash_t {
            match M::call(this(slf), tstate()) {
                Ok(-1) => -2,
                Ok(hash) => hash,
                Err(_) => -1,
            }
        }
    /// `inquiry` of `nb_bool`.
    Inquiry inquiry (fn call(this: &Self::This, t: &Thread) -> PyResult<bool>;)
        => (slf: *mut PyObject) -> c_int { M::call(this(slf), tstate()).map_or(-1, c_int::from) }
    /// `lenfunc`.
    Length length (fn call(this: &Self::This, t: &Thread) -> PyResult<usize>;)
        => (slf: *mut PyObject) -> Py_ssize_t { M::call(this(slf), tstate()).map_or(-1, |n| n as isize) }
    /// `ternaryfunc` of `tp_call`.
    Call call (fn call(this: &Self::This, t: &Thread, args: Args<'_>) -> PyResult;)
        => (slf: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject {
            to_ptr(M::call(this(slf), tstate(), Args::from_tuple_dict(args, kwargs)))
        }
    /// `initproc`.
    Init init (fn call(this: &Self::This, t: &Thread, args: Args<'_>) -> PyResult;)
        => (slf: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> c_int {
            to_status(M::call(this(slf), tstate(), Args::from_tuple_dict(args, kwargs)).map(drop))
        }
    /// `binaryfunc` whose first operand is the receiver.
    Binary binary (fn call(this: &Self::This, t: &Thread, other: &Object) -> PyResult;)
        => (slf: *mut PyObject, other: *mut PyObject) -> *mut PyObject {
            to_ptr(M::call(this(slf), tstate(), obj(other)))
        }
    /// `ssizeargfunc`.
    IndexArg index_arg (fn call(this: &Self::This, t: &Thread, index: isize) -> PyResult;)
        => (slf: *mut PyObject, index: Py_ssize_t) -> *mut PyObject { to_ptr(M::call(this(slf), tstate(), index)) }
    /// `ssizeobjargproc`.
    AssignIndex assign_index
        (fn call(this: &Self::This, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()>;)
        => (slf: *mut PyObject, index: Py_ssize_t, value: *mut PyObject) -> c_int {
            to_status(M::call(this(slf), tstate(), index, opt(value)))
        }
    /// `objobjargproc`, `setattrofunc`, `descrsetfunc`.
    Assign assign (fn call(this: &Self::This, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()>;)
        => (slf: *mut PyObject, key: *mut PyObject, value: *mut PyObject) -> c_int {
            to_status(M::call(this(slf), tstate(), obj(key), opt(value)))
        }
    /// `objobjproc`.
    Contains contains (fn call(this: &Self::This, t: &Thread, other: &Object) -> PyResult<bool>;)
        => (slf: *mut PyObject, other: *mut PyObject) -> c_int {
            M::call(this(slf), tstate(), obj(other)).map_or(-1, c_int::from)
        }
    /// `richcmpfunc`.
    RichCompare rich_compare (fn call(this: &Self::This, t: &Thread, other: &Object, op: CompareOp) -> PyResult;)
        => (slf: *mut PyObject, other: *mut PyObject, op: c_int) -> *mut PyObject {
            to_ptr(M::call(this(slf), tstate(), obj(other), CompareOp::from_c(op)))
        }
    /// `descrgetfunc`.
    DescrGet descr_get
        (fn call(this: &Self::This, t: &Thread, object: Option<&Object>, class: Option<&Object>) -> PyResult;)
        => (slf: *mut PyObject, object: *mut PyObject, class: *mut PyObject) -> *mut PyObject {
            to_ptr(M::call(this(slf), tstate(), opt(object), opt(class)))
        }
    /// `destructor` of `tp_finalize`.
    Finalize finalize (fn call(this: &Self::This, t: &Thread);)
        => (slf: *mut PyObject) -> () {
            let t = tstate();
            let pending = errors::save(t);
            M::call(this(slf), t);
            errors::restore(t, pending);
        }
    /// `inquiry` of `tp_clear`.
    ClearSlot clear_slot (fn call(this: &Self::This);)
        => (slf: *mut PyObject) -> c_int { M::call(this(slf)); 0 }
    /// `traverseproc`.
    TraverseSlot traverse_slot (fn call(this: &Self::This, visitor: &mut Visitor<'_>);)
        => (slf: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
            let mut visitor = Visitor::new(visit, arg);
            traverse_type(slf, &mut visitor);
            M::call(this(slf), &mut visitor);
            visitor.result()
        }
    /// `sendfunc`.
    Send send (fn call(this: &Self::This, t: &Thread, value: &Object) -> PyResult<Sent>;)
        => (slf: *mut PyObject, value: *mut PyObject, out: *mut *mut PyObject) -> c_int {
            match M::call(this(slf), tstate(), obj(value)) {
                Ok(Sent::Next(v)) => { *out = v.into_ptr(); PYGEN_NEXT }
                Ok(Sent::Return(v)) => { *out = v.into_ptr(); PYGEN_RETURN }
                Err(_) => { *out = core::ptr::null_mut(); PYGEN_ERROR }
            }
        }
    /// `getbufferproc`.
    GetBuffer get_buffer
        (fn call(this: &Self::This, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()>;)
        => (slf: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
            if view.is_null() {
                let _ = crate::err!(tstate(), BufferError, "getbuffer: view==NULL argument is obsolete");
                return -1;
            }
            to_status(M::call(this(slf), tstate(), &mut *view, flags))
        }
    /// `releasebufferproc`.
    ReleaseBuffer release_buffer (fn call(this: &Self::This, t: &Thread, view: &mut Py_buffer);)
        => (slf: *mut PyObject, view: *mut Py_buffer) -> () { M::call(this(slf), tstate(), &mut *view) }
}

/// `binaryfunc` of a number slot: either operand may be of the type.
pub trait FreeBinary {
    fn call(t: &Thread, left: &Object, right: &Object) -> PyResult;
}

pub unsafe extern "C" fn free_binary<M: FreeBinary>(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(tstate(), obj(left), obj(right))) }
}

/// `ternaryfunc` of `nb_power`.
pub trait FreeTernary {
    fn call(t: &Thread, left: &Object, right: &Object, modulus: &Object) -> PyResult;
}

pub unsafe extern "C" fn free_ternary<M: FreeTernary>(
    left: *mut PyObject,
    right: *mut PyObject,
    modulus: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(tstate(), obj(left), obj(right), obj(modulus))) }
}

/// `newfunc`.
pub trait New {
    fn call(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult;
}

pub unsafe extern "C" fn new<M: New>(
    class: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(M::call(&*class.cast::<PyType>(), tstate(), Args::from_tuple_dict(args, kwargs))) }
}

/// `vectorcallfunc` of a type: construction without argument tuple.
pub trait TypeVectorcall {
    fn call(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult;
}

pub unsafe extern "C" fn type_vectorcall<M: TypeVectorcall>(
    class: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe {
        let nargs = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        to_ptr(M::call(&*class.cast::<PyType>(), tstate(), Args::from_vectorcall(args, nargs, kwnames)))
    }
}

/// `tp_call` of types whose instances have a vectorcall function (`PyVectorcall_Call`).
#[unsafe(export_name = "PyVectorcall_Call")]
pub unsafe extern "C" fn vectorcall_call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe { to_ptr(crate::call::vectorcall_call(tstate(), obj(callable), args, kwargs)) }
}

/// Heap types are referred to by their instances; `tp_traverse` visits the type.
pub(crate) unsafe fn traverse_type(slf: *mut PyObject, visitor: &mut Visitor<'_>) {
    // SAFETY: a live object.
    unsafe {
        let ty = (*slf).ob_type;
        if (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE != 0
            && (*ty).tp_dealloc.is_none_or(|f| f as usize != crate::typeobject::subtype_dealloc as *const () as usize)
        {
            visitor.visit_ptr(ty.cast());
        }
    }
}

/// `tp_dealloc` of structs declared with `#[object]`.
pub unsafe extern "C" fn native_dealloc<T: Class + Native>(slf: *mut PyObject) {
    // SAFETY: the object is dead: nobody sees its fields after they are dropped.
    unsafe {
        let ty = (*slf).ob_type;
        if (*ty).tp_finalize.is_some()
            && (*ty).tp_dealloc.map(|f| f as usize) == (*T::TYPE).tp_dealloc.map(|f| f as usize)
            && taipan_runtime::gc::call_finalizer_from_dealloc(slf)
        {
            return;
        }
        native_dealloc_unfinalized::<T>(slf);
    }
}

/// As [`native_dealloc`], of types whose own instances have no finalizer that needs to run: those of classes made by a
/// `class` statement have run theirs before.
#[inline]
pub unsafe extern "C" fn native_dealloc_unfinalized<T: Class + Native>(slf: *mut PyObject) {
    // SAFETY: as in `native_dealloc`.
    unsafe {
        let ty = (*slf).ob_type;
        if (*ty).tp_flags & Py_TPFLAGS_HAVE_GC != 0 {
            taipan_runtime::gc::maybe_untrack(slf);
        }
        if (*ty).tp_weaklistoffset > 0 {
            crate::weakref::clear_weakrefs(slf);
        }
        core::ptr::drop_in_place(slf.cast::<T>());
        if core::ptr::eq(ty, T::TYPE)
            && (*ty).tp_basicsize as usize == size_of::<T>()
            && (*ty).tp_flags & (Py_TPFLAGS_PREHEADER | Py_TPFLAGS_HAVE_GC) == Py_TPFLAGS_HAVE_GC
        {
            return taipan_runtime::gc::free_sized(slf, size_of::<T>(), size_of::<PyGC_Head>());
        }
        crate::typeobject::free_instance(slf, ty);
    }
}

/// `tp_traverse` of structs declared with `#[object]`.
pub unsafe extern "C" fn native_traverse<T: Class + Native>(
    slf: *mut PyObject,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: see the module's header.
    unsafe {
        let mut visitor = Visitor::new(visit, arg);
        traverse_type(slf, &mut visitor);
        this::<T>(slf).traverse(&mut visitor);
        visitor.result()
    }
}

/// `tp_clear` of structs declared with `#[object]`.
pub unsafe extern "C" fn native_clear<T: Class + Native>(slf: *mut PyObject) -> c_int {
    // SAFETY: see the module's header.
    unsafe { this::<T>(slf).clear() };
    0
}

/// Types whose instances are called without making a tuple.
pub trait Vectorcall: crate::handle::Layout {
    /// `self(*args, **kwargs)`.
    fn vectorcall(&self, t: &Thread, args: Args<'_>) -> PyResult;
}

/// The field that `vectorcall = FIELD` of `#[class]` names.
#[repr(transparent)]
pub struct CallEntry(Option<vectorcallfunc>);

impl CallEntry {
    /// The entry that calls `T`'s [`Vectorcall`].
    pub const fn of<T: Vectorcall>() -> Self {
        Self(Some(object_vectorcall::<T>))
    }
}

impl crate::handle::Traverse for CallEntry {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

/// `vectorcallfunc` of an instance.
pub unsafe extern "C" fn object_vectorcall<T: Vectorcall>(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see the module's header.
    unsafe {
        let t = tstate();
        if crate::call::enter_recursive(t, " while calling a Python object").is_err() {
            return core::ptr::null_mut();
        }
        let nargs = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        to_ptr(this::<T>(callable).vectorcall(t, Args::from_vectorcall(args, nargs, kwnames)))
    }
}
