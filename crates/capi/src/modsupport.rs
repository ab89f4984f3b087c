//! `modsupport.h`: values built from formats. Arguments are parsed by formats in `getargs`.

use crate::contract::*;
use crate::va::{Va, VaList, variadic};
use core::ffi::{c_char, c_void};
use taipan_object::{
    Object, Own, Owned, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Thread,
    err, errors, singletons,
};

type Converter = unsafe extern "C" fn(*mut c_void) -> Obj;

/// What a byte of a format is for the number of values.
#[derive(Clone, Copy)]
enum Meaning {
    Value,
    Open,
    Close,
    None,
}

static MEANING: [Meaning; 256] = {
    let mut table = [Meaning::Value; 256];
    let mut i = 0;
    while i < table.len() {
        table[i] = match i as u8 {
            b'(' | b'[' | b'{' => Meaning::Open,
            b')' | b']' | b'}' => Meaning::Close,
            b'#' | b'&' | b',' | b':' | b' ' | b'\t' => Meaning::None,
            _ => Meaning::Value,
        };
        i += 1;
    }
    table
};

/// The units of a format: a position in its bytes.
struct Format<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Format<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let c = self.peek();
        if c != 0 {
            self.at += 1;
        }
        c
    }

    /// How many values stand before `end`; -1 if a bracket is not closed.
    fn count(&self, end: u8, t: &Thread) -> PyResult<usize> {
        let (mut n, mut level) = (0, 0);
        for &c in self.bytes.get(self.at..).unwrap_or_default() {
            if level == 0 && c == end {
                return Ok(n);
            }
            match MEANING[c as usize] {
                Meaning::Value => n += usize::from(level == 0),
                Meaning::Open => {
                    n += usize::from(level == 0);
                    level += 1;
                }
                Meaning::Close => level -= 1,
                Meaning::None => {}
            }
        }
        if end == 0 && level <= 0 {
            return Ok(n);
        }
        Err(err!(t, SystemError, "unmatched paren in format"))
    }

    fn close(&mut self, t: &Thread, end: u8) -> PyResult<()> {
        while matches!(self.peek(), b',' | b':' | b' ' | b'\t') && end != 0 {
            self.at += 1;
        }
        if self.peek() != end {
            return Err(err!(t, SystemError, "Unmatched paren in format"));
        }
        if end != 0 {
            self.at += 1;
        }
        Ok(())
    }
}

/// All values before `end`. After an error the rest is still read, for `N` hands references over.
unsafe fn values(t: &Thread, f: &mut Format<'_>, list: &mut VaList, end: u8) -> PyResult<Vec<Owned>> {
    let n = f.count(end, t)?;
    let mut all = Vec::with_capacity(n);
    let mut first_error: Option<Owned> = None;
    for _ in 0..n {
        // SAFETY: the caller's promise.
        match unsafe { value(t, f, list) } {
            Ok(made) => all.push(made),
            Err(raised) => {
                let error = errors::take_raised(t, raised);
                first_error.get_or_insert(error);
            }
        }
    }
    if let Some(error) = first_error {
        return Err(errors::restore_raised(t, error));
    }
    f.close(t, end)?;
    Ok(all)
}

/// A tuple of the `n` values before `end`. After an error the rest is still read.
unsafe fn tuple_of(t: &Thread, f: &mut Format<'_>, list: &mut VaList, end: u8, n: usize) -> PyResult {
    // SAFETY: the caller's promise; items that are null are seen by nobody but the collector and the destructor.
    unsafe {
        let Ok(made) = PyTuple::with_nulls(t, n) else {
            let error = errors::take_raised(t, Raised::assume());
            drop(values(t, f, list, end));
            return Err(errors::restore_raised(t, error));
        };
        let mut first_error: Option<Owned> = None;
        for i in 0..n {
            match value(t, f, list) {
                Ok(item) => *made.items_ptr().add(i) = item.into_ptr(),
                Err(raised) => {
                    let error = errors::take_raised(t, raised);
                    first_error.get_or_insert(error);
                }
            }
        }
        if let Some(error) = first_error {
            return Err(errors::restore_raised(t, error));
        }
        f.close(t, end)?;
        Ok(made.into_object())
    }
}

