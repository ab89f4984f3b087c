//! Frames: `_PyInterpreterFrame` on the data stack, and the `frame` objects that Python sees (`Objects/frameobject.c`).

use crate::code::{FRAME_SPECIALS, PyCode};
use crate::function::PyFunction;
use crate::stackref::StackRef;
use core::ffi::{c_int, c_void};
use taipan_bytecode::tables::{co as co_flags, co_fast};
use taipan_object::abi::*;
use taipan_object::{
    Layout, Object, Own, Owned, PyCell, PyDict, PyResult, PyStr, attr, class, err, layout, name, singletons, typeobject,
};
use taipan_runtime::{Thread, gc, mem, refcount};

layout!(
    /// `frame`.
    PyFrame,
    PyFrameObject
);

/// A frame on the data stack, in a generator or in a frame object.
pub type Frame = _PyInterpreterFrame;

/// The code that a frame runs.
///
/// # Safety
/// `frame` is live and has code.
#[inline(always)]
pub unsafe fn code_of<'a>(frame: *const Frame) -> &'a PyCode {
    // SAFETY: the caller's promise.
    unsafe { StackRef((*frame).f_executable).object().cast_unchecked() }
}

/// The first local variable.
///
/// # Safety
/// `frame` is live.
#[inline(always)]
pub unsafe fn locals_of(frame: *mut Frame) -> *mut StackRef {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*frame).localsplus).cast() }
}

/// The bottom of the evaluation stack.
///
/// # Safety
/// `frame` is live.
#[inline(always)]
pub unsafe fn stack_base(frame: *mut Frame) -> *mut StackRef {
    // SAFETY: the stack follows the locals.
    unsafe { locals_of(frame).add((*code_of(frame).raw()).co_nlocalsplus as usize) }
}

/// Whether the frame has not yet reached its first traceable instruction: it does not exist for Python code.
///
/// # Safety
/// `frame` is live.
pub unsafe fn is_incomplete(frame: *mut Frame) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).owner >= FRAME_OWNED_BY_INTERPRETER {
            return true;
        }
        let code = code_of(frame);
        (*frame).owner != FRAME_OWNED_BY_GENERATOR
            && (*frame).instr_ptr < code.code_ptr().add((*code.raw())._co_firsttraceable as usize)
    }
}

/// The byte offset of the instruction that the frame is at.
///
/// # Safety
/// `frame` is live.
pub unsafe fn lasti_of(frame: *const Frame) -> isize {
    // SAFETY: the instruction pointer is within the code, or just before it.
    unsafe { ((*frame).instr_ptr as isize) - (code_of(frame).code_ptr() as isize) }
}

/// The line that the frame is at.
///
/// # Safety
/// `frame` is live.
pub unsafe fn line_of(frame: *mut Frame) -> Option<i32> {
    // SAFETY: the caller's promise.
    unsafe { code_of(frame).line_of(lasti_of(frame)) }
}

/// Pushes a frame for a function's call; the locals are all empty.
///
/// # Safety
/// `function` is counted for the frame, `locals` is a counted reference or null.
#[inline(always)]
pub unsafe fn push(
    t: &Thread,
    function: StackRef,
    code: &PyCode,
    globals: *mut PyObject,
    builtins: *mut PyObject,
    locals: *mut PyObject,
    previous: *mut Frame,
) -> *mut Frame {
    // SAFETY: the block has room for the frame that the code asks for.
    unsafe {
        let c = code.raw();
        let frame = t.push_data((*c).co_framesize as usize).cast::<Frame>();
        if frame.is_null() {
            return frame;
        }
        init(frame, function, code, globals, builtins, locals, previous);
        frame
    }
}

/// Writes the header of a frame and empties its locals.
///
/// # Safety
/// As [`push`]; `frame` has room.
#[inline(always)]
pub unsafe fn init(
    frame: *mut Frame,
    function: StackRef,
    code: &PyCode,
    globals: *mut PyObject,
    builtins: *mut PyObject,
    locals: *mut PyObject,
    previous: *mut Frame,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let c = code.raw();
        (*frame).f_executable = StackRef::new_ref(code.as_ptr()).0;
        (*frame).previous = previous;
        (*frame).f_funcobj = function.0;
        (*frame).f_globals = globals;
        (*frame).f_builtins = builtins;
        (*frame).f_locals = locals;
        (*frame).frame_obj = core::ptr::null_mut();
        (*frame).instr_ptr = code.code_ptr();
        (*frame).return_offset = 0;
        (*frame).owner = FRAME_OWNED_BY_THREAD;
        (*frame).visited = 0;
        let n = (*c).co_nlocalsplus as usize;
        let base = locals_of(frame);
        for i in 0..n {
            *base.add(i) = StackRef::NULL;
        }
        (*frame).stackpointer = base.add(n).cast();
    }
}

