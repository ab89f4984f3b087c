//! Arguments parsed by formats: `PyArg_Parse` and its family (`Python/getargs.c`).

use crate::contract::*;
use crate::va::{Va, VaList, variadic};
use core::ffi::{c_char, c_int, c_void};
use taipan_object::abi::*;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyDict, PyFloat, PyInt, PyResult, PyStr, PyTuple, PyType, Raised, Thread,
    buffer, err, errors, exceptions, number, sequence, singletons,
};
use taipan_types::PyByteArray;

/// What a converter of `O&` returns to be called again with null if a later argument fails.
const CLEANUP_SUPPORTED: c_int = 0x20000;

type Converter = unsafe extern "C" fn(Obj, *mut c_void) -> c_int;

/// What must be given back when a later argument fails.
enum Cleanup {
    Memory(*mut *mut c_char),
    Buffer(*mut Py_buffer),
    Converter(Converter, *mut c_void),
}

/// Why an argument does not fit: text for a message, or an exception that stands already.
enum Refused {
    Message(String),
    Raised,
}

impl From<Raised> for Refused {
    fn from(_: Raised) -> Self {
        Self::Raised
    }
}

type Fits<T = ()> = Result<T, Refused>;

/// A format being read, the list of places for results, and what to undo.
struct Parser<'a> {
    t: &'a Thread,
    format: &'a [u8],
    at: usize,
    list: &'a mut VaList,
    cleanup: Vec<Cleanup>,
    /// Indices of items in nested tuples, for messages.
    levels: Vec<usize>,
}

fn refuse<T>(message: impl Into<String>) -> Fits<T> {
    Err(Refused::Message(message.into()))
}

fn type_text(arg: &Object) -> String {
    if arg.is(singletons::none()) { "None".to_string() } else { format!("{:.50}", arg.class().name_lossy()) }
}

/// `converterr`.
fn expected<T>(what: &str, arg: &Object) -> Fits<T> {
    if what.starts_with('(') {
        return refuse(what);
    }
    refuse(format!("must be {what:.50}, not {}", type_text(arg)))
}

