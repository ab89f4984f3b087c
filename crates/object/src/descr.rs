//! Descriptors (`Objects/descrobject.c`, `funcobject.c`): methods, members, computed attributes and slot wrappers of
//! native types; `classmethod`, `staticmethod`, `property`, `mappingproxy`.

use crate::argparse::{Args, Kwargs};
use crate::handle::{Class, CompareOp, Head, Object, Own, Owned, PyResult, Raised, Slot};
use crate::typeobject::slotdefs::{PyWrapperFlag_KEYWORDS, Row};
use crate::typeobject::{PyType, init_head, new_object, slots, static_type};
use crate::{PyDict, PyStr, PyTuple, attr, err, exceptions, layout, name, singletons};
use core::ffi::{CStr, c_char, c_int, c_void};
use taipan_macros::{class, object};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount, thread};

layout!(
    /// `method_descriptor`.
    PyMethodDescr,
    PyMethodDescrObject
);
layout!(
    /// `classmethod_descriptor`.
    PyClassMethodDescr,
    PyMethodDescrObject
);
layout!(
    /// `member_descriptor`.
    PyMemberDescr,
    PyMemberDescrObject
);
layout!(
    /// `getset_descriptor`.
    PyGetSetDescr,
    PyGetSetDescrObject
);
layout!(
    /// `wrapper_descriptor`.
    PyWrapperDescr,
    PyWrapperDescrObject
);

unsafe extern "C" fn descr_dealloc(op: *mut PyObject) {
    // SAFETY: the descriptor is dead.
    unsafe {
        gc::maybe_untrack(op);
        let d = op.cast::<PyDescrObject>();
        refcount::xdecref((*d).d_type.cast());
        refcount::xdecref((*d).d_name);
        refcount::xdecref((*d).d_qualname);
        crate::typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn descr_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live descriptor.
    unsafe {
        let d = op.cast::<PyDescrObject>();
        if (*d).d_type.is_null() { 0 } else { visit((*d).d_type.cast(), arg) }
    }
}

/// Allocates a descriptor of type `ty` with its common fields.
unsafe fn alloc(t: &Thread, ty: *mut PyTypeObject, size: usize, owner: &PyType, name: &PyStr) -> PyResult {
    let op = gc::alloc(t, size, size_of::<PyGC_Head>());
    if op.is_null() {
        return Err(crate::errors::no_memory(t));
    }
    // SAFETY: a fresh block.
    unsafe {
        core::ptr::write_bytes(op.cast::<u8>(), 0, size);
        init_head(op, ty);
        let d = op.cast::<PyDescrObject>();
        (*d).d_type = owner.own().into_object().into_ptr().cast();
        (*d).d_name = name.own().into_object().into_ptr();
        gc::track(op);
        Ok(Owned::from_ptr(op))
    }
}

unsafe fn c_text<'a>(text: *const c_char) -> std::borrow::Cow<'a, str> {
    // SAFETY: callers pass C strings that live as long as their tables.
    unsafe { CStr::from_ptr(text).to_string_lossy() }
}

/// A descriptor for one entry of `tp_methods`, whose name is given as an interned string too.
///
/// # Safety
/// `def` lives as long as the type.
pub unsafe fn new_method(t: &Thread, owner: &PyType, def: *mut PyMethodDef, name: &PyStr) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe { method_descriptor(t, owner, def, name, (*def).ml_flags & METH_CLASS != 0) }
}

/// A class method descriptor for one entry of `tp_methods`, whatever its flags say.
///
/// # Safety
/// `def` lives as long as the type.
pub unsafe fn new_class_method(t: &Thread, owner: &PyType, def: *mut PyMethodDef, name: &PyStr) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe { method_descriptor(t, owner, def, name, true) }
}

unsafe fn method_descriptor(
    t: &Thread,
    owner: &PyType,
    def: *mut PyMethodDef,
    name: &PyStr,
    class_method: bool,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let flags = (*def).ml_flags;
        const CONVENTIONS: [c_int; 7] = [
            METH_VARARGS,
            METH_VARARGS | METH_KEYWORDS,
            METH_FASTCALL,
            METH_FASTCALL | METH_KEYWORDS,
            METH_NOARGS,
            METH_O,
            METH_METHOD | METH_FASTCALL | METH_KEYWORDS,
        ];
        if !CONVENTIONS.contains(&(flags & !(METH_CLASS | METH_STATIC | METH_COEXIST))) {
            return Err(err!(t, SystemError, "{}() method: bad call flags", name.display()));
        }
        if flags & METH_STATIC != 0 {
            let function = crate::cfunction::PyCFunction::new(t, def, Some(owner.as_object()), None, None)?;
            return PyStaticMethod::new(t, &function).map(Owned::into_object);
        }
        let ty = if class_method { static_type::<PyClassMethodDescr>() } else { static_type::<PyMethodDescr>() };
        let descr = alloc(t, ty, size_of::<PyMethodDescrObject>(), owner, name)?;
        let raw = descr.as_ptr().cast::<PyMethodDescrObject>();
        (*raw).d_method = def;
        if !class_method {
            (*raw).vectorcall = Some(match flags & !(METH_COEXIST) {
                METH_NOARGS => method_vectorcall_noargs,
                METH_O => method_vectorcall_o,
                METH_FASTCALL => method_vectorcall_fast,
                METH_FASTCALL_KEYWORDS => method_vectorcall_fast_keywords,
                _ => method_vectorcall_general,
            });
        }
        Ok(descr)
    }
}

const METH_FASTCALL_KEYWORDS: c_int = METH_FASTCALL | METH_KEYWORDS;

/// A descriptor for one entry of `tp_members`.
///
/// # Safety
/// `def` lives as long as the type.
pub unsafe fn new_member(t: &Thread, owner: &PyType, def: *mut PyMemberDef, name: &PyStr) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let descr = alloc(t, static_type::<PyMemberDescr>(), size_of::<PyMemberDescrObject>(), owner, name)?;
        (*descr.as_ptr().cast::<PyMemberDescrObject>()).d_member = def;
        Ok(descr)
    }
}

/// The closure of entries of `tp_getset` whose descriptor is a member descriptor: what CPython keeps in a field of a C
/// structure, and a type of ours elsewhere. Programs look at the kind of the descriptor (joblib sets
/// `Pickler.dispatch_table` through it).
pub const SHOWN_AS_MEMBER: *mut c_void = core::ptr::dangling_mut::<u8>().cast();

/// The type of a member that functions read and write; its offset is the address of the `PyGetSetDef`.
const T_FUNCTIONS: c_int = -1;

/// A descriptor for one entry of `tp_getset`.
///
/// # Safety
/// `def` lives as long as the type.
pub unsafe fn new_getset(t: &Thread, owner: &PyType, def: *mut PyGetSetDef, name: &PyStr) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*def).closure == SHOWN_AS_MEMBER {
            let flags = if (*def).set.is_none() { Py_READONLY } else { 0 };
            // Types of ours live as long as the process; so does the entry.
            let member = Box::leak(Box::new(PyMemberDef {
                name: (*def).name,
                r#type: T_FUNCTIONS,
                offset: def as isize,
                flags,
                doc: (*def).doc,
            }));
            return new_member(t, owner, member, name);
        }
        let descr = alloc(t, static_type::<PyGetSetDescr>(), size_of::<PyGetSetDescrObject>(), owner, name)?;
        (*descr.as_ptr().cast::<PyGetSetDescrObject>()).d_getset = def;
        Ok(descr)
    }
}