/// Gives up what a frame holds: locals and stack, unless its frame object takes them over (`_PyFrame_ClearExceptCode`).
///
/// # Safety
/// `frame` is not running and is not used again but for its memory.
pub unsafe fn clear(t: &Thread, frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let object = (*frame).frame_obj;
        if !object.is_null() {
            (*frame).frame_obj = core::ptr::null_mut();
            if refcount::refcnt(object.cast()) > 1 {
                take_over(t, object, frame);
                refcount::decref(object.cast());
                return;
            }
            refcount::decref(object.cast());
        }
        clear_locals(frame);
        let function = StackRef((*frame).f_funcobj);
        (*frame).f_funcobj = StackRef::NULL.0;
        function.close();
        let code = StackRef((*frame).f_executable);
        (*frame).f_executable = StackRef::NULL.0;
        code.close();
    }
}

/// [`clear`] of a thread's frame that no frame object stands for: nothing can find it any more, whatever runs meanwhile.
///
/// # Safety
/// As [`clear`]; the frame is no current one, nor a generator's, and has no frame object.
#[inline(always)]
pub unsafe fn clear_unseen(frame: *mut Frame) {
    // SAFETY: everything up to the stack pointer is a live word.
    unsafe {
        let top = (*frame).stackpointer.cast::<StackRef>();
        let mut at = locals_of(frame);
        while at < top {
            // One that is missing counts as borrowed.
            (*at).close();
            at = at.add(1);
        }
        refcount::xdecref((*frame).f_locals);
        StackRef((*frame).f_funcobj).close();
        StackRef((*frame).f_executable).close();
    }
}

unsafe fn clear_locals(frame: *mut Frame) {
    // SAFETY: everything up to the stack pointer is a live word.
    unsafe {
        let base = locals_of(frame);
        let top = (*frame).stackpointer.cast::<StackRef>();
        let mut at = base;
        (*frame).stackpointer = base.cast();
        while at < top {
            // One that is missing counts as borrowed.
            core::mem::replace(&mut *at, StackRef::NULL).close();
            at = at.add(1);
        }
        let locals = core::mem::replace(&mut (*frame).f_locals, core::ptr::null_mut());
        refcount::xdecref(locals);
    }
}

/// The frame object outlives the frame: the contents move into the object.
unsafe fn take_over(t: &Thread, object: *mut PyFrameObject, frame: *mut Frame) {
    let _ = t;
    // SAFETY: the object has room for the frame behind its header.
    unsafe {
        let copy = (&raw mut (*object)._f_frame_data).cast::<Frame>();
        let words = ((*frame).stackpointer as usize - frame as usize) / 8;
        core::ptr::copy_nonoverlapping(frame.cast::<usize>(), copy.cast::<usize>(), words);
        (*copy).stackpointer = copy.cast::<usize>().add(words);
        (*copy).owner = FRAME_OWNED_BY_FRAME_OBJECT;
        // Borrowed words would outlive what they were borrowed from.
        let mut at = locals_of(copy);
        while at < (*copy).stackpointer.cast() {
            *at = (*at).make_strong();
            at = at.add(1);
        }
        (*copy).f_executable = StackRef((*copy).f_executable).make_strong().0;
        (*copy).f_funcobj = StackRef((*copy).f_funcobj).make_strong().0;
        refcount::incref((*copy).f_globals);
        refcount::incref((*copy).f_builtins);
        (*copy).frame_obj = core::ptr::null_mut();
        (*object).f_frame = copy;
        // The caller becomes visible through `f_back` for good.
        let mut previous = (*frame).previous;
        while !previous.is_null() && is_incomplete(previous) {
            previous = (*previous).previous;
        }
        if (*object).f_back.is_null() && !previous.is_null() && (*frame).owner != FRAME_OWNED_BY_GENERATOR {
            // The frame may end because an exception is on its way; without memory it does so just the same.
            let in_flight = taipan_object::errors::save(t);
            if let Ok(back) = object_of(t, previous) {
                (*object).f_back = back.into_object().into_ptr().cast();
            }
            taipan_object::errors::restore(t, in_flight);
        }
        (*copy).previous = core::ptr::null_mut();
        if !gc::is_tracked(object.cast()) {
            gc::track(object.cast());
        }
    }
}

