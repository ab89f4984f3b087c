//! `sys.monitoring` (PEP 669).

use super::instrument::instrument;
use super::{TOOLS, code_data_or_new, event, next_version, update};
use crate::code::PyCode;
use crate::state::state;
use taipan_object::{
    Object, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, Thread, audit, err, native_module, singletons,
};
use taipan_types::namespace;

/// Names of the events by their bit number.
pub const EVENT_NAMES: [&str; event::COUNT] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

const C_EVENTS: u32 = 1 << event::C_RETURN | 1 << event::C_RAISE;
const BRANCHES: u32 = 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT;

fn tool(t: &Thread, id: i32) -> PyResult<usize> {
    match usize::try_from(id) {
        Ok(n) if n < TOOLS => Ok(n),
        _ => Err(err!(t, ValueError, "invalid tool {id} (must be between 0 and 5)")),
    }
}

fn used_tool(t: &Thread, id: i32) -> PyResult<usize> {
    let n = tool(t, id)?;
    if state(t).monitoring.names[n].borrow().is_none() {
        return Err(err!(t, ValueError, "tool {id} is not in use"));
    }
    Ok(n)
}

/// An event set as it is kept: `C_RETURN` and `C_RAISE` follow `CALL`.
fn event_set(t: &Thread, given: i32) -> PyResult<u32> {
    if given < 0 || given >= 1 << event::COUNT {
        return Err(err!(t, ValueError, "invalid event set 0x{:x}", given as u32));
    }
    let mut set = given as u32;
    if set & C_EVENTS != 0 && set & C_EVENTS | 1 << event::CALL != set & (C_EVENTS | 1 << event::CALL) {
        return Err(err!(t, ValueError, "cannot set C_RETURN or C_RAISE events independently"));
    }
    set &= !C_EVENTS;
    // The old event stands for the two that took its place.
    if set & 1 << event::BRANCH != 0 {
        set = set & !(1 << event::BRANCH) | BRANCHES;
    }
    if set & 1 << event::CALL != 0 {
        set |= C_EVENTS;
    }
    Ok(set)
}

const fn shown(set: u32) -> u32 {
    set & !C_EVENTS
}

fn clear_tool(t: &Thread, n: usize) {
    let m = &state(t).monitoring;
    m.global[n].set(0);
    m.local_count[n].set(0);
    m.clearings[n].set(m.clearings[n].get().wrapping_add(1));
    for slot in &m.callbacks[n] {
        let old = slot.borrow_mut().take();
        drop(old);
    }
    next_version(t);
}

#[native_module(name = "sys.monitoring")]
pub mod monitoring {
    use super::*;

