//! `builtin_function_or_method` (`Objects/methodobject.c`).

use crate::argparse::Args;
use crate::handle::{Class, CompareOp, Object, Own, Owned, PyResult};
use crate::typeobject::{PyType, init_recycled_head, slots, static_type};
use crate::{PyDict, PyModule, PyStr, PyTuple, attr, err, layout, name, singletons};
use core::ffi::{CStr, c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount, thread};

layout!(
    /// `builtin_function_or_method`.
    PyCFunction,
    PyCFunctionObject
);

impl PyCFunction {
    const MEMBERS_LEN: usize = 2;

    /// A function object for a table entry (`PyCMethod_New`).
    ///
    /// # Safety
    /// `def` lives as long as the function.
    pub unsafe fn new(
        t: &Thread,
        def: *mut PyMethodDef,
        this: Option<&Object>,
        module: Option<&Object>,
        class: Option<&PyType>,
    ) -> PyResult<Owned<Self>> {
        // SAFETY: the caller's promise; a fresh block of the right size.
        unsafe {
            let flags = (*def).ml_flags;
            let vectorcall: Option<vectorcallfunc> =
                match flags & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD) {
                    METH_NOARGS => Some(vectorcall_noargs),
                    METH_O => Some(vectorcall_o),
                    METH_FASTCALL => Some(vectorcall_fast),
                    f if f == METH_FASTCALL | METH_KEYWORDS => Some(vectorcall_fast_keywords),
                    f if f == METH_METHOD | METH_FASTCALL | METH_KEYWORDS => Some(vectorcall_method),
                    METH_VARARGS => None,
                    f if f == METH_VARARGS | METH_KEYWORDS => None,
                    _ => {
                        return Err(err!(
                            t,
                            SystemError,
                            "{}() method: bad call flags",
                            CStr::from_ptr((*def).ml_name).to_string_lossy()
                        ));
                    }
                };
            let with_class = flags & METH_METHOD != 0;
            let size = if with_class { size_of::<PyCMethodObject>() } else { size_of::<PyCFunctionObject>() };
            let cached = if with_class { core::ptr::null_mut() } else { t.freelists().cfunctions.pop() };
            let op = if cached.is_null() { gc::alloc(t, size, size_of::<PyGC_Head>()) } else { cached.cast() };
            if op.is_null() {
                return Err(crate::errors::no_memory(t));
            }
            let ty = if with_class { <PyCMethod as Class>::TYPE } else { static_type::<Self>() };
            init_recycled_head(op, ty, cached.is_null());
            let f = op.cast::<PyCFunctionObject>();
            (*f).m_ml = def;
            (*f).m_self = this.map_or(core::ptr::null_mut(), |o| o.own().into_ptr());
            (*f).m_module = module.map_or(core::ptr::null_mut(), |o| o.own().into_ptr());
            (*f).m_weakreflist = core::ptr::null_mut();
            (*f).vectorcall = vectorcall;
            if with_class {
                (*op.cast::<PyCMethodObject>()).mm_class =
                    class.map_or(core::ptr::null_mut(), |c| c.own().into_object().into_ptr().cast());
            }
            gc::track(op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// The table entry.
    pub fn method_def(&self) -> *mut PyMethodDef {
        // SAFETY: plain field.
        unsafe { (*self.raw()).m_ml }
    }

    /// What the C function gets as its first argument: nothing if it is a static method.
    #[inline(always)]
    pub fn receiver(&self) -> *mut PyObject {
        // SAFETY: a live function.
        unsafe { receiver(self.raw()) }
    }

    /// The object that the function is bound to.
    pub fn this(&self) -> Option<Owned> {
        // SAFETY: an object or null.
        unsafe { Object::from_ptr_opt((*self.raw()).m_self).map(Own::own) }
    }

    /// The function's name.
    pub fn name_lossy(&self) -> String {
        // SAFETY: a live table entry.
        unsafe { CStr::from_ptr((*self.method_def()).ml_name).to_string_lossy().into_owned() }
    }

    /// Whether this is the built-in `print`.
    pub fn is_print(&self) -> bool {
        self.name_lossy() == "print" && self.this().is_some_and(|m| m.is_instance_of::<PyModule>())
    }

    /// Whether this is the `__new__` that a native type puts in its dictionary.
    pub fn is_new_of(&self, _t: &Thread) -> bool {
        core::ptr::eq(self.method_def(), NEW_DEF.get())
    }

    /// "module.name" or "type.name" for messages (`_PyObject_FunctionStr`).
    pub fn function_str(&self) -> String {
        match self.this() {
            Some(this) => match this.into_type::<PyModule>() {
                Ok(module) => {
                    let name = module.name_lossy();
                    if name == "builtins" { self.name_lossy() } else { format!("{name}.{}", self.name_lossy()) }
                }
                Err(this) => match this.into_type::<PyType>() {
                    Ok(class) => format!("{}.{}", class.short_name_lossy(), self.name_lossy()),
                    Err(this) => format!("{}.{}", this.class().short_name_lossy(), self.name_lossy()),
                },
            },
            None => self.name_lossy(),
        }
    }
}

static NEW_DEF: crate::Static<PyMethodDef> = crate::Static::new(PyMethodDef {
    ml_name: c"__new__".as_ptr(),
    ml_meth: PyMethodPointer { PyCFunctionFastWithKeywords: tp_new_wrapper },
    ml_flags: METH_FASTCALL | METH_KEYWORDS,
    ml_doc: c"__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.".as_ptr(),
});

unsafe extern "C" fn tp_new_wrapper(
    slf: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called as a method, with the GIL held; `slf` is the type.
    unsafe {
        let t = thread::current();
        let arguments = Args::from_vectorcall(args, nargs as usize, kwnames);
        match slots::new_wrapper(t, PyType::from_type_ptr(slf.cast()), &arguments) {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// The `__new__` of a native type.
pub fn new_of_type(t: &Thread, class: &PyType) -> PyResult {
    // SAFETY: a static table entry.
    unsafe { PyCFunction::new(t, NEW_DEF.get(), Some(class.as_object()), None, None).map(Owned::into_object) }
}

/// Calls a C function of any convention with parsed-out arguments.
///
/// # Safety
/// `def` is a live table entry; `slf` is a receiver that it accepts.
pub unsafe fn call_def(
    t: &Thread,
    def: *mut PyMethodDef,
    slf: *mut PyObject,
    class: Option<&PyType>,
    args: &Args<'_>,
    name: &dyn Fn() -> String,
) -> PyResult {
    crate::call::enter_recursive(t, " while calling a Python object")?;
    // SAFETY: the flags say which signature the function has.
    unsafe {
        let flags = (*def).ml_flags & !(METH_CLASS | METH_STATIC | METH_COEXIST);
        if flags & METH_KEYWORDS == 0 && args.n_keywords() > 0 {
            return Err(err!(t, TypeError, "{}() takes no keyword arguments", name()));
        }
        let n = args.pos.len();
        let meth = (*def).ml_meth;
        let words = args.pos.as_ptr().cast::<*mut PyObject>();
        let result = match flags {
            METH_NOARGS => {
                if n != 0 {
                    return Err(err!(t, TypeError, "{}() takes no arguments ({n} given)", name()));
                }
                (meth.PyCFunction)(slf, core::ptr::null_mut())
            }
            METH_O => {
                if n != 1 {
                    return Err(err!(t, TypeError, "{}() takes exactly one argument ({n} given)", name()));
                }
                (meth.PyCFunction)(slf, *words)
            }
            METH_VARARGS => {
                let tuple = PyTuple::from_slice(t, args.pos)?;
                (meth.PyCFunction)(slf, tuple.as_ptr())
            }
            METH_FASTCALL => (meth.PyCFunctionFast)(slf, words, n as isize),
            f if f == METH_VARARGS | METH_KEYWORDS => {
                let tuple = PyTuple::from_slice(t, args.pos)?;
                let kwargs = slots::keywords_dict(t, args)?;
                let kw = kwargs.as_ref().map_or(core::ptr::null_mut(), |d| d.as_ptr());
                (meth.PyCFunctionWithKeywords)(slf, tuple.as_ptr(), kw)
            }
            _ => {
                // Keyword values follow the positional arguments.
                let mut all: Vec<*mut PyObject> = args.pos.iter().map(|a| a.as_ptr()).collect();
                let mut names = Vec::new();
                args.for_each_keyword(t, |key, value| {
                    names.push(key.own());
                    all.push(value.as_ptr());
                    Ok(())
                })?;
                let names = if names.is_empty() { None } else { Some(PyTuple::from_vec(t, names)?) };
                let kwnames = names.as_ref().map_or(core::ptr::null_mut(), |n| n.as_ptr());
                if flags & METH_METHOD != 0 {
                    let class = class.map_or(core::ptr::null_mut(), PyType::as_type_ptr);
                    (meth.PyCMethod)(slf, class, all.as_ptr(), n, kwnames)
                } else {
                    (meth.PyCFunctionFastWithKeywords)(slf, all.as_ptr(), n as isize, kwnames)
                }
            }
        };
        Owned::from_result(result)
    }
}

macro_rules! vectorcalls {
    ($($name:ident($t:ident, $f:ident, $args:ident, $n:ident, $kwnames:ident) $body:block)*) => {
        $(
            unsafe extern "C" fn $name(
                callable: *mut PyObject, $args: *const *mut PyObject, nargsf: usize, $kwnames: *mut PyObject,
            ) -> *mut PyObject {
                // SAFETY: called as a vectorcall function, with the GIL held.
                unsafe {
                    let $t = thread::current();
                    let $f = callable.cast::<PyCFunctionObject>();
                    let $n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
                    if crate::call::enter_recursive($t, " while calling a Python object").is_err() {
                        return core::ptr::null_mut();
                    }
                    $body
                }
            }
        )*
    };
}

/// Raises if keyword names are given.
#[inline(always)]
unsafe fn no_keywords(t: &Thread, f: *mut PyCFunctionObject, kwnames: *mut PyObject) -> bool {
    // SAFETY: the names of a vectorcall.
    unsafe {
        if let Some(names) = Object::from_ptr_opt(kwnames)
            && names.cast_unchecked::<PyTuple>().len() > 0
        {
            refuse_keywords(t, f);
            return false;
        }
        true
    }
}

#[cold]
#[inline(never)]
unsafe fn refuse_keywords(t: &Thread, f: *mut PyCFunctionObject) {
    // SAFETY: a live function.
    let _ = unsafe { err!(t, TypeError, "{}() takes no keyword arguments", fname(f)) };
}

#[cold]
#[inline(never)]
unsafe fn refuse_number(t: &Thread, f: *mut PyCFunctionObject, wanted: &str, n: usize) -> *mut PyObject {
    // SAFETY: a live function.
    let _ = unsafe { err!(t, TypeError, "{}() takes {wanted} ({n} given)", fname(f)) };
    core::ptr::null_mut()
}

/// What a function gets as its first argument (`PyCFunction_GET_SELF`): nothing if it is a static method.
#[inline(always)]
unsafe fn receiver(f: *mut PyCFunctionObject) -> *mut PyObject {
    // SAFETY: a live function.
    unsafe { if (*(*f).m_ml).ml_flags & METH_STATIC != 0 { core::ptr::null_mut() } else { (*f).m_self } }
}

unsafe fn fname(f: *mut PyCFunctionObject) -> String {
    // SAFETY: a live function.
    unsafe { Object::from_ptr(f.cast()).cast_unchecked::<PyCFunction>().function_str() }
}

vectorcalls! {
    vectorcall_noargs(t, f, args, n, kwnames) {
        let _ = args;
        if !no_keywords(t, f, kwnames) { return core::ptr::null_mut(); }
        if n != 0 {
            return refuse_number(t, f, "no arguments", n);
        }
        ((*(*f).m_ml).ml_meth.PyCFunction)(receiver(f), core::ptr::null_mut())
    }
    vectorcall_o(t, f, args, n, kwnames) {
        if !no_keywords(t, f, kwnames) { return core::ptr::null_mut(); }
        if n != 1 {
            return refuse_number(t, f, "exactly one argument", n);
        }
        ((*(*f).m_ml).ml_meth.PyCFunction)(receiver(f), *args)
    }
    vectorcall_fast(t, f, args, n, kwnames) {
        if !no_keywords(t, f, kwnames) { return core::ptr::null_mut(); }
        ((*(*f).m_ml).ml_meth.PyCFunctionFast)(receiver(f), args, n as isize)
    }
    vectorcall_fast_keywords(t, f, args, n, kwnames) {
        ((*(*f).m_ml).ml_meth.PyCFunctionFastWithKeywords)(receiver(f), args, n as isize, kwnames)
    }
    vectorcall_method(t, f, args, n, kwnames) {
        let class = (*f.cast::<PyCMethodObject>()).mm_class;
        ((*(*f).m_ml).ml_meth.PyCMethod)(receiver(f), class, args, n, kwnames)
    }
}

unsafe extern "C" fn function_dealloc(op: *mut PyObject) {
    // SAFETY: the function is dead.
    unsafe {
        gc::maybe_untrack(op);
        let f = op.cast::<PyCFunctionObject>();
        if !(*f).m_weakreflist.is_null() {
            crate::weakref::clear_weakrefs(op);
        }
        let with_class = (*(*f).m_ml).ml_flags & METH_METHOD != 0;
        if with_class {
            refcount::xdecref((*op.cast::<PyCMethodObject>()).mm_class.cast());
        }
        refcount::xdecref((*f).m_self);
        refcount::xdecref((*f).m_module);
        if !with_class && (*op).ob_type == static_type::<PyCFunction>() {
            let t = thread::current_ptr();
            if !t.is_null() && (*t).freelists().cfunctions.push(op.cast(), 16) {
                return;
            }
        }
        crate::typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn function_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live function.
    unsafe {
        let f = op.cast::<PyCFunctionObject>();
        let class = if (*(*f).m_ml).ml_flags & METH_METHOD != 0 {
            (*op.cast::<PyCMethodObject>()).mm_class.cast()
        } else {
            core::ptr::null_mut()
        };
        for held in [class, (*f).m_self, (*f).m_module] {
            if !held.is_null() {
                let result = visit(held, arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

unsafe extern "C" fn function_call(op: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject {
    // SAFETY: called as `tp_call`, with the GIL held.
    unsafe {
        let t = thread::current();
        let this: &PyCFunction = Object::from_ptr(op).cast_unchecked();
        if (*this.raw()).vectorcall.is_some() {
            return crate::tramp::vectorcall_call(op, args, kwargs);
        }
        let def = this.method_def();
        if (*def).ml_flags & METH_VARARGS != 0 {
            if crate::call::enter_recursive(t, " while calling a Python object").is_err() {
                return core::ptr::null_mut();
            }
            // These take what the slot got.
            if (*def).ml_flags & METH_KEYWORDS != 0 {
                return ((*def).ml_meth.PyCFunctionWithKeywords)(receiver(this.raw()), args, kwargs);
            }
            if Object::from_ptr_opt(kwargs).is_some_and(|kw| kw.cast_unchecked::<PyDict>().len() > 0) {
                let _ = err!(t, TypeError, "{:.200}() takes no keyword arguments", this.name_lossy());
                return core::ptr::null_mut();
            }
            return ((*def).ml_meth.PyCFunction)(receiver(this.raw()), args);
        }
        let arguments = Args::from_tuple_dict(args, kwargs);
        match call_def(t, this.method_def(), receiver(this.raw()), None, &arguments, &|| this.function_str()) {
            Ok(value) => value.into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

#[class(name = "builtin_function_or_method", layout, export = PyCFunction_Type, flags(HAVE_GC, HAVE_VECTORCALL),
    dealloc = function_dealloc, traverse = function_traverse, call = function_call,
    getattro = attr::generic_getattr_slot,
    members = [
        PyMemberDef { name: c"__module__".as_ptr(), r#type: _Py_T_OBJECT,
            offset: core::mem::offset_of!(PyCFunctionObject, m_module) as isize, flags: 0, doc: core::ptr::null() },
        PyMemberDef::END,
    ])]
impl PyCFunction {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let name = self.name_lossy();
        match self.this() {
            Some(this) if !this.is_instance_of::<PyModule>() => PyStr::from_fmt(
                t,
                format_args!("<built-in method {name} of {} object at {:p}>", this.class().name_lossy(), this.as_ptr()),
            ),
            _ => PyStr::from_fmt(t, format_args!("<built-in function {name}>")),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        // SAFETY: plain fields; `PyMethodPointer` is one word.
        let equal = unsafe {
            (*self.raw()).m_self == (*other.raw()).m_self
                && (*self.method_def()).ml_meth.Void == (*other.method_def()).ml_meth.Void
        };
        match op {
            CompareOp::Eq => Ok(singletons::bool(equal).own()),
            CompareOp::Ne => Ok(singletons::bool(!equal).own()),
            _ => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        // SAFETY: plain fields.
        unsafe {
            Ok(crate::hash::hash_pointer((*self.raw()).m_self)
                ^ crate::hash::hash_pointer((*self.method_def()).ml_meth.Void))
        }
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        crate::descr::function_doc(t, self.method_def())
    }

    #[getter]
    fn __name__(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::intern_str(t, &self.name_lossy())
    }

    #[getter]
    fn __qualname__(&self, t: &Thread) -> PyResult {
        match self.this() {
            Some(this) if !this.is_instance_of::<PyModule>() => {
                let class = match this.into_type::<PyType>() {
                    Ok(class) => class.into_object(),
                    Err(this) => this.class().as_object().own(),
                };
                let qualname = class.getattr(t, name!(t, "__qualname__"))?;
                let Some(text) = qualname.into_type::<PyStr>().ok() else {
                    return Err(err!(t, TypeError, "<method>.__class__.__qualname__ is not a unicode object"));
                };
                PyStr::from_fmt(t, format_args!("{}.{}", text.display(), self.name_lossy())).map(Owned::into_object)
            }
            _ => PyStr::intern_str(t, &self.name_lossy()).map(Owned::into_object),
        }
    }

    #[getter]
    fn __self__(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: plain field.
        let is_static = unsafe { (*self.method_def()).ml_flags & METH_STATIC != 0 };
        if is_static { None } else { self.this() }
    }

    #[getter]
    fn __text_signature__(&self, t: &Thread) -> PyResult {
        crate::descr::function_signature(t, self.method_def())
    }

    #[method(text = "")]
    fn __reduce__(&self, t: &Thread) -> PyResult {
        match self.this() {
            Some(this) if !this.is_instance_of::<PyModule>() => {
                let builtins = crate::state::import(t, "builtins")?;
                let getattr = builtins.getattr(t, name!(t, "getattr"))?;
                let name = PyStr::intern_str(t, &self.name_lossy())?.into_object();
                let arguments = PyTuple::from_vec(t, vec![this, name])?;
                PyTuple::from_vec(t, vec![getattr, arguments.into_object()]).map(Owned::into_object)
            }
            _ => PyStr::intern_str(t, &self.name_lossy()).map(Owned::into_object),
        }
    }
}

layout!(
    /// `builtin_method`: a function that is given its defining class.
    PyCMethod,
    PyCMethodObject
);

#[class(name = "builtin_method", layout, export = PyCMethod_Type, base = PyCFunction, flags(HAVE_GC))]
impl PyCMethod {}

/// Fills in the offsets that the declarations cannot name.
pub(crate) fn finish_static_types() {
    // SAFETY: at start-up, before anything else sees the types.
    unsafe {
        let ty = static_type::<PyCFunction>();
        (*ty).tp_vectorcall_offset = core::mem::offset_of!(PyCFunctionObject, vectorcall) as isize;
        (*ty).tp_weaklistoffset = core::mem::offset_of!(PyCFunctionObject, m_weakreflist) as isize;
        let ty = static_type::<crate::PyMethodDescr>();
        (*ty).tp_vectorcall_offset = core::mem::offset_of!(PyMethodDescrObject, vectorcall) as isize;
    }
}
