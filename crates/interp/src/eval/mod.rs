//! The evaluation loop. Calls of Python functions push a frame on the data stack and stay in the loop; only C code that
//! calls back into Python enters it anew.
//!
//! Rules for the bodies of instructions: every word popped is closed or handed on exactly once; the frame's stack
//! pointer and instruction pointer are saved (`sync!`) before anything that may run Python code, raise or look at
//! frames; after such a call nothing read from objects before it is trusted.

pub mod call;
mod error;
mod fast;
pub mod fused;
mod generic;
pub mod ops;
pub mod polymorphic;
mod rare;
pub mod specialize;
#[cfg(feature = "statistics")]
pub mod statistics;

pub use error::{check_exception_types, group_match};
pub use ops::intrinsic_1_with_stop as intrinsic_1;

use crate::code::{PyCode, translate};
use crate::frame::{self, Frame, code_of, locals_of};
use crate::function::PyFunction;
use crate::stackref::StackRef;
use crate::{generator, traceback, tracing};
use taipan_bytecode::opcode::{private_word as private, word as op};
use taipan_bytecode::tables::compare;
use taipan_object::abi::*;
use taipan_object::{
    CompareOp, Object, Own, Owned, PyCell, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, err, errors,
    exceptions, iter, number, sequence, singletons,
};
use taipan_runtime::thread::{EVAL_EVENTS_MASK, EVAL_FRAME_HOOK, EVAL_MONITORED, EVAL_TRACING};
use taipan_runtime::{Thread, refcount};

/// Runs a frame that the caller has pushed, and everything that it calls, until it returns. The frame is popped. If
/// somebody has replaced the evaluation loop (PEP 523), that function does it.
///
/// # Safety
/// `entry` is a fresh frame on top of the data stack, or a generator's frame about to resume.
#[inline]
pub unsafe fn eval_frame(t: &Thread, entry: *mut Frame, throw: bool) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        if tracing::is_hooked(t) {
            return eval_frame_hooked(t, entry, throw);
        }
        eval_frame_default(t, entry, throw)
    }
}

/// Has a frame run by the function that replaces the evaluation loop.
#[cold]
unsafe fn eval_frame_hooked(t: &Thread, entry: *mut Frame, throw: bool) -> PyResult {
    // SAFETY: the caller's promise; the function is called as CPython does.
    unsafe {
        let Some(function) = t.interpreter().eval_frame.get() else { return eval_frame_default(t, entry, throw) };
        // The function may look into the code.
        if let Err(raised) = code_of(entry).load(t) {
            discard(t, entry);
            return Err(raised);
        }
        let result = function(t.as_ptr(), entry, throw.into());
        if result.is_null() {
            if !errors::occurred(t) {
                return Err(err!(
                    t,
                    SystemError,
                    "frame evaluation function returned NULL without setting an exception"
                ));
            }
            return Err(Raised::assume());
        }
        Ok(Owned::from_ptr(result))
    }
}

/// Runs a frame in the evaluation loop, whoever else may be set to run frames.
///
/// # Safety
/// As for [`eval_frame`].
pub unsafe fn eval_frame_default(t: &Thread, entry: *mut Frame, throw: bool) -> PyResult {
    if let Err(raised) = taipan_object::call::enter_recursive(t, "") {
        // SAFETY: the frame has not run.
        unsafe { discard(t, entry) };
        return Err(raised);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let tstate = t.as_ptr();
        (*entry).previous = (*tstate).current_frame;
        (*entry).visited = FRAME_ENTERED;
        (*tstate).current_frame = entry;
        let mut raised = throw;
        if throw && (tracing::active(t) || tracing::is_monitored(t)) {
            tracing::thrown(t, entry);
        }
        if enter_python_call(t).is_err() {
            raised = true;
        }
        let mut start = Start { frame: entry, raised, previous: tracing::Previous::NONE, traced: false };
        loop {
            let outcome = if start.traced || tracing::active(t) {
                run::<true, true>(t, entry, start)
            } else if tracing::is_watched(t) {
                run::<false, true>(t, entry, start)
            } else {
                run::<false, false>(t, entry, start)
            };
            match outcome {
                Outcome::Done(result) => return result,
                Outcome::Switch(next) => start = next,
            }
        }
    }
}

/// Where a loop begins.
#[derive(Clone, Copy)]
struct Start {
    /// The running frame, its pointers saved.
    frame: *mut Frame,
    /// Whether an exception is in flight in it.
    raised: bool,
    /// What the frame has run before.
    previous: tracing::Previous,
    /// Whether the traced loop is to run, since the frame is at an instrumented instruction.
    traced: bool,
}

/// How a loop ends.
enum Outcome {
    /// The entry frame has returned or been left by an exception.
    Done(PyResult),
    /// Tracing or monitoring was turned on or off, a function to run frames was set or taken away, or an instrumented
    /// instruction is reached or done: another form of the loop goes on.
    Switch(Start),
}

/// Gives up a frame that does not run: clears it, and pops it unless a generator owns it.
///
/// # Safety
/// `frame` is on top of the data stack, or a generator's; it is not used again.
pub unsafe fn discard(t: &Thread, frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).owner == FRAME_OWNED_BY_GENERATOR {
            generator::finish(t, frame);
        } else {
            frame::clear(t, frame);
            t.pop_data(frame.cast());
        }
    }
}

/// `Py_EnterRecursiveCall` for Python functions: counts against `sys.setrecursionlimit`.
#[inline(always)]
unsafe fn enter_python_call(t: &Thread) -> PyResult<()> {
    // SAFETY: plain field of the current thread.
    unsafe {
        let ts = t.as_ptr();
        (*ts).py_recursion_remaining -= 1;
        if (*ts).py_recursion_remaining < 0 {
            return Err(too_deep(t));
        }
    }
    Ok(())
}

#[cold]
fn too_deep(t: &Thread) -> Raised {
    // SAFETY: plain fields of the current thread; the headroom lets the exception be made.
    unsafe {
        let ts = t.as_ptr();
        if (*ts).recursion_headroom > 0 {
            if (*ts).py_recursion_remaining < -50 {
                eprintln!("Fatal Python error: _Py_CheckRecursiveCall: Cannot recover from Python stack overflow.");
                std::process::abort();
            }
        }
        (*ts).recursion_headroom += 1;
        let saved = (*ts).py_recursion_remaining;
        (*ts).py_recursion_remaining = 50;
        let raised = err!(t, RecursionError, "maximum recursion depth exceeded");
        (*ts).py_recursion_remaining = saved;
        (*ts).recursion_headroom -= 1;
        raised
    }
}

/// The number of an instruction.
///
/// # Safety
/// `ip` points to one.
#[inline(always)]
unsafe fn opcode_at(ip: *const u16) -> usize {
    // A plain load would be narrow again by the time that the compiler makes a jump table of it, and every dispatch would
    // widen the number a second time.
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller's promise; the instruction only loads.
    unsafe {
        let opcode: usize;
        core::arch::asm!(
            "movzx {0:e}, byte ptr [{1}]",
            lateout(reg) opcode,
            in(reg) ip,
            options(pure, readonly, nostack, preserves_flags)
        );
        opcode
    }
    #[cfg(not(target_arch = "x86_64"))]
    // SAFETY: the caller's promise.
    unsafe {
        usize::from(*ip.cast::<u8>())
    }
}

/// What handling an error leads to.
enum Unwound {
    /// Go on at the handler.
    Handler,
    /// The frame is left by the exception.
    Leave,
}

