//! `traceback` objects, and plain printing of exceptions for when the library's own cannot be used.

use crate::frame::{self, Frame, PyFrame, lasti_of};
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use std::collections::HashMap;
use taipan_object::abi::*;
use taipan_object::{
    Object, Own, Owned, PyResult, PyStr, PyType, attr, class, err, exceptions, layout, singletons, typeobject,
};
use taipan_runtime::{Thread, gc, refcount};

layout!(
    /// `traceback`.
    PyTraceback,
    PyTracebackObject
);

thread_local! {
    /// The exception in flight is raised again: the frame's line is in its traceback already.
    static RERAISE: Cell<bool> = const { Cell::new(false) };
}

/// Says that the exception in flight is raised again by an instruction that adds no traceback entry.
pub fn mark_reraise(_t: &Thread) {
    RERAISE.with(|flag| flag.set(true));
}

/// Whether an object is a traceback.
pub fn is_traceback(object: &Object) -> bool {
    object.is_exact::<PyTraceback>()
}

/// Adds the frame's current line to the traceback of the exception in flight, unless it is being raised again.
///
/// # Safety
/// `frame` is the running frame; an exception is in flight.
pub unsafe fn here(t: &Thread, frame: *mut Frame) {
    if RERAISE.with(|flag| flag.replace(false)) {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe {
        if frame::is_incomplete(frame) {
            return;
        }
        here_at(t, frame);
    }
}

/// Whether the exception in flight was raised again.
pub fn is_reraise() -> bool {
    RERAISE.with(core::cell::Cell::get)
}

/// As [`here`], in any case.
///
/// # Safety
/// `frame` is live; an exception is in flight.
pub unsafe fn here_at(t: &Thread, frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(exception) = taipan_object::errors::take(t) else { return };
        let made = frame::object_of(t, frame).and_then(|object| {
            // The line is computed when somebody asks: most tracebacks are never looked at.
            new(t, exceptions::traceback(&exception), &object, lasti_of(frame) as i32, -1)
        });
        if let Ok(tb) = made {
            exceptions::set_traceback(&exception, Some(tb.into_object()));
        }
        let _ = taipan_object::errors::restore_raised(t, exception);
    }
}

/// A traceback entry.
pub fn new(t: &Thread, next: Option<Owned>, frame: &PyFrame, lasti: i32, line: i32) -> PyResult<Owned<PyTraceback>> {
    let op = gc::alloc(t, size_of::<PyTracebackObject>(), size_of::<PyGC_Head>());
    if op.is_null() {
        return Err(taipan_object::errors::no_memory(t));
    }
    // SAFETY: a fresh block; every field is written.
    unsafe {
        typeobject::init_head(op, typeobject::static_type::<PyTraceback>());
        let tb = op.cast::<PyTracebackObject>();
        (*tb).tb_next = next.map_or(core::ptr::null_mut(), Owned::into_ptr).cast();
        (*tb).tb_frame = frame.as_object().own().into_ptr();
        (*tb).tb_lasti = lasti;
        (*tb).tb_lineno = line;
        gc::track(op);
        Ok(Owned::from_ptr(op))
    }
}

unsafe extern "C" fn tb_dealloc(op: *mut PyObject) {
    // SAFETY: the traceback is dead. Long chains are unwound by the trashcan.
    unsafe {
        gc::maybe_untrack(op);
        let tb = op.cast::<PyTracebackObject>();
        refcount::xdecref((*tb).tb_next.cast());
        refcount::xdecref((*tb).tb_frame);
        gc::free_sized(op, size_of::<PyTracebackObject>(), size_of::<PyGC_Head>());
    }
}

