//! `_suggestions`: which of some names a wrong one may have meant.

use taipan_object::{Object, Owned, PyList, PyResult, PyStr, Thread, err, native_module, suggestions as closest};

/// Beyond this many candidates none is looked for.
const MAX_CANDIDATES: usize = 750;

#[native_module(name = "_suggestions")]
pub mod suggestions {
    use super::*;

    /// Returns the candidate in candidates that's closest to item
    #[function(sig = "(candidates, item, /)")]
    fn _generate_suggestions(t: &Thread, candidates: &Object, item: &PyStr) -> PyResult<Option<Owned<PyStr>>> {
        let Some(list) = candidates.downcast_exact::<PyList>() else {
            return Err(err!(t, TypeError, "candidates must be a list"));
        };
        let mut names = Vec::with_capacity(list.len());
        for name in list.to_vec() {
            match name.downcast::<PyStr>() {
                Some(name) => names.push(name.to_string_lossy()),
                None => return Err(err!(t, TypeError, "all elements in 'candidates' must be strings")),
            }
        }
        if names.len() >= MAX_CANDIDATES {
            return Ok(None);
        }
        let wrong = item.to_string_lossy();
        closest::closest(&wrong, names.iter().map(String::as_str)).map(|found| PyStr::from_str(t, found)).transpose()
    }
}
