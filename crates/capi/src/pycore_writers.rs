//! `_PyUnicodeWriter` of `cpython/unicodeobject.h` and `_PyBytesWriter` of `internal/pycore_bytesobject.h`: structures that
//! C code reads and fills by macros of its own.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_uchar, c_void};
use taipan_object::{Own, Owned, PyBytes, PyResult, PyStr, Thread, errors};
use taipan_types::PyByteArray;

/// `_PyUnicodeWriter`.
#[repr(C)]
pub struct UnicodeWriter {
    buffer: Obj,
    data: *mut c_void,
    kind: c_int,
    maxchar: u32,
    size: isize,
    pos: isize,
    min_length: isize,
    min_char: u32,
    overallocate: c_uchar,
    readonly: c_uchar,
}

impl UnicodeWriter {
    unsafe fn text<'a>(&self) -> Option<&'a PyStr> {
        // SAFETY: the buffer is a string of ours or null.
        unsafe { opt(self.buffer).map(|op| op.cast_unchecked()) }
    }

    /// Notes what the buffer looks like.
    fn update(&mut self, text: Owned<PyStr>) {
        self.maxchar = text.max_char_bound();
        self.data = text.data_ptr().cast();
        self.kind = text.kind() as c_int;
        self.size = text.len() as isize;
        let old = core::mem::replace(&mut self.buffer, text.into_object().into_ptr());
        // SAFETY: the field owned its reference.
        unsafe { taipan_runtime::refcount::xdecref(old) };
    }

    /// Makes room for so many characters more, the widest of which is `max`.
    unsafe fn prepare(&mut self, t: &Thread, n: isize, max: u32) -> PyResult<()> {
        if n == 0 || (max <= self.maxchar && n <= self.size - self.pos && self.readonly == 0) {
            return Ok(());
        }
        let Some(needed) = self.pos.checked_add(n).filter(|needed| *needed < isize::MAX / 8) else {
            return Err(errors::no_memory(t));
        };
        let mut size = needed.max(self.size);
        if needed > self.size {
            if self.overallocate != 0 {
                size = needed + needed / 4;
            }
            size = size.max(self.min_length);
        }
        let max = max.max(self.min_char).max(if self.buffer.is_null() { 0 } else { self.maxchar });
        let made = crate::unicodeobject::new(t, size as usize, max)?;
        // SAFETY: the buffer is a string of ours.
        if let Some(old) = unsafe { self.text() } {
            copy(&made, 0, old, 0, self.pos as usize);
        }
        self.readonly = 0;
        self.update(made);
        Ok(())
    }

    unsafe fn write(&mut self, t: &Thread, text: &PyStr, start: usize, end: usize) -> PyResult<()> {
        let n = end - start;
        if n == 0 {
            return Ok(());
        }
        let max = text.chars().slice(start, end).max_char();
        // SAFETY: the buffer is as long as `prepare` made it.
        unsafe {
            if self.buffer.is_null() && self.overallocate == 0 && start == 0 && end == text.len() {
                // The whole string may be all there is: it is shared until more comes.
                self.readonly = 1;
                self.update(text.own());
                self.size = 0;
                self.pos = n as isize;
                return Ok(());
            }
            self.prepare(t, n as isize, max)?;
            if let Some(buffer) = self.text() {
                copy(buffer, self.pos as usize, text, start, n);
            }
        }
        self.pos += n as isize;
        Ok(())
    }
}

/// Copies characters into a string that nobody else has yet, whose kind holds them.
fn copy(to: &PyStr, at: usize, from: &PyStr, start: usize, n: usize) {
    for i in 0..n {
        let c = from.char_at(start + i);
        // SAFETY: within the string, and of its kind, as the callers made it.
        unsafe {
            match to.kind() {
                1 => *to.data_ptr().add(at + i) = c as u8,
                2 => *to.data_ptr().cast::<u16>().add(at + i) = c as u16,
                _ => *to.data_ptr().cast::<u32>().add(at + i) = c,
            }
        }
    }
}

/// How many bytes of a `_PyBytesWriter` are on the C stack.
const SMALL: usize = 512;

/// `_PyBytesWriter`.
#[repr(C)]
pub struct BytesWriter {
    buffer: Obj,
    allocated: isize,
    min_size: isize,
    use_bytearray: c_int,
    overallocate: c_int,
    use_small_buffer: c_int,
    small_buffer: [c_char; SMALL],
}

