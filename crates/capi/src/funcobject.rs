//! `funcobject.h`, `methodobject.h`, `classobject.h`, `descrobject.h`, `cellobject.h`: functions, methods, descriptors.

use crate::contract::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use taipan_interp::code::PyCode;
use taipan_interp::function::PyFunction;
use taipan_object::abi::*;
use taipan_object::watch::{self, FunctionEvent};
use taipan_object::{
    Object, Own, Owned, PyCFunction, PyCell, PyClassMethod, PyDict, PyMethod, PyResult, PyStaticMethod, PyStr, PyTuple,
    PyType, Thread, descr, err, errors, name, singletons,
};
use taipan_runtime::refcount;

unsafe fn function<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyFunction> {
    // SAFETY: the contract of the callers.
    unsafe { opt(op) }.and_then(|op| op.downcast::<PyFunction>()).ok_or_else(|| errors::bad_internal_call(t))
}

unsafe fn c_function_of<'a>(t: &Thread, op: Obj) -> PyResult<&'a PyCFunction> {
    // SAFETY: the contract of the callers; a `builtin_method` begins with the same fields.
    unsafe {
        match opt(op) {
            Some(op)
                if op.is_instance_of::<PyCFunction>()
                    || op
                        .class()
                        .is_subtype(<taipan_object::cfunction::PyCMethod as taipan_object::Class>::class()) =>
            {
                Ok(op.cast_unchecked())
            }
            _ => Err(errors::bad_internal_call(t)),
        }
    }
}

/// A field of a function that holds an object or null, borrowed.
unsafe fn field(t: &Thread, op: Obj, get: impl Fn(*mut PyFunctionObject) -> Obj) -> PyResult<Obj> {
    // SAFETY: the contract of the callers.
    unsafe { Ok(get(function(t, op)?.raw())) }
}

/// Sets a field of a function: `None` empties it.
unsafe fn set_field(
    t: &Thread,
    op: Obj,
    value: Obj,
    fits: impl Fn(&Object) -> bool,
    what: &str,
    place: impl Fn(*mut PyFunctionObject) -> *mut Obj,
) -> PyResult<()> {
    // SAFETY: the contract of the callers; the field owns its reference.
    unsafe {
        let function = function(t, op)?;
        let new = match opt(value) {
            Some(value) if value.is(singletons::none()) => core::ptr::null_mut(),
            Some(value) if fits(value) => value.own().into_ptr(),
            Some(value) if what.contains("closure") => {
                return Err(err!(
                    t,
                    SystemError,
                    "expected tuple for closure, got '{:.100}'",
                    value.class().name_lossy()
                ));
            }
            _ => return Err(err!(t, SystemError, "{what}")),
        };
        let place = place(function.raw());
        let event = if core::ptr::eq(place, &raw mut (*function.raw()).func_defaults) {
            Some(FunctionEvent::ModifyDefaults)
        } else if core::ptr::eq(place, &raw mut (*function.raw()).func_kwdefaults) {
            Some(FunctionEvent::ModifyKwdefaults)
        } else {
            None
        };
        if let Some(event) = event {
            watch::function(event, function.as_object(), opt(new));
        }
        refcount::xdecref(core::mem::replace(&mut *place, new));
        // Specialised calls rely on the version.
        (*function.raw()).func_version = 0;
        Ok(())
    }
}

