//! `pystate.h`, `cpython/pystate.h` and `ceval.h`: threads, the GIL, and what interpreters hold.

use crate::contract::*;
use crate::pylifecycle::fatal;
use core::ffi::{c_char, c_int, c_ulong, c_void};
use core::sync::atomic::{AtomicPtr, Ordering};
use taipan_interp::frame;
use taipan_interp::modules::thread::clear_any;
use taipan_interp::{locals, subinterpreters, tracing};
use taipan_object::abi::*;
use taipan_object::{Object, Own, Owned, PyDict, PyResult, Thread, err, errors, state as object_state};
use taipan_runtime::interpreter::EvalFrame;
use taipan_runtime::thread::{self, EVAL_ASYNC_EXCEPTION};
use taipan_runtime::{Interpreter, refcount};

/// The main interpreter, for threads that have none yet.
static MAIN: AtomicPtr<Interpreter> = AtomicPtr::new(core::ptr::null_mut());

/// Tells the C API of the interpreter, before any extension module is loaded.
pub fn init(t: &Thread) {
    MAIN.store(core::ptr::from_ref(t.interpreter()).cast_mut(), Ordering::Release);
}

/// The main interpreter has ended.
pub fn forget() {
    MAIN.store(core::ptr::null_mut(), Ordering::Release);
}

/// The main interpreter, once there is one.
pub fn main_interpreter() -> Option<&'static Interpreter> {
    // SAFETY: interpreters live until the process ends.
    unsafe { MAIN.load(Ordering::Acquire).as_ref() }
}

/// The interpreter behind C's pointer.
unsafe fn interpreter<'a>(interp: *mut PyInterpreterState) -> &'a Interpreter {
    // SAFETY: C has the pointer from us.
    unsafe { &*interp.cast::<Interpreter>() }
}

/// What hangs off an interpreter for C code.
#[derive(Default)]
struct InterpreterData {
    dict: core::cell::RefCell<Option<Owned<PyDict>>>,
}

fn data(t: &Thread) -> PyResult<&'static InterpreterData> {
    object_state::extension(t, |_| Ok(InterpreterData::default()))
}

/// Empties a thread state of what it refers to.
///
/// # Safety
/// The GIL is held.
pub unsafe fn clear_state(ts: *mut PyThreadState) {
    // SAFETY: C has the state from us and says that it runs nothing any more.
    unsafe { clear_any(thread::current(), ts.cast()) };
}

/// The size of the smallest native stack that code may run on, in bytes.
const LEAST_STACK: usize = 48 << 10;

