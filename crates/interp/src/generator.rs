//! Generators, coroutines and asynchronous generators (`Objects/genobject.c`). The frame lies inside the object.

use crate::async_generator;
use crate::code::{FRAME_SPECIALS, PyCode};
use crate::eval::eval_frame;
use crate::frame::{self, Frame, code_of, locals_of};
use crate::function::PyFunction;
use crate::stackref::StackRef;
use core::ffi::{c_int, c_void};
use core::mem::offset_of;
use taipan_bytecode::opcode::Opcode;
use taipan_bytecode::tables::co;
use taipan_object::abi::*;
use taipan_object::{
    Class, Head, Object, Own, Owned, PyCell, PyInt, PyResult, PyStr, PyTuple, PyType, Raised, Sent, Slot, attr, class,
    err, errors, exceptions, iter, layout, name, new_object, object, singletons, typeobject,
};
use taipan_runtime::{Thread, gc, refcount, thread};

layout!(
    /// `generator`.
    PyGen,
    PyGenObject
);
layout!(
    /// `coroutine`.
    PyCoro,
    PyGenObject
);
layout!(
    /// `async_generator`.
    PyAsyncGen,
    PyGenObject
);

/// The generator whose frame this is.
///
/// # Safety
/// `frame` is owned by a generator.
#[inline(always)]
pub unsafe fn owner_of(frame: *mut Frame) -> *mut PyObject {
    // SAFETY: the frame lies at a fixed place in the object.
    unsafe { frame.cast::<u8>().sub(offset_of!(PyGenObject, gi_iframe)).cast() }
}

#[inline(always)]
unsafe fn raw_of(frame: *mut Frame) -> *mut PyGenObject {
    // SAFETY: the caller's promise.
    unsafe { owner_of(frame).cast() }
}

/// Makes the generator object of the running frame, which moves into it (`_Py_MakeCoro`).
///
/// # Safety
/// `frame` is the running frame on top of the data stack.
pub unsafe fn from_frame(t: &Thread, frame: *mut Frame) -> PyResult {
    // SAFETY: the caller's promise; the object has room for the frame.
    unsafe {
        let code = code_of(frame);
        let flags = code.flags() as u32;
        let ty = if flags & co::ASYNC_GENERATOR != 0 {
            <PyAsyncGen as Class>::TYPE
        } else if flags & co::COROUTINE != 0 {
            <PyCoro as Class>::TYPE
        } else {
            <PyGen as Class>::TYPE
        };
        let words = (*code.raw()).co_framesize as usize;
        let size = offset_of!(PyGenObject, gi_iframe) + words * 8;
        let op = gc::alloc(t, size, size_of::<PyGC_Head>());
        if op.is_null() {
            return Err(errors::no_memory(t));
        }
        typeobject::init_head(op, ty);
        let g = op.cast::<PyGenObject>();
        let function: &PyFunction = StackRef((*frame).f_funcobj).object().cast_unchecked();
        (*g).gi_name = Object::from_ptr((*function.raw()).func_name).own().into_ptr();
        (*g).gi_qualname = Object::from_ptr((*function.raw()).func_qualname).own().into_ptr();
        init_state(g);
        if flags & co::COROUTINE != 0 && flags & co::ASYNC_GENERATOR == 0 {
            let depth = t.raw().coroutine_origin_tracking_depth;
            if depth > 0 {
                (*g).gi_origin_or_finalizer = origin(t, frame::back_of(frame), depth)?.into_ptr();
            }
        }
        let new = move_frame(g, frame);
        if !(*new).frame_obj.is_null() {
            (*(*new).frame_obj).f_frame = new;
        }
        // The generator may outlive what its arguments were borrowed from.
        let mut at = locals_of(new);
        while at < (*new).stackpointer.cast() {
            *at = (*at).make_strong();
            at = at.add(1);
        }
        (*new).f_executable = StackRef((*new).f_executable).make_strong().0;
        (*new).f_funcobj = StackRef((*new).f_funcobj).make_strong().0;
        gc::track(op);
        Ok(Owned::from_ptr(op))
    }
}

/// Fields of a generator that has not begun.
unsafe fn init_state(g: *mut PyGenObject) {
    // SAFETY: a fresh block.
    unsafe {
        (*g).gi_weakreflist = core::ptr::null_mut();
        (*g).gi_exc_state.exc_value = core::ptr::null_mut();
        (*g).gi_exc_state.previous_item = core::ptr::null_mut();
        (*g).gi_origin_or_finalizer = core::ptr::null_mut();
        (*g).gi_hooks_inited = 0;
        (*g).gi_closed = 0;
        (*g).gi_running_async = 0;
        (*g).gi_frame_state = FRAME_CREATED;
    }
}

/// Moves a frame into a generator that has room for it.
unsafe fn move_frame(g: *mut PyGenObject, frame: *mut Frame) -> *mut Frame {
    // SAFETY: the caller's promise.
    unsafe {
        let new = &raw mut (*g).gi_iframe;
        let used = ((*frame).stackpointer as usize - frame as usize) / 8;
        core::ptr::copy_nonoverlapping(frame.cast::<usize>(), new.cast::<usize>(), used.max(FRAME_SPECIALS));
        (*new).stackpointer = new.cast::<usize>().add(used);
        (*new).owner = FRAME_OWNED_BY_GENERATOR;
        (*new).visited = 0;
        (*new).previous = core::ptr::null_mut();
        new
    }
}

/// Which of the three kinds a frame object is to become.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