/// One value.
///
/// # Safety
/// The list holds what the format asks for.
unsafe fn value(t: &Thread, f: &mut Format<'_>, list: &mut VaList) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        loop {
            let unit = f.next();
            return match unit {
                b'(' => {
                    let n = f.count(b')', t)?;
                    tuple_of(t, f, list, b')', n)
                }
                b'[' => PyList::from_vec(t, values(t, f, list, b']')?).map(Owned::into_object),
                b'{' => {
                    let pairs = values(t, f, list, b'}')?;
                    if pairs.len() % 2 != 0 {
                        return Err(err!(t, SystemError, "Bad dict format"));
                    }
                    let dict = PyDict::new(t)?;
                    for pair in pairs.chunks_exact(2) {
                        dict.set_item(t, &pair[0], &pair[1])?;
                    }
                    Ok(dict.into_object())
                }
                b'b' | b'B' | b'h' | b'i' => int(t, i64::from(list.int())),
                b'H' => int(t, i64::from(list.int() as u32)),
                b'I' => int(t, i64::from(list.int() as u32)),
                b'n' | b'l' | b'L' => int(t, list.long()),
                b'k' | b'K' => PyInt::from_u64(t, list.word()).map(Owned::into_object),
                b'p' => Ok(singletons::bool(list.int() != 0).own()),
                b'u' => {
                    let s: *const libc::wchar_t = list.ptr();
                    let n = size(f, list);
                    if s.is_null() {
                        return singletons::ok_none();
                    }
                    crate::unicodeobject::from_wide(t, s, n.unwrap_or(-1)).map(Owned::into_object)
                }
                b'f' | b'd' => PyFloat::new(t, list.double()).map(Owned::into_object),
                b'D' => {
                    let c: *const [f64; 2] = list.ptr();
                    PyComplex::new(t, (*c)[0], (*c)[1]).map(Owned::into_object)
                }
                b'c' => PyBytes::new(t, &[list.int() as u8]).map(Owned::into_object),
                b'C' => crate::unicodeobject::from_ordinal(t, list.int()).map(Owned::into_object),
                b's' | b'z' | b'U' => match text(t, f, list)? {
                    None => singletons::ok_none(),
                    Some(bytes) => utf8(t, bytes).map(Owned::into_object),
                },
                b'y' => match text(t, f, list)? {
                    None => singletons::ok_none(),
                    Some(bytes) => PyBytes::new(t, bytes).map(Owned::into_object),
                },
                b'N' | b'S' | b'O' => {
                    if f.peek() == b'&' {
                        f.next();
                        let convert: Converter = core::mem::transmute::<*mut c_void, Converter>(list.ptr());
                        let arg: *mut c_void = list.ptr();
                        return Owned::from_result(convert(arg));
                    }
                    let object: Obj = list.ptr();
                    match opt(object) {
                        Some(_) if unit == b'N' => Ok(Owned::from_ptr(object)),
                        Some(object) => Ok(object.own()),
                        None if errors::occurred(t) => Err(Raised::assume()),
                        None => Err(err!(t, SystemError, "NULL object passed to Py_BuildValue")),
                    }
                }
                b':' | b',' | b' ' | b'\t' => continue,
                _ => Err(err!(t, SystemError, "bad format char passed to Py_BuildValue")),
            };
        }
    }
}

fn int(t: &Thread, value: i64) -> PyResult {
    PyInt::from_i64(t, value).map(Owned::into_object)
}

/// The size after `#`, if the format has it.
unsafe fn size(f: &mut Format<'_>, list: &mut VaList) -> Option<isize> {
    if f.peek() != b'#' {
        return None;
    }
    f.next();
    // SAFETY: the caller's promise.
    Some(unsafe { list.long() } as isize)
}

/// The bytes of a string unit; `None` for null.
unsafe fn text<'a>(t: &Thread, f: &mut Format<'_>, list: &mut VaList) -> PyResult<Option<&'a [u8]>> {
    // SAFETY: the caller's promise.
    unsafe {
        let s: *const c_char = list.ptr();
        let n = size(f, list);
        if s.is_null() {
            return Ok(None);
        }
        Ok(Some(match n {
            Some(n) if n >= 0 => c_slice(s.cast::<u8>(), n),
            _ => {
                let bytes = c_bytes(s);
                if bytes.len() > isize::MAX as usize {
                    return Err(err!(t, OverflowError, "string too long for Python string"));
                }
                bytes
            }
        }))
    }
}

/// `Py_VaBuildValue`.
///
/// # Safety
/// The list holds what the format asks for.
pub unsafe fn build(t: &Thread, format: *const c_char, list: &mut VaList) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let mut f = Format { bytes: c_bytes(format), at: 0 };
        match f.count(0, t)? {
            0 => singletons::ok_none(),
            1 => value(t, &mut f, list),
            n => tuple_of(t, &mut f, list, 0, n),
        }
    }
}