impl Parser<'_> {
    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let c = self.peek();
        self.at += usize::from(c != 0);
        c
    }

    fn take(&mut self, c: u8) -> bool {
        let there = self.peek() == c;
        self.at += usize::from(there);
        there
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), 0 | b':' | b';')
    }

    fn rest(&self) -> String {
        String::from_utf8_lossy(&self.format[self.at.min(self.format.len())..]).into_owned()
    }

    /// Undoes what was done for earlier arguments.
    unsafe fn undo(&mut self) {
        // SAFETY: each entry names a place that was filled in and has not been given back.
        unsafe {
            for entry in self.cleanup.drain(..).rev() {
                match entry {
                    Cleanup::Memory(place) => {
                        taipan_runtime::mem::free((*place).cast());
                        *place = core::ptr::null_mut();
                    }
                    Cleanup::Buffer(view) => buffer::release(&mut *view),
                    Cleanup::Converter(convert, arg) => {
                        convert(core::ptr::null_mut(), arg);
                    }
                }
            }
        }
    }

    /// `seterror`.
    #[cold]
    fn report(&mut self, index: usize, refused: Refused, names: &Names<'_>) {
        let Refused::Message(message) = refused else { return };
        if errors::occurred(self.t) {
            return;
        }
        let system = message.starts_with('(');
        let text = match names.message() {
            Some(custom) => custom,
            None => {
                let mut text = names.function_name().map_or_else(String::new, |f| format!("{f:.200}() "));
                text.push_str("argument");
                if index != 0 {
                    text.push_str(&format!(" {index}"));
                    for level in &self.levels {
                        text.push_str(&format!(", item {level}"));
                    }
                }
                text.push_str(&format!(" {message:.256}"));
                text
            }
        };
        let _ = if system { err!(self.t, SystemError, "{text}") } else { err!(self.t, TypeError, "{text}") };
    }

    /// Converts an argument whose type is the one that the unit is for; false if it takes more, and nothing was done.
    #[inline(always)]
    unsafe fn quick(&mut self, arg: &Object) -> bool {
        let mark = self.format.get(self.at + 1).copied().unwrap_or(0);
        // SAFETY: the list holds what the format asks for: places of the right types.
        unsafe {
            match self.peek() {
                b'O' if !matches!(mark, b'!' | b'&') => self.store(arg.as_ptr()),
                unit @ (b'i' | b'l' | b'n' | b'L') => {
                    let Some(value) = arg.downcast::<PyInt>().and_then(PyInt::as_i64_compact) else { return false };
                    if unit == b'i' {
                        // One digit has 30 bits.
                        self.store(value as c_int);
                    } else {
                        self.store(value);
                    }
                }
                b'd' => {
                    let Some(float) = arg.downcast_exact::<PyFloat>() else { return false };
                    self.store(float.value());
                }
                b's' | b'z' if !matches!(mark, b'#' | b'*') => {
                    let Some(text) = arg.downcast::<PyStr>().and_then(PyStr::as_ascii) else { return false };
                    if libc::strlen(text.as_ptr().cast()) != text.len() {
                        return false;
                    }
                    self.store(text.as_ptr());
                }
                b'U' if arg.is_instance_of::<PyStr>() => self.store(arg.as_ptr()),
                _ => return false,
            }
        }
        self.at += 1;
        true
    }

    /// `convertitem`.
    unsafe fn item(&mut self, arg: &Object) -> Fits {
        // SAFETY: the caller's promise.
        unsafe {
            if self.take(b'(') {
                self.tuple(arg)
            } else {
                self.levels.clear();
                self.simple(arg)
            }
        }
    }

    /// `converttuple`.
    unsafe fn tuple(&mut self, arg: &Object) -> Fits {
        let tuple = arg.downcast::<PyTuple>();
        let mut must_be_tuple = tuple.is_some();
        let (mut n, mut level, mut at) = (0usize, 0usize, self.at);
        let peek = |at: usize| self.format.get(at).copied().unwrap_or(0);
        loop {
            let c = peek(at);
            at += 1;
            match c {
                b'(' => {
                    n += usize::from(level == 0);
                    level += 1;
                }
                b')' => {
                    if level == 0 {
                        break;
                    }
                    level -= 1;
                }
                b':' | b';' | 0 => break,
                c if level == 0 && c.is_ascii_alphabetic() => {
                    n += 1;
                    if c == b'e' && matches!(peek(at), b's' | b't') {
                        at += 1;
                    }
                    match c {
                        b'y' | b's' | b'z' if peek(at) != b'*' => must_be_tuple = true,
                        b'U' | b'O' | b'S' | b'Y' if peek(at) != b'&' => must_be_tuple = true,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.levels.clear();
        let length = match tuple {
            Some(tuple) => tuple.len(),
            None => {
                let is_text = arg.is_instance_of::<PyStr>()
                    || arg.is_instance_of::<PyBytes>()
                    || arg.is_instance_of::<PyByteArray>();
                if !sequence::is_sequence(arg) || is_text {
                    return refuse(format!("must be {n}-item tuple, not {}", type_text(arg)));
                }
                if must_be_tuple {
                    let name = arg.class().fully_qualified_name(self.t)?.to_string_lossy();
                    errors::warn(
                        self.t,
                        <exceptions::DeprecationWarning as Class>::class(),
                        format_args!("argument must be {n}-item tuple, not {name}"),
                        0,
                    )?;
                }
                sequence::len(self.t, arg)?
            }
        };
        if length != n {
            let what = if must_be_tuple { "tuple" } else { "sequence" };
            return refuse(format!("must be {what} of length {n}, not {length}"));
        }
        for i in 0..n {
            let item = match tuple.and_then(|tuple| tuple.get(i)) {
                Some(item) => item.own(),
                None => match sequence::sequence_item(self.t, arg, i as isize) {
                    Ok(item) => item,
                    // What the sequence raised stands.
                    Err(_) => {
                        self.levels = vec![i];
                        return refuse("is not retrievable");
                    }
                },
            };
            // SAFETY: the caller's promise.
            if let Err(refused) = unsafe { self.item(&item) } {
                self.levels.insert(0, i);
                return Err(refused);
            }
        }
        self.at += 1;
        Ok(())
    }

    unsafe fn store<T>(&mut self, value: T) {
        // SAFETY: the list holds a pointer to a place for the result.
        unsafe { *self.list.ptr::<T>() = value }
    }

    /// A C `long` within bounds.
    unsafe fn bounded(&mut self, arg: &Object, what: &str, min: i64, max: i64) -> Fits<i64> {
        let value = crate::longobject::as_long(self.t, arg)?;
        if value < min {
            let _ = err!(self.t, OverflowError, "{what} is less than minimum");
            return Err(Refused::Raised);
        }
        if value > max {
            let _ = err!(self.t, OverflowError, "{what} is greater than maximum");
            return Err(Refused::Raised);
        }
        Ok(value)
    }

    /// `convertsimple`.
    unsafe fn simple(&mut self, arg: &Object) -> Fits {
        let t = self.t;
        let unit = self.next();
        // SAFETY: the list holds what the format asks for: places of the right types.
        unsafe {
            match unit {
                b'b' => {
                    let place = self.list.ptr::<u8>();
                    *place = self.bounded(arg, "unsigned byte integer", 0, 255)? as u8;
                }
                b'B' => {
                    let place = self.list.ptr::<u8>();
                    *place = crate::longobject::as_mask(t, arg)? as u8;
                }
                b'h' => {
                    let place = self.list.ptr::<i16>();
                    let value = self.bounded(arg, "signed short integer", i16::MIN.into(), i16::MAX.into())?;
                    *place = value as i16;
                }
                b'H' => {
                    let place = self.list.ptr::<u16>();
                    *place = crate::longobject::as_mask(t, arg)? as u16;
                }
                b'i' => {
                    let place = self.list.ptr::<c_int>();
                    let value = self.bounded(arg, "signed integer", i32::MIN.into(), i32::MAX.into())?;
                    *place = value as c_int;
                }
                b'I' => {
                    let place = self.list.ptr::<u32>();
                    *place = crate::longobject::as_mask(t, arg)? as u32;
                }
                b'n' => {
                    let place = self.list.ptr::<isize>();
                    *place = number::index(t, arg)?.to_isize(t)?;
                }
                b'l' => {
                    let place = self.list.ptr::<i64>();
                    *place = crate::longobject::as_long(t, arg)?;
                }
                b'k' | b'K' => {
                    let place = self.list.ptr::<u64>();
                    if !number::is_index(arg) {
                        return expected("int", arg);
                    }
                    *place = crate::longobject::as_mask(t, arg)?;
                }
                b'L' => {
                    let place = self.list.ptr::<i64>();
                    *place = crate::longobject::as_long_long(t, arg)?;
                }
                b'f' => {
                    let place = self.list.ptr::<f32>();
                    *place = number::as_f64(t, arg)? as f32;
                }
                b'd' => {
                    let place = self.list.ptr::<f64>();
                    *place = number::as_f64(t, arg)?;
                }
                b'D' => {
                    let place = self.list.ptr::<[f64; 2]>();
                    let value = taipan_object::PyComplex::value_of(t, arg)?;
                    *place = [value.re, value.im];
                }
                b'c' => {
                    let place = self.list.ptr::<u8>();
                    let (what, bytes) = if let Some(b) = arg.downcast::<PyBytes>() {
                        ("bytes", b.as_bytes())
                    } else if let Some(b) = arg.downcast::<PyByteArray>() {
                        ("bytearray", b.as_bytes())
                    } else {
                        return expected("a byte string of length 1", arg);
                    };
                    let [byte] = bytes else {
                        return refuse(format!(
                            "must be a byte string of length 1, not a {what} object of length {}",
                            bytes.len()
                        ));
                    };
                    *place = *byte;
                }
                b'C' => {
                    let place = self.list.ptr::<c_int>();
                    let Some(text) = arg.downcast::<PyStr>() else { return expected("a unicode character", arg) };
                    if text.len() != 1 {
                        return refuse(format!("must be a unicode character, not a string of length {}", text.len()));
                    }
                    *place = text.char_at(0) as c_int;
                }
                b'p' => {
                    let place = self.list.ptr::<c_int>();
                    *place = arg.is_true(t)?.into();
                }
                b'y' => {
                    let place = self.list.ptr::<*const c_void>();
                    if self.take(b'*') {
                        get_buffer(t, arg, place.cast())?;
                        self.cleanup.push(Cleanup::Buffer(place.cast()));
                        return Ok(());
                    }
                    let (data, n) = read_only(t, arg)?;
                    *place = data;
                    if self.take(b'#') {
                        self.store(n);
                    } else if libc::strlen(data.cast()) != n as usize {
                        let _ = err!(t, ValueError, "embedded null byte");
                        return Err(Refused::Raised);
                    }
                }
                b's' | b'z' => self.text(arg, unit == b'z')?,
                b'e' => self.encoded(arg)?,
                b'S' => {
                    let place = self.list.ptr::<Obj>();
                    if !arg.is_instance_of::<PyBytes>() {
                        return expected("bytes", arg);
                    }
                    *place = arg.as_ptr();
                }
                b'Y' => {
                    let place = self.list.ptr::<Obj>();
                    if !arg.is_instance_of::<PyByteArray>() {
                        return expected("bytearray", arg);
                    }
                    *place = arg.as_ptr();
                }
                b'U' => {
                    let place = self.list.ptr::<Obj>();
                    if !arg.is_instance_of::<PyStr>() {
                        return expected("str", arg);
                    }
                    *place = arg.as_ptr();
                }
                b'O' => {
                    if self.take(b'!') {
                        let class = PyType::from_type_ptr(self.list.ptr());
                        let place = self.list.ptr::<Obj>();
                        if !arg.class().is_subtype(class) {
                            return expected(&class.name_lossy(), arg);
                        }
                        *place = arg.as_ptr();
                    } else if self.take(b'&') {
                        let convert = core::mem::transmute::<*mut c_void, Converter>(self.list.ptr());
                        let place: *mut c_void = self.list.ptr();
                        match convert(arg.as_ptr(), place) {
                            0 => return expected("(unspecified)", arg),
                            CLEANUP_SUPPORTED => self.cleanup.push(Cleanup::Converter(convert, place)),
                            _ => {}
                        }
                    } else {
                        self.store(arg.as_ptr());
                    }
                }
                b'w' => {
                    let place = self.list.ptr::<Py_buffer>();
                    if !self.take(b'*') {
                        return expected("(invalid use of 'w' format character)", arg);
                    }
                    if buffer::acquire(t, arg, &mut *place, PyBUF_WRITABLE).is_err() {
                        errors::clear(t);
                        return expected("read-write bytes-like object", arg);
                    }
                    if !buffer::is_c_contiguous(&*place) {
                        buffer::release(&mut *place);
                        return expected("contiguous buffer", arg);
                    }
                    self.cleanup.push(Cleanup::Buffer(place));
                }
                _ => return expected("(impossible<bad format char>)", arg),
            }
        }
        Ok(())
    }

    /// `s`, `z` and their forms.
    unsafe fn text(&mut self, arg: &Object, or_none: bool) -> Fits {
        let t = self.t;
        let none = or_none && arg.is(singletons::none());
        // SAFETY: as in `simple`.
        unsafe {
            if self.take(b'*') {
                let view: *mut Py_buffer = self.list.ptr();
                if none {
                    view.write(Py_buffer::EMPTY);
                    fill_none(&mut *view);
                } else if let Some(text) = arg.downcast::<PyStr>() {
                    let utf8 = text.to_utf8(t)?;
                    buffer::fill_info(t, &mut *view, arg, utf8.as_ptr().cast_mut(), utf8.len(), true, 0)?;
                } else {
                    get_buffer(t, arg, view)?;
                }
                self.cleanup.push(Cleanup::Buffer(view));
            } else if self.take(b'#') {
                let place = self.list.ptr::<*const c_void>();
                let size = self.list.ptr::<isize>();
                if none {
                    *place = core::ptr::null();
                    *size = 0;
                } else if let Some(text) = arg.downcast::<PyStr>() {
                    let utf8 = text.to_utf8(t)?;
                    *place = utf8.as_ptr().cast();
                    *size = utf8.len() as isize;
                } else {
                    (*place, *size) = read_only(t, arg)?;
                }
            } else {
                let place = self.list.ptr::<*const c_void>();
                if none {
                    *place = core::ptr::null();
                } else if let Some(text) = arg.downcast::<PyStr>() {
                    let utf8 = text.to_utf8(t)?;
                    if utf8.as_bytes().contains(&0) {
                        let _ = err!(t, ValueError, "embedded null character");
                        return Err(Refused::Raised);
                    }
                    *place = utf8.as_ptr().cast();
                } else {
                    return expected(if or_none { "str or None" } else { "str" }, arg);
                }
            }
        }
        Ok(())
    }

    /// `es`, `et` and their forms with `#`: text encoded into memory that the caller frees or has given.
    unsafe fn encoded(&mut self, arg: &Object) -> Fits {
        let t = self.t;
        // SAFETY: as in `simple`.
        unsafe {
            let encoding = self.list.ptr::<c_char>();
            let encoding = c_name(encoding).unwrap_or("utf-8");
            let recode = match self.next() {
                b's' => true,
                b't' => false,
                _ => return expected("(unknown parser marker combination)", arg),
            };
            let place = self.list.ptr::<*mut c_char>();
            if place.is_null() {
                return expected("(buffer is NULL)", arg);
            }
            let bytes: Owned<PyBytes> = if let Some(text) = arg.downcast::<PyStr>() {
                text.encoded(t, Some(encoding), None)?
            } else if !recode && let Some(bytes) = arg.downcast::<PyBytes>() {
                bytes.own()
            } else if !recode && let Some(bytes) = arg.downcast::<PyByteArray>() {
                PyBytes::new(t, bytes.as_bytes())?
            } else {
                return expected(if recode { "str" } else { "str, bytes or bytearray" }, arg);
            };
            let data = bytes.as_bytes();
            if self.take(b'#') {
                let size = self.list.ptr::<isize>();
                if size.is_null() {
                    return expected("(buffer_len is NULL)", arg);
                }
                if (*place).is_null() {
                    *place = copy_out(t, data)?;
                    self.cleanup.push(Cleanup::Memory(place));
                } else if data.len() + 1 > (*size).max(0) as usize {
                    let _ =
                        err!(t, ValueError, "encoded string too long ({}, maximum length {})", data.len(), *size - 1);
                    return Err(Refused::Raised);
                } else {
                    core::ptr::copy_nonoverlapping(data.as_ptr(), (*place).cast(), data.len());
                    *(*place).add(data.len()) = 0;
                }
                *size = data.len() as isize;
            } else {
                if data.contains(&0) {
                    return expected("encoded string without null bytes", arg);
                }
                *place = copy_out(t, data)?;
                self.cleanup.push(Cleanup::Memory(place));
            }
        }
        Ok(())
    }

    /// `skipitem`: passes over a unit and its places.
    unsafe fn skip(&mut self) -> Result<(), &'static str> {
        // SAFETY: as in `simple`.
        unsafe {
            match self.next() {
                b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K' | b'n' | b'f' | b'd' | b'D'
                | b'c' | b'C' | b'p' => {
                    self.list.word();
                    Ok(())
                }
                b'S' | b'Y' | b'U' => {
                    self.list.word();
                    Ok(())
                }
                c @ (b'e' | b's' | b'z' | b'y' | b'w') => {
                    if c == b'e' {
                        self.list.word();
                        if !matches!(self.peek(), b's' | b't') {
                            return Err("impossible<bad format char>");
                        }
                        self.at += 1;
                    }
                    self.list.word();
                    if c == b'w' {
                        if !self.take(b'*') {
                            return Err("impossible<bad format char>");
                        }
                    } else if self.take(b'#') {
                        self.list.word();
                    } else if matches!(c, b's' | b'z' | b'y') {
                        self.take(b'*');
                    }
                    Ok(())
                }
                b'O' => {
                    self.list.word();
                    if self.take(b'!') || self.take(b'&') {
                        self.list.word();
                    }
                    Ok(())
                }
                b'(' => loop {
                    if self.take(b')') {
                        return Ok(());
                    }
                    if self.at_end() {
                        return Err("Unmatched left paren in format string");
                    }
                    self.skip()?;
                },
                b')' => Err("Unmatched right paren in format string"),
                _ => Err("impossible<bad format char>"),
            }
        }
    }
}

/// The view that stands for `None` with `z*`.
fn fill_none(view: &mut Py_buffer) {
    view.readonly = 1;
    view.itemsize = 1;
    view.ndim = 1;
}

unsafe fn copy_out(t: &Thread, data: &[u8]) -> PyResult<*mut c_char> {
    let block = taipan_runtime::mem::alloc(data.len() + 1);
    if block.is_null() {
        return Err(errors::no_memory(t));
    }
    // SAFETY: a fresh block of this size.
    unsafe {
        core::ptr::copy_nonoverlapping(data.as_ptr(), block, data.len());
        *block.add(data.len()) = 0;
    }
    Ok(block.cast())
}

/// `getbuffer`: a contiguous view that the caller releases.
unsafe fn get_buffer(t: &Thread, arg: &Object, view: *mut Py_buffer) -> Fits {
    // SAFETY: the place of a view.
    unsafe {
        if buffer::acquire(t, arg, &mut *view, PyBUF_SIMPLE).is_err() {
            return Err(Refused::Raised);
        }
        if !buffer::is_c_contiguous(&*view) {
            buffer::release(&mut *view);
            return expected("contiguous buffer", arg);
        }
        Ok(())
    }
}

/// `convertbuffer`: the memory of an object that never moves it.
unsafe fn read_only(t: &Thread, arg: &Object) -> Fits<(*const c_void, isize)> {
    // SAFETY: slots of a live type; the memory stays where it is without being held.
    unsafe {
        let procs = (*arg.class().as_type_ptr()).tp_as_buffer.as_ref();
        let released = procs.is_some_and(|p| p.bf_releasebuffer.is_some());
        if released {
            return expected("read-only bytes-like object", arg);
        }
        let mut view = Py_buffer::EMPTY;
        get_buffer(t, arg, &mut view)?;
        let found = (view.buf.cast_const(), view.len);
        buffer::release(&mut view);
        Ok(found)
    }
}

/// What stands behind `:` or `;` in a format: for errors only, so it is looked for when there is one.
struct Names<'a> {
    format: &'a [u8],
    /// The name of the function, if the format is not asked for it.
    given: Option<String>,
}

impl<'a> Names<'a> {
    const fn of(format: &'a [u8]) -> Self {
        Self { format, given: None }
    }

    fn behind(&self, mark: u8) -> Option<String> {
        let at = self.format.iter().position(|&c| c == mark)?;
        Some(String::from_utf8_lossy(&self.format[at + 1..]).into_owned())
    }

    fn function_name(&self) -> Option<String> {
        self.given.clone().or_else(|| self.behind(b':'))
    }

    fn message(&self) -> Option<String> {
        if self.format.contains(&b':') { None } else { self.behind(b';') }
    }

    fn function(&self) -> String {
        self.function_name().map_or_else(|| "function".to_string(), |f| format!("{f:.200}()"))
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// `vgetargs1`: positional arguments against a format. `compat` is the old style of one argument that is no tuple.
///
/// # Safety
/// The list holds places as the format says.
unsafe fn positional(t: &Thread, args: &[&Object], format: &[u8], list: &mut VaList, compat: bool) -> bool {
    let names = Names::of(format);
    let (mut min, mut max, mut level) = (None, 0usize, 0usize);
    let mut at = 0;
    while at < format.len() {
        let c = format[at];
        at += 1;
        match c {
            b'(' => {
                max += usize::from(level == 0);
                level += 1;
                if level >= 30 {
                    let _ = err!(t, SystemError, "too many tuple nesting levels in argument format string");
                    return false;
                }
            }
            b')' => {
                if level == 0 {
                    let _ = err!(t, SystemError, "excess ')' in getargs format");
                    return false;
                }
                level -= 1;
            }
            b':' | b';' => break,
            b'|' if level == 0 => min = Some(max),
            c if level == 0 && c.is_ascii_alphabetic() => {
                max += 1;
                if c == b'e' && matches!(format.get(at), Some(b's' | b't')) {
                    at += 1;
                }
            }
            _ => {}
        }
    }
    if level != 0 {
        let _ = err!(t, SystemError, "missing ')' in getargs format");
        return false;
    }
    let min = min.unwrap_or(max);
    let mut p = Parser { t, format, at: 0, list, cleanup: Vec::new(), levels: Vec::new() };
    let call = |names: &Names<'_>| names.function();
    // SAFETY: the caller's promise.
    unsafe {
        if compat {
            if max == 0 {
                if args.is_empty() {
                    return true;
                }
                let _ = err!(t, TypeError, "{} takes no arguments", call(&names));
                return false;
            }
            if min == 1 && max == 1 {
                let Some(arg) = args.first() else {
                    let _ = err!(t, TypeError, "{} takes at least one argument", call(&names));
                    return false;
                };
                return match p.item(arg) {
                    Ok(()) => true,
                    Err(refused) => {
                        let levels = core::mem::take(&mut p.levels);
                        let index = levels.first().map_or(0, |l| l + 1);
                        p.levels = levels.into_iter().skip(1).collect();
                        p.report(index, refused, &names);
                        p.undo();
                        false
                    }
                };
            }
            let _ = err!(t, SystemError, "old style getargs format uses new features");
            return false;
        }
        let n = args.len();
        if n < min || n > max {
            let text = match names.message() {
                Some(message) => message,
                None => {
                    let how = if min == max {
                        "exactly"
                    } else if n < min {
                        "at least"
                    } else {
                        "at most"
                    };
                    let bound = if n < min { min } else { max };
                    format!("{} takes {how} {bound} argument{} ({n} given)", call(&names), plural(bound))
                }
            };
            let _ = err!(t, TypeError, "{text}");
            return false;
        }
        for (i, arg) in args.iter().enumerate() {
            p.take(b'|');
            if p.quick(arg) {
                continue;
            }
            if let Err(refused) = p.item(arg) {
                p.report(i + 1, refused, &names);
                p.undo();
                return false;
            }
        }
        let rest = p.peek();
        if rest != 0 && !rest.is_ascii_alphabetic() && !matches!(rest, b'(' | b'|' | b':' | b';') {
            let _ = err!(t, SystemError, "bad format string: {:.200}", p.rest());
            p.undo();
            return false;
        }
    }
    true
}

/// Keyword arguments: of a dictionary, or values behind the positional ones of a vectorcall.
enum Keywords<'a> {
    None,
    Dict(&'a PyDict),
    Stack(&'a PyTuple, *const Obj),
}

impl Keywords<'_> {
    fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Dict(dict) => dict.len(),
            Self::Stack(names, _) => names.len(),
        }
    }

    /// The value of a keyword that is given as bytes of UTF-8.
    fn get(&self, t: &Thread, name: &[u8]) -> PyResult<Option<Owned>> {
        match self {
            Self::None => Ok(None),
            Self::Dict(dict) if dict.len() <= FEW && dict.has_str_keys_only() && name.is_ascii() => {
                // To compare a few texts is less work than to make one and hash it.
                let mut at = 0;
                while let Some((key, value)) = dict.next_borrowed(&mut at) {
                    // SAFETY: a key and its value; nothing runs that could change the dictionary.
                    let (key, value) = unsafe { (cast::<PyStr>(key), o(value)) };
                    if key.as_ascii().is_some_and(|key| key.as_bytes() == name) {
                        return Ok(Some(value.own()));
                    }
                }
                Ok(None)
            }
            Self::Dict(dict) => {
                let name = utf8(t, name)?;
                dict.get_item(t, &name)
            }
            Self::Stack(names, values) => {
                let name = utf8(t, name)?;
                for (i, key) in names.as_slice().iter().enumerate() {
                    if key.downcast::<PyStr>().is_some_and(|key| key.eq(&name)) {
                        // SAFETY: there is a value for every name.
                        return Ok(Some(unsafe { o(*values.add(i)) }.own()));
                    }
                }
                Ok(None)
            }
        }
    }

    fn names(&self) -> Vec<Owned> {
        match self {
            Self::None => Vec::new(),
            Self::Dict(dict) => dict.items_vec().into_iter().map(|(key, _)| key).collect(),
            Self::Stack(names, _) => names.as_slice().iter().map(|name| (*name).own()).collect(),
        }
    }
}

/// So many names are kept on the native stack, and so many keyword arguments are compared one by one.
const FEW: usize = 12;

/// The names of parameters, an empty one for each that is positional only.
struct NameList<'a> {
    few: [&'a [u8]; FEW],
    many: Vec<&'a [u8]>,
    len: usize,
    /// How many are positional only.
    pos: usize,
}

impl<'a> NameList<'a> {
    fn as_slice(&self) -> &[&'a [u8]] {
        self.few.get(..self.len).unwrap_or(&self.many)
    }
}

unsafe fn keyword_list<'a>(t: &Thread, list: *const *const c_char) -> PyResult<NameList<'a>> {
    let mut names = NameList { few: [&[]; FEW], many: Vec::new(), len: 0, pos: 0 };
    let mut named = false;
    // SAFETY: a list of C strings that ends with null.
    unsafe {
        while !(*list.add(names.len)).is_null() {
            let name: &[u8] = c_bytes(*list.add(names.len));
            if name.is_empty() {
                if named {
                    return Err(err!(t, SystemError, "Empty keyword parameter name"));
                }
                names.pos += 1;
            }
            named = !name.is_empty();
            match names.few.get_mut(names.len) {
                Some(place) => *place = name,
                None => {
                    if names.many.is_empty() {
                        names.many.extend_from_slice(&names.few);
                    }
                    names.many.push(name);
                }
            }
            names.len += 1;
        }
    }
    Ok(names)
}

/// The complaint about a keyword that no parameter has, with a suggestion.
fn unexpected_keyword(t: &Thread, function: Option<&str>, key: &Object, names: &[&[u8]]) -> Raised {
    let shown = key.str_lossy(t);
    let who = function.map_or_else(|| "this function".to_string(), |f| format!("{f:.200}()"));
    let candidates: Vec<Owned> =
        names.iter().filter(|n| !n.is_empty()).filter_map(|n| utf8(t, n).ok().map(Owned::into_object)).collect();
    let refs: Vec<String> = candidates.iter().map(|c| c.str_lossy(t)).collect();
    let suggestion = key
        .downcast::<PyStr>()
        .and_then(|key| taipan_object::suggestions::closest(&key.to_string_lossy(), refs.iter().map(String::as_str)));
    let Ok(text) = (match (&suggestion, key.downcast::<PyStr>()) {
        (Some(s), _) => {
            PyStr::from_str(t, &format!("{who} got an unexpected keyword argument '{shown}'. Did you mean '{s}'?"))
        }
        (None, Some(key)) => PyStr::from_str(t, &format!("{who} got an unexpected keyword argument '"))
            .and_then(|front| PyStr::concat_all(t, &[&front, key, PyStr::latin1_char(b'\'')])),
        (None, None) => PyStr::from_str(t, &format!("{who} got an unexpected keyword argument '{shown}'")),
    }) else {
        return Raised::assume();
    };
    errors::raise_value(t, <exceptions::TypeError as Class>::class(), &text)
}

/// `vgetargskeywords`: positional and keyword arguments against a format and the names of the parameters.
///
/// # Safety
/// The list holds places as the format says.
unsafe fn with_keywords(
    t: &Thread,
    args: &[&Object],
    keywords: &Keywords<'_>,
    format: &[u8],
    names_list: &[&[u8]],
    pos: usize,
    function_name: Option<String>,
    list: &mut VaList,
) -> bool {
    let mut names = Names::of(format);
    if function_name.is_some() {
        names.given = function_name;
    }
    let len = names_list.len();
    let nargs = args.len();
    let mut nkwargs = keywords.len();
    if nargs + nkwargs > len {
        let _ = err!(
            t,
            TypeError,
            "{} takes at most {len} {}argument{} ({} given)",
            names.function(),
            if nargs == 0 { "keyword " } else { "" },
            plural(len),
            nargs + nkwargs
        );
        return false;
    }
    let mut p = Parser { t, format, at: 0, list, cleanup: Vec::new(), levels: Vec::new() };
    let (mut min, mut max) = (usize::MAX, usize::MAX);
    let mut skip = false;
    let mut i = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while i < len {
            if p.take(b'|') {
                if min != usize::MAX {
                    let _ = err!(t, SystemError, "Invalid format string (| specified twice)");
                    p.undo();
                    return false;
                }
                min = i;
                if max != usize::MAX {
                    let _ = err!(t, SystemError, "Invalid format string ($ before |)");
                    p.undo();
                    return false;
                }
            }
            if p.take(b'$') {
                if max != usize::MAX {
                    let _ = err!(t, SystemError, "Invalid format string ($ specified twice)");
                    p.undo();
                    return false;
                }
                max = i;
                if max < pos {
                    let _ = err!(t, SystemError, "Empty parameter name after $");
                    p.undo();
                    return false;
                }
                if skip {
                    break;
                }
                if max < nargs {
                    let _ = err!(
                        t,
                        TypeError,
                        "{} takes {} {max} positional argument{} ({nargs} given)",
                        names.function(),
                        if min != usize::MAX { "at most" } else { "exactly" },
                        plural(max)
                    );
                    p.undo();
                    return false;
                }
            }
            if p.at_end() {
                let _ = err!(t, SystemError, "More keyword list entries ({len}) than format specifiers ({i})");
                p.undo();
                return false;
            }
            if !skip {
                let held;
                let current = if i < nargs {
                    Some(args[i])
                } else if nkwargs > 0 && i >= pos {
                    match keywords.get(t, names_list[i]) {
                        Ok(found) => {
                            nkwargs -= usize::from(found.is_some());
                            held = found;
                            held.as_deref()
                        }
                        Err(_) => {
                            p.undo();
                            return false;
                        }
                    }
                } else {
                    None
                };
                if let Some(current) = current {
                    if p.quick(current) {
                        i += 1;
                        continue;
                    }
                    if let Err(refused) = p.item(current) {
                        p.report(i + 1, refused, &names);
                        p.undo();
                        return false;
                    }
                    i += 1;
                    continue;
                }
                if i < min {
                    if i < pos {
                        skip = true;
                    } else {
                        let _ = err!(
                            t,
                            TypeError,
                            "{} missing required argument '{}' (pos {})",
                            names.function(),
                            String::from_utf8_lossy(names_list[i]),
                            i + 1
                        );
                        p.undo();
                        return false;
                    }
                }
                // The remaining parameters are optional and not given.
                if nkwargs == 0 && !skip {
                    return true;
                }
            }
            let at = p.at;
            if let Err(message) = p.skip() {
                let rest = String::from_utf8_lossy(&format[at.min(format.len())..]).into_owned();
                let _ = err!(t, SystemError, "{message}: '{rest}'");
                p.undo();
                return false;
            }
            i += 1;
        }
        if skip {
            let bound = pos.min(min);
            let _ = err!(
                t,
                TypeError,
                "{} takes {} {bound} positional argument{} ({nargs} given)",
                names.function(),
                if bound < i { "at least" } else { "exactly" },
                plural(bound)
            );
            p.undo();
            return false;
        }
        if !p.at_end() && p.peek() != b'|' && p.peek() != b'$' {
            let _ = err!(
                t,
                SystemError,
                "more argument specifiers than keyword list entries (remaining format:'{}')",
                p.rest()
            );
            p.undo();
            return false;
        }
        if nkwargs > 0 {
            for (at, name) in names_list.iter().enumerate().take(nargs).skip(pos) {
                match keywords.get(t, name) {
                    Ok(None) => {}
                    Ok(Some(_)) => {
                        let _ = err!(
                            t,
                            TypeError,
                            "argument for {} given by name ('{}') and position ({})",
                            names.function(),
                            String::from_utf8_lossy(name),
                            at + 1
                        );
                        p.undo();
                        return false;
                    }
                    Err(_) => {
                        p.undo();
                        return false;
                    }
                }
            }
            for key in keywords.names() {
                let Some(text) = key.downcast::<PyStr>() else {
                    let _ = err!(t, TypeError, "keywords must be strings");
                    p.undo();
                    return false;
                };
                let known = names_list[pos..].iter().any(|n| utf8(t, n).is_ok_and(|n| n.eq(text)));
                errors::clear(t);
                if !known {
                    let _ = unexpected_keyword(t, names.function_name().as_deref(), &key, &names_list[pos..]);
                    p.undo();
                    return false;
                }
            }
            // A keyword that has the text of a name but is not found by it.
            let _ = err!(
                t,
                TypeError,
                "invalid keyword argument for {}",
                match names.function_name() {
                    Some(name) => format!("{name:.200}()"),
                    None => "this function".to_string(),
                }
            );
            p.undo();
            return false;
        }
    }
    true
}

