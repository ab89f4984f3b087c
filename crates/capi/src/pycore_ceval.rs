//! `pycore_ceval.h`, `pycore_intrinsics.h`: what instructions do, for code that is generated beside the loop, and the
//! tables by which instructions' arguments are read.
//!
//! What works on CPython's own loop, its stack words or its optimizer has no place here; `docs/capi.md` lists it.

use crate::abstract_::*;
use crate::contract::*;
use crate::object::{PyObject_ASCII, PyObject_Repr, PyObject_Str};
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int};
use core::mem::offset_of;
use core::ptr::null_mut;
use taipan_interp::code::PyCode;
use taipan_interp::eval::{self, ops};
use taipan_interp::frame::Frame;
use taipan_interp::{frame, import, tracing};
use taipan_object::abi::{PyFunctionObject, PyThreadState, PyTypeObject};
use taipan_object::{Object, Own, Owned, PyResult, PyStr, PyType, Thread, err, errors, singletons};

type Unary = unsafe extern "C" fn(Obj) -> Obj;
type Binary = unsafe extern "C" fn(Obj, Obj) -> Obj;

unsafe extern "C" fn power(base: Obj, exponent: Obj) -> Obj {
    // SAFETY: the contract of the C API.
    unsafe { PyNumber_Power(base, exponent, singletons::none().as_ptr()) }
}

unsafe extern "C" fn inplace_power(base: Obj, exponent: Obj) -> Obj {
    // SAFETY: the contract of the C API.
    unsafe { PyNumber_InPlacePower(base, exponent, singletons::none().as_ptr()) }
}

/// The functions of `BINARY_OP`, by its argument.
#[unsafe(no_mangle)]
pub static _PyEval_BinaryOps: [Binary; 27] = [
    PyNumber_Add,
    PyNumber_And,
    PyNumber_FloorDivide,
    PyNumber_Lshift,
    PyNumber_MatrixMultiply,
    PyNumber_Multiply,
    PyNumber_Remainder,
    PyNumber_Or,
    power,
    PyNumber_Rshift,
    PyNumber_Subtract,
    PyNumber_TrueDivide,
    PyNumber_Xor,
    PyNumber_InPlaceAdd,
    PyNumber_InPlaceAnd,
    PyNumber_InPlaceFloorDivide,
    PyNumber_InPlaceLshift,
    PyNumber_InPlaceMatrixMultiply,
    PyNumber_InPlaceMultiply,
    PyNumber_InPlaceRemainder,
    PyNumber_InPlaceOr,
    inplace_power,
    PyNumber_InPlaceRshift,
    PyNumber_InPlaceSubtract,
    PyNumber_InPlaceTrueDivide,
    PyNumber_InPlaceXor,
    PyObject_GetItem,
];

/// The functions of `CONVERT_VALUE`, by its argument.
#[unsafe(no_mangle)]
pub static _PyEval_ConversionFuncs: [Option<Unary>; 4] =
    [None, Some(PyObject_Str), Some(PyObject_Repr), Some(PyObject_ASCII)];

/// Where `SET_FUNCTION_ATTRIBUTE` puts a value, by its argument.
#[unsafe(no_mangle)]
pub static _Py_FunctionAttributeOffsets: [usize; 17] = {
    let mut offsets = [0; 17];
    offsets[1] = offset_of!(PyFunctionObject, func_defaults);
    offsets[2] = offset_of!(PyFunctionObject, func_kwdefaults);
    offsets[4] = offset_of!(PyFunctionObject, func_annotations);
    offsets[8] = offset_of!(PyFunctionObject, func_closure);
    offsets[16] = offset_of!(PyFunctionObject, func_annotate);
    offsets
};

/// `_Py_SpecialMethod`: a method that `with` calls, and what is said where it is missing.
#[repr(C)]
pub struct SpecialMethod {
    name: UnsafeCell<Obj>,
    error: *const c_char,
    error_suggestion: *const c_char,
}

// SAFETY: written once, before C code runs.
unsafe impl Sync for SpecialMethod {}

