//! Native library modules of subinterpreters: `_interpreters`, `_interpqueues` and
//! `_interpchannels`, below `concurrent.interpreters`.
#![forbid(unsafe_code)]

mod channels;
pub mod config;
pub mod excinfo;
pub mod function;
mod interpreters;
mod queues;
pub mod shared;

use taipan_object::module::Builtin;
use taipan_object::{Owned, PyResult, PyType, Thread, errors, exceptions_class, state};

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&interpreters::interpreters::MODULE, &queues::queues::MODULE, &channels::interpchannels::MODULE]
}

struct NotShareable(Owned<PyType>);

/// `concurrent.interpreters.NotShareableError` of this interpreter.
pub fn not_shareable(t: &Thread) -> PyResult<Owned<PyType>> {
    let made = state::extension(t, |t| {
        let base = exceptions_class!(TypeError);
        let class = errors::new_exception(t, "concurrent.interpreters", "NotShareableError", base, None)?;
        class.into_type::<PyType>().map(NotShareable).map_err(|_| errors::bad_internal_call(t))
    })?;
    Ok(made.0.clone())
}
