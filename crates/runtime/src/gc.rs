//! The cycle collector: three generations of doubly linked lists threaded through the `PyGC_Head` before each object.
//!
//! The algorithm is the one that CPython documents in `InternalDocs/garbage_collector.md`: within the generations
//! examined, references between members are subtracted from copies of the counts; what is left above zero is reachable
//! from outside, and so is all it refers to; the rest is garbage. While a collection runs, `_gc_prev` holds the copy of
//! the count (and is not a link), and bit 0 of `_gc_next` marks members of the unreachable list.

use crate::hooks::hooks;
use crate::refcount::{decref, incref, refcnt};
use crate::thread::{EVAL_GC_SCHEDULED, Thread, current_ptr};
use crate::{mem, thread};
use core::ffi::{c_int, c_void};
use std::time::Instant;
use taipan_abi::*;

/// Bit of `_gc_prev`: the finalizer has run.
const PREV_FINALIZED: usize = 1;
/// Bit of `_gc_prev`: the object is in a generation being collected.
const PREV_COLLECTING: usize = 2;
const PREV_SHIFT: usize = 2;
const PREV_MASK: usize = !((1 << PREV_SHIFT) - 1);
/// Bit of `_gc_next`: the object is tentatively unreachable.
const NEXT_UNREACHABLE: usize = 1;

/// `gc.DEBUG_*`.
pub const DEBUG_STATS: i32 = 1;
pub const DEBUG_COLLECTABLE: i32 = 2;
pub const DEBUG_UNCOLLECTABLE: i32 = 4;
pub const DEBUG_SAVEALL: i32 = 32;

/// One generation: the list's head, when to collect it, and how far it is.
pub struct Generation {
    pub head: PyGC_Head,
    pub threshold: i32,
    pub count: i32,
}

/// `gc.get_stats()` of one generation.
#[derive(Clone, Copy, Default)]
pub struct GenerationStats {
    pub collections: usize,
    pub collected: usize,
    pub uncollectable: usize,
    pub candidates: usize,
    pub duration: f64,
}

/// The collector's state of one interpreter.
#[repr(C)]
pub struct GcState {
    pub generations: [Generation; 3],
    pub permanent: PyGC_Head,
    pub stats: [GenerationStats; 3],
    pub enabled: bool,
    pub collecting: bool,
    /// The rest of the `int` that CPython has here, for other processes.
    collecting_rest: [u8; 3],
    pub debug: i32,
    /// Objects that survived the last full collection.
    pub long_lived_total: isize,
    /// Objects that survived a collection of the middle generation since.
    pub long_lived_pending: isize,
    /// What lives as long as the process, and how many objects that are ([`set_aside`]).
    lasting: PyGC_Head,
    lasting_count: isize,
}

impl GcState {
    pub(crate) fn new() -> Self {
        let generation = |threshold| Generation { head: PyGC_Head { _gc_next: 0, _gc_prev: 0 }, threshold, count: 0 };
        Self {
            generations: [generation(2000), generation(10), generation(10)],
            permanent: PyGC_Head { _gc_next: 0, _gc_prev: 0 },
            stats: [GenerationStats::default(); 3],
            enabled: true,
            collecting: false,
            collecting_rest: [0; 3],
            debug: 0,
            long_lived_total: 0,
            long_lived_pending: 0,
            lasting: PyGC_Head { _gc_next: 0, _gc_prev: 0 },
            lasting_count: 0,
        }
    }

    /// Makes the lists empty rings; the state's address is final from here on.
    pub(crate) unsafe fn init(&mut self) {
        // SAFETY: the heads are ours.
        unsafe {
            for generation in &mut self.generations {
                list_init(&raw mut generation.head);
            }
            list_init(&raw mut self.permanent);
            list_init(&raw mut self.lasting);
        }
    }
}

/// The GC head of a container.
///
/// # Safety
/// `op` was allocated with a GC head.
#[inline(always)]
pub unsafe fn head(op: *mut PyObject) -> *mut PyGC_Head {
    // SAFETY: the caller's promise.
    unsafe { op.cast::<PyGC_Head>().sub(1) }
}

#[inline(always)]
unsafe fn object(gc: *mut PyGC_Head) -> *mut PyObject {
    // SAFETY: the object follows its head.
    unsafe { gc.add(1).cast() }
}

/// `_PyObject_IS_GC`: whether this object (not just its type) takes part in collection.
///
/// # Safety
/// `op` points to an object.
#[inline(always)]
pub unsafe fn is_gc(op: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let ty = (*op).ob_type;
        (*ty).tp_flags & Py_TPFLAGS_HAVE_GC != 0 && (*ty).tp_is_gc.is_none_or(|is_gc| is_gc(op) != 0)
    }
}

/// Whether a container is on a generation's list.
///
/// # Safety
/// `op` was allocated with a GC head.
#[inline(always)]
pub unsafe fn is_tracked(op: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head(op))._gc_next != 0 }
}

/// Whether the object's finalizer has run.
///
/// # Safety
/// `op` was allocated with a GC head.
#[inline]
pub unsafe fn is_finalized(op: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head(op))._gc_prev & PREV_FINALIZED != 0 }
}

/// Notes that the object's finalizer has run.
///
/// # Safety
/// `op` was allocated with a GC head.
#[inline]
pub unsafe fn set_finalized(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*head(op))._gc_prev |= PREV_FINALIZED }
}