macro_rules! special {
    ($protocol:literal, $method:literal, $other:literal, $with:literal) => {{
        const ERROR: &str =
            concat!("'%T' object does not support the ", $protocol, " protocol (missed ", $method, " method)\0");
        const SUGGESTION: &str = concat!(
            "'%T' object does not support the ",
            $protocol,
            " protocol (missed ",
            $method,
            " method) but it supports the ",
            $other,
            " protocol. Did you mean to use '",
            $with,
            "'?\0"
        );
        SpecialMethod {
            name: UnsafeCell::new(null_mut()),
            error: ERROR.as_ptr().cast(),
            error_suggestion: SUGGESTION.as_ptr().cast(),
        }
    }};
}

/// The methods of `LOAD_SPECIAL`, by its argument.
#[unsafe(no_mangle)]
pub static _Py_SpecialMethods: [SpecialMethod; 4] = [
    special!("context manager", "__enter__", "asynchronous context manager", "async with"),
    special!("context manager", "__exit__", "asynchronous context manager", "async with"),
    special!("asynchronous context manager", "__aenter__", "context manager", "with"),
    special!("asynchronous context manager", "__aexit__", "context manager", "with"),
];

/// Fills in the names, which live for ever.
pub fn init(t: &Thread) -> PyResult<()> {
    for (method, name) in _Py_SpecialMethods.iter().zip(["__enter__", "__exit__", "__aenter__", "__aexit__"]) {
        let text = PyStr::from_str(t, name)?;
        let name = taipan_object::unicode::intern::intern_immortal(&text);
        // SAFETY: nobody else looks yet, or sees the same pointer.
        unsafe { *method.name.get() = name.into_object().into_ptr() };
    }
    Ok(())
}

type Function1 = unsafe extern "C" fn(*mut PyThreadState, Obj) -> Obj;
type Function2 = unsafe extern "C" fn(*mut PyThreadState, Obj, Obj) -> Obj;

/// `intrinsic_func1_info`, `intrinsic_func2_info`.
#[repr(C)]
pub struct Intrinsic<F> {
    function: F,
    name: *const c_char,
}

// SAFETY: constants.
unsafe impl<F> Sync for Intrinsic<F> {}

unsafe extern "C" fn intrinsic_1<const WHICH: u32>(_ts: *mut PyThreadState, value: Obj) -> Obj {
    // SAFETY: the contract of the C API.
    unsafe {
        let t = taipan_runtime::thread::current();
        if WHICH == 0 {
            let _ = err!(t, SystemError, "invalid intrinsic function");
            return null_mut();
        }
        New::<Object>::c(eval::intrinsic_1(t, frame::current(t), WHICH, o(value)))
    }
}

unsafe extern "C" fn intrinsic_2<const WHICH: u32>(_ts: *mut PyThreadState, first: Obj, second: Obj) -> Obj {
    // SAFETY: the contract of the C API.
    unsafe {
        let t = taipan_runtime::thread::current();
        if WHICH == 0 {
            let _ = err!(t, SystemError, "invalid intrinsic function");
            return null_mut();
        }
        New::<Object>::c(ops::intrinsic_2(t, WHICH, o(first), o(second)))
    }
}

macro_rules! intrinsics {
    ($function:ident: $($number:literal $name:literal)*) => {
        [$(Intrinsic { function: $function::<$number>, name: $name.as_ptr() },)*]
    };
}

/// The functions of `CALL_INTRINSIC_1`, by its argument.
#[unsafe(no_mangle)]
pub static _PyIntrinsics_UnaryFunctions: [Intrinsic<Function1>; 12] = intrinsics! {
    intrinsic_1:
    0 c"INTRINSIC_1_INVALID"
    1 c"INTRINSIC_PRINT"
    2 c"INTRINSIC_IMPORT_STAR"
    3 c"INTRINSIC_STOPITERATION_ERROR"
    4 c"INTRINSIC_ASYNC_GEN_WRAP"
    5 c"INTRINSIC_UNARY_POSITIVE"
    6 c"INTRINSIC_LIST_TO_TUPLE"
    7 c"INTRINSIC_TYPEVAR"
    8 c"INTRINSIC_PARAMSPEC"
    9 c"INTRINSIC_TYPEVARTUPLE"
    10 c"INTRINSIC_SUBSCRIPT_GENERIC"
    11 c"INTRINSIC_TYPEALIAS"
};

