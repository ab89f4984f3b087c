//! `gc.callbacks` and `gc.garbage`, as the module `gc` exposes them.

use taipan_object::{Object, Own, PyDict, PyInt, PyList, PyResult, PyStr, errors, name};
use taipan_runtime::Thread;

fn gc_list(t: &Thread, which: &str) -> PyResult<Option<taipan_object::Owned<PyList>>> {
    let modules = crate::state::modules(t)?;
    let Some(module) = modules.get_item(t, name!(t, "gc"))? else { return Ok(None) };
    let key = PyStr::intern_str(t, which)?;
    Ok(module.getattr_opt(t, &key)?.and_then(|l| l.into_type::<PyList>().ok()))
}

/// Calls `gc.callbacks` with the phase and the figures.
pub fn run(t: &Thread, phase: u8, generation: usize, collected: usize, uncollectable: usize) {
    let work = || -> PyResult<()> {
        let Some(list) = gc_list(t, "callbacks")? else { return Ok(()) };
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
    let work = || -> PyResult<()> {
        match gc_list(t, "garbage")? {
            Some(list) => list.append(t, object.own()),
            None => Ok(()),
        }
    };
    if work().is_err() {
        errors::clear(t);
    }
}