/// `_PyObject_GC_TRACK`.
///
/// # Safety
/// `op` was allocated with a GC head, is not tracked, and is whole enough to be traversed; this thread is attached.
#[inline(always)]
pub unsafe fn track(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { track_for(&*current_ptr(), op) }
}

/// As [`track`], by a caller that knows its thread.
///
/// # Safety
/// As [`track`].
#[inline(always)]
pub unsafe fn track_for(t: &Thread, op: *mut PyObject) {
    // SAFETY: the caller's promise; the youngest generation's list is a ring.
    unsafe {
        let state = t.interpreter().gc.get();
        let gc = head(op);
        let young = &raw mut (*state).generations[0].head;
        let last = (*young)._gc_prev as *mut PyGC_Head;
        (*last)._gc_next = gc as usize;
        (*gc)._gc_prev = ((*gc)._gc_prev & !PREV_MASK) | last as usize;
        (*gc)._gc_next = young as usize;
        (*young)._gc_prev = gc as usize;
    }
}

/// `_PyObject_GC_UNTRACK`.
///
/// # Safety
/// `op` is tracked.
#[inline(always)]
pub unsafe fn untrack(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let gc = head(op);
        let prev = ((*gc)._gc_prev & PREV_MASK) as *mut PyGC_Head;
        let next = ((*gc)._gc_next & !NEXT_UNREACHABLE) as *mut PyGC_Head;
        (*prev)._gc_next = ((*prev)._gc_next & NEXT_UNREACHABLE) | next as usize;
        (*next)._gc_prev = ((*next)._gc_prev & !PREV_MASK) | prev as usize;
        (*gc)._gc_next = 0;
        (*gc)._gc_prev &= PREV_FINALIZED;
    }
}

/// `PyObject_GC_UnTrack`: untracks if tracked.
///
/// # Safety
/// `op` was allocated with a GC head.
#[inline(always)]
pub unsafe fn maybe_untrack(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if is_tracked(op) {
            untrack(op);
        }
    }
}

/// Allocates `size` bytes for a container with `presize` bytes (a multiple of 16 that includes the GC head) before it;
/// the pre-header is zeroed. Returns null when memory runs out. Counts towards the next collection.
#[inline]
pub fn alloc(t: &Thread, size: usize, presize: usize) -> *mut PyObject {
    let Some(total) = size.checked_add(presize) else { return core::ptr::null_mut() };
    let block = t.alloc_block(total);
    if block.is_null() {
        return core::ptr::null_mut();
    }
    // SAFETY: the block is `presize + size` bytes long; the collector's state belongs to this thread's interpreter.
    unsafe {
        core::ptr::write_bytes(block, 0, presize);
        count_allocation(t);
        block.add(presize).cast()
    }
}

/// Counts one more container, and schedules a collection when the threshold is passed.
///
/// Not for what comes from a free list, see [`count_free`].
#[inline(always)]
pub fn count_allocation(t: &Thread) {
    // SAFETY: the GIL is held.
    unsafe {
        let state = t.interpreter().gc.get();
        let young = &mut (*state).generations[0];
        young.count += 1;
        if young.count > young.threshold && (*state).enabled && young.threshold != 0 && !(*state).collecting {
            t.set_breaker(EVAL_GC_SCHEDULED);
        }
    }
}

/// `PyObject_GC_Del`: frees a container that is not tracked.
///
/// # Safety
/// `op` came from [`alloc`] with this `presize`, is dead and not tracked.
#[inline]
pub unsafe fn free(op: *mut PyObject, presize: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let t = current_ptr();
        if !t.is_null() {
            count_free(&*t);
        }
        mem::free(op.cast::<u8>().sub(presize));
    }
}

/// [`free`] for who knows the size.
///
/// # Safety
/// As [`free`]; the object was allocated with at least this size, without the `presize` bytes before it.
#[inline]
pub unsafe fn free_sized(op: *mut PyObject, size: usize, presize: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let t = current_ptr();
        if t.is_null() {
            return mem::free(op.cast::<u8>().sub(presize));
        }
        count_free(&*t);
        (*t).free_block(op.cast::<u8>().sub(presize), size + presize);
    }
}

/// Counts one container less.
/// Containers that wait on a free list of their type are not counted, neither when they come there nor when they leave.
#[inline(always)]
pub fn count_free(t: &Thread) {
    // SAFETY: the GIL is held.
    unsafe {
        let young = &mut (*t.interpreter().gc.get()).generations[0];
        if young.count > 0 {
            young.count -= 1;
        }
    }
}

// Lists. Links of lists that are not being collected are plain; those of the unreachable list carry flags.

unsafe fn list_init(list: *mut PyGC_Head) {
    // SAFETY: the caller owns the head.
    unsafe {
        (*list)._gc_prev = list as usize;
        (*list)._gc_next = list as usize;
    }
}

unsafe fn list_is_empty(list: *mut PyGC_Head) -> bool {
    // SAFETY: a valid list head.
    unsafe { (*list)._gc_next == list as usize }
}

unsafe fn next(gc: *mut PyGC_Head) -> *mut PyGC_Head {
    // SAFETY: a member of a list whose `_gc_next` carries no flags.
    unsafe { (*gc)._gc_next as *mut PyGC_Head }
}

