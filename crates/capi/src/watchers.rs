//! Watchers: callbacks of native code for what happens to dictionaries, types, functions, code and contexts.

use crate::contract::*;
use core::cell::Cell;
use core::ffi::c_int;
use core::sync::atomic::{AtomicUsize, Ordering};
use taipan_object::abi::*;
use taipan_object::watch::{self, CodeEvent, DictEvent, FunctionEvent};
use taipan_object::{Object, PyDict, PyResult, PyType, Thread, err, errors, state};

/// How many watchers of a kind an interpreter may have.
const MAX: usize = 8;

type DictCallback = unsafe extern "C" fn(c_int, Obj, Obj, Obj) -> c_int;
type TypeCallback = unsafe extern "C" fn(*mut PyTypeObject) -> c_int;
type FunctionCallback = unsafe extern "C" fn(c_int, Obj, Obj) -> c_int;
type CodeCallback = unsafe extern "C" fn(c_int, Obj) -> c_int;
type ContextCallback = unsafe extern "C" fn(c_int, Obj) -> c_int;

/// The callbacks of an interpreter.
#[derive(Default)]
struct Callbacks {
    dict: Table<DictCallback>,
    class: Table<TypeCallback>,
    function: Table<FunctionCallback>,
    code: Table<CodeCallback>,
    context: Table<ContextCallback>,
}

type Table<F> = Cell<[Option<F>; MAX]>;

/// How many interpreters' callbacks there are of the kinds that have no bits of their own.
static COUNTS: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

fn count(kind: usize, up: bool) {
    if up {
        COUNTS[kind].fetch_add(1, Ordering::Relaxed);
    } else {
        COUNTS[kind].fetch_sub(1, Ordering::Relaxed);
    }
    let any = |kind: usize| COUNTS[kind].load(Ordering::Relaxed) > 0;
    watch::set_watched(any(0), any(1), any(2));
}

fn callbacks(t: &Thread) -> PyResult<&'static Callbacks> {
    state::extension(t, |_| Ok(Callbacks::default()))
}

/// Enters a callback: its number. The first ones may be kept for the interpreter's own use, as in CPython.
fn add<F: Copy>(t: &Thread, table: &Table<F>, first: usize, callback: F, kind: &str) -> PyResult<usize> {
    let mut all = table.get();
    match (first..MAX).find(|&id| all[id].is_none()) {
        Some(id) => {
            all[id] = Some(callback);
            table.set(all);
            Ok(id)
        }
        None => Err(err!(t, RuntimeError, "no more {kind} watcher IDs available")),
    }
}

/// Checks the number of a watcher.
fn check<F: Copy>(t: &Thread, table: &Table<F>, id: c_int, kind: &str) -> PyResult<usize> {
    // Those for functions begin with small letters.
    let (invalid, no) = if kind == "func" { ("invalid", "no") } else { ("Invalid", "No") };
    match usize::try_from(id).ok().filter(|&id| id < MAX) {
        None => Err(err!(t, ValueError, "{invalid} {kind} watcher ID {id}")),
        Some(at) if table.get()[at].is_none() => Err(err!(t, ValueError, "{no} {kind} watcher set for ID {id}")),
        Some(at) => Ok(at),
    }
}

fn remove<F: Copy>(t: &Thread, table: &Table<F>, id: c_int, kind: &str) -> PyResult<()> {
    let at = check(t, table, id, kind)?;
    let mut all = table.get();
    all[at] = None;
    table.set(all);
    Ok(())
}

/// Runs callbacks: an exception in flight stays, those of the callbacks are reported.
fn each<F: Copy + 'static>(
    t: &Thread,
    table: impl Fn(&'static Callbacks) -> &'static Table<F>,
    bits: usize,
    call: impl Fn(F) -> c_int,
    what: impl Fn(usize) -> String,
) {
    let saved = errors::save(t);
    if let Ok(callbacks) = callbacks(t) {
        for (id, callback) in table(callbacks).get().into_iter().enumerate() {
            if bits & 1 << id != 0
                && let Some(callback) = callback
                && call(callback) < 0
            {
                // The text is made without the exception of the callback.
                let raised = errors::save(t);
                let message = format!("Exception ignored in {}", what(id));
                errors::restore(t, raised);
                errors::write_unraisable_msg(t, &message, None);
            }
        }
    }
    errors::restore(t, saved);
}