/// A descriptor for a slot that a native type fills.
pub fn new_wrapper(t: &Thread, owner: &PyType, row: Row, name: &PyStr, wrapped: *mut c_void) -> PyResult {
    // SAFETY: rows are static.
    unsafe {
        let descr = alloc(t, static_type::<PyWrapperDescr>(), size_of::<PyWrapperDescrObject>(), owner, name)?;
        let raw = descr.as_ptr().cast::<PyWrapperDescrObject>();
        (*raw).d_base = row.as_ptr();
        (*raw).d_wrapped = wrapped;
        Ok(descr)
    }
}

fn common(descr: &Object) -> *mut PyDescrObject {
    descr.as_ptr().cast()
}

/// The type that a descriptor belongs to.
fn owner(descr: &Object) -> &PyType {
    // SAFETY: a live descriptor keeps its type.
    unsafe { PyType::from_type_ptr((*common(descr)).d_type) }
}

fn descr_name(descr: &Object) -> String {
    // SAFETY: a live descriptor keeps its name.
    unsafe {
        Object::from_ptr_opt((*common(descr)).d_name)
            .and_then(|n| n.downcast::<PyStr>().map(PyStr::to_string_lossy))
            .unwrap_or_else(|| "?".to_string())
    }
}

fn descr_name_object(descr: &Object) -> Owned {
    // SAFETY: a live descriptor keeps its name.
    unsafe { Object::from_ptr_opt((*common(descr)).d_name).map_or_else(|| singletons::none().own(), Own::own) }
}

/// Whether an object is one of the descriptors of native types that note their qualified name.
pub(crate) fn is_native_descriptor(object: &Object) -> bool {
    object.is_exact::<PyMethodDescr>()
        || object.is_exact::<PyClassMethodDescr>()
        || object.is_exact::<PyMemberDescr>()
        || object.is_exact::<PyGetSetDescr>()
        || object.is_exact::<PyWrapperDescr>()
}

pub(crate) fn descr_qualname(t: &Thread, descr: &Object) -> PyResult {
    // SAFETY: the cached name is a string or null.
    unsafe {
        if let Some(found) = Object::from_ptr_opt((*common(descr)).d_qualname) {
            return Ok(found.own());
        }
        let class = owner(descr).as_object().getattr(t, name!(t, "__qualname__"))?;
        let made = PyStr::from_fmt(t, format_args!("{}.{}", class.str_lossy(t), descr_name(descr)))?;
        (*common(descr)).d_qualname = made.clone().into_object().into_ptr();
        Ok(made.into_object())
    }
}

fn descr_reduce(t: &Thread, descr: &Object) -> PyResult {
    let builtins = crate::state::import(t, "builtins")?;
    let getattr = builtins.getattr(t, name!(t, "getattr"))?;
    let arguments = PyTuple::from_vec(t, vec![owner(descr).as_object().own(), descr_name_object(descr)])?;
    PyTuple::from_vec(t, vec![getattr, arguments.into_object()]).map(Owned::into_object)
}

/// Raises unless the object is an instance of the descriptor's type (`descr_check`).
fn check(t: &Thread, descr: &Object, object: &Object) -> PyResult<()> {
    if object.class().is_subtype(owner(descr)) {
        return Ok(());
    }
    Err(err!(
        t,
        TypeError,
        "descriptor '{}' for '{:.100}' objects doesn't apply to a '{:.100}' object",
        descr_name(descr),
        owner(descr).name_lossy(),
        object.class().name_lossy()
    ))
}

fn check_set(t: &Thread, descr: &Object, object: &Object) -> PyResult<()> {
    if object.class().is_subtype(owner(descr)) {
        return Ok(());
    }
    Err(err!(
        t,
        TypeError,
        "descriptor '{}' for '{:.100}' objects doesn't apply to a '{:.100}' object",
        descr_name(descr),
        owner(descr).name_lossy(),
        object.class().name_lossy()
    ))
}

/// "list.append" as it stands in messages about calls (`_PyObject_FunctionStr`).
fn function_str(descr: &Object) -> String {
    format!("{}.{}", owner(descr).short_name_lossy(), descr_name(descr))
}

/// A descriptor was called without the object that it is for.
#[cold]
fn needs_argument(t: &Thread, descr: &Object) -> Raised {
    let (name, owner) = (descr_name(descr), owner(descr).name_lossy());
    err!(t, TypeError, "descriptor '{name}' of '{owner:.100}' object needs an argument")
}

/// Checks the receiver of a method called through its descriptor.
#[inline(always)]
unsafe fn method_check(
    t: &Thread,
    descr: &Object,
    args: *const *mut PyObject,
    nargs: usize,
    kwnames: *mut PyObject,
) -> PyResult<()> {
    // SAFETY: the arguments of a vectorcall.
    unsafe {
        if nargs < 1 {
            return Err(err!(t, TypeError, "unbound method {}() needs an argument", function_str(descr)));
        }
        let object = Object::from_ptr(*args);
        if !object.class().is_subtype(owner(descr)) {
            check(t, descr, object)?;
        }
        if let Some(names) = Object::from_ptr_opt(kwnames)
            && names.cast_unchecked::<PyTuple>().len() > 0
        {
            return Err(err!(t, TypeError, "{}() takes no keyword arguments", function_str(descr)));
        }
        Ok(())
    }
}

macro_rules! method_vectorcalls {
    ($($name:ident($t:ident, $descr:ident, $def:ident, $args:ident, $nargs:ident, $kwnames:ident) $body:block)*) => {
        $(
            unsafe extern "C" fn $name(
                callable: *mut PyObject, $args: *const *mut PyObject, nargsf: usize, $kwnames: *mut PyObject,
            ) -> *mut PyObject {
                // SAFETY: called as a vectorcall function, with the GIL held.
                unsafe {
                    let $t = thread::current();
                    let $descr = Object::from_ptr(callable);
                    let $nargs = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
                    let $def = (*callable.cast::<PyMethodDescrObject>()).d_method;
                    $body
                }
            }
        )*
    };
}

method_vectorcalls! {
    method_vectorcall_noargs(t, descr, def, args, nargs, kwnames) {
        if method_check(t, descr, args, nargs, kwnames).is_err() { return core::ptr::null_mut(); }
        if nargs != 1 {
            let _ = err!(t, TypeError, "{}() takes no arguments ({} given)", function_str(descr), nargs - 1);
            return core::ptr::null_mut();
        }
        if crate::call::enter_recursive(t, " while calling a Python object").is_err() { return core::ptr::null_mut(); }
        ((*def).ml_meth.PyCFunction)(*args, core::ptr::null_mut())
    }
    method_vectorcall_o(t, descr, def, args, nargs, kwnames) {
        if method_check(t, descr, args, nargs, kwnames).is_err() { return core::ptr::null_mut(); }
        if nargs != 2 {
            let _ = err!(t, TypeError, "{}() takes exactly one argument ({} given)", function_str(descr), nargs - 1);
            return core::ptr::null_mut();
        }
        if crate::call::enter_recursive(t, " while calling a Python object").is_err() { return core::ptr::null_mut(); }
        ((*def).ml_meth.PyCFunction)(*args, *args.add(1))
    }
    method_vectorcall_fast(t, descr, def, args, nargs, kwnames) {
        if method_check(t, descr, args, nargs, kwnames).is_err() { return core::ptr::null_mut(); }
        if crate::call::enter_recursive(t, " while calling a Python object").is_err() { return core::ptr::null_mut(); }
        ((*def).ml_meth.PyCFunctionFast)(*args, args.add(1), nargs as isize - 1)
    }
    method_vectorcall_fast_keywords(t, descr, def, args, nargs, kwnames) {
        if method_check(t, descr, args, nargs, core::ptr::null_mut()).is_err() { return core::ptr::null_mut(); }
        if crate::call::enter_recursive(t, " while calling a Python object").is_err() { return core::ptr::null_mut(); }
        ((*def).ml_meth.PyCFunctionFastWithKeywords)(*args, args.add(1), nargs as isize - 1, kwnames)
    }
    method_vectorcall_general(t, descr, def, args, nargs, kwnames) {
        if method_check(t, descr, args, nargs, core::ptr::null_mut()).is_err() { return core::ptr::null_mut(); }
        let arguments = Args::from_vectorcall(args.add(1), nargs - 1, kwnames);
        match crate::cfunction::call_def(t, def, *args, Some(owner(descr)), &arguments, &|| function_str(descr)) {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// The docstring part of `ml_doc`, after the signature.
pub fn doc_without_signature<'a>(name: &str, doc: &'a str) -> &'a str {
    match signature_end(name, doc) {
        Some(end) => &doc[end..],
        None => doc,
    }
}

/// Where the docstring begins if `doc` starts with "name(...)\n--\n\n".
fn signature_end(name: &str, doc: &str) -> Option<usize> {
    let short = name.rsplit('.').next().unwrap_or(name);
    let rest = doc.strip_prefix(short)?;
    if !rest.starts_with('(') {
        return None;
    }
    doc.find(")\n--\n\n").map(|at| at + 6)
}

/// `__text_signature__`: "(a, b)" of "name(a, b)\n--\n\n".
pub fn text_signature<'a>(name: &str, doc: &'a str) -> Option<&'a str> {
    signature_end(name, doc)?;
    let short = name.rsplit('.').next().unwrap_or(name);
    let at = doc.find(")\n--\n\n")?;
    Some(&doc[short.len()..=at])
}