unsafe fn prev(gc: *mut PyGC_Head) -> *mut PyGC_Head {
    // SAFETY: a member of a list whose `_gc_prev` is a link.
    unsafe { ((*gc)._gc_prev & PREV_MASK) as *mut PyGC_Head }
}

unsafe fn list_append(gc: *mut PyGC_Head, list: *mut PyGC_Head) {
    // SAFETY: `gc` is on no list.
    unsafe {
        let last = (*list)._gc_prev as *mut PyGC_Head;
        (*gc)._gc_prev = ((*gc)._gc_prev & !PREV_MASK) | last as usize;
        (*last)._gc_next = gc as usize;
        (*gc)._gc_next = list as usize;
        (*list)._gc_prev = gc as usize;
    }
}

unsafe fn list_remove(gc: *mut PyGC_Head) {
    // SAFETY: `gc` is on a plain list.
    unsafe {
        let prev = ((*gc)._gc_prev & PREV_MASK) as *mut PyGC_Head;
        let next = (*gc)._gc_next as *mut PyGC_Head;
        (*prev)._gc_next = next as usize;
        (*next)._gc_prev = ((*next)._gc_prev & !PREV_MASK) | prev as usize;
        (*gc)._gc_next = 0;
    }
}

unsafe fn list_move(gc: *mut PyGC_Head, list: *mut PyGC_Head) {
    // SAFETY: `gc` is on a plain list.
    unsafe {
        list_remove(gc);
        list_append(gc, list);
    }
}

unsafe fn list_merge(from: *mut PyGC_Head, to: *mut PyGC_Head) {
    // SAFETY: both are plain lists.
    unsafe {
        if !list_is_empty(from) {
            let to_tail = (*to)._gc_prev as *mut PyGC_Head;
            let from_head = next(from);
            let from_tail = (*from)._gc_prev as *mut PyGC_Head;
            (*to_tail)._gc_next = from_head as usize;
            (*from_head)._gc_prev = ((*from_head)._gc_prev & !PREV_MASK) | to_tail as usize;
            (*from_tail)._gc_next = to as usize;
            (*to)._gc_prev = from_tail as usize;
        }
        list_init(from);
    }
}

unsafe fn list_size(list: *mut PyGC_Head) -> usize {
    // SAFETY: a plain list.
    unsafe {
        let mut n = 0;
        let mut gc = next(list);
        while gc != list {
            n += 1;
            gc = next(gc);
        }
        n
    }
}

/// From both ends at once: each step waits for one container's memory and learns there where the next one is, so that two
/// chains take half the time of one.
unsafe fn update_refs(containers: *mut PyGC_Head) -> usize {
    // SAFETY: a plain list of live containers. Links back count on this side of `back` only, links forward everywhere.
    unsafe {
        let mut candidates = 0;
        let (mut front, mut back) = (next(containers), prev(containers));
        if front == containers {
            return 0;
        }
        loop {
            let (following, preceding) = (next(front), prev(back));
            // One after the other: the second may be the first, or its neighbour.
            for (gc, is_noted) in [(front, front == back), (back, true)] {
                if crate::refcount::is_immortal(object(gc)) {
                    leave_list(gc, containers, is_noted);
                } else {
                    note_refs(gc);
                    candidates += 1;
                }
                if front == back {
                    return candidates;
                }
            }
            if following == back {
                return candidates;
            }
            (front, back) = (following, preceding);
        }
    }
}

/// Takes an immortal container off its list. `is_noted`: the one that follows, unless it is the list's head, has its count of
/// references in place of the link back.
unsafe fn leave_list(gc: *mut PyGC_Head, containers: *mut PyGC_Head, is_noted: bool) {
    // SAFETY: members of the list; the link back of this one is whole, and links forward are everywhere.
    unsafe {
        let (before, after) = (prev(gc), next(gc));
        (*before)._gc_next = after as usize;
        if !is_noted || after == containers {
            (*after)._gc_prev = (*after)._gc_prev & !PREV_MASK | before as usize;
        }
        (*gc)._gc_next = 0;
        (*gc)._gc_prev &= PREV_FINALIZED;
    }
}

/// Writes the count of references over the link back.
#[inline(always)]
unsafe fn note_refs(gc: *mut PyGC_Head) {
    // SAFETY: a live container.
    unsafe {
        let count = refcnt(object(gc)) as usize;
        (*gc)._gc_prev = ((*gc)._gc_prev & PREV_FINALIZED) | PREV_COLLECTING | (count << PREV_SHIFT);
    }
}

unsafe extern "C" fn visit_decref(op: *mut PyObject, _arg: *mut c_void) -> c_int {
    // SAFETY: traversal hands over live objects.
    unsafe {
        if is_gc(op) {
            let gc = head(op);
            if (*gc)._gc_prev & PREV_COLLECTING != 0 && (*gc)._gc_prev >> PREV_SHIFT != 0 {
                (*gc)._gc_prev -= 1 << PREV_SHIFT;
            }
        }
    }
    0
}

unsafe fn traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: tracked containers are whole enough to be traversed.
    unsafe {
        match (*(*op).ob_type).tp_traverse {
            Some(traverse) => traverse(op, visit, arg),
            None => 0,
        }
    }
}

unsafe fn subtract_refs(containers: *mut PyGC_Head) {
    // SAFETY: as above.
    unsafe {
        let mut gc = next(containers);
        while gc != containers {
            let following = next(gc);
            mem::prefetch(following);
            traverse(object(gc), visit_decref, core::ptr::null_mut());
            gc = following;
        }
    }
}

