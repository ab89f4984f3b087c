//! The general forms of the instructions that have specialised ones. They are out of line: once warm, the loop meets
//! them only where operands vary.
//!
//! Each works on the frame's saved stack and instruction pointers and gives the instruction to go on at, or null when
//! an exception is in flight.

use super::{call, ops, polymorphic, specialize};
use crate::frame::{Frame, code_of, locals_of};
use crate::generator;
use crate::stackref::StackRef;
use crate::tracing;
use taipan_bytecode::opcode::op;
use taipan_object::{Object, Own, PyMethod, PyStr, Sent, iter, sequence, singletons};
use taipan_runtime::Thread;

pub(super) const RAISED: *mut u16 = core::ptr::null_mut();

/// The frame's stack, read once and written back after every change that code may see.
pub(super) struct Stack {
    frame: *mut Frame,
    sp: *mut StackRef,
}

impl Stack {
    #[inline(always)]
    pub(super) unsafe fn of(frame: *mut Frame) -> Self {
        // SAFETY: the frame is the running one, its pointers saved.
        Self { frame, sp: unsafe { (*frame).stackpointer.cast() } }
    }

    /// Where the next word goes.
    pub(super) const fn top(&self) -> *mut StackRef {
        self.sp
    }

    #[inline(always)]
    pub(super) unsafe fn peek(&self, n: usize) -> StackRef {
        // SAFETY: the stack is as deep as the compiler computed.
        unsafe { *self.sp.sub(n) }
    }

    #[inline(always)]
    pub(super) unsafe fn put(&self, n: usize, word: StackRef) {
        // SAFETY: as above.
        unsafe { *self.sp.sub(n) = word }
    }

    #[inline(always)]
    pub(super) unsafe fn shrink(&mut self, n: usize) {
        // SAFETY: as above.
        unsafe {
            self.sp = self.sp.sub(n);
            (*self.frame).stackpointer = self.sp.cast();
        }
    }

    #[inline(always)]
    pub(super) unsafe fn push(&mut self, word: StackRef) {
        // SAFETY: as above.
        unsafe {
            *self.sp = word;
            self.sp = self.sp.add(1);
            (*self.frame).stackpointer = self.sp.cast();
        }
    }
}

/// Whether the instruction's counter has run out; counts otherwise.
#[inline(always)]
unsafe fn is_due(ip: *mut u16) -> bool {
    // SAFETY: the instruction has a cache.
    unsafe {
        let counter = *ip.add(1);
        if counter < 16 {
            return true;
        }
        *ip.add(1) = counter - 16;
        false
    }
}

#[inline(always)]
pub(super) unsafe fn name_at<'a>(frame: *mut Frame, i: usize) -> &'a PyStr {
    // SAFETY: the compiler made the index.
    unsafe { Object::from_ptr(*code_of(frame).running_names().add(i)).cast_unchecked() }
}

/// `TO_BOOL`.
#[inline(never)]
pub unsafe fn to_bool(t: &Thread, frame: *mut Frame, ip: *mut u16, _oparg: usize) -> *mut u16 {
    // SAFETY: see the header of the module, here and below.
    unsafe {
        let stack = Stack::of(frame);
        let old = stack.peek(1);
        if is_due(ip) {
            specialize::to_bool(ip, old);
        }
        let Ok(truth) = old.object().is_true(t) else { return RAISED };
        stack.put(1, StackRef::borrowed(singletons::bool(truth).as_ptr()));
        old.close();
        ip.add(4)
    }
}

/// `BINARY_OP`.
#[inline(never)]
pub unsafe fn binary_op(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let (left, right) = (stack.peek(2), stack.peek(1));
        if is_due(ip) {
            specialize::binary_op(t, ip, oparg, left, right, locals_of(frame));
        }
        let Ok(value) = ops::binary(t, left.object(), right.object(), oparg as u32) else { return RAISED };
        stack.put(2, StackRef::from_owned(value));
        stack.shrink(1);
        left.close();
        right.close();
        ip.add(6)
    }
}

/// `STORE_SUBSCR`.
#[inline(never)]
pub unsafe fn store_subscr(t: &Thread, frame: *mut Frame, ip: *mut u16, _oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let (value, container, key) = (stack.peek(3), stack.peek(2), stack.peek(1));
        if is_due(ip) {
            specialize::store_subscr(ip, container, key);
        }
        if ops::store_subscr(t, container.object(), key.object(), value.object()).is_err() {
            return RAISED;
        }
        stack.shrink(3);
        value.close();
        container.close();
        key.close();
        ip.add(2)
    }
}

