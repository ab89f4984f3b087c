//! `atexit`: functions that run when the interpreter ends.

use crate::state::state;
use taipan_object::{Args, Object, Own, Owned, PyDict, PyResult, PyTuple, Raised, Thread, err, errors, native_module};

/// A registered call.
#[derive(Clone)]
pub struct Callback {
    function: Owned,
    args: Owned<PyTuple>,
    kwargs: Option<Owned<PyDict>>,
}

/// Runs the functions that are registered now, the last first. What they register themselves does not run. An exception
/// is reported as unraisable.
pub fn run(t: &Thread) {
    let size = size_of_val(state(t).atexit.borrow().as_slice());
    if size != 0 && errors::check_memory(t, size).is_err() {
        errors::write_unraisable_msg(t, "Exception ignored while copying atexit callbacks", None);
        clear(t);
        return;
    }
    let callbacks = state(t).atexit.borrow().clone();
    for callback in callbacks.into_iter().rev().flatten() {
        if callback.function.call_tuple_dict(t, &callback.args, callback.kwargs.as_deref()).is_err() {
            let name = callback.function.repr_lossy(t);
            errors::write_unraisable_msg(t, &format!("Exception ignored in atexit callback {name}"), None);
        }
    }
    clear(t);
}

fn clear(t: &Thread) {
    let old = core::mem::take(&mut *state(t).atexit.borrow_mut());
    drop(old);
}

/// allow programmer to define multiple exit functions to be executed
/// upon normal program termination.
///
/// Two public functions, register and unregister, are defined.
///
#[native_module(name = "atexit")]
pub mod atexit {
    use super::*;

    /// Register a function to be executed upon normal program termination
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[function(text = "($module, func, /, *args, **kwargs)")]
    fn register(t: &Thread, args: Args<'_>) -> PyResult {
        let Some((function, rest)) = args.pos.split_first() else {
            return Err(err!(t, TypeError, "register() takes at least 1 argument (0 given)"));
        };
        if !function.is_callable() {
            return Err(err!(t, TypeError, "the first argument must be callable"));
        }
        let rest = PyTuple::from_slice(t, rest)?;
        let mut kwargs = None;
        if args.n_keywords() > 0 {
            let dict = PyDict::new(t)?;
            args.for_each_keyword(t, |key, value| dict.set_item(t, key, value))?;
            kwargs = Some(dict);
        }
        state(t).atexit.borrow_mut().push(Some(Callback { function: function.own(), args: rest, kwargs }));
        Ok(function.own())
    }

    /// Clear the list of previously registered exit functions.
    #[function]
    fn _clear(t: &Thread) {
        clear(t);
    }

    /// Run all registered exit functions.
    ///
    /// If a callback raises an exception, it is logged with sys.unraisablehook.
    #[function]
    fn _run_exitfuncs(t: &Thread) {
        run(t);
    }

    /// Return the number of registered exit functions.
    #[function]
    fn _ncallbacks(t: &Thread) -> usize {
        state(t).atexit.borrow().iter().flatten().count()
    }

    /// Unregister an exit function which was previously registered using
    /// atexit.register
    ///
    ///     func - function to be unregistered
    #[function(sig = "(func, /)")]
    fn unregister(t: &Thread, func: &Object) -> Result<(), Raised> {
        // Comparisons may run Python code, which may register and unregister.
        let mut i = state(t).atexit.borrow().len();
        while i > 0 {
            i -= 1;
            let function = state(t).atexit.borrow().get(i).and_then(|c| c.as_ref().map(|c| c.function.clone()));
            let Some(function) = function else { continue };
            if function.eq(t, func)? {
                let gone = state(t).atexit.borrow_mut().get_mut(i).and_then(Option::take);
                drop(gone);
            }
        }
        Ok(())
    }
}