unsafe extern "C" fn tb_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live traceback.
    unsafe {
        let tb = op.cast::<PyTracebackObject>();
        for held in [(*tb).tb_next.cast(), (*tb).tb_frame] {
            if !held.is_null() {
                let result = visit(held, arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

unsafe extern "C" fn tb_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live traceback that is garbage.
    unsafe {
        let tb = op.cast::<PyTracebackObject>();
        let next = core::mem::replace(&mut (*tb).tb_next, core::ptr::null_mut());
        refcount::xdecref(next.cast());
        let frame = core::mem::replace(&mut (*tb).tb_frame, core::ptr::null_mut());
        refcount::xdecref(frame);
    }
    0
}

impl PyTraceback {
    /// `tb_next`.
    pub fn next(&self) -> Option<Owned<Self>> {
        // SAFETY: a traceback or null.
        unsafe { Object::from_ptr_opt((*self.raw()).tb_next.cast()).map(|o| o.cast_unchecked::<Self>().own()) }
    }

    /// Sets `tb_next`; the caller makes no loop.
    pub fn set_next(&self, next: Option<Owned<Self>>) {
        let new = next.map_or(core::ptr::null_mut(), Owned::into_ptr);
        // SAFETY: the field owns its reference.
        unsafe {
            let old = core::mem::replace(&mut (*self.raw()).tb_next, new.cast());
            refcount::xdecref(old.cast());
        }
    }

    /// `tb_frame`.
    pub fn frame(&self) -> Option<Owned<PyFrame>> {
        // SAFETY: a frame object or null.
        unsafe { Object::from_ptr_opt((*self.raw()).tb_frame).map(|o| o.cast_unchecked::<PyFrame>().own()) }
    }

    /// `tb_lineno`, computed if need be.
    pub fn line(&self) -> Option<i32> {
        // SAFETY: plain fields.
        unsafe {
            let line = (*self.raw()).tb_lineno;
            if line != -1 {
                return Some(line);
            }
            self.frame().and_then(|f| f.code().line_of((*self.raw()).tb_lasti as isize))
        }
    }
}

const fn member(name: &'static core::ffi::CStr, kind: core::ffi::c_int, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: kind,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

impl PyTraceback {
    const MEMBERS_LEN: usize = 3;
}

/// Create a new traceback object.
#[class(name = "traceback", layout, export = PyTraceBack_Type, flags(HAVE_GC), dealloc = tb_dealloc, traverse = tb_traverse,
    clear = tb_clear, getattro = attr::generic_getattr_slot, members = [
        member(c"tb_frame", _Py_T_OBJECT, core::mem::offset_of!(PyTracebackObject, tb_frame)),
        member(c"tb_lasti", Py_T_INT, core::mem::offset_of!(PyTracebackObject, tb_lasti)),
        PyMemberDef::END,
    ])]
impl PyTraceback {
    #[new(sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new_(
        _cls: &PyType,
        t: &Thread,
        tb_next: &Object,
        tb_frame: &PyFrame,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<Owned<Self>> {
        let next = if tb_next.is(singletons::none()) {
            None
        } else if tb_next.is_exact::<Self>() {
            Some(tb_next.own())
        } else {
            return Err(err!(
                t,
                TypeError,
                "expected traceback object or None, got '{}'",
                tb_next.class().name_lossy()
            ));
        };
        new(t, next, tb_frame, tb_lasti, tb_lineno)
    }

    #[method(text = "")]
    fn __dir__(&self, t: &Thread) -> PyResult {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let items: PyResult<Vec<Owned>> =
            names.iter().map(|n| PyStr::intern_str(t, n).map(Owned::into_object)).collect();
        taipan_object::PyList::from_vec(t, items?).map(Owned::into_object)
    }

    #[getter]
    fn tb_next(&self, _t: &Thread) -> Option<Owned<Self>> {
        self.next()
    }

    #[setter]
    fn set_tb_next(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "can't delete tb_next attribute"));
        };
        let next = if value.is(singletons::none()) {
            None
        } else if value.is_exact::<Self>() {
            Some(value.own())
        } else {
            return Err(err!(t, TypeError, "expected traceback object, got '{}'", value.class().name_lossy()));
        };
        let mut at = next.as_ref().and_then(|n| n.downcast_exact::<Self>()).map(Own::own);
        while let Some(tb) = at {
            if core::ptr::eq(&raw const *tb, self) {
                return Err(err!(t, ValueError, "traceback loop detected"));
            }
            at = tb.next();
        }
        // SAFETY: the field owns its reference.
        unsafe {
            let new = next.map_or(core::ptr::null_mut(), Owned::into_ptr);
            let old = core::mem::replace(&mut (*self.raw()).tb_next, new.cast());
            refcount::xdecref(old.cast());
        }
        Ok(())
    }

    #[getter]
    fn tb_lineno(&self, _t: &Thread) -> Option<i32> {
        self.line()
    }
}

/// The text of an exception with its traceback, without the help of the library.
pub fn format_plain(t: &Thread, exception: &Object) -> String {
    let mut out = String::new();
    let mut seen: Vec<Owned> = Vec::new();
    format_chain(t, exception, &mut out, &mut seen);
    out
}

/// Entries that a plain traceback shows at most, the last ones.
const PLAIN_LIMIT: usize = 1000;
/// Equal entries in a row that are shown, before they are counted only.
const RECURSIVE_CUTOFF: usize = 3;

/// The entries of an exception's traceback, from the outermost frame to where it was raised.
fn entries(exception: &Object) -> impl Iterator<Item = Owned<PyTraceback>> {
    entries_from(exceptions::traceback(exception))
}

fn entries_from(traceback: Option<Owned>) -> impl Iterator<Item = Owned<PyTraceback>> {
    let first = traceback.and_then(|tb| tb.into_type::<PyTraceback>().ok());
    core::iter::successors(first, |tb| tb.next())
}

/// The text of a traceback (`PyTraceBack_Print`), without the help of the library.
pub fn format_traceback(traceback: &Object) -> String {
    let mut out = String::new();
    format_entries(Some(traceback.own()), &mut out);
    out
}

