//! `function` (`Objects/funcobject.c`).

use crate::code::PyCode;
use core::ffi::{CStr, c_int, c_void};
use taipan_bytecode::tables::{co as co_flags, make_function};
use taipan_object::abi::*;
use taipan_object::{
    Object, Own, Owned, PyCell, PyDict, PyResult, PyStr, PyTuple, PyType, attr, class, err, errors, exceptions_class,
    layout, name, singletons, typeobject,
    watch::{self, FunctionEvent},
};
use taipan_runtime::{Thread, gc, refcount};

layout!(
    /// `function`.
    PyFunction,
    PyFunctionObject
);

unsafe fn own(ptr: *mut PyObject) -> Option<Owned> {
    // SAFETY: a field that holds an object or null.
    unsafe { Object::from_ptr_opt(ptr).map(Own::own) }
}

unsafe fn put(slot: *mut *mut PyObject, value: Option<Owned>) {
    // SAFETY: a field that owns its reference.
    unsafe {
        let old = core::mem::replace(&mut *slot, value.map_or(core::ptr::null_mut(), Owned::into_ptr));
        refcount::xdecref(old);
    }
}

/// Whether the first constant of code is a docstring.
fn has_docstring(code: &PyCode) -> bool {
    code.flags() & co_flags::HAS_DOCSTRING as i32 != 0
}

/// The docstring of code, or `None`.
fn docstring(code: &PyCode) -> Owned {
    let first = if has_docstring(code) { code.consts().get(0) } else { None };
    first.unwrap_or_else(|| singletons::none()).own()
}

impl PyFunction {
    /// A function of a code object (`PyFunction_New`).
    pub fn new(t: &Thread, code: &PyCode, globals: &PyDict) -> PyResult<Owned<Self>> {
        let op = gc::alloc(t, size_of::<PyFunctionObject>(), size_of::<PyGC_Head>());
        if op.is_null() {
            return Err(taipan_object::errors::no_memory(t));
        }
        let module = globals.get_str(t, name!(t, "__name__"));
        let builtins = crate::frame::builtins_of(t, globals)?;
        // That of code which is not loaded is found when it is asked for.
        let doc = if has_docstring(code) && !code.is_loaded() { None } else { Some(docstring(code)) };
        // SAFETY: a fresh block; every field is written.
        unsafe {
            typeobject::init_head(op, typeobject::static_type::<Self>());
            let f = op.cast::<PyFunctionObject>();
            (*f).func_globals = globals.as_object().own().into_ptr();
            (*f).func_builtins = builtins.into_ptr();
            (*f).func_name = code.name().as_object().own().into_ptr();
            (*f).func_qualname = code.qualname().as_object().own().into_ptr();
            (*f).func_code = code.as_object().own().into_ptr();
            (*f).func_defaults = core::ptr::null_mut();
            (*f).func_kwdefaults = core::ptr::null_mut();
            (*f).func_closure = core::ptr::null_mut();
            (*f).func_doc = doc.map_or(core::ptr::null_mut(), Owned::into_ptr);
            (*f).func_dict = core::ptr::null_mut();
            (*f).func_weakreflist = core::ptr::null_mut();
            (*f).func_module = module.map_or(core::ptr::null_mut(), Owned::into_ptr);
            (*f).func_annotations = core::ptr::null_mut();
            (*f).func_annotate = core::ptr::null_mut();
            (*f).func_typeparams = core::ptr::null_mut();
            (*f).vectorcall = Some(crate::eval::call::function_vectorcall);
            (*f).func_version = 0;
            gc::track(op);
            watch::function(FunctionEvent::Create, Object::from_ptr(op), None);
            Ok(Owned::from_ptr(op))
        }
    }

    /// The code, borrowed from the function: valid until `__code__` is assigned.
    #[inline(always)]
    pub fn code(&self) -> &PyCode {
        // SAFETY: a function always has code.
        unsafe { Object::from_ptr((*self.raw()).func_code).cast_unchecked() }
    }

    /// The globals.
    #[inline(always)]
    pub fn globals(&self) -> &PyDict {
        // SAFETY: a function keeps its globals for life.
        unsafe { Object::from_ptr((*self.raw()).func_globals).cast_unchecked() }
    }

    /// The builtins.
    #[inline(always)]
    pub fn builtins(&self) -> &Object {
        // SAFETY: a function keeps its builtins for life.
        unsafe { Object::from_ptr((*self.raw()).func_builtins) }
    }

