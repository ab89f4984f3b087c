//! The private form of code, made when it first runs: unit for unit the same, but that the first instruction of a sequence
//! that is met often does the work of the whole of it. The rest stays in place, for jumps into the sequence, for whoever
//! asks where a frame is, and for operands of other types: then the first instruction does its own work alone. Conditional
//! jumps that a jump back follows are threaded: what is not taken goes where that leads.
//!
//! Where it depends on how the next instruction will be specialised, the first instruction waits for that
//! (`LOAD_FAST_THEN`), and [`refit`] decides later.

use super::{PyCode, caches_of, generic};
use crate::eval::fused::FOLLOWED;
use crate::eval::specialize;
use taipan_bytecode::opcode::{SHOWN, op, private};
use taipan_bytecode::tables::nb;
use taipan_object::{Object, PyInt};
use taipan_runtime::refcount;

/// The instructions of code, as the translation sees them.
struct Units<'a> {
    code: &'a PyCode,
    end: usize,
}

impl Units<'_> {
    /// The general form and the argument of the instruction at a unit; an instrumented one is no part of a sequence.
    fn at(&self, i: usize) -> (u8, usize) {
        if i >= self.end {
            return (op::RESERVED, 0);
        }
        // SAFETY: within the instructions.
        let unit = unsafe { *self.code.code_ptr().add(i) };
        (generic(unit as u8), usize::from(unit >> 8))
    }

    /// Whether a comparison at `i` decides a jump.
    fn decides(&self, i: usize) -> bool {
        self.at(i).0 == op::COMPARE_OP && matches!(self.at(i + 2).0, op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE)
    }

    /// Whether there is an operation at `i` that has a short form for two ints.
    fn computes(&self, i: usize) -> bool {
        let (opcode, arg) = self.at(i);
        opcode == op::BINARY_OP && has_small_form(arg as u32)
    }

    /// The instruction at a unit or behind its prefixes: where it is, its opcode and its whole argument.
    fn whole(&self, mut i: usize) -> (usize, u8, usize) {
        let mut high = 0_usize;
        loop {
            let (opcode, arg) = self.at(i);
            let arg = high << 8 | arg;
            if opcode != op::EXTENDED_ARG {
                return (i, opcode, arg);
            }
            (i, high) = (i + 1, arg);
        }
    }

    /// Threads the conditional jump at `i`: if the way on leads to a jump back, its cache says where that leads. This is how
    /// a condition at the end of a loop is compiled, since conditional jumps lead forward.
    fn thread(&self, i: usize) {
        let behind = i + 2;
        let follower = behind + usize::from(self.at(behind).0 == op::NOT_TAKEN);
        let (at, opcode, arg) = self.whole(follower);
        if opcode == op::JUMP_BACKWARD
            && let Some(to) = (at + 1 + caches_of(opcode)).checked_sub(arg)
            && let Ok(way) = i16::try_from(to as isize - behind as isize)
        {
            // SAFETY: the instruction's cache.
            unsafe { *self.code.code_ptr().add(i + 1) = way as u16 };
        }
    }

    /// What stands for the instruction at `i` from now on.
    fn form(&self, i: usize) -> Option<u8> {
        let (opcode, arg) = self.at(i);
        let (follower, follower_arg) = self.at(i + 1);
        match opcode {
            op::RESUME => match arg & 3 {
                0 => Some(op::RESUME_CHECK),
                1 if follower == op::POP_TOP => Some(private::RESUME_POP_TOP),
                1 => Some(op::RESUME_CHECK),
                _ => None,
            },
            op::LOAD_FAST_BORROW => match follower {
                op::LOAD_SMALL_INT if self.computes(i + 2) => Some(private::LOAD_FAST_BINARY_SMALL),
                op::LOAD_SMALL_INT if self.decides(i + 2) => Some(private::LOAD_FAST_COMPARE_SMALL),
                op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => Some(private::LOAD_FAST_JUMP_NONE),
                op::LOAD_ATTR | op::STORE_ATTR => Some(private::LOAD_FAST_THEN),
                op::BINARY_OP if waits_for(follower_arg as u32) => Some(private::LOAD_FAST_THEN),
                _ => None,
            },
            op::LOAD_FAST_BORROW_LOAD_FAST_BORROW => match follower {
                op::COMPARE_OP if self.decides(i + 1) => Some(private::LOAD_FAST_PAIR_COMPARE),
                op::BINARY_OP if waits_for(follower_arg as u32) => Some(private::LOAD_FAST_PAIR_THEN),
                _ => None,
            },
            op::LOAD_SMALL_INT if self.computes(i + 1) => Some(private::LOAD_SMALL_INT_BINARY),
            op::LOAD_SMALL_INT if self.decides(i + 1) => Some(private::LOAD_SMALL_INT_COMPARE),
            op::LOAD_CONST => self.code.consts().get(arg).map(|constant| self.constant_form(i, constant)),
            // Taken by the next instruction, which comes before anything else can happen to the variable.
            op::STORE_FAST_LOAD_FAST if takes_top(follower, follower_arg) => Some(private::STORE_FAST_LOAD_FAST_BORROW),
            _ => None,
        }
    }

    fn constant_form(&self, i: usize, constant: &Object) -> u8 {
        let is_int = constant.downcast_exact::<PyInt>().is_some_and(PyInt::is_compact);
        if is_int && self.computes(i + 1) {
            return private::LOAD_CONST_BINARY_INT;
        }
        // SAFETY: a live object.
        if unsafe { refcount::is_immortal(constant.as_ptr()) } {
            op::LOAD_CONST_IMMORTAL
        } else {
            op::LOAD_CONST_MORTAL
        }
    }
}