/// `_PyArg_Parser`.
#[repr(C)]
pub struct PyArgParser {
    format: *const c_char,
    keywords: *const *const c_char,
    fname: *const c_char,
    custom_msg: *const c_char,
    once: u8,
    is_kwtuple_owned: c_int,
    pos: c_int,
    min: c_int,
    max: c_int,
    kwtuple: Obj,
    next: *mut PyArgParser,
}

/// What a parser says of its parameters.
struct Parameters<'a> {
    names: Vec<&'a [u8]>,
    pos: usize,
    function: Option<String>,
    format: &'a [u8],
}

unsafe fn parameters<'a>(t: &Thread, parser: *mut PyArgParser) -> PyResult<Parameters<'a>> {
    // SAFETY: a parser as the header describes it: static, with a format or a function name.
    unsafe {
        let p = &*parser;
        let format = c_bytes(p.format);
        let (names, pos) = if !p.keywords.is_null() {
            let list = keyword_list(t, p.keywords)?;
            (list.as_slice().to_vec(), list.pos)
        } else {
            let names: Vec<&[u8]> = cast::<PyTuple>(p.kwtuple)
                .as_slice()
                .iter()
                .filter_map(|n| n.downcast::<PyStr>())
                .map(|n| n.to_utf8(t).map(str::as_bytes))
                .collect::<PyResult<_>>()?;
            // Positional-only parameters have no names here.
            (names, 0)
        };
        let mut function = c_text(p.fname);
        if function.is_none() && p.custom_msg.is_null() {
            function = Names::of(format).function_name();
        }
        Ok(Parameters { names, pos, function, format })
    }
}

