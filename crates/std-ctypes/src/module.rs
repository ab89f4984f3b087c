//! The module `_ctypes` and its functions.

use crate::array::Array;
use crate::callback::Thunk;
use crate::cdata::{self, CData};
use crate::cfield::CField;
use crate::ctype::{self, CType};
use crate::funcptr::{self, CFuncPtr};
use crate::metatypes::{ArrayType, FuncPtrType, PointerType, SimpleType, StructType, UnionType};
use crate::params::CArg;
use crate::pointer::Pointer;
use crate::simple::Simple;
use crate::structure::{Structure, Union};
use core::cell::RefCell;
use core::ffi::{CStr, c_int, c_void};
use taipan_object::typeobject::add_static;
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, PyType, Thread, audit, err, errors,
    fspath, module as modules, native_module, singletons, state,
};

/// `_unpickle`, which instances name when they are pickled.
#[derive(Default)]
struct Unpickle(RefCell<Option<Owned>>);

/// The module's function `_unpickle`.
pub fn unpickle_function(t: &Thread) -> PyResult {
    let held = state::extension(t, |_| Ok(Unpickle::default()))?;
    let found = held.0.borrow().clone();
    found.ok_or_else(|| err!(t, RuntimeError, "_ctypes is not imported"))
}

/// Says what the metatype of a constant is; before it is made ready.
fn set_metatype<T: Class, M: Class>() {
    // SAFETY: a constant type that nobody uses yet; metatypes have the layout of types.
    unsafe { (*T::TYPE).ob_base.ob_base.ob_type = M::TYPE };
}

fn add<T: Class, M: Class>(t: &Thread, module: &PyModule) -> PyResult<()> {
    set_metatype::<T, M>();
    modules::add_class::<T>(t, module)
}

/// The C type that an object is, or is an instance of.
fn type_of(object: &Object) -> Option<Owned<PyType>> {
    if let Some(ty) = object.downcast::<PyType>()
        && ctype::info(ty).is_some()
    {
        return Some(ty.own());
    }
    object.is_instance_of::<CData>().then(|| object.class().own())
}

fn check_cdata<'a>(t: &Thread, object: &'a Object, what: &str) -> PyResult<&'a CData> {
    object
        .downcast::<CData>()
        .ok_or_else(|| err!(t, TypeError, "{what} must be _ctypes._CData, not {}", object.class().name_lossy()))
}

/// `(address, arguments)`.
fn call_with(t: &Thread, args: &[&Object], flags: u32) -> PyResult {
    let [function, arguments] = args else {
        return Err(err!(t, TypeError, "function takes exactly 2 arguments ({} given)", args.len()));
    };
    let function = funcptr::word_argument(t, function)? as *mut c_void;
    let Some(arguments) = arguments.downcast::<PyTuple>() else {
        return Err(err!(t, TypeError, "argument 2 must be tuple, not {}", arguments.class().name_lossy()));
    };
    funcptr::call_function(t, function, arguments.as_slice(), flags, None, None, None)
}

/// Create and manipulate C compatible data types in Python.
#[native_module(name = "_ctypes")]
pub mod ctypes {
    use super::*;

    /// sizeof(C type) -> integer
    /// sizeof(C instance) -> integer
    /// Return the size in bytes of a C instance.
    #[function(sig = "(obj, /)")]
    fn sizeof(t: &Thread, obj: &Object) -> PyResult<usize> {
        if let Some(data) = obj.downcast::<CData>() {
            return Ok(data.size.get().max(0) as usize);
        }
        match ctype::info_of_object(obj) {
            Some(info) => Ok(info.size.get()),
            None => Err(err!(t, TypeError, "this type has no size")),
        }
    }

    /// alignment(C type) -> integer
    /// alignment(C instance) -> integer
    /// Return the alignment requirements of a C instance
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn alignment(t: &Thread, object: &Object) -> PyResult<usize> {
        match type_of(object).as_deref().and_then(ctype::info) {
            Some(info) => Ok(info.align.get()),
            None => Err(err!(t, TypeError, "no alignment info")),
        }
    }

