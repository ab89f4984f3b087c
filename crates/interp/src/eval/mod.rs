//! The evaluation loop. Calls of Python functions push a frame on the data stack and stay in the loop; only C code that
//! calls back into Python enters it anew.
//!
//! Rules for the bodies of instructions: every word popped is closed or handed on exactly once; the frame's stack
//! pointer and instruction pointer are saved (`sync!`) before anything that may run Python code, raise or look at
//! frames; after such a call nothing read from objects before it is trusted.

pub mod call;
mod error;
pub mod ops;

use crate::code::PyCode;
use crate::frame::{self, Frame, code_of, locals_of};
use crate::function::PyFunction;
use crate::stackref::StackRef;
use crate::{generator, traceback};
use taipan_bytecode::opcode::op;
use taipan_bytecode::tables::{common_constant, convert, intrinsic};
use taipan_object::abi::*;
use taipan_object::{
    CompareOp, Object, Own, Owned, PyCell, PyDict, PyInt, PyList, PyResult, PyStr, PyTuple, Raised, Sent, err, errors,
    exceptions, iter, number, sequence, singletons,
};
use taipan_runtime::thread::EVAL_EVENTS_MASK;
use taipan_runtime::{Thread, refcount};

/// Runs a frame that the caller has pushed, and everything that it calls, until it returns. The frame is popped.
///
/// # Safety
/// `entry` is a fresh frame on top of the data stack, or a generator's frame about to resume.
pub unsafe fn eval_frame(t: &Thread, entry: *mut Frame, throw: bool) -> PyResult {
    if let Err(raised) = taipan_object::call::enter_recursive(t, "") {
        // SAFETY: the frame has not run.
        unsafe { discard(t, entry) };
        return Err(raised);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let tstate = t.as_ptr();
        (*entry).previous = (*tstate).current_frame;
        (*tstate).current_frame = entry;
        run(t, entry, throw)
    }
}

