//! The end of the interpreter, in CPython's order (`Py_FinalizeEx`).

use crate::run::flush;
use crate::state::{self, state};
use taipan_object::{Owned, PyDict, PyModule, PyResult, PyStr, errors, singletons, state as object_state, weakref};
use taipan_runtime::{Thread, gc};

/// What of `sys` is set to `None` before the modules go.
const FORGOTTEN: [&str; 11] = [
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_exc",
    "last_type",
    "last_value",
    "last_traceback",
    "path_hooks",
    "path_importer_cache",
    "meta_path",
];

/// Ends the interpreter: waits for threads, runs `atexit`'s functions, flushes the streams, and destroys what the
/// program leaves behind. Returns false if a standard stream could not be written.
pub fn finalize(t: &Thread) -> bool {
    finalize_as(t, false)
}

/// As [`finalize`], when the process ends next: what nobody sees die is left to the system.
pub fn finalize_process(t: &Thread) -> bool {
    finalize_as(t, true)
}

fn finalize_as(t: &Thread, ends: bool) -> bool {
    loop {
        wait_for_threads(t);
        crate::modules::atexit::run(t);
        if !crate::modules::thread::has_joinable_threads(t) && state(t).atexit.borrow().iter().all(Option::is_none) {
            break;
        }
    }
    crate::subinterpreters::finalize_all(t);
    taipan_runtime::remote::show(None);
    t.interpreter().begin_finalizing(t);
    let ok = flush(t);
    #[cfg(feature = "statistics")]
    crate::eval::statistics::report();
    crate::modules::signal::finalize(t);
    if ends && ok && crate::leave::is_unnoticed(t) {
        return true;
    }
    gc::collect(t, 2, false);
    finalize_modules(t);
    crate::extension::forget_all();
    // What could not be written the first time is not tried again.
    ok && flush(t)
}

/// Ends a subinterpreter (`Py_EndInterpreter`): as [`finalize`], but the others go on. Threads that are left, daemons for
/// example, get nothing more to do: they wait for the end of the process.
pub fn finalize_sub(t: &Thread) {
    wait_for_threads(t);
    crate::modules::atexit::run(t);
    t.interpreter().finalizing.store(true, core::sync::atomic::Ordering::Release);
    abandon_threads(t);
    clear_sub(t);
}

/// Gives up what a subinterpreter holds; its thread states stay (`PyInterpreterState_Clear`).
pub fn clear_sub(t: &Thread) {
    t.interpreter().finalizing.store(true, core::sync::atomic::Ordering::Release);
    flush(t);
    gc::collect(t, 2, false);
    finalize_modules(t);
    release(t);
}

/// Takes the other thread states from an interpreter that ends.
fn abandon_threads(t: &Thread) {
    let Some(main) = crate::subinterpreters::find(0) else { return };
    let mut others = t.interpreter().thread_list();
    others.retain(|&other| !core::ptr::eq(other, t));
    // SAFETY: states of the list, under their GIL; all are abandoned before destructors run. The main interpreter is never
    // freed.
    unsafe {
        others.iter().for_each(|&other| Thread::abandon(other, main.interp));
        others.into_iter().for_each(|other| crate::modules::thread::clear_any(t, other));
    }
}

/// Gives up what is kept for an interpreter that is no more: nothing runs in it any longer.
fn release(t: &Thread) {
    crate::state::release(t);
    crate::extension::release(t);
    taipan_object::codecs::release(t);
    let objects = object_state::object_state(t);
    let kept = (objects.modules.take(), objects.audit_hooks.take(), objects.at_fork.take());
    drop(kept);
    object_state::drop_extensions(t);
    taipan_object::exceptions::MemoryErrors::close(t);
    taipan_object::state::clear_method_cache(t);
    gc::collect(t, 2, false);
    if t.interpreter().separate {
        taipan_object::typeobject::share::release(t);
        taipan_object::state::clear_method_cache(t);
    }
}