impl BytesWriter {
    /// Where the bytes begin.
    unsafe fn start(&mut self) -> *mut u8 {
        if self.use_small_buffer != 0 {
            return self.small_buffer.as_mut_ptr().cast();
        }
        // SAFETY: the buffer is an object of this type.
        unsafe {
            if self.use_bytearray != 0 {
                cast::<PyByteArray>(self.buffer).data_ptr()
            } else {
                cast::<PyBytes>(self.buffer).data_ptr()
            }
        }
    }

    /// A buffer of this size.
    fn allocate(&self, t: &Thread, n: usize) -> PyResult<Owned> {
        if self.use_bytearray != 0 {
            let made = PyByteArray::new(t, &[])?;
            made.resize_to(t, n)?;
            return Ok(made.into_object());
        }
        PyBytes::alloc(t, n.max(1)).map(Owned::into_object)
    }

    /// Moves to a buffer with room for `n` bytes: the place that corresponds to `at`.
    unsafe fn resize(&mut self, t: &Thread, at: *mut u8, n: isize) -> PyResult<*mut u8> {
        // SAFETY: `at` lies in the buffer.
        unsafe {
            let old = self.start();
            let pos = at.offset_from(old);
            let size = if self.overallocate != 0 { n.saturating_add(n / 4) } else { n };
            let made = self.allocate(t, size as usize)?;
            let previous = core::mem::replace(&mut self.buffer, made.into_ptr());
            let small = core::mem::replace(&mut self.use_small_buffer, 0) != 0;
            let new = self.start();
            core::ptr::copy_nonoverlapping(old, new, pos as usize);
            if !small {
                taipan_runtime::refcount::xdecref(previous);
            }
            self.allocated = size;
            Ok(new.offset(pos))
        }
    }
}

