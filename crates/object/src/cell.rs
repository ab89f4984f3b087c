//! `cell`: a variable shared with closures.

use crate::handle::{CompareOp, Object, Own, Owned, PyResult};
use crate::typeobject::{PyType, init_head, static_type};
use crate::{PyStr, attr, err, layout, singletons};
use core::ffi::{c_int, c_void};
use taipan_macros::class;
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, refcount};

layout!(
    /// `cell`.
    PyCell,
    PyCellObject
);

impl PyCell {
    /// A cell that holds `value` or nothing.
    pub fn new(t: &Thread, value: Option<Owned>) -> PyResult<Owned<Self>> {
        let op = gc::alloc(t, size_of::<PyCellObject>(), size_of::<PyGC_Head>());
        if op.is_null() {
            return Err(crate::errors::no_memory(t));
        }
        // SAFETY: a fresh block of the cell's size.
        unsafe {
            init_head(op, static_type::<Self>());
            (*op.cast::<PyCellObject>()).ob_ref = value.map_or(core::ptr::null_mut(), Owned::into_ptr);
            gc::track(op);
            Ok(Owned::from_ptr(op))
        }
    }

    /// The content.
    #[inline]
    pub fn get(&self) -> Option<Owned> {
        // SAFETY: an object or null.
        unsafe { Object::from_ptr_opt((*self.raw()).ob_ref).map(Own::own) }
    }

    /// Replaces the content.
    #[inline]
    pub fn set(&self, value: Option<Owned>) {
        // SAFETY: the cell owns its content.
        unsafe {
            let new = value.map_or(core::ptr::null_mut(), Owned::into_ptr);
            let old = core::mem::replace(&mut (*self.raw()).ob_ref, new);
            refcount::xdecref(old);
        }
    }
}

unsafe extern "C" fn cell_dealloc(op: *mut PyObject) {
    // SAFETY: the cell is dead.
    unsafe {
        gc::maybe_untrack(op);
        refcount::xdecref((*op.cast::<PyCellObject>()).ob_ref);
        gc::free_sized(op, size_of::<PyCellObject>(), size_of::<PyGC_Head>());
    }
}

unsafe extern "C" fn cell_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live cell.
    unsafe {
        let held = (*op.cast::<PyCellObject>()).ob_ref;
        if held.is_null() { 0 } else { visit(held, arg) }
    }
}

unsafe extern "C" fn cell_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live cell.
    unsafe { Object::from_ptr(op).cast_unchecked::<PyCell>().set(None) };
    0
}

/// Create a new cell object.
///
///   contents
///     the contents of the cell. If not specified, the cell will be empty,
///     and
///  further attempts to access its cell_contents attribute will
///     raise a ValueError.
#[class(name = "cell", layout, export = PyCell_Type, flags(HAVE_GC), dealloc = cell_dealloc,
    traverse = cell_traverse, clear = cell_clear, getattro = attr::generic_getattr_slot)]
impl PyCell {
    #[new(sig = "([contents])", text = "([contents])")]
    fn new_(_cls: &PyType, t: &Thread, args: crate::argparse::Args<'_>) -> PyResult<Owned<Self>> {
        args.no_keywords(t, "cell")?;
        crate::argparse::check_positional(t, "cell", args.pos.len(), 0, 1)?;
        Self::new(t, args.pos.first().map(|o| o.own()))
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        match self.get() {
            None => PyStr::from_fmt(t, format_args!("<cell at {:p}: empty>", self.as_ptr())),
            Some(held) => PyStr::from_fmt(
                t,
                format_args!(
                    "<cell at {:p}: {:.80} object at {:p}>",
                    self.as_ptr(),
                    held.class().name_lossy(),
                    held.as_ptr()
                ),
            ),
        }
        .map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        match (self.get(), other.get()) {
            (Some(a), Some(b)) => crate::compare::rich_compare(t, &a, &b, op),
            (a, b) => Ok(singletons::bool(op.matches(a.is_some().cmp(&b.is_some()))).own()),
        }
    }

    #[getter]
    fn cell_contents(&self, t: &Thread) -> PyResult {
        self.get().ok_or_else(|| err!(t, ValueError, "Cell is empty"))
    }

    #[setter]
    fn set_cell_contents(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set(value.map(Own::own));
        Ok(())
    }
}