/// Makes a generator that runs the frame of a frame object made by C code (`PyGen_New` and its like). The generator begins
/// as if it had been made by calling a function: cells are made, free variables there are none. Other code than a
/// generator's runs to its end when the generator is first resumed. Without names the code's are taken.
pub fn from_frame_object(
    t: &Thread,
    object: Owned<frame::PyFrame>,
    kind: Kind,
    name: Option<Owned>,
    qualname: Option<Owned>,
) -> PyResult {
    let frame = object.frame();
    // SAFETY: a live frame object; the frame is moved only if it lies within the object, whose room is no larger than what
    // the generator has; the instructions before the first traceable one are read within the code.
    unsafe {
        if !frame::is_unused(&object) {
            return Err(err!(t, ValueError, "the frame belongs to running code or to another generator"));
        }
        let code = code_of(frame);
        frame::check_variables(t, frame)?;
        let is_generator = is_generator_code(code);
        let begin = (*code.raw())._co_firsttraceable as usize;
        for i in 0..begin {
            let unit = *code.code_ptr().add(i);
            if code.opcode(i) == Opcode::MAKE_CELL as u8 {
                let place = locals_of(frame).add((unit >> 8) as usize);
                let value = if (*place).is_null() { None } else { Some((*place).object().own()) };
                let cell = StackRef::from_owned(PyCell::new(t, value)?);
                core::mem::replace(&mut *place, cell).close();
            }
        }
        let words = (*code.raw()).co_framesize as usize;
        let op = gc::alloc(t, offset_of!(PyGenObject, gi_iframe) + words * 8, size_of::<PyGC_Head>());
        if op.is_null() {
            return Err(errors::no_memory(t));
        }
        let ty = match kind {
            Kind::Generator => <PyGen as Class>::TYPE,
            Kind::Coroutine => <PyCoro as Class>::TYPE,
            Kind::AsyncGenerator => <PyAsyncGen as Class>::TYPE,
        };
        typeobject::init_head(op, ty);
        let g = op.cast::<PyGenObject>();
        (*g).gi_name = name.unwrap_or_else(|| code.name().as_object().own()).into_ptr();
        (*g).gi_qualname = qualname.unwrap_or_else(|| code.qualname().as_object().own()).into_ptr();
        init_state(g);
        let new = move_frame(g, frame);
        if is_generator {
            // POP_TOP takes what is sent first; RESUME follows.
            (*new).instr_ptr = code.code_ptr().add(begin.saturating_sub(1));
        }
        (*object.raw()).f_frame = new;
        // The function, which moved too, keeps them.
        refcount::decref((*new).f_globals);
        refcount::decref((*new).f_builtins);
        (*new).frame_obj = object.into_object().into_ptr().cast();
        gc::track(op);
        let made: Owned = Owned::from_ptr(op);
        let depth = t.raw().coroutine_origin_tracking_depth;
        if kind == Kind::Coroutine && depth > 0 {
            (*g).gi_origin_or_finalizer = origin(t, frame::current(t), depth)?.into_ptr();
        }
        Ok(made)
    }
}

/// Whether code makes a generator when it is called.
fn is_generator_code(code: &PyCode) -> bool {
    code.flags() as u32 & (co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR) != 0
}

/// Where a coroutine was made: file, line and function of the innermost frames (`cr_origin`).
///
/// # Safety
/// `frame` is live or null.
unsafe fn origin(t: &Thread, mut frame: *mut Frame, depth: i32) -> PyResult {
    let mut frames = Vec::new();
    // SAFETY: the chain of frames is live.
    unsafe {
        while !frame.is_null() && frames.len() < depth as usize {
            let code = code_of(frame);
            let line = i64::from(frame::line_of(frame).unwrap_or(-1));
            let entry = PyTuple::from_vec(
                t,
                vec![
                    code.filename().as_object().own(),
                    PyInt::from_i64(t, line)?.into_object(),
                    code.name().as_object().own(),
                ],
            )?;
            frames.push(entry.into_object());
            frame = frame::back_of(frame);
        }
    }
    PyTuple::from_vec(t, frames).map(Owned::into_object)
}

/// Notes that a generator's frame yielded.
///
/// # Safety
/// `frame` is a generator's running frame.
pub unsafe fn suspend(t: &Thread, frame: *mut Frame, yield_from: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        let g = raw_of(frame);
        (*g).gi_frame_state = if yield_from { FRAME_SUSPENDED_YIELD_FROM } else { FRAME_SUSPENDED };
        let ts = t.as_ptr();
        (*ts).exc_info = (*g).gi_exc_state.previous_item;
        (*g).gi_exc_state.previous_item = core::ptr::null_mut();
    }
}

/// Gives up a generator's frame that has returned or been left by an exception.
///
/// # Safety
/// `frame` is a generator's frame that will not run again.
pub unsafe fn finish(t: &Thread, frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let g = raw_of(frame);
        let ts = t.as_ptr();
        if (*ts).exc_info == &raw mut (*g).gi_exc_state {
            (*ts).exc_info = (*g).gi_exc_state.previous_item;
        }
        (*g).gi_exc_state.previous_item = core::ptr::null_mut();
        (*g).gi_frame_state = FRAME_CLEARED;
        let held = core::mem::replace(&mut (*g).gi_exc_state.exc_value, core::ptr::null_mut());
        clear_but_code(t, frame);
        refcount::xdecref(held);
    }
}

/// What a generator is called in messages.
fn kind(op: &Object) -> &'static str {
    if op.is_instance_of::<PyCoro>() {
        "coroutine"
    } else if op.is_instance_of::<PyAsyncGen>() {
        "async generator"
    } else {
        "generator"
    }
}

pub(crate) unsafe fn raw(op: &Object) -> *mut PyGenObject {
    op.as_ptr().cast()
}