capi! {
    /// The attached thread state; ends the process if there is none.
    fn PyThreadState_Get() -> Raw<*mut PyThreadState> {
        let t = thread::current_ptr();
        if t.is_null() {
            fatal(
                "PyThreadState_Get",
                "the function must be called with the GIL held, after Python initialization and before Python finalization, but the GIL is released (the current Python thread state is NULL)",
            );
        }
        (*t).as_ptr()
    }

    /// The attached thread state, or null.
    fn PyThreadState_GetUnchecked() -> Raw<*mut PyThreadState> {
        thread::current_ptr().cast_mut().cast()
    }

    /// The attached thread state, or null. The old name.
    fn _PyThreadState_UncheckedGet() -> Raw<*mut PyThreadState> {
        thread::current_ptr().cast_mut().cast()
    }

    /// The attached thread state, or null, for code of the interpreter.
    fn _PyThreadState_GetCurrent() -> Raw<*mut PyThreadState> {
        thread::current_ptr().cast_mut().cast()
    }

    /// A dictionary of the thread, borrowed, or null without an exception.
    fn PyThreadState_GetDict() -> Raw<Obj> {
        let t = thread::current_ptr();
        if t.is_null() { core::ptr::null_mut() } else { thread_dict(&*t, (*t).as_ptr()) }
    }

    /// A dictionary of a thread, borrowed, or null without an exception.
    fn _PyThreadState_GetDict[t](ts: *mut PyThreadState) -> Raw<Obj> {
        thread_dict(t, ts)
    }

    /// The innermost Python frame of a thread; a new reference or null.
    fn PyThreadState_GetFrame[t](ts: *mut PyThreadState) -> Raw<Obj> {
        let current = frame::complete((*ts).current_frame);
        if current.is_null() {
            return core::ptr::null_mut();
        }
        match frame::object_of(t, current) {
            Ok(found) => found.into_object().into_ptr(),
            Err(_) => {
                errors::clear(t);
                core::ptr::null_mut()
            }
        }
    }

    /// The number of a thread state.
    fn PyThreadState_GetID(ts: *mut PyThreadState) -> Raw<u64> {
        (*ts).id
    }

    /// The interpreter of a thread state.
    fn PyThreadState_GetInterpreter(ts: *mut PyThreadState) -> Raw<*mut PyInterpreterState> {
        (*ts).interp
    }

    /// A new thread state, to be attached by the OS thread that uses it.
    fn PyThreadState_New(interp: *mut PyInterpreterState) -> Raw<*mut PyThreadState> {
        make_linked(interp)
    }

    /// A new thread state for this OS thread.
    fn _PyThreadState_NewBound(interp: *mut PyInterpreterState, _whence: c_int) -> Raw<*mut PyThreadState> {
        make_linked(interp)
    }

    /// Empties a thread state.
    fn PyThreadState_Clear(ts: *mut PyThreadState) -> Void {
        clear_state(ts);
    }

    /// Frees a thread state that is not attached.
    fn PyThreadState_Delete(ts: *mut PyThreadState) -> Void {
        if core::ptr::addr_eq(thread::current_ptr(), ts) {
            fatal("PyThreadState_Delete", "tstate is still current");
        }
        Thread::delete(ts.cast());
    }

    /// Detaches this thread and frees its state.
    fn PyThreadState_DeleteCurrent() -> Void {
        delete_current();
    }

    /// Attaches another thread state (or none) in place of the current one, which is given back.
    fn PyThreadState_Swap(new: *mut PyThreadState) -> Raw<*mut PyThreadState> {
        let old = thread::current_ptr();
        let to = new.cast::<Thread>();
        if core::ptr::eq(old, to) {
            return old.cast_mut().cast();
        }
        if !old.is_null() && !to.is_null() {
            (*old).swap(to);
        } else if !old.is_null() {
            Thread::detach(old);
        } else if !to.is_null() {
            attach(to);
        }
        old.cast_mut().cast()
    }

    /// The next thread state of the interpreter, or null.
    fn PyThreadState_Next(ts: *mut PyThreadState) -> Raw<*mut PyThreadState> {
        (*ts).next
    }

    /// Raises an exception in another thread, as soon as it runs Python code: how many threads have this number.
    fn PyThreadState_SetAsyncExc[t](id: c_ulong, exception: Obj) -> Raw<c_int> {
        for other in t.interpreter().thread_list() {
            let ts = (*other).as_ptr();
            if (*ts).thread_id == id {
                let new = opt(exception).map_or(core::ptr::null_mut(), |e| e.own().into_ptr());
                refcount::xdecref(core::mem::replace(&mut (*ts).async_exc, new));
                if !new.is_null() {
                    (*other).set_breaker(EVAL_ASYNC_EXCEPTION);
                }
                return 1;
            }
        }
        0
    }

    /// Suspends tracing and profiling.
    fn PyThreadState_EnterTracing(ts: *mut PyThreadState) -> Void {
        (*ts).tracing += 1;
    }

    /// Resumes tracing and profiling.
    fn PyThreadState_LeaveTracing(ts: *mut PyThreadState) -> Void {
        (*ts).tracing -= 1;
    }

    /// Says where the native stack of the attached thread lies (for stacks that C code made).
    fn PyUnstable_ThreadState_SetStackProtection[t](ts: *mut PyThreadState, start: *mut c_void, size: usize) -> Status {
        if size < LEAST_STACK {
            return Err(err!(t, ValueError, "stack_size must be at least {LEAST_STACK} bytes"));
        }
        (*ts.cast::<Thread>()).set_stack(start as usize, size);
        Ok(())
    }

    /// The native stack is the OS thread's own again.
    fn PyUnstable_ThreadState_ResetStackProtection(ts: *mut PyThreadState) -> Void {
        (*ts.cast::<Thread>()).reset_stack();
    }

    /// Attaches this OS thread, making a thread state if it has none: `PyGILState_LOCKED` (0) or `UNLOCKED` (1).
    fn PyGILState_Ensure() -> Raw<c_int> {
        ensure()
    }

    /// Undoes `PyGILState_Ensure`.
    fn PyGILState_Release(old: c_int) -> Void {
        release(old);
    }

    /// The thread state of this OS thread, attached or not, or null.
    fn PyGILState_GetThisThreadState() -> Raw<*mut PyThreadState> {
        thread::own_ptr().cast()
    }

    /// Whether this OS thread is attached.
    fn PyGILState_Check() -> Raw<c_int> {
        (!thread::current_ptr().is_null()).into()
    }

    /// Detaches this OS thread; its thread state.
    fn PyEval_SaveThread() -> Raw<*mut PyThreadState> {
        let t = thread::current_ptr();
        if t.is_null() {
            fatal("PyEval_SaveThread", "the function must be called with the GIL held, but the GIL is released");
        }
        Thread::detach(t);
        t.cast_mut().cast()
    }

    /// Attaches this OS thread.
    fn PyEval_RestoreThread(ts: *mut PyThreadState) -> Void {
        let errno = *libc::__errno_location();
        attach(ts.cast());
        *libc::__errno_location() = errno;
    }

    /// Attaches this OS thread.
    fn PyEval_AcquireThread(ts: *mut PyThreadState) -> Void {
        attach(ts.cast());
    }

    /// Detaches this OS thread.
    fn PyEval_ReleaseThread(ts: *mut PyThreadState) -> Void {
        Thread::detach(ts.cast::<Thread>());
    }

    /// Nothing: threads are always there.
    fn PyEval_InitThreads() -> Void {}

    /// Always.
    fn PyEval_ThreadsInitialized() -> Raw<c_int> {
        1
    }

    /// The current interpreter.
    fn PyInterpreterState_Get[t]() -> Raw<*mut PyInterpreterState> {
        t.interpreter().as_ptr()
    }

    /// The main interpreter.
    fn PyInterpreterState_Main() -> Raw<*mut PyInterpreterState> {
        MAIN.load(Ordering::Acquire).cast()
    }

    /// The main interpreter.
    fn _PyInterpreterState_Main() -> Raw<*mut PyInterpreterState> {
        MAIN.load(Ordering::Acquire).cast()
    }

    /// The first interpreter of the list: the newest.
    fn PyInterpreterState_Head() -> Raw<*mut PyInterpreterState> {
        match subinterpreters::list().last() {
            Some(entry) => entry.interp.as_ptr(),
            None => MAIN.load(Ordering::Acquire).cast(),
        }
    }

    /// The next interpreter of the list, an older one, or null.
    fn PyInterpreterState_Next(interp: *mut PyInterpreterState) -> Raw<*mut PyInterpreterState> {
        let all = subinterpreters::list();
        let at = all.iter().position(|entry| core::ptr::addr_eq(entry.interp, interp));
        match at.and_then(|at| at.checked_sub(1)).and_then(|at| all.get(at)) {
            Some(entry) => entry.interp.as_ptr(),
            None => core::ptr::null_mut(),
        }
    }

    /// The first thread state of an interpreter.
    fn PyInterpreterState_ThreadHead(interp: *mut PyInterpreterState) -> Raw<*mut PyThreadState> {
        interpreter(interp).first_thread().cast_mut().cast()
    }

    /// The number of an interpreter.
    fn PyInterpreterState_GetID[t](interp: *mut PyInterpreterState) -> Raw<i64> {
        if interp.is_null() {
            let _ = err!(t, RuntimeError, "no interpreter provided");
            return -1;
        }
        interpreter(interp).id
    }

    /// A dictionary of the interpreter, borrowed, or null without an exception.
    fn PyInterpreterState_GetDict[t](interp: *mut PyInterpreterState) -> Raw<Obj> {
        let interp: &'static Interpreter = &*interp.cast();
        subinterpreters::with(t, interp, |t| {
            let Ok(data) = data(t) else { return core::ptr::null_mut() };
            let mut dict = data.dict.borrow_mut();
            if dict.is_none() {
                match PyDict::new(t) {
                    Ok(made) => *dict = Some(made),
                    Err(_) => errors::clear(t),
                }
            }
            dict.as_ref().map_or(core::ptr::null_mut(), |d| d.as_object().as_ptr())
        })
    }

    /// `sys.getrecursionlimit()`.
    fn Py_GetRecursionLimit[t]() -> Raw<c_int> {
        t.raw().py_recursion_limit
    }

    /// `sys.setrecursionlimit(limit)` for all threads.
    fn Py_SetRecursionLimit[t](limit: c_int) -> Void {
        for other in t.interpreter().thread_list() {
            let ts = (*other).as_ptr();
            let depth = (*ts).py_recursion_limit - (*ts).py_recursion_remaining;
            (*ts).py_recursion_limit = limit;
            (*ts).py_recursion_remaining = limit - depth;
        }
    }

    /// RecursionError if the native stack runs low.
    fn Py_EnterRecursiveCall[t](place: *const c_char) -> Status {
        if t.stack_low(0) {
            return taipan_object::call::enter_recursive(t, c_name(place).unwrap_or_default());
        }
        Ok(())
    }

    /// Nothing to undo.
    fn Py_LeaveRecursiveCall() -> Void {}

    /// RecursionError if the native stack runs low, for inlined checks of old modules.
    fn _Py_CheckRecursiveCall[t](_ts: *mut PyThreadState, place: *const c_char) -> Status {
        if t.stack_low(0) {
            return taipan_object::call::enter_recursive(t, c_name(place).unwrap_or_default());
        }
        Ok(())
    }

    /// Whether the native stack is about to run out.
    fn _Py_ReachedRecursionLimitWithMargin[t](_ts: *mut PyThreadState, margin: c_int) -> Raw<c_int> {
        t.stack_low(margin.max(0) as usize * 16 * 1024).into()
    }

    /// The builtins of the running frame, borrowed.
    fn PyEval_GetBuiltins[t]() -> Borrowed {
        let current = frame::current(t);
        if current.is_null() {
            // The module keeps its dictionary alive.
            return taipan_interp::state::builtins_dict(t).map(|d| d.as_object().as_ptr());
        }
        Ok((*current).f_builtins)
    }

    /// The builtins of the running frame; a new reference.
    fn PyEval_GetFrameBuiltins[t]() -> New {
        let current = frame::current(t);
        if current.is_null() {
            return taipan_interp::state::builtins_dict(t).map(Owned::into_object);
        }
        Ok(o((*current).f_builtins).own())
    }

    /// The globals of the running frame, borrowed, or null without an exception.
    fn PyEval_GetGlobals[t]() -> Raw<Obj> {
        let current = frame::current(t);
        if current.is_null() { core::ptr::null_mut() } else { (*current).f_globals }
    }

    /// The globals of the running frame; a new reference, or null without an exception.
    fn PyEval_GetFrameGlobals[t]() -> Raw<Obj> {
        let current = frame::current(t);
        if current.is_null() {
            return core::ptr::null_mut();
        }
        o((*current).f_globals).own().into_ptr()
    }

    /// The local names of the running frame; a new reference.
    fn PyEval_GetFrameLocals[t]() -> New {
        if frame::current(t).is_null() {
            return Err(err!(t, SystemError, "frame does not exist"));
        }
        let found = locals::current_locals(t)?;
        Ok(found)
    }

    /// The local names of the running frame, borrowed.
    fn PyEval_GetLocals[t]() -> Borrowed {
        let current = frame::current(t);
        if current.is_null() {
            return Err(err!(t, SystemError, "frame does not exist"));
        }
        let found = locals::current_locals(t)?;
        // In optimised frames it is a snapshot, which the frame object keeps.
        let object = frame::object_of(t, current)?;
        let raw = object.raw();
        if refcount::refcnt(found.as_ptr()) == 1 {
            let op = found.as_ptr();
            refcount::xdecref(core::mem::replace(&mut (*raw).f_locals_cache, found.into_ptr()));
            return Ok(op);
        }
        Ok(found.as_ptr())
    }

    /// The running frame, borrowed, or null.
    fn PyEval_GetFrame[t]() -> Raw<Obj> {
        let current = frame::current(t);
        if current.is_null() {
            return core::ptr::null_mut();
        }
        match frame::object_of(t, current) {
            // The frame keeps its object alive.
            Ok(found) => found.as_object().as_ptr(),
            Err(_) => {
                errors::clear(t);
                core::ptr::null_mut()
            }
        }
    }

    /// "()", " object" and the like, behind the name of a callable in messages.
    fn PyEval_GetFuncDesc(op: Obj) -> Raw<*const c_char> {
        let object = o(op);
        if object.is_exact::<taipan_object::PyMethod>() || object.is_exact::<taipan_interp::function::PyFunction>()
            || object.is_exact::<taipan_object::PyCFunction>()
        {
            return c"()".as_ptr();
        }
        c" object".as_ptr()
    }

    /// The name of a callable for messages, borrowed.
    fn PyEval_GetFuncName[t](op: Obj) -> Raw<*const c_char> {
        let object = o(op);
        if let Some(method) = object.downcast_exact::<taipan_object::PyMethod>() {
            return PyEval_GetFuncName(method.function().as_ptr());
        }
        if object.is_exact::<taipan_interp::function::PyFunction>() {
            let name = (*op.cast::<PyFunctionObject>()).func_name;
            return crate::unicodeobject::utf8_ptr(t, cast(name), core::ptr::null_mut());
        }
        if object.is_exact::<taipan_object::PyCFunction>() {
            return (*(*op.cast::<PyCFunctionObject>()).m_ml).ml_name;
        }
        (*(*op).ob_type).tp_name
    }

    /// Adds the flags of the running code: whether there are any.
    fn PyEval_MergeCompilerFlags[t](flags: *mut crate::pythonrun::PyCompilerFlags) -> Raw<c_int> {
        let mut any = (*flags).cf_flags != 0;
        let current = frame::current(t);
        if !current.is_null() {
            let inherited = frame::code_of(current).flags() & 0x1ff_0000;
            if inherited != 0 {
                any = true;
                (*flags).cf_flags |= inherited;
            }
        }
        any.into()
    }

    /// Runs a frame that `PyFrame_New` made, once; a new reference. Other frames run when they are called.
    fn PyEval_EvalFrame[t](frame: Obj) -> New {
        frame::run_object(t, cast(frame), false)
    }

    /// As `PyEval_EvalFrame`; or raises the exception that is set at the frame's start.
    fn PyEval_EvalFrameEx[t](frame: Obj, throw: c_int) -> New {
        if throw != 0 && !errors::occurred(t) {
            return Err(err!(t, SystemError, "PyEval_EvalFrameEx: there is no exception to be raised"));
        }
        frame::run_object(t, cast(frame), throw != 0)
    }

    /// Sets the profile function of this thread.
    fn PyEval_SetProfile[t](function: Option<Py_tracefunc>, arg: Obj) -> Void {
        set_c_trace(t, t.as_ptr().cast(), function, arg, true);
    }

    /// Sets the profile function of all threads.
    fn PyEval_SetProfileAllThreads[t](function: Option<Py_tracefunc>, arg: Obj) -> Void {
        for other in t.interpreter().thread_list() {
            set_c_trace(t, other, function, arg, true);
        }
    }

    /// Sets the trace function of this thread.
    fn PyEval_SetTrace[t](function: Option<Py_tracefunc>, arg: Obj) -> Void {
        set_c_trace(t, t.as_ptr().cast(), function, arg, false);
    }

    /// Sets the trace function of all threads.
    fn PyEval_SetTraceAllThreads[t](function: Option<Py_tracefunc>, arg: Obj) -> Void {
        for other in t.interpreter().thread_list() {
            set_c_trace(t, other, function, arg, false);
        }
    }

    /// What runs the frames of an interpreter: the evaluation loop unless it was replaced (PEP 523).
    fn _PyInterpreterState_GetEvalFrameFunc(interp: *mut PyInterpreterState) -> Raw<Option<EvalFrame>> {
        Some((*interp.cast::<Interpreter>()).eval_frame.get().unwrap_or(_PyEval_EvalFrameDefault))
    }

    /// Replaces what runs the frames of an interpreter (PEP 523).
    fn _PyInterpreterState_SetEvalFrameFunc(interp: *mut PyInterpreterState, function: Option<EvalFrame>) -> Void {
        let is_default = function.is_none_or(|f| core::ptr::fn_addr_eq(f, _PyEval_EvalFrameDefault as EvalFrame));
        (*interp.cast::<Interpreter>()).set_eval_frame(function.filter(|_| !is_default));
    }

    /// Runs a frame of the data stack to its end; a new reference. The frame is popped.
    fn _PyEval_EvalFrameDefault[t](_ts: *mut PyThreadState, frame: *mut _PyInterpreterFrame, throw: c_int) -> New {
        taipan_interp::eval::eval_frame_default(t, frame, throw != 0)
    }

    /// Clears a frame that will not run, and pops it from the data stack if it lies there.
    fn _PyEval_FrameClearAndPop[t](_ts: *mut PyThreadState, frame: *mut _PyInterpreterFrame) -> Void {
        taipan_interp::eval::discard(t, frame);
    }

    /// Pops a frame that has been cleared from the data stack.
    fn _PyThreadState_PopFrame[t](_ts: *mut PyThreadState, frame: *mut _PyInterpreterFrame) -> Void {
        t.pop_data(frame.cast());
    }

    /// All other threads wait for the GIL already.
    fn _PyEval_StopTheWorld(_interp: *mut PyInterpreterState) -> Void {}

    /// All other threads may have the GIL again.
    fn _PyEval_StartTheWorld(_interp: *mut PyInterpreterState) -> Void {}

    /// Before a fork.
    fn PyOS_BeforeFork[t]() -> Void {
        run_at_fork(t, 0, true);
        around_fork(t, 0);
    }

    /// After a fork, in the parent.
    fn PyOS_AfterFork_Parent[t]() -> Void {
        around_fork(t, 1);
        run_at_fork(t, 2, false);
    }

    /// After a fork, in the child.
    fn PyOS_AfterFork_Child[t]() -> Void {
        t.interpreter().after_fork(t);
        let hooks = object_state::object_state(t).after_fork_child.borrow().clone();
        for hook in hooks {
            hook(t);
        }
        around_fork(t, 1);
        run_at_fork(t, 1, false);
    }

    /// After a fork, in the child. The old name.
    fn PyOS_AfterFork[t]() -> Void {
        let _ = t;
        PyOS_AfterFork_Child();
    }
}

