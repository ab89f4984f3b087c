//! `OSError`: picks the subclass by error number, and takes its fields in `__new__` unless a subclass overrides
//! `__init__` (PEP 3151).

use super::base::{ExtraFields, clear_fields, dealloc_fields, traverse_fields};
use super::*;
use crate::argparse::Args;
use crate::handle::PyResult;
use crate::{PyDict, err, layout, singletons};
use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use taipan_macros::class;

layout!(
    /// `OSError`.
    OSError,
    PyOSErrorObject
);

const FIELDS: ExtraFields = &[
    offset_of!(PyOSErrorObject, myerrno),
    offset_of!(PyOSErrorObject, strerror),
    offset_of!(PyOSErrorObject, filename),
    offset_of!(PyOSErrorObject, filename2),
];

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: the exception is dead.
    unsafe { dealloc_fields(op, FIELDS) }
}
unsafe extern "C" fn traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live exception.
    unsafe { traverse_fields(op, FIELDS, visit, arg) }
}
unsafe extern "C" fn clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live exception.
    unsafe { clear_fields(op, FIELDS) };
    0
}

const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), r#type: _Py_T_OBJECT, offset: offset as isize, flags: 0, doc: doc.as_ptr() }
}

/// The subclass for an error number.
fn subclass_for(errno: i64) -> Option<&'static PyType> {
    let errno = i32::try_from(errno).ok()?;
    Some(match errno {
        e if e == libc::EAGAIN || e == libc::EALREADY || e == libc::EINPROGRESS || e == libc::EWOULDBLOCK => {
            BlockingIOError::class()
        }
        libc::EPIPE | libc::ESHUTDOWN => BrokenPipeError::class(),
        libc::ECHILD => ChildProcessError::class(),
        libc::ECONNABORTED => ConnectionAbortedError::class(),
        libc::ECONNREFUSED => ConnectionRefusedError::class(),
        libc::ECONNRESET => ConnectionResetError::class(),
        libc::EEXIST => FileExistsError::class(),
        libc::ENOENT => FileNotFoundError::class(),
        libc::EISDIR => IsADirectoryError::class(),
        libc::ENOTDIR => NotADirectoryError::class(),
        libc::EINTR => InterruptedError::class(),
        libc::EACCES | libc::EPERM => PermissionError::class(),
        libc::ESRCH => ProcessLookupError::class(),
        libc::ETIMEDOUT => TimeoutError::class(),
        _ => return None,
    })
}

/// Whether `__init__` fills the fields: when a subclass overrides `__init__` but not `__new__`.
fn use_init(class: &PyType) -> bool {
    // SAFETY: plain fields.
    unsafe {
        let ty = class.as_type_ptr();
        let base = <OSError as Class>::TYPE;
        let fn_addr = |f: Option<initproc>| f.map_or(0, |f| f as usize);
        let new_addr = |f: Option<newfunc>| f.map_or(0, |f| f as usize);
        fn_addr((*ty).tp_init) != fn_addr((*base).tp_init) && new_addr((*ty).tp_new) == new_addr((*base).tp_new)
    }
}

impl OSError {
    const MEMBERS_LEN: usize = 5;

    fn fill(&self, t: &Thread, arguments: &[&Object]) -> PyResult<()> {
        let raw = self.raw();
        let mut kept = arguments;
        // SAFETY: a live exception.
        unsafe {
            (*raw).written = -1;
            if (2..=5).contains(&arguments.len()) {
                if let Some(filename) = arguments.get(2).filter(|f| !f.is(singletons::none())) {
                    if self.is_instance_of::<BlockingIOError>()
                        && self.class().is(BlockingIOError::class())
                        && crate::number::is_index(filename)
                    {
                        (*raw).written = crate::number::index_as_isize(t, filename)?;
                    } else {
                        replace_field(&raw mut (*raw).filename, Some(filename.own()));
                        if let Some(second) = arguments.get(4).filter(|f| !f.is(singletons::none())) {
                            replace_field(&raw mut (*raw).filename2, Some(second.own()));
                        }
                        kept = &arguments[..2];
                    }
                }
                replace_field(&raw mut (*raw).myerrno, Some(arguments[0].own()));
                replace_field(&raw mut (*raw).strerror, Some(arguments[1].own()));
            }
        }
        let tuple = PyTuple::from_slice(t, kept)?;
        set_args(self, tuple);
        Ok(())
    }

    /// The error number, if it is an int.
    pub fn errno(&self) -> Option<i64> {
        // SAFETY: a live exception.
        unsafe { field(&raw const (*self.raw()).myerrno) }
            .and_then(|n| n.into_type::<PyInt>().ok().and_then(|n| n.to_i64()))
    }
}