unsafe extern "C" fn visit_reachable(op: *mut PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `arg` is the list being scanned; `op` is live.
    unsafe {
        if !is_gc(op) {
            return 0;
        }
        let gc = head(op);
        if (*gc)._gc_prev & PREV_COLLECTING == 0 {
            return 0;
        }
        if (*gc)._gc_next & NEXT_UNREACHABLE != 0 {
            // Moved to the unreachable list too early: bring it back to the end of the list being scanned.
            let prev = ((*gc)._gc_prev & PREV_MASK) as *mut PyGC_Head;
            let following = ((*gc)._gc_next & !NEXT_UNREACHABLE) as *mut PyGC_Head;
            (*prev)._gc_next = (*gc)._gc_next;
            (*following)._gc_prev = ((*following)._gc_prev & !PREV_MASK) | prev as usize;
            list_append(gc, arg.cast());
            (*gc)._gc_prev = ((*gc)._gc_prev & !PREV_MASK) | (1 << PREV_SHIFT);
            (*gc)._gc_prev |= PREV_COLLECTING;
        } else if (*gc)._gc_prev >> PREV_SHIFT == 0 {
            (*gc)._gc_prev |= 1 << PREV_SHIFT;
        }
    }
    0
}

/// Moves what is unreachable from `young` to `unreachable` (whose links carry `NEXT_UNREACHABLE`), restoring the
/// backward links of what stays.
unsafe fn move_unreachable(young: *mut PyGC_Head, unreachable: *mut PyGC_Head, tuples: &mut Tuples) {
    // SAFETY: `young` went through update_refs and subtract_refs.
    unsafe {
        let mut prev = young;
        let mut gc = next(young);
        (*unreachable)._gc_next = unreachable as usize | NEXT_UNREACHABLE;
        while gc != young {
            if (*gc)._gc_prev >> PREV_SHIFT != 0 {
                mem::prefetch(next(gc));
                traverse(object(gc), visit_reachable, young.cast());
                tuples.note(object(gc));
                (*gc)._gc_prev = ((*gc)._gc_prev & PREV_FINALIZED) | prev as usize;
                prev = gc;
            } else {
                (*prev)._gc_next = (*gc)._gc_next;
                let last = (*unreachable)._gc_prev as *mut PyGC_Head;
                (*last)._gc_next = gc as usize | NEXT_UNREACHABLE;
                (*gc)._gc_prev = ((*gc)._gc_prev & !PREV_MASK) | last as usize;
                (*gc)._gc_next = unreachable as usize | NEXT_UNREACHABLE;
                (*unreachable)._gc_prev = gc as usize;
            }
            gc = (*prev)._gc_next as *mut PyGC_Head;
        }
        (*young)._gc_prev = prev as usize;
        (*unreachable)._gc_next &= !NEXT_UNREACHABLE;
    }
}

unsafe fn clear_unreachable_mask(unreachable: *mut PyGC_Head) {
    // SAFETY: the list that move_unreachable made.
    unsafe {
        (*unreachable)._gc_next &= !NEXT_UNREACHABLE;
        let mut gc = next(unreachable);
        while gc != unreachable {
            (*gc)._gc_next &= !NEXT_UNREACHABLE;
            gc = next(gc);
        }
    }
}

/// The exact tuples of a list, in its order.
#[derive(Default)]
struct Tuples {
    found: Vec<*mut PyObject>,
    /// There are more, which have to be looked for.
    more: bool,
}

impl Tuples {
    /// So many are remembered at most.
    const MOST: usize = 1 << 16;

    #[inline(always)]
    unsafe fn note(&mut self, op: *mut PyObject) {
        // SAFETY: a live object.
        unsafe {
            if (*(*op).ob_type).tp_flags & Py_TPFLAGS_TUPLE_SUBCLASS != 0 && is_exact_tuple(op) {
                self.add(op);
            }
        }
    }

    #[inline(never)]
    fn add(&mut self, op: *mut PyObject) {
        if self.found.len() < Self::MOST && self.found.try_reserve(1).is_ok() {
            self.found.push(op);
        } else {
            self.more = true;
        }
    }
}

/// Whether a tuple is no instance of a subclass, which may have attributes.
unsafe fn is_exact_tuple(op: *mut PyObject) -> bool {
    // SAFETY: a live object.
    unsafe {
        let ty = (*op).ob_type;
        (*ty).tp_flags & Py_TPFLAGS_TUPLE_SUBCLASS != 0
            && (*ty).tp_flags & Py_TPFLAGS_HEAPTYPE == 0
            && (*ty).tp_basicsize == core::mem::offset_of!(PyTupleObject, ob_item) as isize
    }
}

/// A tuple whose items can't be part of a cycle needs no tracking. Returns how many there were.
unsafe fn untrack_tuples(list: *mut PyGC_Head, tuples: Tuples) -> usize {
    // SAFETY: a plain list of live containers, and its tuples.
    unsafe {
        let mut untracked = 0;
        if !tuples.more {
            for op in tuples.found {
                untracked += usize::from(maybe_untrack_tuple(op));
            }
            return untracked;
        }
        let mut gc = next(list);
        while gc != list {
            let following = next(gc);
            if is_exact_tuple(object(gc)) {
                untracked += usize::from(maybe_untrack_tuple(object(gc)));
            }
            gc = following;
        }
        untracked
    }
}

