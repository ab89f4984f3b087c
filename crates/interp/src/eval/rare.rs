//! Bodies of instructions that are long or seldom met: they are out of the loop.
//!
//! As in [`super::generic`], each works on the frame's saved stack and instruction pointers and gives the instruction to go
//! on at, or null when an exception is in flight.

use super::generic::{RAISED, Stack, name_at};
use super::{error, ops};
use crate::code::PyCode;
use crate::frame::{Frame, code_of, locals_of};
use crate::function::PyFunction;
use crate::generator;
use crate::stackref::StackRef;
use taipan_bytecode::tables::{common_constant, convert, intrinsic, make_function};
use taipan_object::{
    Class, Object, Own, Owned, PyCell, PyDict, PyList, PyResult, PyStr, PyTuple, Thread, err, sequence, singletons,
};

/// Puts a result in place of the operand on top of the stack.
unsafe fn replace_top(frame: *mut Frame, ip: *mut u16, made: PyResult) -> *mut u16 {
    // SAFETY: the frame is the running one.
    unsafe {
        let stack = Stack::of(frame);
        let Ok(made) = made else { return RAISED };
        let old = stack.peek(1);
        stack.put(1, StackRef::from_owned(made));
        old.close();
        ip.add(1)
    }
}

/// Gives up `n` operands of an instruction that has done its work.
unsafe fn drop_operands(frame: *mut Frame, ip: *mut u16, n: usize, done: PyResult<()>) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        if done.is_err() {
            return RAISED;
        }
        let mut stack = Stack::of(frame);
        for _ in 0..n {
            let word = stack.peek(1);
            stack.shrink(1);
            word.close();
        }
        ip.add(1)
    }
}

/// The same where there is a result to push.
unsafe fn replace_operands(frame: *mut Frame, ip: *mut u16, n: usize, made: PyResult) -> *mut u16 {
    // SAFETY: as above.
    unsafe {
        let Ok(made) = made else { return RAISED };
        let next = drop_operands(frame, ip, n, Ok(()));
        Stack::of(frame).push(StackRef::from_owned(made));
        next
    }
}

/// A name's place in the frame's code, and the running frame's globals.
unsafe fn globals_of<'a>(frame: *mut Frame) -> &'a PyDict {
    // SAFETY: a frame's globals are a dictionary.
    unsafe { Object::from_ptr((*frame).f_globals).cast_unchecked() }
}

