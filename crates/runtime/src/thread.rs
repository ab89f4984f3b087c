//! The attached thread state. A `&Thread` can be had only by a thread that holds its interpreter's GIL, so whatever may
//! run Python code asks for one.

use crate::interpreter::Interpreter;
use crate::links::Links;
use crate::{mem, native_stack};
use core::cell::{Cell, UnsafeCell};
use core::marker::PhantomData;
use core::mem::offset_of;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use taipan_abi::{_PyErr_StackItem, _PyStackChunk, _PyStackRef, PyObject, PyThreadState};

/// Another thread waits for the GIL.
pub const EVAL_GIL_DROP_REQUEST: usize = 1 << 0;
/// A signal arrived.
pub const EVAL_SIGNALS_PENDING: usize = 1 << 1;
/// `Py_AddPendingCall`.
pub const EVAL_CALLS_TO_DO: usize = 1 << 2;
/// `PyThreadState_SetAsyncExc`.
pub const EVAL_ASYNC_EXCEPTION: usize = 1 << 3;
/// The collector's threshold was passed.
pub const EVAL_GC_SCHEDULED: usize = 1 << 4;
/// Stop-the-world was requested.
pub const EVAL_PLEASE_STOP: usize = 1 << 5;
/// This thread's trace function is told of every instruction: it runs the traced loop. Stays set meanwhile.
pub const EVAL_TRACING: usize = 1 << 6;
/// The interpreter has a function that runs its frames (PEP 523): threads run the form of the loop that calls it. Stays
/// set meanwhile.
pub const EVAL_FRAME_HOOK: usize = 1 << 7;
/// Somebody monitors the interpreter's code (PEP 669), or a thread traces or profiles it: threads run the form of the loop
/// that has code instrumented. Stays set meanwhile.
pub const EVAL_MONITORED: usize = 1 << 8;
/// All of these.
pub const EVAL_EVENTS_MASK: usize = 0x1ff;

/// Objects kept for reuse instead of being freed, one list for each size of small object.
#[derive(Default)]
pub struct FreeList {
    head: Cell<*mut u8>,
    len: Cell<u32>,
}

impl FreeList {
    /// Takes a block, or null.
    #[inline(always)]
    pub fn pop(&self) -> *mut u8 {
        let block = self.head.get();
        if !block.is_null() {
            // SAFETY: `push` stored the next pointer in the block's second word.
            self.head.set(unsafe { *block.cast::<*mut u8>().add(1) });
            self.len.set(self.len.get() - 1);
        }
        block
    }

    /// Keeps a block of at least 16 bytes; false when the list is full.
    ///
    /// # Safety
    /// The block is the caller's to give away and came from [`mem`].
    #[inline(always)]
    pub unsafe fn push(&self, block: *mut u8, max: u32) -> bool {
        if self.len.get() >= max {
            return false;
        }
        // SAFETY: the caller's promise.
        unsafe { *block.cast::<*mut u8>().add(1) = self.head.get() };
        self.head.set(block);
        self.len.set(self.len.get() + 1);
        true
    }

    /// Whether freed blocks are kept; if not, every object is allocated anew (so that its place can be traced). The list
    /// is empty.
    fn set_used(&self, used: bool) {
        self.len.set(if used { 0 } else { u32::MAX });
    }

    /// Frees all blocks; `offset` is what stands before each (a GC head).
    pub fn clear(&self, offset: usize) {
        loop {
            let block = self.pop();
            if block.is_null() {
                return;
            }
            // SAFETY: the list owned the block.
            unsafe { mem::free(block.sub(offset)) };
        }
    }
}

/// Largest tuple kept on a free list is one shorter than this.
pub const TUPLE_FREELISTS: usize = 20;

/// Small strings are kept on lists by the size of their blocks, in steps of 16 bytes.
pub const STRING_FREELISTS: usize = 8;

/// Blocks up to this size are kept for whatever object of their size comes next.
pub const MAX_KEPT_BLOCK: usize = 512;

