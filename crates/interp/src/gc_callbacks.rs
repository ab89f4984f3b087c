//! `gc.callbacks` and `gc.garbage`, as the module `gc` exposes them.

use crate::modules::warnings::warn_explicit_native;
use crate::state::state;
use core::cell::RefCell;
use taipan_object::{Class, Object, Own, Owned, PyDict, PyInt, PyList, PyResult, PyStr, errors, exceptions};
use taipan_runtime::{Thread, gc};

/// The lists `gc.garbage` and `gc.callbacks`, made with the first module `gc`; the collector goes on with them whatever
/// becomes of the module.
pub fn lists(t: &Thread) -> PyResult<[Owned<PyList>; 2]> {
    let make = |slot: &RefCell<Option<Owned<PyList>>>| -> PyResult<Owned<PyList>> {
        if let Some(list) = slot.borrow().as_ref() {
            return Ok(list.clone());
        }
        let list = PyList::new(t)?;
        *slot.borrow_mut() = Some(list.clone());
        Ok(list)
    };
    Ok([make(&state(t).garbage)?, make(&state(t).gc_callbacks)?])
}

/// Calls `gc.callbacks` with the phase and the figures.
pub fn run(t: &Thread, phase: u8, generation: usize, collected: usize, uncollectable: usize) {
    let work = || -> PyResult<()> {
        let Some(list) = state(t).gc_callbacks.borrow().clone() else { return Ok(()) };
        if list.len() == 0 {
            return Ok(());
        }
        let info = PyDict::new(t)?;
        for (key, value) in [("generation", generation), ("collected", collected), ("uncollectable", uncollectable)] {
            info.set_item(t, &*PyStr::intern_str(t, key)?, &*PyInt::from_u64(t, value as u64)?)?;
        }
        let phase = PyStr::from_str(t, if phase == 0 { "start" } else { "stop" })?;
        for callback in list.to_vec() {
            if callback.call(t, &[&phase, &info]).is_err() {
                errors::write_unraisable(t, Some(&callback));
            }
        }
        Ok(())
    };
    if work().is_err() {
        errors::clear(t);
    }
}

/// `gc.garbage.append(object)`.
pub fn add_garbage(t: &Thread, object: &Object) {
    if lists(t).and_then(|[garbage, _]| garbage.append(t, object.own())).is_err() {
        errors::clear(t);
    }
}

/// At the end of the program: warns of what could not be collected (`_PyGC_DumpShutdownStats`).
pub fn report_garbage(t: &Thread) {
    let Some(garbage) = state(t).garbage.borrow().clone() else { return };
    // SAFETY: the GIL is held.
    let (n, debug) = (garbage.len(), unsafe { (*t.interpreter().gc.get()).debug });
    if n == 0 || debug & gc::DEBUG_SAVEALL != 0 {
        return;
    }
    let shown = debug & gc::DEBUG_UNCOLLECTABLE != 0;
    let hint = if shown { "" } else { "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them" };
    let warn = || -> PyResult<()> {
        let text = PyStr::from_str(t, &format!("gc: {n} uncollectable objects at shutdown{hint}"))?;
        let place = PyStr::from_str(t, "gc")?;
        warn_explicit_native(t, exceptions::ResourceWarning::class(), text.as_object(), &place, 0)
    };
    if warn().is_err() {
        errors::write_unraisable(t, None);
    }
    if shown {
        match garbage.as_object().repr(t) {
            Ok(text) => eprintln!("      {}", text.to_string_lossy()),
            Err(_) => errors::write_unraisable(t, Some(garbage.as_object())),
        }
    }
}