macro_rules! bodies {
    ($($(#[doc = $doc:literal])+ fn $name:ident($t:ident, $frame:ident, $ip:ident, $oparg:ident, $stack:ident) $body:block)*) => {
        $(
            $(#[doc = $doc])+
            #[inline(never)]
            pub unsafe fn $name($t: &Thread, $frame: *mut Frame, $ip: *mut u16, $oparg: usize) -> *mut u16 {
                let _ = ($t, $oparg);
                // SAFETY: the frame is the running one, its pointers saved; the compiler made stack and argument.
                unsafe {
                    let $stack = Stack::of($frame);
                    $body
                }
            }
        )*
    };
}

bodies! {
    /// `LOAD_COMMON_CONSTANT`.
    fn load_common_constant(t, frame, ip, oparg, _stack) {
        let found: Owned = match oparg as u32 {
            common_constant::ASSERTION_ERROR => taipan_object::exceptions_class!(AssertionError).as_object().own(),
            common_constant::NOT_IMPLEMENTED_ERROR => {
                taipan_object::exceptions_class!(NotImplementedError).as_object().own()
            }
            common_constant::TUPLE => PyTuple::class().as_object().own(),
            common_constant::ALL => known_callable(t, |known| &known.all),
            _ => known_callable(t, |known| &known.any),
        };
        replace_operands(frame, ip, 0, Ok(found))
    }

    /// `STORE_SLICE`.
    fn store_slice(t, frame, ip, _oparg, stack) {
        let (start, stop) = (stack.peek(2).object(), stack.peek(1).object());
        let done = ops::store_slice(t, stack.peek(3).object(), start, stop, stack.peek(4).object());
        drop_operands(frame, ip, 4, done)
    }

    /// `DELETE_SUBSCR`.
    fn delete_subscr(t, frame, ip, _oparg, stack) {
        let done = sequence::assign_item(t, stack.peek(2).object(), stack.peek(1).object(), None);
        drop_operands(frame, ip, 2, done)
    }

    /// `SET_UPDATE`.
    fn set_update(t, frame, ip, oparg, stack) {
        let done = taipan_types::set_update(t, stack.peek(oparg + 1).object(), stack.peek(1).object());
        drop_operands(frame, ip, 1, done)
    }

    /// `DICT_UPDATE`.
    fn dict_update(t, frame, ip, oparg, stack) {
        let dict: &PyDict = stack.peek(oparg + 1).object().cast_unchecked();
        drop_operands(frame, ip, 1, ops::dict_update(t, dict, stack.peek(1).object()))
    }

    /// `DICT_MERGE`.
    fn dict_merge(t, frame, ip, oparg, stack) {
        let dict: &PyDict = stack.peek(oparg + 1).object().cast_unchecked();
        let callable = stack.peek(oparg + 4);
        drop_operands(frame, ip, 1, ops::dict_merge(t, dict, stack.peek(1).object(), callable.object()))
    }

    /// `LIST_EXTEND`.
    fn list_extend(t, frame, ip, oparg, stack) {
        let list: &PyList = stack.peek(oparg + 1).object().cast_unchecked();
        drop_operands(frame, ip, 1, ops::list_extend(t, list, stack.peek(1).object()))
    }

    /// `BUILD_SET`.
    fn build_set(t, frame, ip, oparg, stack) {
        replace_operands(frame, ip, oparg, ops::build_set(t, stack.top().sub(oparg), oparg).map(Owned::into_object))
    }

    /// `BUILD_INTERPOLATION`.
    fn build_interpolation(t, frame, ip, oparg, stack) {
        let n = oparg & 1;
        let spec = if n != 0 { stack.peek(1).object().own() } else { PyStr::empty().as_object().own() };
        let (value, text) = (stack.peek(n + 2).object().own(), stack.peek(n + 1).object().own());
        let made = taipan_types::new_interpolation(t, value, text, oparg >> 2, spec);
        replace_operands(frame, ip, n + 2, made.map(Owned::into_object))
    }

    /// `BUILD_TEMPLATE`.
    fn build_template(t, frame, ip, _oparg, stack) {
        let made = taipan_types::new_template(t, stack.peek(2).object().own(), stack.peek(1).object().own());
        replace_operands(frame, ip, 2, made.map(Owned::into_object))
    }

    /// `CONVERT_VALUE`.
    fn convert_value(t, frame, ip, oparg, stack) {
        let object = stack.peek(1).object();
        let made = match oparg as u32 {
            convert::STR => object.str(t),
            convert::REPR => object.repr(t),
            _ => object.ascii(t),
        };
        replace_top(frame, ip, made.map(Owned::into_object))
    }

    /// `CHECK_EG_MATCH`.
    fn check_eg_match(t, frame, ip, _oparg, stack) {
        let (exception, types) = (stack.peek(2), stack.peek(1));
        let Ok((matched, rest)) = error::check_eg_match(t, exception.object(), types.object()) else { return RAISED };
        if let Some(matched) = &matched {
            error::set_handled(t, matched);
        }
        let none = || singletons::none().own();
        stack.put(2, StackRef::from_owned(rest.unwrap_or_else(none)));
        stack.put(1, StackRef::from_owned(matched.unwrap_or_else(none)));
        types.close();
        exception.close();
        ip.add(1)
    }

    /// `GET_YIELD_FROM_ITER`.
    fn get_yield_from_iter(t, frame, ip, _oparg, stack) {
        match generator::yield_from_iter(t, code_of(frame), stack.peek(1).object()) {
            Ok(Some(iterator)) => replace_top(frame, ip, Ok(iterator)),
            Ok(None) => ip.add(1),
            Err(_) => RAISED,
        }
    }

    /// `LOAD_NAME`.
    fn load_name(t, frame, ip, oparg, _stack) {
        replace_operands(frame, ip, 0, ops::load_name(t, frame, name_at(frame, oparg)))
    }

    /// `STORE_NAME`.
    fn store_name(t, frame, ip, oparg, stack) {
        drop_operands(frame, ip, 1, ops::store_name(t, frame, name_at(frame, oparg), stack.peek(1).object()))
    }

    /// `DELETE_NAME`.
    fn delete_name(t, frame, ip, oparg, _stack) {
        drop_operands(frame, ip, 0, ops::delete_name(t, frame, name_at(frame, oparg)))
    }

    /// `STORE_GLOBAL`.
    fn store_global(t, frame, ip, oparg, stack) {
        let done = globals_of(frame).set_item(t, name_at(frame, oparg), stack.peek(1).object());
        drop_operands(frame, ip, 1, done)
    }

    /// `DELETE_GLOBAL`.
    fn delete_global(t, frame, ip, oparg, _stack) {
        let name = name_at(frame, oparg);
        match globals_of(frame).pop_item(t, name) {
            Ok(Some(_)) => ip.add(1),
            Ok(None) => {
                let _ = ops::name_not_defined(t, name);
                RAISED
            }
            Err(_) => RAISED,
        }
    }

    /// `LOAD_FROM_DICT_OR_GLOBALS`.
    fn load_from_dict_or_globals(t, frame, ip, oparg, stack) {
        let name = name_at(frame, oparg);
        replace_top(frame, ip, ops::load_from_dict_or_globals(t, frame, stack.peek(1).object(), name))
    }

    /// `LOAD_FROM_DICT_OR_DEREF`.
    fn load_from_dict_or_deref(t, frame, ip, oparg, stack) {
        let cell = *locals_of(frame).add(oparg);
        let found = ops::load_from_dict_or_deref(t, code_of(frame), stack.peek(1).object(), cell, oparg);
        replace_top(frame, ip, found)
    }

    /// `DELETE_DEREF`.
    fn delete_deref(t, frame, ip, oparg, _stack) {
        let cell: &PyCell = (*locals_of(frame).add(oparg)).object().cast_unchecked();
        if cell.get().is_none() {
            let _ = ops::unbound_deref(t, code_of(frame), oparg);
            return RAISED;
        }
        cell.set(None);
        ip.add(1)
    }

    /// `DELETE_ATTR`.
    fn delete_attr(t, frame, ip, oparg, stack) {
        drop_operands(frame, ip, 1, stack.peek(1).object().delattr(t, name_at(frame, oparg)))
    }

    /// `IMPORT_NAME`.
    fn import_name(t, frame, ip, oparg, stack) {
        let name = name_at(frame, oparg);
        let module = crate::import::import_name(t, frame, name, stack.peek(1).object(), stack.peek(2).object());
        replace_operands(frame, ip, 2, module)
    }

    /// `IMPORT_FROM`.
    fn import_from(t, frame, ip, oparg, stack) {
        replace_operands(frame, ip, 0, crate::import::import_from(t, stack.peek(1).object(), name_at(frame, oparg)))
    }

    /// `LOAD_BUILD_CLASS`.
    fn load_build_class(t, frame, ip, _oparg, _stack) {
        replace_operands(frame, ip, 0, ops::load_build_class(t, frame))
    }

    /// `MAKE_FUNCTION`.
    fn make_function(t, frame, ip, _oparg, stack) {
        let body: &PyCode = stack.peek(1).object().cast_unchecked();
        replace_top(frame, ip, PyFunction::new(t, body, globals_of(frame)).map(Owned::into_object))
    }

    /// `SET_FUNCTION_ATTRIBUTE`.
    fn set_function_attribute(t, frame, ip, oparg, stack) {
        let mut stack = stack;
        let word = stack.peek(1);
        let function: &PyFunction = word.object().cast_unchecked();
        if oparg as u32 == make_function::ANNOTATE && function.name_annotate(t, stack.peek(2).object()).is_err() {
            return RAISED;
        }
        function.set_attribute(oparg as u32, stack.peek(2).into_owned());
        stack.put(2, word);
        stack.shrink(1);
        ip.add(1)
    }

    /// `UNPACK_EX`.
    fn unpack_ex(t, frame, ip, oparg, stack) {
        let mut stack = stack;
        let old = stack.peek(1);
        let Ok(items) = ops::unpack(t, old.object(), oparg & 0xff, Some(oparg >> 8)) else { return RAISED };
        stack.shrink(1);
        for item in items.into_iter().rev() {
            stack.push(StackRef::from_owned(item));
        }
        old.close();
        ip.add(1)
    }

    /// `MATCH_KEYS`.
    fn match_keys(t, frame, ip, _oparg, stack) {
        replace_operands(frame, ip, 0, ops::match_keys(t, stack.peek(2).object(), stack.peek(1).object()))
    }

    /// `MATCH_CLASS`.
    fn match_class(t, frame, ip, oparg, stack) {
        let (subject, class, names) = (stack.peek(3).object(), stack.peek(2).object(), stack.peek(1).object());
        replace_operands(frame, ip, 3, ops::match_class(t, subject, class, oparg, names))
    }

    /// `CALL_INTRINSIC_1`.
    fn call_intrinsic_1(t, frame, ip, oparg, stack) {
        let operand = stack.peek(1).object();
        let made = if oparg as u32 == intrinsic::STOPITERATION_ERROR {
            error::stop_iteration_error(t, code_of(frame), operand)
        } else {
            ops::intrinsic_1(t, frame, oparg as u32, operand)
        };
        replace_top(frame, ip, made)
    }

    /// `CALL_INTRINSIC_2`.
    fn call_intrinsic_2(t, frame, ip, oparg, stack) {
        let made = ops::intrinsic_2(t, oparg as u32, stack.peek(2).object(), stack.peek(1).object());
        replace_operands(frame, ip, 2, made)
    }

    /// `SETUP_ANNOTATIONS`.
    fn setup_annotations(t, frame, ip, _oparg, _stack) {
        drop_operands(frame, ip, 0, ops::setup_annotations(t, frame))
    }

    /// `WITH_EXCEPT_START`.
    fn with_except_start(t, frame, ip, _oparg, stack) {
        // exit_func, exit_self, lasti, prev_exc, exception
        let made = ops::with_except_start(t, stack.peek(5).object(), stack.peek(4), stack.peek(1).object());
        replace_operands(frame, ip, 0, made)
    }

    /// `LOAD_LOCALS`.
    fn load_locals(t, frame, ip, _oparg, _stack) {
        match Object::from_ptr_opt((*frame).f_locals) {
            Some(found) => replace_operands(frame, ip, 0, Ok(found.own())),
            None => {
                let _ = err!(t, SystemError, "no locals");
                RAISED
            }
        }
    }
}

/// A function of `builtins` that the evaluation loop knows, whatever the name means by now.
fn known_callable(
    t: &Thread,
    which: impl Fn(&crate::state::KnownCallables) -> &core::cell::Cell<*mut taipan_object::abi::PyObject>,
) -> Owned {
    // SAFETY: set once `builtins` is complete, and kept for good.
    unsafe { Object::from_ptr(which(&crate::state::state(t).callables).get()).own() }
}
