//! `gc`: the cycle collector for Python programs.

use taipan_object::abi::Py_TPFLAGS_HEAPTYPE;
use taipan_object::{
    Object, Own, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, PyType, Thread, attr, audit, err,
    native_module, number,
};
use taipan_runtime::gc as collector;

fn generation_of(t: &Thread, given: &Object) -> PyResult<usize> {
    let n = number::index_as_isize(t, given)?;
    match usize::try_from(n) {
        Ok(n) if n < 3 => Ok(n),
        _ => Err(err!(t, ValueError, "invalid generation")),
    }
}

/// The references that `object` holds, owned.
fn referents_of(object: &Object) -> Vec<Owned> {
    let mut found = Vec::new();
    // SAFETY: a live object; the closure only counts references.
    unsafe {
        if collector::is_gc(object.as_ptr()) {
            collector::referents(object.as_ptr(), &mut |op| {
                found.push(Object::from_ptr(op).own());
                false
            });
        }
    }
    found
}

/// Dictionaries of classes among what a program is given: it can change them past the class, whose attributes must then
/// be looked up anew each time.
fn release_dicts(t: &Thread, found: &[Owned]) {
    let of_class = |o: &&Owned| o.downcast::<PyDict>().is_some_and(PyDict::is_of_class);
    let dicts: Vec<_> = found.iter().filter(of_class).map(|o| o.as_ptr()).collect();
    if dicts.is_empty() {
        return;
    }
    let mut classes: Vec<Owned<PyType>> = Vec::new();
    collector::for_each(t, None, |op| {
        // SAFETY: tracked objects are alive.
        if let Some(class) = unsafe { Object::from_ptr(op) }.downcast::<PyType>()
            && class.dict().is_some_and(|dict| dicts.contains(&dict.as_ptr()))
        {
            classes.push(class.own());
        }
    });
    for class in classes {
        class.never_versioned();
    }
}

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
/// set_debug() -- Set debugging flags.
/// get_debug() -- Get debugging flags.
/// set_threshold() -- Set the collection thresholds.
/// get_threshold() -- Return the current collection thresholds.
/// get_objects() -- Return a list of all objects tracked by the collector.
/// is_tracked() -- Returns true if a given object is tracked.
/// is_finalized() -- Returns true if a given object has been already finalized.
/// get_referrers() -- Return the list of objects that refer to an object.
/// get_referents() -- Return the list of objects that an object refers to.
/// freeze() -- Freeze all tracked objects and ignore them for future collections.
/// unfreeze() -- Unfreeze all objects in the permanent generation.
/// get_freeze_count() -- Return the number of objects in the permanent generation.
#[native_module(name = "gc")]
pub mod gc {
    use super::*;

