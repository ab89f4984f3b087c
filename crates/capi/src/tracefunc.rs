//! C functions as trace and profile functions: the interpreter calls an object that calls the C function.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_interp::tracing::legacy;
use taipan_object::abi::*;
use taipan_object::{
    Object, Own, Owned, PyCFunction, PyInt, PyResult, PyStr, PyTuple, Static, Thread, errors, singletons,
};
use taipan_runtime::thread;

static DEFINITION: Static<PyMethodDef> = Static::new(PyMethodDef {
    ml_name: c"c_tracefunc".as_ptr(),
    ml_meth: PyMethodPointer { PyCFunction: call },
    ml_flags: METH_VARARGS,
    ml_doc: core::ptr::null::<c_char>(),
});

/// `PyTrace_*` of an event's name.
fn event_number(name: &PyStr) -> c_int {
    let names = ["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];
    names.iter().position(|n| name.eq_str(n)).map_or(-1, |i| i as c_int)
}

/// Called with frame, event and argument; the receiver holds the C function and its object.
unsafe extern "C" fn call(this: Obj, args: Obj) -> Obj {
    // SAFETY: only the interpreter calls this, with a tuple of three; the receiver was made by `install`.
    unsafe {
        let t = thread::current();
        let [address, object] = cast::<PyTuple>(this).as_slice() else { return core::ptr::null_mut() };
        let [frame, event, arg] = cast::<PyTuple>(args).as_slice() else { return core::ptr::null_mut() };
        let (Some(address), Some(event)) = (address.downcast::<PyInt>(), event.downcast::<PyStr>()) else {
            let _ = errors::bad_internal_call(t);
            return core::ptr::null_mut();
        };
        let function = core::mem::transmute::<*mut c_void, Py_tracefunc>(address.to_u64_mask() as usize as *mut c_void);
        let object = if object.is(singletons::none()) { core::ptr::null_mut() } else { object.as_ptr() };
        let number = event_number(event);
        if function(object, frame.as_ptr().cast(), number, arg.as_ptr()) != 0 {
            return core::ptr::null_mut();
        }
        // What traces the frame further.
        match PyCFunction::new(t, DEFINITION.get(), Some(o(this)), None, None) {
            Ok(next) => next.into_object().into_ptr(),
            Err(_) => core::ptr::null_mut(),
        }
    }
}

/// Makes a C function a thread's trace or profile function.
///
/// # Safety
/// `of` is a living thread state; the function may be called while it is installed.
pub unsafe fn install(
    t: &Thread,
    of: *mut Thread,
    function: Py_tracefunc,
    object: Option<&Object>,
    profile: bool,
) -> PyResult<()> {
    let address = PyInt::from_u64(t, function as usize as u64)?;
    let object: Owned = object.unwrap_or_else(|| singletons::none()).own();
    let this = PyTuple::from_vec(t, vec![address.into_object(), object])?;
    // SAFETY: a static definition.
    let callable = unsafe { PyCFunction::new(t, DEFINITION.get(), Some(&this), None, None)? };
    if profile { legacy::set_profile(t, of, Some(&callable)) } else { legacy::set_trace(t, of, Some(&callable)) }
}
