//! Callbacks: Python callables that C code calls.

use crate::cdata::CData;
use crate::ctype;
use crate::ffi::{Closure, FfiType, Incoming, write_result};
use crate::funcptr::{FUNCFLAG_USE_ERRNO, ffi_of, swap_errno};
use crate::simple::is_simple_instance;
use crate::values;
use core::cell::RefCell;
use core::ffi::{c_int, c_void};
use std::rc::Rc;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyResult, PyTuple, PyType, Thread, class, err, errors, new_object, object,
    singletons,
};

unsafe extern "C" {
    // The C API's own, in the executable: C code may call from any thread.
    fn PyGILState_Ensure() -> c_int;
    fn PyGILState_Release(state: c_int);
}

/// A callable with the address that C code calls.
#[object]
pub struct Thunk {
    callable: Owned,
    converters: Owned<PyTuple>,
    restype: Option<Owned>,
    arguments: Data<Vec<Rc<FfiType>>>,
    result: Data<Rc<FfiType>>,
    flags: Data<u32>,
    closure: Data<RefCell<Option<Closure>>>,
}

#[class(name = "_ctypes.CThunkObject", heap, flags(HAVE_GC), no_new, doc = "CThunkObject")]
impl Thunk {}

impl Thunk {
    /// Makes a callback; its address is valid as long as the object lives.
    pub fn make(
        t: &Thread,
        callable: &Object,
        converters: &PyTuple,
        restype: Option<Owned>,
        flags: u32,
    ) -> PyResult<Owned<Self>> {
        let restype = restype.filter(|r| !r.is(singletons::none()));
        let result = match &restype {
            None => Rc::new(FfiType::Void),
            Some(ty) => match ctype::info_of_object(ty) {
                Some(info) if info.code.get() != 0 => info.ffi.borrow().clone(),
                _ => return Err(err!(t, TypeError, "invalid result type for callback function")),
            },
        };
        let arguments: Vec<_> = converters.as_slice().iter().map(|c| ffi_of(Some(c))).collect();
        let made = new_object(
            t,
            Self {
                head: Head::new(),
                callable: callable.own(),
                converters: converters.own(),
                restype,
                arguments: Data(arguments),
                result: Data(result.clone()),
                flags: Data(flags),
                closure: Data(RefCell::new(None)),
            },
        )?;
        // SAFETY: the closure lives in the object that it points to.
        let closure = unsafe { Closure::new(result, enter, made.as_object().as_ptr().cast()) };
        let Some(closure) = closure else { return Err(errors::no_memory(t)) };
        *made.closure.borrow_mut() = Some(closure);
        Ok(made)
    }

    /// What C code calls.
    pub fn address(&self) -> *mut c_void {
        self.closure.borrow().as_ref().map_or(core::ptr::null_mut(), Closure::address)
    }

    fn arguments(&self, t: &Thread, blocks: &[Vec<u8>]) -> PyResult<Vec<Owned>> {
        let mut out = Vec::with_capacity(blocks.len());
        for (converter, block) in self.converters.as_slice().iter().zip(blocks) {
            let ty = converter.downcast::<PyType>();
            let Some((ty, info)) = ty.and_then(|ty| ctype::info(ty).map(|info| (ty, info))) else {
                return Err(err!(t, TypeError, "cannot build parameter"));
            };
            if info.code.get() != 0 && !is_simple_instance(ty) {
                // SAFETY: the block holds a value of the type.
                out.push(unsafe {
                    values::get(t, info.code.get(), info.swapped.get(), block.as_ptr(), info.size.get(), None)
                }?);
                continue;
            }
            let made = ty.call(t, &[])?;
            let Some(data) = made.downcast::<CData>() else {
                return Err(err!(t, TypeError, "unexpected type of created instance"));
            };
            let n = info.size.get().min(block.len()).min(data.size.get().max(0) as usize);
            // SAFETY: as much as both have.
            unsafe { core::ptr::copy_nonoverlapping(block.as_ptr(), data.ptr.get(), n) };
            out.push(made);
        }
        Ok(out)
    }

    fn run(&self, t: &Thread, blocks: &[Vec<u8>], out: &mut [u8; 32]) {
        let args = match self.arguments(t, blocks) {
            Ok(args) => args,
            Err(_) => {
                let shown = self.callable.repr_lossy(t);
                let text = format!("Exception ignored while creating argument of ctypes callback function {shown}");
                errors::write_unraisable_msg(t, &text, None);
                return;
            }
        };
        if *self.flags & FUNCFLAG_USE_ERRNO != 0 {
            swap_errno();
        }
        let borrowed: Vec<&Object> = args.iter().map(|a| &**a).collect();
        let result = self.callable.call(t, &borrowed);
        if *self.flags & FUNCFLAG_USE_ERRNO != 0 {
            swap_errno();
        }
        let result = match result {
            Ok(result) => result,
            Err(_) => {
                let shown = self.callable.repr_lossy(t);
                let text = format!("Exception ignored while calling ctypes callback function {shown}");
                errors::write_unraisable_msg(t, &text, None);
                return;
            }
        };
        let Some(info) = self.restype.as_deref().and_then(ctype::info_of_object) else { return };
        let code = info.code.get();
        // SAFETY: simple values take at most 32 bytes.
        let kept =
            unsafe { values::set(t, code, info.swapped.get(), out.as_mut_ptr(), &result, info.size.get(), None) };
        match kept {
            Err(_) => {
                let shown = self.callable.repr_lossy(t);
                let text = format!("Exception ignored while converting result of ctypes callback function {shown}");
                errors::write_unraisable_msg(t, &text, None);
            }
            // The reference is the caller's.
            Ok(kept) if code == b'O' => core::mem::forget(kept),
            Ok(kept) if kept.is(singletons::none()) => {}
            Ok(kept) => {
                core::mem::forget(kept);
                let category = taipan_object::exceptions_class!(RuntimeWarning);
                if errors::warn(t, category, format_args!("memory leak in callback function."), 1).is_err() {
                    let shown = self.callable.repr_lossy(t);
                    let text = format!("Exception ignored while converting result of ctypes callback function {shown}");
                    errors::write_unraisable_msg(t, &text, None);
                }
            }
        }
    }
}

/// C code has called.
unsafe fn enter(data: *mut c_void, incoming: &mut Incoming) -> i32 {
    // SAFETY: the thunk lives while C code may call it; between ensuring and releasing, this thread is attached.
    unsafe {
        let state = PyGILState_Ensure();
        let t: &Thread = taipan_runtime::thread::current();
        let thunk = Object::from_ptr(data.cast()).cast_unchecked::<Thunk>().own();
        let blocks: Vec<Vec<u8>> = thunk.arguments.iter().map(|ty| incoming.next(ty)).collect();
        let mut out = [0u8; 32];
        thunk.run(t, &blocks, &mut out);
        let x87 = write_result(incoming, &thunk.result, &out);
        drop(thunk);
        PyGILState_Release(state);
        x87
    }
}