/// The frame object of a frame, made on demand.
///
/// # Safety
/// `frame` is live and complete.
pub unsafe fn object_of(t: &Thread, frame: *mut Frame) -> PyResult<Owned<PyFrame>> {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(found) = Object::from_ptr_opt((*frame).frame_obj.cast()) {
            return Ok(found.cast_unchecked::<PyFrame>().own());
        }
        let code = code_of(frame);
        let size = core::mem::offset_of!(PyFrameObject, _f_frame_data)
            + (FRAME_SPECIALS + (*code.raw()).co_nlocalsplus as usize + (*code.raw()).co_stacksize as usize) * 8;
        let op = gc::alloc(t, size, size_of::<PyGC_Head>());
        if op.is_null() {
            return Err(taipan_object::errors::no_memory(t));
        }
        core::ptr::write_bytes(op.cast::<u8>(), 0, size);
        typeobject::init_head(op, typeobject::static_type::<PyFrame>());
        let f = op.cast::<PyFrameObject>();
        (*f).f_frame = frame;
        (*f).f_trace_lines = 1;
        (*frame).frame_obj = f;
        let made: Owned<PyFrame> = Owned::from_ptr(op);
        gc::track(op);
        Ok(made.clone()).inspect(|_| core::mem::forget(made))
    }
}

/// Whether a frame object is one of [`standalone`] whose code has not begun to run.
pub fn is_unused(object: &PyFrame) -> bool {
    let frame = object.frame();
    // SAFETY: a live frame object; the code of a frame within it is there until it dies.
    unsafe {
        let own = (&raw mut (*object.raw())._f_frame_data).cast::<Frame>();
        frame == own
            && (*frame).owner == FRAME_OWNED_BY_FRAME_OBJECT
            && (*frame).frame_obj.is_null()
            && (*frame).instr_ptr == pretended_start(code_of(frame))
            && (*frame).stackpointer.cast() == locals_of(frame).add((*code_of(frame).raw()).co_nlocalsplus as usize)
    }
}

/// Checks that the code of a frame that C code has made finds what a call would have given it.
///
/// # Safety
/// `frame` is that of an unused frame object.
pub unsafe fn check_variables(t: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the frame's code is live, and its locals are.
    unsafe {
        let c = code_of(frame).raw();
        if (*c).co_nfreevars != 0 {
            let message = "the frame has no values for the free variables of its code";
            return Err(err!(t, ValueError, "{message}"));
        }
        let flags = (*c).co_flags as u32;
        let collected = u32::from(flags & co_flags::VARARGS != 0) + u32::from(flags & co_flags::VARKEYWORDS != 0);
        let count = (*c).co_argcount as usize + (*c).co_kwonlyargcount as usize + collected as usize;
        if (0..count).any(|i| (*locals_of(frame).add(i)).is_null()) {
            return Err(err!(t, ValueError, "the frame has no values for the arguments of its code"));
        }
        Ok(())
    }
}

/// Where the frame of a new frame object is said to be: behind the first RESUME, as if that had run.
fn pretended_start(code: &PyCode) -> *mut u16 {
    // SAFETY: within the code.
    unsafe {
        let last = code.units().saturating_sub(1);
        code.code_ptr().add(((*code.raw())._co_firsttraceable as usize + 1).min(last))
    }
}

/// Runs the frame of a frame object that C code has made, or has an exception raised at its start; once.
pub fn run_object(t: &Thread, object: &PyFrame, throw: bool) -> PyResult {
    if !is_unused(object) {
        return Err(err!(t, ValueError, "the frame has run or is running"));
    }
    // SAFETY: the frame lies within the object and moves to the top of the data stack, as if it had been pushed for a
    // call; it takes the object back with it when it ends.
    unsafe {
        let own = object.frame();
        let code = code_of(own);
        check_variables(t, own)?;
        let frame = t.push_data((*code.raw()).co_framesize as usize).cast::<Frame>();
        if frame.is_null() {
            return Err(taipan_object::errors::no_memory(t));
        }
        let words = FRAME_SPECIALS + (*code.raw()).co_nlocalsplus as usize;
        core::ptr::copy_nonoverlapping(own.cast::<usize>(), frame.cast::<usize>(), words);
        (*frame).stackpointer = frame.cast::<usize>().add(words);
        (*frame).owner = FRAME_OWNED_BY_THREAD;
        (*frame).instr_ptr = code.code_ptr();
        (*frame).frame_obj = object.own().into_ptr().cast();
        (*object.raw()).f_frame = frame;
        // The function, which moved too, keeps them.
        refcount::decref((*frame).f_globals);
        refcount::decref((*frame).f_builtins);
        crate::eval::eval_frame(t, frame, throw)
    }
}