unsafe fn maybe_untrack_tuple(op: *mut PyObject) -> bool {
    // SAFETY: an exact tuple.
    unsafe {
        let tuple = op.cast::<PyTupleObject>();
        for i in 0..(*tuple).ob_base.ob_size as usize {
            let item = *(&raw const (*tuple).ob_item).cast::<*mut PyObject>().add(i);
            if item.is_null() {
                return false;
            }
            if is_gc(item) {
                let exact_tuple = (*item).ob_type == (*op).ob_type;
                if !exact_tuple || is_tracked(item) {
                    return false;
                }
            }
        }
        untrack(op);
        true
    }
}

/// Finds the unreachable part of `base` and moves it to `unreachable`. Returns how many objects were examined; `tuples` are those
/// that stay.
unsafe fn deduce_unreachable(base: *mut PyGC_Head, unreachable: *mut PyGC_Head, tuples: &mut Tuples) -> usize {
    // SAFETY: `base` is a plain list of live containers.
    unsafe {
        let candidates = update_refs(base);
        subtract_refs(base);
        list_init(unreachable);
        move_unreachable(base, unreachable, tuples);
        candidates
    }
}

unsafe extern "C" fn visit_move(op: *mut PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `arg` is the list of objects kept alive by legacy finalizers; only garbage still carries the flag.
    unsafe {
        if is_gc(op) {
            let gc = head(op);
            if (*gc)._gc_prev & PREV_COLLECTING != 0 {
                (*gc)._gc_prev &= !PREV_COLLECTING;
                list_move(gc, arg.cast());
            }
        }
    }
    0
}

/// What a collection has found to be garbage.
struct Garbage {
    /// How many objects.
    size: usize,
    /// Whether none of them has a finalizer or weak references, or is a weak reference: nobody sees them die, and none can be
    /// brought back.
    dies_unseen: bool,
}

/// Looks through the garbage, and clears the flags of the unreachable list's links.
unsafe fn survey(unreachable: *mut PyGC_Head) -> Garbage {
    // SAFETY: the list that move_unreachable made.
    unsafe {
        let mut garbage = Garbage { size: 0, dies_unseen: true };
        (*unreachable)._gc_next &= !NEXT_UNREACHABLE;
        let mut last_type: *mut PyTypeObject = core::ptr::null_mut();
        let mut finalizes = false;
        let mut gc = next(unreachable);
        while gc != unreachable {
            (*gc)._gc_next &= !NEXT_UNREACHABLE;
            garbage.size += 1;
            let op = object(gc);
            // Neighbours are often of one type.
            if (*op).ob_type != last_type {
                last_type = (*op).ob_type;
                finalizes = (*last_type).tp_finalize.is_some();
                let may_be_seen = (*last_type).tp_del.is_some() || hooks().is_none_or(|hooks| (hooks.is_weakref)(op));
                garbage.dies_unseen &= !may_be_seen;
            }
            let references = weaklist(op);
            if finalizes && (*gc)._gc_prev & PREV_FINALIZED == 0 || !references.is_null() && !(*references).is_null() {
                garbage.dies_unseen = false;
            }
            gc = next(gc);
        }
        garbage
    }
}

/// Objects with `tp_del` can't be collected, nor can what they reach.
unsafe fn move_legacy_finalizers(unreachable: *mut PyGC_Head, finalizers: *mut PyGC_Head) {
    // SAFETY: a plain list of garbage.
    unsafe {
        let mut gc = next(unreachable);
        while gc != unreachable {
            let following = next(gc);
            if (*(*object(gc)).ob_type).tp_del.is_some() {
                (*gc)._gc_prev &= !PREV_COLLECTING;
                list_move(gc, finalizers);
            }
            gc = following;
        }
        let mut gc = next(finalizers);
        while gc != finalizers {
            traverse(object(gc), visit_move, finalizers.cast());
            gc = next(gc);
        }
    }
}

unsafe fn weaklist(op: *mut PyObject) -> *mut *mut PyWeakReference {
    // SAFETY: a type with an offset keeps the list's head there, inside the object or its pre-header.
    unsafe {
        let offset = (*(*op).ob_type).tp_weaklistoffset;
        if offset == 0 { core::ptr::null_mut() } else { op.cast::<u8>().offset(offset).cast() }
    }
}

/// Clears the weak references to unreachable objects, then calls the callbacks of those that are
/// themselves reachable (PEP 442: those of garbage are not called).
unsafe fn handle_weakref_callbacks(unreachable: *mut PyGC_Head, old: *mut PyGC_Head) -> usize {
    let Some(hooks) = hooks() else { return 0 };
    // SAFETY: a plain list of garbage that is still whole.
    unsafe {
        let mut calls: Vec<(*mut PyWeakReference, *mut PyObject)> = Vec::new();
        let mut gc = next(unreachable);
        while gc != unreachable {
            let op = object(gc);
            gc = next(gc);
            // A weak reference that is garbage itself does not call back, even if what it refers to only dies of the
            // garbage's destruction; its callback may see objects that are empty already.
            if (hooks.is_weakref)(op) {
                (hooks.clear_weakref)(op.cast());
            }
            let list = weaklist(op);
            if list.is_null() {
                continue;
            }
            let mut reference = *list;
            while !reference.is_null() {
                let following = (*reference).wr_next;
                let callback = (*reference).wr_callback;
                let reachable = !is_gc(reference.cast()) || (*head(reference.cast()))._gc_prev & PREV_COLLECTING == 0;
                if !callback.is_null() && reachable {
                    incref(callback);
                    incref(reference.cast());
                    calls.push((reference, callback));
                }
                // Finalizers must not get at garbage through a weak reference.
                (hooks.clear_weakref)(reference);
                reference = following;
            }
        }
        let freed = calls.len();
        for (reference, callback) in calls {
            (hooks.call_weakref_callback)(reference, callback);
            let gc = head(reference.cast());
            if refcnt(reference.cast()) > 1 && is_tracked(reference.cast()) {
                list_move(gc, old);
            }
            decref(reference.cast());
        }
        freed
    }
}