fn doc_of(t: &Thread, name: &str, doc: *const c_char) -> PyResult {
    if doc.is_null() {
        return singletons::ok_none();
    }
    // SAFETY: a C string.
    let text = unsafe { c_text(doc) };
    match doc_without_signature(name, &text) {
        "" => singletons::ok_none(),
        doc => PyStr::from_str(t, doc).map(Owned::into_object),
    }
}

fn signature_of(t: &Thread, name: &str, doc: *const c_char, flags: c_int) -> PyResult {
    // SAFETY: null or a C string.
    let text = if doc.is_null() { None } else { Some(unsafe { c_text(doc) }) };
    match text.as_deref().and_then(|text| text_signature(name, text)).or_else(|| default_signature(flags)) {
        Some(signature) => PyStr::from_str(t, signature).map(Owned::into_object),
        None => singletons::ok_none(),
    }
}

/// What the calling convention alone says about the parameters.
fn default_signature(flags: c_int) -> Option<&'static str> {
    const NO_ARGS_CLASS: c_int = METH_NOARGS | METH_CLASS;
    const NO_ARGS_STATIC: c_int = METH_NOARGS | METH_STATIC;
    const O_CLASS: c_int = METH_O | METH_CLASS;
    const O_STATIC: c_int = METH_O | METH_STATIC;
    match flags & !METH_COEXIST {
        METH_NOARGS => Some("($self, /)"),
        NO_ARGS_CLASS => Some("($type, /)"),
        NO_ARGS_STATIC => Some("()"),
        METH_O => Some("($self, object, /)"),
        O_CLASS => Some("($type, object, /)"),
        O_STATIC => Some("(object, /)"),
        _ => None,
    }
}

/// `__doc__` of a native function.
pub(crate) fn function_doc(t: &Thread, def: *mut PyMethodDef) -> PyResult {
    // SAFETY: a live table entry.
    unsafe { doc_of(t, &c_text((*def).ml_name), (*def).ml_doc) }
}

/// `__text_signature__` of a native function.
pub(crate) fn function_signature(t: &Thread, def: *mut PyMethodDef) -> PyResult {
    // SAFETY: a live table entry.
    unsafe { signature_of(t, &c_text((*def).ml_name), (*def).ml_doc, (*def).ml_flags) }
}

const fn descr_member(name: &'static CStr, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

macro_rules! members {
    ($($ty:ty),*) => { $(impl $ty { const MEMBERS_LEN: usize = 3; })* };
}
members!(PyMethodDescr, PyClassMethodDescr, PyMemberDescr, PyGetSetDescr, PyWrapperDescr);

const fn descr_members() -> [PyMemberDef; 3] {
    [
        descr_member(c"__objclass__", core::mem::offset_of!(PyDescrObject, d_type)),
        descr_member(c"__name__", core::mem::offset_of!(PyDescrObject, d_name)),
        PyMemberDef::END,
    ]
}

impl PyMethodDescr {
    /// The table entry.
    pub fn method_def(&self) -> *mut PyMethodDef {
        // SAFETY: plain field.
        unsafe { (*self.raw()).d_method }
    }

    /// The type whose method it is.
    pub fn owner(&self) -> &PyType {
        owner(self)
    }

    /// The method bound to an object of the type.
    pub fn bind(&self, t: &Thread, object: &Object) -> PyResult {
        check(t, self, object)?;
        let def = self.method_def();
        // SAFETY: a live table entry.
        let class = unsafe { if (*def).ml_flags & METH_METHOD != 0 { Some(owner(self)) } else { None } };
        // SAFETY: the entry lives as long as the type, which the bound object keeps alive.
        unsafe { crate::cfunction::PyCFunction::new(t, def, Some(object), None, class).map(Owned::into_object) }
    }
}

#[class(name = "method_descriptor", layout, export = PyMethodDescr_Type, flags(HAVE_GC, METHOD_DESCRIPTOR, HAVE_VECTORCALL),
    dealloc = descr_dealloc, traverse = descr_traverse, call = crate::tramp::vectorcall_call, getattro = attr::generic_getattr_slot,
    members = descr_members())]
impl PyMethodDescr {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<method '{}' of '{}' objects>", descr_name(self), owner(self).name_lossy()))
            .map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, class: Option<&Object>) -> PyResult {
        let Some(object) = object else { return Ok(self.as_object().own()) };
        let bound = self.bind(t, object)?;
        // SAFETY: a live table entry.
        let with_class = unsafe { (*self.method_def()).ml_flags & METH_METHOD != 0 };
        if with_class && let Some(class) = class.filter(|class| class.downcast::<PyType>().is_none()) {
            return Err(err!(
                t,
                TypeError,
                "descriptor '{}' needs a type, not '{}', as arg 2",
                descr_name(self),
                class.class().name_lossy()
            ));
        }
        Ok(bound)
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        function_doc(t, self.method_def())
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        descr_qualname(t, self)
    }

    #[getter]
    fn __text_signature__(&self, t: &Thread) -> PyResult {
        function_signature(t, self.method_def())
    }

    #[method(text = "")]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        descr_reduce(t, self)
    }
}

#[class(name = "classmethod_descriptor", layout, export = PyClassMethodDescr_Type, flags(HAVE_GC),
    dealloc = descr_dealloc, traverse = descr_traverse, getattro = attr::generic_getattr_slot,
    members = descr_members())]