/// A frame object of its own: native code makes them for tracebacks (`PyFrame_New`), rarely to run them.
pub fn standalone(t: &Thread, code: &PyCode, globals: &PyDict, locals: Option<&Object>) -> PyResult<Owned<PyFrame>> {
    code.load(t)?;
    let builtins = builtins_of(t, globals)?;
    let function = crate::function::PyFunction::new(t, code, globals)?;
    // SAFETY: a fresh block with room for the frame that the code asks for; every field is written.
    unsafe {
        let size = core::mem::offset_of!(PyFrameObject, _f_frame_data)
            + (FRAME_SPECIALS + (*code.raw()).co_nlocalsplus as usize + (*code.raw()).co_stacksize as usize) * 8;
        let op = gc::alloc(t, size, size_of::<PyGC_Head>());
        if op.is_null() {
            return Err(taipan_object::errors::no_memory(t));
        }
        core::ptr::write_bytes(op.cast::<u8>(), 0, size);
        typeobject::init_head(op, typeobject::static_type::<PyFrame>());
        let object = op.cast::<PyFrameObject>();
        let frame = (&raw mut (*object)._f_frame_data).cast::<Frame>();
        init(
            frame,
            StackRef::from_owned(function),
            code,
            globals.as_object().own().into_ptr(),
            builtins.into_object().into_ptr(),
            locals.map_or(core::ptr::null_mut(), |l| l.own().into_ptr()),
            core::ptr::null_mut(),
        );
        (*frame).owner = FRAME_OWNED_BY_FRAME_OBJECT;
        (*frame).instr_ptr = pretended_start(code);
        (*object).f_frame = frame;
        (*object).f_trace_lines = 1;
        gc::track(op);
        Ok(Owned::from_ptr(op))
    }
}

/// The innermost complete frame of a thread, or null.
pub fn current(t: &Thread) -> *mut Frame {
    // SAFETY: the thread's chain of frames is live.
    unsafe {
        let mut frame = t.raw().current_frame;
        while !frame.is_null() && is_incomplete(frame) {
            frame = (*frame).previous;
        }
        frame
    }
}

/// A frame, or the nearest complete one outwards, or null.
///
/// # Safety
/// `frame` is live or null.
pub unsafe fn complete(frame: *mut Frame) -> *mut Frame {
    // SAFETY: the chain of frames is live.
    unsafe { if frame.is_null() || !is_incomplete(frame) { frame } else { back_of(frame) } }
}

/// The next complete frame outwards, or null.
///
/// # Safety
/// `frame` is live.
pub unsafe fn back_of(frame: *mut Frame) -> *mut Frame {
    // SAFETY: the chain of frames is live.
    unsafe {
        let mut previous = (*frame).previous;
        while !previous.is_null() && is_incomplete(previous) {
            previous = (*previous).previous;
        }
        previous
    }
}

/// The builtins that globals refer to: `__builtins__` (a module's dictionary, or any object), or the running function's.
pub fn builtins_of(t: &Thread, globals: &PyDict) -> PyResult {
    if let Some(found) = globals.get_item(t, name!(t, "__builtins__"))? {
        if let Some(module) = found.downcast::<taipan_object::PyModule>()
            && let Some(dict) = module.dict()
        {
            return Ok(dict.into_object());
        }
        return Ok(found);
    }
    let frame = current(t);
    if frame.is_null() {
        return crate::state::builtins_dict(t).map(Owned::into_object);
    }
    // SAFETY: the current frame is live and has builtins.
    Ok(unsafe { Object::from_ptr((*frame).f_builtins) }.own())
}

impl PyFrame {
    /// `f_trace`.
    pub fn trace(&self) -> Option<Owned> {
        // SAFETY: an object or null.
        unsafe { Object::from_ptr_opt((*self.raw()).f_trace).map(Own::own) }
    }

