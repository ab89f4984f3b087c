//! Code objects of the embedded library whose bodies have not been read: most functions of a module that is imported are
//! never called.
//!
//! Such an object has what a frame and a function take from code before it runs. Its first unit is `LOAD_CODE`, and
//! whoever looks at what it lacks has it read first. The place of its body is kept where executors and the version of the
//! instrumentation are in other code.

use super::{Counts, Parts, PyCode};
use core::ffi::{c_int, c_void};
use taipan_bytecode::library::{Header, Item, Reader, Text};
use taipan_bytecode::location;
use taipan_bytecode::opcode::private;
use taipan_bytecode::tables::co as co_flags;
use taipan_object::{
    Own, Owned, PyBytes, PyComplex, PyFloat, PyInt, PyResult, PySlice, PyStr, PyTuple, err, errors, singletons, watch,
};
use taipan_runtime::Thread;

/// Of the field that holds the length of a body: set while the body is read.
const BUSY: usize = 1 << 63;

/// The code object of a module of the embedded library; `filename` is that of all code in it.
pub fn module_code(t: &Thread, data: &'static [u8], filename: &PyStr) -> PyResult<Owned<PyCode>> {
    let header = some(t, Reader::new(data).header())?;
    let code = make(t, &header, filename)?;
    code.load(t)?;
    Ok(code)
}

/// What a reader found; the library is part of the executable, so that it finds something.
fn some<T>(t: &Thread, found: Option<T>) -> PyResult<T> {
    found.ok_or_else(|| err!(t, SystemError, "the embedded library is damaged"))
}

fn text(t: &Thread, text: Text<'_>) -> PyResult<Owned<PyStr>> {
    match text {
        Text { bytes, ascii: true, interned: true } => PyStr::intern_ascii(t, bytes),
        Text { bytes, ascii: true, .. } => PyStr::from_ascii(t, bytes),
        Text { bytes, interned, .. } => {
            let made = PyStr::from_wtf8(t, bytes)?;
            Ok(if interned { PyStr::interned(made) } else { made })
        }
    }
}

/// A code object of which only the header is read, unless it runs at once.
fn make(t: &Thread, header: &Header<'static>, filename: &PyStr) -> PyResult<Owned<PyCode>> {
    let counts = Counts {
        argcount: header.argcount as c_int,
        posonlyargcount: header.posonlyargcount as c_int,
        kwonlyargcount: header.kwonlyargcount as c_int,
        stacksize: header.stacksize as c_int,
        flags: header.flags as c_int,
        firstlineno: header.firstlineno,
        nlocalsplus: header.nlocalsplus as c_int,
        nlocals: header.nlocals as c_int,
        ncellvars: header.ncellvars as c_int,
        nfreevars: header.nfreevars as c_int,
        units: header.units as usize,
    };
    let name = text(t, header.name)?;
    let qualname = if header.qualname == header.name { name.clone() } else { text(t, header.qualname)? };
    let code = PyCode::with_header(t, &counts, filename.own(), name, qualname)?;
    // SAFETY: a fresh code object, with room for one unit.
    unsafe {
        let c = code.raw();
        (*c)._co_firsttraceable = header.firsttraceable as c_int;
        (*c).co_executors = header.body.as_ptr().cast_mut().cast::<c_void>();
        (*c)._co_instrumentation_version = header.body.len();
        *code.code_ptr() = u16::from(private::LOAD_CODE);
    }
    let runs_at_once = header.flags & co_flags::OPTIMIZED == 0;
    if runs_at_once || watch::code_watched() {
        code.load(t)?;
        if watch::code_watched() {
            watch::code(watch::CodeEvent::Create, code.as_object());
        }
    }
    Ok(code)
}

impl PyCode {
    /// Whether the object has its body.
    #[inline(always)]
    pub fn is_loaded(&self) -> bool {
        // SAFETY: plain field.
        unsafe { !(*self.raw()).co_consts.is_null() }
    }

    /// Reads the body, if that has not been done. Raises MemoryError.
    #[inline]
    pub fn load(&self, t: &Thread) -> PyResult<()> {
        if self.is_loaded() { Ok(()) } else { self.read_body(t) }
    }

    /// As [`PyCode::load`], for those who can't raise an exception: whether the body is there.
    #[cold]
    #[inline(never)]
    pub(super) fn load_quietly(&self) -> bool {
        // SAFETY: plain field; who looks at objects holds the GIL.
        let (t, busy) =
            unsafe { (taipan_runtime::thread::current(), (*self.raw())._co_instrumentation_version & BUSY != 0) };
        // Memory that reading takes is traced to the frame of this code.
        if busy {
            return false;
        }
        let saved = errors::save(t);
        let loaded = self.read_body(t).is_ok();
        errors::restore(t, saved);
        loaded
    }