/// Resumes a generator with a value or, with `throw`, with the exception in flight.
pub(crate) fn resume(t: &Thread, g: &Object, value: Option<&Object>, throw: bool, closing: bool) -> PyResult<Sent> {
    // SAFETY: the object is a generator of one of the three kinds.
    unsafe {
        let gen_ = raw(g);
        let frame = &raw mut (*gen_).gi_iframe;
        let state = (*gen_).gi_frame_state;
        if state == FRAME_EXECUTING {
            return Err(err!(t, ValueError, "{} already executing", kind(g)));
        }
        if state >= FRAME_COMPLETED {
            if g.is_instance_of::<PyCoro>() && !closing {
                if throw {
                    errors::clear(t);
                }
                return Err(err!(t, RuntimeError, "cannot reuse already awaited coroutine"));
            }
            if throw {
                return Err(Raised::assume());
            }
            return Ok(Sent::Return(singletons::none().own()));
        }
        if state == FRAME_CREATED
            && let Some(value) = value
            && !value.is(singletons::none())
        {
            return Err(err!(t, TypeError, "can't send non-None value to a just-started {}", kind(g)));
        }
        let keep = g.own();
        // RETURN_GENERATOR left no value: POP_TOP pops what is sent first.
        let word = match value {
            Some(value) => StackRef::new_ref(value.as_ptr()),
            None => StackRef::borrowed(singletons::none().as_ptr()),
        };
        // Other code (see `from_frame_object`) begins with an empty stack.
        if state != FRAME_CREATED || is_generator_code(code_of(frame)) {
            let sp = (*frame).stackpointer.cast::<StackRef>();
            *sp = word;
            (*frame).stackpointer = sp.add(1).cast();
        }
        let ts = t.as_ptr();
        (*gen_).gi_exc_state.previous_item = (*ts).exc_info;
        (*ts).exc_info = &raw mut (*gen_).gi_exc_state;
        (*gen_).gi_frame_state = FRAME_EXECUTING;
        let handled = (*gen_).gi_exc_state.exc_value;
        if throw
            && !handled.is_null()
            && handled != singletons::none().as_ptr()
            && let Some(exception) = errors::take(t)
        {
            // The exception gets what the generator itself is handling as its context.
            let _ = errors::raise(t, exception);
        }
        let result = eval_frame(t, frame, throw);
        // A yield leaves it suspended, a return cleared; dropping `keep` may free it.
        let returned = (*gen_).gi_frame_state == FRAME_CLEARED;
        drop(keep);
        match result {
            Ok(value) if returned => Ok(Sent::Return(value)),
            Ok(value) => Ok(Sent::Next(value)),
            Err(raised) => Err(raised),
        }
    }
}

/// `am_send` of the three kinds.
fn gen_send_slot(t: &Thread, g: &Object, value: &Object) -> PyResult<Sent> {
    resume(t, g, Some(value), false, false)
}

/// A result as `next()` and `send()` give it: `StopIteration` at the end.
pub(crate) fn result_or_stop(t: &Thread, g: &Object, sent: Sent) -> PyResult {
    match sent {
        Sent::Next(value) => Ok(value),
        Sent::Return(value) => {
            if g.is_instance_of::<PyAsyncGen>() {
                return Err(errors::raise_none(t, taipan_object::exceptions_class!(StopAsyncIteration)));
            }
            if value.is(singletons::none()) {
                Err(errors::stop_iteration_without_value(t))
            } else {
                Err(set_stop_iteration(t, &value))
            }
        }
    }
}

/// `StopIteration(value)`, with the value kept whole even if it is a tuple or an exception.
pub(crate) fn set_stop_iteration(t: &Thread, value: &Object) -> Raised {
    errors::stop_iteration(t, value)
}

fn gen_iternext(t: &Thread, g: &Object) -> PyResult<Option<Owned>> {
    match resume(t, g, None, false, false)? {
        Sent::Next(value) => Ok(Some(value)),
        Sent::Return(value) => {
            if value.is(singletons::none()) {
                Ok(None)
            } else {
                Err(set_stop_iteration(t, &value))
            }
        }
    }
}

/// What a generator delegates to with `yield from` or `await`, if it does.
pub fn yield_from_target(g: &Object) -> Option<Owned> {
    // SAFETY: the object is a generator; a suspended delegation has the target below the sent value's place.
    unsafe {
        let gen_ = raw(g);
        if (*gen_).gi_frame_state != FRAME_SUSPENDED_YIELD_FROM {
            return None;
        }
        let sp = (*gen_).gi_iframe.stackpointer.cast::<StackRef>();
        Some((*sp.sub(1)).object().own())
    }
}

fn is_gen_like(o: &Object) -> bool {
    o.is_exact::<PyGen>() || o.is_exact::<PyCoro>()
}

/// Closes what a generator delegates to.
fn close_target(t: &Thread, target: &Object) -> PyResult<()> {
    if is_gen_like(target) {
        return gen_close(t, target).map(drop);
    }
    match target.getattr_opt(t, name!(t, "close")) {
        Ok(Some(close)) => close.call(t, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(_) => {
            errors::write_unraisable(t, Some(target));
            Ok(())
        }
    }
}

/// Mark of a `RESUME` behind a `yield` that stands in no other handler than that around a generator's whole body
/// (`opcode_utils.h`).
const RESUME_OPARG_DEPTH1_MASK: u16 = 4;

/// `generator.close()`.
fn gen_close(t: &Thread, g: &Object) -> PyResult {
    // SAFETY: the object is a generator.
    unsafe {
        let gen_ = raw(g);
        let state = (*gen_).gi_frame_state;
        if state == FRAME_CREATED {
            (*gen_).gi_frame_state = FRAME_COMPLETED;
            clear_contents(t, gen_);
            return singletons::ok_none();
        }
        if state >= FRAME_COMPLETED {
            return singletons::ok_none();
        }
        if state == FRAME_EXECUTING {
            return Err(err!(t, ValueError, "{} already executing", kind(g)));
        }
        let mut failed = false;
        if let Some(target) = yield_from_target(g) {
            (*gen_).gi_frame_state = FRAME_EXECUTING;
            failed = close_target(t, &target).is_err();
            (*gen_).gi_frame_state = state;
        }
        // Where the handler that the compiler puts around the body is the only one, nothing would be done for the exception.
        let ip = (*gen_).gi_iframe.instr_ptr;
        if !failed
            && code_of(&raw mut (*gen_).gi_iframe).opcode_at(ip) == Opcode::RESUME as u8
            && *ip >> 8 & RESUME_OPARG_DEPTH1_MASK != 0
            && !crate::tracing::hears_unwinding(t)
        {
            (*gen_).gi_frame_state = FRAME_COMPLETED;
            clear_contents(t, gen_);
            return singletons::ok_none();
        }
        if !failed {
            let _ = errors::raise_none(t, taipan_object::exceptions_class!(GeneratorExit));
        }
        match resume(t, g, None, true, true) {
            Ok(Sent::Next(_)) => {
                let what = match kind(g) {
                    "async generator" => "async generator ignored GeneratorExit",
                    "coroutine" => "coroutine ignored GeneratorExit",
                    _ => "generator ignored GeneratorExit",
                };
                Err(err!(t, RuntimeError, "{what}"))
            }
            Ok(Sent::Return(value)) => Ok(value),
            Err(raised) => {
                if errors::matches::<exceptions::GeneratorExit>(t) || errors::matches::<exceptions::StopIteration>(t) {
                    errors::clear(t);
                    return singletons::ok_none();
                }
                Err(raised)
            }
        }
    }
}

unsafe fn clear_contents(t: &Thread, gen_: *mut PyGenObject) {
    // SAFETY: the generator does not run and will not.
    unsafe {
        (*gen_).gi_frame_state = FRAME_CLEARED;
        clear_but_code(t, &raw mut (*gen_).gi_iframe);
    }
}

/// Clears a generator's frame; the code stays, for `gi_code` and its like outlive the frame.
unsafe fn clear_but_code(t: &Thread, frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let code = StackRef((*frame).f_executable).dup().make_strong();
        frame::clear(t, frame);
        (*frame).f_executable = code.0;
    }
}