capi! {
    /// Prepares a writer of text.
    fn _PyUnicodeWriter_Init(writer: *mut UnicodeWriter) -> Void {
        core::ptr::write_bytes(writer, 0, 1);
    }

    /// Makes room for so many characters up to a widest one.
    fn _PyUnicodeWriter_PrepareInternal[t](writer: *mut UnicodeWriter, n: Size, max: u32) -> Status {
        (*writer).prepare(t, n, max)
    }

    /// Makes the buffer one of at least this kind.
    fn _PyUnicodeWriter_PrepareKindInternal[t](writer: *mut UnicodeWriter, kind: c_int) -> Status {
        let max = match kind {
            1 => 0xff,
            2 => 0xffff,
            _ => 0x10_ffff,
        };
        let writer = &mut *writer;
        let n = (writer.size - writer.pos).max(1);
        writer.prepare(t, n, max)
    }

    /// Writes a character.
    fn _PyUnicodeWriter_WriteChar[t](writer: *mut UnicodeWriter, c: u32) -> Status {
        let writer = &mut *writer;
        writer.prepare(t, 1, c)?;
        if let Some(buffer) = writer.text() {
            copy(buffer, writer.pos as usize, &*PyStr::from_char(t, c)?, 0, 1);
        }
        writer.pos += 1;
        Ok(())
    }

    /// Writes a string.
    fn _PyUnicodeWriter_WriteStr[t](writer: *mut UnicodeWriter, text: Obj) -> Status {
        let text: &PyStr = cast(text);
        (*writer).write(t, text, 0, text.len())
    }

    /// Writes part of a string.
    fn _PyUnicodeWriter_WriteSubstring[t](writer: *mut UnicodeWriter, text: Obj, start: Size, end: Size) -> Status {
        let text: &PyStr = cast(text);
        let end = end.clamp(0, text.len() as isize) as usize;
        (*writer).write(t, text, (start.max(0) as usize).min(end), end)
    }

    /// Writes ASCII; a negative length means up to the zero.
    fn _PyUnicodeWriter_WriteASCIIString[t](writer: *mut UnicodeWriter, text: *const c_char, n: Size) -> Status {
        let n = if n < 0 { libc::strlen(text) as isize } else { n };
        let text = PyStr::from_latin1(t, c_slice(text.cast(), n))?;
        (*writer).write(t, &text, 0, text.len())
    }

    /// Writes Latin-1.
    fn _PyUnicodeWriter_WriteLatin1String[t](writer: *mut UnicodeWriter, text: *const c_char, n: Size) -> Status {
        let text = PyStr::from_latin1(t, c_slice(text.cast(), n))?;
        (*writer).write(t, &text, 0, text.len())
    }

    /// The text that has been written; a new reference. The writer is empty.
    fn _PyUnicodeWriter_Finish[t](writer: *mut UnicodeWriter) -> New<PyStr> {
        let writer = &mut *writer;
        let Some(buffer) = Owned::<PyStr>::from_ptr_opt(core::mem::replace(&mut writer.buffer, core::ptr::null_mut())) else {
            return Ok(PyStr::empty().own());
        };
        if writer.readonly != 0 {
            return Ok(buffer);
        }
        buffer.substring(t, 0, writer.pos as usize)
    }

    /// Gives a writer up.
    fn _PyUnicodeWriter_Dealloc(writer: *mut UnicodeWriter) -> Void {
        taipan_runtime::refcount::xdecref(core::mem::replace(&mut (*writer).buffer, core::ptr::null_mut()));
    }

    /// Prepares a writer of bytes.
    fn _PyBytesWriter_Init(writer: *mut BytesWriter) -> Void {
        // What is on the C stack need not be cleared.
        core::ptr::write_bytes(writer.cast::<u8>(), 0, core::mem::offset_of!(BytesWriter, small_buffer));
    }

    /// A buffer of this size: where it begins; null with an exception.
    fn _PyBytesWriter_Alloc(writer: *mut BytesWriter, n: Size) -> Raw<*mut c_void> {
        let writer = &mut *writer;
        writer.use_small_buffer = 1;
        writer.allocated = SMALL as isize;
        writer.min_size = 0;
        let at = writer.small_buffer.as_mut_ptr().cast();
        _PyBytesWriter_Prepare(writer, at, n)
    }

    /// Makes room for so many bytes more: where `at` is now; null with an exception.
    fn _PyBytesWriter_Prepare[t](writer: *mut BytesWriter, at: *mut c_void, n: Size) -> Raw<*mut c_void> {
        let writer = &mut *writer;
        if n == 0 {
            return at;
        }
        let Some(new_min) = writer.min_size.checked_add(n) else {
            let _ = errors::no_memory(t);
            return core::ptr::null_mut();
        };
        let mut at = at;
        if new_min > writer.allocated {
            match writer.resize(t, at.cast(), new_min) {
                Ok(new) => at = new.cast(),
                Err(_) => return core::ptr::null_mut(),
            }
        }
        writer.min_size = new_min;
        at
    }

    /// Makes the buffer one of `n` bytes at least: where `at` is now; null with an exception.
    fn _PyBytesWriter_Resize[t](writer: *mut BytesWriter, at: *mut c_void, n: Size) -> Raw<*mut c_void> {
        (*writer).resize(t, at.cast(), n).map_or(core::ptr::null_mut(), <*mut u8>::cast)
    }

    /// Writes bytes: where they end; null with an exception.
    fn _PyBytesWriter_WriteBytes(writer: *mut BytesWriter, at: *mut c_void, bytes: *const c_void, n: Size) -> Raw<*mut c_void> {
        let at = _PyBytesWriter_Prepare(writer, at, n);
        if at.is_null() {
            return at;
        }
        core::ptr::copy_nonoverlapping(bytes.cast::<u8>(), at.cast(), n as usize);
        at.cast::<u8>().offset(n).cast()
    }

    /// What has been written up to `at`, as bytes or a bytearray; a new reference. The writer is empty.
    fn _PyBytesWriter_Finish[t](writer: *mut BytesWriter, at: *mut c_void) -> New {
        let writer = &mut *writer;
        let start = writer.start();
        let written = c_slice(start.cast_const(), at.cast::<u8>().offset_from(start));
        let made = if writer.use_bytearray != 0 {
            PyByteArray::new(t, written).map(Owned::into_object)
        } else {
            PyBytes::new(t, written).map(Owned::into_object)
        };
        _PyBytesWriter_Dealloc(writer);
        made
    }

    /// Gives a writer up.
    fn _PyBytesWriter_Dealloc(writer: *mut BytesWriter) -> Void {
        taipan_runtime::refcount::xdecref(core::mem::replace(&mut (*writer).buffer, core::ptr::null_mut()));
    }

    /// Fills a buffer with repetitions of its beginning, or of other bytes.
    fn _PyBytes_Repeat(to: *mut c_char, n: Size, from: *const c_char, unit: Size) -> Void {
        if n <= 0 || unit <= 0 {
            return;
        }
        if !core::ptr::eq(to.cast_const(), from) {
            core::ptr::copy_nonoverlapping(from, to, unit.min(n) as usize);
        }
        let mut done = unit.min(n);
        while done < n {
            let step = done.min(n - done);
            core::ptr::copy_nonoverlapping(to.cast_const(), to.offset(done), step as usize);
            done += step;
        }
    }
}
