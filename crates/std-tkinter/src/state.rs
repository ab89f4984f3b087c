//! What the module keeps for the interpreter.

use core::cell::{Cell, RefCell};
use core::sync::atomic::{AtomicI32, Ordering};
use std::thread::{self, ThreadId};
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyResult, PyType, Raised, Slot, Thread, err, errors, exceptions, state,
};

/// The module's state.
pub struct State {
    /// `TclError`.
    pub error_class: Owned<PyType>,
    /// `quit()` was called: the innermost main loop ends.
    pub quit: Cell<bool>,
    /// An exception of a callback, which ends the innermost main loop.
    error: Slot,
    /// What is called when files are ready.
    files: RefCell<Vec<FileHandler>>,
}

struct FileHandler {
    thread: ThreadId,
    fd: i32,
    file: Owned,
    function: Owned,
}

/// The interpreter's state of the module.
pub fn get(t: &Thread) -> PyResult<&'static State> {
    state::extension(t, |t| {
        let class = errors::new_exception(t, "_tkinter", "TclError", exceptions::Exception::class(), None)?;
        let Ok(error_class) = class.into_type::<PyType>() else { return Err(errors::bad_internal_call(t)) };
        Ok(State { error_class, quit: Cell::new(false), error: Slot::empty(), files: RefCell::default() })
    })
}

/// Raises `TclError`.
#[cold]
pub fn tcl_error(t: &Thread, message: &Object) -> Raised {
    match get(t) {
        Ok(state) => errors::raise_value(t, &state.error_class, message),
        Err(raised) => raised,
    }
}

/// Keeps the exception of a callback for the main loop.
pub fn keep_error(t: &Thread, raised: Raised) {
    let error = errors::take_raised(t, raised);
    if let Ok(state) = get(t) {
        drop(state.error.replace(Some(error)));
    }
}

/// Whether a callback has left an exception.
pub fn has_error(t: &Thread) -> bool {
    get(t).is_ok_and(|state| !state.error.is_none())
}

/// The exception that a callback has left.
pub fn take_error(t: &Thread) -> Option<Owned> {
    get(t).ok()?.error.take()
}

/// Has a function called for a file; it takes the place of the last.
pub fn add_file(t: &Thread, fd: i32, file: &Object, function: &Object) -> PyResult<()> {
    let handler = FileHandler { thread: thread::current().id(), fd, file: file.own(), function: function.own() };
    let mut files = get(t)?.files.borrow_mut();
    let found = files.iter_mut().find(|known| known.fd == fd && known.thread == handler.thread);
    let before = match found {
        Some(known) => Some(core::mem::replace(known, handler)),
        None => {
            files.push(handler);
            None
        }
    };
    // Dropping objects may run code that comes here.
    drop(files);
    drop(before);
    Ok(())
}

/// Ends that.
pub fn remove_file(t: &Thread, fd: i32) -> PyResult<()> {
    let here = thread::current().id();
    let mut files = get(t)?.files.borrow_mut();
    let at = files.iter().position(|known| known.fd == fd && known.thread == here);
    let removed = at.map(|at| files.swap_remove(at));
    drop(files);
    drop(removed);
    Ok(())
}

/// A file is ready: its function is called.
pub fn file_is_ready(t: &Thread, fd: i32, mask: i32) {
    let here = thread::current().id();
    let call = || -> PyResult<()> {
        let files = get(t)?.files.borrow();
        let found = files.iter().find(|known| known.fd == fd && known.thread == here);
        let Some((file, function)) = found.map(|known| (known.file.clone(), known.function.clone())) else {
            return Ok(());
        };
        drop(files);
        function.call(t, &[&*file, PyInt::from_i64(t, mask.into())?.as_object()])?;
        Ok(())
    };
    if let Err(raised) = call() {
        keep_error(t, raised);
    }
}

static BUSY_WAIT_MS: AtomicI32 = AtomicI32::new(20);

/// How long to wait between looks at the events (`setbusywaitinterval`), in milliseconds.
pub fn busy_wait_ms() -> u64 {
    u64::from(BUSY_WAIT_MS.load(Ordering::Relaxed).unsigned_abs())
}

/// Sets it.
pub fn set_busy_wait(t: &Thread, milliseconds: i32) -> PyResult<()> {
    if milliseconds < 0 {
        return Err(err!(t, ValueError, "busywaitinterval must be >= 0"));
    }
    BUSY_WAIT_MS.store(milliseconds, Ordering::Relaxed);
    Ok(())
}
