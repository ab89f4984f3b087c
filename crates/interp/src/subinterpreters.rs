//! Subinterpreters: interpreters beside the main one, with modules, state and collector of their own. They take turns with
//! the main interpreter's GIL or have one of their own; static types and other objects that never change are shared.

use crate::finalize::finalize_sub;
use core::cell::RefCell;
use std::sync::MutexGuard;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use taipan_object::typeobject::share;
use taipan_object::{Owned, PyDict, PyResult, exceptions, state as object_state};
use taipan_runtime::interpreter::InterpreterConfig;
use taipan_runtime::{Interpreter, Thread};

/// Who made an interpreter (`_PyInterpreterState_WHENCE_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whence {
    /// C code that has not brought it up.
    Unknown = 0,
    Runtime = 1,
    LegacyCApi = 2,
    CApi = 3,
    CrossInterpreter = 4,
    Stdlib = 5,
}

/// An interpreter that exists.
#[derive(Clone, Copy)]
pub struct Entry {
    pub interp: &'static Interpreter,
    pub whence: Whence,
    /// Objects that refer to it.
    pub references: i64,
    /// It dies with the last of these objects.
    pub needs_reference: bool,
    /// How many threads run something in its `__main__`.
    pub running: usize,
}

/// Brings an interpreter up.
type Boot = Arc<dyn Fn(&Thread) -> PyResult<()> + Send + Sync>;

static ENTRIES: Mutex<Vec<Entry>> = Mutex::new(Vec::new());
/// Settings, import system, streams and `site` of a new interpreter.
static BOOT: Mutex<Option<Boot>> = Mutex::new(None);
/// What is told when an interpreter has ended.
static ENDED: Mutex<Vec<fn(i64)>> = Mutex::new(Vec::new());

/// Interpreters that somebody looks in on for a moment, once for each: see [`visit`].
static VISITED: Mutex<Vec<i64>> = Mutex::new(Vec::new());

thread_local! {
    /// What this thread holds while it forks.
    static FORKING: RefCell<Option<MutexGuard<'static, Vec<Entry>>>> = const { RefCell::new(None) };
}

fn lock_entries() -> MutexGuard<'static, Vec<Entry>> {
    ENTRIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works with the list, without asking for any other lock.
fn entries<R>(work: impl FnOnce(&mut Vec<Entry>) -> R) -> R {
    work(&mut lock_entries())
}

fn visited() -> MutexGuard<'static, Vec<i64>> {
    VISITED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Before a fork: nobody changes the list.
pub fn before_fork(_t: &Thread) {
    let all = lock_entries();
    FORKING.set(Some(all));
}

/// After a fork, in both processes.
pub fn after_fork(_t: &Thread) {
    drop(FORKING.take());
}

/// In the child of a fork: what others were doing in interpreters with a GIL of their own is never finished.
pub fn after_fork_child(t: &Thread) {
    share::after_fork(t);
    after_fork(t);
    entries(|all| all.retain(|entry| !entry.interp.separate || core::ptr::eq(entry.interp, t.interpreter())));
}

/// Notes the main interpreter, and how further ones are brought up.
pub fn set_boot(t: &Thread, boot: impl Fn(&Thread) -> PyResult<()> + Send + Sync + 'static) {
    let interp = t.interpreter();
    let main = Entry { interp, whence: Whence::Runtime, references: 0, needs_reference: false, running: 1 };
    entries(|all| {
        // A main interpreter that has ended gives way to the next one.
        all.retain(|entry| entry.interp.id != interp.id);
        all.push(main);
    });
    *BOOT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(boot));
}

/// Has a function called with the number of each interpreter that ends.
pub fn when_ended(tell: fn(i64)) {
    let mut all = ENDED.lock().unwrap_or_else(PoisonError::into_inner);
    if !all.contains(&tell) {
        all.push(tell);
    }
}

/// The interpreters that exist, the oldest first.
pub fn list() -> Vec<Entry> {
    entries(|all| all.clone())
}

/// The interpreter of a number.
pub fn find(id: i64) -> Option<Entry> {
    entries(|all| all.iter().find(|entry| entry.interp.id == id).copied())
}

/// Changes what is known of an interpreter.
pub fn update<R>(id: i64, change: impl FnOnce(&mut Entry) -> R) -> Option<R> {
    entries(|all| {
        let entry = all.iter_mut().find(|entry| entry.interp.id == id)?;
        let result = change(entry);
        entry.interp.id_refcount.set(entry.references);
        Some(result)
    })
}

/// The namespace of `__main__`, for what is called in a subinterpreter without a frame around it.
pub fn running_main_globals(t: &Thread) -> Option<Owned<PyDict>> {
    if is_main(t) || find(t.interpreter().id).is_none_or(|entry| entry.running == 0) {
        return None;
    }
    match crate::run::main_module(t) {
        Ok(main) => main.dict(),
        Err(_) => {
            taipan_object::errors::clear(t);
            None
        }
    }
}

/// Whether the thread runs the main interpreter.
pub fn is_main(t: &Thread) -> bool {
    t.interpreter().is_main()
}

