//! `CFuncPtr`: pointers to functions, and their calls.

use crate::callback::Thunk;
use crate::cdata::CData;
use crate::ctype::{self, Param, StgInfo, TYPEFLAG_ISPOINTER};
use crate::ffi::{self, FfiType};
use crate::metatypes::{ArrayType, FuncPtrType, PointerType, SimpleType};
use crate::params::{self, Argument};
use crate::simple::is_simple_instance;
use crate::values;
use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_void};
use std::ffi::CString;
use std::rc::Rc;
use taipan_object::abi::Py_buffer;
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Args, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, Traverse, Visitor, audit,
    class, err, errors, exceptions, number, singletons,
};

pub const FUNCFLAG_CDECL: u32 = 1;
pub const FUNCFLAG_PYTHONAPI: u32 = 4;
pub const FUNCFLAG_USE_ERRNO: u32 = 8;
pub const FUNCFLAG_USE_LASTERROR: u32 = 16;
/// Most arguments of a call.
pub const CTYPES_MAX_ARGCOUNT: usize = 1024;

/// `ctypes.ArgumentError`.
pub static ARGUMENT_ERROR: ModuleException =
    ModuleException::new("ctypes.ArgumentError", <exceptions::Exception as taipan_object::Class>::class, "");

thread_local! {
    /// The copy of `errno` that `get_errno` shows.
    static ERRNO: Cell<c_int> = const { Cell::new(0) };
}

/// The thread's copy of `errno`; replaced if there is a new value.
pub fn own_errno(new: Option<c_int>) -> c_int {
    ERRNO.with(|errno| match new {
        Some(new) => errno.replace(new),
        None => errno.get(),
    })
}

/// Exchanges `errno` and the thread's copy of it.
pub fn swap_errno() {
    ERRNO.with(|copy| {
        // SAFETY: the thread's own variable.
        unsafe { *libc::__errno_location() = copy.replace(*libc::__errno_location()) };
    });
}

/// An instance of a function pointer type: an instance as others, and what was set for this function.
#[repr(C)]
pub struct CFuncPtr {
    data: CData,
    argtypes: Slot,
    converters: Slot<PyTuple>,
    restype: Slot,
    checker: Slot,
    errcheck: Slot,
    paramflags: Slot<PyTuple>,
}

impl CFuncPtr {
    /// Nothing is set.
    pub fn around(data: CData) -> Self {
        Self {
            data,
            argtypes: Slot::empty(),
            converters: Slot::empty(),
            restype: Slot::empty(),
            checker: Slot::empty(),
            errcheck: Slot::empty(),
            paramflags: Slot::empty(),
        }
    }
}

impl Traverse for CFuncPtr {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.data.traverse(visitor);
        self.argtypes.traverse(visitor);
        self.converters.traverse(visitor);
        self.restype.traverse(visitor);
        self.checker.traverse(visitor);
        self.errcheck.traverse(visitor);
        self.paramflags.traverse(visitor);
    }
    fn clear(&self) {
        self.data.clear();
        self.argtypes.clear();
        self.converters.clear();
        self.restype.clear();
        self.checker.clear();
        self.errcheck.clear();
        self.paramflags.clear();
    }
}

impl taipan_object::Native for CFuncPtr {
    const HEAD: usize = 0;
}

/// The type of a value as calls see it: of C types what they say, else `int`.
pub fn ffi_of(ty: Option<&Object>) -> Rc<FfiType> {
    match ty.and_then(ctype::info_of_object) {
        Some(info) => info.ffi.borrow().clone(),
        None => FfiType::int(),
    }
}

/// The `from_param` of every argument type.
fn converters(t: &Thread, types: &Object) -> PyResult<(Owned<PyTuple>, Owned<PyTuple>)> {
    let Ok(items) = taipan_object::iter::to_vec(t, types) else {
        errors::clear(t);
        return Err(err!(t, TypeError, "_argtypes_ must be a sequence of types"));
    };
    if items.len() > CTYPES_MAX_ARGCOUNT {
        let n = items.len();
        let text = format_args!("_argtypes_ has too many arguments ({n}), maximum is {CTYPES_MAX_ARGCOUNT}");
        return Err(ARGUMENT_ERROR.raise(t, text));
    }
    let mut out = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        match ctype::attribute(t, item, "from_param")? {
            Some(converter) => out.push(converter),
            None => return Err(err!(t, TypeError, "item {} in _argtypes_ has no from_param method", i + 1)),
        }
    }
    Ok((PyTuple::from_vec(t, items)?, PyTuple::from_vec(t, out)?))
}