/// Waits for the threads that are not daemons: `threading._shutdown`, if the module is there.
fn wait_for_threads(t: &Thread) {
    let modules = object_state::modules(t);
    let key = PyStr::intern_str(t, "threading");
    let (Some(modules), Ok(key)) = (modules, key) else { return };
    let Ok(Some(threading)) = modules.get_item(t, &key) else {
        errors::clear(t);
        return;
    };
    let done = PyStr::intern_str(t, "_shutdown").and_then(|name| threading.call_method(t, &name, &[]));
    if done.is_err() {
        errors::write_unraisable_msg(t, "Exception ignored on threading shutdown", Some(&threading));
    }
}

/// Nobody is left to raise an error to.
fn ignore<T>(t: &Thread, result: PyResult<T>) -> Option<T> {
    if result.is_err() {
        errors::clear(t);
    }
    result.ok()
}

/// Takes the modules apart (`finalize_modules`): most of them die with their last reference, the others are emptied.
fn finalize_modules(t: &Thread) {
    let Some(modules) = object_state::modules(t) else { return };
    forget_sys(t);
    let mut weak: Vec<Owned> = Vec::new();
    for (key, value) in modules.items_vec() {
        if value.is_instance_of::<PyModule>() {
            if let Some(reference) = ignore(t, weakref::new_ref(t, &value, None)) {
                weak.push(reference);
            }
            drop(value);
            ignore(t, modules.set_item(t, &key, singletons::none()));
        }
    }
    modules.clear_items();
    gc::collect(t, 2, false);
    crate::gc_callbacks::report_garbage(t);
    // Who still lives is referred to by something that outlives the program's objects, or by a cycle with a finalizer.
    let keep = [state(t).sys.borrow().clone(), state(t).builtins.borrow().clone()];
    for reference in weak.iter().rev() {
        let Some(found) = weakref::target(reference) else { continue };
        let Some(module) = found.downcast::<PyModule>() else { continue };
        if keep.iter().flatten().any(|kept| kept.as_object().is(&found)) {
            continue;
        }
        if let Some(dict) = module.dict() {
            clear_names(t, &dict);
        }
    }
    // Output of the last destructors.
    flush(t);
    for module in keep.iter().flatten() {
        if let Some(dict) = module.dict() {
            clear_names(t, &dict);
        }
    }
    // Cycles that the modules' names held: their destructors meet modules without contents, and nobody hears what they
    // raise of it.
    gc::collect(t, 2, false);
    let hooks = object_state::object_state(t).at_fork.take();
    if hooks.iter().any(|hooks| !hooks.is_empty()) {
        drop(hooks);
        gc::collect(t, 2, false);
    }
}

/// Drops what `sys` holds of the program, and gives it the first standard streams back.
fn forget_sys(t: &Thread) {
    let none = singletons::none();
    if let Some(builtins) = state(t).builtins.borrow().clone() {
        ignore(t, builtins.set(t, "_", none));
    }
    let Some(sys) = state(t).sys.borrow().clone() else { return };
    for name in FORGOTTEN {
        ignore(t, sys.set(t, name, none));
    }
    for (name, first) in [("stdin", "__stdin__"), ("stdout", "__stdout__"), ("stderr", "__stderr__")] {
        let stream = ignore(t, state::sys_attr(t, first)).flatten();
        ignore(t, sys.set(t, name, stream.as_deref().unwrap_or(none)));
    }
}

/// Sets a module's names to `None`: first those with one leading underscore, then all but `__builtins__`
/// (`_PyModule_ClearDict`).
fn clear_names(t: &Thread, dict: &PyDict) {
    let clear = |private: bool| {
        for (key, value) in dict.items_vec() {
            let Some(text) = key.downcast::<PyStr>() else { continue };
            if value.is(singletons::none()) {
                continue;
            }
            drop(value);
            let is = |index: usize| text.len() > index && text.char_at(index) == u32::from(b'_');
            let wanted = if private { is(0) && !is(1) } else { !is(0) || !text.eq_str("__builtins__") };
            if wanted {
                ignore(t, dict.set_item(t, text, singletons::none()));
            }
        }
    };
    clear(true);
    clear(false);
}