impl PyClassMethodDescr {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<method '{}' of '{}' objects>", descr_name(self), owner(self).name_lossy()))
            .map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, class: Option<&Object>) -> PyResult {
        let class = match (class, object) {
            (Some(class), _) => class,
            (None, Some(object)) => object.class().as_object(),
            (None, None) => {
                return Err(err!(
                    t,
                    TypeError,
                    "descriptor '{}' for type '{:.100}' needs either an object or a type",
                    descr_name(self),
                    owner(self).name_lossy()
                ));
            }
        };
        let Some(ty) = class.downcast::<PyType>() else {
            return Err(err!(
                t,
                TypeError,
                "descriptor '{}' for type '{:.100}' needs a type, not a '{:.100}' as arg 2",
                descr_name(self),
                owner(self).name_lossy(),
                class.class().name_lossy()
            ));
        };
        if !ty.is_subtype(owner(self)) {
            return Err(err!(
                t,
                TypeError,
                "descriptor '{}' requires a subtype of '{:.100}' but received '{:.100}'",
                descr_name(self),
                owner(self).name_lossy(),
                ty.name_lossy()
            ));
        }
        // SAFETY: the entry lives as long as the type.
        unsafe {
            let def = (*self.raw()).d_method;
            let defining = if (*def).ml_flags & METH_METHOD != 0 { Some(owner(self)) } else { None };
            crate::cfunction::PyCFunction::new(t, def, Some(ty.as_object()), None, defining).map(Owned::into_object)
        }
    }

    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let Some((first, rest)) = args.pos.split_first() else {
            return Err(needs_argument(t, self));
        };
        let bound = self.tp_descr_get(t, None, Some(first))?;
        bound.call_args(t, &Args { pos: rest, kw: args.kw })
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        // SAFETY: plain field.
        function_doc(t, unsafe { (*self.raw()).d_method })
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        descr_qualname(t, self)
    }

    #[getter]
    fn __text_signature__(&self, t: &Thread) -> PyResult {
        // SAFETY: plain field.
        function_signature(t, unsafe { (*self.raw()).d_method })
    }
}

/// Reads a C structure member (`PyMember_GetOne`).
///
/// # Safety
/// `base` is an object with the member.
pub unsafe fn member_get(t: &Thread, base: *mut PyObject, def: &PyMemberDef) -> PyResult {
    use crate::{PyFloat, PyInt};
    // SAFETY: the caller's promise.
    unsafe {
        if def.r#type == T_FUNCTIONS {
            let functions = def.offset as *const PyGetSetDef;
            let Some(get) = (*functions).get else { return Err(err!(t, SystemError, "bad memberdescr type")) };
            return Owned::from_result(get(base, core::ptr::null_mut()));
        }
        let at = base.cast::<u8>().offset(def.offset);
        let int = |value: i64| PyInt::from_i64(t, value).map(Owned::into_object);
        match def.r#type {
            Py_T_BOOL => Ok(singletons::bool(*at != 0).own()),
            Py_T_BYTE => int(i64::from(*at.cast::<i8>())),
            Py_T_UBYTE => int(i64::from(*at)),
            Py_T_SHORT => int(i64::from(*at.cast::<i16>())),
            Py_T_USHORT => int(i64::from(*at.cast::<u16>())),
            Py_T_INT => int(i64::from(*at.cast::<i32>())),
            Py_T_UINT => int(i64::from(*at.cast::<u32>())),
            Py_T_LONG | Py_T_PYSSIZET | Py_T_LONGLONG => int(*at.cast::<i64>()),
            Py_T_ULONG | Py_T_ULONGLONG => PyInt::from_u64(t, *at.cast::<u64>()).map(Owned::into_object),
            Py_T_FLOAT => PyFloat::new(t, f64::from(*at.cast::<f32>())).map(Owned::into_object),
            Py_T_DOUBLE => PyFloat::new(t, *at.cast::<f64>()).map(Owned::into_object),
            Py_T_STRING => {
                let text = *at.cast::<*const c_char>();
                if text.is_null() {
                    return singletons::ok_none();
                }
                PyStr::from_str(t, &c_text(text)).map(Owned::into_object)
            }
            Py_T_STRING_INPLACE => PyStr::from_str(t, &c_text(at.cast())).map(Owned::into_object),
            Py_T_CHAR => PyStr::from_latin1(t, &[*at]).map(Owned::into_object),
            _Py_T_OBJECT => {
                Ok(Object::from_ptr_opt(*at.cast::<*mut PyObject>()).unwrap_or_else(|| singletons::none()).own())
            }
            Py_T_OBJECT_EX => match Object::from_ptr_opt(*at.cast::<*mut PyObject>()) {
                Some(value) => Ok(value.own()),
                None => {
                    let object = Object::from_ptr(base);
                    let name = PyStr::from_str(t, &c_text(def.name))?;
                    Err(exceptions::attribute_error(
                        t,
                        object,
                        &name,
                        format_args!(
                            "'{:.200}' object has no attribute '{}'",
                            object.class().fully_qualified_name(t)?.display(),
                            name.display()
                        ),
                    ))
                }
            },
            _Py_T_NONE => singletons::ok_none(),
            _ => Err(err!(t, SystemError, "bad memberdescr type for {}", c_text(def.name))),
        }
    }
}

/// Writes a number into a member of a C structure; what does not fit is cut with a warning.
unsafe fn member_set_int(t: &Thread, at: *mut u8, kind: c_int, value: &Object) -> PyResult<()> {
    if kind == Py_T_PYSSIZET && !value.is_instance_of::<crate::PyInt>() {
        return Err(err!(t, TypeError, "an integer is required"));
    }
    let int = crate::number::index(t, value)?;
    let unsigned = matches!(kind, Py_T_UINT | Py_T_ULONG | Py_T_ULONGLONG) && !int.is_negative();
    let wide = if unsigned { int.to_u64().map(|n| n as i64) } else { int.to_i64() };
    let Some(wide) = wide else {
        return Err(match kind {
            Py_T_PYSSIZET => err!(t, OverflowError, "Python int too large to convert to C ssize_t"),
            Py_T_LONGLONG | Py_T_ULONGLONG => err!(t, OverflowError, "int too big to convert"),
            _ if unsigned => err!(t, OverflowError, "Python int too large to convert to C unsigned long"),
            _ => err!(t, OverflowError, "Python int too large to convert to C long"),
        });
    };
    // SAFETY: the caller's promise.
    let cut = unsafe {
        match kind {
            Py_T_BYTE => {
                *at = wide as u8;
                (i8::try_from(wide).is_err(), "char")
            }
            Py_T_UBYTE => {
                *at = wide as u8;
                (u8::try_from(wide).is_err(), "unsigned char")
            }
            Py_T_SHORT => {
                *at.cast::<i16>() = wide as i16;
                (i16::try_from(wide).is_err(), "short")
            }
            Py_T_USHORT => {
                *at.cast::<u16>() = wide as u16;
                (u16::try_from(wide).is_err(), "unsigned short")
            }
            Py_T_INT => {
                *at.cast::<i32>() = wide as i32;
                (i32::try_from(wide).is_err(), "int")
            }
            Py_T_UINT => {
                *at.cast::<u32>() = wide as u32;
                (unsigned && u32::try_from(wide as u64).is_err(), "unsigned int")
            }
            _ => {
                *at.cast::<i64>() = wide;
                (false, "")
            }
        }
    };
    let category = crate::exceptions_class!(RuntimeWarning);
    if matches!(kind, Py_T_UINT | Py_T_ULONG | Py_T_ULONGLONG) && !unsigned {
        return crate::errors::warn(t, category, format_args!("Writing negative value into unsigned field"), 1);
    }
    if cut.0 {
        return crate::errors::warn(t, category, format_args!("Truncation of value to {}", cut.1), 1);
    }
    Ok(())
}