/// A fresh thread state of an interpreter, with the recursion limit of `t`; it is attached nowhere.
fn new_thread(t: &Thread, interp: &'static Interpreter) -> *mut Thread {
    let thread = Thread::new(interp);
    // SAFETY: a fresh thread state.
    unsafe {
        Thread::link(thread);
        let limit = t.raw().py_recursion_limit;
        (*(*thread).as_ptr()).py_recursion_limit = limit;
        (*(*thread).as_ptr()).py_recursion_remaining = limit;
    }
    thread
}

/// Runs `work` with a thread state of its own in another interpreter, which takes the place of `t` meanwhile. An
/// exception that is in flight afterwards is dropped: none can pass from one interpreter to another.
pub fn with<R>(t: &Thread, interp: &'static Interpreter, work: impl FnOnce(&Thread) -> R) -> R {
    if core::ptr::eq(t.interpreter(), interp) {
        return work(t);
    }
    let thread = new_thread(t, interp);
    // SAFETY: a fresh thread state; `t` is not used before it is current again, and what `work` gives back has no
    // lifetime of the other state.
    unsafe {
        let there = t.swap(thread);
        let result = work(there);
        crate::modules::thread::clear_state(there);
        Thread::leave(thread, core::ptr::from_ref(t).cast_mut());
        result
    }
}

/// Does something in the interpreter of a number, if there still is one: it does not end meanwhile.
pub fn visit(t: &Thread, id: i64, work: &mut dyn FnMut(&Thread)) {
    let found = entries(|all| {
        let found = all.iter().find(|entry| entry.interp.id == id).map(|entry| entry.interp);
        if found.is_some() {
            visited().push(id);
        }
        found
    });
    let Some(interp) = found else { return };
    with(t, interp, |there| work(there));
    let mut all = visited();
    if let Some(at) = all.iter().position(|&visited| visited == id) {
        all.swap_remove(at);
    }
}

/// Waits until nobody looks in on an interpreter that is in the list no more.
fn wait_for_visitors(t: &Thread, id: i64) {
    while visited().contains(&id) {
        t.allow_threads(|| std::thread::sleep(Duration::from_micros(200)));
    }
}

/// The interpreter whose GIL those have that share one, and for which objects were made first.
fn first(t: &Thread) -> &'static Interpreter {
    find(0).map_or_else(|| t.interpreter(), |entry| entry.interp)
}

/// A fresh interpreter with the GIL that is asked for, if it can be had.
fn fresh(t: &Thread, config: InterpreterConfig) -> &'static Interpreter {
    let separate = config.gil == "own"
        && share::begin(t).unwrap_or_else(|_| {
            taipan_object::errors::clear(t);
            false
        });
    if separate { Interpreter::new_separate(config) } else { Interpreter::new_beside(first(t), config) }
}

/// Makes an interpreter beside that of `t` and brings it up. `Err` gives the text of what went wrong.
pub fn create(t: &Thread, config: InterpreterConfig, whence: Whence) -> Result<i64, String> {
    let (interp, other) = (fresh(t, config), first(t));
    let first_path = object_state::object_state(t).first_path.borrow().clone();
    let done = with(t, interp, |there| or_clear(there, bring_up(there, other, first_path.as_deref())));
    usable(interp, done)?;
    Ok(register(interp, whence))
}

/// As [`create`], with a thread state of the new interpreter for this OS thread, attached nowhere yet (the C API's
/// `Py_NewInterpreter` leaves it current).
pub fn create_with_thread(t: &Thread, config: InterpreterConfig, whence: Whence) -> Result<*mut Thread, String> {
    let (interp, other) = (fresh(t, config), first(t));
    let first_path = object_state::object_state(t).first_path.borrow().clone();
    let thread = new_thread(t, interp);
    // SAFETY: as in `with`.
    unsafe {
        let there = t.swap(thread);
        let done = or_clear(there, bring_up(there, other, first_path.as_deref()));
        if done.is_err() {
            crate::modules::thread::clear_state(there);
        }
        there.swap(core::ptr::from_ref(t).cast_mut());
        if done.is_err() {
            Thread::delete(thread);
        }
        usable(interp, done)?;
    }
    register(interp, whence);
    Ok(thread)
}

/// Makes an interpreter that has `builtins` and `sys` but neither import system nor streams (`PyInterpreterState_New`).
pub fn create_bare(t: &Thread, config: InterpreterConfig, whence: Whence) -> Result<&'static Interpreter, String> {
    let (interp, other) = (fresh(t, config), first(t));
    let done = with(t, interp, |there| {
        let ready = taipan_object::init_beside(there, other);
        let done = ready.and_then(|()| crate::populate(there));
        or_clear(there, done.map_err(|raised| exceptions_text(there, raised)))
    });
    usable(interp, done)?;
    register(interp, whence);
    Ok(interp)
}

fn register(interp: &'static Interpreter, whence: Whence) -> i64 {
    let entry = Entry { interp, whence, references: 0, needs_reference: false, running: 0 };
    entries(|all| all.push(entry));
    interp.id
}