/// Clears the weak references that finalizers made.
unsafe fn clear_remaining_weakrefs(unreachable: *mut PyGC_Head) {
    let Some(hooks) = hooks() else { return };
    // SAFETY: as above.
    unsafe {
        let mut gc = next(unreachable);
        while gc != unreachable {
            let list = weaklist(object(gc));
            if !list.is_null() {
                while !(*list).is_null() {
                    (hooks.clear_weakref)(*list);
                }
            }
            gc = next(gc);
        }
    }
}

/// Calls `tp_finalize` of each object once (PEP 442).
unsafe fn finalize_garbage(collectable: *mut PyGC_Head) {
    // SAFETY: finalizers may take objects off the list, so each is moved to `seen` before its finalizer runs.
    unsafe {
        let mut seen = PyGC_Head { _gc_next: 0, _gc_prev: 0 };
        let seen = &raw mut seen;
        list_init(seen);
        while !list_is_empty(collectable) {
            let gc = next(collectable);
            let op = object(gc);
            list_move(gc, seen);
            if (*gc)._gc_prev & PREV_FINALIZED == 0 {
                if let Some(finalize) = (*(*op).ob_type).tp_finalize {
                    (*gc)._gc_prev |= PREV_FINALIZED;
                    incref(op);
                    finalize(op);
                    decref(op);
                }
            }
        }
        list_merge(seen, collectable);
    }
}

/// Finds out which garbage the finalizers brought back: that goes to `old`, the rest to `still_unreachable`.
unsafe fn handle_resurrected(unreachable: *mut PyGC_Head, still_unreachable: *mut PyGC_Head, old: *mut PyGC_Head) {
    // SAFETY: a plain list; deduce_unreachable rewrites the flags.
    unsafe {
        let mut gc = next(unreachable);
        while gc != unreachable {
            (*gc)._gc_prev &= !PREV_COLLECTING;
            gc = next(gc);
        }
        deduce_unreachable(unreachable, still_unreachable, &mut Tuples::default());
        clear_unreachable_mask(still_unreachable);
        list_merge(unreachable, old);
    }
}

/// Breaks the cycles by clearing the containers.
unsafe fn delete_garbage(state: *mut GcState, collectable: *mut PyGC_Head, old: *mut PyGC_Head) {
    // SAFETY: `tp_clear` may free any object of the list, so the list is re-read after each.
    unsafe {
        while !list_is_empty(collectable) {
            let gc = next(collectable);
            let op = object(gc);
            if (*state).debug & DEBUG_SAVEALL != 0 {
                if let Some(hooks) = hooks() {
                    (hooks.gc_garbage)(op);
                }
            } else if let Some(clear) = (*(*op).ob_type).tp_clear {
                incref(op);
                clear(op);
                if !(*current_ptr()).current_exception().is_null()
                    && let Some(hooks) = hooks()
                {
                    (hooks.unraisable)((*op).ob_type.cast());
                }
                decref(op);
            }
            if next(collectable) == gc {
                // It survived its own clearing: leave it to a later collection.
                (*gc)._gc_prev &= !PREV_COLLECTING;
                list_move(gc, old);
            }
        }
    }
}

/// Collects `generation` and all younger ones. Returns the number of unreachable objects found.
/// `callbacks` tells whether `gc.callbacks` are called.
pub fn collect(t: &Thread, generation: usize, callbacks: bool) -> usize {
    let state = t.interpreter().gc.get();
    // SAFETY: the GIL is held, and `collecting` keeps a nested call out.
    unsafe {
        if (*state).collecting {
            return 0;
        }
        (*state).collecting = true;
        // An exception in flight must survive the Python code that a collection may run.
        let pending = core::mem::replace(&mut (*t.as_ptr()).current_exception, core::ptr::null_mut());
        if callbacks && let Some(hooks) = hooks() {
            (hooks.gc_callback)(0, generation, 0, 0);
        }
        let (collected, uncollectable) = collect_main(t, state, generation);
        if callbacks && let Some(hooks) = hooks() {
            (hooks.gc_callback)(1, generation, collected, uncollectable);
        }
        (*t.as_ptr()).current_exception = pending;
        (*state).collecting = false;
        collected + uncollectable
    }
}