    /// Sets `f_trace`.
    pub fn set_trace(&self, function: Option<Owned>) {
        // SAFETY: the field owns its reference.
        unsafe {
            let new = function.map_or(core::ptr::null_mut(), Owned::into_ptr);
            let old = core::mem::replace(&mut (*self.raw()).f_trace, new);
            refcount::xdecref(old);
        }
    }

    /// The frame behind the object.
    pub fn frame(&self) -> *mut Frame {
        // SAFETY: plain field.
        unsafe { (*self.raw()).f_frame }
    }

    /// The code that it runs.
    pub fn code(&self) -> Owned<PyCode> {
        // SAFETY: a frame object's frame has code as long as the object lives.
        unsafe { code_of(self.frame()).own() }
    }

    /// The current line, or `None`.
    pub fn line(&self) -> Option<i32> {
        // SAFETY: plain fields of a live frame.
        unsafe {
            if (*self.raw()).f_lineno != 0 {
                return Some((*self.raw()).f_lineno);
            }
            line_of(self.frame())
        }
    }

    /// The next frame outwards.
    pub fn back(&self, t: &Thread) -> PyResult<Option<Owned<Self>>> {
        // SAFETY: a live frame.
        unsafe {
            if let Some(back) = Object::from_ptr_opt((*self.raw()).f_back.cast()) {
                return Ok(Some(back.cast_unchecked::<Self>().own()));
            }
            let previous = back_of(self.frame());
            if previous.is_null() { Ok(None) } else { object_of(t, previous).map(Some) }
        }
    }

    /// Values of the local variables by name, cells looked through; hidden and empty ones are left out.
    pub fn local_items(&self) -> Vec<(Owned, Owned)> {
        // SAFETY: a live frame.
        unsafe { local_items(self.frame()) }
    }
}

/// The value that a local variable shows: a cell's content if it is a cell.
unsafe fn shown_value(frame: *mut Frame, i: usize, kind: u8) -> Option<Owned> {
    // SAFETY: `i` is a local of the live frame.
    unsafe {
        let word = *locals_of(frame).add(i);
        if word.is_null() {
            return None;
        }
        let value = word.object();
        if kind & co_fast::FREE != 0 || (kind & co_fast::CELL != 0 && value.is_exact::<PyCell>()) {
            return value.downcast_exact::<PyCell>().and_then(PyCell::get);
        }
        Some(value.own())
    }
}

/// The value of the local variable at an index, if it has one.
///
/// # Safety
/// `frame` is live and has that many locals.
pub unsafe fn local_value(frame: *mut Frame, i: usize) -> Option<Owned> {
    // SAFETY: the caller's promise.
    unsafe { shown_value(frame, i, code_of(frame).localspluskinds().get(i).copied()?) }
}

/// Whether a module's or class's frame runs a comprehension, whose variables are its locals meanwhile
/// (`_PyFrame_HasHiddenLocals`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn has_hidden_locals(frame: *mut Frame) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let kinds = code_of(frame).localspluskinds();
        kinds.iter().enumerate().any(|(i, &kind)| kind & co_fast::HIDDEN != 0 && shown_value(frame, i, kind).is_some())
    }
}

/// As [`PyFrame::local_items`], for a frame.
///
/// # Safety
/// `frame` is live.
pub unsafe fn local_items(frame: *mut Frame) -> Vec<(Owned, Owned)> {
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame);
        let kinds = code.localspluskinds();
        let mut out = Vec::new();
        for (i, name) in code.localsplusnames().as_slice().iter().enumerate() {
            let kind = kinds[i];
            // Free variables that have not been copied into the frame yet are taken from the function.
            let mut value = shown_value(frame, i, kind);
            if value.is_none()
                && kind & co_fast::FREE != 0
                && lasti_of(frame) < 0
                && (*locals_of(frame).add(i)).is_null()
                && let Some(function) = Object::from_ptr_opt(StackRef((*frame).f_funcobj).as_ptr())
                && let Some(function) = function.downcast::<PyFunction>()
                && let Some(closure) = function.closure()
            {
                let first_free = code.localsplusnames().len() - closure.len();
                value = i
                    .checked_sub(first_free)
                    .and_then(|k| closure.get(k))
                    .and_then(|c| c.downcast_exact::<PyCell>().and_then(PyCell::get));
            }
            if let Some(value) = value {
                out.push((name.own(), value));
            }
        }
        out
    }
}