    #[cold]
    #[inline(never)]
    fn read_body(&self, t: &Thread) -> PyResult<()> {
        // SAFETY: a code object without a body holds the place of its body, which is static.
        unsafe {
            let c = self.raw();
            let length = (*c)._co_instrumentation_version & !BUSY;
            let data: &'static [u8] = core::slice::from_raw_parts((*c).co_executors.cast::<u8>(), length);
            (*c)._co_instrumentation_version |= BUSY;
            let read = self.read_body_from(t, data);
            if !self.is_loaded() {
                (*c)._co_instrumentation_version = length;
            }
            read
        }
    }

    fn read_body_from(&self, t: &Thread, data: &'static [u8]) -> PyResult<()> {
        let mut reader = Reader::new(data);
        let code = some(t, reader.bytes())?;
        let consts = tuple(t, &mut reader, self.filename())?;
        let names = strings(t, &mut reader)?;
        let localsplusnames = strings(t, &mut reader)?;
        let localspluskinds = PyBytes::new(t, some(t, reader.bytes())?)?;
        let lines = some(t, reader.bytes())?;
        let linetable = if crate::state::state(t).no_debug_ranges.get() {
            // SAFETY: plain field.
            let first = unsafe { (*self.raw()).co_firstlineno };
            PyBytes::new(t, &location::without_columns(lines, first))?
        } else {
            PyBytes::new(t, lines)?
        };
        let exceptiontable = PyBytes::new(t, some(t, reader.bytes())?)?;
        // Making objects may have run code, this code among it.
        if self.is_loaded() {
            return Ok(());
        }
        if code.len() != self.units() * 2 {
            return some(t, None);
        }
        // SAFETY: there is room for as many units as the header says; a frame of this code is at its first unit.
        unsafe {
            (*self.raw()).co_executors = core::ptr::null_mut();
            (*self.raw())._co_instrumentation_version = 0;
            self.put_body(code, Parts { consts, names, localsplusnames, localspluskinds, linetable, exceptiontable });
        }
        crate::library::code_was_read();
        Ok(())
    }
}

/// Names behind their number.
fn strings(t: &Thread, reader: &mut Reader<'static>) -> PyResult<Owned<PyTuple>> {
    let n = some(t, reader.count())?;
    PyTuple::from_leaves(t, n, core::iter::repeat_with(|| Ok(text(t, some(t, reader.text())?)?.into_object())))
}

/// Constants behind their number. They are no part of cycles.
fn tuple(t: &Thread, reader: &mut Reader<'static>, filename: &PyStr) -> PyResult<Owned<PyTuple>> {
    let n = some(t, reader.count())?;
    PyTuple::from_leaves(t, n, core::iter::repeat_with(|| constant(t, reader, filename)))
}

fn constant(t: &Thread, reader: &mut Reader<'static>, filename: &PyStr) -> PyResult {
    Ok(match some(t, reader.item())? {
        Item::None => singletons::none().own(),
        Item::Bool(value) => singletons::bool(value).own(),
        Item::Ellipsis => singletons::ellipsis().own(),
        Item::Int(value) => PyInt::from_i64(t, value)?.into_object(),
        Item::BigInt { negative, digits } => {
            let digits: Vec<u32> = digits
                .chunks_exact(4)
                .map(|digit| digit.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)))
                .collect();
            PyInt::from_digits(t, negative, &digits)?.into_object()
        }
        Item::Float(value) => PyFloat::new(t, value)?.into_object(),
        Item::Complex(real, imag) => PyComplex::new(t, real, imag)?.into_object(),
        Item::Str(value) => text(t, value)?.into_object(),
        Item::Bytes(value) => PyBytes::new(t, value)?.into_object(),
        Item::Tuple(n) => {
            PyTuple::from_leaves(t, n, core::iter::repeat_with(|| constant(t, reader, filename)))?.into_object()
        }
        Item::FrozenSet(n) => {
            let items: PyResult<Vec<Owned>> = (0..n).map(|_| constant(t, reader, filename)).collect();
            taipan_types::new_frozenset(t, items?)?
        }
        Item::Slice => {
            let mut part = || constant(t, reader, filename);
            let (start, stop, step) = (part()?, part()?, part()?);
            PySlice::new(t, &start, &stop, &step)?.into_object()
        }
        Item::Code(header) => make(t, &header, filename)?.into_object(),
    })
}