/// The arguments that a format stands for in a call: a single tuple stands for its items.
///
/// # Safety
/// As [`build`].
pub unsafe fn build_arguments(t: &Thread, format: *const c_char, list: &mut VaList) -> PyResult<Vec<Owned>> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut f = Format { bytes: c_bytes(format), at: 0 };
        let mut all = values(t, &mut f, list, 0)?;
        if let [only] = all.as_slice()
            && let Some(tuple) = only.downcast::<PyTuple>()
        {
            all = tuple.as_slice().iter().map(|item| (*item).own()).collect();
        }
        Ok(all)
    }
}

capi! {
    /// A value built from a format and a `va_list`; a new reference.
    fn Py_VaBuildValue[t](format: *const c_char, list: Va) -> New {
        let mut list = *list;
        build(t, format, &mut list)
    }

    /// The same with sizes as `Py_ssize_t`, as all have them now; a new reference.
    fn _Py_VaBuildValue_SizeT[t](format: *const c_char, list: Va) -> New {
        let mut list = *list;
        build(t, format, &mut list)
    }

    /// Adds an object under a name; takes the reference over on success only.
    fn PyModule_AddObject[t](module: Obj, name: *const c_char, value: Obj) -> Status {
        add(t, module, name, value, "PyModule_AddObjectRef")?;
        taipan_runtime::refcount::decref(value);
        Ok(())
    }

    /// Adds an object under a name.
    fn PyModule_AddObjectRef[t](module: Obj, name: *const c_char, value: Obj) -> Status {
        add(t, module, name, value, "PyModule_AddObjectRef")
    }

    /// Adds an object under a name; takes the reference over in any case.
    fn PyModule_Add[t](module: Obj, name: *const c_char, value: Obj) -> Status {
        let result = add(t, module, name, value, "PyModule_AddObjectRef");
        taipan_runtime::refcount::xdecref(value);
        result
    }

    /// Adds an integer under a name.
    fn PyModule_AddIntConstant[t](module: Obj, name: *const c_char, value: core::ffi::c_long) -> Status {
        let value = PyInt::from_i64(t, value)?;
        add(t, module, name, value.as_object().as_ptr(), "PyModule_AddObjectRef")
    }

    /// Adds a string under a name.
    fn PyModule_AddStringConstant[t](module: Obj, name: *const c_char, value: *const c_char) -> Status {
        let value = c_str(t, value)?;
        add(t, module, name, value.as_object().as_ptr(), "PyModule_AddObjectRef")
    }

    /// Makes a type ready and adds it under the last part of its name.
    fn PyModule_AddType[t](module: Obj, ty: *mut taipan_object::abi::PyTypeObject) -> Status {
        crate::typeobject::ready(t, ty)?;
        let class = taipan_object::PyType::from_type_ptr(ty);
        let full = c_text((*ty).tp_name).unwrap_or_default();
        let name = std::ffi::CString::new(full.rsplit('.').next().unwrap_or_default()).unwrap_or_default();
        add(t, module, name.as_ptr(), class.as_object().as_ptr(), "PyModule_AddObjectRef")
    }
}

variadic! {
    /// A value built from a format; a new reference.
    Py_BuildValue, 1 => build_value;
    /// The same with sizes as `Py_ssize_t`, as all have them now; a new reference.
    _Py_BuildValue_SizeT, 1 => build_value;
}

c_function! {
    /// `Py_VaBuildValue` that uses the list up.
    fn build_value[t](format: *const c_char, list: Va) -> New {
        build(t, format, &mut *list)
    }
}

unsafe fn add(t: &Thread, module: Obj, name: *const c_char, value: Obj, what: &str) -> PyResult<()> {
    // SAFETY: the contract of the callers.
    unsafe {
        let Some(module) = o(module).downcast::<taipan_object::PyModule>() else {
            return Err(err!(t, TypeError, "{what}() first argument must be a module"));
        };
        let Some(value) = opt(value) else {
            if errors::occurred(t) {
                return Err(Raised::assume());
            }
            return Err(err!(t, SystemError, "{what}() must be called with an exception raised if value is NULL"));
        };
        let Some(dict) = module.dict() else {
            return Err(err!(t, SystemError, "module '{}' has no __dict__", module.name_lossy()));
        };
        let name: Owned<PyStr> = c_interned(t, name)?;
        let value: &Object = value;
        dict.set_item(t, &name, value)
    }
}