/// Writes a C structure member (`PyMember_SetOne`).
///
/// # Safety
/// `base` is an object with the member.
pub unsafe fn member_set(t: &Thread, base: *mut PyObject, def: &PyMemberDef, value: Option<&Object>) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if def.flags & Py_READONLY != 0 {
            return Err(err!(t, AttributeError, "readonly attribute"));
        }
        if def.r#type == T_FUNCTIONS {
            let functions = def.offset as *const PyGetSetDef;
            let Some(set) = (*functions).set else { return Err(err!(t, SystemError, "bad memberdescr type")) };
            let value = value.map_or(core::ptr::null_mut(), Object::as_ptr);
            return if set(base, value, core::ptr::null_mut()) < 0 { Err(Raised::assume()) } else { Ok(()) };
        }
        let at = base.cast::<u8>().offset(def.offset);
        let Some(value) = value else {
            match def.r#type {
                Py_T_OBJECT_EX if (*at.cast::<*mut PyObject>()).is_null() => {
                    return Err(err!(t, AttributeError, "{}", c_text(def.name)));
                }
                Py_T_OBJECT_EX | _Py_T_OBJECT => {
                    let slot = at.cast::<*mut PyObject>();
                    let old = core::mem::replace(&mut *slot, core::ptr::null_mut());
                    refcount::xdecref(old);
                    return Ok(());
                }
                _ => return Err(err!(t, TypeError, "can't delete numeric/char attribute")),
            }
        };
        match def.r#type {
            Py_T_BOOL => {
                let Some(flag) = value.downcast_exact::<crate::PyBool>() else {
                    return Err(err!(t, TypeError, "attribute value type must be bool"));
                };
                *at = u8::from(flag.truth());
            }
            Py_T_BYTE | Py_T_UBYTE | Py_T_SHORT | Py_T_USHORT | Py_T_INT | Py_T_UINT | Py_T_LONG | Py_T_ULONG
            | Py_T_PYSSIZET | Py_T_LONGLONG | Py_T_ULONGLONG => member_set_int(t, at, def.r#type, value)?,
            Py_T_FLOAT => *at.cast::<f32>() = crate::number::as_f64(t, value)? as f32,
            Py_T_DOUBLE => *at.cast::<f64>() = crate::number::as_f64(t, value)?,
            _Py_T_OBJECT | Py_T_OBJECT_EX => {
                let slot = at.cast::<*mut PyObject>();
                let old = core::mem::replace(&mut *slot, value.own().into_ptr());
                refcount::xdecref(old);
            }
            Py_T_CHAR => {
                let Some(text) = value.downcast::<PyStr>().filter(|s| s.len() == 1 && s.is_ascii()) else {
                    return Err(err!(t, TypeError, "bad argument type for built-in operation"));
                };
                *at = text.char_at(0) as u8;
            }
            Py_T_STRING | Py_T_STRING_INPLACE => return Err(err!(t, TypeError, "readonly attribute")),
            _ => return Err(err!(t, SystemError, "bad memberdescr type for {}", c_text(def.name))),
        }
        Ok(())
    }
}

#[class(name = "member_descriptor", layout, export = PyMemberDescr_Type, flags(HAVE_GC),
    dealloc = descr_dealloc, traverse = descr_traverse, getattro = attr::generic_getattr_slot,
    members = descr_members())]
impl PyMemberDescr {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<member '{}' of '{}' objects>", descr_name(self), owner(self).name_lossy()))
            .map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let Some(object) = object else { return Ok(self.as_object().own()) };
        check(t, self, object)?;
        // SAFETY: the object has the member, as was checked.
        unsafe { member_get(t, object.as_ptr(), &*(*self.raw()).d_member) }
    }

    #[slot]
    fn tp_descr_set(&self, t: &Thread, object: &Object, value: Option<&Object>) -> PyResult<()> {
        check_set(t, self, object)?;
        // SAFETY: the object has the member, as was checked.
        unsafe { member_set(t, object.as_ptr(), &*(*self.raw()).d_member, value) }
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        // SAFETY: a live table entry.
        unsafe {
            let doc = (*(*self.raw()).d_member).doc;
            if doc.is_null() { singletons::ok_none() } else { PyStr::from_str(t, &c_text(doc)).map(Owned::into_object) }
        }
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        descr_qualname(t, self)
    }

    #[method(text = "")]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        descr_reduce(t, self)
    }
}

#[class(name = "getset_descriptor", layout, export = PyGetSetDescr_Type, flags(HAVE_GC),
    dealloc = descr_dealloc, traverse = descr_traverse, getattro = attr::generic_getattr_slot,
    members = descr_members())]
impl PyGetSetDescr {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<attribute '{}' of '{}' objects>", descr_name(self), owner(self).name_lossy()))
            .map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let Some(object) = object else { return Ok(self.as_object().own()) };
        check(t, self, object)?;
        // SAFETY: a live table entry.
        unsafe {
            let def = (*self.raw()).d_getset;
            match (*def).get {
                Some(get) => Owned::from_result(get(object.as_ptr(), (*def).closure)),
                None => Err(err!(
                    t,
                    AttributeError,
                    "attribute '{}' of '{:.100}' objects is not readable",
                    descr_name(self),
                    owner(self).name_lossy()
                )),
            }
        }
    }

    #[slot]
    fn tp_descr_set(&self, t: &Thread, object: &Object, value: Option<&Object>) -> PyResult<()> {
        check_set(t, self, object)?;
        // SAFETY: a live table entry.
        unsafe {
            let def = (*self.raw()).d_getset;
            match (*def).set {
                Some(set) => {
                    let v = value.map_or(core::ptr::null_mut(), Object::as_ptr);
                    if set(object.as_ptr(), v, (*def).closure) < 0 { Err(Raised::assume()) } else { Ok(()) }
                }
                None => Err(err!(
                    t,
                    AttributeError,
                    "attribute '{}' of '{:.100}' objects is not writable",
                    descr_name(self),
                    owner(self).name_lossy()
                )),
            }
        }
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        // SAFETY: a live table entry.
        unsafe {
            let doc = (*(*self.raw()).d_getset).doc;
            if doc.is_null() { singletons::ok_none() } else { PyStr::from_str(t, &c_text(doc)).map(Owned::into_object) }
        }
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        descr_qualname(t, self)
    }
}

impl PyWrapperDescr {
    /// The C slot.
    pub fn wrapped(&self) -> *mut c_void {
        // SAFETY: plain field.
        unsafe { (*self.raw()).d_wrapped }
    }

    fn base(&self) -> &wrapperbase {
        // SAFETY: rows live for ever (Cython replaces the pointer with one of its own that does too).
        unsafe { &*(*self.raw()).d_base }
    }

    /// The special method's name in the slot table.
    pub fn base_name(&self) -> &str {
        // SAFETY: a C string.
        unsafe { CStr::from_ptr(self.base().name).to_str().unwrap_or_default() }
    }

    /// Whether this is the special method's name in the slot table.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        // SAFETY: a C string.
        unsafe { CStr::from_ptr(self.base().name).to_bytes() == name.as_bytes() }
    }

    /// Where the slot lies in a heap type.
    pub fn slot_offset(&self) -> usize {
        self.base().offset as usize
    }

    /// The wrapper function.
    pub fn wrapper_function(&self) -> Option<wrapperfunc> {
        self.base().wrapper
    }

    /// The type whose slot it is.
    pub fn owner(&self) -> &PyType {
        owner(self)
    }

    /// Calls the slot for the first argument.
    fn call_first(&self, t: &Thread, args: &Args<'_>) -> PyResult {
        let Some((first, rest)) = args.pos.split_first() else {
            return Err(needs_argument(t, self));
        };
        if !first.class().is_subtype(owner(self)) {
            return Err(err!(
                t,
                TypeError,
                "descriptor '{}' requires a '{:.100}' object but received a '{:.100}'",
                descr_name(self),
                owner(self).name_lossy(),
                first.class().name_lossy()
            ));
        }
        self.call_slot(t, first, &Args { pos: rest, kw: args.kw })
    }

    /// Calls the slot for an object.
    pub fn call_slot(&self, t: &Thread, object: &Object, args: &Args<'_>) -> PyResult {
        let base = self.base();
        let Some(wrapper) = base.wrapper else {
            return Err(err!(t, SystemError, "slot without wrapper"));
        };
        let tuple = PyTuple::from_slice(t, args.pos)?;
        // SAFETY: the table pairs wrapper and slot; the flag says which signature the wrapper has.
        unsafe {
            if base.flags & PyWrapperFlag_KEYWORDS != 0 {
                let wrapper = core::mem::transmute::<wrapperfunc, wrapperfunc_kwds>(wrapper);
                let kwargs = slots::keywords_dict(t, args)?;
                let kw = kwargs.as_ref().map_or(core::ptr::null_mut(), |d| d.as_ptr());
                return Owned::from_result(wrapper(object.as_ptr(), tuple.as_ptr(), self.wrapped(), kw));
            }
            if args.n_keywords() > 0 {
                return Err(err!(t, TypeError, "wrapper {}() takes no keyword arguments", self.base_name()));
            }
            Owned::from_result(wrapper(object.as_ptr(), tuple.as_ptr(), self.wrapped()))
        }
    }
}