unsafe fn stack<'a>(args: *const Obj, n: Size) -> &'a [&'a Object] {
    // SAFETY: the caller's promise.
    unsafe { taipan_object::tramp::arg_slice(args, n.max(0) as usize) }
}

unsafe fn keywords_of<'a>(dict: Obj) -> Keywords<'a> {
    // SAFETY: null or a dictionary.
    unsafe { opt(dict).map_or(Keywords::None, |d| Keywords::Dict(d.cast_unchecked())) }
}

unsafe fn tuple_args<'a>(t: &Thread, args: Obj) -> Option<&'a [&'a Object]> {
    // SAFETY: null or a live object.
    match unsafe { opt(args) }.and_then(|a| a.downcast::<PyTuple>()) {
        Some(tuple) => Some(tuple.as_slice()),
        None => {
            let _ = err!(t, SystemError, "new style getargs format but argument is not a tuple");
            None
        }
    }
}

unsafe fn parse_with_keywords(
    t: &Thread,
    args: Obj,
    dict: Obj,
    format: *const c_char,
    list: *const *const c_char,
    va: &mut VaList,
) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let bad = args.is_null()
            || !o(args).is_instance_of::<PyTuple>()
            || opt(dict).is_some_and(|d| !d.is_instance_of::<PyDict>())
            || format.is_null()
            || list.is_null();
        if bad {
            let _ = errors::bad_internal_call(t);
            return false;
        }
        let Ok(names) = keyword_list(t, list) else { return false };
        let args = cast::<PyTuple>(args).as_slice();
        with_keywords(t, args, &keywords_of(dict), c_bytes(format), names.as_slice(), names.pos, None, va)
    }
}