    /// Positional defaults.
    #[inline(always)]
    pub fn defaults(&self) -> Option<&PyTuple> {
        // SAFETY: a tuple or null; valid until assigned.
        unsafe { Object::from_ptr_opt((*self.raw()).func_defaults).map(|d| d.cast_unchecked()) }
    }

    /// Keyword-only defaults.
    pub fn kwdefaults(&self) -> Option<Owned<PyDict>> {
        // SAFETY: a dictionary or null.
        unsafe { own((*self.raw()).func_kwdefaults).map(|d| d.cast_unchecked()) }
    }

    /// The closure's cells.
    #[inline(always)]
    pub fn closure(&self) -> Option<&PyTuple> {
        // SAFETY: a tuple or null; never changes after creation.
        unsafe { Object::from_ptr_opt((*self.raw()).func_closure).map(|c| c.cast_unchecked()) }
    }

    /// `__qualname__`, for messages.
    pub fn qualname(&self) -> Owned<PyStr> {
        // SAFETY: a string.
        unsafe { Object::from_ptr((*self.raw()).func_qualname).cast_unchecked::<PyStr>().own() }
    }

    /// `SET_FUNCTION_ATTRIBUTE`.
    pub fn set_attribute(&self, which: u32, value: Owned) {
        // SAFETY: the fields own their references.
        unsafe {
            let f = self.raw();
            let slot = match which {
                make_function::DEFAULTS => &raw mut (*f).func_defaults,
                make_function::KWDEFAULTS => &raw mut (*f).func_kwdefaults,
                make_function::ANNOTATIONS => &raw mut (*f).func_annotations,
                make_function::CLOSURE => &raw mut (*f).func_closure,
                _ => &raw mut (*f).func_annotate,
            };
            put(slot, Some(value));
        }
    }

    /// Names the function that gives this one's annotations after it: `f.__annotate__`.
    pub fn name_annotate(&self, t: &Thread, annotate: &Object) -> PyResult<()> {
        let Some(annotate) = annotate.downcast_exact::<Self>() else { return Ok(()) };
        // SAFETY: live functions; the fields own their references.
        unsafe {
            let own: &PyStr = Object::from_ptr((*self.raw()).func_qualname).cast_unchecked();
            let qualname = own.concat(t, name!(t, ".__annotate__"))?;
            put(&raw mut (*annotate.raw()).func_qualname, Some(qualname.into_object()));
        }
        Ok(())
    }

    /// `__doc__`, which is read with the code if the code was not loaded when the function was made.
    fn doc(&self, t: &Thread) -> PyResult {
        // SAFETY: an object or null; the field owns its reference.
        unsafe {
            let slot = &raw mut (*self.raw()).func_doc;
            if let Some(doc) = own(*slot) {
                return Ok(doc);
            }
            let code = self.code().own();
            code.load(t)?;
            let doc = docstring(&code);
            put(slot, Some(doc.clone()));
            Ok(doc)
        }
    }

    /// Sets `__type_params__`.
    pub fn set_type_params(&self, value: Owned) {
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_typeparams, Some(value)) }
    }
}

unsafe extern "C" fn function_dealloc(op: *mut PyObject) {
    // SAFETY: the function is dead.
    unsafe {
        if watch::functions_watched() && watch::show_dying(op, |op| watch::function(FunctionEvent::Destroy, op, None)) {
            return;
        }
        gc::maybe_untrack(op);
        let f = op.cast::<PyFunctionObject>();
        if !(*f).func_weakreflist.is_null() {
            taipan_object::weakref::clear_weakrefs(op);
        }
        clear_fields(op, true);
        gc::free_sized(op, size_of::<PyFunctionObject>(), size_of::<PyGC_Head>());
    }
}

unsafe fn clear_fields(op: *mut PyObject, all: bool) {
    // SAFETY: the fields own their references.
    unsafe {
        let f = op.cast::<PyFunctionObject>();
        for slot in [
            &raw mut (*f).func_globals,
            &raw mut (*f).func_builtins,
            &raw mut (*f).func_module,
            &raw mut (*f).func_defaults,
            &raw mut (*f).func_kwdefaults,
            &raw mut (*f).func_doc,
            &raw mut (*f).func_dict,
            &raw mut (*f).func_closure,
            &raw mut (*f).func_annotations,
            &raw mut (*f).func_annotate,
            &raw mut (*f).func_typeparams,
        ] {
            if !all && (slot == &raw mut (*f).func_globals || slot == &raw mut (*f).func_builtins) {
                continue;
            }
            put(slot, None);
        }
        if all {
            put(&raw mut (*f).func_code, None);
            put(&raw mut (*f).func_name, None);
            put(&raw mut (*f).func_qualname, None);
        }
    }
}