/// What native modules do before a fork (0) or after it (1).
fn around_fork(t: &Thread, which: usize) {
    let hooks = object_state::object_state(t).around_fork.borrow().clone();
    hooks.iter().filter_map(|pair| pair.get(which)).for_each(|hook| hook(t));
}

/// Attaches a thread state, which is this OS thread's own from now on.
unsafe fn attach(ts: *mut Thread) {
    // SAFETY: the contract of the callers.
    unsafe {
        Thread::attach(ts);
        if !core::ptr::eq(thread::own_ptr(), ts) {
            thread::set_own(ts);
        }
    }
}

unsafe fn make_linked(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    // SAFETY: C has the pointer from us; a fresh state, linked under the GIL, which is taken for it if need be.
    unsafe {
        let interp: &'static Interpreter = if interp.is_null() {
            match main_interpreter() {
                Some(found) => found,
                None => return core::ptr::null_mut(),
            }
        } else {
            &*interp.cast::<Interpreter>()
        };
        let made = Thread::new(interp);
        let attached = !thread::current_ptr().is_null();
        if !attached {
            interp.gil.take(core::ptr::null());
        }
        Thread::link(made);
        if !attached {
            interp.gil.release();
        }
        made.cast()
    }
}

unsafe fn delete_current() {
    // SAFETY: the attached state, which nobody uses afterwards.
    unsafe {
        let t = thread::current_ptr();
        if t.is_null() {
            return;
        }
        Thread::end(t.cast_mut());
    }
}

