//! C functions with a pointer of their own as Python callables, for lists that hold Python functions (`atexit`, audit
//! hooks).

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_object::abi::*;
use taipan_object::{Owned, PyCFunction, PyInt, PyResult, PyTuple, Static, Thread, singletons};
use taipan_runtime::thread;

type Plain = unsafe extern "C" fn(*mut c_void);
type AuditHook = unsafe extern "C" fn(*const c_char, Obj, *mut c_void) -> c_int;

static PLAIN: Static<PyMethodDef> = Static::new(PyMethodDef {
    ml_name: c"native_callback".as_ptr(),
    ml_meth: PyMethodPointer { PyCFunction: call_plain },
    ml_flags: METH_NOARGS,
    ml_doc: core::ptr::null(),
});

static AUDIT: Static<PyMethodDef> = Static::new(PyMethodDef {
    ml_name: c"native_audit_hook".as_ptr(),
    ml_meth: PyMethodPointer { PyCFunction: call_audit },
    ml_flags: METH_VARARGS,
    ml_doc: core::ptr::null(),
});

/// The addresses that the receiver holds.
unsafe fn addresses(this: Obj) -> Option<(usize, usize)> {
    // SAFETY: only receivers made by `make` come here.
    let [function, data] = unsafe { cast::<PyTuple>(this) }.as_slice() else { return None };
    let address = |op: &taipan_object::Object| op.downcast::<PyInt>().map(|n| n.to_u64_mask() as usize);
    Some((address(function)?, address(data)?))
}

unsafe extern "C" fn call_plain(this: Obj, _args: Obj) -> Obj {
    // SAFETY: the receiver holds a function of this type.
    unsafe {
        if let Some((function, data)) = addresses(this) {
            core::mem::transmute::<usize, Plain>(function)(data as *mut c_void);
        }
        let t = thread::current();
        if taipan_object::errors::occurred(t) {
            return core::ptr::null_mut();
        }
        singletons::none().as_ptr()
    }
}

unsafe extern "C" fn call_audit(this: Obj, args: Obj) -> Obj {
    // SAFETY: the receiver holds a function of this type; hooks are called with the event and its arguments.
    unsafe {
        let t = thread::current();
        let [event, arguments] = cast::<PyTuple>(args).as_slice() else { return core::ptr::null_mut() };
        let Some(text) = event.downcast::<taipan_object::PyStr>() else { return core::ptr::null_mut() };
        let event = crate::unicodeobject::utf8_ptr(t, text, core::ptr::null_mut());
        if event.is_null() {
            return core::ptr::null_mut();
        }
        let Some((function, data)) = addresses(this) else { return core::ptr::null_mut() };
        let hook = core::mem::transmute::<usize, AuditHook>(function);
        if hook(event, arguments.as_ptr(), data as *mut c_void) < 0 {
            if !taipan_object::errors::occurred(t) {
                let _ = taipan_object::err!(t, SystemError, "error return without exception set");
            }
            return core::ptr::null_mut();
        }
        singletons::none().as_ptr()
    }
}

fn make(t: &Thread, definition: *mut PyMethodDef, function: usize, data: *mut c_void) -> PyResult<Owned> {
    let function = PyInt::from_u64(t, function as u64)?;
    let data = PyInt::from_u64(t, data as usize as u64)?;
    let this = PyTuple::from_vec(t, vec![function.into_object(), data.into_object()])?;
    // SAFETY: a static definition.
    unsafe { PyCFunction::new(t, definition, Some(&this), None, None).map(Owned::into_object) }
}

/// A callable that calls a C function with its pointer.
pub fn new(t: &Thread, function: Plain, data: *mut c_void) -> PyResult<Owned> {
    make(t, PLAIN.get(), function as usize, data)
}

capi! {
    /// A C function as audit hook.
    fn PySys_AddAuditHook[t](hook: AuditHook, data: *mut c_void) -> Status {
        let hook = make(t, AUDIT.get(), hook as usize, data)?;
        taipan_object::audit::add_hook(t, &hook);
        Ok(())
    }
}