/// How many bytes of each size are kept.
const KEPT_BYTES: usize = 4096;

/// The list of blocks of this size, if they are kept. The allocator aligns blocks from nine bytes on to 16 bytes, and so
/// they have room for a multiple of 16: each on the list is large enough for every size that belongs to the list.
#[inline(always)]
const fn block_class(size: usize) -> Option<usize> {
    if size > 8 && size <= MAX_KEPT_BLOCK { Some((size - 1) / 16) } else { None }
}

/// Free lists of the most frequent objects.
#[derive(Default)]
pub struct FreeLists {
    pub floats: FreeList,
    pub ints: FreeList,
    pub tuples: [FreeList; TUPLE_FREELISTS],
    pub strings: [FreeList; STRING_FREELISTS],
    pub lists: FreeList,
    pub dicts: FreeList,
    pub dict_keys: FreeList,
    pub methods: FreeList,
    pub cfunctions: FreeList,
    pub slices: FreeList,
    blocks: [FreeList; MAX_KEPT_BLOCK / 16],
}

impl FreeLists {
    /// All lists but those of tuples.
    fn all(&self) -> [&FreeList; 8] {
        [
            &self.floats,
            &self.ints,
            &self.lists,
            &self.dicts,
            &self.dict_keys,
            &self.methods,
            &self.cfunctions,
            &self.slices,
        ]
    }
}

/// What `_PyThreadStateImpl` has after the public part; native code compiled as part of CPython reads the limits.
#[repr(C)]
struct NativeStack {
    reference_count: isize,
    top: usize,
    soft_limit: usize,
    hard_limit: usize,
    asyncio: AsyncioState,
    /// What serves builds without a GIL.
    _unused: [usize; 3],
    /// The OS thread's own stack.
    own_base: usize,
    own_top: usize,
}

/// What `asyncio` runs in a thread; other processes look at it.
#[repr(C)]
pub struct AsyncioState {
    /// The running loop, a counted reference or null.
    pub running_loop: Cell<*mut PyObject>,
    /// The running task, a counted reference or null.
    pub running_task: Cell<*mut PyObject>,
    /// Head of the ring of native tasks that the thread has made and that are not done.
    pub tasks: Links,
}

/// Where [`AsyncioState`] is in a thread state.
pub(crate) const ASYNCIO_OFFSET: usize = offset_of!(ThreadLayout, native_stack) + offset_of!(NativeStack, asyncio);
/// How much of a thread state is laid out as CPython's (`_PyThreadStateImpl`).
pub(crate) const C_SIZE: usize = offset_of!(ThreadLayout, stack_limit);

const _: () = assert!(ASYNCIO_OFFSET == 864 && C_SIZE == 936);

/// CPython's public thread state followed by what only we see.
#[repr(C)]
struct ThreadLayout {
    tstate: PyThreadState,
    native_stack: NativeStack,
    stack_limit: usize,
    interp: *const Interpreter,
    freelists: FreeLists,
    /// Scratch words of the layers above (address of a per-thread structure each).
    slots: [Cell<*mut ()>; 8],
    /// Objects entered by `Py_ReprEnter` and friends count their depth here.
    native_depth: Cell<u32>,
    /// Bytes of the chunks of the data stack.
    data_stack_size: Cell<usize>,
    /// Its interpreter has ended: whoever wants to go on with it waits for the end of the process.
    abandoned: AtomicBool,
}

/// What the data stack of a thread may take on every machine.
const DATA_STACK: usize = 256 << 20;

/// Whether the data stack of a thread may not take so many bytes. Frames of Python code are limited by the recursion limit, which
/// a program may raise beyond all memory; then `MemoryError` is better than the death of the process. What a traceback
/// of all these frames takes has to fit as well.
fn exceeds_data_stack(size: usize) -> bool {
    static LIMIT: OnceLock<usize> = OnceLock::new();
    size > DATA_STACK && size > *LIMIT.get_or_init(|| crate::mem::available() / 8)
}