fn ptr(op: Option<&Object>) -> Obj {
    op.map_or(core::ptr::null_mut(), Object::as_ptr)
}

fn on_dict(t: &Thread, event: DictEvent, dict: &PyDict, key: Option<&Object>, value: Option<&Object>) {
    // SAFETY: plain field; callbacks are told of a live dictionary.
    let bits = unsafe { (*dict.raw())._ma_watcher_tag & 0xff } as usize;
    let name = match event {
        DictEvent::Added => "ADDED",
        DictEvent::Modified => "MODIFIED",
        DictEvent::Deleted => "DELETED",
        DictEvent::Cloned => "CLONED",
        DictEvent::Cleared => "CLEARED",
        DictEvent::Deallocated => "DEALLOCATED",
    };
    each(
        t,
        |all| &all.dict,
        bits,
        // SAFETY: as above.
        |call| unsafe { call(event as c_int, dict.as_object().as_ptr(), ptr(key), ptr(value)) },
        |_| format!("PyDict_EVENT_{name} watcher callback for <dict at {:p}>", dict.as_object().as_ptr()),
    );
}

fn on_type(t: &Thread, class: &PyType) {
    // SAFETY: plain field; callbacks are told of a live type.
    let bits = unsafe { (*class.as_type_ptr()).tp_watched } as usize;
    each(
        t,
        |all| &all.class,
        bits,
        // SAFETY: as above.
        |call| unsafe { call(class.as_type_ptr()) },
        |id| format!("type watcher callback #{id} for {}", class.as_object().repr_lossy(t)),
    );
}

fn on_function(t: &Thread, event: FunctionEvent, function: &Object, value: Option<&Object>) {
    let name = match event {
        FunctionEvent::Create => "CREATE",
        FunctionEvent::Destroy => "DESTROY",
        FunctionEvent::ModifyCode => "MODIFY_CODE",
        FunctionEvent::ModifyDefaults => "MODIFY_DEFAULTS",
        FunctionEvent::ModifyKwdefaults => "MODIFY_KWDEFAULTS",
    };
    each(
        t,
        |all| &all.function,
        0xff,
        // SAFETY: callbacks are told of a live function.
        |call| unsafe { call(event as c_int, function.as_ptr(), ptr(value)) },
        |_| {
            // SAFETY: a function's qualified name is a string.
            let qualname = unsafe { o((*function.as_ptr().cast::<PyFunctionObject>()).func_qualname) }.str_lossy(t);
            format!("PyFunction_EVENT_{name} watcher callback for function {qualname} at {:p}", function.as_ptr())
        },
    );
}

fn on_code(t: &Thread, event: CodeEvent, code: &Object) {
    let name = if event == CodeEvent::Create { "CREATE" } else { "DESTROY" };
    each(
        t,
        |all| &all.code,
        0xff,
        // SAFETY: callbacks are told of a live code object.
        |call| unsafe { call(event as c_int, code.as_ptr()) },
        |_| format!("PY_CODE_EVENT_{name} watcher callback for {}", code.repr_lossy(t)),
    );
}

/// `Py_CONTEXT_SWITCHED`.
const CONTEXT_SWITCHED: c_int = 1;

fn on_context(t: &Thread, context: Option<&Object>) {
    let context = context.unwrap_or_else(|| taipan_object::singletons::none());
    each(
        t,
        |all| &all.context,
        0xff,
        // SAFETY: callbacks are told of a live context, or of `None`.
        |call| unsafe { call(CONTEXT_SWITCHED, context.as_ptr()) },
        |_| format!("Py_CONTEXT_SWITCHED watcher callback for {}", context.repr_lossy(t)),
    );
}

static WATCHERS: watch::Watchers =
    watch::Watchers { dict: on_dict, class: on_type, function: on_function, code: on_code, context: on_context };

/// Hears what happens to objects from now on.
pub fn init() {
    watch::install(&WATCHERS);
}