#[class(name = "wrapper_descriptor", layout, export = PyWrapperDescr_Type, flags(HAVE_GC, METHOD_DESCRIPTOR),
    dealloc = descr_dealloc, traverse = descr_traverse, getattro = attr::generic_getattr_slot,
    members = descr_members())]
impl PyWrapperDescr {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(
            t,
            format_args!("<slot wrapper '{}' of '{}' objects>", descr_name(self), owner(self).name_lossy()),
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let Some(object) = object else { return Ok(self.as_object().own()) };
        check(t, self, object)?;
        let made = new_object(
            t,
            PyMethodWrapper { head: Head::new(), descr: Slot::new(self.own()), this: Slot::new(object.own()) },
        )?;
        Ok(made.into_object())
    }

    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.call_first(t, &args)
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        doc_of(t, self.base_name(), self.base().doc)
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        descr_qualname(t, self)
    }

    #[getter]
    fn __text_signature__(&self, t: &Thread) -> PyResult {
        signature_of(t, self.base_name(), self.base().doc, METH_VARARGS)
    }

    #[method(text = "")]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        descr_reduce(t, self)
    }
}

/// Whether this is a slot wrapper, bound or not, for [`call_wrapped`].
#[inline]
pub(crate) fn wraps_slot(callable: &Object) -> bool {
    callable.is_exact::<PyWrapperDescr>() || callable.is_exact::<PyMethodWrapper>()
}

/// Calls a slot wrapper, bound or not: of the arguments, only those after the object become a tuple.
pub(crate) fn call_wrapped(t: &Thread, callable: &Object, args: &Args<'_>) -> PyResult {
    if let Some(descr) = callable.downcast_exact::<PyWrapperDescr>() {
        return descr.call_first(t, args);
    }
    callable.downcast_exact::<PyMethodWrapper>().map_or_else(singletons::ok_none, |bound| bound.call_bound(t, args))
}

impl PyMethodWrapper {
    fn call_bound(&self, t: &Thread, args: &Args<'_>) -> PyResult {
        match (self.descr.get(), self.this.get()) {
            (Some(descr), Some(this)) => descr.call_slot(t, &this, args),
            _ => singletons::ok_none(),
        }
    }
}

/// `method-wrapper`: a slot wrapper bound to an object.
#[object]
pub struct PyMethodWrapper {
    descr: Slot<PyWrapperDescr>,
    this: Slot,
}

#[class(name = "method-wrapper", export = _PyMethodWrapper_Type, flags(HAVE_GC), no_new, fields(__self__ = this))]
impl PyMethodWrapper {
    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        self.call_bound(t, &args)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let (Some(descr), Some(this)) = (self.descr.get(), self.this.get()) else { return singletons::ok_none() };
        PyStr::from_fmt(
            t,
            format_args!(
                "<method-wrapper '{}' of {} object at {:p}>",
                descr.base_name(),
                this.class().name_lossy(),
                this.as_ptr()
            ),
        )
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast_exact::<Self>() else { return singletons::ok_not_implemented() };
        let same = |a: Option<Owned>, b: Option<Owned>| match (a, b) {
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        };
        let equal = same(self.descr.get().map(Owned::into_object), other.descr.get().map(Owned::into_object))
            && same(self.this.get(), other.this.get());
        match op {
            CompareOp::Eq => Ok(singletons::bool(equal).own()),
            CompareOp::Ne => Ok(singletons::bool(!equal).own()),
            _ => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        let address = |o: Option<Owned>| o.map_or(0, |o| crate::hash::hash_pointer(o.as_ptr()));
        Ok(address(self.this.get()) ^ address(self.descr.get().map(Owned::into_object)))
    }

    #[getter]
    fn __objclass__(&self, _t: &Thread) -> Option<Owned<PyType>> {
        self.descr.get().map(|d| d.owner().own())
    }

    #[getter]
    fn __name__(&self, t: &Thread) -> PyResult {
        match self.descr.get() {
            Some(d) => PyStr::intern_str(t, d.base_name()).map(Owned::into_object),
            None => singletons::ok_none(),
        }
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        match self.descr.get() {
            Some(d) => descr_qualname(t, &d),
            None => singletons::ok_none(),
        }
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        match self.descr.get() {
            Some(d) => doc_of(t, d.base_name(), d.base().doc),
            None => singletons::ok_none(),
        }
    }

    #[getter]
    fn __text_signature__(&self, t: &Thread) -> PyResult {
        match self.descr.get() {
            Some(d) => signature_of(t, d.base_name(), d.base().doc, METH_VARARGS),
            None => singletons::ok_none(),
        }
    }

    #[method(text = "")]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        let (Some(descr), Some(this)) = (self.descr.get(), self.this.get()) else { return singletons::ok_none() };
        let builtins = crate::state::import(t, "builtins")?;
        let getattr = builtins.getattr(t, name!(t, "getattr"))?;
        let arguments = PyTuple::from_vec(t, vec![this, descr_name_object(&descr)])?;
        PyTuple::from_vec(t, vec![getattr, arguments.into_object()]).map(Owned::into_object)
    }
}

/// Copies the attributes that a wrapper shows of what it wraps (`functools_wraps` of funcobject.c).
fn copy_wrapped(t: &Thread, wrapper: &Object, wrapped: &Object) -> PyResult<()> {
    for key in [name!(t, "__module__"), name!(t, "__name__"), name!(t, "__qualname__"), name!(t, "__doc__")] {
        if let Some(value) = wrapped.getattr_opt(t, key)? {
            wrapper.setattr(t, key, &value)?;
        }
    }
    Ok(())
}

