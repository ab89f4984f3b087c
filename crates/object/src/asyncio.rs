//! What `asyncio` keeps in the states of threads and interpreters, where C code and other processes look for it: the
//! running loop, the running task, and the rings of tasks, which do not keep their members alive.

use crate::handle::{Object, Own, Owned, Slot, Traverse, Visitor};
use core::cell::Cell;
use core::ptr::{NonNull, from_ref};
use taipan_runtime::abi::PyObject;
use taipan_runtime::links::Links;
use taipan_runtime::{Thread, refcount};

/// A field of a thread state that owns a reference.
#[inline(always)]
fn slot(cell: &Cell<*mut PyObject>) -> &Slot {
    // SAFETY: a slot is a pointer that owns its reference or is null, and so is the field.
    unsafe { &*from_ref(cell).cast() }
}

/// The loop that the thread runs.
#[inline(always)]
pub fn running_loop(t: &Thread) -> &Slot {
    slot(&t.asyncio().running_loop)
}

/// The task that the thread runs.
#[inline(always)]
pub fn running_task(t: &Thread) -> &Slot {
    slot(&t.asyncio().running_task)
}

/// The task that another thread of the interpreter runs in this loop.
pub fn task_of_loop(t: &Thread, loop_: &Object) -> Option<Owned> {
    for thread in t.interpreter().thread_list() {
        // SAFETY: threads of the list are alive under the GIL.
        let state = unsafe { (*thread).asyncio() };
        if slot(&state.running_loop).holds(loop_) {
            return slot(&state.running_task).get();
        }
    }
    None
}

/// Gives up what a thread runs.
///
/// # Safety
/// A living thread, under the GIL.
pub unsafe fn clear(thread: *const Thread) {
    // SAFETY: the caller's promise.
    let state = unsafe { (*thread).asyncio() };
    drop((slot(&state.running_loop).take(), slot(&state.running_task).take()));
}

/// In the child of a fork no loop runs, and no task waits to be run by this thread.
pub fn after_fork(t: &Thread) {
    // The loop and the task stay referenced: what they are in the middle of ends nowhere.
    core::mem::forget((running_loop(t).take(), running_task(t).take()));
    t.asyncio().tasks.empty();
}

/// The tasks of all threads of the interpreter, those of threads that have ended first.
pub fn tasks(t: &Thread) -> Vec<Owned> {
    let interp = t.interpreter();
    let mut nodes = interp.asyncio_tasks.nodes();
    for thread in interp.thread_list() {
        // SAFETY: threads of the list are alive under the GIL.
        nodes.extend(unsafe { (*thread).asyncio().tasks.nodes() });
    }
    let member = |node: *const Links| {
        // SAFETY: only memberships are on these rings, which they leave before they are freed, and their owners outlive
        // them; an owner that is being destroyed has count zero.
        unsafe {
            let owner = (*node.cast::<Membership>()).owner.get()?.as_ptr();
            (refcount::refcnt(owner) != 0).then(|| Object::from_ptr(owner).own())
        }
    };
    nodes.into_iter().filter_map(member).collect()
}

/// A task's place on the ring of its thread: a field of the task, which it leaves when it is freed.
#[repr(C)]
#[derive(Default)]
pub struct Membership {
    links: Links,
    owner: Cell<Option<NonNull<PyObject>>>,
}

impl Membership {
    /// Puts the task on the thread's ring, once. `owner` is the object that has this field, and only that one is entered.
    #[inline]
    pub fn enter(&self, t: &Thread, owner: &Object) {
        let (this, start) = (from_ref(self).addr(), from_ref(owner).addr());
        // Else the place could outlive the object.
        if self.links.is_linked() || !(start..start.saturating_add(owner.class().basic_size())).contains(&this) {
            return;
        }
        self.owner.set(NonNull::new(owner.as_ptr()));
        // SAFETY: the field of an object stays where it is, and leaves the ring when it is dropped; the head is a thread's.
        unsafe { t.asyncio().tasks.push(&self.links) };
    }

    /// Takes the task off its ring.
    #[inline]
    pub fn leave(&self) {
        self.links.leave();
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Traverse for Membership {
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}

    fn clear(&self) {}
}