/// Whether a traceback has more entries than that.
pub fn is_longer_than(exception: &Object, limit: usize) -> bool {
    entries(exception).nth(limit).is_some()
}

fn format_entries(traceback: Option<Owned>, out: &mut String) {
    let depth = entries_from(traceback.clone()).count();
    if depth == 0 {
        return;
    }
    out.push_str("Traceback (most recent call last):\n");
    let mut files: HashMap<String, Vec<String>> = HashMap::new();
    let (mut last, mut repeated) = (String::new(), 0);
    let count = |out: &mut String, repeated: usize| {
        if let Some(more) = repeated.checked_sub(RECURSIVE_CUTOFF).filter(|&more| more > 0) {
            let times = if more == 1 { "time" } else { "times" };
            out.push_str(&format!("  [Previous line repeated {more} more {times}]\n"));
        }
    };
    for tb in entries_from(traceback).skip(depth.saturating_sub(PLAIN_LIMIT)) {
        let Some(frame) = tb.frame() else { continue };
        let code = frame.code();
        let file = code.filename().to_string_lossy();
        let line = tb.line().unwrap_or(0);
        let entry = format!("  File \"{file}\", line {line}, in {}\n", code.name().display());
        if entry == last {
            repeated += 1;
        } else {
            count(out, repeated);
            repeated = 1;
        }
        if repeated <= RECURSIVE_CUTOFF {
            out.push_str(&entry);
            let lines = files.entry(file).or_insert_with_key(|file| {
                std::fs::read_to_string(file).map(|text| text.lines().map(str::to_owned).collect()).unwrap_or_default()
            });
            if let Some(text) = usize::try_from(line - 1).ok().and_then(|line| lines.get(line)) {
                out.push_str(&format!("    {}\n", text.trim()));
            }
        }
        last = entry;
    }
    count(out, repeated);
}

fn format_chain(t: &Thread, exception: &Object, out: &mut String, seen: &mut Vec<Owned>) {
    if seen.iter().any(|s| s.is(exception)) || seen.len() > 100 {
        return;
    }
    seen.push(exception.own());
    // SAFETY: callers pass exceptions.
    let suppress = unsafe { (*exception.as_ptr().cast::<PyBaseExceptionObject>()).suppress_context != 0 };
    if let Some(cause) = exceptions::cause(exception) {
        format_chain(t, &cause, out, seen);
        out.push_str("\nThe above exception was the direct cause of the following exception:\n\n");
    } else if let Some(context) = exceptions::context(exception)
        && !suppress
    {
        format_chain(t, &context, out, seen);
        out.push_str("\nDuring handling of the above exception, another exception occurred:\n\n");
    }
    format_entries(exceptions::traceback(exception), out);
    let class = exception.class();
    let name = match class.fully_qualified_name(t) {
        Ok(name) => name.to_string_lossy(),
        Err(_) => {
            taipan_object::errors::clear(t);
            class.name_lossy()
        }
    };
    if exception.is_instance_of::<exceptions::SyntaxError>() {
        let raw = exception.as_ptr().cast::<PySyntaxErrorObject>();
        // SAFETY: a live SyntaxError.
        unsafe {
            let text = |p: *mut PyObject| {
                Object::from_ptr_opt(p).filter(|o| !o.is(singletons::none())).map(|o| o.str_lossy(t))
            };
            if let (Some(file), Some(line)) = (text((*raw).filename), text((*raw).lineno)) {
                out.push_str(&format!("  File \"{file}\", line {line}\n"));
                if let Some(source) = text((*raw).text) {
                    let trimmed = source.trim_start();
                    let skipped = source.len() - trimmed.len();
                    out.push_str(&format!("    {}\n", trimmed.trim_end()));
                    let number = |p: *mut PyObject| {
                        Object::from_ptr_opt(p)
                            .and_then(|o| o.downcast::<taipan_object::PyInt>().and_then(taipan_object::PyInt::to_i64))
                    };
                    if let Some(offset) = number((*raw).offset).filter(|&o| o > 0) {
                        let end = number((*raw).end_offset).filter(|&e| e > offset).unwrap_or(offset + 1);
                        let start = (offset as usize - 1).saturating_sub(skipped);
                        out.push_str(&format!("    {}{}\n", " ".repeat(start), "^".repeat((end - offset) as usize)));
                    }
                }
            }
            if let Some(message) = text((*raw).msg) {
                out.push_str(&format!("{name}: {message}\n"));
                return;
            }
        }
    }
    let text = match exception.str(t) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            taipan_object::errors::clear(t);
            "<exception str() failed>".to_string()
        }
    };
    if text.is_empty() {
        out.push_str(&format!("{name}\n"));
    } else {
        out.push_str(&format!("{name}: {text}\n"));
    }
}

/// Registers the type.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    typeobject::add_static::<PyTraceback>(t)
}
