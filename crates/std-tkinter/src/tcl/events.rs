//! Events: timers, files that become ready, work from other threads, and what runs while a line is read from the terminal.

use super::interp::TclThread;
use super::library::{self, FileProc, RawEvent};
use super::obj::table;
use super::{with_gil, without_gil};
use crate::objects::TimerToken;
use crate::state;
use core::ffi::{c_int, c_void};
use core::mem::size_of;
use core::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use taipan_object::{Owned, Thread, errors};

/// Waits for an event and handles it; whether there was one. With `DONT_WAIT` it doesn't wait.
pub fn do_one_event(t: &Thread, flags: i32) -> i32 {
    // SAFETY: a call on a number.
    without_gil(t, || unsafe { (table().Tcl_DoOneEvent)(flags) })
}

/// How many main windows this thread has.
pub fn main_windows() -> i32 {
    // SAFETY: a call without conditions.
    unsafe { (table().Tk_GetNumMainWindows)() }
}

/// A timer of Tcl's that has not run.
pub struct Timer {
    token: *mut c_void,
    data: *mut c_void,
}

/// Starts a timer, in this thread.
pub fn create_timer(milliseconds: i32, object: Owned<TimerToken>) -> Timer {
    let data = Box::into_raw(Box::new(object)).cast();
    // SAFETY: the data is what the function expects.
    Timer { token: unsafe { (table().Tcl_CreateTimerHandler)(milliseconds, run_timer, data) }, data }
}

/// Stops a timer, in its thread.
pub fn delete_timer(timer: &Timer) {
    // SAFETY: a timer that has not run, as its object forgets it before; so the data is not gone.
    unsafe {
        (table().Tcl_DeleteTimerHandler)(timer.token);
        drop(Box::from_raw(timer.data.cast::<Owned<TimerToken>>()));
    }
}

unsafe extern "C" fn run_timer(data: *mut c_void) {
    with_gil(|t| {
        // SAFETY: the timer's data, for the last time.
        let object = unsafe { Box::from_raw(data.cast::<Owned<TimerToken>>()) };
        object.run(t);
    });
}

/// Has a function called when a file is ready, in this thread.
pub fn create_file_handler(t: &Thread, fd: i32, mask: i32) {
    watch(t, fd, mask, run_file);
}

fn watch(t: &Thread, fd: i32, mask: i32, proc: FileProc) {
    // SAFETY: the data is the descriptor itself.
    without_gil(t, || unsafe { (table().Tcl_CreateFileHandler)(fd, mask, proc, fd as usize as *mut c_void) });
}

/// Ends that, in the same thread.
pub fn delete_file_handler(fd: i32) {
    // SAFETY: a call on a number.
    unsafe { (table().Tcl_DeleteFileHandler)(fd) };
}

unsafe extern "C" fn run_file(data: *mut c_void, mask: c_int) {
    with_gil(|t| state::file_is_ready(t, data as usize as i32, mask));
}

/// Work for another thread, in Tcl's queue.
#[repr(C)]
struct Event {
    head: RawEvent,
    job: *mut Job<'static>,
}

struct Job<'a> {
    work: &'a mut dyn FnMut(&Thread),
    done: Arc<(Mutex<bool>, Condvar)>,
}

/// Runs work in another thread, when it handles events, and waits for it. False if there is no memory.
pub fn run_in(t: &Thread, there: TclThread, work: &mut dyn FnMut(&Thread)) -> bool {
    let done = Arc::new((Mutex::new(false), Condvar::new()));
    let mut job = Job { work, done: done.clone() };
    // SAFETY: an event is allocated by the library, which frees it. The job lives until it is done.
    unsafe {
        let event = (table().Tcl_AttemptAlloc)(size_of::<Event>() as u32).cast::<Event>();
        if event.is_null() {
            return false;
        }
        event.write(Event { head: RawEvent { proc: run_job, next: null_mut() }, job: (&raw mut job).cast() });
        without_gil(t, || {
            (table().Tcl_ThreadQueueEvent)(there.0, event.cast(), 0);
            (table().Tcl_ThreadAlert)(there.0);
            let mut is_done = done.0.lock().unwrap_or_else(PoisonError::into_inner);
            while !*is_done {
                is_done = done.1.wait(is_done).unwrap_or_else(PoisonError::into_inner);
            }
        });
    }
    true
}

unsafe extern "C" fn run_job(event: *mut RawEvent, _flags: c_int) -> c_int {
    // SAFETY: the event is one of `run_in`'s, which waits.
    let job = unsafe { &mut *(*event.cast::<Event>()).job };
    let done = job.done.clone();
    with_gil(|t| (job.work)(t));
    *done.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    done.1.notify_one();
    1
}

unsafe extern "C" {
    static PyOS_InputHook: AtomicPtr<c_void>;
    fn PyErr_Print();
}

/// Has events handled while a line is read from the terminal.
pub fn enable_input_hook() {
    // SAFETY: the executable's variable.
    let hook = unsafe { &PyOS_InputHook };
    let _ = hook.compare_exchange(null_mut(), input_hook as *mut c_void, Ordering::AcqRel, Ordering::Relaxed);
}

/// Ends that, once no window is left.
pub fn disable_input_hook() {
    if main_windows() == 0 {
        // SAFETY: as above.
        let hook = unsafe { &PyOS_InputHook };
        let _ = hook.compare_exchange(input_hook as *mut c_void, null_mut(), Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// Standard input has something to read.
static INPUT: AtomicBool = AtomicBool::new(false);

unsafe extern "C" fn input_is_ready(data: *mut c_void, _mask: c_int) {
    INPUT.store(true, Ordering::Relaxed);
    // An event loop inside this one would find the same input again and again.
    delete_file_handler(data as usize as i32);
}

/// A line is about to be read (`PyOS_InputHook`), without the GIL.
unsafe extern "C" fn input_hook() -> c_int {
    with_gil(|t| {
        if !t.interpreter().is_main() {
            return;
        }
        drop(state::take_error(t));
        INPUT.store(false, Ordering::Relaxed);
        watch(t, libc::STDIN_FILENO, library::READABLE, input_is_ready);
        while !INPUT.load(Ordering::Relaxed) {
            let handled = do_one_event(t, library::DONT_WAIT);
            if handled == 0 {
                t.allow_threads(|| std::thread::sleep(Duration::from_millis(state::busy_wait_ms())));
            }
            // The exception is told, and the prompt keeps waiting.
            if let Some(error) = state::take_error(t) {
                let _ = errors::restore_raised(t, error);
                // SAFETY: this thread is attached.
                unsafe { PyErr_Print() };
            }
            if handled < 0 {
                break;
            }
        }
        if !INPUT.load(Ordering::Relaxed) {
            delete_file_handler(libc::STDIN_FILENO);
        }
    });
    0
}