    /// Enable automatic garbage collection.
    #[function]
    fn enable(t: &Thread) {
        // SAFETY: the GIL is held.
        unsafe { (*t.interpreter().gc.get()).enabled = true }
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable(t: &Thread) {
        // SAFETY: the GIL is held.
        unsafe { (*t.interpreter().gc.get()).enabled = false }
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled(t: &Thread) -> bool {
        // SAFETY: the GIL is held.
        unsafe { (*t.interpreter().gc.get()).enabled }
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[function(sig = "(generation=2)")]
    fn collect(t: &Thread, generation: Option<&Object>) -> PyResult<usize> {
        let generation = match generation {
            Some(given) => generation_of(t, given)?,
            None => 2,
        };
        if generation == 2 {
            t.clear_freelists();
        }
        Ok(collector::collect(t, generation, true))
    }

    /// Set the garbage collection debugging flags.
    ///
    ///   flags
    ///     An integer that can have the following bits turned on:
    ///       DEBUG_STATS - Print statistics during collection.
    ///       DEBUG_COLLECTABLE - Print collectable objects found.
    ///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
    ///         found.
    ///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
    ///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
    ///
    /// Debugging information is written to sys.stderr.
    #[function(sig = "(flags, /)")]
    fn set_debug(t: &Thread, flags: i32) {
        // SAFETY: the GIL is held.
        unsafe { (*t.interpreter().gc.get()).debug = flags }
    }

    /// Get the garbage collection debugging flags.
    #[function]
    fn get_debug(t: &Thread) -> i32 {
        // SAFETY: the GIL is held.
        unsafe { (*t.interpreter().gc.get()).debug }
    }

    /// set_threshold(threshold0, [threshold1, [threshold2]])
    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[function(sig = "(threshold0, threshold1=None, threshold2=None, /)", text = "")]
    fn set_threshold(t: &Thread, threshold0: i32, threshold1: Option<i32>, threshold2: Option<i32>) {
        // SAFETY: the GIL is held.
        unsafe {
            let state = t.interpreter().gc.get();
            (*state).generations[0].threshold = threshold0;
            if let Some(threshold) = threshold1 {
                (*state).generations[1].threshold = threshold;
            }
            if let Some(threshold) = threshold2 {
                (*state).generations[2].threshold = threshold;
            }
        }
    }

    /// Return the current collection thresholds.
    #[function]
    fn get_threshold(t: &Thread) -> PyResult<Owned<PyTuple>> {
        // SAFETY: the GIL is held.
        let values =
            unsafe { (0..3).map(|i| (*t.interpreter().gc.get()).generations[i].threshold).collect::<Vec<_>>() };
        three(t, &values)
    }

    /// Return a three-tuple of the current collection counts.
    #[function]
    fn get_count(t: &Thread) -> PyResult<Owned<PyTuple>> {
        // SAFETY: the GIL is held.
        let values = unsafe { (0..3).map(|i| (*t.interpreter().gc.get()).generations[i].count).collect::<Vec<_>>() };
        three(t, &values)
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function]
    fn get_stats(t: &Thread) -> PyResult<Owned<PyList>> {
        // SAFETY: the GIL is held.
        let stats = unsafe { (*t.interpreter().gc.get()).stats };
        let mut out = Vec::new();
        for generation in stats {
            let dict = PyDict::new(t)?;
            for (key, value) in [
                ("collections", generation.collections),
                ("collected", generation.collected),
                ("uncollectable", generation.uncollectable),
            ] {
                dict.set_item(t, &*PyStr::intern_str(t, key)?, &*PyInt::from_u64(t, value as u64)?)?;
            }
            out.push(dict.into_object());
        }
        PyList::from_vec(t, out)
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the
    /// collector that are in that generation.
    #[function(sig = "(generation=None)")]
    fn get_objects(t: &Thread, generation: Option<&Object>) -> PyResult<Owned<PyList>> {
        audit::audit(t, "gc.get_objects", &[generation.unwrap_or_else(|| taipan_object::singletons::none())])?;
        let generation = match attr::none_if_none(generation) {
            Some(given) => {
                let n = number::index_as_isize(t, given)?;
                if n < 0 {
                    return Err(err!(t, ValueError, "generation parameter cannot be negative"));
                }
                if n >= 3 {
                    return Err(err!(
                        t,
                        ValueError,
                        "generation parameter must be less than the number of available generations (3)"
                    ));
                }
                Some(n as usize)
            }
            None => None,
        };
        let mut found = Vec::new();
        // SAFETY: tracked objects are alive.
        collector::for_each(t, generation, |op| found.push(unsafe { Object::from_ptr(op).own() }));
        PyList::from_vec(t, found)
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referrers(t: &Thread, objs: &[&Object]) -> PyResult<Owned<PyList>> {
        let all = PyTuple::from_slice(t, objs)?;
        audit::audit(t, "gc.get_referrers", &[&all])?;
        let mut found = Vec::new();
        collector::for_each(t, None, |op| {
            if core::ptr::eq(op, all.as_ptr()) {
                return;
            }
            let mut refers = false;
            // SAFETY: tracked objects are alive; the closure only compares.
            unsafe {
                collector::referents(op, &mut |target| {
                    refers |= objs.iter().any(|o| core::ptr::eq(o.as_ptr(), target));
                    refers
                });
                if refers {
                    found.push(Object::from_ptr(op).own());
                }
            }
        });
        release_dicts(t, &found);
        PyList::from_vec(t, found)
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referents(t: &Thread, objs: &[&Object]) -> PyResult<Owned<PyList>> {
        let all = PyTuple::from_slice(t, objs)?;
        audit::audit(t, "gc.get_referents", &[&all])?;
        let found: Vec<Owned> = objs.iter().flat_map(|o| referents_of(o)).collect();
        release_dicts(t, &found);
        PyList::from_vec(t, found)
    }

    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[function(sig = "(obj, /)")]
    fn is_tracked(_t: &Thread, obj: &Object) -> bool {
        // Classes of library modules are constants here, which never die. To Python code they are heap types.
        if obj.downcast::<PyType>().is_some_and(|class| class.has_flags(Py_TPFLAGS_HEAPTYPE)) {
            return true;
        }
        // SAFETY: a live object.
        unsafe { collector::is_gc(obj.as_ptr()) && collector::is_tracked(obj.as_ptr()) }
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function(sig = "(obj, /)")]
    fn is_finalized(_t: &Thread, obj: &Object) -> bool {
        // SAFETY: a live object.
        unsafe { collector::is_gc(obj.as_ptr()) && collector::is_finalized(obj.as_ptr()) }
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// This can be used before a POSIX fork() call to make the gc copy-on-write
    /// friendly.
    /// Note: collection before a POSIX fork() call may free pages for future
    /// allocation which can cause copy-on-write.
    #[function]
    fn freeze(t: &Thread) {
        collector::freeze(t);
    }

    /// Unfreeze all objects in the permanent generation.
    ///
    /// Put all objects in the permanent generation back into oldest generation.
    #[function]
    fn unfreeze(t: &Thread) {
        collector::unfreeze(t);
    }

    /// Return the number of objects in the permanent generation.
    #[function]
    fn get_freeze_count(t: &Thread) -> usize {
        collector::freeze_count(t)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let [garbage, callbacks] = crate::gc_callbacks::lists(t)?;
        module.set(t, "garbage", &garbage)?;
        module.set(t, "callbacks", &callbacks)?;
        for (name, value) in [
            ("DEBUG_STATS", collector::DEBUG_STATS),
            ("DEBUG_COLLECTABLE", collector::DEBUG_COLLECTABLE),
            ("DEBUG_UNCOLLECTABLE", collector::DEBUG_UNCOLLECTABLE),
            ("DEBUG_SAVEALL", collector::DEBUG_SAVEALL),
            ("DEBUG_LEAK", collector::DEBUG_COLLECTABLE | collector::DEBUG_UNCOLLECTABLE | collector::DEBUG_SAVEALL),
        ] {
            module.set_value(t, name, i64::from(value))?;
        }
        Ok(())
    }
}

fn three(t: &Thread, values: &[i32]) -> PyResult<Owned<PyTuple>> {
    let items: PyResult<Vec<Owned>> =
        values.iter().map(|&v| PyInt::from_i64(t, i64::from(v)).map(Owned::into_object)).collect();
    PyTuple::from_vec(t, items?)
}