    /// Return buffer interface information
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn buffer_info(t: &Thread, object: &Object) -> PyResult<Owned<PyTuple>> {
        let ty = type_of(object);
        let Some(info) = ty.as_deref().and_then(ctype::info) else {
            return Err(err!(t, TypeError, "not a ctypes type or object"));
        };
        let format = match &*info.format.borrow() {
            Some(format) => PyStr::from_str(t, &format.to_string_lossy())?.into_object(),
            None => singletons::none().own(),
        };
        let shape = info.shape.borrow();
        let mut dims = Vec::new();
        for &n in &**shape {
            dims.push(PyInt::from_i64(t, n as i64)?.into_object());
        }
        let ndim = PyInt::from_i64(t, dims.len() as i64)?;
        PyTuple::from_slice(t, &[&format, &ndim, &*PyTuple::from_vec(t, dims)?])
    }

    /// Return the address of the C instance internal buffer
    #[function(sig = "(obj, /)")]
    fn addressof(t: &Thread, obj: &Object) -> PyResult<u64> {
        let data = check_cdata(t, obj, "addressof() argument")?;
        audit::audit(t, "ctypes.addressof", &[obj])?;
        Ok(data.ptr.get() as u64)
    }

    /// Return a pointer lookalike to a C instance, only usable as function argument.
    #[function(sig = "(obj, offset=0, /)")]
    fn byref(t: &Thread, obj: &Object, offset: isize) -> PyResult<Owned<CArg>> {
        let data = check_cdata(t, obj, "byref() argument 1")?;
        CArg::of_pointer(t, data.ptr.get().wrapping_offset(offset), Some(obj.own()))
    }

    #[function(sig = "(obj, size, /)")]
    fn resize(t: &Thread, obj: &Object, size: isize) -> PyResult<()> {
        cdata::resize(t, check_cdata(t, obj, "resize() argument 1")?, size)
    }

    #[function(sig = "()", text = "($self, /)")]
    fn get_errno(t: &Thread) -> PyResult<c_int> {
        audit::audit(t, "ctypes.get_errno", &[])?;
        Ok(funcptr::own_errno(None))
    }

    #[function(sig = "(*args)", text = "")]
    fn set_errno(t: &Thread, args: &[&Object]) -> PyResult<c_int> {
        let [value] = args else {
            return Err(err!(t, TypeError, "function takes exactly 1 argument ({} given)", args.len()));
        };
        let value_int = funcptr::int_argument(t, value)?;
        audit::audit(t, "ctypes.set_errno", &[value])?;
        Ok(funcptr::own_errno(Some(value_int)))
    }