fn is_result_type(value: &Object) -> bool {
    value.is(singletons::none()) || ctype::info_of_object(value).is_some() || value.is_callable()
}

/// `__init__` of the metatype.
pub fn init_type(t: &Thread, ty: &PyType, _args: &Args<'_>) -> PyResult<()> {
    let info = ctype::init_info(t, ty)?;
    info.size.set(8);
    info.align.set(8);
    info.length.set(1);
    *info.ffi.borrow_mut() = FfiType::pointer();
    info.param.set(Param::Pointer);
    info.set_format("X{}");
    let flags = ctype::attribute(t, ty, "_flags_")?;
    let Some(flags) = flags.as_ref().and_then(|f| f.downcast::<PyInt>()) else {
        return Err(err!(t, TypeError, "class must define _flags_ which must be an integer"));
    };
    info.flags.set(flags.to_u64_mask() as u32 | TYPEFLAG_ISPOINTER);
    if let Some(argtypes) = ctype::attribute(t, ty, "_argtypes_")? {
        let (types, converters) = converters(t, &argtypes)?;
        info.argtypes.set(Some(types));
        info.converters.set(Some(converters));
    }
    if let Some(restype) = ctype::attribute(t, ty, "_restype_")? {
        if !is_result_type(&restype) {
            return Err(err!(t, TypeError, "_restype_ must be a type, a callable, or None"));
        }
        info.checker.set(ctype::attribute(t, &restype, "_check_retval_")?);
        info.restype.set(Some(restype));
    }
    Ok(())
}

/// The `_handle` of a library.
pub fn handle_of(t: &Thread, dll: &Object) -> PyResult<*mut c_void> {
    let handle = dll.getattr(t, &*PyStr::intern_str(t, "_handle")?)?;
    match handle.downcast::<PyInt>() {
        Some(handle) => Ok(handle.to_u64_mask() as *mut c_void),
        None => Err(err!(t, TypeError, "the _handle attribute of the second argument must be an integer")),
    }
}

/// A C string.
pub fn c_string(t: &Thread, bytes: &[u8]) -> PyResult<CString> {
    CString::new(bytes).map_err(|_| err!(t, ValueError, "embedded null character"))
}