unsafe fn collect_main(t: &Thread, state: *mut GcState, generation: usize) -> (usize, usize) {
    // SAFETY: called by `collect` alone.
    unsafe {
        let start = Instant::now();
        let debug = (*state).debug;
        if debug & DEBUG_STATS != 0
            && let Some(hooks) = hooks()
        {
            let sizes: Vec<String> =
                (0..3).map(|i| list_size(&raw mut (*state).generations[i].head).to_string()).collect();
            let line = format!(
                "gc: collecting generation {generation}...\ngc: objects in each generation: {}\ngc: objects in permanent generation: {}\n",
                sizes.join(" "),
                list_size(&raw mut (*state).permanent)
            );
            (hooks.gc_debug)(&line, core::ptr::null_mut());
        }
        if generation < 2 {
            (*state).generations[generation + 1].count += 1;
        }
        for i in 0..=generation {
            (*state).generations[i].count = 0;
        }
        let young = &raw mut (*state).generations[generation].head;
        for i in 0..generation {
            list_merge(&raw mut (*state).generations[i].head, young);
        }
        let old = if generation < 2 { &raw mut (*state).generations[generation + 1].head } else { young };

        let mut unreachable_head = PyGC_Head { _gc_next: 0, _gc_prev: 0 };
        let unreachable = &raw mut unreachable_head;
        let mut tuples = Tuples::default();
        let candidates = deduce_unreachable(young, unreachable, &mut tuples);
        let garbage = survey(unreachable);
        let survivors = (candidates - garbage.size - untrack_tuples(young, tuples)) as isize;
        if young != old {
            if generation == 1 {
                (*state).long_lived_pending += survivors;
            }
            list_merge(young, old);
        } else {
            (*state).long_lived_pending = 0;
            (*state).long_lived_total = survivors + (*state).lasting_count;
        }

        let mut finalizers_head = PyGC_Head { _gc_next: 0, _gc_prev: 0 };
        let finalizers = &raw mut finalizers_head;
        list_init(finalizers);
        let collected;
        if garbage.dies_unseen && debug == 0 {
            collected = garbage.size;
            delete_garbage(state, unreachable, old);
        } else {
            move_legacy_finalizers(unreachable, finalizers);
            if debug & DEBUG_COLLECTABLE != 0 {
                debug_list(unreachable, "collectable");
            }
            handle_weakref_callbacks(unreachable, old);
            finalize_garbage(unreachable);
            let mut final_head = PyGC_Head { _gc_next: 0, _gc_prev: 0 };
            let final_unreachable = &raw mut final_head;
            handle_resurrected(unreachable, final_unreachable, old);
            clear_remaining_weakrefs(final_unreachable);
            collected = list_size(final_unreachable);
            delete_garbage(state, final_unreachable, old);
        }

        let uncollectable = list_size(finalizers);
        if debug & DEBUG_UNCOLLECTABLE != 0 {
            debug_list(finalizers, "uncollectable");
        }
        keep_legacy(debug, finalizers, old);
        let elapsed = start.elapsed().as_secs_f64();
        if debug & DEBUG_STATS != 0
            && let Some(hooks) = hooks()
        {
            let line = format!(
                "gc: done, {} unreachable, {uncollectable} uncollectable, {elapsed:.4}s elapsed\n",
                collected + uncollectable
            );
            (hooks.gc_debug)(&line, core::ptr::null_mut());
        }
        if generation == 2
            && let Some(hooks) = hooks()
        {
            (hooks.clear_freelists)();
            t.clear_freelists();
        }
        let stats = &mut (*state).stats[generation];
        stats.collections += 1;
        stats.collected += collected;
        stats.uncollectable += uncollectable;
        stats.candidates += candidates;
        stats.duration += elapsed;
        (collected, uncollectable)
    }
}

unsafe fn debug_list(list: *mut PyGC_Head, what: &str) {
    let Some(hooks) = hooks() else { return };
    // SAFETY: a plain list.
    unsafe {
        let mut gc = next(list);
        while gc != list {
            (hooks.gc_debug)(what, object(gc));
            gc = next(gc);
        }
    }
}

unsafe fn keep_legacy(debug: i32, finalizers: *mut PyGC_Head, old: *mut PyGC_Head) {
    // SAFETY: a plain list.
    unsafe {
        let mut gc = next(finalizers);
        while gc != finalizers {
            let op = object(gc);
            (*gc)._gc_prev &= !PREV_COLLECTING;
            if (debug & DEBUG_SAVEALL != 0 || (*(*op).ob_type).tp_del.is_some())
                && let Some(hooks) = hooks()
            {
                (hooks.gc_garbage)(op);
            }
            gc = next(gc);
        }
        list_merge(finalizers, old);
    }
}

/// Runs the collection that an allocation scheduled: of the oldest generation whose threshold is passed. A full
/// collection also waits until a quarter of the long-lived objects are new.
pub fn run_scheduled(t: &Thread) {
    t.clear_breaker(EVAL_GC_SCHEDULED);
    // SAFETY: the GIL is held.
    let chosen = unsafe {
        let state = t.interpreter().gc.get();
        if !(*state).enabled || (*state).collecting {
            return;
        }
        (0..3).rev().find(|&i| {
            (*state).generations[i].threshold != 0
                && (*state).generations[i].count > (*state).generations[i].threshold
                && (i < 2 || (*state).long_lived_pending >= (*state).long_lived_total / 4)
        })
    };
    if let Some(generation) = chosen {
        collect(t, generation, true);
    }
}