/// `frame.clear()` of a suspended generator's frame.
///
/// # Safety
/// `frame` is owned by a generator.
pub unsafe fn clear_frame(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let g = raw_of(frame);
        if (*g).gi_frame_state == FRAME_EXECUTING {
            return Err(err!(t, RuntimeError, "cannot clear an executing frame"));
        }
        if (*g).gi_frame_state < FRAME_EXECUTING && (*g).gi_frame_state != FRAME_CREATED {
            return Err(err!(t, RuntimeError, "cannot clear a suspended frame"));
        }
        finalize(t, Object::from_ptr(g.cast()));
        Ok(())
    }
}

/// `generator.throw(...)`.
pub(crate) fn gen_throw(t: &Thread, g: &Object, args: &[&Object], close_on_exit: bool) -> PyResult {
    let exception = make_exception(t, args, true)?;
    throw_exception(t, g, exception, args, close_on_exit)
}

pub(crate) fn throw_exception(
    t: &Thread,
    g: &Object,
    exception: Owned,
    args: &[&Object],
    close_on_exit: bool,
) -> PyResult {
    // SAFETY: the object is a generator.
    unsafe {
        let gen_ = raw(g);
        if let Some(target) = yield_from_target(g) {
            let state = (*gen_).gi_frame_state;
            if close_on_exit && exception.is_instance_of::<exceptions::GeneratorExit>() {
                (*gen_).gi_frame_state = FRAME_EXECUTING;
                let closed = close_target(t, &target);
                (*gen_).gi_frame_state = state;
                if closed.is_err() {
                    return finish_throw(t, g);
                }
            } else {
                (*gen_).gi_frame_state = FRAME_EXECUTING;
                let ts = t.as_ptr();
                let previous = (*ts).current_frame;
                (*gen_).gi_iframe.previous = previous;
                (*ts).current_frame = &raw mut (*gen_).gi_iframe;
                let result = if is_gen_like(&target) {
                    Some(throw_exception(t, &target, exception.clone(), args, close_on_exit))
                } else {
                    match target.getattr_opt(t, name!(t, "throw")) {
                        Ok(Some(method)) => Some(method.call(t, args)),
                        Ok(None) => None,
                        Err(raised) => Some(Err(raised)),
                    }
                };
                (*ts).current_frame = previous;
                (*gen_).gi_iframe.previous = core::ptr::null_mut();
                (*gen_).gi_frame_state = state;
                match result {
                    Some(Ok(value)) => return Ok(value),
                    // If the target ended, its StopIteration becomes the delegation's value (CLEANUP_THROW).
                    Some(Err(_)) => return finish_throw(t, g),
                    None => {}
                }
            }
        }
        let _ = errors::restore_raised(t, exception);
        finish_throw(t, g)
    }
}

fn finish_throw(t: &Thread, g: &Object) -> PyResult {
    // SAFETY: the object is a generator.
    unsafe {
        let gen_ = raw(g);
        if (*gen_).gi_frame_state == FRAME_CREATED {
            // Never started: the exception is raised at the definition's line.
            let frame = &raw mut (*gen_).gi_iframe;
            crate::traceback::here_at(t, frame);
            clear_contents(t, gen_);
            return Err(Raised::assume());
        }
    }
    let sent = resume(t, g, None, true, false)?;
    result_or_stop(t, g, sent)
}

/// The exception that the arguments of `throw` describe; `warns` of more than one.
pub(crate) fn make_exception(t: &Thread, args: &[&Object], warns: bool) -> PyResult {
    let (kind, value, traceback) = match args {
        [kind] => (*kind, None, None),
        [kind, value] => (*kind, Some(*value), None),
        [kind, value, traceback] => (*kind, Some(*value), Some(*traceback)),
        _ => return Err(err!(t, TypeError, "throw expected at least 1 argument, got {}", args.len())),
    };
    if warns && args.len() > 1 {
        errors::warn(
            t,
            taipan_object::exceptions_class!(DeprecationWarning),
            format_args!(
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead."
            ),
            1,
        )?;
    }
    let traceback = attr::none_if_none(traceback);
    if traceback.is_some_and(|tb| !crate::traceback::is_traceback(tb)) {
        return Err(err!(t, TypeError, "throw() third argument must be a traceback object"));
    }
    let value = attr::none_if_none(value);
    let is_class = kind.downcast::<PyType>().is_some_and(|ty| ty.flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0);
    let exception = if is_class {
        let made = match value {
            Some(value) if value.is_instance(t, kind)? => Ok(value.own()),
            Some(value) => match value.downcast_exact::<PyTuple>() {
                Some(args) => kind.call_tuple_dict(t, args, None),
                None => kind.call(t, &[value]),
            },
            None => kind.call(t, &[]),
        };
        let made = made.and_then(|made| {
            if made.is_instance_of::<exceptions::BaseException>() {
                return Ok(made);
            }
            Err(err!(
                t,
                TypeError,
                "calling {} should have returned an instance of BaseException, not {}",
                kind.repr_lossy(t),
                made.class().name_lossy()
            ))
        });
        // What making the exception raised is thrown in its place.
        match made {
            Ok(made) => made,
            Err(raised) => match errors::take(t) {
                Some(other) => other,
                None => return Err(raised),
            },
        }
    } else if kind.is_instance_of::<exceptions::BaseException>() {
        if value.is_some() {
            return Err(err!(t, TypeError, "instance exception may not have a separate value"));
        }
        kind.own()
    } else {
        return Err(err!(
            t,
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {}",
            kind.class().name_lossy()
        ));
    };
    if let Some(traceback) = traceback {
        exceptions::set_traceback(&exception, Some(traceback.own()));
    }
    Ok(exception)
}