c_function! {
    /// `PyArg_ParseTuple` with the list.
    fn parse_tuple[t](args: Obj, format: *const c_char, list: Va) -> Raw<c_int> {
        tuple_args(t, args).is_some_and(|args| positional(t, args, c_bytes(format), &mut *list, false)).into()
    }

    /// `PyArg_Parse` with the list.
    fn parse_old[t](args: Obj, format: *const c_char, list: Va) -> Raw<c_int> {
        let one: Vec<&Object> = opt(args).into_iter().collect();
        positional(t, &one, c_bytes(format), &mut *list, true).into()
    }

    /// `PyArg_ParseTupleAndKeywords` with the list.
    fn parse_tuple_and_keywords[t](
        args: Obj, dict: Obj, format: *const c_char, names: *const *const c_char, list: Va,
    ) -> Raw<c_int> {
        parse_with_keywords(t, args, dict, format, names, &mut *list).into()
    }

    /// `_PyArg_ParseStack` with the list.
    fn parse_stack[t](args: *const Obj, n: Size, format: *const c_char, list: Va) -> Raw<c_int> {
        positional(t, stack(args, n), c_bytes(format), &mut *list, false).into()
    }

    /// `_PyArg_ParseTupleAndKeywordsFast` with the list.
    fn parse_tuple_and_keywords_fast[t](args: Obj, dict: Obj, parser: *mut PyArgParser, list: Va) -> Raw<c_int> {
        let Some(args) = tuple_args(t, args) else { return 0 };
        let Ok(p) = parameters(t, parser) else { return 0 };
        with_keywords(t, args, &keywords_of(dict), p.format, &p.names, p.pos, p.function, &mut *list).into()
    }

    /// `_PyArg_ParseStackAndKeywords` with the list.
    fn parse_stack_and_keywords[t](
        args: *const Obj, n: Size, kwnames: Obj, parser: *mut PyArgParser, list: Va,
    ) -> Raw<c_int> {
        let Ok(p) = parameters(t, parser) else { return 0 };
        let keywords = opt(kwnames).map_or(Keywords::None, |k| Keywords::Stack(k.cast_unchecked(), args.offset(n)));
        with_keywords(t, stack(args, n), &keywords, p.format, &p.names, p.pos, p.function, &mut *list).into()
    }

    /// `PyArg_UnpackTuple` with the list.
    fn unpack_tuple[t](args: Obj, name: *const c_char, min: Size, max: Size, list: Va) -> Raw<c_int> {
        let Some(tuple) = opt(args).and_then(|a| a.downcast::<PyTuple>()) else {
            let _ = err!(t, SystemError, "PyArg_UnpackTuple() argument list is not a tuple");
            return 0;
        };
        unpack(t, tuple.as_slice(), name, min, max, &mut *list)
    }

    /// `_PyArg_UnpackStack` with the list.
    fn unpack_stack[t](args: *const Obj, n: Size, name: *const c_char, min: Size, max: Size, list: Va) -> Raw<c_int> {
        unpack(t, stack(args, n), name, min, max, &mut *list)
    }
}

