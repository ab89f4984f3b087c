//! Native library module `_decimal`.
#![forbid(unsafe_code)]

mod context;
mod context_class;
mod convert;
mod decimal;
mod format;
mod module_state;
pub mod number;
mod signals;

use context::{PyContext, PyContextManager};
use decimal::PyDecimal;
use number::Rounding;
use number::context::{MAX, MIN_ETINY};
use taipan_object::module::Builtin;
use taipan_object::{
    Class, Head, Object, Owned, PyInt, PyModule, PyResult, PyStr, Slot, Thread, err, native_module, new_object, state,
};

/// The modules of this crate.
pub fn modules() -> Vec<&'static Builtin> {
    vec![&_decimal::MODULE]
}

/// C decimal arithmetic module
#[native_module(name = "_decimal")]
pub mod _decimal {
    use super::*;

    /// Get the current default context.
    ///
    ///
    #[function]
    fn getcontext(module: &PyModule, t: &Thread) -> PyResult<Owned<PyContext>> {
        let _ = module;
        context::current(t)
    }

    /// Set a new default context.
    ///
    ///
    #[function(sig = "(context, /)")]
    fn setcontext(t: &Thread, context: &Object) -> PyResult<()> {
        match context.downcast::<PyContext>() {
            Some(context) => context::set_current(t, context),
            None => Err(err!(t, TypeError, "argument must be a context")),
        }
    }

    /// Return a context manager that will set the default context to a copy of ctx
    /// on entry to the with-statement and restore the previous default context when
    /// exiting the with-statement. If no context is specified, a copy of the current
    /// default context is used.
    ///
    ///
    #[function(
        sig = "(ctx=None, *, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
        text = "($module, /, ctx=None, **kwargs)"
    )]
    fn localcontext(
        t: &Thread,
        ctx: Option<&Object>,
        prec: Option<&Object>,
        rounding: Option<&Object>,
        Emin: Option<&Object>,
        Emax: Option<&Object>,
        capitals: Option<&Object>,
        clamp: Option<&Object>,
        flags: Option<&Object>,
        traps: Option<&Object>,
    ) -> PyResult<Owned<PyContextManager>> {
        let global = context::current(t)?;
        let local = context::from_argument(t, ctx)?.copied(t)?;
        local.set_given(t, [prec, rounding, Emin, Emax, capitals, clamp], flags, traps)?;
        new_object(t, PyContextManager { head: Head::new(), local: Slot::new(local), global: Slot::new(global) })
    }

    /// Return a context object initialized to the proper values for one of the
    /// IEEE interchange formats.  The argument must be a multiple of 32 and less
    /// than IEEE_CONTEXT_MAX_BITS.
    ///
    ///
    #[function(sig = "(bits, /)")]
    fn IEEEContext(t: &Thread, bits: &Object) -> PyResult<Owned<PyContext>> {
        let Some(bits) = bits.downcast::<PyInt>() else { return Err(err!(t, TypeError, "an integer is required")) };
        let bits = bits.to_isize(t)? as i64;
        if bits <= 0 || bits > 512 || bits % 32 != 0 {
            return Err(err!(t, ValueError, "argument must be a multiple of 32, with a maximum of 512"));
        }
        let emax = 3 * (1i64 << (bits / 16 + 3));
        let settings = number::Context {
            prec: 9 * (bits / 32) - 2,
            emax,
            emin: 1 - emax,
            rounding: Rounding::HalfEven,
            clamp: true,
            traps: 0,
            status: 0,
        };
        PyContext::with_settings(t, settings)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, PyContextManager::class())?;
        taipan_object::module::add_class::<PyDecimal>(t, module)?;
        taipan_object::module::add_class::<PyContext>(t, module)?;
        signals::init(t, module)?;
        context::init(t, module)?;
        module.set(t, "DecimalTuple", &module_state::get(t)?.tuple)?;
        let number = state::import(t, "numbers")?.getattr(t, &*PyStr::intern_str(t, "Number")?)?;
        number.call_method(t, &*PyStr::intern_str(t, "register")?, &[PyDecimal::class()])?;
        for rounding in Rounding::ALL {
            module.set(t, rounding.name(), &*PyStr::intern_str(t, rounding.name())?)?;
        }
        module.set_value(t, "MAX_PREC", MAX as isize)?;
        module.set_value(t, "MAX_EMAX", MAX as isize)?;
        module.set_value(t, "MIN_EMIN", -MAX as isize)?;
        module.set_value(t, "MIN_ETINY", MIN_ETINY as isize)?;
        module.set_value(t, "IEEE_CONTEXT_MAX_BITS", 512isize)?;
        module.set_value(t, "HAVE_THREADS", true)?;
        module.set_value(t, "HAVE_CONTEXTVAR", true)?;
        module.set_value(t, "__version__", "1.70")?;
        module.set_value(t, "__libmpdec_version__", "2.5.1")?;
        Ok(())
    }
}