unsafe fn ensure() -> c_int {
    // SAFETY: the state belongs to this OS thread.
    unsafe {
        let current = thread::current_ptr();
        let mut own = thread::own_ptr();
        if own.is_null() {
            // A thread that C made, or one that runs with a state that is not its own.
            if current.is_null() {
                let Some(interp) = main_interpreter() else {
                    fatal("PyGILState_Ensure", "the interpreter is not initialised");
                };
                own = Thread::new(interp);
                let t = Thread::attach(own);
                Thread::link(own);
                (*t.as_ptr()).gilstate_counter = 0;
                let main = interp.thread_list().last().map_or(1000, |m| (*(**m).as_ptr()).py_recursion_limit);
                (*t.as_ptr()).py_recursion_limit = main;
                (*t.as_ptr()).py_recursion_remaining = main;
                tracing::update(t);
                (*t.as_ptr()).gilstate_counter += 1;
                return 1;
            }
            own = current.cast_mut();
        }
        let has = core::ptr::eq(current, own);
        if !has {
            if !current.is_null() {
                // Another state is attached by this thread: it counts as held.
                (*(*current).as_ptr()).gilstate_counter += 1;
                return 0;
            }
            Thread::attach(own);
        }
        (*(*own).as_ptr()).gilstate_counter += 1;
        if has { 0 } else { 1 }
    }
}

