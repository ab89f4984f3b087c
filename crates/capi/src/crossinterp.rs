//! `internal/pycore_crossinterp.h`: objects on their way from one interpreter to another. What an object becomes in
//! between is made by the crate of the modules for subinterpreters; here it gets the shape that C code knows.

use crate::contract::*;
use crate::va::{Va, variadic};
use core::ffi::{c_char, c_int, c_void};
use std::sync::{Mutex, PoisonError};
use taipan_interp::subinterpreters;
use taipan_object::abi::*;
use taipan_object::exceptions::crossinterp;
use taipan_object::{Object, Own, Owned, PyBytes, PyResult, Raised, Thread, err, errors, weakref};
use taipan_std_interpreters::not_shareable;
use taipan_std_interpreters::shared::{self, Fallback, Foreign, Shared};

/// `_PyXIData_t`.
#[repr(C)]
pub struct XiData {
    data: *mut c_void,
    obj: Obj,
    interpid: i64,
    new_object: Option<NewObject>,
    free: Option<Free>,
}

type NewObject = unsafe extern "C" fn(*mut XiData) -> Obj;
type Free = unsafe extern "C" fn(*mut c_void);
type GetData = unsafe extern "C" fn(*mut PyThreadState, Obj, *mut XiData) -> c_int;
type GetDataFallback = unsafe extern "C" fn(*mut PyThreadState, Obj, c_int, *mut XiData) -> c_int;

/// `_PyXIData_getdata_t`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GetDataFunctions {
    basic: Option<GetData>,
    fallback: Option<GetDataFallback>,
}

/// `_PyBytes_data_t`.
#[repr(C)]
pub struct BytesData {
    bytes: *const c_char,
    len: isize,
}

impl XiData {
    const EMPTY: Self =
        Self { data: core::ptr::null_mut(), obj: core::ptr::null_mut(), interpid: -1, new_object: None, free: None };

    /// Fills in what one of our own objects becomes.
    fn set_shared(&mut self, t: &Thread, shared: Shared) {
        self.data = Box::into_raw(Box::new(shared)).cast();
        self.obj = core::ptr::null_mut();
        self.interpid = t.interpreter().id;
        self.new_object = Some(restore_shared);
        self.free = Some(free_shared);
    }

    /// Gives the data up, in the interpreter that they come from.
    unsafe fn clear(&mut self) {
        let data = core::mem::replace(&mut self.data, core::ptr::null_mut());
        // SAFETY: the data are what their maker said.
        unsafe {
            if let Some(free) = self.free
                && !data.is_null()
            {
                free(data);
            }
            taipan_runtime::refcount::xdecref(core::mem::replace(&mut self.obj, core::ptr::null_mut()));
        }
    }
}