capi! {
    /// A callback for watched dictionaries: its number, or -1 with an exception.
    fn PyDict_AddWatcher[t](callback: DictCallback) -> Number {
        add(t, &callbacks(t)?.dict, 2, callback, "dict")
    }

    /// Takes a callback for dictionaries back.
    fn PyDict_ClearWatcher[t](id: c_int) -> Status {
        remove(t, &callbacks(t)?.dict, id, "dict")
    }

    /// A dictionary is watched by this callback from now on.
    fn PyDict_Watch[t; dict](id: c_int, dict: Obj) -> Status {
        if !o(dict).is_instance_of::<PyDict>() {
            return Err(err!(t, ValueError, "Cannot watch non-dictionary"));
        }
        let at = check(t, &callbacks(t)?.dict, id, "dict")?;
        (*dict.cast::<PyDictObject>())._ma_watcher_tag |= 1 << at;
        Ok(())
    }

    /// A dictionary is not watched by this callback any more.
    fn PyDict_Unwatch[t; dict](id: c_int, dict: Obj) -> Status {
        if !o(dict).is_instance_of::<PyDict>() {
            return Err(err!(t, ValueError, "Cannot watch non-dictionary"));
        }
        let at = check(t, &callbacks(t)?.dict, id, "dict")?;
        (*dict.cast::<PyDictObject>())._ma_watcher_tag &= !(1 << at);
        Ok(())
    }

    /// Tells the callbacks of a dictionary that it is about to change.
    fn _PyDict_SendEvent[t](bits: c_int, event: c_int, dict: Obj, key: Obj, value: Obj) -> Void {
        let event = match event {
            0 => DictEvent::Added,
            1 => DictEvent::Modified,
            2 => DictEvent::Deleted,
            3 => DictEvent::Cloned,
            4 => DictEvent::Cleared,
            _ => DictEvent::Deallocated,
        };
        if bits != 0 {
            on_dict(t, event, cast(dict), opt(key), opt(value));
        }
    }

    /// A callback for watched types: its number, or -1 with an exception.
    fn PyType_AddWatcher[t](callback: TypeCallback) -> Number {
        add(t, &callbacks(t)?.class, 1, callback, "type")
    }

    /// Takes a callback for types back.
    fn PyType_ClearWatcher[t](id: c_int) -> Status {
        remove(t, &callbacks(t)?.class, id, "type")
    }

    /// A type is watched by this callback from now on.
    fn PyType_Watch[t; class](id: c_int, class: Obj) -> Status {
        let Some(known) = o(class).downcast::<PyType>() else {
            return Err(err!(t, ValueError, "Cannot watch non-type"));
        };
        let at = check(t, &callbacks(t)?.class, id, "type")?;
        // Only what has a version is told of changes.
        known.assign_version();
        (*known.as_type_ptr()).tp_watched |= 1 << at;
        Ok(())
    }

    /// A type is not watched by this callback any more.
    fn PyType_Unwatch[t; class](id: c_int, class: Obj) -> Status {
        let Some(known) = o(class).downcast::<PyType>() else {
            return Err(err!(t, ValueError, "Cannot watch non-type"));
        };
        let at = check(t, &callbacks(t)?.class, id, "type")?;
        (*known.as_type_ptr()).tp_watched &= !(1 << at);
        Ok(())
    }

    /// A callback for functions: its number, or -1 with an exception.
    fn PyFunction_AddWatcher[t](callback: FunctionCallback) -> Number {
        let id = add(t, &callbacks(t)?.function, 0, callback, "func")?;
        count(0, true);
        Ok(id)
    }

    /// Takes a callback for functions back.
    fn PyFunction_ClearWatcher[t](id: c_int) -> Status {
        remove(t, &callbacks(t)?.function, id, "func")?;
        count(0, false);
        Ok(())
    }

    /// A callback for code objects: its number, or -1 with an exception.
    fn PyCode_AddWatcher[t](callback: CodeCallback) -> Number {
        let id = add(t, &callbacks(t)?.code, 0, callback, "code")?;
        count(1, true);
        Ok(id)
    }

    /// Takes a callback for code objects back.
    fn PyCode_ClearWatcher[t](id: c_int) -> Status {
        remove(t, &callbacks(t)?.code, id, "code")?;
        count(1, false);
        Ok(())
    }

    /// A callback for contexts: its number, or -1 with an exception.
    fn PyContext_AddWatcher[t](callback: ContextCallback) -> Number {
        let id = add(t, &callbacks(t)?.context, 0, callback, "context")?;
        count(2, true);
        Ok(id)
    }

    /// Takes a callback for contexts back.
    fn PyContext_ClearWatcher[t](id: c_int) -> Status {
        remove(t, &callbacks(t)?.context, id, "context")?;
        count(2, false);
        Ok(())
    }
}