unsafe fn release(old: c_int) {
    // SAFETY: the state is attached.
    unsafe {
        let t = thread::current_ptr();
        if t.is_null() {
            fatal("PyGILState_Release", "auto-releasing thread-state, but no thread-state for this thread");
        }
        let ts = (*t).as_ptr();
        (*ts).gilstate_counter -= 1;
        // Only a state that `ensure` made ever comes to zero: others begin at one.
        if (*ts).gilstate_counter == 0 {
            // What is destroyed here may run code that ensures and releases: the state must outlive it.
            (*ts).gilstate_counter = 1;
            clear_state(ts);
            (*ts).gilstate_counter = 0;
            delete_current();
        } else if old == 1 {
            Thread::detach(t);
        }
    }
}

unsafe fn thread_dict(t: &Thread, ts: *mut PyThreadState) -> Obj {
    // SAFETY: the thread state owns its dictionary.
    unsafe {
        if (*ts).dict.is_null() {
            match PyDict::new(t) {
                Ok(made) => (*ts).dict = made.into_object().into_ptr(),
                Err(_) => errors::clear(t),
            }
        }
        (*ts).dict
    }
}

/// A C function as trace or profile function.
unsafe fn set_c_trace(t: &Thread, of: *mut Thread, function: Option<Py_tracefunc>, arg: Obj, profile: bool) {
    let kind = if profile { tracing::legacy::Kind::Profile } else { tracing::legacy::Kind::Trace };
    // SAFETY: a live thread state; the contract of the callers.
    if unsafe { tracing::legacy::install(t, of, kind, function, opt(arg)) }.is_err() {
        errors::write_unraisable_msg(
            t,
            if profile { "Exception ignored in PyEval_SetProfile" } else { "Exception ignored in PyEval_SetTrace" },
            None,
        );
    }
}

fn run_at_fork(t: &Thread, which: usize, reversed: bool) {
    let saved = errors::save(t);
    let functions: Vec<Owned> = object_state::object_state(t).at_fork.borrow()[which].clone();
    let call = |function: &Object| {
        if function.call(t, &[]).is_err() {
            errors::write_unraisable(t, Some(function));
        }
    };
    if reversed {
        functions.iter().rev().for_each(|f| call(f));
    } else {
        functions.iter().for_each(|f| call(f));
    }
    errors::restore(t, saved);
}
