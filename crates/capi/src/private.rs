//! Functions of CPython's internal headers that its own library modules use when they are built apart, `_ctypes` and
//! `_sqlite3` among them.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_void};
use taipan_object::abi::*;
use taipan_object::{Object, Owned, PyDict, PyStr, err, errors};

capi! {
    /// Calls an object through its type's slot; `keywords` is null, a dictionary, or a tuple of the names of the values
    /// that follow the positional arguments. A new reference.
    fn _PyObject_MakeTpCall(
        _ts: *mut c_void, callable: Obj, args: *const Obj, n: Size, keywords: Obj,
    ) -> Raw<Obj> {
        if opt(keywords).is_some_and(|keywords| keywords.is_instance_of::<PyDict>()) {
            crate::abstract_::PyObject_VectorcallDict(callable, args, n as usize, keywords)
        } else {
            crate::abstract_::PyObject_Vectorcall(callable, args, n as usize, keywords)
        }
    }

    /// The result of a call, unless it is null without an exception or there with one; `where_` stands for the callable
    /// in the complaint. Takes the reference over.
    fn _Py_CheckFunctionResult[t](_ts: *mut c_void, callable: Obj, result: Obj, where_: *const c_char) -> New {
        if let Some(callable) = opt(callable) {
            return taipan_object::call::check_result(t, callable, result);
        }
        let place = c_text(where_).unwrap_or_default();
        match (result.is_null(), errors::occurred(t)) {
            (true, false) => Err(err!(t, SystemError, "{place} returned NULL without setting an exception")),
            (false, true) => {
                drop(Owned::<Object>::from_ptr(result));
                Err(err!(t, SystemError, "{place} returned a result with an exception set"))
            }
            _ => Owned::from_result(result),
        }
    }

    /// The nearest base with a token, borrowed, through `out` (unless null): 1, 0 or -1.
    fn _PyType_GetBaseByToken_Borrow(ty: *mut PyTypeObject, token: *mut c_void, out: *mut *mut PyTypeObject) -> Raw<c_int> {
        let mut found = core::ptr::null_mut();
        let result = crate::typeobject::PyType_GetBaseByToken(ty, token, &mut found);
        if !out.is_null() {
            *out = found;
        }
        // The type keeps its bases alive.
        if !found.is_null() {
            taipan_runtime::refcount::decref(found.cast());
        }
        result
    }

    /// The name of a type without what stands before its last dot; it lives as long as the type.
    fn _PyType_Name(ty: *mut PyTypeObject) -> Raw<*const c_char> {
        let full = c_bytes((*ty).tp_name);
        let start = full.iter().rposition(|&b| b == b'.').map_or(0, |dot| dot + 1);
        (*ty).tp_name.add(start)
    }

    /// Raises an exception with a message in the locale's encoding.
    fn _PyErr_SetLocaleString[t](class: Obj, text: *const c_char) -> Void {
        if let Ok(text) = PyStr::decode(t, c_bytes(text), None, Some("surrogateescape")) {
            crate::pyerrors::PyErr_SetObject(class, text.as_object().as_ptr());
        }
    }

    /// Whether the referent of a weak reference is dead.
    fn _PyWeakref_IsDead(op: Obj) -> Raw<c_int> {
        taipan_object::weakref::target(o(op)).is_none().into()
    }

    /// Whether an interpreter is ending.
    fn _Py_IsInterpreterFinalizing(interp: *mut taipan_runtime::Interpreter) -> Raw<c_int> {
        (*interp).finalizing.load(core::sync::atomic::Ordering::Relaxed).into()
    }

    /// Sets the profile function of a thread: 0, or -1 with an exception.
    fn _PyEval_SetProfile[t](_ts: *mut c_void, function: Option<Py_tracefunc>, arg: Obj) -> Status {
        crate::pystate::PyEval_SetProfile(function, arg);
        if errors::occurred(t) { Err(taipan_object::Raised::assume()) } else { Ok(()) }
    }

    /// Another descriptor, not inherited, of an open file; -1 with an exception.
    fn _Py_dup[t](fd: c_int) -> Raw<c_int> {
        let new = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
        if new < 0 {
            let _ = errors::io_error(t, &std::io::Error::last_os_error());
        }
        new
    }

    /// What there is to know of an open file: 0, or -1 with `errno`.
    fn _Py_fstat_noraise(fd: c_int, out: *mut libc::stat) -> Raw<c_int> {
        libc::fstat(fd, out)
    }

    /// What there is to know of an open file: 0, or -1 with an exception.
    fn _Py_fstat[t](fd: c_int, out: *mut libc::stat) -> Status {
        if libc::fstat(fd, out) == 0 {
            return Ok(());
        }
        Err(errors::io_error(t, &std::io::Error::last_os_error()))
    }

    /// Bytes in hexadecimal; a new reference.
    fn _Py_strhex[t](bytes: *const c_char, n: Size) -> New<PyStr> {
        let text: String = c_slice(bytes.cast::<u8>(), n).iter().map(|b| format!("{b:02x}")).collect();
        PyStr::from_str(t, &text)
    }

    /// The time, in nanoseconds, when so many will have passed.
    fn _PyDeadline_Init(timeout: i64) -> Raw<i64> {
        monotonic().saturating_add(timeout)
    }

    /// How many nanoseconds are left until then.
    fn _PyDeadline_Get(deadline: i64) -> Raw<i64> {
        deadline.saturating_sub(monotonic())
    }
}

fn monotonic() -> i64 {
    // SAFETY: the clock fills the structure in.
    unsafe {
        let mut now: libc::timespec = core::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now);
        now.tv_sec.saturating_mul(1_000_000_000).saturating_add(now.tv_nsec)
    }
}