/// `GET_YIELD_FROM_ITER`: an iterator in place of the value, or `None` if the value will do.
pub fn yield_from_iter(t: &Thread, code: &PyCode, value: &Object) -> PyResult<Option<Owned>> {
    if value.is_exact::<PyCoro>() {
        if code.flags() as u32 & (co::COROUTINE | co::ITERABLE_COROUTINE) == 0 {
            return Err(err!(t, TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        return Ok(None);
    }
    if value.is_exact::<PyGen>() {
        return Ok(None);
    }
    iter::get_iter(t, value).map(Some)
}

/// `SEND`, which calls `stopped` while a `StopIteration` that ends the delegation is in flight.
pub fn send(t: &Thread, receiver: &Object, value: &Object, stopped: impl FnOnce()) -> PyResult<Sent> {
    if is_gen_like(receiver) {
        return resume(t, receiver, Some(value), false, false);
    }
    iter::send_or(t, receiver, value, stopped)
}

/// Whether an object is a generator that has run to its end.
pub fn is_finished(object: &Object) -> bool {
    // SAFETY: plain field of a live generator.
    object.downcast_exact::<PyGen>().is_some_and(|g| unsafe { (*g.raw()).gi_frame_state >= FRAME_COMPLETED })
}

/// The iterator of an awaitable (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(t: &Thread, value: &Object) -> PyResult {
    let iterable_coroutine = |o: &Object| {
        o.downcast_exact::<PyGen>().is_some_and(|g| {
            // SAFETY: a live generator whose frame has code, unless it is finished.
            unsafe {
                (*g.raw()).gi_frame_state < FRAME_COMPLETED
                    && code_of(&raw const (*g.raw()).gi_iframe).flags() as u32 & co::ITERABLE_COROUTINE != 0
            }
        })
    };
    if value.is_exact::<PyCoro>() || iterable_coroutine(value) {
        return Ok(value.own());
    }
    // SAFETY: a slot of the value's type.
    unsafe {
        if let Some(slot) = (*value.class().as_type_ptr()).tp_as_async.as_ref().and_then(|a| a.am_await) {
            let result: Owned = Owned::from_result(slot(value.as_ptr()))?;
            if result.is_exact::<PyCoro>() || iterable_coroutine(&result) {
                return Err(err!(t, TypeError, "__await__() returned a coroutine"));
            }
            if !iter::is_iterator(&result) {
                return Err(err!(
                    t,
                    TypeError,
                    "__await__() returned non-iterator of type '{:.200}'",
                    result.class().name_lossy()
                ));
            }
            return Ok(result);
        }
    }
    Err(err!(t, TypeError, "'{:.100}' object can't be awaited", value.class().name_lossy()))
}

/// `GET_AWAITABLE`.
pub fn get_awaitable(t: &Thread, value: &Object, oparg: usize) -> PyResult {
    let iterator = match awaitable_iter(t, value) {
        Ok(iterator) => iterator,
        Err(raised) => {
            // SAFETY: plain fields of a live type.
            let awaitable =
                unsafe { (*value.class().as_type_ptr()).tp_as_async.as_ref().is_some_and(|a| a.am_await.is_some()) };
            if !awaitable && errors::matches::<exceptions::TypeError>(t) && oparg > 0 {
                errors::clear(t);
                let method = if oparg == 1 { "__aenter__" } else { "__aexit__" };
                return Err(err!(
                    t,
                    TypeError,
                    "'async with' received an object from {method} that does not implement __await__: {:.100}",
                    value.class().name_lossy()
                ));
            }
            return Err(raised);
        }
    };
    if iterator.is_exact::<PyCoro>() && yield_from_target(&iterator).is_some() {
        return Err(err!(t, RuntimeError, "coroutine is being awaited already"));
    }
    Ok(iterator)
}

/// `GET_AITER`.
pub fn get_aiter(t: &Thread, value: &Object) -> PyResult {
    // SAFETY: slots of the value's type.
    unsafe {
        let Some(slot) = (*value.class().as_type_ptr()).tp_as_async.as_ref().and_then(|a| a.am_aiter) else {
            return Err(err!(
                t,
                TypeError,
                "'async for' requires an object with __aiter__ method, got {:.100}",
                value.class().name_lossy()
            ));
        };
        let result: Owned = Owned::from_result(slot(value.as_ptr()))?;
        if (*result.class().as_type_ptr()).tp_as_async.as_ref().is_none_or(|a| a.am_anext.is_none()) {
            return Err(err!(
                t,
                TypeError,
                "'async for' received an object from __aiter__ that does not implement __anext__: {:.100}",
                result.class().name_lossy()
            ));
        }
        Ok(result)
    }
}

/// `GET_ANEXT`.
pub fn get_anext(t: &Thread, iterator: &Object) -> PyResult {
    // SAFETY: slots of the iterator's type.
    unsafe {
        let Some(slot) = (*iterator.class().as_type_ptr()).tp_as_async.as_ref().and_then(|a| a.am_anext) else {
            return Err(err!(
                t,
                TypeError,
                "'async for' requires an iterator with __anext__ method, got {:.100}",
                iterator.class().name_lossy()
            ));
        };
        let next: Owned = Owned::from_result(slot(iterator.as_ptr()))?;
        if iterator.is_exact::<PyAsyncGen>() {
            return Ok(next);
        }
        match awaitable_iter(t, &next) {
            Ok(awaitable) => Ok(awaitable),
            Err(_) => Err(errors::raise_from_cause(
                t,
                taipan_object::exceptions_class!(TypeError),
                format_args!(
                    "'async for' received an invalid object from __anext__: {:.100}",
                    next.class().name_lossy()
                ),
            )),
        }
    }
}

// Destruction and collection.

/// "coroutine 'x' was never awaited", through the library's `warnings`, which also says where the coroutine was made.
fn warn_unawaited(t: &Thread, coroutine: &Object) {
    let ignored = || {
        let text = format!("Exception ignored while finalizing coroutine {}", coroutine.repr_lossy(t));
        errors::write_unraisable_msg(t, &text, None);
    };
    let library = taipan_object::state::import(t, "warnings")
        .and_then(|module| module.getattr_opt(t, name!(t, "_warn_unawaited_coroutine")));
    let mut warned = false;
    if let Ok(Some(function)) = &library {
        warned = function.call(t, &[coroutine]).is_ok() || errors::matches::<exceptions::RuntimeWarning>(t);
    }
    if errors::occurred(t) {
        ignored();
    }
    if !warned {
        // SAFETY: the object is a generator.
        let qualname = unsafe { Object::from_ptr((*raw(coroutine)).gi_qualname).str_lossy(t) };
        let category = taipan_object::exceptions_class!(RuntimeWarning);
        let text = format_args!("coroutine '{qualname}' was never awaited");
        if errors::warn(t, category, text, 1).is_err() {
            ignored();
        }
    }
}

/// Closes a generator that is about to be destroyed (`_PyGen_Finalize`).
fn finalize(t: &Thread, g: &Object) {
    // SAFETY: the object is a generator.
    unsafe {
        let gen_ = raw(g);
        if (*gen_).gi_frame_state >= FRAME_COMPLETED {
            return;
        }
        if g.is_exact::<PyAsyncGen>() {
            let finalizer = (*gen_).gi_origin_or_finalizer;
            if let Some(finalizer) = Object::from_ptr_opt(finalizer)
                && (*gen_).gi_closed == 0
            {
                let saved = errors::save(t);
                if finalizer.own().call(t, &[g]).is_err() {
                    errors::write_unraisable(t, Some(g));
                }
                errors::restore(t, saved);
                return;
            }
        }
        let saved = errors::save(t);
        if g.is_exact::<PyCoro>() && (*gen_).gi_frame_state == FRAME_CREATED {
            warn_unawaited(t, g);
            clear_contents(t, gen_);
        } else if (*gen_).gi_frame_state == FRAME_CREATED {
            clear_contents(t, gen_);
        } else if gen_close(t, g).is_err() {
            let saved = errors::save(t);
            let message = format!("Exception ignored while closing generator {}", g.repr_lossy(t));
            errors::restore(t, saved);
            errors::write_unraisable_msg(t, &message, None);
        }
        errors::restore(t, saved);
    }
}

unsafe extern "C" fn gen_finalize(op: *mut PyObject) {
    // SAFETY: called as `tp_finalize`, with the GIL held.
    unsafe { finalize(thread::current(), Object::from_ptr(op)) }
}

unsafe extern "C" fn gen_dealloc(op: *mut PyObject) {
    // SAFETY: the generator is dead.
    unsafe {
        let g = op.cast::<PyGenObject>();
        gc::maybe_untrack(op);
        if !(*g).gi_weakreflist.is_null() {
            taipan_object::weakref::clear_weakrefs(op);
        }
        // One that has come to its end has nothing to finalize.
        if (*g).gi_frame_state != FRAME_CLEARED {
            gc::track(op);
            if gc::call_finalizer_from_dealloc(op) {
                return;
            }
            gc::maybe_untrack(op);
            if (*g).gi_frame_state != FRAME_CLEARED {
                clear_contents(thread::current(), g);
            }
        }
        let code = StackRef((*g).gi_iframe.f_executable);
        let mut words = 0;
        if !code.is_null() {
            words = (*code.object().cast_unchecked::<PyCode>().raw()).co_framesize as usize;
            code.close();
        }
        refcount::xdecref((*g).gi_origin_or_finalizer);
        refcount::xdecref((*g).gi_exc_state.exc_value);
        refcount::xdecref((*g).gi_name);
        refcount::xdecref((*g).gi_qualname);
        if words == 0 {
            return gc::free(op, size_of::<PyGC_Head>());
        }
        gc::free_sized(op, offset_of!(PyGenObject, gi_iframe) + words * 8, size_of::<PyGC_Head>());
    }
}

unsafe extern "C" fn gen_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live generator.
    unsafe {
        let g = op.cast::<PyGenObject>();
        for held in [(*g).gi_name, (*g).gi_qualname, (*g).gi_origin_or_finalizer, (*g).gi_exc_state.exc_value] {
            if !held.is_null() {
                let result = visit(held, arg);
                if result != 0 {
                    return result;
                }
            }
        }
        if (*g).gi_frame_state < FRAME_EXECUTING {
            let result = frame::traverse(&raw mut (*g).gi_iframe, visit, arg, false);
            if result != 0 {
                return result;
            }
        } else if (*g).gi_frame_state == FRAME_EXECUTING {
            let result = frame::traverse_locals(&raw mut (*g).gi_iframe, visit, arg);
            if result != 0 {
                return result;
            }
        }
    }
    0
}

fn gen_repr(t: &Thread, g: &Object) -> PyResult {
    let what = match kind(g) {
        "async generator" => "async_generator",
        other => other,
    };
    // SAFETY: the object is a generator.
    let qualname = unsafe { Object::from_ptr((*raw(g)).gi_qualname).str_lossy(t) };
    PyStr::from_fmt(t, format_args!("<{what} object {qualname} at {:p}>", g.as_ptr())).map(Owned::into_object)
}

fn get_frame(t: &Thread, g: &Object) -> PyResult<Option<Owned>> {
    // SAFETY: the object is a generator.
    unsafe {
        let gen_ = raw(g);
        if (*gen_).gi_frame_state >= FRAME_COMPLETED {
            return Ok(None);
        }
        frame::object_of(t, &raw mut (*gen_).gi_iframe).map(|f| Some(f.into_object()))
    }
}

fn get_code(g: &Object) -> Option<Owned> {
    // SAFETY: the object is a generator.
    unsafe {
        let gen_ = raw(g);
        if StackRef((*gen_).gi_iframe.f_executable).is_null() {
            return None;
        }
        Some(code_of(&raw const (*gen_).gi_iframe).as_object().own())
    }
}

fn state_is(g: &Object, wanted: impl Fn(i8) -> bool) -> bool {
    // SAFETY: the object is a generator.
    unsafe { wanted((*raw(g)).gi_frame_state) }
}

fn set_name(t: &Thread, g: &Object, value: Option<&Object>, qualified: bool) -> PyResult<()> {
    let which = if qualified { "__qualname__" } else { "__name__" };
    let Some(value) = value.filter(|v| v.is_instance_of::<PyStr>()) else {
        return Err(err!(t, TypeError, "{which} must be set to a string object"));
    };
    // SAFETY: the object is a generator; the fields own their references.
    unsafe {
        let slot = if qualified { &raw mut (*raw(g)).gi_qualname } else { &raw mut (*raw(g)).gi_name };
        let old = core::mem::replace(&mut *slot, value.own().into_ptr());
        refcount::xdecref(old);
    }
    Ok(())
}

const fn member(name: &'static core::ffi::CStr, kind: c_int, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: kind,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: core::ptr::null(),
    }
}

