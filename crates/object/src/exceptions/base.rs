//! `BaseException`.

use super::{args, field, replace_field};
use crate::argparse::Args;
use crate::handle::{Object, Own, Owned, PyResult};
use crate::{PyDict, PyList, PyStr, PyTuple, PyType, err, layout, name, typeobject};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc};

layout!(
    /// `BaseException`.
    BaseException,
    PyBaseExceptionObject
);

/// Makes an instance of an exception type with `args`, every other field empty (`BaseException.__new__`).
pub(super) fn new_instance(t: &Thread, class: &PyType, args: Owned<PyTuple>) -> PyResult {
    let exception = class.alloc(t, 0)?;
    // SAFETY: a fresh zeroed instance of an exception type.
    unsafe {
        let raw = exception.as_ptr().cast::<PyBaseExceptionObject>();
        (*raw).args = args.into_object().into_ptr();
    }
    Ok(exception)
}

impl BaseException {
    const MEMBERS_LEN: usize = 2;
}

/// Common base class for all exceptions
#[class(
    name = "BaseException",
    layout,
    export = _PyExc_BaseException,
    flags(BASETYPE, HAVE_GC),
    basicsize = size_of::<PyBaseExceptionObject>(),
    dictoffset = core::mem::offset_of!(PyBaseExceptionObject, dict),
    subclass_flag = BASE_EXC_SUBCLASS,
    dealloc = dealloc,
    traverse = traverse,
    clear = clear,
    getattro = crate::attr::generic_getattr_slot,
    setattro = crate::attr::generic_setattr_slot,
    members = [
        PyMemberDef {
            name: c"__suppress_context__".as_ptr(),
            r#type: Py_T_BOOL,
            offset: core::mem::offset_of!(PyBaseExceptionObject, suppress_context) as isize,
            flags: 0,
            doc: core::ptr::null(),
        },
        PyMemberDef::END,
    ],
)]
impl BaseException {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let tuple = PyTuple::from_slice(t, args.pos)?;
        new_instance(t, cls, tuple)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        args.no_keywords_of(t, cls)?;
        let tuple = PyTuple::from_slice(t, args.pos)?;
        new_instance(t, cls, tuple)
    }

    #[slot(name = "tp_init")]
    fn init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords_of(t, self.class())?;
        super::init_args(self, t, &args)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        let args = args(self);
        let items = args.as_ref().map_or(&[][..], |a| a.as_slice());
        match items {
            [] => Ok(PyStr::empty().own().into_object()),
            [only] => only.str(t).map(Owned::into_object),
            _ => match &args {
                Some(args) => args.str(t).map(Owned::into_object),
                None => Ok(PyStr::empty().own().into_object()),
            },
        }
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let name = self.class().short_name_lossy();
        let args = args(self);
        match args.as_ref().map_or(&[][..], |a| a.as_slice()) {
            [only] => {
                let inner = only.repr(t)?;
                PyStr::concat_all(
                    t,
                    &[&*PyStr::from_str(t, &name)?, &*PyStr::from_str(t, "(")?, &inner, &*PyStr::from_str(t, ")")?],
                )
            }
            _ => {
                let inner = match &args {
                    Some(args) => args.repr(t)?,
                    None => PyStr::from_str(t, "()")?,
                };
                PyStr::concat_all(t, &[&*PyStr::from_str(t, &name)?, &inner])
            }
        }
        .map(Owned::into_object)
    }

    #[method(name = "__reduce__", text = "")]
    fn reduce(&self, t: &Thread) -> PyResult {
        let args = args(self).unwrap_or_else(|| PyTuple::empty().own());
        let mut items = vec![self.class().as_object().own(), args.into_object()];
        // SAFETY: a live exception.
        if let Some(dict) = unsafe { field(&raw const (*self.raw()).dict) } {
            items.push(dict);
        }
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, state: &Object) -> PyResult<()> {
        if state.is(crate::singletons::none()) {
            return Ok(());
        }
        let Some(dict) = state.downcast::<PyDict>() else {
            return Err(err!(t, TypeError, "state is not a dictionary"));
        };
        for (key, value) in dict.items_vec() {
            self.setattr(t, &key, &value)?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[method]
    fn with_traceback(&self, t: &Thread, tb: &Object) -> PyResult {
        self.set___traceback__(t, Some(tb))?;
        Ok(self.as_object().own())
    }

    /// Add a note to the exception
    #[method]
    fn add_note(&self, t: &Thread, note: &Object) -> PyResult<()> {
        if !note.is_instance_of::<PyStr>() {
            return Err(err!(t, TypeError, "add_note() argument must be str, not {}", note.class().name_lossy()));
        }
        let key = name!(t, "__notes__");
        match self.getattr_opt(t, key)? {
            Some(notes) => match notes.into_type::<PyList>() {
                Ok(list) => list.append(t, note.own()),
                Err(_) => Err(err!(t, TypeError, "Cannot add note: __notes__ is not a list")),
            },
            None => {
                let list = PyList::from_vec(t, vec![note.own()])?;
                self.setattr(t, key, &list)
            }
        }
    }

    #[getter(name = "args")]
    fn get_args(&self, _t: &Thread) -> Option<Owned<PyTuple>> {
        args(self)
    }

    #[setter]
    fn set_args(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "args may not be deleted"));
        };
        let tuple = crate::iter::to_tuple(t, value)?;
        super::set_args(self, tuple);
        Ok(())
    }

    #[getter]
    fn __traceback__(&self, _t: &Thread) -> Option<Owned> {
        super::traceback(self)
    }

    #[setter]
    fn set___traceback__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "__traceback__ may not be deleted"));
        };
        if value.is(crate::singletons::none()) {
            super::set_traceback(self, None);
        } else if crate::state::is_traceback(value) {
            super::set_traceback(self, Some(value.own()));
        } else {
            return Err(err!(t, TypeError, "__traceback__ must be a traceback or None"));
        }
        Ok(())
    }

    #[getter]
    fn __context__(&self, _t: &Thread) -> Option<Owned> {
        super::context(self)
    }

    #[setter]
    fn set___context__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        super::set_context(self, exception_or_none(t, value, "__context__", "context")?);
        Ok(())
    }

    #[getter]
    fn __cause__(&self, _t: &Thread) -> Option<Owned> {
        super::cause(self)
    }

    #[setter]
    fn set___cause__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        super::set_cause(self, exception_or_none(t, value, "__cause__", "cause")?);
        Ok(())
    }

    #[getter(name = "__dict__")]
    fn get_dict(&self, t: &Thread) -> PyResult {
        crate::attr::generic_get_dict(t, self)
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        crate::attr::generic_set_dict(t, self, value)
    }
}