/// The index of a local variable by name; with `read`, of one that has a value (`framelocalsproxy_getkeyindex`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn local_index(t: &Thread, frame: *mut Frame, name: &Object, read: bool) -> PyResult<Option<usize>> {
    let hash = taipan_object::hash::hash(t, name)?;
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame);
        let kinds = code.localspluskinds();
        for (i, found) in code.localsplusnames().as_slice().iter().enumerate() {
            let same = found.is(name)
                || (found.downcast::<PyStr>().is_some_and(|s| s.hash() == hash) && (**found).eq(t, name)?);
            if same && (!read || shown_value(frame, i, kinds[i]).is_some()) {
                return Ok(Some(i));
            }
        }
    }
    Ok(None)
}

/// Stores into a local variable of a frame by name; false if the code has no such variable.
///
/// # Safety
/// `frame` is live.
pub unsafe fn store_local(t: &Thread, object: &PyFrame, name: &Object, value: &Object) -> PyResult<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        let frame = object.frame();
        let kinds = code_of(frame).localspluskinds();
        if let Some(i) = local_index(t, frame, name, false)? {
            let slot = locals_of(frame).add(i);
            let word = *slot;
            if !word.is_null() && kinds[i] & (co_fast::CELL | co_fast::FREE) != 0 {
                if let Some(cell) = word.object().downcast_exact::<PyCell>() {
                    cell.set(Some(value.own()));
                    return Ok(true);
                }
            }
            *slot = StackRef::from_owned(value.own());
            if !word.is_null() {
                // The running code may still hold a borrowed word for the old value: it is kept for the frame's life.
                keep_overwritten(t, object, word)?;
            }
            return Ok(true);
        }
        Ok(false)
    }
}

/// The value of an attribute that takes `True` or `False` alone.
fn bool_attribute(t: &Thread, value: &Object) -> PyResult<bool> {
    if !value.is_exact::<taipan_object::PyBool>() {
        return Err(err!(t, TypeError, "attribute value type must be bool"));
    }
    Ok(value.is(singletons::bool(true)))
}

unsafe fn keep_overwritten(t: &Thread, object: &PyFrame, word: StackRef) -> PyResult<()> {
    // SAFETY: the field holds a list or null.
    unsafe {
        let slot = &raw mut (*object.raw()).f_overwritten_fast_locals;
        if (*slot).is_null() {
            *slot = taipan_object::PyList::new(t)?.into_object().into_ptr();
        }
        let list: &taipan_object::PyList = Object::from_ptr(*slot).cast_unchecked();
        list.append(t, word.into_owned())
    }
}

unsafe extern "C" fn frame_dealloc(op: *mut PyObject) {
    // SAFETY: the frame object is dead.
    unsafe {
        gc::maybe_untrack(op);
        let f = op.cast::<PyFrameObject>();
        let own = (&raw mut (*f)._f_frame_data).cast::<Frame>();
        if (*f).f_frame == own && (*own).owner == FRAME_OWNED_BY_FRAME_OBJECT {
            let (globals, builtins) = ((*own).f_globals, (*own).f_builtins);
            clear_locals(own);
            StackRef((*own).f_executable).close();
            let function = StackRef((*own).f_funcobj);
            if !function.is_null() {
                function.close();
            }
            refcount::xdecref(globals);
            refcount::xdecref(builtins);
        }
        refcount::xdecref((*f).f_back.cast());
        refcount::xdecref((*f).f_trace);
        refcount::xdecref((*f).f_extra_locals);
        refcount::xdecref((*f).f_locals_cache);
        refcount::xdecref((*f).f_overwritten_fast_locals);
        mem::free(op.cast::<u8>().sub(size_of::<PyGC_Head>()));
    }
}

unsafe extern "C" fn frame_traverse(op: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: a live frame object.
    unsafe {
        let f = op.cast::<PyFrameObject>();
        for held in
            [(*f).f_back.cast(), (*f).f_trace, (*f).f_extra_locals, (*f).f_locals_cache, (*f).f_overwritten_fast_locals]
        {
            if !held.is_null() {
                let result = visit(held, arg);
                if result != 0 {
                    return result;
                }
            }
        }
        let own = (&raw mut (*f)._f_frame_data).cast::<Frame>();
        if (*f).f_frame == own && (*own).owner == FRAME_OWNED_BY_FRAME_OBJECT {
            return traverse(own, visit, arg, true);
        }
    }
    0
}