/// Types, modules, settings, import system and streams of a fresh interpreter.
fn bring_up(there: &Thread, other: &Interpreter, first_path: Option<&std::ffi::OsStr>) -> Result<(), String> {
    let ready = taipan_object::init_beside(there, other);
    let boot = BOOT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let done = ready.and_then(|()| crate::populate(there)).and_then(|()| match boot {
        Some(boot) => boot(there),
        None => Ok(()),
    });
    let done = done.and_then(|()| match first_path {
        Some(path) => crate::config::prepend_path(there, path),
        None => Ok(()),
    });
    done.map_err(|raised| exceptions_text(there, raised))
}

/// Gives up what an interpreter holds that could not be brought up.
fn or_clear(there: &Thread, done: Result<(), String>) -> Result<(), String> {
    if done.is_err() {
        if crate::state::exists(there) {
            crate::finalize::clear_sub(there);
        } else {
            exceptions::MemoryErrors::close(there);
        }
    }
    done
}

/// Frees an interpreter that could not be brought up, after its thread state.
fn usable(interp: &'static Interpreter, done: Result<(), String>) -> Result<(), String> {
    if done.is_err() && interp.thread_list().is_empty() {
        // SAFETY: it has been cleared, is in no list, and has no threads.
        unsafe { free(interp) };
    }
    done
}

fn exceptions_text(t: &Thread, raised: taipan_object::Raised) -> String {
    let exception = taipan_object::errors::take_raised(t, raised);
    if exception.is_instance_of::<exceptions::BaseException>() {
        crate::traceback::format_plain(t, &exception)
    } else {
        exception.repr_lossy(t)
    }
}

/// Takes an interpreter out of the list; only one in whose `__main__` nothing runs, if so asked.
fn unregister(id: i64, only_idle: bool) -> Option<Entry> {
    entries(|all| {
        let at = all.iter().position(|entry| entry.interp.id == id && !(only_idle && entry.running > 0))?;
        Some(all.remove(at))
    })
}

fn tell_ended(id: i64) {
    let told = ENDED.lock().unwrap_or_else(PoisonError::into_inner).clone();
    told.iter().for_each(|tell| tell(id));
}

/// Ends an interpreter; false if there is none of this number.
pub fn destroy(t: &Thread, id: i64) -> bool {
    end(t, unregister(id, false))
}

/// Ends an interpreter in whose `__main__` nothing runs; false if there is none such.
pub fn destroy_idle(t: &Thread, id: i64) -> bool {
    end(t, unregister(id, true))
}

/// Ends an interpreter that has been taken out of the list.
fn end(t: &Thread, entry: Option<Entry>) -> bool {
    let Some(entry) = entry else { return false };
    let id = entry.interp.id;
    wait_for_visitors(t, id);
    with(t, entry.interp, finalize_sub);
    tell_ended(id);
    // SAFETY: it has been ended and is in no list.
    unsafe { free(entry.interp) };
    true
}

/// Frees an interpreter that has been ended.
///
/// # Safety
/// It is not the main one, it has no threads, and it is in no list; nothing of it is used any more.
pub unsafe fn free(interp: *const Interpreter) {
    // SAFETY: the caller's promise.
    unsafe {
        crate::state::free(&*interp);
        object_state::free(&*interp);
        Interpreter::delete(interp);
    }
}

/// Ends the interpreter that `t` runs, which is not the main one; the thread state can be deleted afterwards, and then the
/// interpreter be freed.
pub fn destroy_current(t: &Thread) {
    unregister(t.interpreter().id, false);
    wait_for_visitors(t, t.interpreter().id);
    finalize_sub(t);
    crate::modules::thread::clear_state(t);
    tell_ended(t.interpreter().id);
}

/// Frees an interpreter and its thread states, after it has been cleared or without that (`PyInterpreterState_Delete`).
///
/// # Safety
/// It is not the main one, and none of its thread states is attached or used again; `t` runs another one.
pub unsafe fn delete(t: &Thread, interp: &'static Interpreter) {
    if unregister(interp.id, false).is_some() {
        tell_ended(interp.id);
    }
    if !interp.finalizing.load(core::sync::atomic::Ordering::Acquire) {
        with(t, interp, crate::finalize::clear_sub);
    }
    // SAFETY: the caller's promise.
    unsafe {
        for thread in interp.thread_list() {
            crate::modules::thread::clear_any(t, thread);
            Thread::delete(thread);
        }
        free(interp);
    }
}

/// At the end of the program: the interpreters that nobody closed.
pub fn finalize_all(t: &Thread) {
    let left: Vec<i64> = list().iter().map(|entry| entry.interp.id).filter(|&id| id != t.interpreter().id).collect();
    if left.is_empty() || !is_main(t) {
        return;
    }
    let text = "remaining subinterpreters; close them with Interpreter.close()";
    let warned = taipan_object::PyStr::from_str(t, text)
        .and_then(|text| object_state::warn(t, taipan_object::exceptions_class!(RuntimeWarning), &text, 1));
    if warned.is_err() {
        taipan_object::errors::write_unraisable_msg(t, "Exception ignored in the end of the interpreter", None);
    }
    for id in left {
        destroy(t, id);
    }
}