macro_rules! method_type {
    ($name:ident, $text:literal, $export:ident, $doc:literal, |$t:ident, $callable:ident, $object:ident, $class:ident| $get:expr) => {
        #[doc = concat!("`", $text, "`.")]
        #[object]
        pub struct $name {
            callable: Slot,
            dict: Slot<PyDict>,
        }

        impl $name {
            /// Wraps a callable.
            pub fn new(t: &Thread, callable: &Object) -> PyResult<Owned<Self>> {
                let made = new_object(
                    t,
                    Self { head: Head::new(), callable: Slot::new(callable.own()), dict: Slot::empty() },
                )?;
                copy_wrapped(t, &made, callable)?;
                Ok(made)
            }

            /// What is wrapped.
            pub fn wrapped(&self) -> Option<Owned> {
                self.callable.get()
            }
        }

        #[class(name = $text, export = $export, flags(BASETYPE, HAVE_GC), dict = dict, doc = $doc,
                                    getattro = attr::generic_getattr_slot, setattro = attr::generic_setattr_slot,
                                    fields(__func__ = callable, __wrapped__ = callable))]
        impl $name {
            #[slot]
            fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
                let made = cls.instance(t, Self { head: Head::new(), callable: Slot::new(singletons::none().own()), dict: Slot::empty() })?;
                Ok(made.into_object())
            }

            #[slot]
            fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
                args.no_keywords(t, $text)?;
                let [callable] = args.pos else {
                    return Err(err!(t, TypeError, "{} expected 1 argument, got {}", $text, args.pos.len()));
                };
                self.callable.set(Some(callable.own()));
                copy_wrapped(t, self, callable)
            }

            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                let inner = match self.callable.get() {
                    Some(callable) => callable.repr(t)?,
                    None => PyStr::from_str(t, "NULL")?,
                };
                PyStr::from_fmt(t, format_args!(concat!("<", $text, "({})>"), inner.display())).map(Owned::into_object)
            }

            #[slot]
            fn tp_descr_get(&self, $t: &Thread, $object: Option<&Object>, $class: Option<&Object>) -> PyResult {
                let Some($callable) = self.callable.get() else {
                    return Err(err!($t, RuntimeError, "uninitialized {} object", $text));
                };
                $get
            }

            #[getter]
            fn __isabstractmethod__(&self, t: &Thread) -> PyResult<bool> {
                match self.callable.get() {
                    Some(callable) => is_abstract(t, &callable),
                    None => Ok(false),
                }
            }

            #[getter(name = "__dict__")]
            fn get_dict(&self, t: &Thread) -> PyResult {
                attr::generic_get_dict(t, self)
            }

            #[setter(name = "__dict__")]
            fn set_dict(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
                attr::generic_set_dict(t, self, value)
            }

            #[getter]
            fn __annotations__(&self, t: &Thread) -> PyResult {
                copied_attribute(t, self, &self.callable, name!(t, "__annotations__"))
            }

            #[setter]
            fn set___annotations__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
                set_copied(t, self, name!(t, "__annotations__"), value)
            }

            #[getter]
            fn __annotate__(&self, t: &Thread) -> PyResult {
                copied_attribute(t, self, &self.callable, name!(t, "__annotate__"))
            }

            #[setter]
            fn set___annotate__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
                set_copied(t, self, name!(t, "__annotate__"), value)
            }

            #[classmethod(text = "")]
            fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
                crate::state::generic_alias(t, cls, object)
            }
        }
    };
}

/// An attribute of the wrapped function, remembered in the wrapper's own dictionary.
fn copied_attribute(t: &Thread, this: &Object, callable: &Slot, key: &PyStr) -> PyResult {
    let Some(dict) = attr::instance_dict(t, this)? else { return singletons::ok_none() };
    if let Some(found) = dict.get_item(t, key)? {
        return Ok(found);
    }
    let Some(callable) = callable.get() else { return singletons::ok_none() };
    let found = callable.getattr(t, key)?;
    dict.set_item(t, key, &found)?;
    Ok(found)
}

fn set_copied(t: &Thread, this: &Object, key: &PyStr, value: Option<&Object>) -> PyResult<()> {
    let Some(dict) = attr::instance_dict(t, this)? else { return Ok(()) };
    match value {
        Some(value) => dict.set_item(t, key, value),
        None => match dict.pop_item(t, key)? {
            Some(_) => Ok(()),
            None => Err(attr::no_attribute(t, this, key)),
        },
    }
}

/// `__isabstractmethod__` of a callable (`_PyObject_IsAbstract`).
pub fn is_abstract(t: &Thread, object: &Object) -> PyResult<bool> {
    match object.getattr_opt(t, name!(t, "__isabstractmethod__"))? {
        Some(flag) => flag.is_true(t),
        None => Ok(false),
    }
}

method_type!(
    PyClassMethod,
    "classmethod",
    PyClassMethod_Type,
    "classmethod(function, /)\n--\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin.",
    |t, callable, object, class| {
        let class = match (class, object) {
            (Some(class), _) => class.own(),
            (None, Some(object)) => object.class().as_object().own(),
            (None, None) => return Ok(callable),
        };
        crate::method::PyMethod::new(t, &callable, &class).map(Owned::into_object)
    }
);

method_type!(
    PyStaticMethod,
    "staticmethod",
    PyStaticMethod_Type,
    "staticmethod(function, /)\n--\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin.",
    |t, callable, object, class| {
        let _ = (t, object, class);
        Ok(callable)
    }
);