/// What the dynamic loader complains about.
pub fn loader_error() -> Option<String> {
    // SAFETY: the message is copied at once.
    unsafe {
        let text = libc::dlerror();
        (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
    }
}

/// The address of a symbol, or the loader's message.
pub fn find_symbol(handle: *mut c_void, name: &CStr, kind: &str) -> Result<*mut c_void, String> {
    let _ = loader_error();
    // SAFETY: the handle is the program's.
    let found = unsafe { libc::dlsym(handle, name.as_ptr()) };
    if !found.is_null() {
        return Ok(found);
    }
    Err(loader_error().unwrap_or_else(|| format!("{kind} '{}' not found", name.to_string_lossy())))
}

/// Calls a C function with converted arguments (`_ctypes_callproc`).
pub fn call_function(
    t: &Thread,
    function: *mut c_void,
    args: &[&Object],
    flags: u32,
    converters: Option<&PyTuple>,
    restype: Option<&Object>,
    checker: Option<&Object>,
) -> PyResult {
    if args.len() > CTYPES_MAX_ARGCOUNT {
        let n = args.len();
        return Err(ARGUMENT_ERROR.raise(t, format_args!("too many arguments ({n}), maximum is {CTYPES_MAX_ARGCOUNT}")));
    }
    if audit::active(t) {
        let tuple = PyTuple::from_slice(t, args)?;
        audit::audit(t, "ctypes.call_function", &[&*PyInt::from_u64(t, function as u64)?, &*tuple])?;
    }
    let mut arguments: Vec<Argument> = Vec::with_capacity(args.len());
    let mut held: Vec<Owned> = Vec::new();
    for (i, arg) in args.iter().enumerate() {
        let converted = match converters.and_then(|c| c.get(i)) {
            Some(converter) => converter.own().call(t, &[arg]).map(Some),
            None => Ok(None),
        };
        let argument = converted.and_then(|converted| match converted {
            Some(converted) => {
                let argument = params::convert(t, &converted, i + 1);
                held.push(converted);
                argument
            }
            None => params::convert(t, arg, i + 1),
        });
        match argument {
            Ok(argument) => arguments.push(argument),
            Err(raised) => {
                let class = ARGUMENT_ERROR.class(t)?;
                return Err(ctype::extend_error(t, class, &format!("argument {}: ", i + 1), raised));
            }
        }
    }
    let result_type = match restype {
        Some(restype) if restype.is(singletons::none()) => Rc::new(FfiType::Void),
        other => ffi_of(other),
    };
    let prepared: Vec<_> = arguments.iter().map(|a| (a.ffi.clone(), a.value.as_bytes())).collect();
    let mut result = vec![0u8; result_type.size().max(32)];
    // SAFETY: the program says that there is such a function.
    unsafe {
        ffi::call(function, &prepared, &result_type, &mut result, |go| {
            let mut guarded = || {
                if flags & FUNCFLAG_USE_ERRNO != 0 {
                    swap_errno();
                }
                go();
                if flags & FUNCFLAG_USE_ERRNO != 0 {
                    swap_errno();
                }
            };
            if flags & FUNCFLAG_PYTHONAPI != 0 { guarded() } else { t.allow_threads(guarded) }
        });
    }
    drop(prepared);
    if flags & FUNCFLAG_PYTHONAPI != 0 && errors::occurred(t) {
        return Err(taipan_object::Raised::assume());
    }
    // The result may point into what the arguments keep alive.
    let converted = convert_result(t, &mut result, restype, checker);
    drop(arguments);
    drop(held);
    converted
}

fn convert_result(t: &Thread, result: &mut [u8], restype: Option<&Object>, checker: Option<&Object>) -> PyResult {
    let as_int = || {
        let mut word = [0u8; 4];
        for (to, from) in word.iter_mut().zip(&*result) {
            *to = *from;
        }
        PyInt::from_i64(t, i64::from(i32::from_ne_bytes(word)))
    };
    let Some(restype) = restype else { return as_int().map(Owned::into_object) };
    if restype.is(singletons::none()) {
        return singletons::ok_none();
    }
    let Some((ty, info)) = restype.downcast::<PyType>().and_then(|ty| ctype::info(ty).map(|info| (ty, info))) else {
        return restype.call(t, &[&*as_int()?]);
    };
    let value = if info.code.get() != 0 && !is_simple_instance(ty) {
        let code = info.code.get();
        // SAFETY: the result has been stored.
        let value = unsafe { values::get(t, code, info.swapped.get(), result.as_ptr(), info.size.get(), None) }?;
        if code == b'O' {
            // The function gave the reference away: it is ours.
            // SAFETY: there are two references now, of which one was the function's.
            unsafe { taipan_runtime::refcount::decref(value.as_ptr()) };
        }
        value
    } else {
        CData::from_base(t, ty, None, 0, result.as_mut_ptr())?.into_object()
    };
    match checker {
        Some(checker) => checker.call(t, &[&value]),
        None => Ok(value),
    }
}

/// One row of `paramflags`: flag, name, default.
fn param_row(row: &Object) -> Option<(u32, Option<Owned>, Option<Owned>)> {
    let row = row.downcast::<PyTuple>()?;
    let [flag, rest @ ..] = row.as_slice() else { return None };
    let flag = flag.downcast::<PyInt>()?.to_u64_mask() as u32;
    if rest.len() > 2 {
        return None;
    }
    let name = rest.first().filter(|name| !name.is(singletons::none())).map(|name| name.own());
    if name.as_ref().is_some_and(|name| !name.is_instance_of::<PyStr>()) {
        return None;
    }
    Some((flag, name, rest.get(1).map(|default| default.own())))
}

fn check_paramflags(
    t: &Thread,
    argtypes: Option<Owned<PyTuple>>,
    paramflags: &Object,
) -> PyResult<Option<Owned<PyTuple>>> {
    let tuple = paramflags.downcast::<PyTuple>().map(Own::own);
    let Some(argtypes) = argtypes else { return Ok(tuple) };
    let Some(tuple) = tuple else { return Err(err!(t, TypeError, "paramflags must be a tuple or None")) };
    if tuple.len() != argtypes.len() {
        return Err(err!(t, ValueError, "paramflags must have the same length as argtypes"));
    }
    for (i, (row, argtype)) in tuple.as_slice().iter().zip(argtypes.as_slice()).enumerate() {
        let Some((flag, ..)) = param_row(row) else {
            return Err(err!(t, TypeError, "paramflags must be a sequence of (int [,string [,value]]) tuples"));
        };
        match flag & 7 {
            0 | 1 | 3 | 5 => {}
            2 => check_out(t, argtype, i + 1)?,
            _ => return Err(err!(t, TypeError, "paramflag value {flag} not supported")),
        }
    }
    Ok(Some(tuple))
}

fn check_out(t: &Thread, ty: &Object, position: usize) -> PyResult<()> {
    let pointer = ctype::has_metatype::<PointerType>(ty)
        || ctype::has_metatype::<ArrayType>(ty)
        || ctype::info_of_object(ty).is_some_and(|info| matches!(info.code.get(), b'P' | b'z' | b'Z'));
    if pointer {
        return Ok(());
    }
    let name = ty.downcast::<PyType>().map_or_else(|| ty.class().name_lossy(), PyType::short_name_lossy);
    Err(err!(t, TypeError, "'out' parameter {position} must be a pointer type, not {name}"))
}

/// The arguments of a call, and which of them are results.
struct CallArgs {
    args: Vec<Owned>,
    out: Vec<bool>,
    inout: Vec<bool>,
}

impl CFuncPtr {
    fn build_args(&self, t: &Thread, info: &StgInfo, args: &Args<'_>) -> PyResult<CallArgs> {
        let plain =
            || CallArgs { args: args.pos.iter().map(|a| a.own()).collect(), out: Vec::new(), inout: Vec::new() };
        let argtypes = match self.argtypes.get() {
            Some(own) => own.into_type::<PyTuple>().ok(),
            None => info.argtypes.get(),
        };
        let (Some(argtypes), Some(flags)) = (argtypes, self.paramflags.get()) else { return Ok(plain()) };
        if argtypes.len() == 0 {
            return Ok(plain());
        }
        let n = argtypes.len();
        let mut made = CallArgs { args: Vec::with_capacity(n), out: vec![false; n], inout: vec![false; n] };
        let mut used = 0usize;
        for (i, argtype) in argtypes.as_slice().iter().enumerate() {
            let Some((flag, name, default)) = flags.get(i).and_then(param_row) else {
                return Err(err!(t, ValueError, "paramflags must have the same length as argtypes"));
            };
            let kind = flag & 7;
            let value = match kind {
                5 => match default {
                    Some(default) => default,
                    None => PyInt::from_i64(t, 0)?.into_object(),
                },
                0 | 1 | 3 => {
                    if kind == 3 {
                        made.inout[i] = true;
                        made.out[i] = true;
                    }
                    take_arg(t, &mut used, name, default, args)?
                }
                2 => {
                    made.out[i] = true;
                    match default {
                        Some(default) => default,
                        None => {
                            let Some(info) = ctype::info_of_object(argtype) else {
                                return Err(err!(t, RuntimeError, "NULL stgdict unexpected"));
                            };
                            let proto = info.proto.get();
                            if proto.as_ref().is_some_and(|p| p.is_instance_of::<PyStr>()) {
                                let name =
                                    argtype.downcast::<PyType>().map_or_else(String::new, PyType::short_name_lossy);
                                return Err(err!(
                                    t,
                                    TypeError,
                                    "{name} 'out' parameter must be passed as default value"
                                ));
                            }
                            match proto {
                                Some(target) if !ctype::has_metatype::<ArrayType>(argtype) => target.call(t, &[])?,
                                _ => argtype.call(t, &[])?,
                            }
                        }
                    }
                }
                _ => return Err(err!(t, ValueError, "paramflag {flag} not yet implemented")),
            };
            made.args.push(value);
        }
        let given = args.pos.len() + args.n_keywords();
        if given != used {
            return Err(err!(t, TypeError, "call takes exactly {used} arguments ({given} given)"));
        }
        Ok(made)
    }

    fn set_paramflags(&self, flags: Option<Owned<PyTuple>>) {
        self.paramflags.set(flags);
    }

    /// A function of a library.
    fn from_dll(t: &Thread, ty: &PyType, args: &Args<'_>) -> PyResult<Owned<CData>> {
        if args.pos.len() > 2 {
            let n = args.pos.len();
            return Err(err!(t, TypeError, "function takes at most 2 arguments ({n} given)"));
        }
        let spec = args.pos.first().and_then(|s| s.downcast::<PyTuple>());
        let Some([name, dll]) = spec.map(PyTuple::as_slice) else {
            return Err(err!(t, TypeError, "illegal func_spec argument"));
        };
        let text = if let Some(bytes) = name.downcast::<PyBytes>() {
            bytes.as_bytes().to_vec()
        } else if let Some(text) = name.downcast::<PyStr>() {
            text.to_utf8(t)?.as_bytes().to_vec()
        } else {
            return Err(err!(t, TypeError, "function name must be string, bytes object or integer"));
        };
        audit::audit(t, "ctypes.dlsym", &[dll, name])?;
        let handle = handle_of(t, dll)?;
        let paramflags = match args.pos.get(1).filter(|p| !p.is(singletons::none())) {
            Some(flags) => check_paramflags(t, ctype::info_or_abstract(t, ty)?.argtypes.get(), flags)?,
            None => None,
        };
        let symbol = c_string(t, &text)?;
        let address = match find_symbol(handle, &symbol, "function") {
            Ok(address) => address,
            Err(message) => return Err(err!(t, AttributeError, "{message}")),
        };
        let made = CData::new(t, ty)?;
        made.set_pointer(address.cast());
        made.keep(t, 0, dll.own())?;
        if let Some(this) = made.as_object().downcast::<Self>() {
            this.set_paramflags(paramflags);
        }
        Ok(made)
    }
}

fn take_arg(t: &Thread, used: &mut usize, name: Option<Owned>, default: Option<Owned>, args: &Args<'_>) -> PyResult {
    if let Some(arg) = args.pos.get(*used) {
        *used += 1;
        return Ok(arg.own());
    }
    if let Some(name) = name.as_ref().and_then(|n| n.downcast::<PyStr>())
        && let Some(value) = args.keyword(&name.to_string_lossy())
    {
        *used += 1;
        return Ok(value.own());
    }
    match (default, name) {
        (Some(default), _) => Ok(default),
        (None, Some(name)) => {
            let name = name.str(t)?.to_string_lossy();
            Err(err!(t, TypeError, "required argument '{name}' missing"))
        }
        (None, None) => Err(err!(t, TypeError, "not enough arguments")),
    }
}

/// Function Pointer
#[class(name = "_ctypes.CFuncPtr", heap, base = CData, flags(BASETYPE, HAVE_GC))]
impl CFuncPtr {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.data.fill_buffer(t, view)
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<CData>> {
        let Some(first) = args.pos.first() else { return CData::new(t, cls) };
        if first.is_instance_of::<PyTuple>() {
            return Self::from_dll(t, cls, &args);
        }
        if args.pos.len() > 1 {
            let n = args.pos.len();
            return Err(err!(t, TypeError, "function takes exactly 1 argument ({n} given)"));
        }
        if let Some(address) = first.downcast::<PyInt>() {
            let made = CData::new(t, cls)?;
            made.set_pointer(address.to_u64_mask() as *mut u8);
            return Ok(made);
        }
        if !first.is_callable() {
            return Err(err!(t, TypeError, "argument must be callable or integer function address"));
        }
        let Some((info, argtypes)) = ctype::info(cls).and_then(|i| i.argtypes.get().map(|a| (i, a))) else {
            return Err(err!(t, TypeError, "cannot construct instance of this class: no argtypes"));
        };
        let thunk = Thunk::make(t, first, &argtypes, info.restype.get(), info.flags.get())?;
        let made = CData::new(t, cls)?;
        made.set_pointer(thunk.address().cast());
        made.keep(t, 0, thunk.into_object())?;
        Ok(made)
    }

    #[slot]
    fn tp_call(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let info = self.data.info(t)?;
        let own_result = self.restype.get();
        let restype = own_result.clone().or_else(|| info.restype.get());
        let checker = if own_result.is_some() { self.checker.get() } else { info.checker.get() };
        let converters = self.converters.get().or_else(|| info.converters.get());
        let function: *mut c_void = self.data.pointer().cast();
        let call = self.build_args(t, info, &args)?;
        if let Some(converters) = &converters {
            let (required, actual) = (converters.len(), call.args.len());
            if required > actual {
                let s = if required == 1 { "" } else { "s" };
                return Err(err!(t, TypeError, "this function takes at least {required} argument{s} ({actual} given)"));
            }
        }
        let borrowed: Vec<&Object> = call.args.iter().map(|a| &**a).collect();
        let flags = info.flags.get();
        let _alive = self.as_object().own();
        let mut result = call_function(
            t,
            function,
            &borrowed,
            flags,
            converters.as_deref(),
            restype.as_deref(),
            checker.as_deref(),
        )?;
        if let Some(errcheck) = self.errcheck.get() {
            let tuple = PyTuple::from_slice(t, &borrowed)?;
            let checked = errcheck.call(t, &[&result, self, &tuple])?;
            if !checked.is(&tuple) {
                return Ok(checked);
            }
        }
        let n = call.out.iter().filter(|&&out| out).count();
        if n == 0 {
            return Ok(result);
        }
        let mut results = Vec::with_capacity(n);
        for (i, arg) in call.args.iter().enumerate() {
            if call.inout.get(i) == Some(&true) {
                results.push(arg.clone());
            } else if call.out.get(i) == Some(&true) {
                let name = PyStr::intern_str(t, "__ctypes_from_outparam__")?;
                results.push(arg.call_method(t, &name, &[])?);
            }
        }
        if let ([_], Some(single)) = (&*results, results.first()) {
            result = single.clone();
            return Ok(result);
        }
        PyTuple::from_vec(t, results).map(Owned::into_object)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(!self.data.pointer().is_null())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let name = self.class().name_lossy();
        PyStr::from_fmt(t, format_args!("<{name} object at {:p}>", self.as_object().as_ptr()))
    }

    /// a function to check for errors
    #[getter]
    fn errcheck(&self, _t: &Thread) -> Option<Owned> {
        self.errcheck.get()
    }

    #[setter]
    fn set_errcheck(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        if value.is_some_and(|value| !value.is_callable()) {
            return Err(err!(t, TypeError, "the errcheck attribute must be callable"));
        }
        self.errcheck.set(value.map(Own::own));
        Ok(())
    }

    /// specify the result type
    #[getter]
    fn restype(&self, t: &Thread) -> PyResult<Option<Owned>> {
        Ok(self.restype.get().or(self.data.info(t)?.restype.get()))
    }

    #[setter]
    fn set_restype(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            self.restype.set(None);
            self.checker.set(None);
            return Ok(());
        };
        if !is_result_type(value) {
            return Err(err!(t, TypeError, "restype must be a type, a callable, or None"));
        }
        self.checker.set(ctype::attribute(t, value, "_check_retval_")?);
        self.restype.set(Some(value.own()));
        Ok(())
    }

    /// specify the argument types
    #[getter]
    fn argtypes(&self, t: &Thread) -> PyResult<Option<Owned>> {
        match self.argtypes.get() {
            Some(own) => Ok(Some(own)),
            None => Ok(self.data.info(t)?.argtypes.get().map(Owned::into_object)),
        }
    }

    #[setter]
    fn set_argtypes(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        match taipan_object::attr::none_if_none(value) {
            None => {
                self.converters.set(None);
                self.argtypes.set(None);
            }
            Some(value) => {
                let (types, converters) = converters(t, value)?;
                if let Some(flags) = self.paramflags.get() {
                    check_paramflags(t, Some(types.clone()), &flags)?;
                }
                self.converters.set(Some(converters));
                self.argtypes.set(Some(types.into_object()));
            }
        }
        Ok(())
    }
}