/// Whether an instruction jumps or not, by the value on top of the stack.
pub const fn is_conditional_jump(opcode: u8) -> bool {
    matches!(opcode, op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE)
}

/// Whether a `BINARY_OP` is one of those of which [`crate::eval::fused::small_operation`] knows.
const fn has_small_form(operation: u32) -> bool {
    !matches!(
        if operation >= nb::INPLACE { operation - nb::INPLACE } else { operation },
        nb::MATRIX_MULTIPLY | nb::POWER | nb::TRUE_DIVIDE
    ) && operation != nb::SUBSCR
}

/// Whether a `BINARY_OP` may be specialised to a form that is done with the load before it.
const fn waits_for(operation: u32) -> bool {
    operation == nb::SUBSCR
        || matches!(
            if operation >= nb::INPLACE { operation - nb::INPLACE } else { operation },
            nb::ADD | nb::SUBTRACT | nb::MULTIPLY
        )
}

/// Whether an instruction takes the value on top of the stack for good.
const fn takes_top(opcode: u8, arg: usize) -> bool {
    match opcode {
        op::LOAD_ATTR => arg & 1 == 0,
        op::TO_BOOL | op::COMPARE_OP | op::CONTAINS_OP | op::BINARY_OP | op::UNPACK_SEQUENCE | op::STORE_ATTR => true,
        op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE | op::LIST_APPEND | op::IS_OP => true,
        _ => false,
    }
}

impl Units<'_> {
    /// Whether a load at `i` belongs to an operation or a comparison that takes the value before it, too.
    fn continues(&self, i: usize) -> bool {
        match self.form(i) {
            Some(private::LOAD_SMALL_INT_BINARY | private::LOAD_SMALL_INT_COMPARE | private::LOAD_CONST_BINARY_INT) => {
                true
            }
            Some(private::LOAD_FAST_THEN) => self.computes(i + 1),
            // The result of that is the other operand.
            Some(private::LOAD_FAST_PAIR_THEN) => {
                self.computes(i + 1) && self.computes(i + 2 + caches_of(op::BINARY_OP))
            }
            Some(op::LOAD_CONST_MORTAL) => self.computes(i + 1),
            _ => false,
        }
    }
}

/// Whether a form does the work of several instructions.
fn is_sequence(form: u8) -> bool {
    use private::*;
    SHOWN[usize::from(form)] != form
        && !matches!(form, FOR_ITER_SLOT | CONTAINS_OP_SLOT | BINARY_OP_SLOT | LOAD_ATTR_GETSET | LOAD_CODE)
}

