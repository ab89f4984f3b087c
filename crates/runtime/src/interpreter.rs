//! State that belongs to an interpreter.

use crate::gc::{self, GcState};
use crate::gil::Gil;
use crate::links::Links;
use crate::thread::{EVAL_FRAME_HOOK, Thread};
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_int, c_void};
use core::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, Ordering};
use taipan_abi::{_PyInterpreterFrame, PyInterpreterState, PyObject, PyThreadState};

/// Places where the layers above hang their own per-interpreter state; one constant a crate.
pub const STATE_SLOTS: usize = 16;
/// Slot of the crate `object`.
pub const STATE_OBJECT: usize = 0;
/// Slot of the crate `types`.
pub const STATE_TYPES: usize = 1;
/// Slot of the crate `interp`.
pub const STATE_INTERP: usize = 2;
/// Slot of the crate `capi`.
pub const STATE_CAPI: usize = 3;

/// What an interpreter may do (`PyInterpreterConfig`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InterpreterConfig {
    pub use_main_obmalloc: bool,
    pub allow_fork: bool,
    pub allow_exec: bool,
    pub allow_threads: bool,
    pub allow_daemon_threads: bool,
    pub check_multi_interp_extensions: bool,
    pub gil: &'static str,
}

impl InterpreterConfig {
    /// A program's first interpreter.
    pub const MAIN: Self = Self { gil: "own", ..Self::LEGACY };
    /// As main as a subinterpreter can be (`_PyInterpreterConfig_LEGACY_INIT`).
    pub const LEGACY: Self = Self {
        use_main_obmalloc: true,
        allow_fork: true,
        allow_exec: true,
        allow_threads: true,
        allow_daemon_threads: true,
        check_multi_interp_extensions: false,
        gil: "shared",
    };
    /// Nothing that could disturb others (`_PyInterpreterConfig_INIT`).
    pub const ISOLATED: Self = Self {
        use_main_obmalloc: false,
        allow_fork: false,
        allow_exec: false,
        allow_threads: true,
        allow_daemon_threads: false,
        check_multi_interp_extensions: true,
        gil: "own",
    };
    /// `Py_RTFLAGS_*`.
    const fn feature_flags(&self) -> usize {
        (self.use_main_obmalloc as usize) << 5
            | (self.check_multi_interp_extensions as usize) << 8
            | (self.allow_threads as usize) << 10
            | (self.allow_daemon_threads as usize) << 11
            | (self.allow_fork as usize) << 15
            | (self.allow_exec as usize) << 16
    }

    /// All off.
    pub const EMPTY: Self =
        Self { allow_threads: false, check_multi_interp_extensions: false, gil: "default", ..Self::ISOLATED };
}

/// What an interpreter has before the fields that C code looks for.
#[repr(C)]
struct Own(
    [usize; 2],
    &'static Gil,
    i32,
    UnsafeCell<GcState>,
    Cell<u64>,
    AtomicBool,
    InterpreterConfig,
    bool,
    Cell<i32>,
    [Cell<*mut ()>; STATE_SLOTS],
);

/// Where CPython's `PyInterpreterState` has its number, its list of threads and what it may do, and how big it is. C code
/// that is built with internal headers reads these; the rest it finds zeroed.
const ID_OFFSET: usize = 7280;
/// Where CPython has the next interpreter.
pub(crate) const NEXT_OFFSET: usize = 7272;
const THREADS_OFFSET: usize = 7344;
const MAIN_THREAD_OFFSET: usize = 7360;
const GIL_HOLDER_OFFSET: usize = 7792;
const CODE_GENERATION_OFFSET: usize = 7992;
const REMOTE_DEBUG_OFFSET: usize = 8076;
const FEATURES_OFFSET: usize = 8488;
const EVAL_FRAME_OFFSET: usize = 8520;
const CODE_EXTRA_OFFSET: usize = 8600;
const ASYNCIO_TASKS_OFFSET: usize = 10_880;
pub(crate) const C_SIZE: usize = 225_864;