/// `cast`, as a C function that `ctypes` calls.
pub unsafe extern "C" fn cast(
    pointer: *mut c_void,
    source: *mut taipan_object::abi::PyObject,
    ctype: *mut taipan_object::abi::PyObject,
) -> *mut taipan_object::abi::PyObject {
    // SAFETY: called with objects, by a thread that is attached.
    unsafe {
        let t = taipan_runtime::thread::current();
        let done = cast_to(t, pointer, Object::from_ptr(source), Object::from_ptr(ctype));
        done.map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

fn cast_to(t: &Thread, pointer: *mut c_void, source: &Object, target: &Object) -> PyResult {
    let fits = ctype::has_metatype::<PointerType>(target)
        || ctype::has_metatype::<FuncPtrType>(target)
        || (ctype::has_metatype::<SimpleType>(target)
            && ctype::info_of_object(target).is_some_and(|i| matches!(i.code.get(), b'P' | b'z' | b'Z' | b'O')));
    if !fits {
        let name = target.downcast::<PyType>().map_or_else(|| target.class().name_lossy(), PyType::short_name_lossy);
        return Err(err!(t, TypeError, "cast() argument 2 must be a pointer type, not {name}"));
    }
    let made = target.call(t, &[])?;
    let Some(result) = made.downcast::<CData>() else { return Ok(made) };
    if let Some(source_data) = source.downcast::<CData>() {
        let kept = match source_data.objects.get() {
            Some(kept) => kept,
            None => source_data.kept_objects(t)?,
        };
        // Both must keep the same objects alive, and the result its source too.
        let dict = kept.downcast::<taipan_object::PyDict>().map(Own::own);
        if let Some(dict) = dict {
            dict.set_item(t, &*PyInt::from_u64(t, source.as_ptr() as u64)?, source)?;
            result.objects.set(Some(dict.into_object()));
        } else {
            result.objects.set(Some(kept));
        }
    }
    result.set_pointer(pointer.cast());
    Ok(made.clone())
}

/// `string_at`, as a C function.
pub unsafe extern "C" fn string_at(at: *const c_char, size: c_int) -> *mut taipan_object::abi::PyObject {
    // SAFETY: called by a thread that is attached; the program says that there is memory.
    unsafe {
        let t = taipan_runtime::thread::current();
        let made = audit_address(t, "ctypes.string_at", at as u64, i64::from(size)).and_then(|()| {
            if size == -1 {
                return PyBytes::new(t, CStr::from_ptr(at).to_bytes());
            }
            let Ok(n) = usize::try_from(size) else {
                return Err(err!(t, SystemError, "Negative size passed to PyBytes_FromStringAndSize"));
            };
            PyBytes::new(t, &values::read(at.cast(), n))
        });
        made.map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

fn audit_address(t: &Thread, event: &str, address: u64, size: i64) -> PyResult<()> {
    if !audit::active(t) {
        return Ok(());
    }
    audit::audit(t, event, &[&*PyInt::from_u64(t, address)?, &*PyInt::from_i64(t, size)?])
}

/// `wstring_at`, as a C function.
pub unsafe extern "C" fn wstring_at(at: *const u8, size: c_int) -> *mut taipan_object::abi::PyObject {
    // SAFETY: as above.
    unsafe {
        let t = taipan_runtime::thread::current();
        let made = audit_address(t, "ctypes.wstring_at", at as u64, i64::from(size)).and_then(|()| {
            let n = match usize::try_from(size) {
                Ok(n) => n,
                Err(_) if size == -1 => values::wide_len(at),
                Err(_) => return Err(errors::bad_internal_call(t)),
            };
            values::wide_string(t, at, n)
        });
        made.map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

/// `memoryview_at`, as a C function.
pub unsafe extern "C" fn memoryview_at(at: *mut u8, size: isize, readonly: c_int) -> *mut taipan_object::abi::PyObject {
    // SAFETY: as above.
    unsafe {
        let t = taipan_runtime::thread::current();
        let made = audit_address(t, "ctypes.memoryview_at", at as u64, size as i64).and_then(|()| {
            let Ok(n) = usize::try_from(size) else {
                return Err(err!(t, ValueError, "memoryview_at: size is negative (or overflowed): {size}"));
            };
            taipan_types::PyMemoryView::from_memory(t, at, n, readonly != 0)
        });
        made.map_or(core::ptr::null_mut(), Owned::into_ptr)
    }
}

/// An integer argument as a word.
pub fn word_argument(t: &Thread, value: &Object) -> PyResult<u64> {
    match value.downcast::<PyInt>() {
        Some(int) => Ok(int.to_u64_mask()),
        None => Err(err!(t, TypeError, "an integer is required")),
    }
}

/// A C `int` argument.
pub fn int_argument(t: &Thread, value: &Object) -> PyResult<c_int> {
    let int = number::index(t, value)?;
    int.to_i64()
        .and_then(|n| c_int::try_from(n).ok())
        .ok_or_else(|| err!(t, OverflowError, "Python int too large to convert to C int"))
}