macro_rules! common {
    ($ty:ident, $name:literal, $export:ident, $name_doc:literal, $qualname_doc:literal, $frame:ident, $code:ident,
        $suspended:ident, [$($member:expr),*], { $($extra:tt)* }) => {
        impl $ty {
            const MEMBERS_LEN: usize = [$($member,)* PyMemberDef::END].len();
        }

        #[class(name = $name, layout, export = $export, flags(HAVE_GC), no_new, dealloc = gen_dealloc,
            traverse = gen_traverse, finalize = gen_finalize, basicsize = offset_of!(PyGenObject, gi_iframe) + offset_of!(_PyInterpreterFrame, localsplus),
            itemsize = 8, getattro = attr::generic_getattr_slot, members = [$($member,)* PyMemberDef::END])]
        impl $ty {
            #[slot]
            fn tp_repr(&self, t: &Thread) -> PyResult {
                gen_repr(t, self)
            }

            $($extra)*

            #[getter]
            fn $frame(&self, t: &Thread) -> PyResult<Option<Owned>> {
                get_frame(t, self)
            }

            #[getter]
            fn $code(&self, _t: &Thread) -> Option<Owned> {
                get_code(self)
            }

            #[getter]
            fn $suspended(&self, _t: &Thread) -> bool {
                state_is(self, |s| s == FRAME_SUSPENDED || s == FRAME_SUSPENDED_YIELD_FROM)
            }

            #[doc = $name_doc]
            #[getter]
            fn __name__(&self, _t: &Thread) -> Owned {
                // SAFETY: a live generator.
                unsafe { Object::from_ptr((*self.raw()).gi_name).own() }
            }

            #[setter]
            fn set___name__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
                set_name(t, self, value, false)
            }

            #[doc = $qualname_doc]
            #[getter]
            fn __qualname__(&self, _t: &Thread) -> Owned {
                // SAFETY: a live generator.
                unsafe { Object::from_ptr((*self.raw()).gi_qualname).own() }
            }

            #[setter]
            fn set___qualname__(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
                set_name(t, self, value, true)
            }

            /// The size of the object in memory, with its frame.
            #[method]
            fn __sizeof__(&self, _t: &Thread) -> usize {
                match get_code(self).and_then(|c| c.into_type::<PyCode>().ok()) {
                    // SAFETY: plain field.
                    Some(code) => offset_of!(PyGenObject, gi_iframe) + unsafe { (*code.raw()).co_framesize as usize } * 8,
                    None => offset_of!(PyGenObject, gi_iframe),
                }
            }

            /// See PEP 585
            #[classmethod]
            fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
                taipan_object::state::generic_alias(t, cls, object)
            }
        }
    };
}