/// `COMPARE_OP`.
#[inline(never)]
pub unsafe fn compare_op(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let (left, right) = (stack.peek(2), stack.peek(1));
        if is_due(ip) {
            specialize::compare_op(ip, oparg, left, right);
        }
        let Ok(value) = ops::compare_op(t, left.object(), right.object(), oparg) else { return RAISED };
        stack.put(2, value);
        stack.shrink(1);
        left.close();
        right.close();
        ip.add(2)
    }
}

/// `CONTAINS_OP`.
#[inline(never)]
pub unsafe fn contains_op(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let (key, container) = (stack.peek(2), stack.peek(1));
        if is_due(ip) {
            specialize::contains_op(ip, container);
        }
        let Ok(found) = sequence::contains(t, container.object(), key.object()) else { return RAISED };
        stack.put(2, StackRef::borrowed(singletons::bool(found != (oparg != 0)).as_ptr()));
        stack.shrink(1);
        key.close();
        container.close();
        ip.add(2)
    }
}

/// `FOR_ITER`.
#[inline(never)]
pub unsafe fn for_iter(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let iterator = stack.peek(1);
        if is_due(ip) {
            specialize::for_iter(ip, iterator);
        }
        match iter::next_or(t, iterator.object(), || monitor_stop(t, frame)) {
            Ok(Some(item)) => {
                stack.push(StackRef::from_owned(item));
                ip.add(2)
            }
            // Past END_FOR; POP_ITER follows.
            Ok(None) => ip.add(2 + oparg + 1),
            Err(_) => RAISED,
        }
    }
}

/// `FOR_ITER_SLOT` when the iterator gave nothing: where the loop goes on. The next loop may be over another kind.
#[inline(never)]
pub unsafe fn end_of_iteration(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        specialize::reconsider(ip);
        match iter::end_of_iteration(t, || monitor_stop(t, frame)) {
            Ok(()) => ip.add(2 + oparg + 1),
            Err(_) => RAISED,
        }
    }
}

/// `LOAD_GLOBAL`.
#[inline(never)]
pub unsafe fn load_global(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let name = name_at(frame, oparg >> 1);
        if is_due(ip) {
            specialize::load_global(ip, frame, name);
        }
        let Ok(value) = ops::load_global(t, frame, name) else { return RAISED };
        stack.push(StackRef::from_owned(value));
        if oparg & 1 != 0 {
            stack.push(StackRef::NULL);
        }
        ip.add(5)
    }
}

/// `LOAD_ATTR`.
#[inline(never)]
pub unsafe fn load_attr(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let name = name_at(frame, oparg >> 1);
        let owner = stack.peek(1);
        if is_due(ip) {
            specialize::load_attr(t, ip, oparg, owner, name);
        } else if *ip as u8 != op::LOAD_ATTR {
            let access = if oparg & 1 != 0 { polymorphic::Access::Call } else { polymorphic::Access::Load };
            polymorphic::learn(t, owner.object(), name, access);
        }
        if oparg & 1 != 0 {
            let Ok((found, bound)) = ops::load_method(t, owner.object(), name) else { return RAISED };
            stack.put(1, StackRef::from_owned(found));
            if bound {
                stack.push(owner);
            } else {
                stack.push(StackRef::NULL);
                owner.close();
            }
        } else {
            let Ok(value) = owner.object().getattr(t, name) else { return RAISED };
            stack.put(1, StackRef::from_owned(value));
            owner.close();
        }
        ip.add(10)
    }
}

/// `STORE_ATTR`.
#[inline(never)]
pub unsafe fn store_attr(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let name = name_at(frame, oparg);
        let (value, owner) = (stack.peek(2), stack.peek(1));
        if is_due(ip) {
            specialize::store_attr(t, ip, owner, name);
        } else if *ip as u8 != op::STORE_ATTR {
            polymorphic::learn(t, owner.object(), name, polymorphic::Access::Store);
        }
        if owner.object().setattr(t, name, value.object()).is_err() {
            return RAISED;
        }
        stack.shrink(2);
        owner.close();
        value.close();
        ip.add(5)
    }
}

/// `UNPACK_SEQUENCE`.
#[inline(never)]
pub unsafe fn unpack_sequence(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let old = stack.peek(1);
        if is_due(ip) {
            specialize::unpack_sequence(ip, oparg, old);
        }
        let Ok(items) = ops::unpack(t, old.object(), oparg, None) else { return RAISED };
        stack.shrink(1);
        for item in items.into_iter().rev() {
            stack.push(StackRef::from_owned(item));
        }
        old.close();
        ip.add(2)
    }
}