/// Takes back what [`translate`] and specialisation made of several instructions: each does its own work alone, and no jump is
/// threaded. Instrumented ones are as before. Specialised forms stay.
pub fn separate(code: &PyCode) {
    let end = code.units();
    let mut i = 0;
    while i < end {
        let opcode = code.opcode(i);
        // SAFETY: within the instructions, and within the caches of the instruction.
        unsafe {
            let place = code.code_ptr().add(i);
            let form = *place as u8;
            if form == op::INSTRUMENTED_INSTRUCTION || is_sequence(form) {
                *place.cast::<u8>() = opcode;
            }
            // The last instruction of code that somebody has made up may lack its caches.
            if i + caches_of(opcode) >= end {
                return;
            }
            if is_conditional_jump(opcode) {
                *place.add(1) = specialize::way_on(code.opcode(i + 2));
            } else if opcode == op::BINARY_OP {
                *place.add(FOLLOWED) = 0;
            }
        }
        i += 1 + caches_of(opcode);
    }
}

/// Makes the private form of code that is about to run for the first time, or what has become possible of it since.
#[cold]
#[inline(never)]
pub fn translate(code: &PyCode) {
    let units = Units { code, end: code.units() };
    let (mut i, mut extended) = (0, false);
    while i < units.end {
        // SAFETY: within the instructions.
        let place = unsafe { code.code_ptr().add(i).cast::<u8>() };
        // SAFETY: as above.
        let form = unsafe { *place };
        let opcode = code.opcode(i);
        if !core::mem::replace(&mut extended, opcode == op::EXTENDED_ARG)
            && form == opcode
            && let Some(form) = units.form(i)
        {
            // SAFETY: as above; the form has the caches of the general one.
            unsafe { *place = form };
        }
        if is_conditional_jump(opcode) {
            units.thread(i);
        }
        if units.computes(i) && units.continues(i + 1 + caches_of(opcode)) {
            // SAFETY: within the instruction's cache.
            unsafe { *code.code_ptr().add(i + FOLLOWED) = 1 };
        }
        i += 1 + caches_of(opcode);
    }
}

/// Chooses the form of a load by how the instruction that follows is specialised by now.
///
/// # Safety
/// `ip` points to a load of one or two variables that [`translate`] has chosen.
#[cold]
#[inline(never)]
pub unsafe fn refit(ip: *mut u16) {
    // SAFETY: the caller's promise.
    unsafe {
        let load = generic(*ip as u8);
        let follower = *ip.add(1) as u8;
        let is_pair = load == op::LOAD_FAST_BORROW_LOAD_FAST_BORROW;
        let form = match follower {
            op::LOAD_ATTR_INSTANCE_VALUE => private::LOAD_FAST_ATTR_INSTANCE_VALUE,
            op::LOAD_ATTR_SLOT => private::LOAD_FAST_ATTR_SLOT,
            op::LOAD_ATTR_METHOD_WITH_VALUES => private::LOAD_FAST_METHOD_WITH_VALUES,
            op::LOAD_ATTR_METHOD_NO_DICT => private::LOAD_FAST_METHOD_NO_DICT,
            op::STORE_ATTR_INSTANCE_VALUE => private::LOAD_FAST_STORE_ATTR_INSTANCE_VALUE,
            op::STORE_ATTR_SLOT => private::LOAD_FAST_STORE_ATTR_SLOT,
            op::BINARY_OP_ADD_INT | op::BINARY_OP_SUBTRACT_INT | op::BINARY_OP_MULTIPLY_INT => {
                if is_pair {
                    private::LOAD_FAST_PAIR_BINARY_INT
                } else {
                    private::LOAD_FAST_BINARY_INT
                }
            }
            op::BINARY_OP_ADD_FLOAT | op::BINARY_OP_SUBTRACT_FLOAT | op::BINARY_OP_MULTIPLY_FLOAT => {
                if is_pair {
                    private::LOAD_FAST_PAIR_BINARY_FLOAT
                } else {
                    private::LOAD_FAST_BINARY_FLOAT
                }
            }
            op::BINARY_OP_SUBSCR_LIST_INT => {
                if is_pair {
                    private::LOAD_FAST_PAIR_LIST_ITEM
                } else {
                    private::LOAD_FAST_LIST_ITEM
                }
            }
            // Not specialised yet, or no more.
            _ if generic(follower) == follower => {
                if is_pair {
                    private::LOAD_FAST_PAIR_THEN
                } else {
                    private::LOAD_FAST_THEN
                }
            }
            _ => load,
        };
        *ip.cast::<u8>() = form;
    }
}
