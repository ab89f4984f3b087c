//! Events of native code that says what it does, as if it were Python code (`PyMonitoring_*`). Who listens to which event
//! is kept by the native code, in one byte for each, and is brought up to date when it enters a scope.

use super::{TOOLS, event, legacy, monitoring, quietly};
use crate::state::state;
use taipan_object::{Object, Own, PyInt, PyResult, Thread, err};

/// Counts changes of what tools listen to.
pub fn version(t: &Thread) -> u64 {
    // Zero is what native code begins with.
    state(t).monitoring.version.get() + 1
}

/// The tools that listen to an event in all code, a bit for each.
pub fn tools(t: &Thread, which: u32) -> u8 {
    let m = &state(t).monitoring;
    let listens = |tool: &usize| match m.global.get(*tool) {
        Some(events) => events.get() & 1 << which != 0,
        None => legacy::wants(t, *tool, which),
    };
    (0..=legacy::TRACE_TOOL).filter(listens).fold(0, |set, tool| set | 1 << tool)
}

/// Reports an event to the tools of `active`; who disables it is taken out. `args` are what follows the code and, for
/// events other than lines, the offset.
pub fn fire(t: &Thread, active: &mut u8, codelike: &Object, offset: i32, which: u32, args: &[&Object]) -> PyResult<()> {
    if t.raw().tracing > 0 {
        return Ok(());
    }
    if offset < 0 {
        return Err(err!(t, ValueError, "offset must be non-negative"));
    }
    let place = PyInt::from_i64(t, offset.into())?;
    let mut all: Vec<&Object> = vec![codelike];
    if which != event::LINE {
        all.push(place.as_object());
    }
    all.extend_from_slice(args);
    for tool in [legacy::TRACE_TOOL, legacy::PROFILE_TOOL] {
        if *active & 1 << tool != 0 {
            legacy::native_event(t, tool, which, args)?;
        }
    }
    let m = &state(t).monitoring;
    for tool in (0..TOOLS).rev() {
        if *active & 1 << tool == 0 {
            continue;
        }
        let callback = m.callbacks[tool][which as usize].borrow().clone();
        let Some(callback) = callback else { continue };
        let result = quietly(t, which, || callback.call(t, &all))?;
        if !m.disable.borrow().as_ref().is_some_and(|d| d.is(&result)) {
            continue;
        }
        if which >= event::LOCAL {
            let gone = m.callbacks[tool][which as usize].borrow_mut().take();
            drop(gone);
            let name = monitoring::EVENT_NAMES[which as usize];
            return Err(err!(t, ValueError, "Cannot disable {name} events. Callback removed."));
        }
        *active &= !(1 << tool);
    }
    Ok(())
}

/// Whether a value that a generator ends with is an exception already, which then is the event's argument.
pub fn stop_iteration(t: &Thread, value: &Object) -> PyResult {
    if value.is_instance_of::<taipan_object::exceptions::BaseException>() {
        return Ok(value.own());
    }
    taipan_object::exceptions_class!(StopIteration).as_object().call(t, &[value])
}
