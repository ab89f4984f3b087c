//! `internal/pycore_code.h` and `internal/pycore_function.h`: what code depends on.

use crate::contract::*;
use core::ffi::{CStr, c_char, c_int};
use taipan_interp::code::PyCode;
use taipan_interp::code::uses::{self, VarCounts};
use taipan_object::PySet;
use taipan_object::abi::PyThreadState;

/// A set that C code gave, or none.
unsafe fn set<'a>(op: Obj) -> Option<&'a PySet> {
    // SAFETY: the contract of the callers.
    unsafe { opt(op).and_then(taipan_object::set::any_set) }
}

/// 1 if there is no reason against; the reason is given to who asks for it.
unsafe fn verdict(reason: Option<&'static CStr>, place: *mut *const c_char) -> c_int {
    // SAFETY: the place is null or valid.
    unsafe {
        if let Some(reason) = reason
            && !place.is_null()
        {
            *place = reason.as_ptr();
        }
    }
    reason.is_none().into()
}

capi! {
    /// How many variables of which kind a code object has.
    fn _PyCode_GetVarCounts(code: Obj, counts: *mut VarCounts) -> Void {
        *counts = uses::var_counts(cast::<PyCode>(code));
    }

    /// Tells the names apart that are no variables. The sets may be null; they get the names.
    fn _PyCode_SetUnboundVarCounts[t; code](
        _ts: *mut PyThreadState, code: Obj, counts: *mut VarCounts, global_names: Obj, attr_names: Obj, globals: Obj,
        builtins: Obj,
    ) -> Status {
        let sets = (set(global_names), set(attr_names));
        uses::count_unbound(t, cast(code), &mut *counts, sets, opt(globals), opt(builtins))
    }

    /// Whether a code object is nothing but its code: 1, or 0 with the reason.
    fn _PyCode_CheckNoInternalState(code: Obj, reason: *mut *const c_char) -> Raw<c_int> {
        verdict(uses::internal_state(cast(code)), reason)
    }

    /// Whether code takes nothing from outside: 1, or 0 with the reason.
    fn _PyCode_CheckNoExternalState(_code: Obj, counts: *mut VarCounts, reason: *mut *const c_char) -> Raw<c_int> {
        verdict(uses::external_state(&*counts), reason)
    }

    /// Whether a call runs code to its end (it is no generator's): 1, or 0 with the reason.
    fn _PyCode_CheckPureFunction(code: Obj, reason: *mut *const c_char) -> Raw<c_int> {
        verdict(uses::impurity(cast(code)), reason)
    }

    /// Raises ValueError if code depends on more than its arguments and builtins.
    fn _PyCode_VerifyStateless[t; code](
        _ts: *mut PyThreadState, code: Obj, names: Obj, globals: Obj, builtins: Obj,
    ) -> Status {
        uses::verify_stateless(t, cast(code), set(names), opt(globals), opt(builtins))
    }

    /// Raises an exception if a function depends on more than its arguments and builtins.
    fn _PyFunction_VerifyStateless[t; function](_ts: *mut PyThreadState, function: Obj) -> Status {
        uses::verify_stateless_function(t, o(function))
    }

    /// Whether all of a function's returns give None.
    fn _PyCode_ReturnsOnlyNone(code: Obj) -> Raw<c_int> {
        uses::returns_only_none(cast(code)).into()
    }
}
