//! Builtin types that the object layer itself does not need: sets, slices, ranges, iterators, generic aliases, unions.

#![allow(non_upper_case_globals, reason = "constants of the headers keep their names, in patterns too")]

pub mod set;

pub use set::{PyFrozenSet, PySet, new_frozenset, new_set, set_add, set_contains, set_update};
use taipan_object::{PyResult, Thread};

/// Makes the types ready.
pub fn init_types(t: &Thread) -> PyResult<()> {
    use taipan_object::typeobject::add_static as add;
    set::finish_static_types();
    add::<PySet>(t)?;
    add::<PyFrozenSet>(t)?;
    add::<set::PySetIter>(t)?;
    Ok(())
}