/// A thread state whose thread holds the GIL.
#[repr(transparent)]
pub struct Thread(UnsafeCell<ThreadLayout>, PhantomData<*mut ()>);

thread_local! {
    static CURRENT: Cell<*const Thread> = const { Cell::new(core::ptr::null()) };
    /// The thread state that belongs to this OS thread, attached or not (CPython's `gilstate`).
    static OWN: Cell<*mut Thread> = const { Cell::new(core::ptr::null_mut()) };
}

/// Guards the lists of thread states of all interpreters, for short: those who hold it ask for nothing else.
static LISTS: Mutex<()> = Mutex::new(());

/// Keeps the lists of thread states as they are.
pub(crate) fn lock_lists() -> MutexGuard<'static, ()> {
    LISTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In the child of `fork`: whoever held the lock is not there.
///
/// # Safety
/// The only thread of the process calls this.
pub(crate) unsafe fn lists_after_fork() {
    // SAFETY: no other thread exists; the lock is overwritten with a fresh one.
    unsafe { core::ptr::write((&raw const LISTS).cast_mut(), Mutex::new(())) };
}

/// The thread state that belongs to this OS thread, whether it is attached or not; null if it has none.
pub fn own_ptr() -> *mut Thread {
    OWN.with(Cell::get)
}

/// Says which thread state belongs to this OS thread.
///
/// # Safety
/// `thread` is null, or a thread state that is used by this OS thread.
pub unsafe fn set_own(thread: *mut Thread) {
    OWN.with(|own| own.set(thread));
}

/// The attached thread state of this OS thread, or null.
#[inline(always)]
pub fn current_ptr() -> *const Thread {
    CURRENT.with(Cell::get)
}

/// The attached thread state of this OS thread.
///
/// # Safety
/// The OS thread is attached (it holds the GIL), as it is in every function that C or the interpreter calls with
/// objects; the reference must not outlive the attachment.
#[inline(always)]
pub unsafe fn current<'a>() -> &'a Thread {
    // SAFETY: the caller's promise.
    unsafe { &*current_ptr() }
}

/// Bytes of the first chunk of a thread's data stack.
const DATA_STACK_CHUNK: usize = 16 * 1024;

impl Thread {
    /// Makes a thread state for `interp`, not attached. It must be attached by the OS thread that will use it.
    pub fn new(interp: &'static Interpreter) -> *mut Self {
        let block = mem::alloc_zeroed_unasked(size_of::<ThreadLayout>()).cast::<ThreadLayout>();
        assert!(!block.is_null(), "out of memory for a thread state");
        // SAFETY: zero is a valid initial value of every field (integers, raw pointers, empty free lists), and the
        // fields that must not be zero are set here before anybody sees them.
        unsafe {
            let ts = &raw mut (*block).tstate;
            (*ts).interp = interp.as_ptr();
            (*ts)._status = 1;
            (*ts).py_recursion_limit = 1000;
            (*ts).py_recursion_remaining = 1000;
            (*ts).what_event = -1;
            (*ts).context_ver = 1;
            // Comes to zero only in states that `PyGILState_Ensure` made.
            (*ts).gilstate_counter = 1;
            (*ts).exc_info = &raw mut (*ts).exc_state;
            (*block).interp = interp;
            (*block).native_stack.asyncio.tasks.init();
            block.cast()
        }
    }

    /// Links a new thread state into its interpreter's list.
    ///
    /// # Safety
    /// `this` came from [`Thread::new`] and is not linked; its interpreter does not end meanwhile.
    pub unsafe fn link(this: *mut Self) {
        let _lists = lock_lists();
        // SAFETY: the caller's promise.
        unsafe {
            let interp = (*this).interpreter();
            (*(*this).as_ptr()).id = interp.next_thread_id.replace(interp.next_thread_id.get() + 1);
            let head = interp.threads.get();
            (*(*this).as_ptr()).next = head.cast();
            if !head.is_null() {
                (*(*head).as_ptr()).prev = this.cast();
            }
            interp.threads.set(this);
            if interp.main_thread.get().is_null() {
                interp.main_thread.set(this);
            }
            if interp.eval_frame.get().is_some() {
                (*this).set_breaker(EVAL_FRAME_HOOK);
            }
            if !crate::reftracer::allows_freelists() {
                (*this).use_freelists(false);
            }
        }
    }