unsafe fn unpack(t: &Thread, args: &[&Object], name: *const c_char, min: Size, max: Size, list: &mut VaList) -> c_int {
    // SAFETY: the list holds a place for each argument.
    unsafe {
        if !check_positional(t, name, args.len() as isize, min, max) {
            return 0;
        }
        for arg in args {
            *list.ptr::<Obj>() = arg.as_ptr();
        }
    }
    1
}

variadic! {
    /// Parses one argument that is no tuple of arguments (the old style): 1, or 0 with an exception.
    PyArg_Parse, 2 => parse_old;
    /// The same with sizes as `Py_ssize_t`, as all have them now.
    _PyArg_Parse_SizeT, 2 => parse_old;
    /// Parses positional arguments; results are borrowed: 1, or 0 with an exception.
    PyArg_ParseTuple, 2 => parse_tuple;
    /// The same with sizes as `Py_ssize_t`, as all have them now.
    _PyArg_ParseTuple_SizeT, 2 => parse_tuple;
    /// Parses positional and keyword arguments; results are borrowed: 1, or 0 with an exception.
    PyArg_ParseTupleAndKeywords, 4 => parse_tuple_and_keywords;
    /// The same with sizes as `Py_ssize_t`, as all have them now.
    _PyArg_ParseTupleAndKeywords_SizeT, 4 => parse_tuple_and_keywords;
    /// Copies positional arguments to places, borrowed: 1, or 0 with an exception.
    PyArg_UnpackTuple, 4 => unpack_tuple;
    /// The same for the arguments of a vectorcall.
    _PyArg_UnpackStack, 5 => unpack_stack;
    /// Parses the positional arguments of a vectorcall.
    _PyArg_ParseStack, 3 => parse_stack;
    /// Parses the arguments of a vectorcall.
    _PyArg_ParseStackAndKeywords, 4 => parse_stack_and_keywords;
    /// Parses arguments with a static parser.
    _PyArg_ParseTupleAndKeywordsFast, 3 => parse_tuple_and_keywords_fast;
}

