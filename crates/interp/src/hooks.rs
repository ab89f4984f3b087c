//! The upward calls of the object layer and of the runtime, answered by the interpreter.

use crate::function::PyFunction;
use crate::{frame, import, pending, traceback, warnings};
use taipan_object::{
    Object, Own, Owned, PyCell, PyDict, PyResult, PyStr, PyType, err, errors, singletons, state as object_state,
    weakref,
};
use taipan_runtime::abi::PyObject;
use taipan_runtime::{Thread, thread};

/// The globals of the running Python function.
pub fn current_globals(t: &Thread) -> Option<Owned<PyDict>> {
    let current = frame::current(t);
    if current.is_null() {
        return crate::subinterpreters::running_main_globals(t);
    }
    // SAFETY: the current frame is live.
    unsafe { Object::from_ptr((*current).f_globals).downcast::<PyDict>().map(Own::own) }
}

fn is_function(object: &Object) -> bool {
    object.is_exact::<PyFunction>()
}

/// Class and first argument of the running function, for `super()` without arguments.
fn super_arguments(t: &Thread) -> PyResult<(Owned, Option<Owned>)> {
    let current = frame::current(t);
    if current.is_null() {
        return Err(err!(t, RuntimeError, "super(): no current frame"));
    }
    // SAFETY: the current frame is live.
    unsafe {
        let code = frame::code_of(current);
        if (*code.raw()).co_argcount == 0 {
            return Err(err!(t, RuntimeError, "super(): no arguments"));
        }
        let first = *frame::locals_of(current);
        if first.is_null() {
            return Err(err!(t, RuntimeError, "super(): arg[0] deleted"));
        }
        let mut object = first.object().own();
        if let Some(cell) = object.downcast_exact::<PyCell>()
            && code.localspluskinds().first().is_some_and(|k| k & taipan_bytecode::tables::co_fast::CELL != 0)
        {
            object = match cell.get() {
                Some(found) => found,
                None => return Err(err!(t, RuntimeError, "super(): arg[0] deleted")),
            };
        }
        for (i, name) in code.localsplusnames().as_slice().iter().enumerate() {
            let kind = code.localspluskinds()[i];
            if kind & taipan_bytecode::tables::co_fast::FREE == 0
                || !name.downcast::<PyStr>().is_some_and(|n| n.eq_str("__class__"))
            {
                continue;
            }
            let word = *frame::locals_of(current).add(i);
            let cell = if word.is_null() { None } else { word.object().downcast_exact::<PyCell>() };
            let Some(cell) = cell else {
                return Err(err!(t, RuntimeError, "super(): bad __class__ cell"));
            };
            return match cell.get() {
                None => Err(err!(t, RuntimeError, "super(): empty __class__ cell")),
                Some(class) if class.is_instance_of::<PyType>() => Ok((class, Some(object))),
                Some(class) => {
                    Err(err!(t, RuntimeError, "super(): __class__ is not a type ({})", class.class().name_lossy()))
                }
            };
        }
    }
    Err(err!(t, RuntimeError, "super(): __class__ cell not found"))
}

fn unraisable(t: &Thread, message: Option<&str>, object: Option<&Object>) {
    crate::unraisable::report(t, message, object);
}

fn check_signals(t: &Thread) -> PyResult<()> {
    crate::signals::run_handlers(t)
}

static OBJECT_HOOKS: object_state::Hooks = object_state::Hooks {
    check_signals,
    is_traceback: traceback::is_traceback,
    unraisable,
    warn: warnings::warn,
    warn_resource: crate::modules::warnings::warn_resource,
    import: import::import_module,
    builtin: crate::state::builtin,
    current_globals,
    is_function,
    super_arguments,
    sequence_iterator: taipan_types::sequence_iterator,
    generic_alias: taipan_types::generic_alias,
    union_args: taipan_types::union_args,
    type_union: taipan_types::type_union,
    memoryview: taipan_types::memoryview::hooks::memoryview,
    release_memoryview: taipan_types::memoryview::hooks::release_memoryview,
    export_python_buffer: taipan_types::memoryview::hooks::export_python_buffer,
    release_python_buffer: taipan_types::memoryview::hooks::release_python_buffer,
    prepare_shared: crate::builtin_modules::prepare_shared,
    visit: crate::subinterpreters::visit,
};

unsafe fn gc_callback(phase: u8, generation: usize, collected: usize, uncollectable: usize) {
    // SAFETY: called by the collector with the GIL held.
    let t = unsafe { thread::current() };
    crate::gc_callbacks::run(t, phase, generation, collected, uncollectable);
}

unsafe fn gc_unraisable(_class: *mut PyObject) {
    // SAFETY: called by the collector with the GIL held.
    let t = unsafe { thread::current() };
    errors::write_unraisable_msg(t, "Exception ignored during garbage collection", None);
}

unsafe fn gc_garbage(op: *mut PyObject) {
    // SAFETY: called by the collector with a live object and the GIL held.
    unsafe { crate::gc_callbacks::add_garbage(thread::current(), Object::from_ptr(op)) }
}

unsafe fn gc_debug(message: &str, op: *mut PyObject) {
    if op.is_null() {
        eprint!("{message}");
        return;
    }
    // SAFETY: called by the collector with a live object.
    let class = unsafe { Object::from_ptr(op).class().name_lossy() };
    eprintln!("gc: {message} <{class} {op:p}>");
}

unsafe fn is_weakref(op: *mut PyObject) -> bool {
    // SAFETY: called by the collector with a live object.
    let object = unsafe { Object::from_ptr(op) };
    object.is_instance_of::<taipan_object::PyWeakRef>() || taipan_types::weakproxy::is_proxy(object)
}

fn clear_freelists() {
    // SAFETY: called by the collector with the GIL held.
    unsafe { thread::current() }.clear_freelists();
}

static RUNTIME_HOOKS: taipan_runtime::hooks::Hooks = taipan_runtime::hooks::Hooks {
    clear_weakrefs: weakref::clear_weakrefs,
    clear_weakref: weakref::clear_one,
    is_weakref,
    call_weakref_callback: weakref::call_callback,
    unraisable: gc_unraisable,
    gc_callback,
    gc_garbage,
    gc_debug,
    clear_freelists,
};

/// Installs both tables.
pub fn install() {
    taipan_runtime::hooks::install(&RUNTIME_HOOKS);
    object_state::install(&OBJECT_HOOKS);
    let _: fn(&Thread) -> PyResult<()> = pending::handle;
    let _ = singletons::none();
}