    /// Takes a thread state out of its interpreter's list.
    ///
    /// # Safety
    /// `this` is linked; the caller holds the GIL of that interpreter.
    unsafe fn unlink(this: *mut Self) {
        let _lists = lock_lists();
        // SAFETY: the caller's promise.
        unsafe {
            let ts = (*this).as_ptr();
            let interp = (*this).interpreter();
            if (*ts).prev.is_null() {
                interp.threads.set((*ts).next.cast());
            } else {
                (*(*ts).prev).next = (*ts).next;
            }
            if !(*ts).next.is_null() {
                (*(*ts).next).prev = (*ts).prev;
            }
            (*ts).next = core::ptr::null_mut();
            (*ts).prev = core::ptr::null_mut();
            // Whoever still refers to one of the thread's tasks finds it among those of the interpreter.
            interp.asyncio_tasks.append(&(*this).asyncio().tasks);
            if core::ptr::eq(interp.main_thread.get(), this) {
                interp.main_thread.set(core::ptr::null_mut());
            }
        }
    }

    /// Takes a thread state from an interpreter that ends. An OS thread that comes back with it waits for the end of the
    /// process, and meets `shelter` in place of its interpreter until then. The state is never freed: it cannot be known
    /// whether somebody comes.
    ///
    /// # Safety
    /// `this` is linked and attached to no thread; the caller holds its GIL, and `shelter` never ends.
    pub unsafe fn abandon(this: *mut Self, shelter: &'static Interpreter) {
        // SAFETY: the caller's promise; whoever comes back takes the GIL first, and looks at nothing else before that.
        unsafe {
            Self::unlink(this);
            (*(*this).as_ptr()).interp = shelter.as_ptr();
            (*(*this).0.get()).interp = shelter;
            (*(*this).0.get()).abandoned.store(true, Ordering::Release);
        }
    }

    /// Whether the interpreter of the thread state has ended.
    pub(crate) fn is_abandoned(&self) -> bool {
        // SAFETY: the field is only ever accessed atomically.
        unsafe { (*self.0.get()).abandoned.load(Ordering::Acquire) }
    }