common!(
    PyGen,
    "generator",
    PyGen_Type,
    "name of the generator",
    "qualified name of the generator",
    gi_frame,
    gi_code,
    gi_suspended,
    [],
    {
        #[getter]
        fn gi_running(&self, _t: &Thread) -> bool {
            state_is(self, |s| s == FRAME_EXECUTING)
        }

        #[slot]
        fn tp_iter(&self, _t: &Thread) -> Owned {
            self.as_object().own()
        }

        #[slot]
        fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
            gen_iternext(t, self)
        }

        #[slot]
        fn am_send(&self, t: &Thread, value: &Object) -> PyResult<Sent> {
            gen_send_slot(t, self, value)
        }

        /// send(value) -> send 'value' into generator,
        /// return next yielded value or raise StopIteration.
        #[method(text = "")]
        fn send(&self, t: &Thread, value: &Object) -> PyResult {
            let sent = resume(t, self, Some(value), false, false)?;
            result_or_stop(t, self, sent)
        }

        /// throw(value)
        /// throw(type[,value[,tb]])
        ///
        /// Raise exception in generator, return next yielded value or raise
        /// StopIteration.
        /// the (type, val, tb) signature is deprecated,
        /// and may be removed in a future version of Python.
        #[method(sig = "(*args)", text = "")]
        fn throw(&self, t: &Thread, args: &[&Object]) -> PyResult {
            gen_throw(t, self, args, true)
        }

        /// close() -> raise GeneratorExit inside generator.
        #[method(text = "")]
        fn close(&self, t: &Thread) -> PyResult {
            gen_close(t, self)
        }

        /// object being iterated by yield from, or None
        #[getter]
        fn gi_yieldfrom(&self, _t: &Thread) -> Option<Owned> {
            yield_from_target(self)
        }
    }
);