unsafe fn check_positional(t: &Thread, name: *const c_char, n: Size, min: Size, max: Size) -> bool {
    if n >= min && n <= max {
        return true;
    }
    // SAFETY: null or a C string.
    let name = unsafe { c_text(name) };
    let (how, bound) = if n < min { ("at least ", min) } else { ("at most ", max) };
    let how = if min == max { "" } else { how };
    let _ = match name {
        Some(name) => {
            err!(t, TypeError, "{name:.200} expected {how}{bound} argument{}, got {n}", plural(bound as usize))
        }
        None => {
            err!(t, TypeError, "unpacked tuple should have {how}{bound} element{}, but has {n}", plural(bound as usize))
        }
    };
    false
}

capi! {
    /// `PyArg_Parse` with a `va_list`.
    fn PyArg_VaParse[t](args: Obj, format: *const c_char, list: Va) -> Raw<c_int> {
        let mut list = *list;
        tuple_args(t, args).is_some_and(|args| positional(t, args, c_bytes(format), &mut list, false)).into()
    }

    /// The same with sizes as `Py_ssize_t`, as all have them now.
    fn _PyArg_VaParse_SizeT[t](args: Obj, format: *const c_char, list: Va) -> Raw<c_int> {
        let mut list = *list;
        tuple_args(t, args).is_some_and(|args| positional(t, args, c_bytes(format), &mut list, false)).into()
    }

    /// `PyArg_ParseTupleAndKeywords` with a `va_list`.
    fn PyArg_VaParseTupleAndKeywords[t](
        args: Obj, dict: Obj, format: *const c_char, names: *const *const c_char, list: Va,
    ) -> Raw<c_int> {
        let mut list = *list;
        parse_with_keywords(t, args, dict, format, names, &mut list).into()
    }

    /// The same with sizes as `Py_ssize_t`, as all have them now.
    fn _PyArg_VaParseTupleAndKeywords_SizeT[t](
        args: Obj, dict: Obj, format: *const c_char, names: *const *const c_char, list: Va,
    ) -> Raw<c_int> {
        let mut list = *list;
        parse_with_keywords(t, args, dict, format, names, &mut list).into()
    }

    /// Whether all keys of a dictionary of keyword arguments are strings: 1, or 0 with an exception.
    fn PyArg_ValidateKeywordArguments[t](dict: Obj) -> Raw<c_int> {
        let Some(dict) = opt(dict).and_then(|d| d.downcast::<PyDict>()) else {
            let _ = errors::bad_internal_call(t);
            return 0;
        };
        if dict.items_vec().iter().any(|(key, _)| !key.is_instance_of::<PyStr>()) {
            let _ = err!(t, TypeError, "keywords must be strings");
            return 0;
        }
        1
    }

    /// Whether the number of arguments is right: 1, or 0 with an exception.
    fn _PyArg_CheckPositional[t](name: *const c_char, n: Size, min: Size, max: Size) -> Raw<c_int> {
        check_positional(t, name, n, min, max).into()
    }

    /// Whether there are no keyword arguments: 1, or 0 with an exception.
    fn _PyArg_NoKeywords[t](name: *const c_char, dict: Obj) -> Raw<c_int> {
        match opt(dict) {
            None => 1,
            Some(dict) => match dict.downcast::<PyDict>() {
                None => {
                    let _ = errors::bad_internal_call(t);
                    0
                }
                Some(dict) if dict.len() == 0 => 1,
                Some(_) => {
                    let _ = err!(t, TypeError, "{:.200}() takes no keyword arguments", c_text(name).unwrap_or_default());
                    0
                }
            },
        }
    }

    /// Whether there are no keyword arguments: 1, or 0 with an exception.
    fn _PyArg_NoKwnames[t](name: *const c_char, kwnames: Obj) -> Raw<c_int> {
        if opt(kwnames).is_none_or(|k| k.cast_unchecked::<PyTuple>().len() == 0) {
            return 1;
        }
        let _ = err!(t, TypeError, "{:.200}() takes no keyword arguments", c_text(name).unwrap_or_default());
        0
    }

    /// Whether there are no positional arguments: 1, or 0 with an exception.
    fn _PyArg_NoPositional[t](name: *const c_char, args: Obj) -> Raw<c_int> {
        if opt(args).is_none_or(|a| a.cast_unchecked::<PyTuple>().len() == 0) {
            return 1;
        }
        let _ = err!(t, TypeError, "{:.200}() takes no positional arguments", c_text(name).unwrap_or_default());
        0
    }

    /// "argument must be X, not Y".
    fn _PyArg_BadArgument[t](
        function: *const c_char, what: *const c_char, expected: *const c_char, arg: Obj,
    ) -> Void {
        let _ = err!(
            t,
            TypeError,
            "{:.200}() {:.200} must be {:.50}, not {}",
            c_text(function).unwrap_or_default(),
            c_text(what).unwrap_or_default(),
            c_text(expected).unwrap_or_default(),
            type_text(o(arg))
        );
    }

    /// Lays the arguments of a call out by parameters, for code made by Argument Clinic: the array, borrowed, or null
    /// with an exception. `buffer` has room for all parameters.
    fn _PyArg_UnpackKeywords[t](
        args: *const Obj, nargs: Size, dict: Obj, kwnames: Obj, parser: *mut PyArgParser, minpos: c_int, maxpos: c_int,
        minkw: c_int, varpos: c_int, buffer: *mut Obj,
    ) -> Raw<*const Obj> {
        unpack_keywords(t, args, nargs, dict, kwnames, parser, minpos, maxpos, minkw, varpos, buffer)
            .unwrap_or(core::ptr::null())
    }
}