/// Breaks the cycles that a frame object is part of: what it keeps, and the variables of a frame that has ended.
unsafe extern "C" fn frame_clear(op: *mut PyObject) -> c_int {
    // SAFETY: a live frame object that nothing reachable refers to.
    unsafe {
        let f = op.cast::<PyFrameObject>();
        let held = [
            core::mem::replace(&mut (*f).f_trace, core::ptr::null_mut()),
            core::mem::replace(&mut (*f).f_extra_locals, core::ptr::null_mut()),
            core::mem::replace(&mut (*f).f_locals_cache, core::ptr::null_mut()),
            core::mem::replace(&mut (*f).f_overwritten_fast_locals, core::ptr::null_mut()),
        ];
        let own = (&raw mut (*f)._f_frame_data).cast::<Frame>();
        if (*f).f_frame == own && (*own).owner == FRAME_OWNED_BY_FRAME_OBJECT {
            clear_locals(own);
        }
        for object in held {
            refcount::xdecref(object);
        }
    }
    0
}

/// Visits the local variables of a frame that runs. What is on its stack may be on its way elsewhere.
///
/// # Safety
/// `frame` is live.
pub unsafe fn traverse_locals(frame: *mut Frame, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the caller's promise; borrowed words are not the frame's to visit.
    unsafe {
        let locals = locals_of(frame);
        let count = (*code_of(frame).raw()).co_nlocalsplus as usize;
        for index in 0..count {
            let word = *locals.add(index);
            if word.0 & 1 == 0 && word.0 != 0 {
                let result = visit(word.as_ptr(), arg);
                if result != 0 {
                    return result;
                }
            }
        }
    }
    0
}

/// Visits what a frame holds.
///
/// # Safety
/// `frame` is live and not running.
pub unsafe fn traverse(frame: *mut Frame, visit: visitproc, arg: *mut c_void, owns_globals: bool) -> c_int {
    let visit_word = |word: StackRef| {
        // Borrowed words are not the frame's to visit.
        if word.0 & 1 != 0 || word.0 == 0 {
            return 0;
        }
        // SAFETY: a live object.
        unsafe { visit(word.as_ptr(), arg) }
    };
    // SAFETY: the caller's promise.
    unsafe {
        let mut result = visit_word(StackRef((*frame).f_executable));
        if result == 0 {
            result = visit_word(StackRef((*frame).f_funcobj));
        }
        let mut at = locals_of(frame);
        let top = (*frame).stackpointer.cast::<StackRef>();
        while result == 0 && at < top {
            result = visit_word(*at);
            at = at.add(1);
        }
        let held = [(*frame).f_locals, (*frame).f_globals, (*frame).f_builtins];
        for op in if owns_globals { &held[..] } else { &held[..1] } {
            if result == 0 && !op.is_null() {
                result = visit(*op, arg);
            }
        }
        result
    }
}

/// Where the locals of a frame object's own frame begin.
const FRAME_OFFSET: usize =
    core::mem::offset_of!(PyFrameObject, _f_frame_data) + core::mem::offset_of!(_PyInterpreterFrame, localsplus);

impl PyFrame {
    const MEMBERS_LEN: usize = 2;
}

#[class(name = "frame", layout, export = PyFrame_Type, flags(HAVE_GC), no_new, dealloc = frame_dealloc,
    traverse = frame_traverse, clear = frame_clear, basicsize = FRAME_OFFSET, itemsize = 8,
    getattro = attr::generic_getattr_slot, setattro = attr::generic_setattr_slot, members = [
        PyMemberDef {
            name: c"f_trace_lines".as_ptr(),
            r#type: Py_T_BOOL,
            offset: core::mem::offset_of!(PyFrameObject, f_trace_lines) as isize,
            flags: 0,
            doc: core::ptr::null(),
        },
        PyMemberDef::END,
    ])]
