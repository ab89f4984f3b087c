//! Audit events (PEP 578): native functions report what they are about to do; hooks may object.

use crate::handle::{Object, Own, Owned, PyResult};
use crate::state::object_state;
use crate::{PyStr, PyTuple, name};
use taipan_runtime::Thread;

/// Whether any hook listens.
#[inline]
pub fn active(t: &Thread) -> bool {
    !object_state(t).audit_hooks.borrow().is_empty()
}

/// Tells every hook of an event (`PySys_Audit`); the first exception of a hook stops the operation.
#[inline]
pub fn audit(t: &Thread, event: &str, args: &[&Object]) -> PyResult<()> {
    if active(t) { audit_now(t, event, args) } else { Ok(()) }
}

#[cold]
fn audit_now(t: &Thread, event: &str, args: &[&Object]) -> PyResult<()> {
    let hooks: Vec<Owned> = object_state(t).audit_hooks.borrow().clone();
    let event = PyStr::from_str(t, event)?;
    let args = PyTuple::from_slice(t, args)?;
    for hook in hooks {
        // Hooks are not traced unless they ask for it.
        let traced = match hook.getattr_opt(t, name!(t, "__cantrace__"))? {
            Some(answer) => answer.is_true(t)?,
            None => false,
        };
        let _quiet = (!traced).then(|| Quiet::new(t));
        hook.call(t, &[&event, &args])?;
    }
    Ok(())
}

/// While this lives, trace and profile functions hear nothing of the thread.
struct Quiet<'t>(&'t Thread);

impl<'t> Quiet<'t> {
    fn new(t: &'t Thread) -> Self {
        // SAFETY: a plain field of the current thread.
        unsafe { (*t.as_ptr()).tracing += 1 };
        Self(t)
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe { (*self.0.as_ptr()).tracing -= 1 };
    }
}

/// Adds a hook (`sys.addaudithook`).
pub fn add_hook(t: &Thread, hook: &Object) {
    object_state(t).audit_hooks.borrow_mut().push(hook.own());
}