unsafe extern "C" fn restore_shared(data: *mut XiData) -> Obj {
    // SAFETY: `set_shared` stored the value; the interpreter is entered.
    unsafe {
        let t = taipan_runtime::thread::current();
        let shared = &*(*data).data.cast::<Shared>();
        shared.restore(t).map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

unsafe extern "C" fn free_shared(data: *mut c_void) {
    // SAFETY: `set_shared` stored the value.
    unsafe { drop(Box::from_raw(data.cast::<Shared>())) };
}

/// A class of an extension module whose objects can pass.
struct Registered {
    class: usize,
    /// Null for static types, which never go.
    weak: usize,
    count: usize,
    functions: GetDataFunctions,
}

static REGISTRY: Mutex<Vec<Registered>> = Mutex::new(Vec::new());

fn registry<R>(work: impl FnOnce(&mut Vec<Registered>) -> R) -> R {
    work(&mut REGISTRY.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What is registered for the class of an object.
fn registered(object: &Object) -> Option<GetDataFunctions> {
    let class = object.class().as_type_ptr() as usize;
    registry(|all| all.iter().find(|known| known.class == class).map(|known| known.functions))
}

/// What C code made of an object of its own.
struct ForeignData(XiData);

// SAFETY: the data are made for other interpreters, and freed in the one that they come from.
unsafe impl Send for ForeignData {}

impl Foreign for ForeignData {
    fn restore(&self, _t: &Thread) -> PyResult {
        // SAFETY: the maker's function with the maker's data.
        unsafe {
            match self.0.new_object {
                Some(new) => Owned::from_result(new(core::ptr::from_ref(&self.0).cast_mut())),
                None => Err(Raised::assume()),
            }
        }
    }
}

impl Drop for ForeignData {
    fn drop(&mut self) {
        // SAFETY: nobody uses the data any more.
        unsafe {
            let _ = release(&mut self.0);
        }
    }
}

/// Asks the functions of an object's class for its data.
unsafe fn call_getdata(
    t: &Thread,
    functions: GetDataFunctions,
    object: &Object,
    fallback: c_int,
    data: *mut XiData,
) -> PyResult<()> {
    let ts: *mut PyThreadState = t.as_ptr().cast();
    // SAFETY: the functions' own contract.
    unsafe {
        let result = match (functions.fallback, functions.basic) {
            (Some(get), _) => get(ts, object.as_ptr(), fallback, data),
            (None, Some(get)) => get(ts, object.as_ptr(), data),
            (None, None) => return Err(shared::refuse(t, "", None)),
        };
        if result != 0 { Err(Raised::assume()) } else { Ok(()) }
    }
}

fn capture_foreign(t: &Thread, object: &Object, fallback: Fallback) -> PyResult<Option<Box<dyn Foreign>>> {
    let Some(functions) = registered(object) else { return Ok(None) };
    let mut data = XiData::EMPTY;
    // SAFETY: a registered class and one of its objects.
    unsafe { call_getdata(t, functions, object, c_int::from(fallback == Fallback::Full), &mut data)? };
    data.interpid = t.interpreter().id;
    Ok(Some(Box::new(ForeignData(data))))
}

/// Makes the types ready.
pub fn init_types(t: &Thread) -> PyResult<()> {
    shared::set_foreign_capture(capture_foreign);
    crossinterp::ready_types(t)
}

/// Gives the data up in the interpreter that they come from: -1 if that is gone.
unsafe fn release(data: *mut XiData) -> c_int {
    // SAFETY: the contract of the callers.
    unsafe {
        if ((*data).data.is_null() || (*data).free.is_none()) && (*data).obj.is_null() {
            (*data).data = core::ptr::null_mut();
            return 0;
        }
        let t = taipan_runtime::thread::current();
        let mut done = -1;
        let id = (*data).interpid;
        if id == t.interpreter().id {
            (*data).clear();
            return 0;
        }
        subinterpreters::visit(t, id, &mut |_| {
            (*data).clear();
            done = 0;
        });
        done
    }
}

/// The data of an object into C's structure.
unsafe fn capture(t: &Thread, op: Obj, fallback: c_int, data: *mut XiData) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe {
        check_empty(t, data)?;
        let object = o(op);
        *data = XiData::EMPTY;
        if let Some(functions) = registered(object) {
            if let Err(raised) = call_getdata(t, functions, object, fallback, data) {
                (*data).clear();
                return Err(raised);
            }
            (*data).interpid = t.interpreter().id;
            if (*data).new_object.is_none() {
                (*data).clear();
                return Err(err!(t, SystemError, "missing new_object func"));
            }
            return Ok(());
        }
        let fallback = if fallback == 1 { Fallback::Full } else { Fallback::None };
        (*data).set_shared(t, Shared::capture(t, object, fallback)?);
        Ok(())
    }
}

unsafe fn check_empty(t: &Thread, data: *mut XiData) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe {
        if !(*data).data.is_null() || !(*data).obj.is_null() {
            return Err(err!(t, ValueError, "xidata not cleared"));
        }
    }
    Ok(())
}

macro_rules! captures {
    ($($(#[$meta:meta])* $name:ident: |$t:ident, $object:ident| $make:expr;)*) => {
        capi! {
            $(
                $(#[$meta])*
                fn $name[$t](_ts: *mut PyThreadState, op: Obj, data: *mut XiData) -> Status {
                    check_empty($t, data)?;
                    let $object = o(op);
                    (*data).set_shared($t, $make?);
                    Ok(())
                }
            )*
        }
    };
}

captures! {
    /// The data of a code object. NotShareableError for anything else.
    _PyCode_GetXIData: |t, object| Shared::of_code(t, object);
    /// The data of a script: source, code or a function without arguments.
    _PyCode_GetScriptXIData: |t, object| Shared::of_script(t, object, false);
    /// The data of a script that does not depend on the globals of a function.
    _PyCode_GetPureScriptXIData: |t, object| Shared::of_script(t, object, true);
    /// The data of a function that depends on its arguments alone.
    _PyFunction_GetXIData: |t, object| Shared::of_function(t, object);
    /// What `marshal` makes of an object.
    _PyMarshal_GetXIData: |t, object| Shared::marshalled(t, object);
    /// What `pickle` makes of an object.
    _PyPickle_GetXIData: |t, object| Shared::pickled(t, object);
    /// The data of bytes.
    _PyBytes_GetXIData: |t, object| Shared::capture(t, object, Fallback::None);
}

capi! {
    /// The data of an object: with fallback 1 also of what can only be pickled.
    fn _PyObject_GetXIData[t](_ts: *mut PyThreadState, op: Obj, fallback: c_int, data: *mut XiData) -> Status {
        capture(t, op, fallback, data)
    }

    /// The data of an object that passes without a fallback.
    fn _PyObject_GetXIDataNoFallback[t](_ts: *mut PyThreadState, op: Obj, data: *mut XiData) -> Status {
        capture(t, op, 0, data)
    }

    /// NotShareableError unless objects of this class pass without a fallback.
    fn _PyObject_CheckXIData[t](_ts: *mut PyThreadState, op: Obj) -> Status {
        let object = o(op);
        if registered(object).is_some() || shared::is_shareable(t, object)? {
            return Ok(());
        }
        let text = format!("{} does not support cross-interpreter data", object.str_lossy(t));
        Err(shared::refuse(t, &text, None))
    }

    /// Empty data; null with an exception. Freed with `_PyXIData_Free`.
    fn _PyXIData_New[t]() -> Raw<*mut XiData> {
        let made = crate::objimpl::PyMem_RawMalloc(size_of::<XiData>()).cast::<XiData>();
        if made.is_null() {
            let _ = errors::no_memory(t);
        } else {
            made.write(XiData::EMPTY);
        }
        made
    }

    /// Gives data up, in the interpreter that they come from.
    fn _PyXIData_Free(data: *mut XiData) -> Void {
        (*data).clear();
        crate::objimpl::PyMem_RawFree(data.cast());
    }

    /// Fills data in; `obj`, if there is one, is referred to.
    fn _PyXIData_Init(
        data: *mut XiData, interp: *mut PyInterpreterState, shared: *mut c_void, obj: Obj, new_object: Option<NewObject>,
    ) -> Void {
        *data = XiData {
            data: shared,
            obj: opt(obj).map_or(core::ptr::null_mut(), |obj| obj.own().into_ptr()),
            interpid: interp.cast::<taipan_runtime::Interpreter>().as_ref().map_or(-1, |interp| interp.id),
            new_object,
            free: None,
        };
    }

    /// Fills data in, with zeroed memory of this size.
    fn _PyXIData_InitWithSize[t](
        data: *mut XiData, interp: *mut PyInterpreterState, size: usize, obj: Obj, new_object: Option<NewObject>,
    ) -> Status {
        _PyXIData_Init(data, interp, core::ptr::null_mut(), obj, new_object);
        (*data).data = crate::objimpl::PyMem_RawCalloc(1, size);
        if (*data).data.is_null() {
            return Err(errors::no_memory(t));
        }
        (*data).free = Some(crate::objimpl::PyMem_RawFree);
        Ok(())
    }

    /// Gives the data up; called in the interpreter that they come from.
    fn _PyXIData_Clear(_interp: *mut PyInterpreterState, data: *mut XiData) -> Void {
        (*data).clear();
    }

    /// Gives the data up in the interpreter that they come from: -1 if that is gone.
    fn _PyXIData_Release(data: *mut XiData) -> Raw<c_int> {
        release(data)
    }

    /// As `_PyXIData_Release`, and frees the structure.
    fn _PyXIData_ReleaseAndRawFree(data: *mut XiData) -> Raw<c_int> {
        let result = release(data);
        if result == 0 {
            crate::objimpl::PyMem_RawFree(data.cast());
        }
        result
    }

    /// Makes the object anew in this interpreter; a new reference.
    fn _PyXIData_NewObject[t](data: *mut XiData) -> New {
        match (*data).new_object {
            Some(new) => Owned::from_result(new(data)),
            None => Err(err!(t, SystemError, "cross-interpreter data without a function that makes the object")),
        }
    }

    /// How the data of an object are got: null functions if they are not.
    fn _PyXIData_Lookup[t](_ts: *mut PyThreadState, op: Obj) -> Raw<GetDataFunctions> {
        let object = o(op);
        if let Some(found) = registered(object) {
            return found;
        }
        match shared::is_shareable(t, object) {
            Ok(true) => GetDataFunctions { basic: Some(_PyObject_GetXIDataNoFallback), fallback: Some(_PyObject_GetXIData) },
            Ok(false) => GetDataFunctions { basic: None, fallback: None },
            Err(_) => {
                errors::clear(t);
                GetDataFunctions { basic: None, fallback: None }
            }
        }
    }

    /// Says how objects of a class pass.
    fn _PyXIData_RegisterClass[t](_ts: *mut PyThreadState, class: *mut PyTypeObject, functions: GetDataFunctions) -> Status {
        if functions.basic.is_none() && functions.fallback.is_none() {
            return Err(err!(t, ValueError, "missing 'getdata' func"));
        }
        let known = registry(|all| {
            let known = all.iter_mut().find(|known| known.class == class as usize);
            known.map(|known| known.count += 1).is_some()
        });
        if known {
            return Ok(());
        }
        let heap = (*class).tp_flags & Py_TPFLAGS_HEAPTYPE != 0;
        let weak = if heap { weakref::new_ref(t, o(class.cast()), None)?.into_ptr() as usize } else { 0 };
        registry(|all| all.push(Registered { class: class as usize, weak, count: 1, functions }));
        Ok(())
    }

    /// Takes a registration back: 1, or 0 if there is none.
    fn _PyXIData_UnregisterClass(_ts: *mut PyThreadState, class: *mut PyTypeObject) -> Raw<c_int> {
        let removed = registry(|all| {
            let at = all.iter().position(|known| known.class == class as usize)?;
            all[at].count -= 1;
            Some(if all[at].count == 0 { all.remove(at).weak } else { 0 })
        });
        match removed {
            Some(weak) => {
                taipan_runtime::refcount::xdecref(weak as *mut PyObject);
                1
            }
            None => 0,
        }
    }

    /// `NotShareableError`, borrowed; null with an exception.
    fn _PyXIData_GetNotShareableErrorType[t](_ts: *mut PyThreadState) -> Borrowed {
        // The interpreter keeps the class.
        not_shareable(t).map(|class| class.as_object().as_ptr())
    }

    /// Raises `NotShareableError`; an exception that stands becomes its cause.
    fn _PyXIData_SetNotShareableError[t](_ts: *mut PyThreadState, message: *const c_char) -> Void {
        let cause = errors::take(t);
        let _ = shared::refuse(t, &c_text(message).unwrap_or_default(), cause);
    }

    /// The memory of bytes: 0, or -1 with an exception.
    fn _PyBytes_GetData[t](op: Obj, out: *mut BytesData) -> Status {
        let bytes = o(op).downcast::<PyBytes>();
        let bytes = bytes.ok_or_else(|| err!(t, TypeError, "expected bytes, {:.200} found", o(op).class().name_lossy()))?;
        *out = BytesData { bytes: bytes.data_ptr().cast(), len: bytes.len() as isize };
        Ok(())
    }

    /// Bytes from their memory; a new reference.
    fn _PyBytes_FromData[t](data: *mut BytesData) -> New<PyBytes> {
        PyBytes::new(t, c_slice((*data).bytes.cast::<u8>(), (*data).len))
    }

    /// Bytes from data that begin with `_PyBytes_data_t` or that we made; a new reference.
    fn _PyBytes_FromXIData[t](data: *mut XiData) -> New {
        if (*data).new_object.is_some_and(|new| core::ptr::fn_addr_eq(new, restore_shared as NewObject)) {
            return Owned::from_result(restore_shared(data));
        }
        let held = (*data).data.cast::<BytesData>();
        PyBytes::new(t, c_slice((*held).bytes.cast::<u8>(), (*held).len)).map(Owned::into_object)
    }

    /// The data of bytes in memory of this size, which begins with `_PyBytes_data_t`; null with an exception.
    fn _PyBytes_GetXIDataWrapped[t](
        ts: *mut PyThreadState, op: Obj, size: usize, new_object: Option<NewObject>, data: *mut XiData,
    ) -> Raw<*mut BytesData> {
        if _PyXIData_InitWithSize(data, (*ts).interp, size.max(size_of::<BytesData>()), op, new_object) < 0 {
            return core::ptr::null_mut();
        }
        let held = (*data).data.cast::<BytesData>();
        if size < size_of::<BytesData>() || _PyBytes_GetData(op, held) < 0 {
            if !errors::occurred(t) {
                let _ = err!(t, SystemError, "the wrapper's size is smaller than _PyBytes_data_t");
            }
            (*data).clear();
            return core::ptr::null_mut();
        }
        held
    }

    /// The object of what `_PyPickle_GetXIData` made; a new reference.
    fn _PyPickle_LoadFromXIData(data: *mut XiData) -> New {
        Owned::from_result(restore_shared(data))
    }

    /// The object of what `_PyMarshal_GetXIData` made; a new reference.
    fn _PyMarshal_ReadObjectFromXIData(data: *mut XiData) -> New {
        Owned::from_result(restore_shared(data))
    }

    /// The code of what `_PyCode_GetXIData` made; a new reference.
    fn _PyCode_FromXIData(data: *mut XiData) -> New {
        Owned::from_result(restore_shared(data))
    }

    /// The function of what `_PyFunction_GetXIData` made; a new reference.
    fn _PyFunction_FromXIData(data: *mut XiData) -> New {
        Owned::from_result(restore_shared(data))
    }

    /// Releases a buffer in the interpreter that it comes from: -1 if that is gone.
    fn _PyBuffer_ReleaseInInterpreter[t](interp: *mut PyInterpreterState, view: *mut Py_buffer) -> Raw<c_int> {
        let interp: &'static taipan_runtime::Interpreter = &*interp.cast();
        subinterpreters::with(t, interp, |_| crate::memoryobject::PyBuffer_Release(view));
        0
    }

    /// As `_PyBuffer_ReleaseInInterpreter`, and frees the structure.
    fn _PyBuffer_ReleaseInInterpreterAndRawFree[t](interp: *mut PyInterpreterState, view: *mut Py_buffer) -> Raw<c_int> {
        let interp: &'static taipan_runtime::Interpreter = &*interp.cast();
        subinterpreters::with(t, interp, |_| crate::memoryobject::PyBuffer_Release(view));
        crate::objimpl::PyMem_RawFree(view.cast());
        0
    }
}

variadic! {
    /// Raises `NotShareableError` with a formatted message; an exception that stands becomes its cause.
    _PyXIData_FormatNotShareableError, 2 => format_not_shareable;
}

c_function! {
    /// `_PyXIData_FormatNotShareableError` with the list.
    fn format_not_shareable[t](_ts: *mut PyThreadState, format: *const c_char, list: Va) -> Void {
        let cause = errors::take(t);
        if let Ok(text) = crate::format::format(t, format, &mut *list) {
            let _ = shared::refuse(t, &text.to_string_lossy(), cause);
        }
    }
}