impl PyFrame {
    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        let code = self.code();
        PyStr::from_fmt(
            t,
            format_args!(
                "<frame at {:p}, file {}, line {}, code {}>",
                self.as_ptr(),
                code.filename().repr_lossy(t),
                self.line().unwrap_or(-1),
                code.name().display()
            ),
        )
        .map(Owned::into_object)
    }

    /// Return the size of the frame in memory, in bytes.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        // SAFETY: plain field.
        let slots = unsafe { (*self.code().raw()).co_framesize as usize };
        core::mem::offset_of!(PyFrameObject, _f_frame_data) + slots * 8
    }

    /// F.clear(): clear all references held by the frame
    #[method(text = "")]
    fn clear(&self, t: &Thread) -> PyResult<()> {
        // SAFETY: a live frame that is checked not to run.
        unsafe {
            let frame = self.frame();
            match (*frame).owner {
                FRAME_OWNED_BY_GENERATOR => crate::generator::clear_frame(t, frame),
                FRAME_OWNED_BY_FRAME_OBJECT => {
                    let mut at = locals_of(frame);
                    let top = (*frame).stackpointer.cast::<StackRef>();
                    while at < top {
                        let word = core::mem::replace(&mut *at, StackRef::NULL);
                        if !word.is_null() {
                            word.close();
                        }
                        at = at.add(1);
                    }
                    Ok(())
                }
                _ => Err(err!(t, RuntimeError, "cannot clear an executing frame")),
            }
        }
    }

    #[getter]
    fn f_back(&self, t: &Thread) -> PyResult<Option<Owned<Self>>> {
        self.back(t)
    }

    /// Return the code object of the frame.
    #[getter]
    fn f_code(&self, _t: &Thread) -> Owned<PyCode> {
        self.code()
    }

    /// Return the built-in variables in the frame.
    #[getter]
    fn f_builtins(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: a live frame.
        unsafe { Object::from_ptr_opt((*self.frame()).f_builtins).map(Own::own) }
    }

    /// Return the global variables in the frame.
    #[getter]
    fn f_globals(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: a live frame.
        unsafe { Object::from_ptr_opt((*self.frame()).f_globals).map(Own::own) }
    }

    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(&self, t: &Thread) -> PyResult {
        crate::locals::frame_locals(t, self)
    }

    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(&self, _t: &Thread) -> isize {
        // SAFETY: a live frame.
        unsafe {
            let lasti = lasti_of(self.frame());
            if lasti < 0 { -1 } else { lasti }
        }
    }

    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(&self, _t: &Thread) -> Option<i32> {
        self.line()
    }

    #[setter]
    fn set_f_lineno(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        crate::frame_jump::set_line(t, self, value)
    }

    /// Return the trace function for this frame, or None.
    #[getter]
    fn f_trace(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: an object or null.
        unsafe { Object::from_ptr_opt((*self.raw()).f_trace).map(Own::own) }
    }

    #[setter]
    fn set_f_trace(&self, _t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let value = attr::none_if_none(value);
        // SAFETY: the field owns its reference.
        unsafe {
            let new = value.map_or(core::ptr::null_mut(), |v| v.own().into_ptr());
            let old = core::mem::replace(&mut (*self.raw()).f_trace, new);
            refcount::xdecref(old);
        }
        Ok(())
    }

    /// Return True if opcode tracing is on, False otherwise.
    #[getter]
    fn f_trace_opcodes(&self, _t: &Thread) -> bool {
        // SAFETY: plain field.
        unsafe { (*self.raw()).f_trace_opcodes != 0 }
    }

    #[setter]
    fn set_f_trace_opcodes(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, AttributeError, "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted"));
        };
        let flag = bool_attribute(t, value)?;
        // SAFETY: plain field.
        unsafe { (*self.raw()).f_trace_opcodes = i8::from(flag) };
        if flag {
            crate::tracing::ask_for_opcodes(t);
        }
        Ok(())
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(&self, _t: &Thread) -> Option<Owned> {
        // SAFETY: a frame owned by a generator lies within it.
        unsafe {
            if (*self.frame()).owner == FRAME_OWNED_BY_GENERATOR {
                Some(Object::from_ptr(crate::generator::owner_of(self.frame())).own())
            } else {
                None
            }
        }
    }
}

/// Whether the code of a frame keeps its locals in fast slots.
pub fn is_optimized(code: &PyCode) -> bool {
    code.flags() & co_flags::OPTIMIZED as i32 != 0
}

/// `None`, for frames without a value.
pub fn none() -> Owned {
    singletons::none().own()
}

/// A frame's layout handle, checked at compile time to be a plain structure.
pub const fn assert_layout<T: Layout>() {}

/// Registers the type.
pub(crate) fn init_types(t: &Thread) -> PyResult<()> {
    typeobject::add_static::<PyFrame>(t)
}