/// The loop, in three forms: plain; `HOOKED`, where calls of Python functions go through the function that runs frames, if
/// there is one, and code is instrumented, if it is monitored; and `TRACED`, which is ready for that, too, and tells of events.
#[allow(clippy::cognitive_complexity, reason = "one arm an instruction")]
unsafe fn run<const TRACED: bool, const HOOKED: bool>(t: &Thread, entry: *mut Frame, start: Start) -> Outcome {
    // SAFETY: the loop keeps the invariants that its header names; the code was checked when it was made by the
    // compiler, as in CPython: hand-made code objects are trusted.
    unsafe {
        let tstate = t.as_ptr();
        let mut frame = start.frame;
        // Of use to the traced loop alone.
        let mut previous = start.previous;
        let mut ip: *mut u16;
        let mut sp: *mut StackRef;
        let mut raised = start.raised;
        // Where the handler of the exception in flight is looked up, if not at the frame's instruction: RERAISE moves
        // the latter back to what raised first, and what is thrown into a generator is raised by the instruction that
        // yielded, the one before.
        let mut raised_at: *const u16 = if raised { (*frame).instr_ptr.wrapping_sub(1) } else { core::ptr::null() };

        macro_rules! load_frame {
            () => {
                ip = (*frame).instr_ptr;
                sp = (*frame).stackpointer.cast();
            };
        }
        // What the frame knows is read from it when needed: few values live across instructions.
        macro_rules! local {
            ($i:expr) => {
                *locals_of(frame).add($i)
            };
        }
        macro_rules! name_at {
            ($i:expr) => {
                Object::from_ptr(*code_of(frame).running_names().add($i)).cast_unchecked::<PyStr>()
            };
        }
        macro_rules! push {
            ($word:expr) => {{
                let word = $word;
                *sp = word;
                sp = sp.add(1);
            }};
        }
        macro_rules! pop {
            () => {{
                sp = sp.sub(1);
                *sp
            }};
        }
        macro_rules! peek {
            ($n:expr) => {
                *sp.sub($n)
            };
        }

        load_frame!();

        'frames: loop {
            // One round for each time a frame is (re-)entered or an exception is handled.
            if raised {
                let told = TRACED || HOOKED && tracing::is_monitored(t);
                let again = told && traceback::is_reraise();
                error::note(t, frame);
                if told {
                    let thrown = raised_at == (*frame).instr_ptr.wrapping_sub(1);
                    tracing::raised(t, frame, again, thrown);
                }
                let from = core::mem::replace(&mut raised_at, core::ptr::null());
                let raiser = (*frame).instr_ptr;
                match if told { error::unwind_told(t, frame, from) } else { error::unwind(t, frame, from) } {
                    Unwound::Handler => {
                        if told {
                            previous = tracing::Previous::raised_by(code_of(frame), raiser);
                            if !TRACED {
                                return Outcome::Switch(Start { frame, raised: false, previous, traced: true });
                            }
                        }
                        load_frame!();
                    }
                    Unwound::Leave => {
                        if told {
                            tracing::unwound(t, frame);
                        }
                        (*tstate).py_recursion_remaining += 1;
                        let is_entry = frame == entry;
                        let previous_frame = (*frame).previous;
                        (*tstate).current_frame = previous_frame;
                        if (*frame).owner == FRAME_OWNED_BY_GENERATOR {
                            generator::finish(t, frame);
                        } else {
                            frame::clear(t, frame);
                            t.pop_data(frame.cast());
                        }
                        if is_entry {
                            return Outcome::Done(Err(Raised::assume()));
                        }
                        frame = previous_frame;
                        raised = true;
                        continue 'frames;
                    }
                }
            }
            let mut oparg: usize;
            // `next` is where execution goes on after the current instruction.
            let mut next: *mut u16 = ip;

            macro_rules! sync {
                () => {
                    (*frame).instr_ptr = ip;
                    (*frame).stackpointer = sp.cast();
                };
            }
            macro_rules! fail {
                () => {{
                    sync!();
                    raised = true;
                    continue 'frames;
                }};
            }
            macro_rules! check {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(_) => fail!(),
                    }
                };
            }
            macro_rules! jump {
                ($units:expr) => {
                    next = next.offset($units as isize)
                };
            }
            // Whether somebody else runs the frames of functions that are called.
            macro_rules! hooked {
                () => {
                    HOOKED && tracing::is_hooked(t)
                };
            }
            // Whether something is to be done between two instructions.
            macro_rules! has_events {
                () => {{
                    let events = t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & EVAL_EVENTS_MASK;
                    if HOOKED {
                        // What is set is no event to a loop that knows of it, but that all is gone is one.
                        let known = EVAL_FRAME_HOOK | EVAL_MONITORED | if TRACED { EVAL_TRACING } else { 0 };
                        events & !known != 0 || !TRACED && events == 0
                    } else {
                        events != 0
                    }
                }};
            }
            macro_rules! eval_breaker {
                () => {
                    if has_events!() {
                        sync!();
                        (*frame).instr_ptr = next;
                        if crate::pending::handle(t).is_err() {
                            (*frame).instr_ptr = ip;
                            raised = true;
                            continue 'frames;
                        }
                        if !TRACED && (tracing::active(t) || tracing::is_watched(t) != HOOKED) {
                            let previous = tracing::Previous::after(ip);
                            return Outcome::Switch(Start { frame, raised: false, previous, traced: false });
                        }
                    }
                };
            }
            let mut opcode: usize;
            // One loop, at whose end the next instruction is fetched: nothing is invariant in it, so the compiler
            // keeps no precomputed addresses across instructions.
            macro_rules! fetch {
                () => {
                    ip = next;
                    if TRACED {
                        sync!();
                        if code_of(frame).load(t).is_err() {
                            raised = true;
                            continue 'frames;
                        }
                        if !tracing::active(t) && !tracing::stays(t, frame, ip, &previous) {
                            let previous = tracing::Previous::NONE;
                            return Outcome::Switch(Start { frame, raised: false, previous, traced: false });
                        }
                        if tracing::before(t, frame, ip, &mut previous).is_err() {
                            raised = true;
                            continue 'frames;
                        }
                        load_frame!();
                    }
                    // Two loads of a byte cost less than one of a unit that is taken apart.
                    opcode = if TRACED { code_of(frame).opcode_at(ip).into() } else { opcode_at(ip) };
                    oparg = usize::from((*ip.cast::<[u8; 2]>())[1]);
                    next = ip.add(1);
                    #[cfg(feature = "statistics")]
                    statistics::instruction(opcode as u8);
                };
            }
            fetch!();
            'dispatch: loop {
                // Enters a callee frame that is on top of the data stack.
                macro_rules! enter {
                    ($new:expr) => {{
                        let new: *mut Frame = $new;
                        sync!();
                        (*frame).return_offset = ((next as usize - ip as usize) / 2) as u16;
                        (*new).previous = frame;
                        (*tstate).current_frame = new;
                        frame = new;
                        start_frame!();
                    }};
                }
                // Begins to run a frame that has become the current one.
                macro_rules! start_frame {
                    () => {{
                        if enter_python_call(t).is_err() {
                            load_frame!();
                            raised = true;
                            continue 'frames;
                        }
                        previous.ip = core::ptr::null_mut();
                        load_frame!();
                        next = ip;
                        fetch!();
                        continue 'dispatch;
                    }};
                }

                // The general form of an instruction.
                macro_rules! general {
                    ($body:ident) => {{
                        #[cfg(feature = "statistics")]
                        statistics::general(opcode as u8);
                        sync!();
                        next = generic::$body(t, frame, ip, oparg);
                        sp = (*frame).stackpointer.cast();
                        if next.is_null() {
                            raised = true;
                            continue 'frames;
                        }
                    }};
                }
                // Has code instrumented that begins to run and is not as tools want it; the instruction then runs anew.
                macro_rules! settle {
                    () => {
                        // An instrumented one has been told of, and is not told of again.
                        let is_plain = || usize::from(*ip as u8) != op::INSTRUMENTED_INSTRUCTION;
                        if HOOKED && !TRACED && tracing::is_unsettled(t, code_of(frame)) && is_plain() {
                            tracing::settle(t, code_of(frame));
                            next = ip;
                            fetch!();
                            continue 'dispatch;
                        }
                    };
                }
                // An instruction whose body is out of the loop.
                macro_rules! rare {
                    ($body:ident) => {{
                        sync!();
                        next = rare::$body(t, frame, ip, oparg);
                        sp = (*frame).stackpointer.cast();
                        if next.is_null() {
                            raised = true;
                            continue 'frames;
                        }
                    }};
                }
                macro_rules! general_call {
                    ($names:expr) => {{
                        #[cfg(feature = "statistics")]
                        statistics::general(opcode as u8);
                        let names = $names;
                        sync!();
                        next = ip.add(4);
                        match generic::call::<TRACED, HOOKED>(t, frame, ip, oparg, names) {
                            generic::Called::Done => {
                                sp = (*frame).stackpointer.cast();
                                eval_breaker!();
                            }
                            generic::Called::Enter(new) => {
                                sp = (*frame).stackpointer.cast();
                                enter!(new);
                            }
                            generic::Called::Raised => {
                                raised = true;
                                continue 'frames;
                            }
                        }
                    }};
                }
                // The operands are not those that the instruction was specialised for.
                macro_rules! deopt {
                    ($body:ident) => {{
                        general!($body);
                        fetch!();
                        continue 'dispatch;
                    }};
                }
                macro_rules! deopt_call {
                    () => {{
                        general_call!(StackRef::NULL);
                        fetch!();
                        continue 'dispatch;
                    }};
                }
                macro_rules! deopt_call_kw {
                    () => {{
                        general_call!(pop!());
                        fetch!();
                        continue 'dispatch;
                    }};
                }
                // The arguments of a call, the receiver below them included if there is one.
                macro_rules! with_receiver {
                    ($args:expr) => {
                        if (*$args.sub(1)).is_null() { ($args, oparg) } else { ($args.sub(1), oparg + 1) }
                    };
                }
                // Enters a frame whose arguments and callable stood at `$bottom` and above.
                macro_rules! enter_call {
                    ($new:expr, $bottom:expr) => {{
                        let new: *mut Frame = $new;
                        if new.is_null() {
                            sync!();
                            let _ = errors::no_memory(t);
                            fail!();
                        }
                        sp = $bottom;
                        enter!(new);
                    }};
                }
                // Gives up the words of a finished call of C code and pushes its result.
                macro_rules! finish_call {
                    ($value:expr, $bottom:expr) => {{
                        let value = check!($value);
                        let bottom: *mut StackRef = $bottom;
                        while sp > bottom {
                            let word = pop!();
                            if word.is_counted() {
                                (*frame).stackpointer = sp.cast();
                                word.close();
                            }
                        }
                        push!(StackRef::from_owned(value));
                        eval_breaker!();
                    }};
                }
                // What a method is loaded as: the function, then the object that it is called on.
                macro_rules! push_method {
                    ($function:expr) => {{
                        let owner = peek!(1);
                        peek!(1) = StackRef::new_ref($function);
                        push!(owner);
                    }};
                }
                // The value of an attribute in place of its owner; a null to call it with, if need be.
                macro_rules! push_attr {
                    ($word:expr) => {{
                        let owner = peek!(1);
                        peek!(1) = $word;
                        if oparg & 1 != 0 {
                            push!(StackRef::NULL);
                        }
                        next = ip.add(10);
                        if owner.is_counted() {
                            sync!();
                            owner.close();
                        }
                    }};
                }
                macro_rules! load_attr {
                    ($value:expr) => {{
                        let value: *mut PyObject = $value;
                        if value.is_null() {
                            deopt!(load_attr);
                        }
                        push_attr!(StackRef::new_ref(value));
                    }};
                }
                macro_rules! load_method {
                    ($value:expr) => {{
                        let value: *mut PyObject = $value;
                        if value.is_null() {
                            deopt!(load_attr);
                        }
                        push_method!(value);
                        next = ip.add(10);
                    }};
                }
                // Puts a value where it goes: on the stack, or into the local variable that the next instruction, then
                // done too, assigns it to. For specialised forms, which the traced loop does not run.
                macro_rules! deliver {
                    ($word:expr) => {{
                        let word: StackRef = $word;
                        let unit = *next;
                        if usize::from(unit as u8) == op::STORE_FAST {
                            ip = next;
                            next = next.add(1);
                            let place = locals_of(frame).add((unit >> 8) as usize);
                            let old = core::mem::replace(&mut *place, word.make_strong());
                            if !old.is_null() {
                                sync!();
                                old.close();
                            }
                        } else {
                            push!(word);
                        }
                    }};
                }
                // Delivers the next value of an iterator, which is counted.
                macro_rules! deliver_next {
                    ($word:expr) => {{
                        let word: StackRef = $word;
                        let unit = *next;
                        if usize::from(unit as u8) == private::STORE_FAST_LOAD_FAST_BORROW {
                            ip = next;
                            next = next.add(1);
                            let place = locals_of(frame).add((unit >> 12) as usize);
                            let old = core::mem::replace(&mut *place, word);
                            if !old.is_null() {
                                sync!();
                                old.close();
                            }
                            push!(local!((unit >> 8 & 15) as usize).lend());
                        } else {
                            deliver!(word);
                        }
                    }};
                }
                // Delivers the result of an operation on two operands that cannot run Python code.
                macro_rules! deliver_result {
                    ($word:expr) => {{
                        let word = match $word {
                            Ok(word) => word,
                            Err(_) => fail!(),
                        };
                        sp = sp.sub(2);
                        next = ip.add(6);
                        deliver!(word);
                    }};
                }
                // Puts the result of an operation that may run Python code in place of its two operands, and gives these up.
                macro_rules! replace_operands {
                    ($word:expr) => {{
                        let (left, right) = (peek!(2), peek!(1));
                        sp = sp.sub(1);
                        peek!(1) = $word;
                        next = ip.add(6);
                        (*frame).stackpointer = sp.cast();
                        left.close();
                        right.close();
                    }};
                }
                // As `deliver_result!`, by value: a variable that is assigned to may lend its old object.
                macro_rules! deliver_number {
                    ($renew:ident, $value:expr, $left:expr, $right:expr, $make:expr) => {{
                        let unit = *ip.add(6);
                        if usize::from(unit as u8) == op::STORE_FAST
                            && fast::$renew(locals_of(frame).add((unit >> 8) as usize), $value)
                        {
                            $left.close();
                            $right.close();
                            sp = sp.sub(2);
                            next = ip.add(7);
                        } else {
                            deliver_result!($make);
                        }
                    }};
                }
                macro_rules! binary_ints {
                    ($value:expr) => {{
                        let (left, right) = (peek!(2), peek!(1));
                        let Some((a, b)) = fast::two_ints(left, right) else { deopt!(binary_op) };
                        let operation: fn(i64, i64) -> i64 = $value;
                        deliver_fused_int!(operation(a, b), ip, 2, left, right);
                    }};
                }
                macro_rules! binary_floats {
                    ($value:expr) => {{
                        let (left, right) = (peek!(2), peek!(1));
                        let Some((a, b)) = fast::two_floats(left, right) else { deopt!(binary_op) };
                        let operation: fn(f64, f64) -> f64 = $value;
                        let value = operation(a, b);
                        // What comes next is seldom known to continue: to ask would cost more than it saves.
                        deliver_number!(
                            renew_float,
                            value,
                            left,
                            right,
                            fast::float_result::<false>(t, value, left, right)
                        );
                    }};
                }
                macro_rules! item {
                    ($find:path) => {{
                        let (container, key) = (peek!(2), peek!(1));
                        let Some(found) = $find(container, key) else { deopt!(binary_op) };
                        next = ip.add(6);
                        key.close();
                        if container.is_counted() {
                            // The value takes the container's place meanwhile.
                            sp = sp.sub(1);
                            peek!(1) = found;
                            sync!();
                            container.close();
                        } else {
                            sp = sp.sub(2);
                            deliver!(found);
                        }
                    }};
                }
                // Keeps the end of an instruction apart from those of others: they would share one dispatch.
                macro_rules! own_dispatch {
                    ($name:literal) => {
                        core::arch::asm!(concat!("/* ", $name, " */"), options(nomem, nostack, preserves_flags))
                    };
                }
                // Goes on behind the jump at `$jump`, which is not taken: its cache says how far.
                macro_rules! pass_jump {
                    ($jump:expr) => {{
                        let way = *$jump.add(1) as i16;
                        next = $jump.add(2);
                        // A jump back waits if something is to be done.
                        if way >= 0 || !has_events!() {
                            next = next.offset(way as isize);
                        }
                    }};
                }
                // Goes where the conditional jump at `$jump`, which has no prefix, leads or does not.
                macro_rules! jump_if {
                    ($jump:expr, $taken:expr) => {{
                        let jump: *mut u16 = $jump;
                        if $taken {
                            next = jump.add(2 + usize::from(*jump >> 8));
                        } else {
                            // What comes next is told more easily by either way's own dispatch.
                            own_dispatch!("NOT_TAKEN");
                            pass_jump!(jump);
                        }
                    }};
                }
                // The outcome of a comparison; a conditional jump that follows is taken at once.
                macro_rules! decide {
                    ($truth:expr) => {{
                        let truth: bool = $truth;
                        let follower = usize::from(*next as u8);
                        if follower == op::POP_JUMP_IF_FALSE {
                            jump_if!(next, !truth);
                        } else if follower == op::POP_JUMP_IF_TRUE {
                            jump_if!(next, truth);
                        } else {
                            push!(fast::truth(truth));
                        }
                    }};
                }
                // The same for a jump that is taken if the truth is the one that it asks for.
                macro_rules! jump_by {
                    ($jump:expr, $truth:expr) => {{
                        let (jump, truth): (*mut u16, bool) = ($jump, $truth);
                        jump_if!(jump, truth != (usize::from(*jump as u8) == op::POP_JUMP_IF_FALSE));
                    }};
                }
                // The current instruction, read once more: `opcode` would have to live until then.
                macro_rules! form {
                    () => {
                        usize::from(if HOOKED { code_of(frame).opcode_at(ip) } else { *ip as u8 })
                    };
                }
                // The same for the current instruction, which may have a prefix.
                macro_rules! pop_jump {
                    ($taken:expr) => {{
                        if $taken {
                            next = next.add(1 + oparg);
                        } else if TRACED {
                            next = next.add(1);
                        } else {
                            pass_jump!(ip);
                        }
                    }};
                }
                // Does the work of the first instruction of a sequence alone. A jump to the instruction's own body would
                // cost that registers.
                macro_rules! alone {
                    (LOAD_FAST_BORROW) => {{
                        push!(local!(oparg).lend());
                        fetch!();
                        continue 'dispatch;
                    }};
                    (LOAD_FAST_BORROW_LOAD_FAST_BORROW) => {{
                        push!(local!(oparg >> 4).lend());
                        push!(local!(oparg & 15).lend());
                        fetch!();
                        continue 'dispatch;
                    }};
                    (LOAD_SMALL_INT) => {{
                        if let Some(small) = PyInt::small(oparg as i64) {
                            push!(StackRef::borrowed(small.as_ptr()));
                        }
                        fetch!();
                        continue 'dispatch;
                    }};
                    (LOAD_CONST) => {{
                        push!(StackRef::new_ref(*code_of(frame).running_consts().add(oparg)));
                        fetch!();
                        continue 'dispatch;
                    }};
                }
                // The same for a load whose form follows that of the next instruction, which may have changed.
                macro_rules! refit {
                    ($first:ident) => {{
                        translate::refit(ip);
                        alone!($first);
                    }};
                }
                // The number that the `BINARY_OP` at `$at` gives: as `deliver_number!`, with `$popped` of the operands on
                // the stack.
                macro_rules! deliver_fused {
                    ($renew:ident, $value:expr, $at:expr, $popped:expr, $left:expr, $right:expr, $make:expr) => {{
                        let at: *mut u16 = $at;
                        let unit = *at.add(6);
                        if usize::from(unit as u8) == op::STORE_FAST
                            && fast::$renew(locals_of(frame).add((unit >> 8) as usize), $value)
                        {
                            $left.close();
                            $right.close();
                            sp = sp.sub($popped);
                            next = at.add(7);
                        } else {
                            ip = at;
                            let word = match $make {
                                Ok(word) => word,
                                Err(_) => fail!(),
                            };
                            sp = sp.sub($popped);
                            next = at.add(6);
                            deliver!(word);
                        }
                    }};
                }
                // The same for a float, with what follows on it.
                macro_rules! deliver_fused_float {
                    ($value:expr, $at:expr, $popped:expr, $left:expr, $right:expr) => {{
                        let (left, right) = ($left, $right);
                        let (at, value) = fused::follow_float(locals_of(frame), code_of(frame), $at, $value);
                        deliver_fused!(
                            renew_float,
                            value,
                            at,
                            $popped,
                            left,
                            right,
                            fast::float_result::<false>(t, value, left, right)
                        );
                    }};
                }
                // The same for an int, of which the instructions that follow may make another at once.
                macro_rules! deliver_fused_int {
                    ($value:expr, $at:expr, $popped:expr, $left:expr, $right:expr) => {{
                        let (left, right) = ($left, $right);
                        match fused::follow(locals_of(frame), code_of(frame), $at, $value) {
                            fused::Followed::Compared(jump, truth) => {
                                left.close();
                                right.close();
                                sp = sp.sub($popped);
                                jump_by!(jump, truth);
                            }
                            fused::Followed::Value(at, value) => deliver_fused!(
                                renew_int,
                                value,
                                at,
                                $popped,
                                left,
                                right,
                                fast::int_result(t, value, left, right)
                            ),
                        }
                    }};
                }
                // `list[int]` at `$at`, whose key is borrowed, with `$popped` of the operands on the stack.
                macro_rules! fused_item {
                    ($container:expr, $key:expr, $popped:expr, $first:ident) => {{
                        let container: StackRef = $container;
                        let Some(found) = fast::list_item(container, $key) else { refit!($first) };
                        ip = ip.add(1);
                        next = ip.add(6);
                        sp = sp.sub($popped);
                        if container.is_counted() {
                            // The value takes the container's place meanwhile.
                            push!(found);
                            sync!();
                            container.close();
                        } else {
                            deliver!(found);
                        }
                    }};
                }
                // What has not been found by the cache of the `LOAD_ATTR` at `$attr`, but may be known of the type.
                macro_rules! known {
                    ($find:path, $value:expr, $attr:expr, $name:expr, $owner:expr) => {{
                        let (value, attr): (*mut PyObject, *mut u16) = ($value, $attr);
                        if value.is_null() {
                            let name = name_at!($name);
                            $find(t, attr, $owner.object(), name)
                        } else {
                            value
                        }
                    }};
                }
                // An attribute of a variable, by the cache of the `LOAD_ATTR` that follows.
                macro_rules! fused_attr {
                    ($form:expr, |$attr:ident, $owner:ident| $find:expr) => {{
                        let ($attr, $owner) = (ip.add(1), local!(oparg).object());
                        if usize::from(*$attr as u8) != $form {
                            refit!(LOAD_FAST_BORROW);
                        }
                        let value: *mut PyObject = $find;
                        let value = known!(polymorphic::value, value, $attr, (*$attr >> 9) as usize, local!(oparg));
                        if value.is_null() {
                            alone!(LOAD_FAST_BORROW);
                        }
                        push!(StackRef::new_ref(value));
                        if *$attr & 0x100 != 0 {
                            push!(StackRef::NULL);
                        }
                        next = $attr.add(10);
                    }};
                }
                macro_rules! fused_method {
                    ($form:expr, $find:path) => {{
                        let (attr, owner) = (ip.add(1), local!(oparg));
                        if usize::from(*attr as u8) != $form {
                            refit!(LOAD_FAST_BORROW);
                        }
                        let value: *mut PyObject = $find(attr, owner.object());
                        let value = known!(polymorphic::method, value, attr, (*attr >> 9) as usize, owner);
                        if value.is_null() {
                            alone!(LOAD_FAST_BORROW);
                        }
                        push!(StackRef::new_ref(value));
                        push!(owner.lend());
                        next = attr.add(10);
                    }};
                }
                // The outcome of `in`, whose operands are given up.
                macro_rules! contained {
                    ($truth:expr) => {{
                        let (key, container) = (peek!(2), peek!(1));
                        sp = sp.sub(2);
                        next = ip.add(2);
                        (*frame).stackpointer = sp.cast();
                        key.close();
                        container.close();
                        decide!($truth);
                    }};
                }
                // Goes on behind a loop whose iterator gave nothing.
                macro_rules! end_loop {
                    () => {{
                        next = generic::end_of_iteration(t, frame, ip, oparg);
                        if next.is_null() {
                            raised = true;
                            continue 'frames;
                        }
                    }};
                }
                macro_rules! to_bool {
                    ($truth:expr) => {{
                        let Some(truth) = $truth else { deopt!(to_bool) };
                        let word = pop!();
                        next = ip.add(4);
                        if word.is_counted() {
                            sync!();
                            word.close();
                        }
                        decide!(truth);
                    }};
                }

                match opcode {
                    op::EXTENDED_ARG => {
                        let unit = *next;
                        opcode = usize::from(if TRACED { crate::code::generic(unit as u8) } else { unit as u8 });
                        oparg = oparg << 8 | (unit >> 8) as usize;
                        ip = next;
                        next = next.add(1);
                        continue 'dispatch;
                    }
                    private::LOAD_CODE => {
                        sync!();
                        check!(code_of(frame).load(t));
                        next = ip;
                    }
                    op::BINARY_OP_ADD_INT => binary_ints!(|a, b| a + b),
                    op::BINARY_OP_SUBTRACT_INT => binary_ints!(|a, b| a - b),
                    op::BINARY_OP_MULTIPLY_INT => binary_ints!(|a, b| a * b),
                    op::BINARY_OP_ADD_FLOAT => binary_floats!(|a, b| a + b),
                    op::BINARY_OP_SUBTRACT_FLOAT => binary_floats!(|a, b| a - b),
                    op::BINARY_OP_MULTIPLY_FLOAT => binary_floats!(|a, b| a * b),
                    op::BINARY_OP_EXTEND => {
                        let (left, right) = (peek!(2), peek!(1));
                        let kind = *ip.add(2);
                        if kind == specialize::extend::BYTES_ITEM {
                            item!(fast::bytes_item);
                        } else if kind >= specialize::extend::LARGE {
                            let value = fast::large_operation(t, kind, left, right);
                            let Some(value) = value else { deopt!(binary_op) };
                            deliver_result!(value);
                        } else if kind >= specialize::extend::FLOATS {
                            let value = fast::float_operation(kind, left, right);
                            let Some(value) = value else { deopt!(binary_op) };
                            deliver_number!(
                                renew_float,
                                value,
                                left,
                                right,
                                fast::float_result::<true>(t, value, left, right)
                            );
                        } else {
                            let Some(value) = fast::int_operation(kind, left, right) else { deopt!(binary_op) };
                            deliver_number!(renew_int, value, left, right, fast::int_result(t, value, left, right));
                        }
                    }
                    private::BINARY_OP_SLOT => {
                        let (left, right) = (peek!(2), peek!(1));
                        let Some(function) = fast::slot_function(ip, left.object(), right.object()) else {
                            deopt!(binary_op)
                        };
                        sync!();
                        let value = function(left.as_ptr(), right.as_ptr());
                        if value == singletons::not_implemented().as_ptr() {
                            // Built-in types have no other effect when they decline.
                            refcount::decref(value);
                            deopt!(binary_op);
                        }
                        if value.is_null() {
                            fail!();
                        }
                        replace_operands!(StackRef::from_ptr_or_null(value));
                    }
                    op::BINARY_OP_ADD_UNICODE => {
                        let (left, right) = (peek!(2), peek!(1));
                        let (Some(a), Some(b)) =
                            (left.object().downcast_exact::<PyStr>(), right.object().downcast_exact::<PyStr>())
                        else {
                            deopt!(binary_op)
                        };
                        sync!();
                        let value = check!(a.concat(t, b));
                        sp = sp.sub(1);
                        peek!(1) = StackRef::from_owned(value);
                        next = ip.add(6);
                        left.close();
                        right.close();
                    }
                    op::BINARY_OP_INPLACE_ADD_UNICODE => {
                        let target = (*ip.add(6) >> 8) as usize;
                        let slot = locals_of(frame).add(target);
                        sync!();
                        let Some(result) = fast::append_in_place(t, slot, peek!(2), peek!(1)) else {
                            deopt!(binary_op)
                        };
                        sp = sp.sub(2);
                        check!(result);
                        // The assignment that follows has been done.
                        next = ip.add(7);
                    }
                    op::BINARY_OP_SUBSCR_LIST_INT => item!(fast::list_item),
                    op::BINARY_OP_SUBSCR_TUPLE_INT => item!(fast::tuple_item),
                    op::BINARY_OP_SUBSCR_STR_INT => item!(fast::str_item),
                    op::BINARY_OP_SUBSCR_DICT => {
                        let (container, key) = (peek!(2), peek!(1));
                        let Some(dict) = container.object().downcast_exact::<PyDict>() else { deopt!(binary_op) };
                        sync!();
                        let Some(found) = check!(dict.get_item(t, key.object())) else {
                            let _ = errors::key_error(t, key.object());
                            fail!();
                        };
                        replace_operands!(StackRef::from_owned(found));
                    }
                    op::BINARY_OP_SUBSCR_LIST_SLICE => {
                        let (container, key) = (peek!(2), peek!(1));
                        sync!();
                        let Some(result) = fast::list_slice(t, container, key) else { deopt!(binary_op) };
                        let value = check!(result);
                        replace_operands!(StackRef::from_owned(value));
                    }
                    op::BINARY_OP_SUBSCR_GETITEM => {
                        let class = peek!(2).object().class().as_type_ptr();
                        if hooked!() || (*class).tp_version_tag != specialize::read_u32(ip.add(2)) {
                            deopt!(binary_op);
                        }
                        let cache = &raw const (*class.cast::<PyHeapTypeObject>())._spec_cache;
                        let function = (*cache).getitem;
                        if function.is_null() {
                            deopt!(binary_op);
                        }
                        let function: &PyFunction = Object::from_ptr(function).cast_unchecked();
                        if function.code().version() != (*cache).getitem_version {
                            deopt!(binary_op);
                        }
                        next = ip.add(6);
                        let bottom = sp.sub(2);
                        let callable = StackRef::new_ref(function.as_ptr());
                        enter_call!(fast::push_exact(t, callable, function, bottom, 2), bottom);
                    }
                    op::COMPARE_OP_INT => {
                        let (left, right) = (peek!(2), peek!(1));
                        let Some((a, b)) = fast::two_ints(left, right) else { deopt!(compare_op) };
                        sp = sp.sub(2);
                        next = ip.add(2);
                        let truth = oparg & outcome(a, b) != 0;
                        left.close();
                        right.close();
                        decide!(truth);
                    }
                    op::COMPARE_OP_FLOAT => {
                        let (left, right) = (peek!(2), peek!(1));
                        let Some((a, b)) = fast::two_floats(left, right) else { deopt!(compare_op) };
                        sp = sp.sub(2);
                        next = ip.add(2);
                        let truth = oparg & outcome(a, b) != 0;
                        left.close();
                        right.close();
                        decide!(truth);
                    }
                    op::COMPARE_OP_STR => {
                        let (left, right) = (peek!(2), peek!(1));
                        let (Some(a), Some(b)) =
                            (left.object().downcast_exact::<PyStr>(), right.object().downcast_exact::<PyStr>())
                        else {
                            deopt!(compare_op)
                        };
                        let truth = a.eq(b) == matches!(compare_operator(oparg), CompareOp::Eq);
                        sp = sp.sub(2);
                        next = ip.add(2);
                        left.close();
                        right.close();
                        decide!(truth);
                    }
                    op::CONTAINS_OP_DICT => {
                        let (key, container) = (peek!(2), peek!(1));
                        let Some(dict) = container.object().downcast_exact::<PyDict>() else { deopt!(contains_op) };
                        sync!();
                        let found = check!(dict.contains(t, key.object()));
                        contained!(found != (oparg != 0));
                    }
                    op::CONTAINS_OP_SET => {
                        let (key, container) = (peek!(2), peek!(1));
                        let Some(set) = taipan_object::set::any_set(container.object()) else { deopt!(contains_op) };
                        if !set.as_object().is_exact::<taipan_object::PySet>()
                            && !set.as_object().is_exact::<taipan_object::PyFrozenSet>()
                        {
                            deopt!(contains_op);
                        }
                        sync!();
                        let found = check!(set.contains_or_set(t, key.object()));
                        contained!(found != (oparg != 0));
                    }
                    private::CONTAINS_OP_SLOT => {
                        let (key, container) = (peek!(2), peek!(1));
                        let methods = (*container.object().class().as_type_ptr()).tp_as_sequence.as_ref();
                        let Some(contains) = methods.and_then(|m| m.sq_contains) else { deopt!(contains_op) };
                        sync!();
                        let found = contains(container.as_ptr(), key.as_ptr());
                        if found < 0 {
                            fail!();
                        }
                        contained!((found > 0) != (oparg != 0));
                    }
                    op::TO_BOOL_BOOL => {
                        let value = peek!(1).as_ptr();
                        let truth = value == singletons::bool(true).as_ptr();
                        if !truth && value != singletons::bool(false).as_ptr() {
                            deopt!(to_bool);
                        }
                        sp = sp.sub(1);
                        next = ip.add(4);
                        decide!(truth);
                    }
                    op::TO_BOOL_INT => {
                        to_bool!(peek!(1).object().downcast_exact::<PyInt>().map(|i| !i.is_zero()));
                    }
                    op::TO_BOOL_LIST => {
                        to_bool!(peek!(1).object().downcast_exact::<PyList>().map(|l| l.len() != 0));
                    }
                    op::TO_BOOL_NONE => {
                        if peek!(1).as_ptr() != singletons::none().as_ptr() {
                            deopt!(to_bool);
                        }
                        sp = sp.sub(1);
                        next = ip.add(4);
                        decide!(false);
                    }
                    op::TO_BOOL_STR => {
                        to_bool!(peek!(1).object().downcast_exact::<PyStr>().map(|s| s.len() != 0));
                    }
                    op::TO_BOOL_ALWAYS_TRUE => {
                        let version = (*peek!(1).object().class().as_type_ptr()).tp_version_tag;
                        to_bool!((version == specialize::read_u32(ip.add(2))).then_some(true));
                    }
                    op::STORE_SUBSCR_LIST_INT => {
                        let (value, container, key) = (peek!(3), peek!(2), peek!(1));
                        let Some(old) = fast::store_list_item(container, key, value) else { deopt!(store_subscr) };
                        sp = sp.sub(3);
                        next = ip.add(2);
                        key.close();
                        sync!();
                        refcount::decref(old);
                        container.close();
                    }
                    op::STORE_SUBSCR_DICT => {
                        let (value, container, key) = (peek!(3), peek!(2), peek!(1));
                        let Some(dict) = container.object().downcast_exact::<PyDict>() else { deopt!(store_subscr) };
                        sync!();
                        check!(dict.set_item(t, key.object(), value.object()));
                        sp = sp.sub(3);
                        next = ip.add(2);
                        (*frame).stackpointer = sp.cast();
                        value.close();
                        container.close();
                        key.close();
                    }
                    op::UNPACK_SEQUENCE_TWO_TUPLE => {
                        let word = peek!(1);
                        let Some(tuple) = word.object().downcast_exact::<PyTuple>().filter(|t| t.len() == 2) else {
                            deopt!(unpack_sequence)
                        };
                        let items = tuple.items_ptr();
                        peek!(1) = StackRef::new_ref(*items.add(1));
                        push!(StackRef::new_ref(*items));
                        next = ip.add(2);
                        if word.is_counted() {
                            sync!();
                            word.close();
                        }
                    }
                    op::UNPACK_SEQUENCE_TUPLE => {
                        let word = peek!(1);
                        let Some(tuple) = word.object().downcast_exact::<PyTuple>().filter(|t| t.len() == oparg) else {
                            deopt!(unpack_sequence)
                        };
                        sp = sp.sub(1);
                        fast::push_reversed(tuple.items_ptr(), oparg, sp);
                        sp = sp.add(oparg);
                        next = ip.add(2);
                        if word.is_counted() {
                            sync!();
                            word.close();
                        }
                    }
                    op::UNPACK_SEQUENCE_LIST => {
                        let word = peek!(1);
                        let Some(list) = word.object().downcast_exact::<PyList>().filter(|l| l.len() == oparg) else {
                            deopt!(unpack_sequence)
                        };
                        sp = sp.sub(1);
                        fast::push_reversed(list.items_ptr(), oparg, sp);
                        sp = sp.add(oparg);
                        next = ip.add(2);
                        if word.is_counted() {
                            sync!();
                            word.close();
                        }
                    }
                    op::FOR_ITER_RANGE => {
                        let Some(range) = peek!(1).object().downcast_exact::<taipan_types::range::PyRangeIter>() else {
                            deopt!(for_iter)
                        };
                        let left = range.length.get();
                        next = ip.add(2);
                        if left <= 0 {
                            jump!(oparg + 1);
                        } else {
                            let value = range.start.get();
                            range.start.set(value.wrapping_add(range.step.get()));
                            range.length.set(left - 1);
                            let unit = *next;
                            let form = usize::from(unit as u8);
                            if form == op::STORE_FAST
                                && fast::renew_int(locals_of(frame).add((unit >> 8) as usize), value)
                            {
                                next = next.add(1);
                            } else if form == private::STORE_FAST_LOAD_FAST_BORROW
                                && fast::renew_int(locals_of(frame).add((unit >> 12) as usize), value)
                            {
                                push!(local!((unit >> 8 & 15) as usize).lend());
                                next = next.add(1);
                            } else {
                                match PyInt::from_i64(t, value) {
                                    Ok(made) => deliver!(StackRef::from_owned(made)),
                                    Err(_) => fail!(),
                                }
                            }
                        }
                    }
                    op::FOR_ITER_LIST => {
                        let Some(it) = peek!(1).object().downcast_exact::<taipan_object::list_class::PyListIter>()
                        else {
                            deopt!(for_iter)
                        };
                        next = ip.add(2);
                        let list = *it.list.as_raw();
                        if !list.is_null() {
                            let list: &PyList = Object::from_ptr(list).cast_unchecked();
                            let i = it.index.get();
                            if i < list.len() {
                                it.index.set(i + 1);
                                deliver_next!(StackRef::new_ref(*list.items_ptr().add(i)));
                                fetch!();
                                continue 'dispatch;
                            }
                            sync!();
                            it.list.set(None);
                        }
                        jump!(oparg + 1);
                    }
                    op::FOR_ITER_TUPLE => {
                        let Some(it) = peek!(1).object().downcast_exact::<taipan_object::tuple_class::PyTupleIter>()
                        else {
                            deopt!(for_iter)
                        };
                        next = ip.add(2);
                        let tuple = *it.tuple.as_raw();
                        if !tuple.is_null() {
                            let tuple: &PyTuple = Object::from_ptr(tuple).cast_unchecked();
                            let i = it.index.get();
                            if i < tuple.len() {
                                it.index.set(i + 1);
                                deliver_next!(StackRef::new_ref(*tuple.items_ptr().add(i)));
                                fetch!();
                                continue 'dispatch;
                            }
                            sync!();
                            it.tuple.set(None);
                        }
                        jump!(oparg + 1);
                    }
                    private::FOR_ITER_PAIR => {
                        sync!();
                        let Some(pair) = fast::next_pair(t, peek!(1).object()) else { deopt!(for_iter) };
                        match pair {
                            Ok(Some((one, two))) => {
                                push!(StackRef::from_owned(two));
                                push!(StackRef::from_owned(one));
                                // What would have unpacked the tuple has been done.
                                next = ip.add(4);
                            }
                            _ => {
                                end_loop!();
                            }
                        }
                    }
                    private::FOR_ITER_SLOT => {
                        let iterator = peek!(1).as_ptr();
                        let Some(slot) = (*(*iterator).ob_type).tp_iternext else { deopt!(for_iter) };
                        sync!();
                        let item = slot(iterator);
                        if item.is_null() {
                            end_loop!();
                        } else {
                            push!(StackRef::from_ptr_or_null(item));
                            next = ip.add(2);
                        }
                    }
                    op::FOR_ITER_GEN => {
                        if hooked!() {
                            deopt!(for_iter);
                        }
                        let Some(g) = fast::resumable(peek!(1).object(), false) else { deopt!(for_iter) };
                        let new = fast::enter_generator(t, g, StackRef::borrowed(singletons::none().as_ptr()));
                        // Where to go on when the generator returns: END_FOR pops what it returned.
                        next = ip.add(2 + oparg);
                        enter!(new);
                    }
                    op::SEND_GEN => {
                        if hooked!() {
                            deopt!(send);
                        }
                        let Some(g) = fast::resumable(peek!(2).object(), true) else { deopt!(send) };
                        if (*g).gi_frame_state == FRAME_CREATED && peek!(1).as_ptr() != singletons::none().as_ptr() {
                            deopt!(send);
                        }
                        let value = pop!().make_strong();
                        let new = fast::enter_generator(t, g, value);
                        next = ip.add(2 + oparg);
                        enter!(new);
                    }
                    op::LOAD_GLOBAL_MODULE => {
                        let value = fast::load_global_module(ip, frame);
                        if value.is_null() {
                            deopt!(load_global);
                        }
                        push!(StackRef::new_ref(value));
                        if oparg & 1 != 0 {
                            push!(StackRef::NULL);
                        }
                        next = ip.add(5);
                    }
                    op::LOAD_GLOBAL_BUILTIN => {
                        let value = fast::load_global_builtin(ip, frame);
                        if value.is_null() {
                            deopt!(load_global);
                        }
                        push!(StackRef::new_ref(value));
                        if oparg & 1 != 0 {
                            push!(StackRef::NULL);
                        }
                        next = ip.add(5);
                    }
                    op::LOAD_ATTR_INSTANCE_VALUE => {
                        let value = fast::instance_value(ip, peek!(1).object());
                        load_attr!(known!(polymorphic::value, value, ip, oparg >> 1, peek!(1)));
                    }
                    op::LOAD_ATTR_WITH_HINT => {
                        let slot = fast::with_hint(ip, peek!(1).object(), name_at!(oparg >> 1).as_ptr());
                        load_attr!(if slot.is_null() { core::ptr::null_mut() } else { *slot });
                    }
                    op::LOAD_ATTR_SLOT => {
                        let slot = fast::slot_place(ip, peek!(1).object());
                        let value = if slot.is_null() { core::ptr::null_mut() } else { *slot };
                        load_attr!(known!(polymorphic::value, value, ip, oparg >> 1, peek!(1)));
                    }
                    op::LOAD_ATTR_MODULE => load_attr!(fast::module_value(ip, peek!(1).object())),
                    op::LOAD_ATTR_CLASS => load_attr!(fast::class_value(ip, peek!(1).object(), false)),
                    op::LOAD_ATTR_CLASS_WITH_METACLASS_CHECK => {
                        load_attr!(fast::class_value(ip, peek!(1).object(), true));
                    }
                    op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES => {
                        load_attr!(fast::type_attr_with_values(ip, peek!(1).object()));
                    }
                    op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT => {
                        load_attr!(fast::type_attr_no_dict(ip, peek!(1).object()));
                    }
                    op::LOAD_ATTR_METHOD_WITH_VALUES => {
                        let found = fast::type_attr_with_values(ip, peek!(1).object());
                        load_method!(known!(polymorphic::method, found, ip, oparg >> 1, peek!(1)));
                    }
                    op::LOAD_ATTR_METHOD_NO_DICT => {
                        let found = fast::type_attr_no_dict(ip, peek!(1).object());
                        load_method!(known!(polymorphic::method, found, ip, oparg >> 1, peek!(1)));
                    }
                    op::LOAD_ATTR_METHOD_LAZY_DICT => {
                        load_method!(fast::type_attr_lazy_dict(ip, peek!(1).object()))
                    }
                    op::LOAD_ATTR_PROPERTY => {
                        let function = fast::type_attr_no_dict(ip, peek!(1).object());
                        if hooked!() || function.is_null() {
                            deopt!(load_attr);
                        }
                        let function: &PyFunction = Object::from_ptr(function).cast_unchecked();
                        if function.code().version() != specialize::read_u32(ip.add(4)) {
                            deopt!(load_attr);
                        }
                        next = ip.add(10);
                        let bottom = sp.sub(1);
                        let callable = StackRef::new_ref(function.as_ptr());
                        enter_call!(fast::push_exact(t, callable, function, bottom, 1), bottom);
                    }
                    private::LOAD_ATTR_GETSET => {
                        let owner = peek!(1);
                        let def = fast::type_attr_no_dict(ip, owner.object()).cast::<PyGetSetDef>();
                        if def.is_null() {
                            deopt!(load_attr);
                        }
                        let Some(get) = (*def).get else { deopt!(load_attr) };
                        sync!();
                        let value = get(owner.as_ptr(), (*def).closure);
                        if value.is_null() {
                            fail!();
                        }
                        push_attr!(StackRef::from_ptr_or_null(value));
                    }
                    op::STORE_ATTR_INSTANCE_VALUE => {
                        let (value, owner) = (peek!(2), peek!(1));
                        let stored = fast::store_instance_value(ip, owner.object(), value)
                            .or_else(|| polymorphic::store(t, ip, owner.object(), name_at!(oparg), value));
                        let Some(old) = stored else { deopt!(store_attr) };
                        sp = sp.sub(2);
                        next = ip.add(5);
                        if !old.is_null() || owner.is_counted() {
                            sync!();
                            refcount::xdecref(old);
                            owner.close();
                        }
                    }
                    op::STORE_ATTR_SLOT => {
                        let (value, owner) = (peek!(2), peek!(1));
                        let slot = fast::slot_place(ip, owner.object());
                        if slot.is_null() {
                            deopt!(store_attr);
                        }
                        let old = core::mem::replace(&mut *slot, value.make_strong().as_ptr());
                        sp = sp.sub(2);
                        next = ip.add(5);
                        sync!();
                        refcount::xdecref(old);
                        owner.close();
                    }
                    op::STORE_ATTR_WITH_HINT => {
                        let (value, owner) = (peek!(2), peek!(1));
                        let slot = fast::with_hint(ip, owner.object(), name_at!(oparg).as_ptr());
                        if slot.is_null() {
                            deopt!(store_attr);
                        }
                        let dict: &PyDict =
                            Object::from_ptr(*taipan_object::attr::managed_dict_slot(owner.object())).cast_unchecked();
                        if dict.is_watched() {
                            deopt!(store_attr);
                        }
                        let old = core::mem::replace(&mut *slot, value.make_strong().as_ptr());
                        sp = sp.sub(2);
                        next = ip.add(5);
                        sync!();
                        refcount::xdecref(old);
                        owner.close();
                    }
                    op::CALL_PY_EXACT_ARGS => {
                        if hooked!() {
                            deopt_call!();
                        }
                        let args = sp.sub(oparg);
                        let callable = *args.sub(2);
                        let Some(function) = fast::cached_function(callable.object(), ip) else { deopt_call!() };
                        let (first, n) = with_receiver!(args);
                        if (*function.code().raw()).co_argcount as usize != n {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        enter_call!(fast::push_exact(t, callable, function, first, n), args.sub(2));
                    }
                    op::CALL_PY_GENERAL | op::CALL_BOUND_METHOD_GENERAL => {
                        let args = sp.sub(oparg);
                        sync!();
                        if usize::from(*ip as u8) == op::CALL_BOUND_METHOD_GENERAL && !call::unpack_method(args)
                            || !call::enters_loop::<HOOKED>(t, *args.sub(2))
                        {
                            deopt_call!();
                        }
                        let callable = *args.sub(2);
                        let (first, n) = with_receiver!(args);
                        next = ip.add(4);
                        let new = call::push_frame(t, callable, first, n, core::ptr::null_mut());
                        // The arguments and the function have been taken over, or given up on error.
                        sp = args.sub(2);
                        (*frame).stackpointer = sp.cast();
                        if new.is_null() {
                            fail!();
                        }
                        enter!(new);
                    }
                    op::CALL_BOUND_METHOD_EXACT_ARGS => {
                        if hooked!() {
                            deopt_call!();
                        }
                        let args = sp.sub(oparg);
                        let callable = *args.sub(2);
                        let Some(method) = callable.object().downcast_exact::<taipan_object::PyMethod>() else {
                            deopt_call!()
                        };
                        if !(*args.sub(1)).is_null() {
                            deopt_call!();
                        }
                        let Some(function) = fast::cached_function(method.function(), ip) else { deopt_call!() };
                        if (*function.code().raw()).co_argcount as usize != oparg + 1 {
                            deopt_call!();
                        }
                        *args.sub(1) = StackRef::new_ref(method.this().as_ptr());
                        let word = StackRef::new_ref(function.as_ptr());
                        *args.sub(2) = word;
                        next = ip.add(4);
                        sync!();
                        callable.close();
                        let function: &PyFunction = word.object().cast_unchecked();
                        enter_call!(fast::push_exact(t, word, function, args.sub(1), oparg + 1), args.sub(2));
                    }
                    op::CALL_ALLOC_AND_ENTER_INIT => {
                        if hooked!() {
                            deopt_call!();
                        }
                        let args = sp.sub(oparg);
                        let callable = *args.sub(2);
                        if !(*args.sub(1)).is_null() {
                            deopt_call!();
                        }
                        let class = callable.as_ptr().cast::<PyTypeObject>();
                        let is_type = core::ptr::addr_eq(
                            callable.object().class(),
                            <taipan_object::PyType as taipan_object::Class>::TYPE,
                        );
                        if !is_type || (*class).tp_version_tag != specialize::read_u32(ip.add(2)) {
                            deopt_call!();
                        }
                        let init = (*class.cast::<PyHeapTypeObject>())._spec_cache.init;
                        if init.is_null() {
                            deopt_call!();
                        }
                        let function: &PyFunction = Object::from_ptr(init).cast_unchecked();
                        // The function may have been given other code since.
                        if !specialize::is_simple(function, oparg + 1) || (*tstate).py_recursion_remaining <= 1 {
                            deopt_call!();
                        }
                        sync!();
                        let instance = check!(taipan_object::typeobject::alloc_zeroed_instance(t, class, 0));
                        let word = StackRef::from_owned(instance);
                        let shim = fast::push_init_shim(t, init_cleanup_code(t), word.dup());
                        if shim.is_null() {
                            word.close();
                            let _ = errors::no_memory(t);
                            fail!();
                        }
                        *args.sub(1) = word;
                        let function_word = StackRef::new_ref(init);
                        let new = fast::push_exact(t, function_word, function, args.sub(1), oparg + 1);
                        if new.is_null() {
                            function_word.close();
                            frame::clear(t, shim);
                            t.pop_data(shim.cast());
                            let _ = errors::no_memory(t);
                            fail!();
                        }
                        sp = args.sub(2);
                        sync!();
                        (*frame).return_offset = 4;
                        (*shim).previous = frame;
                        (*new).previous = shim;
                        (*tstate).py_recursion_remaining -= 1;
                        (*tstate).current_frame = new;
                        callable.close();
                        frame = new;
                        start_frame!();
                    }
                    op::CALL_TYPE_1 => {
                        let args = sp.sub(1);
                        if !core::ptr::addr_eq(
                            (*args.sub(2)).as_ptr(),
                            <taipan_object::PyType as taipan_object::Class>::TYPE,
                        ) || !(*args.sub(1)).is_null()
                        {
                            deopt_call!();
                        }
                        let word = pop!();
                        let class = word.object().class().as_object().as_ptr();
                        sp = sp.sub(1);
                        peek!(1) = StackRef::new_ref(class);
                        next = ip.add(4);
                        sync!();
                        word.close();
                    }
                    op::CALL_STR_1 => {
                        let args = sp.sub(1);
                        if !core::ptr::addr_eq((*args.sub(2)).as_ptr(), <PyStr as taipan_object::Class>::TYPE)
                            || !(*args.sub(1)).is_null()
                        {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        finish_call!((*args).object().str(t), args.sub(2));
                    }
                    op::CALL_TUPLE_1 => {
                        let args = sp.sub(1);
                        if !core::ptr::addr_eq((*args.sub(2)).as_ptr(), <PyTuple as taipan_object::Class>::TYPE)
                            || !(*args.sub(1)).is_null()
                        {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        finish_call!(iter::to_tuple(t, (*args).object()), args.sub(2));
                    }
                    op::CALL_BUILTIN_CLASS => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let Some(class) = callee.downcast::<taipan_object::PyType>() else { deopt_call!() };
                        let Some(function) = (*class.as_type_ptr()).tp_vectorcall else { deopt_call!() };
                        let (first, n) = with_receiver!(args);
                        if n > fast::Pointers::MAX {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let made = function(callee.as_ptr(), room.fill(first, n), n, core::ptr::null_mut());
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    op::CALL_LEN => {
                        let args = sp.sub(1);
                        if (*args.sub(2)).as_ptr() != crate::state::state(t).callables.len.get()
                            || !(*args.sub(1)).is_null()
                        {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        let n = check!(sequence::len(t, (*args).object()));
                        finish_call!(PyInt::from_u64(t, n as u64), args.sub(2));
                    }
                    op::CALL_ISINSTANCE => {
                        let args = sp.sub(oparg);
                        if oparg != 2
                            || (*args.sub(2)).as_ptr() != crate::state::state(t).callables.isinstance.get()
                            || !(*args.sub(1)).is_null()
                        {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        let is = check!((*args).object().is_instance(t, (*args.add(1)).object()));
                        finish_call!(Ok::<_, Raised>(singletons::bool(is).own()), args.sub(2));
                    }
                    op::CALL_LIST_APPEND => {
                        let args = sp.sub(oparg);
                        let this = *args.sub(1);
                        if oparg != 1
                            || (*args.sub(2)).as_ptr() != crate::state::state(t).callables.list_append.get()
                            || this.is_null()
                        {
                            deopt_call!();
                        }
                        let Some(list) = this.object().downcast_exact::<PyList>() else { deopt_call!() };
                        let value = pop!().into_owned();
                        check!(list.append(t, value));
                        sp = sp.sub(2);
                        (*sp).close();
                        // The POP_TOP that follows has nothing left to do.
                        next = ip.add(5);
                        if this.is_counted() {
                            sync!();
                            this.close();
                        }
                    }
                    op::CALL_BUILTIN_O => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        let Some(function) = callee.downcast_exact::<taipan_object::PyCFunction>() else {
                            deopt_call!()
                        };
                        let def = function.method_def();
                        if n != 1 || (*def).ml_flags & fast::CONVENTIONS != METH_O {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        check!(taipan_object::call::enter_recursive(t, " while calling a Python object"));
                        let made = ((*def).ml_meth.PyCFunction)(function.receiver(), (*first).as_ptr());
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    op::CALL_BUILTIN_FAST => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        let Some(function) = callee.downcast_exact::<taipan_object::PyCFunction>() else {
                            deopt_call!()
                        };
                        let def = function.method_def();
                        if n > fast::Pointers::MAX || (*def).ml_flags & fast::CONVENTIONS != METH_FASTCALL {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let given = room.fill(first, n);
                        let made = ((*def).ml_meth.PyCFunctionFast)(function.receiver(), given, n as isize);
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    op::CALL_BUILTIN_FAST_WITH_KEYWORDS => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        let Some(function) = callee.downcast_exact::<taipan_object::PyCFunction>() else {
                            deopt_call!()
                        };
                        let def = function.method_def();
                        if n > fast::Pointers::MAX
                            || (*def).ml_flags & fast::CONVENTIONS != METH_FASTCALL | METH_KEYWORDS
                        {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let made = ((*def).ml_meth.PyCFunctionFastWithKeywords)(
                            function.receiver(),
                            room.fill(first, n),
                            n as isize,
                            core::ptr::null_mut(),
                        );
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    // Anything but a Python function, called as it asks to be.
                    op::CALL_NON_PY_GENERAL => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        if fast::enters_frame(*args.sub(2), *args.sub(1)) || n > fast::Pointers::MAX {
                            deopt_call!();
                        }
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let given = room.fill(first, n);
                        let nargsf = n | PY_VECTORCALL_ARGUMENTS_OFFSET;
                        let made = taipan_object::call::vectorcall(t, callee, given, nargsf, core::ptr::null_mut());
                        finish_call!(made, args.sub(2));
                    }
                    op::CALL_KW_NON_PY => {
                        let names = peek!(1);
                        let args = sp.sub(oparg + 1);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        if fast::enters_frame(*args.sub(2), *args.sub(1)) || n > fast::Pointers::MAX {
                            deopt_call_kw!();
                        }
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let given = room.fill(first, n);
                        let nargsf = (n - fast::tuple_len(names)) | PY_VECTORCALL_ARGUMENTS_OFFSET;
                        let made = taipan_object::call::vectorcall(t, callee, given, nargsf, names.as_ptr());
                        finish_call!(made, args.sub(2));
                    }
                    op::CALL_KW_PY | op::CALL_KW_BOUND_METHOD => {
                        let args = sp.sub(oparg + 1);
                        sync!();
                        if usize::from(*ip as u8) == op::CALL_KW_BOUND_METHOD && !call::unpack_method(args)
                            || !call::enters_loop::<HOOKED>(t, *args.sub(2))
                        {
                            deopt_call_kw!();
                        }
                        let callable = *args.sub(2);
                        let (first, n) = with_receiver!(args);
                        next = ip.add(4);
                        let names = pop!();
                        sync!();
                        let new = call::push_frame(t, callable, first, n - fast::tuple_len(names), names.as_ptr());
                        // The arguments and the function have been taken over, or given up on error.
                        sp = args.sub(2);
                        (*frame).stackpointer = sp.cast();
                        names.close();
                        if new.is_null() {
                            fail!();
                        }
                        enter!(new);
                    }
                    op::CALL_METHOD_DESCRIPTOR_NOARGS => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        if n != 1 {
                            deopt_call!();
                        }
                        let Some(def) = fast::method_def(callee, *first, METH_NOARGS) else { deopt_call!() };
                        next = ip.add(4);
                        sync!();
                        check!(taipan_object::call::enter_recursive(t, " while calling a Python object"));
                        let made = ((*def).ml_meth.PyCFunction)((*first).as_ptr(), core::ptr::null_mut());
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    op::CALL_METHOD_DESCRIPTOR_O => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        if n != 2 {
                            deopt_call!();
                        }
                        let Some(def) = fast::method_def(callee, *first, METH_O) else { deopt_call!() };
                        next = ip.add(4);
                        sync!();
                        check!(taipan_object::call::enter_recursive(t, " while calling a Python object"));
                        let made = ((*def).ml_meth.PyCFunction)((*first).as_ptr(), (*first.add(1)).as_ptr());
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    op::CALL_METHOD_DESCRIPTOR_FAST => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        if n == 0 || n - 1 > fast::Pointers::MAX {
                            deopt_call!();
                        }
                        let Some(def) = fast::method_def(callee, *first, METH_FASTCALL) else { deopt_call!() };
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let given = room.fill(first.add(1), n - 1);
                        let made = ((*def).ml_meth.PyCFunctionFast)((*first).as_ptr(), given, n as isize - 1);
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    op::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => {
                        let args = sp.sub(oparg);
                        let callee = (*args.sub(2)).object();
                        let (first, n) = with_receiver!(args);
                        if n == 0 || n - 1 > fast::Pointers::MAX {
                            deopt_call!();
                        }
                        let Some(def) = fast::method_def(callee, *first, METH_FASTCALL | METH_KEYWORDS) else {
                            deopt_call!()
                        };
                        next = ip.add(4);
                        sync!();
                        let mut room = fast::Pointers::new();
                        let made = ((*def).ml_meth.PyCFunctionFastWithKeywords)(
                            (*first).as_ptr(),
                            room.fill(first.add(1), n - 1),
                            n as isize - 1,
                            core::ptr::null_mut(),
                        );
                        finish_call!(taipan_object::call::check_result(t, callee, made), args.sub(2));
                    }
                    // Not empty: the compiler would send the instruction straight to the fetch of the next, which would
                    // then be a loop of its own and no longer be copied to the end of every other instruction.
                    op::NOP | op::NOT_TAKEN | op::CACHE => {
                        core::arch::asm!("", options(nomem, nostack, preserves_flags));
                    }
                    op::INSTRUMENTED_INSTRUCTION if !TRACED => {
                        sync!();
                        let at = match HOOKED {
                            true => tracing::reach(t, frame, ip, &mut previous),
                            false => tracing::At::Traced(tracing::Previous::NONE),
                        };
                        match at {
                            tracing::At::Traced(previous) => {
                                return Outcome::Switch(Start { frame, raised: false, previous, traced: true });
                            }
                            tracing::At::Again => next = ip,
                            tracing::At::Told(instruction) => {
                                sp = (*frame).stackpointer.cast();
                                opcode = instruction.into();
                                continue 'dispatch;
                            }
                            tracing::At::Raised => {
                                raised = true;
                                continue 'frames;
                            }
                        }
                    }
                    op::RESUME => {
                        settle!();
                        if oparg & 3 == 0 && usize::from(*ip as u8) == op::RESUME {
                            translate::translate(code_of(frame));
                        }
                        if oparg & 3 < 2 {
                            eval_breaker!();
                        }
                    }
                    op::RESUME_CHECK => {
                        settle!();
                        eval_breaker!();
                        own_dispatch!("RESUME_CHECK");
                    }
                    private::RESUME_POP_TOP => {
                        settle!();
                        if has_events!() {
                            // Events come between the two.
                            eval_breaker!();
                            fetch!();
                            continue 'dispatch;
                        }
                        let word = pop!();
                        ip = next;
                        next = ip.add(1);
                        if word.is_counted() {
                            sync!();
                            word.close();
                        }
                        own_dispatch!("RESUME_POP_TOP");
                    }
                    private::LOAD_FAST_THEN => {
                        let follower = *next as u8;
                        if crate::code::generic(follower) != follower {
                            refit!(LOAD_FAST_BORROW);
                        }
                        push!(local!(oparg).lend());
                    }
                    private::LOAD_FAST_ATTR_INSTANCE_VALUE => {
                        fused_attr!(op::LOAD_ATTR_INSTANCE_VALUE, |attr, owner| fast::instance_value(attr, owner));
                    }
                    private::LOAD_FAST_ATTR_SLOT => {
                        fused_attr!(op::LOAD_ATTR_SLOT, |attr, owner| {
                            let slot = fast::slot_place(attr, owner);
                            if slot.is_null() { core::ptr::null_mut() } else { *slot }
                        });
                    }
                    private::LOAD_FAST_METHOD_WITH_VALUES => {
                        fused_method!(op::LOAD_ATTR_METHOD_WITH_VALUES, fast::type_attr_with_values);
                    }
                    private::LOAD_FAST_METHOD_NO_DICT => {
                        fused_method!(op::LOAD_ATTR_METHOD_NO_DICT, fast::type_attr_no_dict);
                    }
                    private::LOAD_FAST_STORE_ATTR_INSTANCE_VALUE => {
                        let attr = next;
                        if usize::from(*attr as u8) != op::STORE_ATTR_INSTANCE_VALUE {
                            refit!(LOAD_FAST_BORROW);
                        }
                        let (value, owner) = (peek!(1), local!(oparg).object());
                        let stored = fast::store_instance_value(attr, owner, value)
                            .or_else(|| polymorphic::store(t, attr, owner, name_at!((*attr >> 8) as usize), value));
                        let Some(old) = stored else { alone!(LOAD_FAST_BORROW) };
                        sp = sp.sub(1);
                        ip = attr;
                        next = attr.add(5);
                        if !old.is_null() {
                            sync!();
                            refcount::decref(old);
                        }
                        own_dispatch!("LOAD_FAST_STORE_ATTR_INSTANCE_VALUE");
                    }
                    private::LOAD_FAST_STORE_ATTR_SLOT => {
                        let attr = next;
                        if usize::from(*attr as u8) != op::STORE_ATTR_SLOT {
                            refit!(LOAD_FAST_BORROW);
                        }
                        let slot = fast::slot_place(attr, local!(oparg).object());
                        if slot.is_null() {
                            alone!(LOAD_FAST_BORROW);
                        }
                        let old = core::mem::replace(&mut *slot, pop!().make_strong().as_ptr());
                        ip = attr;
                        next = attr.add(5);
                        if !old.is_null() {
                            sync!();
                            refcount::decref(old);
                        }
                        own_dispatch!("LOAD_FAST_STORE_ATTR_SLOT");
                    }
                    private::LOAD_FAST_BINARY_INT => {
                        let (left, right, at) = (peek!(1), local!(oparg).lend(), next);
                        let Some((a, b)) = fast::two_ints(left, right) else { refit!(LOAD_FAST_BORROW) };
                        let value = fused::int_arithmetic((*at >> 8).into(), a, b);
                        deliver_fused_int!(value, at, 1, left, right);
                    }
                    private::LOAD_FAST_BINARY_FLOAT => {
                        let (left, right, at) = (peek!(1), local!(oparg).lend(), next);
                        let Some((a, b)) = fast::two_floats(left, right) else { refit!(LOAD_FAST_BORROW) };
                        let value = fused::float_arithmetic((*at >> 8).into(), a, b);
                        deliver_fused_float!(value, at, 1, left, right);
                    }
                    private::LOAD_FAST_LIST_ITEM => {
                        fused_item!(peek!(1), local!(oparg).lend(), 1, LOAD_FAST_BORROW);
                    }
                    private::LOAD_FAST_JUMP_NONE => {
                        let is_none = local!(oparg).as_ptr() == singletons::none().as_ptr();
                        jump_if!(next, is_none == (usize::from(*next as u8) == op::POP_JUMP_IF_NONE));
                    }
                    private::LOAD_FAST_BINARY_SMALL => {
                        let (small, at) = ((*next >> 8).into(), next.add(1));
                        let value = fused::int_value(local!(oparg))
                            .and_then(|a| fused::small_operation((*at >> 8).into(), a, small));
                        let Some(value) = value else { alone!(LOAD_FAST_BORROW) };
                        deliver_fused_int!(value, at, 0, StackRef::NULL, StackRef::NULL);
                    }
                    private::LOAD_FAST_COMPARE_SMALL => {
                        let small = (*next >> 8).into();
                        let Some(a) = fused::int_value(local!(oparg)) else { alone!(LOAD_FAST_BORROW) };
                        jump_by!(next.add(3), fused::compares(*next.add(1) >> 8, a, small));
                    }
                    private::LOAD_FAST_PAIR_THEN => {
                        let follower = *next as u8;
                        if crate::code::generic(follower) != follower {
                            refit!(LOAD_FAST_BORROW_LOAD_FAST_BORROW);
                        }
                        push!(local!(oparg >> 4).lend());
                        push!(local!(oparg & 15).lend());
                    }
                    private::LOAD_FAST_PAIR_BINARY_INT => {
                        let (left, right, at) = (local!(oparg >> 4).lend(), local!(oparg & 15).lend(), next);
                        let Some((a, b)) = fast::two_ints(left, right) else {
                            refit!(LOAD_FAST_BORROW_LOAD_FAST_BORROW)
                        };
                        let value = fused::int_arithmetic((*at >> 8).into(), a, b);
                        deliver_fused_int!(value, at, 0, left, right);
                    }
                    private::LOAD_FAST_PAIR_BINARY_FLOAT => {
                        let (left, right, at) = (local!(oparg >> 4).lend(), local!(oparg & 15).lend(), next);
                        let Some((a, b)) = fast::two_floats(left, right) else {
                            refit!(LOAD_FAST_BORROW_LOAD_FAST_BORROW)
                        };
                        let value = fused::float_arithmetic((*at >> 8).into(), a, b);
                        deliver_fused_float!(value, at, 0, left, right);
                    }
                    private::LOAD_FAST_PAIR_LIST_ITEM => {
                        let (container, key) = (local!(oparg >> 4).lend(), local!(oparg & 15).lend());
                        fused_item!(container, key, 0, LOAD_FAST_BORROW_LOAD_FAST_BORROW);
                    }
                    private::LOAD_FAST_PAIR_COMPARE => {
                        let (left, right) = (local!(oparg >> 4), local!(oparg & 15));
                        let operator = *next >> 8;
                        let truth = if let Some((a, b)) = fast::two_ints(left, right) {
                            fused::compares(operator, a, b)
                        } else if let Some((a, b)) = fast::two_floats(left, right) {
                            usize::from(operator) & outcome(a, b) != 0
                        } else {
                            alone!(LOAD_FAST_BORROW_LOAD_FAST_BORROW)
                        };
                        jump_by!(next.add(2), truth);
                    }
                    private::LOAD_SMALL_INT_BINARY => {
                        let (left, at) = (peek!(1), next);
                        let value = fused::int_value(left)
                            .and_then(|a| fused::small_operation((*at >> 8).into(), a, oparg as i64));
                        let Some(value) = value else { alone!(LOAD_SMALL_INT) };
                        deliver_fused_int!(value, at, 1, left, StackRef::NULL);
                    }
                    private::LOAD_SMALL_INT_COMPARE => {
                        let left = peek!(1);
                        let Some(a) = fused::int_value(left) else { alone!(LOAD_SMALL_INT) };
                        sp = sp.sub(1);
                        left.close();
                        jump_by!(next.add(2), fused::compares(*next >> 8, a, oparg as i64));
                    }
                    private::LOAD_CONST_BINARY_INT => {
                        let (left, at) = (peek!(1), next);
                        let right = StackRef::borrowed(*code_of(frame).running_consts().add(oparg));
                        let value = fast::two_ints(left, right)
                            .and_then(|(a, b)| fused::small_operation((*at >> 8).into(), a, b));
                        let Some(value) = value else { alone!(LOAD_CONST) };
                        deliver_fused_int!(value, at, 1, left, StackRef::NULL);
                    }
                    private::STORE_FAST_LOAD_FAST_BORROW => {
                        let place = locals_of(frame).add(oparg >> 4);
                        let old = core::mem::replace(&mut *place, pop!().make_strong());
                        if !old.is_null() {
                            sync!();
                            old.close();
                        }
                        // Only now: what the old value does when it goes may assign to the variable.
                        push!(local!(oparg & 15).lend());
                        own_dispatch!("STORE_FAST_LOAD_FAST_BORROW");
                    }
                    op::LOAD_FAST => push!(local!(oparg).dup()),
                    op::LOAD_FAST_BORROW => push!(StackRef::borrowed(local!(oparg).as_ptr())),
                    op::LOAD_FAST_CHECK => {
                        let word = local!(oparg);
                        if word.is_null() {
                            sync!();
                            let _ = ops::unbound_local(t, code_of(frame), oparg);
                            fail!();
                        }
                        push!(word.dup());
                    }
                    op::LOAD_FAST_AND_CLEAR => {
                        push!(local!(oparg));
                        local!(oparg) = StackRef::NULL;
                    }
                    op::LOAD_FAST_LOAD_FAST => {
                        push!((local!(oparg >> 4)).dup());
                        push!((local!(oparg & 15)).dup());
                    }
                    op::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                        push!(StackRef::borrowed((local!(oparg >> 4)).as_ptr()));
                        push!(StackRef::borrowed((local!(oparg & 15)).as_ptr()));
                    }
                    op::STORE_FAST => {
                        let old = local!(oparg);
                        local!(oparg) = pop!().make_strong();
                        if !old.is_null() {
                            sync!();
                            old.close();
                        }
                        own_dispatch!("STORE_FAST");
                    }
                    op::STORE_FAST_LOAD_FAST => {
                        let old = local!(oparg >> 4);
                        local!(oparg >> 4) = peek!(1).make_strong();
                        peek!(1) = (local!(oparg & 15)).dup();
                        if !old.is_null() {
                            sync!();
                            old.close();
                        }
                    }
                    op::STORE_FAST_STORE_FAST => {
                        let old1 = local!(oparg >> 4);
                        local!(oparg >> 4) = pop!().make_strong();
                        let old2 = local!(oparg & 15);
                        local!(oparg & 15) = pop!().make_strong();
                        sync!();
                        if !old1.is_null() {
                            old1.close();
                        }
                        if !old2.is_null() {
                            old2.close();
                        }
                    }
                    op::DELETE_FAST => {
                        let old = local!(oparg);
                        if old.is_null() {
                            sync!();
                            let _ = ops::unbound_local(t, code_of(frame), oparg);
                            fail!();
                        }
                        local!(oparg) = StackRef::NULL;
                        sync!();
                        old.close();
                    }
                    op::LOAD_CONST => {
                        let constant = *code_of(frame).running_consts().add(oparg);
                        let immortal = taipan_runtime::refcount::is_immortal(constant);
                        let special = if immortal { op::LOAD_CONST_IMMORTAL } else { op::LOAD_CONST_MORTAL };
                        if usize::from(*ip as u8) == op::LOAD_CONST {
                            *ip.cast::<u8>() = special as u8;
                        }
                        push!(StackRef::new_ref(constant));
                    }
                    op::LOAD_CONST_IMMORTAL => {
                        push!(StackRef::borrowed(*code_of(frame).running_consts().add(oparg)));
                    }
                    // Counted: native code takes what has one reference for its own.
                    op::LOAD_CONST_MORTAL => {
                        push!(StackRef::new_ref(*code_of(frame).running_consts().add(oparg)));
                    }
                    op::LOAD_SMALL_INT => {
                        if let Some(small) = PyInt::small(oparg as i64) {
                            push!(StackRef::borrowed(small.as_ptr()));
                        }
                    }
                    op::LOAD_COMMON_CONSTANT => rare!(load_common_constant),
                    op::POP_TOP | op::POP_ITER => {
                        let word = pop!();
                        sync!();
                        word.close();
                        own_dispatch!("POP_TOP");
                    }
                    op::END_FOR => {
                        if TRACED {
                            sync!();
                            check!(tracing::end_for(t, frame));
                        }
                        let word = pop!();
                        sync!();
                        word.close();
                    }
                    op::PUSH_NULL => push!(StackRef::NULL),
                    op::COPY => push!((peek!(oparg)).dup()),
                    op::SWAP => core::ptr::swap(sp.sub(1), sp.sub(oparg)),
                    op::END_SEND => {
                        if TRACED {
                            sync!();
                            check!(tracing::end_send(t, frame));
                        }
                        let value = pop!();
                        let receiver = pop!();
                        push!(value);
                        sync!();
                        receiver.close();
                    }
                    op::UNARY_NEGATIVE => {
                        sync!();
                        let value = check!(number::negative(t, peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(value);
                        old.close();
                    }
                    op::UNARY_INVERT => {
                        sync!();
                        let value = check!(number::invert(t, peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(value);
                        old.close();
                    }
                    op::UNARY_NOT => {
                        let truth = peek!(1).as_ptr() == singletons::bool(true).as_ptr();
                        peek!(1) = StackRef::borrowed(singletons::bool(!truth).as_ptr());
                    }
                    op::TO_BOOL => general!(to_bool),
                    op::BINARY_OP => general!(binary_op),
                    op::BINARY_SLICE => {
                        sync!();
                        let value =
                            check!(ops::binary_slice(t, peek!(3).object(), peek!(2).object(), peek!(1).object()));
                        for _ in 0..3 {
                            pop!().close();
                        }
                        push!(StackRef::from_owned(value));
                    }
                    op::STORE_SLICE => rare!(store_slice),
                    op::STORE_SUBSCR => general!(store_subscr),
                    op::DELETE_SUBSCR => rare!(delete_subscr),
                    op::LIST_APPEND => {
                        let value = pop!().into_owned();
                        let list: &PyList = peek!(oparg).object().cast_unchecked();
                        check!(list.append(t, value));
                    }
                    op::SET_ADD => {
                        sync!();
                        // A comprehension's set, or what a program put in place of `__conditional_annotations__`.
                        let set = peek!(oparg + 1).object();
                        if !set.is_instance_of::<taipan_types::PySet>() {
                            let _ = err!(t, TypeError, "'{:.200}' object is not a set", set.class().name_lossy());
                            fail!();
                        }
                        check!(taipan_types::set_add(t, set, peek!(1).object()));
                        pop!().close();
                    }
                    op::MAP_ADD => {
                        sync!();
                        let dict: &PyDict = peek!(oparg + 2).object().cast_unchecked();
                        check!(dict.set_item(t, peek!(2).object(), peek!(1).object()));
                        pop!().close();
                        pop!().close();
                    }
                    op::LIST_EXTEND => rare!(list_extend),
                    op::SET_UPDATE => rare!(set_update),
                    op::DICT_UPDATE => rare!(dict_update),
                    op::DICT_MERGE => rare!(dict_merge),
                    op::BUILD_TUPLE => {
                        sync!();
                        let made = check!(ops::build_tuple(t, sp.sub(oparg), oparg));
                        sp = sp.sub(oparg);
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_LIST => {
                        sync!();
                        // The words are given up even if there is no list.
                        sp = sp.sub(oparg);
                        let made = check!(ops::build_list(t, sp, oparg));
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_SET => rare!(build_set),
                    op::BUILD_MAP => {
                        sync!();
                        let made = check!(ops::build_map(t, sp.sub(oparg * 2), oparg));
                        for _ in 0..oparg * 2 {
                            pop!().close();
                        }
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_SLICE => {
                        let step = if oparg == 3 { pop!().into_owned() } else { singletons::none().own() };
                        let stop = pop!().into_owned();
                        let start = pop!().into_owned();
                        let made = check!(taipan_types::new_slice(t, start, stop, step));
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_STRING => {
                        sync!();
                        let made = check!(ops::build_string(t, sp.sub(oparg), oparg));
                        for _ in 0..oparg {
                            pop!().close();
                        }
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_INTERPOLATION => rare!(build_interpolation),
                    op::BUILD_TEMPLATE => rare!(build_template),
                    op::FORMAT_SIMPLE => {
                        if !peek!(1).object().is_exact::<PyStr>() {
                            sync!();
                            let made = check!(peek!(1).object().format(t, None));
                            let old = peek!(1);
                            peek!(1) = StackRef::from_owned(made);
                            old.close();
                        }
                    }
                    op::FORMAT_WITH_SPEC => {
                        sync!();
                        let made = check!(ops::format_with_spec(t, peek!(2).object(), peek!(1).object()));
                        pop!().close();
                        pop!().close();
                        push!(StackRef::from_owned(made));
                    }
                    op::CONVERT_VALUE => rare!(convert_value),
                    op::COMPARE_OP => general!(compare_op),
                    op::IS_OP => {
                        let right = pop!();
                        let left = pop!();
                        let same = (left.as_ptr() == right.as_ptr()) != (oparg != 0);
                        if left.is_counted() || right.is_counted() {
                            sync!();
                            left.close();
                            right.close();
                        }
                        if TRACED {
                            push!(fast::truth(same));
                        } else {
                            decide!(same);
                        }
                    }
                    op::CONTAINS_OP => general!(contains_op),
                    op::CHECK_EXC_MATCH => {
                        sync!();
                        let matches = check!(error::check_exc_match(t, peek!(2).object(), peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::borrowed(singletons::bool(matches).as_ptr());
                        old.close();
                    }
                    op::CHECK_EG_MATCH => rare!(check_eg_match),
                    op::JUMP_FORWARD => jump!(oparg),
                    op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_JIT | op::JUMP_BACKWARD_JIT => {
                        next = next.add(1);
                        jump!(-(oparg as isize));
                        eval_breaker!();
                        own_dispatch!("JUMP_BACKWARD");
                    }
                    op::JUMP_BACKWARD_NO_INTERRUPT => jump!(-(oparg as isize)),
                    op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE => {
                        let wanted = form!() == op::POP_JUMP_IF_TRUE;
                        pop_jump!(pop!().as_ptr() == singletons::bool(wanted).as_ptr());
                    }
                    op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
                        let word = pop!();
                        let is_none = word.as_ptr() == singletons::none().as_ptr();
                        pop_jump!(is_none == (form!() == op::POP_JUMP_IF_NONE));
                        if word.is_counted() && !is_none {
                            sync!();
                            word.close();
                        }
                    }
                    op::GET_ITER => {
                        sync!();
                        let iterator = check!(iter::get_iter(t, peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(iterator);
                        old.close();
                    }
                    op::GET_YIELD_FROM_ITER => rare!(get_yield_from_iter),
                    op::FOR_ITER => general!(for_iter),
                    op::LOAD_NAME => rare!(load_name),
                    op::STORE_NAME => rare!(store_name),
                    op::DELETE_NAME => rare!(delete_name),
                    op::LOAD_GLOBAL => general!(load_global),
                    op::STORE_GLOBAL => rare!(store_global),
                    op::DELETE_GLOBAL => rare!(delete_global),
                    op::LOAD_LOCALS => rare!(load_locals),
                    op::LOAD_FROM_DICT_OR_GLOBALS => rare!(load_from_dict_or_globals),
                    op::LOAD_FROM_DICT_OR_DEREF => rare!(load_from_dict_or_deref),
                    op::MAKE_CELL => {
                        let old = local!(oparg);
                        let value = if old.is_null() { None } else { Some(old.into_owned()) };
                        local!(oparg) = StackRef::NULL;
                        let cell = check!(PyCell::new(t, value));
                        local!(oparg) = StackRef::from_owned(cell);
                    }
                    op::COPY_FREE_VARS => {
                        let function: &PyFunction = StackRef((*frame).f_funcobj).object().cast_unchecked();
                        if let Some(closure) = function.closure() {
                            let first = (*code_of(frame).raw()).co_nlocalsplus as usize - oparg;
                            for (i, cell) in closure.as_slice().iter().enumerate() {
                                local!(first + i) = StackRef::new_ref(cell.as_ptr());
                            }
                        }
                    }
                    op::LOAD_DEREF => {
                        let cell: &PyCell = local!(oparg).object().cast_unchecked();
                        match cell.get() {
                            Some(value) => push!(StackRef::from_owned(value)),
                            None => {
                                sync!();
                                let _ = ops::unbound_deref(t, code_of(frame), oparg);
                                fail!();
                            }
                        }
                    }
                    op::STORE_DEREF => {
                        let value = pop!().into_owned();
                        sync!();
                        let cell: &PyCell = local!(oparg).object().cast_unchecked();
                        cell.set(Some(value));
                    }
                    op::DELETE_DEREF => rare!(delete_deref),
                    op::LOAD_ATTR => general!(load_attr),
                    op::LOAD_SUPER_ATTR => {
                        next = next.add(1);
                        sync!();
                        let name = name_at!(oparg >> 2);
                        let (global_super, class, this) = (peek!(3), peek!(2), peek!(1));
                        let want_method = oparg & 1 != 0;
                        // To who listens, `super` is called, and what comes then is no call of a method.
                        let result = if TRACED && tracing::hears_calls(t, frame) {
                            let given = [class.object(), this.object()];
                            let given = if oparg & 2 != 0 { &given[..] } else { &[] };
                            let argument = given.first().copied();
                            check!(tracing::before_call(t, frame, global_super.object(), argument));
                            let made = global_super.object().call(t, given);
                            check!(tracing::after_call(t, frame, global_super.object(), argument, made.is_ok()));
                            made.and_then(|made| made.getattr(t, name)).map(|found| (found, false))
                        } else {
                            ops::load_super_attr(
                                t,
                                global_super.object(),
                                class.object(),
                                this.object(),
                                name,
                                want_method,
                                oparg & 2 != 0,
                            )
                        };
                        let (found, bound) = check!(result);
                        sp = sp.sub(3);
                        push!(StackRef::from_owned(found));
                        if want_method {
                            push!(if bound { this.dup() } else { StackRef::NULL });
                        }
                        sync!();
                        global_super.close();
                        class.close();
                        this.close();
                    }
                    op::STORE_ATTR => general!(store_attr),
                    op::DELETE_ATTR => rare!(delete_attr),
                    op::IMPORT_NAME => rare!(import_name),
                    op::IMPORT_FROM => rare!(import_from),
                    op::LOAD_BUILD_CLASS => rare!(load_build_class),
                    op::MAKE_FUNCTION => rare!(make_function),
                    op::SET_FUNCTION_ATTRIBUTE => rare!(set_function_attribute),
                    op::UNPACK_SEQUENCE => general!(unpack_sequence),
                    op::UNPACK_EX => rare!(unpack_ex),
                    op::GET_LEN => {
                        sync!();
                        let n = check!(sequence::len(t, peek!(1).object()));
                        push!(StackRef::from_owned(check!(PyInt::from_u64(t, n as u64))));
                    }
                    op::MATCH_MAPPING => {
                        let found = peek!(1).object().class().flags() & Py_TPFLAGS_MAPPING != 0;
                        push!(StackRef::borrowed(singletons::bool(found).as_ptr()));
                    }
                    op::MATCH_SEQUENCE => {
                        let found = peek!(1).object().class().flags() & Py_TPFLAGS_SEQUENCE != 0;
                        push!(StackRef::borrowed(singletons::bool(found).as_ptr()));
                    }
                    op::MATCH_KEYS => rare!(match_keys),
                    op::MATCH_CLASS => rare!(match_class),
                    op::CALL => general_call!(StackRef::NULL),
                    op::CALL_KW => general_call!(pop!()),
                    op::CALL_FUNCTION_EX => {
                        sync!();
                        let (callable, args, kwargs) = (peek!(4), peek!(2), peek!(1));
                        let tuple = check!(call::call_ex_args(t, callable.object(), args.object()));
                        let dict = if kwargs.is_null() { None } else { kwargs.object().downcast::<PyDict>() };
                        let mut heard = TRACED && tracing::hears_calls(t, frame);
                        if heard {
                            let first = tuple.as_slice().first().map(|first| &**first);
                            check!(tracing::before_call(t, frame, callable.object(), first));
                            heard = !call::is_python(callable.object());
                        }
                        if call::enters_loop::<HOOKED>(t, callable) {
                            let new = call::push_frame_ex(t, callable.dup().make_strong(), &tuple, dict);
                            drop(tuple);
                            for _ in 0..4 {
                                let word = pop!();
                                if !word.is_null() {
                                    (*frame).stackpointer = sp.cast();
                                    word.close();
                                }
                            }
                            (*frame).stackpointer = sp.cast();
                            if new.is_null() {
                                fail!();
                            }
                            enter!(new);
                        }
                        let result = callable.object().call_tuple_dict(t, &tuple, dict);
                        if heard {
                            let first = tuple.as_slice().first().map(|first| &**first);
                            check!(tracing::after_call(t, frame, callable.object(), first, result.is_ok()));
                        }
                        let value = check!(result);
                        drop(tuple);
                        for _ in 0..4 {
                            let word = pop!();
                            if !word.is_null() {
                                (*frame).stackpointer = sp.cast();
                                word.close();
                            }
                        }
                        push!(StackRef::from_owned(value));
                        eval_breaker!();
                    }
                    op::CALL_INTRINSIC_1 => rare!(call_intrinsic_1),
                    op::CALL_INTRINSIC_2 => rare!(call_intrinsic_2),
                    op::RETURN_VALUE => {
                        let value = pop!().into_owned();
                        sync!();
                        (*tstate).py_recursion_remaining += 1;
                        let is_entry = frame == entry;
                        let caller = (*frame).previous;
                        (*tstate).current_frame = caller;
                        if (*frame).owner == FRAME_OWNED_BY_GENERATOR {
                            generator::finish(t, frame);
                            if is_entry {
                                return Outcome::Done(Ok(value));
                            }
                        } else {
                            if (*frame).frame_obj.is_null() {
                                frame::clear_unseen(frame);
                            } else {
                                frame::clear(t, frame);
                            }
                            t.pop_data(frame.cast());
                        }
                        if is_entry {
                            return Outcome::Done(Ok(value));
                        }
                        frame = caller;
                        load_frame!();
                        previous.ip = ip;
                        next = ip.add((*frame).return_offset as usize);
                        push!(StackRef::from_owned(value));
                    }
                    op::RETURN_GENERATOR => {
                        sync!();
                        (*frame).instr_ptr = next;
                        let made = generator::from_frame(t, frame);
                        (*tstate).py_recursion_remaining += 1;
                        let is_entry = frame == entry;
                        let caller = (*frame).previous;
                        (*tstate).current_frame = caller;
                        let failed = made.is_err();
                        if failed {
                            frame::clear(t, frame);
                        }
                        t.pop_data(frame.cast());
                        if is_entry {
                            return Outcome::Done(made);
                        }
                        frame = caller;
                        load_frame!();
                        previous.ip = ip;
                        match made {
                            Ok(made) => {
                                next = ip.add((*frame).return_offset as usize);
                                push!(StackRef::from_owned(made));
                            }
                            Err(_) => {
                                raised = true;
                                continue 'frames;
                            }
                        }
                    }
                    op::YIELD_VALUE => {
                        let value = pop!().into_owned();
                        sync!();
                        (*frame).instr_ptr = next;
                        generator::suspend(t, frame, oparg & 1 != 0);
                        (*tstate).py_recursion_remaining += 1;
                        let caller = (*frame).previous;
                        (*tstate).current_frame = caller;
                        (*frame).previous = core::ptr::null_mut();
                        if frame == entry {
                            (*frame).visited = 0;
                            return Outcome::Done(Ok(value));
                        }
                        // Entered by FOR_ITER or SEND, which have one cache unit.
                        frame = caller;
                        load_frame!();
                        previous.ip = ip;
                        next = ip.add(2);
                        push!(StackRef::from_owned(value));
                    }
                    op::SEND => general!(send),
                    op::GET_AWAITABLE => {
                        sync!();
                        let awaitable = check!(generator::get_awaitable(t, peek!(1).object(), oparg));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(awaitable);
                        old.close();
                    }
                    op::GET_AITER => {
                        sync!();
                        let iterator = check!(generator::get_aiter(t, peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(iterator);
                        old.close();
                    }
                    op::GET_ANEXT => {
                        sync!();
                        let awaitable = check!(generator::get_anext(t, peek!(1).object()));
                        push!(StackRef::from_owned(awaitable));
                    }
                    op::END_ASYNC_FOR => {
                        sync!();
                        let exception = peek!(1);
                        if exception.object().is_instance_of::<exceptions::StopAsyncIteration>() {
                            pop!().close();
                            pop!().close();
                        } else {
                            let exception = pop!().into_owned();
                            sync!();
                            let _ = errors::restore_raised(t, exception);
                            traceback::mark_reraise(t);
                            fail!();
                        }
                    }
                    op::CLEANUP_THROW => {
                        sync!();
                        let exception = peek!(1);
                        if exception.object().is_instance_of::<exceptions::StopIteration>() {
                            let value = exceptions::stop_iteration_value(exception.object());
                            let (e, last, sub) = (pop!(), pop!(), pop!());
                            push!(StackRef::borrowed(singletons::none().as_ptr()));
                            push!(StackRef::from_owned(value));
                            sync!();
                            e.close();
                            last.close();
                            sub.close();
                        } else {
                            let _ = errors::restore_raised(t, exception.object().own());
                            traceback::mark_reraise(t);
                            fail!();
                        }
                    }
                    op::PUSH_EXC_INFO => {
                        let new = pop!();
                        let info = (*tstate).exc_info;
                        let old = core::mem::replace(&mut (*info).exc_value, core::ptr::null_mut());
                        push!(if old.is_null() {
                            StackRef::borrowed(singletons::none().as_ptr())
                        } else {
                            StackRef(old as usize)
                        });
                        refcount::incref(new.as_ptr());
                        (*info).exc_value = new.as_ptr();
                        push!(new);
                    }
                    op::POP_EXCEPT => {
                        let word = pop!();
                        let value = if word.as_ptr() == singletons::none().as_ptr() {
                            core::ptr::null_mut()
                        } else {
                            word.into_owned().into_ptr()
                        };
                        sync!();
                        let info = (*tstate).exc_info;
                        let old = core::mem::replace(&mut (*info).exc_value, value);
                        refcount::xdecref(old);
                    }
                    op::RERAISE => {
                        let exception = peek!(1).object().own();
                        if oparg > 0 {
                            let lasti: &PyInt = peek!(1 + oparg).object().cast_unchecked();
                            if let Some(at) = lasti.to_i64() {
                                raised_at = ip;
                                ip = code_of(frame).code_ptr().add(at as usize);
                            }
                        }
                        pop!().close();
                        let _ = errors::restore_raised(t, exception);
                        traceback::mark_reraise(t);
                        fail!();
                    }
                    op::RAISE_VARARGS => {
                        let cause = if oparg == 2 { Some(pop!().into_owned()) } else { None };
                        let exception = if oparg >= 1 { Some(pop!().into_owned()) } else { None };
                        sync!();
                        if error::do_raise(t, exception, cause) {
                            traceback::mark_reraise(t);
                        }
                        fail!();
                    }
                    op::SETUP_ANNOTATIONS => rare!(setup_annotations),
                    op::LOAD_SPECIAL => {
                        sync!();
                        let owner = peek!(1);
                        let (method, bound) = check!(ops::load_special(t, owner.object(), oparg));
                        peek!(1) = StackRef::from_owned(method);
                        if bound {
                            push!(owner);
                        } else {
                            push!(StackRef::NULL);
                            sync!();
                            owner.close();
                        }
                    }
                    op::WITH_EXCEPT_START => rare!(with_except_start),
                    op::INTERPRETER_EXIT => {
                        let value = pop!().into_owned();
                        return Outcome::Done(Ok(value));
                    }
                    op::EXIT_INIT_CHECK => {
                        let word = pop!();
                        if word.as_ptr() != singletons::none().as_ptr() {
                            let _ = err!(
                                t,
                                TypeError,
                                "__init__() should return None, not '{:.200}'",
                                word.object().class().name_lossy()
                            );
                            fail!();
                        }
                    }
                    op::RESERVED => {
                        sync!();
                        unknown_opcode(t, frame, oparg);
                        fail!();
                    }
                    // Code objects hold no other numbers (see `specialize::prepare`): the jump table needs no
                    // range check, and is short enough to be copied to the end of every instruction.
                    _ => core::hint::unreachable_unchecked(),
                }
                fetch!();
            }
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn unknown_opcode(t: &Thread, frame: *mut Frame, opcode: usize) {
    // SAFETY: the running frame.
    unsafe {
        let file = code_of(frame).filename();
        let line = frame::line_of(frame).unwrap_or(-1);
        let _ = err!(t, SystemError, "{}:{line}: unknown opcode {opcode}", file.display());
    }
}

/// The code of the frame below an `__init__` entered from the loop: checks what it returned, then gives the instance.
fn init_cleanup_code(t: &Thread) -> &PyCode {
    // SAFETY: made at start-up, kept for good.
    unsafe { Object::from_ptr(crate::state::state(t).callables.init_cleanup.get()).cast_unchecked() }
}

/// The bit of a comparison's argument that stands for how two numbers compare: an operator's argument has those of the
/// outcomes for which it is true.
#[inline(always)]
fn outcome<T: PartialOrd>(a: T, b: T) -> usize {
    let bit = if a < b {
        compare::LESS_THAN
    } else if a > b {
        compare::GREATER_THAN
    } else if a == b {
        compare::EQUALS
    } else {
        compare::UNORDERED
    };
    bit as usize
}

/// The operator of a comparison's argument.
pub(crate) fn compare_operator(oparg: usize) -> CompareOp {
    CompareOp::from_c((oparg >> 5) as i32)
}