unsafe extern "C" fn staticmethod_call(op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject {
    // SAFETY: called as `tp_call`, with the GIL held.
    unsafe {
        let t = thread::current();
        let this: &PyStaticMethod = Object::from_ptr(op).cast_unchecked();
        let result = match this.callable.get() {
            Some(callable) => callable.call_args(t, &Args::from_tuple_dict(args, kwargs)),
            None => Err(err!(t, RuntimeError, "uninitialized staticmethod object")),
        };
        match result {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// Fills in what the shared declaration of class and static methods cannot say.
pub(crate) fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe { (*static_type::<PyStaticMethod>()).tp_call = Some(staticmethod_call) };
}

/// `property`.
#[object]
pub struct PyProperty {
    getter: Slot,
    setter: Slot,
    deleter: Slot,
    doc: Slot,
    prop_name: Slot,
    getter_doc: core::cell::Cell<bool>,
}

impl PyProperty {
    /// `fget`.
    pub fn get_function(&self) -> Option<Owned> {
        self.getter.get()
    }

    fn name_of(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if let Some(name) = self.prop_name.get() {
            return Ok(Some(name));
        }
        match self.getter.get() {
            Some(getter) => getter.getattr_opt(t, name!(t, "__name__")),
            None => Ok(None),
        }
    }

    /// The getter, for inline caches of attribute access.
    pub fn fget(&self) -> Option<Owned> {
        self.getter.get()
    }

    fn copy_with(
        &self,
        t: &Thread,
        getter: Option<&Object>,
        setter: Option<&Object>,
        deleter: Option<&Object>,
    ) -> PyResult {
        let pick = |new: Option<&Object>, old: &Slot| match new {
            Some(new) if !new.is(singletons::none()) => new.own(),
            _ => old.get().unwrap_or_else(|| singletons::none().own()),
        };
        let (g, s, d) = (pick(getter, &self.getter), pick(setter, &self.setter), pick(deleter, &self.deleter));
        let doc = if self.getter_doc.get() && !g.is(singletons::none()) {
            singletons::none().own()
        } else {
            self.doc.get().unwrap_or_else(|| singletons::none().own())
        };
        let made = self.class().call(t, &[&g, &s, &d, &doc])?;
        if let Some(new) = made.downcast::<Self>()
            && let Some(name) = self.prop_name.get()
        {
            new.prop_name.set(Some(name));
        }
        Ok(made)
    }

    fn no_accessor(&self, t: &Thread, object: &Object, what: &str) -> PyResult<Raised> {
        let qualname = object.class().qualname(t)?;
        Ok(match self.name_of(t)? {
            Some(name) => err!(
                t,
                AttributeError,
                "property {} of '{}' object has no {what}",
                name.repr_lossy(t),
                qualname.display()
            ),
            None => err!(t, AttributeError, "property of '{}' object has no {what}", qualname.display()),
        })
    }
}

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// Typical use is to define a managed attribute x:
///
/// class C(object):
///     def getx(self): return self._x
///     def setx(self, value): self._x = value
///     def delx(self): del self._x
///     x = property(getx, setx, delx, "I'm the 'x' property.")
///
/// Decorators make defining new properties or modifying existing ones easy:
///
/// class C(object):
///     @property
///     def x(self):
///         "I am the 'x' property."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[class(name = "property", export = PyProperty_Type, flags(BASETYPE, HAVE_GC), getattro = attr::generic_getattr_slot,
    fields(fget = getter, fset = setter, fdel = deleter, mut __doc__ = doc))]
impl PyProperty {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult {
        let made = cls.instance(
            t,
            Self {
                head: Head::new(),
                getter: Slot::empty(),
                setter: Slot::empty(),
                deleter: Slot::empty(),
                doc: Slot::empty(),
                prop_name: Slot::empty(),
                getter_doc: core::cell::Cell::new(false),
            },
        )?;
        Ok(made.into_object())
    }

    #[init(sig = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        &self,
        t: &Thread,
        fget: Option<&Object>,
        fset: Option<&Object>,
        fdel: Option<&Object>,
        doc: Option<&Object>,
    ) -> PyResult<()> {
        let some = |o: Option<&Object>| attr::none_if_none(o).map(Own::own);
        self.getter.set(some(fget));
        self.setter.set(some(fset));
        self.deleter.set(some(fdel));
        self.prop_name.set(None);
        self.getter_doc.set(false);
        let mut doc = some(doc);
        if doc.is_none()
            && let Some(getter) = self.getter.get()
        {
            doc = getter.getattr_opt(t, name!(t, "__doc__"))?.filter(|d| !d.is(singletons::none()));
            self.getter_doc.set(doc.is_some());
        }
        if self.class().is(Self::class()) {
            self.doc.set(doc);
            return Ok(());
        }
        // A subclass keeps the docstring in its instances' dictionary; one without is only heard of if the getter has one.
        self.doc.set(doc.clone());
        let value = doc.unwrap_or_else(|| singletons::none().own());
        let result = attr::generic_setattr(t, self, name!(t, "__doc__"), Some(&value));
        if result.is_err() && !self.getter_doc.get() && crate::errors::matches::<exceptions::AttributeError>(t) {
            crate::errors::clear(t);
            self.doc.set(None);
            return Ok(());
        }
        result
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        let Some(object) = object.filter(|o| !o.is(singletons::none())) else {
            return Ok(self.as_object().own());
        };
        match self.getter.get() {
            Some(getter) => getter.call(t, &[object]),
            None => Err(self.no_accessor(t, object, "getter")?),
        }
    }

    #[slot]
    fn tp_descr_set(&self, t: &Thread, object: &Object, value: Option<&Object>) -> PyResult<()> {
        match value {
            Some(value) => match self.setter.get() {
                Some(setter) => setter.call(t, &[object, value]).map(drop),
                None => Err(self.no_accessor(t, object, "setter")?),
            },
            None => match self.deleter.get() {
                Some(deleter) => deleter.call(t, &[object]).map(drop),
                None => Err(self.no_accessor(t, object, "deleter")?),
            },
        }
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method(text = "")]
    fn getter(&self, t: &Thread, object: &Object) -> PyResult {
        self.copy_with(t, Some(object), None, None)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method(text = "")]
    fn setter(&self, t: &Thread, object: &Object) -> PyResult {
        self.copy_with(t, None, Some(object), None)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method(text = "")]
    fn deleter(&self, t: &Thread, object: &Object) -> PyResult {
        self.copy_with(t, None, None, Some(object))
    }

    /// Method to set name of a property.
    #[method(text = "($self, owner, name, /)")]
    fn __set_name__(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "property.__set_name__")?;
        let [_, name] = args.pos else {
            return Err(err!(
                t,
                TypeError,
                "__set_name__() takes 2 positional arguments but {} were given",
                args.pos.len()
            ));
        };
        self.prop_name.set(Some((*name).own()));
        Ok(())
    }

    #[getter]
    fn __name__(&self, t: &Thread) -> PyResult {
        match self.name_of(t)? {
            Some(name) => Ok(name),
            None => Err(err!(t, AttributeError, "'property' object has no attribute '__name__'")),
        }
    }

    #[setter]
    fn set___name__(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.prop_name.set(value.map(Own::own));
        Ok(())
    }

    #[getter]
    fn __isabstractmethod__(&self, t: &Thread) -> PyResult<bool> {
        for slot in [&self.getter, &self.setter, &self.deleter] {
            if let Some(function) = slot.get()
                && is_abstract(t, &function)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// `mappingproxy`.
#[object]
pub struct PyMappingProxy {
    mapping: Slot,
}

impl PyMappingProxy {
    /// A read-only view of a mapping.
    pub fn new(t: &Thread, mapping: &Object) -> PyResult<Owned<Self>> {
        new_object(t, Self { head: Head::new(), mapping: Slot::new(mapping.own()) })
    }

    fn inner(&self) -> Owned {
        self.mapping.get().unwrap_or_else(|| singletons::none().own())
    }

    fn forward(&self, t: &Thread, name: &PyStr, args: &[&Object]) -> PyResult {
        self.inner().call_method(t, name, args)
    }
}

/// Read-only proxy of a mapping.
#[class(name = "mappingproxy", export = PyDictProxy_Type, flags(HAVE_GC, MAPPING), getattro = attr::generic_getattr_slot)]
impl PyMappingProxy {
    #[new(sig = "(mapping)")]
    fn new_(_cls: &PyType, t: &Thread, mapping: &Object) -> PyResult<Owned<Self>> {
        let is_mapping = crate::sequence::is_mapping(mapping)
            && !mapping.is_instance_of::<crate::PyList>()
            && !mapping.is_instance_of::<PyTuple>();
        if !is_mapping {
            return Err(err!(
                t,
                TypeError,
                "mappingproxy() argument must be a mapping, not {}",
                mapping.class().name_lossy()
            ));
        }
        Self::new(t, mapping)
    }

    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        self.inner().len_of(t)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        self.inner().get_item(t, key)
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        let inner = self.inner();
        match inner.downcast_exact::<PyDict>() {
            Some(dict) => dict.contains(t, key),
            None => crate::sequence::contains(t, &inner, key),
        }
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        self.inner().iter(t)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.inner().str(t)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let inner = self.inner().repr(t)?;
        PyStr::from_fmt(t, format_args!("mappingproxy({})", inner.display())).map(Owned::into_object)
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        crate::hash::hash(t, &self.inner())
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        crate::compare::rich_compare(t, &self.inner(), other, op)
    }

    #[slot]
    fn nb_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let unwrap = |o: &Object| o.downcast::<Self>().map_or_else(|| o.own(), Self::inner);
        crate::number::binary_op(t, &unwrap(left), &unwrap(right), crate::number::Op::Or)
    }

    #[slot]
    fn nb_inplace_or(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let _ = right;
        Err(err!(t, TypeError, "'|=' is not supported by {}; use '|' instead", left.class().name_lossy()))
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method(sig = "(key, default=None, /)")]
    fn get(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        self.forward(t, name!(t, "get"), &[key, default.unwrap_or_else(|| singletons::none())])
    }

    /// a set-like object providing a view on D's keys
    #[method]
    fn keys(&self, t: &Thread) -> PyResult {
        self.forward(t, name!(t, "keys"), &[])
    }

    /// an object providing a view on D's values
    #[method]
    fn values(&self, t: &Thread) -> PyResult {
        self.forward(t, name!(t, "values"), &[])
    }

    /// a set-like object providing a view on D's items
    #[method]
    fn items(&self, t: &Thread) -> PyResult {
        self.forward(t, name!(t, "items"), &[])
    }

    /// a shallow copy of D
    #[method]
    fn copy(&self, t: &Thread) -> PyResult {
        self.forward(t, name!(t, "copy"), &[])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        crate::state::generic_alias(t, cls, object)
    }

    /// reverse iterator
    #[method]
    fn __reversed__(&self, t: &Thread) -> PyResult {
        self.forward(t, name!(t, "__reversed__"), &[])
    }
}

/// Collected keyword arguments are re-exported for descriptors that pass them on.
pub type DescrKwargs = Kwargs;