    #[function(sig = "(tool_id, name, /)")]
    fn use_tool_id(t: &Thread, tool_id: i32, name: &Object) -> PyResult<()> {
        let n = tool(t, tool_id)?;
        if !name.is_instance_of::<PyStr>() {
            return Err(err!(t, ValueError, "tool name must be a str"));
        }
        let slot = &state(t).monitoring.names[n];
        if slot.borrow().is_some() {
            return Err(err!(t, ValueError, "tool {tool_id} is already in use"));
        }
        *slot.borrow_mut() = Some(name.own());
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn clear_tool_id(t: &Thread, tool_id: i32) -> PyResult<()> {
        let n = tool(t, tool_id)?;
        if state(t).monitoring.names[n].borrow().is_some() {
            clear_tool(t, n);
        }
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn free_tool_id(t: &Thread, tool_id: i32) -> PyResult<()> {
        let n = tool(t, tool_id)?;
        if state(t).monitoring.names[n].borrow().is_some() {
            clear_tool(t, n);
        }
        let old = state(t).monitoring.names[n].borrow_mut().take();
        drop(old);
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn get_tool(t: &Thread, tool_id: i32) -> PyResult<Option<Owned>> {
        let n = tool(t, tool_id)?;
        Ok(state(t).monitoring.names[n].borrow().clone())
    }

    #[function(sig = "(tool_id, event, func, /)")]
    fn register_callback(t: &Thread, tool_id: i32, event: i32, func: &Object) -> PyResult {
        let n = tool(t, tool_id)?;
        if event.count_ones() != 1 {
            return Err(err!(t, ValueError, "The callback can only be set for one event at a time"));
        }
        let which = event.trailing_zeros() as usize;
        if which >= super::super::event::COUNT {
            return Err(err!(t, ValueError, "invalid event {event}"));
        }
        audit::audit(t, "sys.monitoring.register_callback", &[func])?;
        let new = if func.is(singletons::none()) { None } else { Some(func.own()) };
        let is_new = new.is_some();
        let old = core::mem::replace(&mut *state(t).monitoring.callbacks[n][which].borrow_mut(), new);
        if old.is_some() != is_new {
            next_version(t);
        }
        Ok(old.unwrap_or_else(|| singletons::none().own()))
    }

    #[function(sig = "(tool_id, /)")]
    fn get_events(t: &Thread, tool_id: i32) -> PyResult<u32> {
        let n = tool(t, tool_id)?;
        Ok(shown(state(t).monitoring.global[n].get()))
    }

    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(t: &Thread, tool_id: i32, event_set: i32) -> PyResult<()> {
        let n = tool(t, tool_id)?;
        let set = super::event_set(t, event_set)?;
        used_tool(t, tool_id)?;
        state(t).monitoring.global[n].set(set);
        next_version(t);
        Ok(())
    }

    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(t: &Thread, tool_id: i32, code: &Object) -> PyResult<u32> {
        let Some(code) = code.downcast_exact::<PyCode>() else {
            return Err(err!(t, TypeError, "code must be a code object"));
        };
        let n = tool(t, tool_id)?;
        Ok(shown(code_data_or_new(code).local[n].get()))
    }

    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(t: &Thread, tool_id: i32, code: &Object, event_set: i32) -> PyResult<()> {
        let Some(code) = code.downcast_exact::<PyCode>() else {
            return Err(err!(t, TypeError, "code must be a code object"));
        };
        let n = used_tool(t, tool_id)?;
        let set = super::event_set(t, event_set)?;
        if shown(set) >= 1 << super::super::event::LOCAL {
            return Err(err!(t, ValueError, "invalid local event set 0x{:x}", shown(set)));
        }
        code.load(t)?;
        state(t).monitoring.set_local(n, code_data_or_new(code), set);
        update(t);
        instrument(t, code);
        Ok(())
    }

    #[function]
    fn restart_events(t: &Thread) {
        let m = &state(t).monitoring;
        m.restarts.set(m.restarts.get().wrapping_add(1));
        next_version(t);
    }

    #[function]
    fn _all_events(t: &Thread) -> PyResult<Owned<PyDict>> {
        let dict = PyDict::new(t)?;
        let m = &state(t).monitoring;
        for (which, name) in EVENT_NAMES.iter().enumerate() {
            let mut tools = 0i64;
            for n in 0..TOOLS {
                if shown(m.global[n].get()) & 1 << which != 0 {
                    tools |= 1 << n;
                }
            }
            if tools != 0 {
                dict.set_item(t, &*PyStr::intern_str(t, name)?, &*PyInt::from_i64(t, tools)?)?;
            }
        }
        Ok(dict)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        for (name, value) in [("DEBUGGER_ID", 0i64), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            module.set_value(t, name, value)?;
        }
        let marker = || <taipan_object::PyBaseObject as taipan_object::Class>::class().call(t, &[]);
        let m = &state(t).monitoring;
        for (name, slot) in [("DISABLE", &m.disable), ("MISSING", &m.missing)] {
            let made = marker()?;
            module.set(t, name, &made)?;
            *slot.borrow_mut() = Some(made);
        }
        let events = PyDict::new(t)?;
        events.set_item(t, &*PyStr::intern_str(t, "NO_EVENTS")?, &*PyInt::from_i64(t, 0)?)?;
        for (which, name) in EVENT_NAMES.iter().enumerate() {
            events.set_item(t, &*PyStr::intern_str(t, name)?, &*PyInt::from_i64(t, 1 << which)?)?;
        }
        module.set(t, "events", &*namespace::new(t, &events)?)
    }
}