    #[function(sig = "(*args)", text = "")]
    fn _unpickle(t: &Thread, args: &[&Object]) -> PyResult {
        let [ty, state] = args else {
            return Err(err!(t, TypeError, "function takes exactly 2 arguments ({} given)", args.len()));
        };
        let Some(state) = state.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "argument 2 must be tuple, not {}", state.class().name_lossy()));
        };
        let made = ty.call_method(t, &*PyStr::intern_str(t, "__new__")?, &[ty])?;
        made.call_method(t, &*PyStr::intern_str(t, "__setstate__")?, state.as_slice())?;
        Ok(made)
    }

    /// dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library
    #[function(sig = "(*args)", text = "")]
    fn dlopen(t: &Thread, args: &[&Object]) -> PyResult<u64> {
        if args.is_empty() || args.len() > 2 {
            let (bound, limit) = if args.is_empty() { ("least", 1) } else { ("most", 2) };
            let s = if limit == 1 { "" } else { "s" };
            let n = args.len();
            return Err(err!(t, TypeError, "function takes at {bound} {limit} argument{s} ({n} given)"));
        }
        let name = args[0];
        let mode = match args.get(1) {
            Some(mode) => funcptr::int_argument(t, mode)?,
            None => libc::RTLD_NOW,
        };
        let mode = mode | libc::RTLD_NOW;
        let path = if name.is(singletons::none()) {
            None
        } else {
            let bytes = fspath::fs_bytes(t, name)?;
            Some(funcptr::c_string(t, &bytes)?)
        };
        audit::audit(t, "ctypes.dlopen", &[name])?;
        let _ = funcptr::loader_error();
        // Constructors of the library may call the C API, so the thread stays attached.
        // SAFETY: the program asked for the library.
        let handle = unsafe { libc::dlopen(path.as_ref().map_or(core::ptr::null(), |p| p.as_ptr()), mode) };
        if handle.is_null() {
            let message = funcptr::loader_error().unwrap_or_else(|| "dlopen() error".to_string());
            return Err(err!(t, OSError, "{message}"));
        }
        Ok(handle as u64)
    }

    /// dlclose a library
    #[function(sig = "(*args)", text = "")]
    fn dlclose(t: &Thread, args: &[&Object]) -> PyResult<()> {
        let [handle] = args else {
            return Err(err!(t, TypeError, "function takes exactly 1 argument ({} given)", args.len()));
        };
        let handle = funcptr::word_argument(t, handle)?;
        // SAFETY: the program says that this is a handle.
        if unsafe { libc::dlclose(handle as *mut c_void) } != 0 {
            let message = funcptr::loader_error().unwrap_or_else(|| "dlclose() error".to_string());
            return Err(err!(t, OSError, "{message}"));
        }
        Ok(())
    }

    /// find symbol in shared library
    #[function(sig = "(*args)", text = "")]
    fn dlsym(t: &Thread, args: &[&Object]) -> PyResult<u64> {
        let [handle, name] = args else {
            return Err(err!(t, TypeError, "function takes exactly 2 arguments ({} given)", args.len()));
        };
        let word = funcptr::word_argument(t, handle)?;
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "argument 2 must be str, not {}", name.class().name_lossy()));
        };
        audit::audit(t, "ctypes.dlsym/handle", &[handle, name])?;
        let symbol = funcptr::c_string(t, text.to_utf8(t)?.as_bytes())?;
        match funcptr::find_symbol(word as *mut c_void, &symbol, "symbol") {
            Ok(address) => Ok(address as u64),
            Err(message) => Err(err!(t, OSError, "{message}")),
        }
    }

    /// dllist() return a list of loaded shared libraries
    #[function(sig = "()", text = "($self, /)")]
    fn dllist(t: &Thread) -> PyResult<Owned<PyList>> {
        unsafe extern "C" fn each(info: *mut libc::dl_phdr_info, _size: usize, names: *mut c_void) -> c_int {
            // SAFETY: the loader's own structure, and the list below.
            unsafe {
                let name = (*info).dlpi_name;
                let bytes = if name.is_null() { Vec::new() } else { CStr::from_ptr(name).to_bytes().to_vec() };
                (*names.cast::<Vec<Vec<u8>>>()).push(bytes);
            }
            0
        }
        let mut names: Vec<Vec<u8>> = Vec::new();
        // SAFETY: the list outlives the walk.
        unsafe { libc::dl_iterate_phdr(Some(each), (&raw mut names).cast()) };
        let mut out = Vec::new();
        for name in names {
            out.push(PyStr::from_fs_bytes(t, &name)?.into_object());
        }
        PyList::from_vec(t, out)
    }

    #[function(sig = "(*args)", text = "")]
    fn call_function(t: &Thread, args: &[&Object]) -> PyResult {
        call_with(t, args, 0)
    }

    #[function(sig = "(*args)", text = "")]
    fn call_cdeclfunction(t: &Thread, args: &[&Object]) -> PyResult {
        call_with(t, args, funcptr::FUNCFLAG_CDECL)
    }

    #[function(name = "PyObj_FromPtr", sig = "(*args)", text = "")]
    fn py_obj_from_ptr(t: &Thread, args: &[&Object]) -> PyResult {
        let [address] = args else {
            return Err(err!(t, TypeError, "function takes exactly 1 argument ({} given)", args.len()));
        };
        let word = funcptr::word_argument(t, address)?;
        audit::audit(t, "ctypes.PyObj_FromPtr", &[address])?;
        // SAFETY: the program says that this is an object.
        match unsafe { Object::from_ptr_opt(word as *mut taipan_object::abi::PyObject) } {
            Some(object) => Ok(object.own()),
            None => Err(errors::bad_internal_call(t)),
        }
    }

    #[function(name = "Py_INCREF", sig = "(object, /)", text = "($self, object, /)")]
    fn py_incref(_t: &Thread, object: &Object) -> Owned {
        core::mem::forget(object.own());
        object.own()
    }

    #[function(name = "Py_DECREF", sig = "(object, /)", text = "($self, object, /)")]
    fn py_decref(_t: &Thread, object: &Object) -> Owned {
        let result = object.own();
        // SAFETY: the program gives a reference away that it says it has.
        unsafe { taipan_runtime::refcount::decref(object.as_ptr()) };
        result
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        add_static::<CType>(t)?;
        add_static::<StructType>(t)?;
        add_static::<UnionType>(t)?;
        add_static::<SimpleType>(t)?;
        add_static::<PointerType>(t)?;
        add_static::<ArrayType>(t)?;
        add_static::<FuncPtrType>(t)?;
        set_metatype::<CData, CType>();
        add_static::<CData>(t)?;
        add_static::<CArg>(t)?;
        add_static::<Thunk>(t)?;
        add::<Structure, StructType>(t, module)?;
        add::<Union, UnionType>(t, module)?;
        add::<Pointer, PointerType>(t, module)?;
        add::<Array, ArrayType>(t, module)?;
        add::<Simple, SimpleType>(t, module)?;
        add::<CFuncPtr, FuncPtrType>(t, module)?;
        modules::add_class::<CField>(t, module)?;
        module.set(t, "ArgumentError", &*funcptr::ARGUMENT_ERROR.own(t)?)?;
        module.set_value(t, "__version__", "1.1.0")?;
        module.set_value(t, "FUNCFLAG_CDECL", funcptr::FUNCFLAG_CDECL)?;
        module.set_value(t, "FUNCFLAG_PYTHONAPI", funcptr::FUNCFLAG_PYTHONAPI)?;
        module.set_value(t, "FUNCFLAG_USE_ERRNO", funcptr::FUNCFLAG_USE_ERRNO)?;
        module.set_value(t, "FUNCFLAG_USE_LASTERROR", funcptr::FUNCFLAG_USE_LASTERROR)?;
        module.set_value(t, "RTLD_LOCAL", libc::RTLD_LOCAL)?;
        module.set_value(t, "RTLD_GLOBAL", libc::RTLD_GLOBAL)?;
        module.set_value(t, "CTYPES_MAX_ARGCOUNT", funcptr::CTYPES_MAX_ARGCOUNT)?;
        module.set_value(t, "SIZEOF_TIME_T", size_of::<libc::time_t>())?;
        let addresses: [(&str, u64); 6] = [
            ("_memmove_addr", libc::memmove as *const () as u64),
            ("_memset_addr", libc::memset as *const () as u64),
            ("_cast_addr", funcptr::cast as *const () as u64),
            ("_string_at_addr", funcptr::string_at as *const () as u64),
            ("_wstring_at_addr", funcptr::wstring_at as *const () as u64),
            ("_memoryview_at_addr", funcptr::memoryview_at as *const () as u64),
        ];
        for (name, address) in addresses {
            module.set_value(t, name, address)?;
        }
        let held = state::extension(t, |_| Ok(Unpickle::default()))?;
        *held.0.borrow_mut() = module.get(t, "_unpickle")?;
        Ok(())
    }
}
