//! `MemoryError` without memory: instances that are made beforehand (`Objects/exceptions.c`).

use super::{MemoryError, base};
use crate::PyTuple;
use crate::handle::{Class, Own, Owned, PyResult};
use crate::state::{ObjectState, object_state};
use crate::typeobject;
use core::cell::{Cell, RefCell};
use taipan_runtime::abi::*;
use taipan_runtime::{Thread, gc, thread};

/// How many instances are kept.
const MAX_KEPT: usize = 16;

/// The instances of an interpreter that nobody has.
pub struct MemoryErrors {
    kept: RefCell<Vec<Owned>>,
    /// The one for when there is no other. Whoever gets it shares it.
    last: RefCell<Option<Owned>>,
    /// Whether dead instances are kept.
    open: Cell<bool>,
}

impl MemoryErrors {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { kept: RefCell::new(Vec::with_capacity(MAX_KEPT)), last: RefCell::default(), open: Cell::new(false) }
    }

    /// Makes the instances.
    pub(crate) fn fill(t: &Thread) -> PyResult<()> {
        let make = || base::new_instance(t, MemoryError::class(), PyTuple::empty().own());
        let this = &object_state(t).memory_errors;
        *this.last.borrow_mut() = Some(make()?);
        for _ in 0..MAX_KEPT {
            let made = make()?;
            // SAFETY: a fresh instance, which is tracked again when it is handed out.
            unsafe { gc::maybe_untrack(made.as_ptr()) };
            this.kept.borrow_mut().push(made);
        }
        this.open.set(true);
        Ok(())
    }

    /// Until the instances are made, the last one of another interpreter will do.
    pub(crate) fn borrow_last(&self, other: &Self) {
        *self.last.borrow_mut() = other.last.borrow().clone();
    }

    /// The interpreter ends: gives the instances up.
    pub fn close(t: &Thread) {
        let this = &object_state(t).memory_errors;
        this.open.set(false);
        let kept = this.kept.take();
        drop(kept);
    }

    /// An instance, without allocating anything. `None` before [`MemoryErrors::fill`].
    pub(crate) fn get(t: &Thread) -> Option<Owned> {
        let this = &object_state(t).memory_errors;
        let kept = this.kept.borrow_mut().pop();
        match kept {
            Some(exception) => {
                // SAFETY: an instance that nobody else has, its fields empty but for `args`.
                unsafe { gc::track(exception.as_ptr()) };
                Some(exception)
            }
            None => this.last.borrow().clone(),
        }
    }
}

/// Where the current interpreter keeps its instances, if it still does.
fn current<'a>() -> Option<&'a ObjectState> {
    let t = thread::current_ptr();
    // SAFETY: the thread runs, with the GIL, as long as the caller does.
    (!t.is_null()).then(|| object_state(unsafe { &*t })).filter(|state| state.memory_errors.open.get())
}

/// `tp_dealloc`: dead instances of exactly this type are kept up to a number.
pub(super) unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: the exception is dead; one that is kept is whole, with one reference, and in no list of the collector's.
    unsafe {
        let room = |state: &&ObjectState| state.memory_errors.kept.borrow().len() < MAX_KEPT;
        let Some(state) = current().filter(room).filter(|_| (*op).ob_type == MemoryError::TYPE) else {
            return base::dealloc_fields(op, &[]);
        };
        gc::maybe_untrack(op);
        base::clear_fields(op, &[]);
        let raw = op.cast::<PyBaseExceptionObject>();
        (*raw).suppress_context = 0;
        (*raw).args = PyTuple::empty().own().into_object().into_ptr();
        typeobject::init_recycled_head(op, MemoryError::TYPE, false);
        // What died with the fields may have filled the room.
        let exception: Owned = Owned::from_ptr(op);
        let mut kept = state.memory_errors.kept.borrow_mut();
        if kept.len() < MAX_KEPT {
            kept.push(exception);
        } else {
            drop(kept);
            drop(exception);
        }
    }
}