/// Base class for I/O related errors.
#[class(
    name = "OSError", layout, export = _PyExc_OSError, base = Exception, flags(BASETYPE, HAVE_GC),
    dealloc = dealloc, traverse = traverse, clear = clear,
    members = [
        member(c"errno", offset_of!(PyOSErrorObject, myerrno), c"POSIX exception code"),
        member(c"strerror", offset_of!(PyOSErrorObject, strerror), c"exception strerror"),
        member(c"filename", offset_of!(PyOSErrorObject, filename), c"exception filename"),
        member(c"filename2", offset_of!(PyOSErrorObject, filename2), c"second exception filename"),
        PyMemberDef::END,
    ],
)]
impl OSError {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, arguments: Args<'_>) -> PyResult {
        let mut class = cls;
        if !use_init(cls) {
            arguments.no_keywords_of(t, cls)?;
            if cls.is(OSError::class())
                && (2..=5).contains(&arguments.pos.len())
                && let Some(errno) = arguments.pos[0].downcast::<PyInt>().and_then(PyInt::to_i64)
                && let Some(found) = subclass_for(errno)
            {
                class = found;
            }
        }
        let exception = super::specific::bare(t, class, PyTuple::empty().own())?;
        // SAFETY: the instance has the layout of its base.
        let this: &OSError = unsafe { exception.as_object().cast_unchecked() };
        // SAFETY: plain field.
        unsafe { (*this.raw()).written = -1 };
        if !use_init(cls) {
            this.fill(t, arguments.pos)?;
        }
        Ok(exception)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, arguments: Args<'_>) -> PyResult<()> {
        if !use_init(self.class()) {
            return Ok(());
        }
        arguments.no_keywords_of(t, self.class())?;
        self.fill(t, arguments.pos)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        let raw = self.raw();
        // SAFETY: a live exception.
        let (errno, message, first, second) = unsafe {
            (
                field(&raw const (*raw).myerrno),
                field(&raw const (*raw).strerror),
                field(&raw const (*raw).filename),
                field(&raw const (*raw).filename2),
            )
        };
        let text = |value: &Option<Owned>| -> PyResult<Owned<PyStr>> {
            value.as_deref().unwrap_or_else(|| singletons::none()).str(t)
        };
        let lit = |s: &str| PyStr::from_str(t, s);
        let parts: Vec<Owned<PyStr>> = match (first, second) {
            (Some(first), Some(second)) => vec![
                lit("[Errno ")?,
                text(&errno)?,
                lit("] ")?,
                text(&message)?,
                lit(": ")?,
                first.repr(t)?,
                lit(" -> ")?,
                second.repr(t)?,
            ],
            (Some(first), None) => {
                vec![lit("[Errno ")?, text(&errno)?, lit("] ")?, text(&message)?, lit(": ")?, first.repr(t)?]
            }
            _ if errno.is_some() && message.is_some() => {
                vec![lit("[Errno ")?, text(&errno)?, lit("] ")?, text(&message)?]
            }
            _ => return super::specific::base_str(self, t),
        };
        PyStr::join_all(t, None, &parts).map(Owned::into_object)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult {
        let raw = self.raw();
        // SAFETY: a live exception.
        let (dict, first, second) = unsafe {
            (field(&raw const (*raw).base.dict), field(&raw const (*raw).filename), field(&raw const (*raw).filename2))
        };
        let mut arguments = args(self).unwrap_or_else(|| PyTuple::empty().own());
        if arguments.len() == 2
            && let Some(first) = first
        {
            let mut items = crate::call::own_all(arguments.as_slice());
            items.push(first);
            if let Some(second) = second {
                items.push(singletons::none().own());
                items.push(second);
            }
            arguments = PyTuple::from_vec(t, items)?;
        }
        let mut items = vec![self.class().as_object().own(), arguments.into_object()];
        items.extend(dict.filter(|d| d.is_instance_of::<PyDict>()));
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    #[getter]
    fn characters_written(&self, t: &Thread) -> PyResult<isize> {
        // SAFETY: a live exception.
        let written = unsafe { (*self.raw()).written };
        if written == -1 {
            return Err(err!(t, AttributeError, "characters_written"));
        }
        Ok(written)
    }

    #[setter]
    fn set_characters_written(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let written = match value {
            Some(value) => crate::number::index_as_isize(t, value)?,
            // SAFETY: a live exception.
            None if unsafe { (*self.raw()).written } == -1 => {
                return Err(err!(t, AttributeError, "characters_written"));
            }
            None => -1,
        };
        // SAFETY: a live exception.
        unsafe { (*self.raw()).written = written };
        Ok(())
    }
}