common!(
    PyCoro,
    "coroutine",
    PyCoro_Type,
    "name of the coroutine",
    "qualified name of the coroutine",
    cr_frame,
    cr_code,
    cr_suspended,
    [member(c"cr_origin", _Py_T_OBJECT, offset_of!(PyGenObject, gi_origin_or_finalizer))],
    {
        #[getter]
        fn cr_running(&self, _t: &Thread) -> bool {
            state_is(self, |s| s == FRAME_EXECUTING)
        }

        #[slot]
        fn am_await(&self, t: &Thread) -> PyResult {
            new_object(t, PyCoroWrapper { head: Head::new(), coroutine: Slot::new(self.as_object().own()) })
                .map(Owned::into_object)
        }

        #[slot]
        fn am_send(&self, t: &Thread, value: &Object) -> PyResult<Sent> {
            gen_send_slot(t, self, value)
        }

        /// send(arg) -> send 'arg' into coroutine,
        /// return next iterated value or raise StopIteration.
        #[method(text = "")]
        fn send(&self, t: &Thread, arg: &Object) -> PyResult {
            let sent = resume(t, self, Some(arg), false, false)?;
            result_or_stop(t, self, sent)
        }

        /// throw(value)
        /// throw(type[,value[,traceback]])
        ///
        /// Raise exception in coroutine, return next iterated value or raise
        /// StopIteration.
        /// the (type, val, tb) signature is deprecated,
        /// and may be removed in a future version of Python.
        #[method(sig = "(*args)", text = "")]
        fn throw(&self, t: &Thread, args: &[&Object]) -> PyResult {
            gen_throw(t, self, args, true)
        }

        /// close() -> raise GeneratorExit inside coroutine.
        #[method(text = "")]
        fn close(&self, t: &Thread) -> PyResult {
            gen_close(t, self)
        }

        /// object being awaited on, or None
        #[getter]
        fn cr_await(&self, _t: &Thread) -> Option<Owned> {
            yield_from_target(self)
        }
    }
);

common!(
    PyAsyncGen,
    "async_generator",
    PyAsyncGen_Type,
    "name of the async generator",
    "qualified name of the async generator",
    ag_frame,
    ag_code,
    ag_suspended,
    [member(c"ag_running", Py_T_BOOL, offset_of!(PyGenObject, gi_running_async))],
    {
        #[slot]
        fn am_aiter(&self, _t: &Thread) -> Owned {
            self.as_object().own()
        }

        #[slot]
        fn am_anext(&self, t: &Thread) -> PyResult {
            async_generator::asend(t, self, None)
        }

        /// asend(v) -> send 'v' in generator.
        #[method(text = "")]
        fn asend(&self, t: &Thread, value: &Object) -> PyResult {
            async_generator::asend(t, self, Some(value))
        }

        /// athrow(value)
        /// athrow(type[,value[,tb]])
        ///
        /// raise exception in generator.
        #[method(sig = "(*args)", text = "")]
        fn athrow(&self, t: &Thread, args: &[&Object]) -> PyResult {
            async_generator::athrow(t, self, Some(args))
        }

        /// aclose() -> raise GeneratorExit inside generator.
        #[method(text = "")]
        fn aclose(&self, t: &Thread) -> PyResult {
            async_generator::athrow(t, self, None)
        }

        /// object being awaited on, or None
        #[getter]
        fn ag_await(&self, _t: &Thread) -> Option<Owned> {
            yield_from_target(self)
        }
    }
);

/// `coroutine_wrapper`: what `coroutine.__await__()` returns.
#[object]
pub struct PyCoroWrapper {
    coroutine: Slot,
}

impl PyCoroWrapper {
    fn inner(&self) -> Owned {
        self.coroutine.get().unwrap_or_else(|| singletons::none().own())
    }
}

/// A wrapper object implementing __await__ for coroutines.
#[class(name = "coroutine_wrapper", export = _PyCoroWrapper_Type, flags(HAVE_GC), no_new)]
impl PyCoroWrapper {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        gen_iternext(t, &self.inner())
    }

    #[slot]
    fn am_send(&self, t: &Thread, value: &Object) -> PyResult<Sent> {
        gen_send_slot(t, &self.inner(), value)
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method(text = "")]
    fn send(&self, t: &Thread, arg: &Object) -> PyResult {
        let inner = self.inner();
        let sent = resume(t, &inner, Some(arg), false, false)?;
        result_or_stop(t, &inner, sent)
    }

    /// throw(value)
    #[method(sig = "(*args)", text = "")]
    fn throw(&self, t: &Thread, args: &[&Object]) -> PyResult {
        gen_throw(t, &self.inner(), args, true)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method(text = "")]
    fn close(&self, t: &Thread) -> PyResult {
        gen_close(t, &self.inner())
    }
}

/// Registers the types; sets the offsets that the declarations cannot name.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    // SAFETY: at start-up, before anything else sees the types.
    unsafe {
        for ty in [<PyGen as Class>::TYPE, <PyCoro as Class>::TYPE, <PyAsyncGen as Class>::TYPE] {
            (*ty).tp_weaklistoffset = offset_of!(PyGenObject, gi_weakreflist) as isize;
        }
    }
    typeobject::add_static::<PyGen>(t)?;
    typeobject::add_static::<PyCoro>(t)?;
    typeobject::add_static::<PyAsyncGen>(t)?;
    typeobject::add_static::<PyCoroWrapper>(t)?;
    crate::async_generator::init_types(t)
}