/// Untracks all objects that are left of an interpreter: who still refers to them finds them alive, outside of any list.
///
/// # Safety
/// Nothing of the interpreter runs any more, the collector neither; the GIL is held.
pub(crate) unsafe fn untrack_all(state: *mut GcState) {
    // SAFETY: the lists are rings of live objects.
    unsafe {
        let generations = &raw mut (*state).generations;
        let lists = [0, 1, 2].map(|i| &raw mut (*generations)[i].head);
        for list in lists.into_iter().chain([&raw mut (*state).permanent, &raw mut (*state).lasting]) {
            while next(list) != list {
                untrack(object(next(list)));
            }
        }
    }
}

/// Calls `each` with every tracked object of a generation (`None`: of all). The callback must not run Python code.
pub fn for_each(t: &Thread, generation: Option<usize>, mut each: impl FnMut(*mut PyObject)) {
    // SAFETY: the GIL is held, and nothing changes the lists meanwhile.
    unsafe {
        let state = t.interpreter().gc.get();
        let [young, middle, old] = &mut (*state).generations;
        let lists = [(0, &mut young.head), (1, &mut middle.head), (2, &mut old.head), (2, &mut (*state).lasting)];
        for (i, list) in lists {
            if generation.is_some_and(|wanted| wanted != i) {
                continue;
            }
            let list = &raw mut *list;
            let mut gc = next(list);
            while gc != list {
                each(object(gc));
                gc = next(gc);
            }
        }
    }
}

/// Whether all tracked objects, but those that live as long as the process, are as they should be. The callback must not run
/// Python code.
pub fn all(t: &Thread, mut is: impl FnMut(*mut PyObject) -> bool) -> bool {
    // SAFETY: the GIL is held, and nothing changes the lists meanwhile.
    unsafe {
        let state = t.interpreter().gc.get();
        let generations = &raw mut (*state).generations;
        (0..3).all(|i| {
            let list = &raw mut (*generations)[i].head;
            let mut gc = next(list);
            while gc != list {
                if !is(object(gc)) {
                    return false;
                }
                gc = next(gc);
            }
            true
        })
    }
}

/// Visits what an object refers to.
///
/// # Safety
/// `op` is a container; `each` must not run Python code.
pub unsafe fn referents(op: *mut PyObject, each: &mut dyn FnMut(*mut PyObject) -> bool) {
    unsafe extern "C" fn visit(op: *mut PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the closure below.
        let each = unsafe { &mut *arg.cast::<&mut dyn FnMut(*mut PyObject) -> bool>() };
        c_int::from(each(op))
    }
    let mut each = each;
    // SAFETY: the caller's promise.
    unsafe {
        traverse(op, visit, (&raw mut each).cast());
    }
}

/// Sets aside what there is when the static types are ready: their dictionaries and descriptors live as long as the process,
/// so collections need not look at them. Everybody else finds them in the oldest generation.
pub fn set_aside(t: &Thread) {
    // SAFETY: the GIL is held.
    unsafe {
        let state = t.interpreter().gc.get();
        for i in 0..3 {
            list_merge(&raw mut (*state).generations[i].head, &raw mut (*state).lasting);
        }
        (*state).lasting_count = list_size(&raw mut (*state).lasting) as isize;
    }
}

/// `gc.freeze`: moves all tracked objects to the permanent generation.
pub fn freeze(t: &Thread) {
    // SAFETY: the GIL is held.
    unsafe {
        let state = t.interpreter().gc.get();
        for i in 0..3 {
            list_merge(&raw mut (*state).generations[i].head, &raw mut (*state).permanent);
            (*state).generations[i].count = 0;
        }
    }
}

/// `gc.unfreeze`: moves the permanent generation to the oldest.
pub fn unfreeze(t: &Thread) {
    // SAFETY: the GIL is held.
    unsafe {
        let state = t.interpreter().gc.get();
        list_merge(&raw mut (*state).permanent, &raw mut (*state).generations[2].head);
    }
}

/// `gc.get_freeze_count`.
pub fn freeze_count(t: &Thread) -> usize {
    // SAFETY: the GIL is held.
    unsafe { list_size(&raw mut (*t.interpreter().gc.get()).permanent) }
}

/// Runs a dying object's finalizer once; returns true if it brought the object back to life
/// (`PyObject_CallFinalizerFromDealloc`).
///
/// # Safety
/// `op` has no reference left and its destructor has just begun.
pub unsafe fn call_finalizer_from_dealloc(op: *mut PyObject) -> bool {
    // SAFETY: the object is given a reference of its own while the finalizer runs.
    unsafe {
        (*op).ob_refcnt = 1;
        call_finalizer(op);
        (*op).ob_refcnt -= 1;
        (*op).ob_refcnt != 0
    }
}

/// Runs an object's finalizer if it has not run (`PyObject_CallFinalizer`).
///
/// # Safety
/// `op` is a live object.
pub unsafe fn call_finalizer(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(finalize) = (*(*op).ob_type).tp_finalize else { return };
        let gc = is_gc(op);
        if gc && is_finalized(op) {
            return;
        }
        finalize(op);
        if gc {
            set_finalized(op);
        }
    }
}

/// Whether this thread may run a scheduled collection now.
pub fn scheduled(t: &Thread) -> bool {
    t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & EVAL_GC_SCHEDULED != 0
}

/// The current thread's collector state.
///
/// # Safety
/// The thread is attached.
pub unsafe fn state() -> *mut GcState {
    // SAFETY: the caller's promise.
    unsafe { (*thread::current_ptr()).interpreter().gc.get() }
}