unsafe extern "C" fn function_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live function.
    unsafe {
        let f = op.cast::<PyFunctionObject>();
        for held in [
            (*f).func_code,
            (*f).func_globals,
            (*f).func_builtins,
            (*f).func_module,
            (*f).func_defaults,
            (*f).func_kwdefaults,
            (*f).func_doc,
            (*f).func_name,
            (*f).func_dict,
            (*f).func_closure,
            (*f).func_annotations,
            (*f).func_annotate,
            (*f).func_typeparams,
            (*f).func_qualname,
        ] {
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

unsafe extern "C" fn function_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live function that is garbage; what a call needs stays.
    unsafe { clear_fields(op, false) };
    0
}

const fn member(name: &'static CStr, offset: usize, flags: c_int) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), r#type: _Py_T_OBJECT, offset: offset as isize, flags, doc: core::ptr::null() }
}

impl PyFunction {
    const MEMBERS_LEN: usize = 4;
}

/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[class(name = "function", layout, export = PyFunction_Type, flags(HAVE_GC, METHOD_DESCRIPTOR, HAVE_VECTORCALL),
    dealloc = function_dealloc, traverse = function_traverse, clear = function_clear,
    call = taipan_object::tramp::vectorcall_call, getattro = attr::generic_getattr_slot,
    setattro = attr::generic_setattr_slot,
    members = [
        member(c"__closure__", core::mem::offset_of!(PyFunctionObject, func_closure), Py_READONLY),
        member(c"__globals__", core::mem::offset_of!(PyFunctionObject, func_globals), Py_READONLY),
        member(c"__builtins__", core::mem::offset_of!(PyFunctionObject, func_builtins), Py_READONLY),
        PyMemberDef::END,
    ])]
impl PyFunction {
    #[new(sig = "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)")]
    fn new_(
        _cls: &PyType,
        t: &Thread,
        code: &PyCode,
        globals: &PyDict,
        name: Option<&Object>,
        argdefs: Option<&Object>,
        closure: Option<&Object>,
        kwdefaults: Option<&Object>,
    ) -> PyResult<Owned<Self>> {
        let name = attr::none_if_none(name);
        let argdefs = attr::none_if_none(argdefs);
        let closure = attr::none_if_none(closure);
        let kwdefaults = attr::none_if_none(kwdefaults);
        if name.is_some_and(|n| !n.is_instance_of::<PyStr>()) {
            return Err(err!(t, TypeError, "arg 3 (name) must be None or string"));
        }
        if argdefs.is_some_and(|n| !n.is_instance_of::<PyTuple>()) {
            return Err(err!(t, TypeError, "arg 4 (defaults) must be None or tuple"));
        }
        // SAFETY: plain field.
        let nfree = unsafe { (*code.raw()).co_nfreevars as usize };
        let closure = match closure {
            None if nfree > 0 => return Err(err!(t, TypeError, "arg 5 (closure) must be tuple")),
            None => None,
            Some(c) => match c.downcast::<PyTuple>() {
                Some(c) => Some(c),
                None => return Err(err!(t, TypeError, "arg 5 (closure) must be None or tuple")),
            },
        };
        let n = closure.map_or(0, PyTuple::len);
        if n != nfree {
            return Err(err!(t, ValueError, "{} requires closure of length {nfree}, not {n}", code.name().display()));
        }
        if let Some(closure) = closure {
            for cell in closure.as_slice() {
                if !cell.is_exact::<PyCell>() {
                    return Err(err!(
                        t,
                        TypeError,
                        "arg 5 (closure) expected cell, found {}",
                        cell.class().name_lossy()
                    ));
                }
            }
        }
        if kwdefaults.is_some_and(|n| !n.is_instance_of::<PyDict>()) {
            return Err(err!(t, TypeError, "arg 6 (kwdefaults) must be None or dict"));
        }
        let made = Self::new(t, code, globals)?;
        // SAFETY: the fields own their references.
        unsafe {
            let f = made.raw();
            if let Some(name) = name {
                put(&raw mut (*f).func_name, Some(name.own()));
            }
            put(&raw mut (*f).func_defaults, argdefs.map(Own::own));
            put(&raw mut (*f).func_closure, closure.map(|c| c.as_object().own()));
            put(&raw mut (*f).func_kwdefaults, kwdefaults.map(Own::own));
        }
        Ok(made)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_fmt(t, format_args!("<function {} at {:p}>", self.qualname().display(), self.as_ptr()))
            .map(Owned::into_object)
    }

    #[slot]
    fn tp_descr_get(&self, t: &Thread, object: Option<&Object>, _class: Option<&Object>) -> PyResult {
        match object {
            Some(object) if !object.is(singletons::none()) => {
                taipan_object::PyMethod::new(t, self, object).map(Owned::into_object)
            }
            _ => Ok(self.as_object().own()),
        }
    }

    #[getter]
    fn __code__(&self, _t: &Thread) -> Owned {
        self.code().as_object().own()
    }

    #[setter]
    fn set___code__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(code) = value.and_then(|v| v.downcast_exact::<PyCode>()) else {
            return Err(err!(t, TypeError, "__code__ must be set to a code object"));
        };
        let closure = self.closure().map_or(0, PyTuple::len);
        // SAFETY: plain fields.
        unsafe {
            let nfree = (*code.raw()).co_nfreevars as usize;
            if closure != nfree {
                return Err(err!(
                    t,
                    ValueError,
                    "{}() requires a code object with {closure} free vars, not {nfree}",
                    Object::from_ptr((*self.raw()).func_name).str_lossy(t)
                ));
            }
            const KIND: i32 = (co_flags::GENERATOR | co_flags::COROUTINE | co_flags::ASYNC_GENERATOR) as i32;
            if (self.code().flags() ^ code.flags()) & KIND != 0 {
                errors::warn(
                    t,
                    exceptions_class!(DeprecationWarning),
                    format_args!(
                        "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)"
                    ),
                    1,
                )?;
            }
            self.doc(t)?;
            watch::function(FunctionEvent::ModifyCode, self.as_object(), Some(code.as_object()));
            put(&raw mut (*self.raw()).func_code, Some(code.as_object().own()));
        }
        Ok(())
    }

    #[getter]
    fn __defaults__(&self, _t: &Thread) -> Option<Owned> {
        self.defaults().map(|d| d.as_object().own())
    }

    #[setter]
    fn set___defaults__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = attr::none_if_none(value);
        if value.is_some_and(|v| !v.is_instance_of::<PyTuple>()) {
            return Err(err!(t, TypeError, "__defaults__ must be set to a tuple object"));
        }
        watch::function(FunctionEvent::ModifyDefaults, self.as_object(), value);
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_defaults, value.map(Own::own)) };
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(&self, _t: &Thread) -> Option<Owned<PyDict>> {
        self.kwdefaults()
    }

    #[setter]
    fn set___kwdefaults__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = attr::none_if_none(value);
        if value.is_some_and(|v| !v.is_instance_of::<PyDict>()) {
            return Err(err!(t, TypeError, "__kwdefaults__ must be set to a dict object"));
        }
        watch::function(FunctionEvent::ModifyKwdefaults, self.as_object(), value);
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_kwdefaults, value.map(Own::own)) };
        Ok(())
    }

    #[getter]
    fn __name__(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: a string.
        unsafe { own((*self.raw()).func_name) }
    }

    #[setter]
    fn set___name__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value.filter(|v| v.is_instance_of::<PyStr>()) else {
            return Err(err!(t, TypeError, "__name__ must be set to a string object"));
        };
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_name, Some(value.own())) };
        Ok(())
    }

    #[getter]
    fn __qualname__(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: a string.
        unsafe { own((*self.raw()).func_qualname) }
    }

    #[setter]
    fn set___qualname__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value.filter(|v| v.is_instance_of::<PyStr>()) else {
            return Err(err!(t, TypeError, "__qualname__ must be set to a string object"));
        };
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_qualname, Some(value.own())) };
        Ok(())
    }

    /// The function that makes the annotations of a function object.
    #[getter]
    fn __annotate__(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: an object or null.
        unsafe { own((*self.raw()).func_annotate) }
    }

    #[setter]
    fn set___annotate__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "__annotate__ cannot be deleted"));
        };
        if !value.is(singletons::none()) && !value.is_callable() {
            return Err(err!(t, TypeError, "__annotate__ must be callable or None"));
        }
        // SAFETY: the fields own their references.
        unsafe {
            put(&raw mut (*self.raw()).func_annotate, Some(value.own()));
            if !value.is(singletons::none()) {
                put(&raw mut (*self.raw()).func_annotations, None);
            }
        }
        Ok(())
    }

    #[getter]
    fn __doc__(&self, t: &Thread) -> PyResult {
        self.doc(t)
    }

    #[setter]
    fn set___doc__(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_doc, Some(value.unwrap_or_else(|| singletons::none()).own())) };
        Ok(())
    }

    #[getter]
    fn __module__(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: an object or null.
        unsafe { own((*self.raw()).func_module) }
    }

    #[setter]
    fn set___module__(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        // SAFETY: the field owns its reference.
        unsafe { put(&raw mut (*self.raw()).func_module, Some(value.unwrap_or_else(|| singletons::none()).own())) };
        Ok(())
    }

    /// Dict of annotations in a function object.
    #[getter]
    fn __annotations__(&self, t: &Thread) -> PyResult {
        // SAFETY: objects or null.
        unsafe {
            if let Some(found) = own((*self.raw()).func_annotations) {
                if let Some(items) = found.downcast_exact::<PyTuple>() {
                    let dict = PyDict::new(t)?;
                    for pair in items.as_slice().chunks_exact(2) {
                        dict.set_item(t, pair[0], pair[1])?;
                    }
                    put(&raw mut (*self.raw()).func_annotations, Some(dict.clone().into_object()));
                    return Ok(dict.into_object());
                }
                return Ok(found);
            }
            let made = match own((*self.raw()).func_annotate).filter(|a| a.is_callable()) {
                Some(annotate) => {
                    let one = taipan_object::PyInt::from_i64(t, 1)?;
                    let made = annotate.call(t, &[&one])?;
                    if !made.is_instance_of::<PyDict>() {
                        return Err(err!(
                            t,
                            TypeError,
                            "__annotate__ returned non-dict of type '{:.100}'",
                            made.class().name_lossy()
                        ));
                    }
                    made
                }
                None => PyDict::new(t)?.into_object(),
            };
            put(&raw mut (*self.raw()).func_annotations, Some(made.clone()));
            Ok(made)
        }
    }

    #[setter]
    fn set___annotations__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = attr::none_if_none(value);
        if value.is_some_and(|v| !v.is_instance_of::<PyDict>()) {
            return Err(err!(t, TypeError, "__annotations__ must be set to a dict object"));
        }
        // SAFETY: the fields own their references.
        unsafe {
            put(&raw mut (*self.raw()).func_annotations, value.map(Own::own));
            put(&raw mut (*self.raw()).func_annotate, None);
        }
        Ok(())
    }

    /// Get the declared type parameters for a function.
    #[getter]
    fn __type_params__(&self, _t: &Thread) -> Owned {
        // SAFETY: an object or null.
        unsafe { own((*self.raw()).func_typeparams) }.unwrap_or_else(|| PyTuple::empty().as_object().own())
    }

    #[setter]
    fn set___type_params__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value.filter(|v| v.is_instance_of::<PyTuple>()) else {
            return Err(err!(t, TypeError, "__type_params__ must be set to a tuple"));
        };
        self.set_type_params(value.own());
        Ok(())
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self, t: &Thread) -> PyResult {
        attr::generic_get_dict(t, self)
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        attr::generic_set_dict(t, self, value)
    }
}

/// Registers the type; sets the offsets that the declaration cannot name.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    // SAFETY: at start-up, before anything else sees the type.
    unsafe {
        let ty = <PyFunction as taipan_object::Class>::TYPE;
        (*ty).tp_weaklistoffset = core::mem::offset_of!(PyFunctionObject, func_weakreflist) as isize;
        (*ty).tp_dictoffset = core::mem::offset_of!(PyFunctionObject, func_dict) as isize;
        (*ty).tp_vectorcall_offset = core::mem::offset_of!(PyFunctionObject, vectorcall) as isize;
    }
    typeobject::add_static::<PyFunction>(t)
}