macro_rules! fields {
    ($($(#[$meta:meta])* $get:ident $field:ident;)*) => {
        capi! {
            $(
                $(#[$meta])*
                fn $get[t](op: Obj) -> Borrowed {
                    field(t, op, |f| (*f).$field)
                }
            )*
        }
    };
}

fields! {
    /// `__globals__`, borrowed.
    PyFunction_GetGlobals func_globals;
    /// `__module__`, borrowed, or null.
    PyFunction_GetModule func_module;
    /// `__defaults__`, borrowed, or null.
    PyFunction_GetDefaults func_defaults;
    /// `__kwdefaults__`, borrowed, or null.
    PyFunction_GetKwDefaults func_kwdefaults;
    /// `__closure__`, borrowed, or null.
    PyFunction_GetClosure func_closure;
}

capi! {
    /// `__code__`, borrowed.
    fn PyFunction_GetCode[t](op: Obj) -> Borrowed {
        let code = field(t, op, |f| (*f).func_code)?;
        // Native code may read the fields.
        cast::<PyCode>(code).load(t)?;
        Ok(code)
    }

    /// A Python function; a new reference.
    fn PyFunction_New[t; code, globals](code: Obj, globals: Obj) -> New<PyFunction> {
        PyFunction::new(t, cast::<PyCode>(code), cast::<PyDict>(globals))
    }

    /// A Python function with a qualified name, or null; a new reference.
    fn PyFunction_NewWithQualName[t; code, globals](code: Obj, globals: Obj, qualname: Obj) -> New<PyFunction> {
        let made = PyFunction::new(t, cast::<PyCode>(code), cast::<PyDict>(globals))?;
        if let Some(qualname) = opt(qualname) {
            let place = &mut (*made.raw()).func_qualname;
            refcount::xdecref(core::mem::replace(place, qualname.own().into_ptr()));
        }
        Ok(made)
    }

    /// `__annotations__`, borrowed, or null.
    fn PyFunction_GetAnnotations[t](op: Obj) -> Borrowed {
        let function = function(t, op)?;
        if (*function.raw()).func_annotations.is_null() && (*function.raw()).func_annotate.is_null() {
            return Ok(singletons::none().as_ptr());
        }
        // The function keeps them.
        Ok(function.as_object().getattr(t, name!(t, "__annotations__"))?.as_ptr())
    }

    /// Sets `__defaults__`: a tuple or None.
    fn PyFunction_SetDefaults[t](op: Obj, value: Obj) -> Status {
        let fits = |v: &Object| v.is_instance_of::<PyTuple>();
        set_field(t, op, value, fits, "non-tuple default args", |f| &raw mut (*f).func_defaults)
    }

    /// Sets `__kwdefaults__`: a dictionary or None.
    fn PyFunction_SetKwDefaults[t](op: Obj, value: Obj) -> Status {
        let fits = |v: &Object| v.is_instance_of::<PyDict>();
        set_field(t, op, value, fits, "non-dict keyword only default args", |f| &raw mut (*f).func_kwdefaults)
    }

    /// Sets `__closure__`: a tuple or None.
    fn PyFunction_SetClosure[t](op: Obj, value: Obj) -> Status {
        let fits = |v: &Object| v.is_instance_of::<PyTuple>();
        set_field(t, op, value, fits, "expected tuple for closure", |f| &raw mut (*f).func_closure)
    }

    /// Sets `__annotations__`: a dictionary or None.
    fn PyFunction_SetAnnotations[t](op: Obj, value: Obj) -> Status {
        let fits = |v: &Object| v.is_instance_of::<PyDict>();
        set_field(t, op, value, fits, "non-dict annotations", |f| &raw mut (*f).func_annotations)
    }

    /// Sets the function that calls go to.
    fn PyFunction_SetVectorcall(op: *mut PyFunctionObject, vectorcall: Option<vectorcallfunc>) -> Void {
        (*op).func_version = 0;
        (*op).vectorcall = vectorcall;
    }

    /// A bound method; a new reference.
    fn PyMethod_New[t; function](function: Obj, this: Obj) -> New<PyMethod> {
        let Some(this) = opt(this) else { return Err(errors::bad_internal_call(t)) };
        PyMethod::new(t, o(function), this)
    }

    /// The function of a bound method, borrowed.
    fn PyMethod_Function[t](op: Obj) -> Borrowed {
        Ok(want::<PyMethod>(t, op)?.function().as_ptr())
    }

    /// The receiver of a bound method, borrowed.
    fn PyMethod_Self[t](op: Obj) -> Borrowed {
        Ok(want::<PyMethod>(t, op)?.this().as_ptr())
    }

    /// `classmethod(op)`; a new reference.
    fn PyClassMethod_New[t; op](op: Obj) -> New<PyClassMethod> {
        PyClassMethod::new(t, o(op))
    }

    /// `staticmethod(op)`; a new reference.
    fn PyStaticMethod_New[t; op](op: Obj) -> New<PyStaticMethod> {
        PyStaticMethod::new(t, o(op))
    }

    /// A function that becomes a method of instances though it is not one of Python; a new reference.
    fn PyInstanceMethod_New[t; function](function: Obj) -> New {
        crate::instancemethod::new(t, o(function))
    }

    /// The function of an instance method, borrowed.
    fn PyInstanceMethod_Function[t](op: Obj) -> Borrowed {
        crate::instancemethod::function(t, op)
    }

    /// A function of a table entry; a new reference.
    fn PyCFunction_New[t](def: *mut PyMethodDef, this: Obj) -> New<PyCFunction> {
        PyCFunction::new(t, def, opt(this), None, None)
    }

    /// A function of a table entry and a module; a new reference.
    fn PyCFunction_NewEx[t](def: *mut PyMethodDef, this: Obj, module: Obj) -> New<PyCFunction> {
        PyCFunction::new(t, def, opt(this), opt(module), None)
    }

    /// A function of a table entry, a module and a class; a new reference.
    fn PyCMethod_New[t](def: *mut PyMethodDef, this: Obj, module: Obj, class: *mut PyTypeObject) -> New<PyCFunction> {
        let with_class = (*def).ml_flags & METH_METHOD != 0;
        if with_class && class.is_null() {
            return Err(err!(t, SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class"));
        }
        if !with_class && !class.is_null() {
            return Err(err!(t, SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag"));
        }
        let class = if class.is_null() { None } else { Some(PyType::from_type_ptr(class)) };
        PyCFunction::new(t, def, opt(this), opt(module), class)
    }

    /// The C function.
    fn PyCFunction_GetFunction[t](op: Obj) -> Raw<*mut c_void> {
        c_function_of(t, op).map_or(core::ptr::null_mut(), |f| (*f.method_def()).ml_meth.Void)
    }

    /// The receiver, borrowed, or null.
    fn PyCFunction_GetSelf[t](op: Obj) -> Borrowed {
        let function = c_function_of(t, op)?;
        if (*function.method_def()).ml_flags & METH_STATIC != 0 {
            return Ok(core::ptr::null_mut());
        }
        Ok((*function.raw()).m_self)
    }

    /// The calling convention; -1 with an exception.
    fn PyCFunction_GetFlags[t](op: Obj) -> Raw<c_int> {
        c_function_of(t, op).map_or(-1, |f| (*f.method_def()).ml_flags)
    }

    /// A method descriptor; a new reference.
    fn PyDescr_NewMethod[t](owner: *mut PyTypeObject, def: *mut PyMethodDef) -> New {
        let name = PyStr::intern_c(t, CStr::from_ptr((*def).ml_name))?;
        descr::new_method(t, PyType::from_type_ptr(owner), def, &name)
    }

    /// A class method descriptor; a new reference.
    fn PyDescr_NewClassMethod[t](owner: *mut PyTypeObject, def: *mut PyMethodDef) -> New {
        let name = PyStr::intern_c(t, CStr::from_ptr((*def).ml_name))?;
        descr::new_class_method(t, PyType::from_type_ptr(owner), def, &name)
    }

    /// A member descriptor; a new reference.
    fn PyDescr_NewMember[t](owner: *mut PyTypeObject, def: *mut PyMemberDef) -> New {
        if (*def).flags & Py_RELATIVE_OFFSET != 0 {
            return Err(err!(t, SystemError, "PyDescr_NewMember used with Py_RELATIVE_OFFSET"));
        }
        let name = PyStr::intern_c(t, CStr::from_ptr((*def).name))?;
        descr::new_member(t, PyType::from_type_ptr(owner), def, &name)
    }

    /// A descriptor of a computed attribute; a new reference.
    fn PyDescr_NewGetSet[t](owner: *mut PyTypeObject, def: *mut PyGetSetDef) -> New {
        let name = PyStr::intern_c(t, CStr::from_ptr((*def).name))?;
        descr::new_getset(t, PyType::from_type_ptr(owner), def, &name)
    }

    /// Whether a descriptor may be assigned to.
    fn PyDescr_IsData(op: Obj) -> Raw<c_int> {
        (*(*op).ob_type).tp_descr_set.is_some().into()
    }

    /// A slot wrapper bound to an object; a new reference.
    fn PyWrapper_New[t; descriptor, this](descriptor: Obj, this: Obj) -> New {
        let class = o(this).class().as_object();
        o(descriptor).call_method(t, name!(t, "__get__"), &[o(this), class])
    }

    /// A member of a structure; a new reference.
    fn PyMember_GetOne[t](base: *const c_char, def: *mut PyMemberDef) -> New {
        if (*def).flags & Py_RELATIVE_OFFSET != 0 {
            return Err(err!(t, SystemError, "PyMember_GetOne used with Py_RELATIVE_OFFSET"));
        }
        descr::member_get(t, base.cast_mut().cast(), &*def)
    }

    /// Sets a member of a structure.
    fn PyMember_SetOne[t](base: *mut c_char, def: *mut PyMemberDef, value: Obj) -> Status {
        if (*def).flags & Py_RELATIVE_OFFSET != 0 {
            return Err(err!(t, SystemError, "PyMember_SetOne used with Py_RELATIVE_OFFSET"));
        }
        descr::member_set(t, base.cast(), &*def, opt(value))
    }

    /// A cell; a new reference.
    fn PyCell_New[t](value: Obj) -> New<PyCell> {
        PyCell::new(t, opt(value).map(Own::own))
    }

    /// What a cell holds; a new reference, or null.
    fn PyCell_Get[t](op: Obj) -> Raw<Obj> {
        match want::<PyCell>(t, op) {
            Ok(cell) => cell.get().map_or(core::ptr::null_mut(), Owned::into_ptr),
            Err(_) => core::ptr::null_mut(),
        }
    }

    /// Sets what a cell holds; the reference stays the caller's.
    fn PyCell_Set[t](op: Obj, value: Obj) -> Status {
        want::<PyCell>(t, op)?.set(opt(value).map(Own::own));
        Ok(())
    }

    /// "name()" of a callable for messages; a new reference.
    fn _PyObject_FunctionStr[t; op](op: Obj) -> New<PyStr> {
        PyStr::from_str(t, &eval_function_str(t, o(op)))
    }
}

fn eval_function_str(t: &Thread, op: &Object) -> String {
    taipan_interp::eval::call::function_str(t, op)
}