/// One interpreter: its collector, the GIL, its threads, and slots for the state of the layers above.
#[repr(C)]
pub struct Interpreter {
    before_gil: [usize; 2],
    pub gil: &'static Gil,
    /// Whether the settings ask for a GIL of its own.
    own_gil: i32,
    pub gc: UnsafeCell<GcState>,
    pub next_thread_id: Cell<u64>,
    pub finalizing: AtomicBool,
    pub config: InterpreterConfig,
    /// Whether it has a GIL that the main interpreter has not: both run at the same time.
    pub separate: bool,
    /// `_imp._override_multi_interp_extensions_check`: 1 checks, -1 does not, 0 leaves it to the settings.
    pub extensions_check: Cell<i32>,
    slots: [Cell<*mut ()>; STATE_SLOTS],
    before_next: [u8; NEXT_OFFSET - size_of::<Own>()],
    /// The interpreter that was made after this one, for other processes; see `remote::show`.
    pub(crate) next: Cell<*const Interpreter>,
    pub id: i64,
    /// Objects that refer to the interpreter.
    pub id_refcount: Cell<i64>,
    before_threads: [u8; THREADS_OFFSET - ID_OFFSET - 16],
    pub threads: Cell<*mut Thread>,
    before_main_thread: [u8; MAIN_THREAD_OFFSET - THREADS_OFFSET - 8],
    /// The thread that was there first; the only one after a fork.
    pub main_thread: Cell<*mut Thread>,
    before_gil_holder: [u8; GIL_HOLDER_OFFSET - MAIN_THREAD_OFFSET - 8],
    /// The thread of this interpreter that had the GIL last, and whether it still has it: for other processes.
    pub(crate) gil_holder: Cell<*mut Thread>,
    pub(crate) gil_locked: Cell<c_int>,
    before_code_generation: [u8; CODE_GENERATION_OFFSET - GIL_HOLDER_OFFSET - 12],
    /// Changes whenever a code object is freed: until then other processes may remember what they read of it.
    pub code_generation: Cell<u64>,
    before_remote_debug: [u8; REMOTE_DEBUG_OFFSET - CODE_GENERATION_OFFSET - 8],
    /// Whether other processes may have scripts run here (PEP 768).
    pub remote_debug: Cell<c_int>,
    before_features: [u8; FEATURES_OFFSET - REMOTE_DEBUG_OFFSET - 4],
    feature_flags: usize,
    before_eval_frame: [u8; EVAL_FRAME_OFFSET - FEATURES_OFFSET - 8],
    /// What runs frames instead of the evaluation loop (PEP 523). Every thread's [`EVAL_FRAME_HOOK`] says whether it is
    /// set.
    pub eval_frame: Cell<Option<EvalFrame>>,
    before_code_extra: [u8; CODE_EXTRA_OFFSET - EVAL_FRAME_OFFSET - 8],
    /// How many users keep extra data in code objects.
    pub co_extra_user_count: Cell<isize>,
    /// What frees the extra data of each.
    pub co_extra_freefuncs: [Cell<Option<FreeExtra>>; MAX_CO_EXTRA_USERS],
    before_asyncio_tasks: [u8; ASYNCIO_TASKS_OFFSET - CODE_EXTRA_OFFSET - 8 - 8 * MAX_CO_EXTRA_USERS],
    /// Head of the ring of `asyncio`'s native tasks whose thread has ended.
    pub asyncio_tasks: Links,
}

/// `_PyFrameEvalFunction`.
pub type EvalFrame = unsafe extern "C" fn(*mut PyThreadState, *mut _PyInterpreterFrame, c_int) -> *mut PyObject;
/// Frees what a user keeps in a code object.
pub type FreeExtra = unsafe extern "C" fn(*mut c_void);
/// How many users may keep extra data in code objects.
pub const MAX_CO_EXTRA_USERS: usize = 255;

const _: () = {
    assert!(core::mem::offset_of!(Interpreter, gil) == 16);
    assert!(core::mem::offset_of!(Interpreter, own_gil) == 24);
    assert!(core::mem::offset_of!(Interpreter, next) == NEXT_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, id) == ID_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, threads) == THREADS_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, main_thread) == MAIN_THREAD_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, gil_holder) == GIL_HOLDER_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, code_generation) == CODE_GENERATION_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, remote_debug) == REMOTE_DEBUG_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, feature_flags) == FEATURES_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, eval_frame) == EVAL_FRAME_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, co_extra_user_count) == CODE_EXTRA_OFFSET);
    assert!(core::mem::offset_of!(Interpreter, asyncio_tasks) == ASYNCIO_TASKS_OFFSET);
    assert!(size_of::<Interpreter>() <= C_SIZE);
};

// SAFETY: the cells are touched only by a thread that holds this interpreter's GIL.
unsafe impl Sync for Interpreter {}
// SAFETY: as above.
unsafe impl Send for Interpreter {}

/// Where the number of the next interpreter stands once C code can look at it; null before that.
static NEXT_ID_PLACE: AtomicPtr<AtomicI64> = AtomicPtr::new(core::ptr::null_mut());

/// The number of the next interpreter.
fn next_id() -> &'static AtomicI64 {
    static NEXT_ID: AtomicI64 = AtomicI64::new(0);
    // SAFETY: `keep_next_id_at` stores what lives for ever.
    unsafe { NEXT_ID_PLACE.load(Ordering::Acquire).as_ref() }.unwrap_or(&NEXT_ID)
}