/// Gives up a frame that never ran.
unsafe fn discard(t: &Thread, frame: *mut Frame) {
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

/// What handling an error leads to.
enum Unwound {
    /// Go on at the handler.
    Handler,
    /// The frame is left by the exception.
    Leave,
}

#[allow(clippy::cognitive_complexity, reason = "one arm an instruction")]
unsafe fn run(t: &Thread, entry: *mut Frame, throw: bool) -> PyResult {
    // SAFETY: the loop keeps the invariants that its header names; the code was checked when it was made by the
    // compiler, as in CPython: hand-made code objects are trusted.
    unsafe {
        let tstate = t.as_ptr();
        let mut frame = entry;
        let mut code: &PyCode;
        let mut ip: *mut u16;
        let mut sp: *mut StackRef;
        let mut locals: *mut StackRef;
        let mut consts: *const *mut PyObject;
        let mut names: *const *mut PyObject;
        let mut raised = throw;
        // Where the handler of the exception in flight is looked up, if not at the frame's instruction: RERAISE moves
        // the latter back to what raised first.
        let mut raised_at: *const u16 = core::ptr::null();

        macro_rules! load_frame {
            () => {
                code = code_of(frame);
                ip = (*frame).instr_ptr;
                sp = (*frame).stackpointer.cast();
                locals = locals_of(frame);
                consts = code.consts().items_ptr();
                names = code.names().items_ptr();
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

        if enter_python_call(t).is_err() {
            raised = true;
        }
        load_frame!();

        'frames: loop {
            // One round for each time a frame is (re-)entered or an exception is handled.
            if raised {
                raised = false;
                match error::unwind(t, frame, core::mem::replace(&mut raised_at, core::ptr::null())) {
                    Unwound::Handler => {
                        load_frame!();
                    }
                    Unwound::Leave => {
                        (*tstate).py_recursion_remaining += 1;
                        let is_entry = frame == entry;
                        let previous = (*frame).previous;
                        (*tstate).current_frame = previous;
                        if (*frame).owner == FRAME_OWNED_BY_GENERATOR {
                            generator::finish(t, frame);
                        } else {
                            frame::clear(t, frame);
                            t.pop_data(frame.cast());
                        }
                        if is_entry {
                            return Err(Raised::assume());
                        }
                        frame = previous;
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
            macro_rules! eval_breaker {
                () => {
                    if t.eval_breaker().load(core::sync::atomic::Ordering::Relaxed) & EVAL_EVENTS_MASK != 0 {
                        sync!();
                        (*frame).instr_ptr = next;
                        if crate::pending::handle(t).is_err() {
                            (*frame).instr_ptr = ip;
                            raised = true;
                            continue 'frames;
                        }
                    }
                };
            }
            // Enters a callee frame that is on top of the data stack.
            macro_rules! enter {
                ($new:expr) => {{
                    let new: *mut Frame = $new;
                    sync!();
                    (*frame).return_offset = ((next as usize - ip as usize) / 2) as u16;
                    (*new).previous = frame;
                    (*tstate).current_frame = new;
                    frame = new;
                    if enter_python_call(t).is_err() {
                        raised = true;
                    }
                    load_frame!();
                    continue 'frames;
                }};
            }

            loop {
                ip = next;
                let unit = *ip;
                let mut opcode = unit as u8;
                oparg = (unit >> 8) as usize;
                next = ip.add(1);
                while opcode == op::EXTENDED_ARG {
                    let unit = *next;
                    opcode = unit as u8;
                    oparg = oparg << 8 | (unit >> 8) as usize;
                    ip = next;
                    next = next.add(1);
                }
                match opcode {
                    op::NOP | op::NOT_TAKEN | op::CACHE => {}
                    op::RESUME => {
                        if oparg & 3 < 2 {
                            eval_breaker!();
                        }
                    }
                    op::LOAD_FAST => push!((*locals.add(oparg)).dup()),
                    op::LOAD_FAST_BORROW => push!(StackRef::borrowed((*locals.add(oparg)).as_ptr())),
                    op::LOAD_FAST_CHECK => {
                        let word = *locals.add(oparg);
                        if word.is_null() {
                            sync!();
                            let _ = ops::unbound_local(t, code, oparg);
                            fail!();
                        }
                        push!(word.dup());
                    }
                    op::LOAD_FAST_AND_CLEAR => {
                        push!(*locals.add(oparg));
                        *locals.add(oparg) = StackRef::NULL;
                    }
                    op::LOAD_FAST_LOAD_FAST => {
                        push!((*locals.add(oparg >> 4)).dup());
                        push!((*locals.add(oparg & 15)).dup());
                    }
                    op::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                        push!(StackRef::borrowed((*locals.add(oparg >> 4)).as_ptr()));
                        push!(StackRef::borrowed((*locals.add(oparg & 15)).as_ptr()));
                    }
                    op::STORE_FAST => {
                        let old = *locals.add(oparg);
                        *locals.add(oparg) = pop!().make_strong();
                        if !old.is_null() {
                            sync!();
                            old.close();
                        }
                    }
                    op::STORE_FAST_LOAD_FAST => {
                        let old = *locals.add(oparg >> 4);
                        *locals.add(oparg >> 4) = peek!(1).make_strong();
                        peek!(1) = (*locals.add(oparg & 15)).dup();
                        if !old.is_null() {
                            sync!();
                            old.close();
                        }
                    }
                    op::STORE_FAST_STORE_FAST => {
                        let old1 = *locals.add(oparg >> 4);
                        *locals.add(oparg >> 4) = pop!().make_strong();
                        let old2 = *locals.add(oparg & 15);
                        *locals.add(oparg & 15) = pop!().make_strong();
                        sync!();
                        if !old1.is_null() {
                            old1.close();
                        }
                        if !old2.is_null() {
                            old2.close();
                        }
                    }
                    op::DELETE_FAST => {
                        let old = *locals.add(oparg);
                        if old.is_null() {
                            sync!();
                            let _ = ops::unbound_local(t, code, oparg);
                            fail!();
                        }
                        *locals.add(oparg) = StackRef::NULL;
                        sync!();
                        old.close();
                    }
                    op::LOAD_CONST | op::LOAD_CONST_IMMORTAL | op::LOAD_CONST_MORTAL => {
                        push!(StackRef::borrowed(*consts.add(oparg)));
                    }
                    op::LOAD_SMALL_INT => {
                        if let Some(small) = PyInt::small(oparg as i64) {
                            push!(StackRef::borrowed(small.as_ptr()));
                        }
                    }
                    op::LOAD_COMMON_CONSTANT => {
                        let found: Owned = match oparg as u32 {
                            common_constant::ASSERTION_ERROR => {
                                taipan_object::exceptions_class!(AssertionError).as_object().own()
                            }
                            common_constant::NOT_IMPLEMENTED_ERROR => {
                                taipan_object::exceptions_class!(NotImplementedError).as_object().own()
                            }
                            common_constant::TUPLE => <PyTuple as taipan_object::Class>::class().as_object().own(),
                            common_constant::ALL => check!(crate::state::builtin(t, "all")),
                            _ => check!(crate::state::builtin(t, "any")),
                        };
                        push!(StackRef::from_owned(found));
                    }
                    op::POP_TOP | op::POP_ITER => {
                        let word = pop!();
                        sync!();
                        word.close();
                    }
                    op::END_FOR => {
                        let word = pop!();
                        sync!();
                        word.close();
                    }
                    op::PUSH_NULL => push!(StackRef::NULL),
                    op::COPY => push!((peek!(oparg)).dup()),
                    op::SWAP => core::ptr::swap(sp.sub(1), sp.sub(oparg)),
                    op::END_SEND => {
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
                    op::TO_BOOL => {
                        sync!();
                        let truth = check!(peek!(1).object().is_true(t));
                        let old = peek!(1);
                        peek!(1) = StackRef::borrowed(singletons::bool(truth).as_ptr());
                        old.close();
                        next = next.add(3);
                    }
                    op::BINARY_OP => {
                        next = next.add(5);
                        sync!();
                        let (left, right) = (peek!(2), peek!(1));
                        let value = check!(ops::binary(t, left.object(), right.object(), oparg as u32));
                        sp = sp.sub(1);
                        peek!(1) = StackRef::from_owned(value);
                        (*frame).stackpointer = sp.cast();
                        left.close();
                        right.close();
                    }
                    op::BINARY_SLICE => {
                        sync!();
                        let value =
                            check!(ops::binary_slice(t, peek!(3).object(), peek!(2).object(), peek!(1).object()));
                        for _ in 0..3 {
                            pop!().close();
                        }
                        push!(StackRef::from_owned(value));
                    }
                    op::STORE_SLICE => {
                        sync!();
                        let slice = check!(taipan_types::new_slice(
                            t,
                            peek!(2).object().own(),
                            peek!(1).object().own(),
                            singletons::none().own()
                        ));
                        check!(sequence::assign_item(t, peek!(3).object(), &slice, Some(peek!(4).object())));
                        for _ in 0..4 {
                            pop!().close();
                        }
                    }
                    op::STORE_SUBSCR => {
                        next = next.add(1);
                        sync!();
                        let (value, container, key) = (peek!(3), peek!(2), peek!(1));
                        check!(ops::store_subscr(t, container.object(), key.object(), value.object()));
                        sp = sp.sub(3);
                        (*frame).stackpointer = sp.cast();
                        value.close();
                        container.close();
                        key.close();
                    }
                    op::DELETE_SUBSCR => {
                        sync!();
                        check!(sequence::assign_item(t, peek!(2).object(), peek!(1).object(), None));
                        pop!().close();
                        pop!().close();
                    }
                    op::LIST_APPEND => {
                        let value = pop!().into_owned();
                        let list: &PyList = peek!(oparg).object().cast_unchecked();
                        check!(list.append(t, value));
                    }
                    op::SET_ADD => {
                        sync!();
                        check!(taipan_types::set_add(t, peek!(oparg + 1).object(), peek!(1).object()));
                        pop!().close();
                    }
                    op::MAP_ADD => {
                        sync!();
                        let dict: &PyDict = peek!(oparg + 2).object().cast_unchecked();
                        check!(dict.set_item(t, peek!(2).object(), peek!(1).object()));
                        pop!().close();
                        pop!().close();
                    }
                    op::LIST_EXTEND => {
                        sync!();
                        let list: &PyList = peek!(oparg + 1).object().cast_unchecked();
                        check!(ops::list_extend(t, list, peek!(1).object()));
                        pop!().close();
                    }
                    op::SET_UPDATE => {
                        sync!();
                        check!(taipan_types::set_update(t, peek!(oparg + 1).object(), peek!(1).object()));
                        pop!().close();
                    }
                    op::DICT_UPDATE => {
                        sync!();
                        let dict: &PyDict = peek!(oparg + 1).object().cast_unchecked();
                        check!(ops::dict_update(t, dict, peek!(1).object()));
                        pop!().close();
                    }
                    op::DICT_MERGE => {
                        sync!();
                        let dict: &PyDict = peek!(oparg + 1).object().cast_unchecked();
                        let callable = peek!(oparg + 4);
                        check!(ops::dict_merge(t, dict, peek!(1).object(), callable.object()));
                        pop!().close();
                    }
                    op::BUILD_TUPLE => {
                        sync!();
                        let made = check!(ops::build_tuple(t, sp.sub(oparg), oparg));
                        sp = sp.sub(oparg);
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_LIST => {
                        sync!();
                        let made = check!(ops::build_list(t, sp.sub(oparg), oparg));
                        sp = sp.sub(oparg);
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_SET => {
                        sync!();
                        let made = check!(ops::build_set(t, sp.sub(oparg), oparg));
                        for _ in 0..oparg {
                            pop!().close();
                        }
                        push!(StackRef::from_owned(made));
                    }
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
                    op::BUILD_INTERPOLATION => {
                        sync!();
                        let spec = if oparg & 1 != 0 { pop!().into_owned() } else { PyStr::empty().as_object().own() };
                        let text = pop!().into_owned();
                        let value = pop!().into_owned();
                        let made = check!(taipan_types::new_interpolation(t, value, text, oparg >> 2, spec));
                        push!(StackRef::from_owned(made));
                    }
                    op::BUILD_TEMPLATE => {
                        let interpolations = pop!().into_owned();
                        let strings = pop!().into_owned();
                        let made = check!(taipan_types::new_template(t, strings, interpolations));
                        push!(StackRef::from_owned(made));
                    }
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
                    op::CONVERT_VALUE => {
                        sync!();
                        let object = peek!(1).object();
                        let made = check!(match oparg as u32 {
                            convert::STR => object.str(t),
                            convert::REPR => object.repr(t),
                            _ => object.ascii(t),
                        });
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(made);
                        old.close();
                    }
                    op::COMPARE_OP => {
                        next = next.add(1);
                        sync!();
                        let (left, right) = (peek!(2), peek!(1));
                        let value = check!(ops::compare_op(t, left.object(), right.object(), oparg));
                        sp = sp.sub(1);
                        peek!(1) = value;
                        (*frame).stackpointer = sp.cast();
                        left.close();
                        right.close();
                    }
                    op::IS_OP => {
                        let right = pop!();
                        let left = pop!();
                        let same = (left.as_ptr() == right.as_ptr()) != (oparg != 0);
                        push!(StackRef::borrowed(singletons::bool(same).as_ptr()));
                        sync!();
                        left.close();
                        right.close();
                    }
                    op::CONTAINS_OP => {
                        next = next.add(1);
                        sync!();
                        let found = check!(sequence::contains(t, peek!(1).object(), peek!(2).object()));
                        let right = pop!();
                        let left = pop!();
                        push!(StackRef::borrowed(singletons::bool(found != (oparg != 0)).as_ptr()));
                        sync!();
                        left.close();
                        right.close();
                    }
                    op::CHECK_EXC_MATCH => {
                        sync!();
                        let matches = check!(error::check_exc_match(t, peek!(2).object(), peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::borrowed(singletons::bool(matches).as_ptr());
                        old.close();
                    }
                    op::CHECK_EG_MATCH => {
                        sync!();
                        let (matched, rest) = check!(error::check_eg_match(t, peek!(2).object(), peek!(1).object()));
                        let types = pop!();
                        let exception = pop!();
                        let none = || singletons::none().own();
                        if let Some(matched) = &matched {
                            error::set_handled(t, matched);
                        }
                        push!(StackRef::from_owned(rest.unwrap_or_else(none)));
                        push!(StackRef::from_owned(matched.unwrap_or_else(none)));
                        sync!();
                        types.close();
                        exception.close();
                    }
                    op::JUMP_FORWARD => jump!(oparg),
                    op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_JIT | op::JUMP_BACKWARD_JIT => {
                        next = next.add(1);
                        jump!(-(oparg as isize));
                        eval_breaker!();
                    }
                    op::JUMP_BACKWARD_NO_INTERRUPT => jump!(-(oparg as isize)),
                    op::POP_JUMP_IF_FALSE => {
                        next = next.add(1);
                        if pop!().as_ptr() == singletons::bool(false).as_ptr() {
                            jump!(oparg);
                        }
                    }
                    op::POP_JUMP_IF_TRUE => {
                        next = next.add(1);
                        if pop!().as_ptr() == singletons::bool(true).as_ptr() {
                            jump!(oparg);
                        }
                    }
                    op::POP_JUMP_IF_NONE => {
                        next = next.add(1);
                        let word = pop!();
                        if word.as_ptr() == singletons::none().as_ptr() {
                            jump!(oparg);
                        } else {
                            sync!();
                            word.close();
                        }
                    }
                    op::POP_JUMP_IF_NOT_NONE => {
                        next = next.add(1);
                        let word = pop!();
                        if word.as_ptr() != singletons::none().as_ptr() {
                            sync!();
                            word.close();
                            jump!(oparg);
                        }
                    }
                    op::GET_ITER => {
                        sync!();
                        let iterator = check!(iter::get_iter(t, peek!(1).object()));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(iterator);
                        old.close();
                    }
                    op::GET_YIELD_FROM_ITER => {
                        sync!();
                        let iterator = check!(generator::yield_from_iter(t, code, peek!(1).object()));
                        if let Some(iterator) = iterator {
                            let old = peek!(1);
                            peek!(1) = StackRef::from_owned(iterator);
                            old.close();
                        }
                    }
                    op::FOR_ITER => {
                        next = next.add(1);
                        sync!();
                        match check!(iter::next(t, peek!(1).object())) {
                            Some(item) => push!(StackRef::from_owned(item)),
                            // Past END_FOR; POP_ITER follows.
                            None => jump!(oparg + 1),
                        }
                    }
                    op::LOAD_NAME => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        push!(StackRef::from_owned(check!(ops::load_name(t, frame, name))));
                    }
                    op::STORE_NAME => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        check!(ops::store_name(t, frame, name, peek!(1).object()));
                        pop!().close();
                    }
                    op::DELETE_NAME => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        check!(ops::delete_name(t, frame, name));
                    }
                    op::LOAD_GLOBAL => {
                        next = next.add(4);
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg >> 1)).cast_unchecked();
                        push!(StackRef::from_owned(check!(ops::load_global(t, frame, name))));
                        if oparg & 1 != 0 {
                            push!(StackRef::NULL);
                        }
                    }
                    op::STORE_GLOBAL => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        let globals: &PyDict = Object::from_ptr((*frame).f_globals).cast_unchecked();
                        check!(globals.set_item(t, name, peek!(1).object()));
                        pop!().close();
                    }
                    op::DELETE_GLOBAL => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        let globals: &PyDict = Object::from_ptr((*frame).f_globals).cast_unchecked();
                        if check!(globals.pop_item(t, name)).is_none() {
                            let _ = ops::name_not_defined(t, name);
                            fail!();
                        }
                    }
                    op::LOAD_LOCALS => {
                        let found = (*frame).f_locals;
                        if found.is_null() {
                            let _ = err!(t, SystemError, "no locals");
                            fail!();
                        }
                        push!(StackRef::new_ref(found));
                    }
                    op::LOAD_FROM_DICT_OR_GLOBALS => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        let value = check!(ops::load_from_dict_or_globals(t, frame, peek!(1).object(), name));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(value);
                        old.close();
                    }
                    op::LOAD_FROM_DICT_OR_DEREF => {
                        sync!();
                        let value =
                            check!(ops::load_from_dict_or_deref(t, code, peek!(1).object(), *locals.add(oparg), oparg));
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(value);
                        old.close();
                    }
                    op::MAKE_CELL => {
                        let old = *locals.add(oparg);
                        let value = if old.is_null() { None } else { Some(old.into_owned()) };
                        let cell = check!(PyCell::new(t, value));
                        *locals.add(oparg) = StackRef::from_owned(cell);
                    }
                    op::COPY_FREE_VARS => {
                        let function: &PyFunction = StackRef((*frame).f_funcobj).object().cast_unchecked();
                        if let Some(closure) = function.closure() {
                            let first = (*code.raw()).co_nlocalsplus as usize - oparg;
                            for (i, cell) in closure.as_slice().iter().enumerate() {
                                *locals.add(first + i) = StackRef::new_ref(cell.as_ptr());
                            }
                        }
                    }
                    op::LOAD_DEREF => {
                        let cell: &PyCell = (*locals.add(oparg)).object().cast_unchecked();
                        match cell.get() {
                            Some(value) => push!(StackRef::from_owned(value)),
                            None => {
                                sync!();
                                let _ = ops::unbound_deref(t, code, oparg);
                                fail!();
                            }
                        }
                    }
                    op::STORE_DEREF => {
                        let value = pop!().into_owned();
                        sync!();
                        let cell: &PyCell = (*locals.add(oparg)).object().cast_unchecked();
                        cell.set(Some(value));
                    }
                    op::DELETE_DEREF => {
                        sync!();
                        let cell: &PyCell = (*locals.add(oparg)).object().cast_unchecked();
                        if cell.get().is_none() {
                            let _ = ops::unbound_deref(t, code, oparg);
                            fail!();
                        }
                        cell.set(None);
                    }
                    op::LOAD_ATTR => {
                        next = next.add(9);
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg >> 1)).cast_unchecked();
                        let owner = peek!(1);
                        if oparg & 1 != 0 {
                            let (found, bound) = check!(ops::load_method(t, owner.object(), name));
                            peek!(1) = StackRef::from_owned(found);
                            if bound {
                                push!(owner);
                            } else {
                                push!(StackRef::NULL);
                                sync!();
                                owner.close();
                            }
                        } else {
                            let value = check!(owner.object().getattr(t, name));
                            peek!(1) = StackRef::from_owned(value);
                            owner.close();
                        }
                    }
                    op::LOAD_SUPER_ATTR => {
                        next = next.add(1);
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg >> 2)).cast_unchecked();
                        let (global_super, class, this) = (peek!(3), peek!(2), peek!(1));
                        let want_method = oparg & 1 != 0;
                        let (found, bound) = check!(ops::load_super_attr(
                            t,
                            global_super.object(),
                            class.object(),
                            this.object(),
                            name,
                            want_method,
                            oparg & 2 != 0
                        ));
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
                    op::STORE_ATTR => {
                        next = next.add(4);
                        sync!();
                        let name = Object::from_ptr(*names.add(oparg));
                        check!(peek!(1).object().setattr(t, name, peek!(2).object()));
                        let owner = pop!();
                        let value = pop!();
                        sync!();
                        owner.close();
                        value.close();
                    }
                    op::DELETE_ATTR => {
                        sync!();
                        let name = Object::from_ptr(*names.add(oparg));
                        check!(peek!(1).object().delattr(t, name));
                        pop!().close();
                    }
                    op::IMPORT_NAME => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        let module =
                            check!(crate::import::import_name(t, frame, name, peek!(1).object(), peek!(2).object()));
                        pop!().close();
                        pop!().close();
                        push!(StackRef::from_owned(module));
                    }
                    op::IMPORT_FROM => {
                        sync!();
                        let name: &PyStr = Object::from_ptr(*names.add(oparg)).cast_unchecked();
                        let value = check!(crate::import::import_from(t, peek!(1).object(), name));
                        push!(StackRef::from_owned(value));
                    }
                    op::LOAD_BUILD_CLASS => {
                        sync!();
                        push!(StackRef::from_owned(check!(ops::load_build_class(t, frame))));
                    }
                    op::MAKE_FUNCTION => {
                        sync!();
                        let made = {
                            let body: &PyCode = peek!(1).object().cast_unchecked();
                            let globals: &PyDict = Object::from_ptr((*frame).f_globals).cast_unchecked();
                            check!(PyFunction::new(t, body, globals))
                        };
                        pop!().close();
                        push!(StackRef::from_owned(made));
                    }
                    op::SET_FUNCTION_ATTRIBUTE => {
                        let function: &PyFunction = peek!(1).object().cast_unchecked();
                        function.set_attribute(oparg as u32, peek!(2).into_owned());
                        peek!(2) = peek!(1);
                        sp = sp.sub(1);
                    }
                    op::UNPACK_SEQUENCE => {
                        next = next.add(1);
                        sync!();
                        let items = check!(ops::unpack(t, peek!(1).object(), oparg, None));
                        let old = pop!();
                        for item in items.into_iter().rev() {
                            push!(StackRef::from_owned(item));
                        }
                        sync!();
                        old.close();
                    }
                    op::UNPACK_EX => {
                        sync!();
                        let items = check!(ops::unpack(t, peek!(1).object(), oparg & 0xff, Some(oparg >> 8)));
                        let old = pop!();
                        for item in items.into_iter().rev() {
                            push!(StackRef::from_owned(item));
                        }
                        sync!();
                        old.close();
                    }
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
                    op::MATCH_KEYS => {
                        sync!();
                        let values = check!(ops::match_keys(t, peek!(2).object(), peek!(1).object()));
                        push!(StackRef::from_owned(values));
                    }
                    op::MATCH_CLASS => {
                        sync!();
                        let attrs =
                            check!(ops::match_class(t, peek!(3).object(), peek!(2).object(), oparg, peek!(1).object()));
                        for _ in 0..3 {
                            pop!().close();
                        }
                        push!(StackRef::from_owned(attrs));
                    }
                    op::CALL => {
                        next = next.add(3);
                        let args = sp.sub(oparg);
                        let callable = *args.sub(2);
                        let self_or_null = *args.sub(1);
                        sync!();
                        if let Some(function) = callable.object().downcast_exact::<PyFunction>()
                            && (*function.raw()).vectorcall.is_some_and(call::is_function_vectorcall)
                        {
                            let (first, n) =
                                if self_or_null.is_null() { (args, oparg) } else { (args.sub(1), oparg + 1) };
                            let new = call::push_frame(t, callable, first, n, core::ptr::null_mut());
                            // The arguments and the function have been taken over, or given up on error.
                            sp = args.sub(2);
                            (*frame).stackpointer = sp.cast();
                            if new.is_null() {
                                fail!();
                            }
                            enter!(new);
                        }
                        if let Some(method) = callable.object().downcast_exact::<taipan_object::PyMethod>()
                            && self_or_null.is_null()
                        {
                            // Unpack the bound method, so that its function can be entered without recursion.
                            let function = StackRef::new_ref(method.function().as_ptr());
                            *args.sub(1) = StackRef::new_ref(method.this().as_ptr());
                            *args.sub(2) = function;
                            callable.close();
                            next = ip;
                            continue;
                        }
                        let value = check!(call::call_words(t, args, oparg, core::ptr::null_mut()));
                        let bottom = args.sub(2);
                        while sp > bottom {
                            let word = pop!();
                            if !word.is_null() {
                                (*frame).stackpointer = sp.cast();
                                word.close();
                            }
                        }
                        push!(StackRef::from_owned(value));
                        eval_breaker!();
                    }
                    op::CALL_KW => {
                        next = next.add(3);
                        let kwnames = pop!();
                        let args = sp.sub(oparg);
                        let callable = *args.sub(2);
                        let self_or_null = *args.sub(1);
                        sync!();
                        if let Some(function) = callable.object().downcast_exact::<PyFunction>()
                            && (*function.raw()).vectorcall.is_some_and(call::is_function_vectorcall)
                        {
                            let n_kw = kwnames.object().cast_unchecked::<PyTuple>().len();
                            let (first, n) = if self_or_null.is_null() {
                                (args, oparg - n_kw)
                            } else {
                                (args.sub(1), oparg - n_kw + 1)
                            };
                            let new = call::push_frame(t, callable, first, n, kwnames.as_ptr());
                            kwnames.close();
                            sp = args.sub(2);
                            (*frame).stackpointer = sp.cast();
                            if new.is_null() {
                                fail!();
                            }
                            enter!(new);
                        }
                        let value = call::call_words(t, args, oparg, kwnames.as_ptr());
                        kwnames.close();
                        let value = check!(value);
                        let bottom = args.sub(2);
                        while sp > bottom {
                            let word = pop!();
                            if !word.is_null() {
                                (*frame).stackpointer = sp.cast();
                                word.close();
                            }
                        }
                        push!(StackRef::from_owned(value));
                        eval_breaker!();
                    }
                    op::CALL_FUNCTION_EX => {
                        sync!();
                        let (callable, args, kwargs) = (peek!(4), peek!(2), peek!(1));
                        let tuple = check!(call::call_ex_args(t, callable.object(), args.object()));
                        let dict = if kwargs.is_null() { None } else { kwargs.object().downcast::<PyDict>() };
                        if let Some(function) = callable.object().downcast_exact::<PyFunction>()
                            && (*function.raw()).vectorcall.is_some_and(call::is_function_vectorcall)
                        {
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
                        let value = check!(callable.object().call_tuple_dict(t, &tuple, dict));
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
                    op::CALL_INTRINSIC_1 => {
                        sync!();
                        let value = if oparg as u32 == intrinsic::STOPITERATION_ERROR {
                            check!(error::stop_iteration_error(t, code, peek!(1).object()))
                        } else {
                            check!(ops::intrinsic_1(t, frame, oparg as u32, peek!(1).object()))
                        };
                        let old = peek!(1);
                        peek!(1) = StackRef::from_owned(value);
                        old.close();
                    }
                    op::CALL_INTRINSIC_2 => {
                        sync!();
                        let value = check!(ops::intrinsic_2(t, oparg as u32, peek!(2).object(), peek!(1).object()));
                        pop!().close();
                        pop!().close();
                        push!(StackRef::from_owned(value));
                    }
                    op::RETURN_VALUE => {
                        let value = pop!().into_owned();
                        sync!();
                        (*tstate).py_recursion_remaining += 1;
                        let is_entry = frame == entry;
                        let previous = (*frame).previous;
                        (*tstate).current_frame = previous;
                        if (*frame).owner == FRAME_OWNED_BY_GENERATOR {
                            generator::finish(t, frame);
                            if is_entry {
                                return Ok(value);
                            }
                        } else {
                            frame::clear(t, frame);
                            t.pop_data(frame.cast());
                        }
                        if is_entry {
                            return Ok(value);
                        }
                        frame = previous;
                        load_frame!();
                        next = ip.add((*frame).return_offset as usize);
                        push!(StackRef::from_owned(value));
                    }
                    op::RETURN_GENERATOR => {
                        sync!();
                        (*frame).instr_ptr = next;
                        let made = generator::from_frame(t, frame);
                        (*tstate).py_recursion_remaining += 1;
                        let is_entry = frame == entry;
                        let previous = (*frame).previous;
                        (*tstate).current_frame = previous;
                        let failed = made.is_err();
                        if failed {
                            frame::clear(t, frame);
                        }
                        t.pop_data(frame.cast());
                        if is_entry {
                            return made;
                        }
                        frame = previous;
                        load_frame!();
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
                        (*tstate).current_frame = (*frame).previous;
                        (*frame).previous = core::ptr::null_mut();
                        debug_assert!(frame == entry);
                        return Ok(value);
                    }
                    op::SEND => {
                        next = next.add(1);
                        sync!();
                        let value = peek!(1);
                        match check!(generator::send(t, peek!(2).object(), value.object())) {
                            Sent::Next(yielded) => {
                                peek!(1) = StackRef::from_owned(yielded);
                                value.close();
                            }
                            Sent::Return(result) => {
                                peek!(1) = StackRef::from_owned(result);
                                value.close();
                                jump!(oparg);
                            }
                        }
                    }
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
                                ip = code.code_ptr().add(at as usize);
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
                    op::SETUP_ANNOTATIONS => {
                        sync!();
                        check!(ops::setup_annotations(t, frame));
                    }
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
                    op::WITH_EXCEPT_START => {
                        sync!();
                        // exit_func, exit_self, lasti, prev_exc, exception
                        let value = check!(ops::with_except_start(t, peek!(5).object(), peek!(4), peek!(1).object()));
                        push!(StackRef::from_owned(value));
                    }
                    op::INTERPRETER_EXIT => {
                        let value = pop!().into_owned();
                        return Ok(value);
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
                    _ => {
                        sync!();
                        let _ = err!(
                            t,
                            SystemError,
                            "{}:{}: unknown opcode {opcode}",
                            code.filename().display(),
                            frame::line_of(frame).unwrap_or(-1)
                        );
                        fail!();
                    }
                }
            }
        }
    }
}

/// The operator of a comparison's argument.
pub(crate) fn compare_operator(oparg: usize) -> CompareOp {
    CompareOp::from_c((oparg >> 5) as i32)
}