/// `_PyArg_UnpackKeywords`.
unsafe fn unpack_keywords(
    t: &Thread,
    args: *const Obj,
    nargs: Size,
    dict: Obj,
    kwnames: Obj,
    parser: *mut PyArgParser,
    minpos: c_int,
    maxpos: c_int,
    minkw: c_int,
    varpos: c_int,
    buffer: *mut Obj,
) -> PyResult<*const Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let p = parameters(t, parser)?;
        let function = p.function.as_ref().map_or_else(|| "function".to_string(), |f| format!("{f:.200}()"));
        let (minpos, maxpos, minkw) = (minpos.max(0) as usize, maxpos.max(0) as usize, minkw.max(0) as usize);
        let mut nargs = nargs.max(0) as usize;
        let varpos = varpos != 0;
        // `kwtuple` holds the names of the parameters that have one; the others come first.
        let kw: Vec<Owned<PyStr>> = if (*parser).keywords.is_null() {
            cast::<PyTuple>((*parser).kwtuple)
                .as_slice()
                .iter()
                .filter_map(|n| n.downcast::<PyStr>().map(Own::own))
                .collect()
        } else {
            p.names[p.pos..].iter().map(|n| utf8(t, n)).collect::<PyResult<_>>()?
        };
        let posonly = if (*parser).keywords.is_null() { (*parser).pos.max(0) as usize } else { p.pos };
        let total = posonly + kw.len();
        let keywords = match (opt(dict), opt(kwnames)) {
            (Some(dict), _) => Keywords::Dict(dict.cast_unchecked()),
            (None, Some(names)) => Keywords::Stack(names.cast_unchecked(), args.add(nargs)),
            _ => Keywords::None,
        };
        let mut nkwargs = keywords.len();
        let min = minpos + minkw;
        if nkwargs == 0 && minkw == 0 && minpos <= nargs && (varpos || nargs <= maxpos) {
            // All is given by position.
            for i in 0..total {
                *buffer.add(i) = if i < nargs && i < maxpos { *args.add(i) } else { core::ptr::null_mut() };
            }
            return Ok(buffer);
        }
        if !varpos && nargs + nkwargs > total {
            return Err(err!(
                t,
                TypeError,
                "{function} takes at most {total} {}argument{} ({} given)",
                if nargs == 0 { "keyword " } else { "" },
                plural(total),
                nargs + nkwargs
            ));
        }
        if nargs > maxpos && !varpos {
            if maxpos == 0 {
                return Err(err!(t, TypeError, "{function} takes no positional arguments"));
            }
            return Err(err!(
                t,
                TypeError,
                "{function} takes {} {maxpos} positional argument{} ({nargs} given)",
                if min < usize::MAX && minpos < maxpos { "at most" } else { "exactly" },
                plural(maxpos)
            ));
        }
        if nargs < minpos && minpos == maxpos.min(minpos) && nargs < posonly {
            return Err(err!(
                t,
                TypeError,
                "{function} takes {} {} positional argument{} ({nargs} given)",
                if minpos < maxpos { "at least" } else { "exactly" },
                posonly.min(minpos),
                plural(posonly.min(minpos))
            ));
        }
        let given = nargs;
        nargs = nargs.min(maxpos);
        for i in 0..nargs {
            *buffer.add(i) = *args.add(i);
        }
        let required = |i: usize| if i < maxpos { i < minpos } else { i < maxpos + minkw };
        for i in nargs.max(posonly)..total {
            let name = &kw[i - posonly];
            let found = if nkwargs > 0 { keywords.get(t, name.to_utf8(t)?.as_bytes())? } else { None };
            match found {
                Some(found) => {
                    nkwargs -= 1;
                    *buffer.add(i) = found.as_ptr();
                }
                None => {
                    *buffer.add(i) = core::ptr::null_mut();
                    if required(i) {
                        return Err(err!(
                            t,
                            TypeError,
                            "{function} missing required argument '{}' (pos {})",
                            name.to_string_lossy(),
                            i + 1
                        ));
                    }
                }
            }
        }
        for i in nargs..posonly {
            *buffer.add(i) = core::ptr::null_mut();
        }
        if nkwargs > 0 {
            for i in posonly..nargs {
                let name = &kw[i - posonly];
                if keywords.get(t, name.to_utf8(t)?.as_bytes())?.is_some() {
                    return Err(err!(
                        t,
                        TypeError,
                        "argument for {function} given by name ('{}') and position ({})",
                        name.to_string_lossy(),
                        i + 1
                    ));
                }
            }
            let texts: Vec<Vec<u8>> =
                kw.iter().map(|n| n.to_utf8(t).map(|s| s.as_bytes().to_vec())).collect::<PyResult<_>>()?;
            let refs: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
            for key in keywords.names() {
                let Some(text) = key.downcast::<PyStr>() else {
                    return Err(err!(t, TypeError, "keywords must be strings"));
                };
                if !kw.iter().any(|n| n.eq(text)) {
                    return Err(unexpected_keyword(t, p.function.as_deref(), &key, &refs));
                }
            }
            return Err(errors::bad_internal_call(t));
        }
        let _ = given;
        Ok(buffer)
    }
}