/// Says where the number of the next interpreter stands from now on. Needs the GIL.
pub fn keep_next_id_at(place: &'static AtomicI64) {
    place.store(next_id().load(Ordering::Relaxed), Ordering::Relaxed);
    NEXT_ID_PLACE.store(core::ptr::from_ref(place).cast_mut(), Ordering::Release);
}

/// Whether there has been an interpreter with a lock of its own.
static SEPARATE: AtomicBool = AtomicBool::new(false);

/// Whether interpreters run at the same time, or have done so.
pub fn run_at_once() -> bool {
    SEPARATE.load(Ordering::Acquire)
}

impl Interpreter {
    /// Makes an interpreter that lives until the process ends.
    pub fn new() -> &'static Self {
        Self::with_gil(
            Box::leak(Box::new(Gil::new())),
            InterpreterConfig::MAIN,
            next_id().fetch_add(1, Ordering::Relaxed),
            false,
        )
    }

    /// Makes the main interpreter once more, after the first one has ended: what interpreters share is still there.
    pub fn new_again(first: &Self) -> &'static Self {
        first.gil.reopen();
        Self::with_gil(first.gil, InterpreterConfig::MAIN, 0, false)
    }

    /// Makes an interpreter that runs whenever no other one of the same lock does. It lives until [`Interpreter::delete`].
    pub fn new_beside(other: &Self, config: InterpreterConfig) -> &'static Self {
        let interp = Self::with_gil(other.gil, config, next_id().fetch_add(1, Ordering::Relaxed), other.separate);
        crate::remote::show_beside(interp);
        interp
    }

    /// Makes an interpreter with a lock of its own, which runs at the same time as others. What it has in common with them
    /// must have been made fit for that. It lives until [`Interpreter::delete`].
    pub fn new_separate(config: InterpreterConfig) -> &'static Self {
        if !SEPARATE.swap(true, Ordering::AcqRel) {
            crate::tracemalloc::keep_names();
        }
        let interp = Self::with_gil(Gil::unused(), config, next_id().fetch_add(1, Ordering::Relaxed), true);
        crate::remote::show_beside(interp);
        interp
    }

    fn with_gil(gil: &'static Gil, config: InterpreterConfig, id: i64, separate: bool) -> &'static Self {
        // SAFETY: fresh zeroed memory, larger than the structure and aligned for it; zero is a valid value of the padding,
        // and every other field is written before anybody has a reference.
        let interp: &'static Self = unsafe {
            let block = std::alloc::alloc_zeroed(Self::LAYOUT).cast::<Self>();
            if block.is_null() {
                std::alloc::handle_alloc_error(Self::LAYOUT);
            }
            (&raw mut (*block).gil).write(gil);
            (&raw mut (*block).gc).write(UnsafeCell::new(GcState::new()));
            (&raw mut (*block).next_thread_id).write(Cell::new(1));
            (&raw mut (*block).finalizing).write(AtomicBool::new(false));
            (&raw mut (*block).config).write(config);
            (&raw mut (*block).separate).write(separate);
            (&raw mut (*block).extensions_check).write(Cell::new(0));
            (&raw mut (*block).slots).write([const { Cell::new(core::ptr::null_mut()) }; STATE_SLOTS]);
            (&raw mut (*block).own_gil).write((config.gil == "own").into());
            (&raw mut (*block).feature_flags).write(config.feature_flags());
            (&raw mut (*block).id).write(id);
            (&raw mut (*block).threads).write(Cell::new(core::ptr::null_mut()));
            (&raw mut (*block).main_thread).write(Cell::new(core::ptr::null_mut()));
            (&raw mut (*block).remote_debug).write(Cell::new(0));
            &*block
        };
        // SAFETY: the interpreter's address is final, and nobody else has it yet.
        unsafe {
            (*interp.gc.get()).init();
            interp.asyncio_tasks.init();
        }
        interp
    }

    /// Frees an interpreter that has ended, after the layers above have freed what they hang on it.
    ///
    /// # Safety
    /// It came from [`Interpreter::new_beside`] or [`Interpreter::new_separate`], has no threads, and nobody uses it or its
    /// slots any more.
    pub unsafe fn delete(this: *const Self) {
        // SAFETY: the caller's promise; the block came from `with_gil`.
        unsafe {
            crate::remote::hide(&*this);
            if (*this).separate {
                (*this).gil.retire();
            }
            (*this).asyncio_tasks.empty();
            gc::untrack_all((*this).gc.get());
            std::alloc::dealloc(this.cast_mut().cast(), Self::LAYOUT);
        }
    }

    /// What is allocated for an interpreter: more than we know of it, as large as C code takes it to be.
    const LAYOUT: std::alloc::Layout = match std::alloc::Layout::from_size_align(C_SIZE, align_of::<Self>()) {
        Ok(layout) => layout,
        Err(_) => panic!("a valid layout"),
    };

    /// Sets what runs frames instead of the evaluation loop; `None` stands for the loop. Needs the GIL.
    pub fn set_eval_frame(&self, function: Option<EvalFrame>) {
        self.eval_frame.set(function);
        for thread in self.thread_list() {
            // SAFETY: threads of the list are alive under the GIL.
            unsafe {
                match function {
                    Some(_) => (*thread).set_breaker(EVAL_FRAME_HOOK),
                    None => (*thread).clear_breaker(EVAL_FRAME_HOOK),
                }
            }
        }
    }

    /// Says which thread of this interpreter has the GIL now, if one has.
    #[inline]
    pub(crate) fn show_holder(&self, thread: *mut Thread) {
        if !thread.is_null() {
            self.gil_holder.set(thread);
        }
        self.gil_locked.set((!thread.is_null()).into());
    }

    /// Whether this is the first interpreter of the process.
    pub fn is_main(&self) -> bool {
        self.id == 0
    }

    /// Whether extension modules are asked if they can be loaded here.
    pub fn checks_extensions(&self) -> bool {
        match self.extensions_check.get() {
            0 => self.config.check_multi_interp_extensions,
            given => given > 0,
        }
    }

    /// The pointer that `PyThreadState.interp` holds.
    pub fn as_ptr(&self) -> *mut PyInterpreterState {
        core::ptr::from_ref(self).cast_mut().cast()
    }

    /// Hangs a layer's state on the interpreter.
    pub fn set_slot(&self, slot: usize, state: *mut ()) {
        self.slots[slot].set(state);
    }

    /// The threads of this interpreter. They stay alive while its GIL is held; others may come meanwhile.
    pub fn thread_list(&self) -> Vec<*mut Thread> {
        let mut all = Vec::new();
        self.for_each_thread(|thread| all.push(core::ptr::from_ref(thread).cast_mut()));
        all
    }

    /// Shows the threads one by one; none comes or goes meanwhile. For whoever has not this interpreter's GIL.
    pub fn for_each_thread(&self, mut look: impl FnMut(&Thread)) {
        let _lists = crate::thread::lock_lists();
        let mut at = self.threads.get();
        while !at.is_null() {
            // SAFETY: threads of the list are alive: they are taken off it first, with the lock.
            unsafe {
                look(&*at);
                at = (*(*at).as_ptr()).next.cast();
            }
        }
    }

    /// Whether a number identifies one of the threads (`threading.get_ident`).
    pub fn has_thread(&self, id: u64) -> bool {
        // SAFETY: threads of the list are alive under the GIL.
        self.thread_list().into_iter().any(|thread| unsafe { (*(*thread).as_ptr()).thread_id == id })
    }

    /// The first thread of the list, or null; for whoever must not allocate.
    pub fn first_thread(&self) -> *const Thread {
        self.threads.get()
    }

    /// Whether the collector is at work.
    pub fn is_collecting(&self) -> bool {
        // SAFETY: a plain flag; whoever reads it without the GIL gets a guess.
        unsafe { (*self.gc.get()).collecting }
    }

    /// The interpreter ends: only the calling thread runs Python code from now on.
    pub fn begin_finalizing(&self, t: &Thread) {
        self.gil.reserve_for(t);
        self.finalizing.store(true, Ordering::Release);
    }

    /// How many threads this interpreter has.
    pub fn thread_count(&self) -> usize {
        let mut n = 0;
        self.for_each_thread(|_| n += 1);
        n
    }

    /// In the child of a fork: only the calling thread exists. The states of the others stay allocated, for what they
    /// refer to cannot be given up without running code on their behalf.
    ///
    /// # Safety
    /// This process has just been forked by the thread, which holds the GIL.
    pub unsafe fn after_fork(&self, t: &Thread) {
        // SAFETY: nobody else can look at the list.
        unsafe {
            for other in self.thread_list() {
                if !core::ptr::eq(other, t) {
                    self.asyncio_tasks.append(&(*other).asyncio().tasks);
                }
            }
            crate::thread::lists_after_fork();
            self.gil.after_fork(t);
            crate::tracemalloc::after_fork();
            let ts = t.as_ptr();
            (*ts).next = core::ptr::null_mut();
            (*ts).prev = core::ptr::null_mut();
            (*ts).native_thread_id = libc::syscall(libc::SYS_gettid) as u64;
        }
        self.threads.set(core::ptr::from_ref(t).cast_mut());
        self.main_thread.set(core::ptr::from_ref(t).cast_mut());
    }

    /// A layer's state, or null before that layer is initialised.
    #[inline(always)]
    pub fn slot(&self, slot: usize) -> *mut () {
        self.slots[slot].get()
    }
}