fn exception_or_none(t: &Thread, value: Option<&Object>, name: &str, what: &str) -> PyResult<Option<Owned>> {
    match value {
        None => Err(err!(t, TypeError, "{name} may not be deleted")),
        Some(value) if value.is(crate::singletons::none()) => Ok(None),
        Some(value) if value.is_instance_of::<BaseException>() => Ok(Some(value.own())),
        Some(_) => Err(err!(t, TypeError, "exception {what} must be None or derive from BaseException")),
    }
}

/// The object fields that an exception type adds after the common ones, as offsets.
pub(super) type ExtraFields = &'static [usize];

/// Visits the common fields and `extra`.
pub(super) unsafe fn traverse_fields(
    op: *mut PyObject,
    extra: ExtraFields,
    visit: visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the caller passes an exception and offsets of its object fields.
    unsafe {
        let raw = op.cast::<PyBaseExceptionObject>();
        let common = [(*raw).dict, (*raw).args, (*raw).notes, (*raw).traceback, (*raw).cause, (*raw).context];
        let more = extra.iter().map(|&offset| *op.cast::<u8>().add(offset).cast::<*mut PyObject>());
        for held in common.into_iter().chain(more) {
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

/// Gives up the common fields and `extra`.
pub(super) unsafe fn clear_fields(op: *mut PyObject, extra: ExtraFields) {
    // SAFETY: the caller passes an exception and offsets of its object fields.
    unsafe {
        let raw = op.cast::<PyBaseExceptionObject>();
        for slot in [
            &raw mut (*raw).dict,
            &raw mut (*raw).args,
            &raw mut (*raw).notes,
            &raw mut (*raw).traceback,
            &raw mut (*raw).cause,
            &raw mut (*raw).context,
        ] {
            replace_field(slot, None);
        }
        for &offset in extra {
            replace_field(op.cast::<u8>().add(offset).cast(), None);
        }
    }
}

/// Frees an exception: clears it and gives its memory back.
pub(super) unsafe fn dealloc_fields(op: *mut PyObject, extra: ExtraFields) {
    // SAFETY: the exception is dead.
    unsafe {
        gc::maybe_untrack(op);
        clear_fields(op, extra);
        typeobject::free_instance(op, (*op).ob_type);
    }
}

unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: the exception is dead.
    unsafe { dealloc_fields(op, &[]) }
}

unsafe extern "C" fn traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live exception.
    unsafe { traverse_fields(op, &[], visit, arg) }
}

unsafe extern "C" fn clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live exception.
    unsafe { clear_fields(op, &[]) };
    0
}