/// `SEND`.
#[inline(never)]
pub unsafe fn send(t: &Thread, frame: *mut Frame, ip: *mut u16, oparg: usize) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let stack = Stack::of(frame);
        let (receiver, value) = (stack.peek(2), stack.peek(1));
        if is_due(ip) {
            specialize::send(ip, receiver);
        }
        match generator::send(t, receiver.object(), value.object(), || monitor_stop(t, frame)) {
            Ok(Sent::Next(yielded)) => {
                stack.put(1, StackRef::from_owned(yielded));
                value.close();
                ip.add(2)
            }
            Ok(Sent::Return(result)) => {
                stack.put(1, StackRef::from_owned(result));
                value.close();
                ip.add(2 + oparg)
            }
            Err(_) => RAISED,
        }
    }
}

/// An iterator ended with a `StopIteration`, of which tracers hear (`_PyEval_MonitorRaise`).
#[cold]
fn monitor_stop(t: &Thread, frame: *mut Frame) {
    if crate::tracing::active(t) || crate::tracing::is_monitored(t) {
        crate::tracing::raised(t, frame, false, false);
    }
}

/// What a call led to.
pub enum Called {
    /// The result is on the stack.
    Done,
    /// An exception is in flight.
    Raised,
    /// A Python function's frame, to be entered.
    Enter(*mut Frame),
}

/// `CALL`; with names of keyword arguments (taken over, or null) `CALL_KW`.
#[inline(never)]
pub unsafe fn call<const TRACED: bool, const HOOKED: bool>(
    t: &Thread,
    frame: *mut Frame,
    ip: *mut u16,
    oparg: usize,
    names: StackRef,
) -> Called {
    // SAFETY: as above.
    unsafe {
        let mut stack = Stack::of(frame);
        let args = stack.sp.sub(oparg);
        if is_due(ip) {
            if names.is_null() {
                specialize::call(t, ip, oparg, *args.sub(2), *args.sub(1));
            } else {
                specialize::call_kw(ip, *args.sub(2), *args.sub(1));
            }
        }
        if let Some(method) = (*args.sub(2)).object().downcast_exact::<PyMethod>()
            && (*args.sub(1)).is_null()
        {
            // Unpack the bound method, so that its function can be entered without recursion.
            let callable = *args.sub(2);
            *args.sub(1) = StackRef::new_ref(method.this().as_ptr());
            *args.sub(2) = StackRef::new_ref(method.function().as_ptr());
            callable.close();
        }
        let callable = *args.sub(2);
        let traced = if TRACED && tracing::hears_calls(t, frame) {
            let first = if (*args.sub(1)).is_null() { args } else { args.sub(1) };
            let n = oparg + usize::from(!(*args.sub(1)).is_null());
            let first = if n > 0 { Some((*first).object().own()) } else { None };
            let callee = callable.object().own();
            if tracing::before_call(t, frame, &callee, first.as_deref()).is_err() {
                names.close();
                return Called::Raised;
            }
            Some((callee, first))
        } else {
            None
        };
        if call::enters_loop::<HOOKED>(t, callable) {
            let (first, n) = if (*args.sub(1)).is_null() { (args, oparg) } else { (args.sub(1), oparg + 1) };
            let keywords =
                if names.is_null() { 0 } else { names.object().cast_unchecked::<taipan_object::PyTuple>().len() };
            let new = call::push_frame(t, callable, first, n - keywords, names.as_ptr());
            // The arguments and the function have been taken over, or given up on error.
            names.close();
            stack.shrink(oparg + 2);
            return if new.is_null() { Called::Raised } else { Called::Enter(new) };
        }
        let value = call::call_words(t, args, oparg, names.as_ptr());
        names.close();
        if let Some((callee, first)) = traced
            && tracing::after_call(t, frame, &callee, first.as_deref(), value.is_ok()).is_err()
        {
            return Called::Raised;
        }
        let Ok(value) = value else { return Called::Raised };
        // The words leave the stack before what they refer to may go.
        stack.shrink(oparg + 2);
        for i in (0..oparg + 2).rev() {
            let word = *stack.sp.add(i);
            if word.is_counted() {
                word.close();
            }
        }
        stack.push(StackRef::from_owned(value));
        Called::Done
    }
}