    /// Unlinks and frees a thread state that is not attached.
    ///
    /// # Safety
    /// `this` is linked or abandoned, cleared, attached to no thread, and never used again; the caller holds the GIL of its
    /// interpreter.
    pub unsafe fn delete(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            if !(*this).is_abandoned() {
                Self::unlink(this);
            }
            Self::free(this);
        }
    }

    /// Goes back from `this`, which is cleared, to another thread state of the same OS thread, and frees it.
    ///
    /// # Safety
    /// `this` is attached, `to` attached nowhere; no `&Thread` of `this` is used any more.
    pub unsafe fn leave<'a>(this: *mut Self, to: *mut Self) -> &'a Self {
        // SAFETY: the caller's promise; it is taken off the list while nobody else runs there.
        unsafe {
            if !(*this).is_abandoned() {
                Self::unlink(this);
            }
            let back = (*this).swap(to);
            Self::free(this);
            back
        }
    }

    /// Lets the GIL go for good and frees the thread state. The GIL is not asked for again: whoever has it may wait for the
    /// end of this thread.
    ///
    /// # Safety
    /// `this` is attached and cleared, and no `&Thread` of it is used any more.
    pub unsafe fn end(this: *mut Self) {
        // SAFETY: the caller's promise; it is taken off the list while nobody else runs there.
        unsafe {
            if !(*this).is_abandoned() {
                Self::unlink(this);
            }
            Self::detach(this);
            Self::free(this);
        }
    }

    /// Frees a thread state.
    ///
    /// # Safety
    /// It is on no list, cleared, attached to no thread, and never used again.
    unsafe fn free(this: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe {
            let ts = (*this).as_ptr();
            (*this).clear_freelists();
            if core::ptr::eq(own_ptr(), this) {
                set_own(core::ptr::null_mut());
            }
            let mut chunk = (*ts).datastack_chunk;
            while !chunk.is_null() {
                let previous = (*chunk).previous;
                mem::free(chunk.cast());
                chunk = previous;
            }
            mem::free((*ts).datastack_cached_chunk.cast());
            mem::free(this.cast());
        }
    }

    /// Takes the GIL and makes this the current thread state of the calling OS thread.
    ///
    /// # Safety
    /// `this` is not attached anywhere.
    pub unsafe fn attach<'a>(this: *mut Self) -> &'a Self {
        // SAFETY: the caller's promise; the layout is initialised.
        unsafe {
            (*this).interpreter().gil.take(this);
            Self::made_current(this)
        }
    }

    /// Goes on with another thread state of the same OS thread (`PyThreadState_Swap`).
    ///
    /// # Safety
    /// `to` is attached nowhere, and no `&Thread` of this attachment is used before the way back.
    pub unsafe fn swap<'a>(&self, to: *mut Self) -> &'a Self {
        // SAFETY: the caller's promise; the layouts are initialised.
        unsafe {
            if (*to).is_abandoned() {
                // Does not come back.
                Self::detach(self);
                return Self::attach(to);
            }
            let ts = self.as_ptr();
            (*ts).holds_gil = 0;
            (*ts).state = 0;
            (*ts)._status &= !(1 << 4);
            self.interpreter().show_holder(core::ptr::null_mut());
            if core::ptr::eq(self.interpreter().gil, (*to).interpreter().gil) {
                self.interpreter().gil.hand_over(to);
            } else {
                CURRENT.with(|current| current.set(core::ptr::null()));
                self.interpreter().gil.release();
                (*to).interpreter().gil.take(to);
            }
            // What this OS thread does for C code (`PyGILState_Ensure`) is done in that interpreter.
            OWN.with(|own| own.set(to));
            Self::made_current(to)
        }
    }

    /// Notes that a thread state is the current one of the calling OS thread.
    unsafe fn made_current<'a>(this: *mut Self) -> &'a Self {
        // SAFETY: the caller's promise; the layout is initialised.
        unsafe {
            CURRENT.with(|current| current.set(this));
            let layout = (*this).0.get();
            if (*layout).stack_limit == 0 {
                let (base, top) = native_stack::stack_bounds();
                (*layout).native_stack.own_base = base;
                (*layout).native_stack.own_top = top;
                (*this).set_stack(base, top - base);
                (*layout).tstate.thread_id = libc::pthread_self();
                (*layout).tstate.native_thread_id = libc::syscall(libc::SYS_gettid) as u64;
                if OWN.with(Cell::get).is_null() {
                    OWN.with(|own| own.set(this));
                }
            }
            (*layout).tstate.holds_gil = 1;
            (*layout).tstate.state = 1;
            (*layout).tstate._status |= 1 << 4 | 1 << 1;
            (*this).interpreter().show_holder(this);
            &*this
        }
    }

    /// Lets the GIL go; the thread state is no longer current.
    ///
    /// # Safety
    /// No `&Thread` of this attachment is used afterwards.
    pub unsafe fn detach(this: *const Self) {
        // SAFETY: the caller's promise.
        unsafe {
            let ts = (*this).as_ptr();
            (*ts).holds_gil = 0;
            (*ts).state = 0;
            (*ts)._status &= !(1 << 4);
            CURRENT.with(|current| current.set(core::ptr::null()));
            (*this).interpreter().show_holder(core::ptr::null_mut());
            (*this).interpreter().gil.release();
        }
    }

    /// Runs `work` without the GIL. The closure cannot touch objects: it is given no `&Thread`, and handles are not
    /// `Send`.
    pub fn allow_threads<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let this = core::ptr::from_ref(self).cast_mut();
        // SAFETY: `work` cannot see this reference (it is not `Send`), and it is attached again before we return.
        unsafe {
            Self::detach(this);
            let result = work();
            let errno = *libc::__errno_location();
            Self::attach(this);
            *libc::__errno_location() = errno;
            result
        }
    }

    /// CPython's view of this thread state.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut PyThreadState {
        self.0.get().cast()
    }

    /// CPython's view, shared. Fields change under it whenever Python code runs: read one, do not keep the reference.
    #[inline(always)]
    pub fn raw(&self) -> &PyThreadState {
        // SAFETY: the layout begins with the thread state, and this thread holds the GIL.
        unsafe { &*self.as_ptr() }
    }

    /// The interpreter that this thread runs.
    #[inline(always)]
    pub fn interpreter(&self) -> &'static Interpreter {
        // SAFETY: interpreters live until the process ends.
        unsafe { &*(*self.0.get()).interp }
    }

    /// What `asyncio` runs in this thread.
    #[inline(always)]
    pub fn asyncio(&self) -> &AsyncioState {
        // SAFETY: cells, which other threads touch only under the GIL.
        unsafe { &(*self.0.get()).native_stack.asyncio }
    }

    /// This thread's free lists.
    #[inline(always)]
    pub fn freelists(&self) -> &FreeLists {
        // SAFETY: the lists are cells, used by this thread alone.
        unsafe { &(*self.0.get()).freelists }
    }

    /// One of the words that the layers above keep in a thread state.
    #[inline(always)]
    pub fn slot(&self, index: usize) -> &Cell<*mut ()> {
        // SAFETY: as above.
        unsafe { &(*self.0.get()).slots[index] }
    }

    /// Whether less than `margin` bytes of native stack are left above the reserve.
    #[inline(always)]
    pub fn stack_low(&self, margin: usize) -> bool {
        // SAFETY: plain field.
        let limit = unsafe { (*self.0.get()).stack_limit };
        native_stack::current() < limit + native_stack::STACK_MARGIN + margin
    }

    /// Bytes of native stack left above the reserve.
    pub fn stack_left(&self) -> usize {
        // SAFETY: plain field.
        let limit = unsafe { (*self.0.get()).stack_limit };
        native_stack::current().saturating_sub(limit + native_stack::STACK_MARGIN)
    }

    /// Says where the native stack of the thread lies. A small one has a small reserve.
    pub fn set_stack(&self, base: usize, size: usize) {
        let margin = native_stack::STACK_MARGIN.min(size / 3);
        // SAFETY: plain fields of the current thread.
        unsafe {
            let layout = self.0.get();
            (*layout).stack_limit = (base + margin).saturating_sub(native_stack::STACK_MARGIN);
            (*layout).native_stack.top = base + size;
            (*layout).native_stack.soft_limit = base + margin;
            (*layout).native_stack.hard_limit = base + margin / 2;
        }
    }

    /// The native stack is the OS thread's own (again).
    pub fn reset_stack(&self) {
        // SAFETY: plain fields of the current thread.
        let (base, top) = unsafe {
            let stack = &(*self.0.get()).native_stack;
            (stack.own_base, stack.own_top)
        };
        if top != 0 {
            self.set_stack(base, top - base);
        }
    }

    /// Moves the limit of the native stack.
    pub fn set_stack_limit(&self, limit: usize) {
        // SAFETY: plain field of the current thread.
        unsafe { (*self.0.get()).stack_limit = limit };
    }

    /// Lets code that reports a stack overflow use part of the reserve; returns the old limit for
    /// [`Thread::set_stack_limit`].
    pub fn stack_reserve(&self) -> usize {
        // SAFETY: plain field of the current thread.
        unsafe {
            let old = (*self.0.get()).stack_limit;
            (*self.0.get()).stack_limit = old.saturating_sub(native_stack::STACK_MARGIN / 2);
            old
        }
    }

    /// The eval breaker, shared with other threads and signal handlers.
    #[inline(always)]
    pub fn eval_breaker(&self) -> &AtomicUsize {
        // SAFETY: the field is only ever accessed atomically.
        unsafe { AtomicUsize::from_ptr(&raw mut (*self.as_ptr()).eval_breaker) }
    }

    /// Sets bits of the eval breaker.
    pub fn set_breaker(&self, bits: usize) {
        self.eval_breaker().fetch_or(bits, Ordering::Release);
    }

    /// Clears bits of the eval breaker.
    pub fn clear_breaker(&self, bits: usize) {
        self.eval_breaker().fetch_and(!bits, Ordering::AcqRel);
    }

    /// Empties the free lists, and says whether they are used from now on.
    pub fn use_freelists(&self, used: bool) {
        self.clear_freelists();
        let lists = self.freelists();
        for list in lists.tuples.iter().chain(&lists.strings).chain(&lists.blocks).chain(lists.all()) {
            list.set_used(used);
        }
    }

    /// Empties the free lists.
    pub fn clear_freelists(&self) {
        let lists = self.freelists();
        let head = size_of::<taipan_abi::PyGC_Head>();
        lists.floats.clear(0);
        lists.ints.clear(0);
        for list in &lists.strings {
            list.clear(0);
        }
        for list in &lists.tuples {
            list.clear(head);
        }
        lists.lists.clear(head);
        lists.dicts.clear(head);
        lists.dict_keys.clear(0);
        lists.methods.clear(head);
        lists.cfunctions.clear(head);
        lists.slices.clear(head);
        for list in &lists.blocks {
            list.clear(0);
        }
    }

    /// Allocates a block whose size will be known when it is freed, or returns null when memory runs out. The block that
    /// was freed last comes first: it is still in the cache of the processor.
    #[inline(always)]
    pub fn alloc_block(&self, size: usize) -> *mut u8 {
        if let Some(class) = block_class(size) {
            let block = self.freelists().blocks[class].pop();
            if !block.is_null() {
                return block;
            }
        }
        mem::alloc(size)
    }

    /// Frees a block.
    ///
    /// # Safety
    /// It came from [`Self::alloc_block`] or [`mem`] with at least this size, and nobody uses it any more.
    #[inline(always)]
    pub unsafe fn free_block(&self, block: *mut u8, size: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            debug_assert!(mem::usable_size(block) >= size, "a block is freed as larger than it is");
            if let Some(class) = block_class(size)
                && self.freelists().blocks[class].push(block, (KEPT_BYTES / 16 / (class + 1)) as u32)
            {
                return;
            }
            mem::free(block);
        }
    }

    /// Moves what a block holds into one of another size, or returns null and leaves it as it was. The old one comes next
    /// where its size is wanted: arrays that grow one after the other lie side by side, without the holes of their beginnings.
    ///
    /// # Safety
    /// As for [`Self::free_block`] with `old` as the size, unless null is returned.
    #[inline]
    pub unsafe fn resize_block(&self, block: *mut u8, old: usize, new: usize) -> *mut u8 {
        let moved = self.alloc_block(new);
        if !moved.is_null() {
            // SAFETY: both blocks are at least as large; the old one is the caller's to give away.
            unsafe {
                core::ptr::copy_nonoverlapping(block, moved, old.min(new));
                self.free_block(block, old);
            }
        }
        moved
    }

    /// Takes `words` words of the data stack, or null when memory runs out.
    #[inline(always)]
    pub fn push_data(&self, words: usize) -> *mut _PyStackRef {
        let ts = self.as_ptr();
        // SAFETY: top and limit delimit the free part of the current chunk.
        unsafe {
            let top = (*ts).datastack_top;
            if !top.is_null() && words < ((*ts).datastack_limit as usize - top as usize) / 8 {
                (*ts).datastack_top = top.add(words);
                return top;
            }
        }
        self.push_chunk(words)
    }

    #[cold]
    fn push_chunk(&self, words: usize) -> *mut _PyStackRef {
        let ts = self.as_ptr();
        // SAFETY: the chunk is laid out as `_PyStackChunk` says; `top` remembers how far the old chunk was used.
        unsafe {
            let mut size = DATA_STACK_CHUNK;
            while size < (words + 16) * 8 + size_of::<_PyStackChunk>() {
                size *= 2;
            }
            if exceeds_data_stack((*self.0.get()).data_stack_size.get().saturating_add(size)) {
                return core::ptr::null_mut();
            }
            let cached = (*ts).datastack_cached_chunk;
            let chunk = if !cached.is_null() && (*cached).size >= size {
                (*ts).datastack_cached_chunk = core::ptr::null_mut();
                size = (*cached).size;
                cached
            } else {
                mem::alloc(size).cast::<_PyStackChunk>()
            };
            if chunk.is_null() {
                return core::ptr::null_mut();
            }
            (*self.0.get()).data_stack_size.update(|total| total + size);
            let old = (*ts).datastack_chunk;
            if !old.is_null() {
                (*old).top = (*ts).datastack_top.offset_from((&raw const (*old).data).cast()) as usize;
            }
            (*chunk).previous = old;
            (*chunk).size = size;
            (*chunk).top = 0;
            (*ts).datastack_chunk = chunk;
            (*ts).datastack_limit = chunk.cast::<u8>().add(size).cast();
            // The first word of the first chunk stays unused, so that popping a frame never pops the root chunk.
            let base = (&raw mut (*chunk).data).cast::<_PyStackRef>().add(usize::from(old.is_null()));
            (*ts).datastack_top = base.add(words);
            base
        }
    }

    /// Gives back the data stack from `base` on.
    ///
    /// # Safety
    /// `base` came from [`Thread::push_data`], and everything pushed later has been popped.
    #[inline(always)]
    pub unsafe fn pop_data(&self, base: *mut _PyStackRef) {
        let ts = self.as_ptr();
        // SAFETY: the caller's promise.
        unsafe {
            let chunk = (*ts).datastack_chunk;
            if base == (&raw mut (*chunk).data).cast() {
                self.pop_chunk();
            } else {
                (*ts).datastack_top = base;
            }
        }
    }

    #[cold]
    unsafe fn pop_chunk(&self) {
        let ts = self.as_ptr();
        // SAFETY: the chunk is not the root, so it has a predecessor with its `top` set.
        unsafe {
            let chunk = (*ts).datastack_chunk;
            let previous = (*chunk).previous;
            (*self.0.get()).data_stack_size.update(|total| total.saturating_sub((*chunk).size));
            (*ts).datastack_chunk = previous;
            (*ts).datastack_top = (&raw mut (*previous).data).cast::<_PyStackRef>().add((*previous).top);
            (*ts).datastack_limit = previous.cast::<u8>().add((*previous).size).cast();
            mem::free((*ts).datastack_cached_chunk.cast());
            (*ts).datastack_cached_chunk = chunk;
        }
    }

    /// The innermost exception being handled, skipping levels that handle none (`_PyErr_GetTopmostException`).
    pub fn topmost_exc_info(&self) -> *mut _PyErr_StackItem {
        // SAFETY: the chain of items is well-formed and ends in the thread state's own.
        unsafe {
            let mut item = (*self.as_ptr()).exc_info;
            while (*item).exc_value.is_null() && !(*item).previous_item.is_null() {
                item = (*item).previous_item;
            }
            item
        }
    }

    /// The exception in flight, borrowed, or null.
    #[inline(always)]
    pub fn current_exception(&self) -> *mut PyObject {
        self.raw().current_exception
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_KEPT_BLOCK, block_class};
    use crate::mem;

    #[test]
    fn blocks_are_large_enough_for_all_sizes_of_their_list() {
        for size in 9..=MAX_KEPT_BLOCK {
            let block = mem::alloc(size);
            let class = block_class(size).unwrap_or(0);
            // SAFETY: a fresh block.
            unsafe {
                assert!(mem::usable_size(block) >= (class + 1) * 16, "{size}");
                mem::free(block);
            }
        }
        assert_eq!((block_class(8), block_class(MAX_KEPT_BLOCK + 1)), (None, None));
    }
}