/// The functions of `CALL_INTRINSIC_2`, by its argument.
#[unsafe(no_mangle)]
pub static _PyIntrinsics_BinaryFunctions: [Intrinsic<Function2>; 6] = intrinsics! {
    intrinsic_2:
    0 c"INTRINSIC_2_INVALID"
    1 c"INTRINSIC_PREP_RERAISE_STAR"
    2 c"INTRINSIC_TYPEVAR_WITH_BOUND"
    3 c"INTRINSIC_TYPEVAR_WITH_CONSTRAINTS"
    4 c"INTRINSIC_SET_FUNCTION_TYPE_PARAMS"
    5 c"INTRINSIC_SET_TYPEPARAM_DEFAULT"
};

/// The name of a row; null without an exception if there is none.
unsafe fn intrinsic_name<F>(t: &Thread, table: &[Intrinsic<F>], index: c_int) -> Obj {
    let Some(row) = usize::try_from(index).ok().and_then(|i| table.get(i)) else { return null_mut() };
    // SAFETY: a constant C string.
    New::<PyStr>::c(unsafe { c_str(t, row.name) })
}

unsafe extern "C" {
    fn PyErr_Format(class: Obj, format: *const c_char, ...) -> Obj;
}

/// Whether a class has all of these methods.
fn has_methods(t: &Thread, class: &PyType, names: [&str; 2]) -> PyResult<bool> {
    for name in names {
        if class.lookup(t, &*PyStr::intern_str(t, name)?).is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The parts of an exception that `except*` takes, and the rest, through result pointers.
unsafe fn give(place: *mut Obj, part: Option<Owned>) {
    // SAFETY: the caller's variable.
    unsafe { *place = part.unwrap_or_else(|| singletons::none().own()).into_ptr() };
}

capi! {
    /// Checks that an object can be what an `except` names: 0, or -1 with an exception.
    fn _PyEval_CheckExceptTypeValid[t](_ts: *mut PyThreadState, class: Obj) -> Status {
        eval::check_exception_types(t, o(class), false)
    }

    /// Checks that an object can be what an `except*` names: 0, or -1 with an exception.
    fn _PyEval_CheckExceptStarTypeValid[t](_ts: *mut PyThreadState, class: Obj) -> Status {
        eval::check_exception_types(t, o(class), true)
    }

    /// The part of an exception that `except*` takes, and the rest, each `None` if it is empty; new references.
    fn _PyEval_ExceptionGroupMatch[t](_frame: *mut Frame, exception: Obj, types: Obj, matched: *mut Obj, rest: *mut Obj) -> Status {
        let (found, left) = eval::group_match(t, o(exception), o(types))?;
        give(matched, found);
        give(rest, left);
        Ok(())
    }

    /// Complains about what `__aenter__` or `__aexit__` gave, unless its type can be awaited.
    fn _PyEval_FormatAwaitableError[t](_ts: *mut PyThreadState, class: *mut PyTypeObject, oparg: c_int) -> Void {
        if (*class).tp_as_async.as_ref().is_some_and(|methods| methods.am_await.is_some()) {
            return;
        }
        let method = match oparg {
            1 => "__aenter__",
            2 => "__aexit__",
            _ => return,
        };
        let class: &PyType = o(class.cast()).cast_unchecked();
        let _ = err!(
            t,
            TypeError,
            "'async with' received an object from {method} that does not implement __await__: {:.100}",
            class.name_lossy()
        );
    }

    /// Raises with a format that shows a name; a `NameError` also has it as an attribute.
    fn _PyEval_FormatExcCheckArg[t](_ts: *mut PyThreadState, class: Obj, format: *const c_char, name: Obj) -> Void {
        let Some(text) = opt(name).and_then(Object::downcast::<PyStr>) else { return };
        let Ok(utf8) = text.to_utf8(t) else { return };
        let Ok(shown) = std::ffi::CString::new(utf8.as_bytes()) else { return };
        PyErr_Format(class, format, shown.as_ptr());
        if core::ptr::addr_eq(class, taipan_object::exceptions_class!(NameError).as_object().as_ptr())
            && let Some(exception) = errors::take(t)
        {
            let key = taipan_object::name!(t, "name");
            let named = exception.getattr(t, key).is_ok_and(|named| !named.is(singletons::none()));
            if !named && exception.setattr(t, key, text).is_err() {
                errors::clear(t);
            }
            let _ = errors::restore_raised(t, exception);
        }
    }

    /// Raises the error of a variable without a value.
    fn _PyEval_FormatExcUnbound[t](_ts: *mut PyThreadState, code: Obj, oparg: c_int) -> Void {
        if !errors::occurred(t) {
            let code: &PyCode = cast(code);
            let _ = ops::unbound_deref(t, code, oparg.max(0) as usize);
        }
    }

    /// Turns an error of merging keyword arguments into one that names the function.
    fn _PyEval_FormatKwargsError[t](_ts: *mut PyThreadState, function: Obj, kwargs: Obj) -> Void {
        let _ = ops::keywords_error(t, o(function), o(kwargs));
    }

    /// `from module import name`; a new reference.
    fn _PyEval_ImportFrom[t](_ts: *mut PyThreadState, module: Obj, name: Obj) -> New {
        import::import_from(t, o(module), cast(name))
    }

    /// `import name` in a frame; a new reference.
    fn _PyEval_ImportName[t](_ts: *mut PyThreadState, frame: *mut Frame, name: Obj, fromlist: Obj, level: Obj) -> New {
        import::import_name(t, frame, cast(name), o(fromlist), o(level))
    }

    /// A name in a frame's locals, globals or builtins; a new reference.
    fn _PyEval_LoadName[t](_ts: *mut PyThreadState, frame: *mut Frame, name: Obj) -> New {
        ops::load_name(t, frame, cast(name))
    }

    /// The attributes that a class pattern asks for; a new reference, or null, without an exception if it does not match.
    fn _PyEval_MatchClass[t](_ts: *mut PyThreadState, subject: Obj, class: Obj, nargs: Size, names: Obj) -> Raw<Obj> {
        match ops::match_class(t, o(subject), o(class), nargs.max(0) as usize, o(names)) {
            Ok(found) if !found.is(singletons::none()) => found.into_ptr(),
            _ => null_mut(),
        }
    }

    /// The values that a mapping pattern asks for, or `None`; a new reference.
    fn _PyEval_MatchKeys[t](_ts: *mut PyThreadState, map: Obj, keys: Obj) -> New {
        ops::match_keys(t, o(map), o(keys))
    }

    /// Whether no tool listens to frames that exceptions leave.
    fn _PyEval_NoToolsForUnwind[t](_ts: *mut PyThreadState) -> Raw<bool> {
        !tracing::hears_unwinding(t)
    }

    /// Whether an object without the method of `LOAD_SPECIAL` has those of the other `with`.
    fn _PyEval_SpecialMethodCanSuggest[t](op: Obj, oparg: c_int) -> Flag {
        let others = match oparg {
            0 | 1 => ["__aenter__", "__aexit__"],
            2 | 3 => ["__enter__", "__exit__"],
            _ => return Ok(false),
        };
        has_methods(t, o(op).class(), others)
    }

    /// The name of an intrinsic function; a new reference, or null without an exception.
    fn _PyCompile_GetUnaryIntrinsicName[t](index: c_int) -> Raw<Obj> {
        intrinsic_name(t, &_PyIntrinsics_UnaryFunctions, index)
    }

    /// As `_PyCompile_GetUnaryIntrinsicName`, of those with two arguments.
    fn _PyCompile_GetBinaryIntrinsicName[t](index: c_int) -> Raw<Obj> {
        intrinsic_name(t, &_PyIntrinsics_BinaryFunctions, index)
    }

    /// The module `_warnings`; a new reference.
    fn _PyWarnings_Init[t]() -> New {
        taipan_object::state::import(t, "_warnings")
    }
}
