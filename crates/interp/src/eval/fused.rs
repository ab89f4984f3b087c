//! What instructions that do the work of several ask of their operands. See [`crate::code::translate`].

use crate::code::PyCode;
use crate::stackref::StackRef;
use taipan_bytecode::opcode::{op, private};
use taipan_bytecode::tables::{compare, nb};
use taipan_object::{Object, PyFloat, PyInt};

/// The value of an exact `int` of one digit.
#[inline(always)]
pub unsafe fn int_value(word: StackRef) -> Option<i64> {
    // SAFETY: a live word.
    unsafe { word.object() }.downcast_exact::<PyInt>()?.as_i64_compact()
}

/// Addition, subtraction or multiplication of ints of one digit, which is all that the forms that ask know.
#[inline(always)]
pub const fn int_arithmetic(operation: u32, a: i64, b: i64) -> i64 {
    match operation {
        nb::ADD | ADD_IN_PLACE => a + b,
        nb::SUBTRACT | SUBTRACT_IN_PLACE => a - b,
        _ => a * b,
    }
}

/// The same for floats.
#[inline(always)]
pub fn float_arithmetic(operation: u32, a: f64, b: f64) -> f64 {
    match operation {
        nb::ADD | ADD_IN_PLACE => a + b,
        nb::SUBTRACT | SUBTRACT_IN_PLACE => a - b,
        _ => a * b,
    }
}

const ADD_IN_PLACE: u32 = nb::INPLACE + nb::ADD;
const SUBTRACT_IN_PLACE: u32 = nb::INPLACE + nb::SUBTRACT;

/// An operation on two ints of one digit: `None` where an error is to be raised.
#[inline(always)]
pub const fn small_operation(operation: u32, a: i64, b: i64) -> Option<i64> {
    // Asked for bit by bit, lest the compiler add them to the table below.
    if 1 << operation & (1 << nb::ADD | 1 << ADD_IN_PLACE) != 0 {
        return Some(a + b);
    }
    if 1 << operation & (1 << nb::SUBTRACT | 1 << SUBTRACT_IN_PLACE) != 0 {
        return Some(a - b);
    }
    match if operation >= nb::INPLACE { operation - nb::INPLACE } else { operation } {
        nb::AND => Some(a & b),
        nb::OR => Some(a | b),
        nb::XOR => Some(a ^ b),
        nb::MULTIPLY => Some(a * b),
        nb::LSHIFT if b >= 0 && b < 32 => Some(a << b),
        nb::RSHIFT if b >= 0 => Some(a >> if b < 63 { b } else { 63 }),
        // One digit fits 32 bits, for which division takes half the time.
        nb::FLOOR_DIVIDE if b > 0 => Some((a as i32).div_euclid(b as i32) as i64),
        nb::REMAINDER if b > 0 => Some((a as i32).rem_euclid(b as i32) as i64),
        _ => None,
    }
}

/// Whether a comparison of two ints is true; `oparg` is that of `COMPARE_OP`.
#[inline(always)]
pub const fn compares(oparg: u16, a: i64, b: i64) -> bool {
    // The bits of less, greater and equal follow one another.
    let place = (a > b) as u32 + 2 * (a == b) as u32;
    oparg as u32 & compare::LESS_THAN << place != 0
}

/// What becomes of an int that further instructions take at once, without an object for it.
pub enum Followed {
    /// It is the result of the `BINARY_OP` here.
    Value(*mut u16, i64),
    /// It was compared, and the jump here goes by whether that is true.
    Compared(*mut u16, bool),
}

/// The last unit of a `BINARY_OP`'s cache, which no form of it uses otherwise: whether an operation or a comparison with a
/// value that is loaded then follows ([`crate::code::translate`] marks it).
pub const FOLLOWED: usize = 5;

/// Does what follows on the result of the `BINARY_OP` at `at` as long as that is about ints of one digit.
#[inline(always)]
pub unsafe fn follow(locals: *mut StackRef, code: &PyCode, mut at: *mut u16, mut value: i64) -> Followed {
    // SAFETY: the instructions of the running code; its variables are live words where the compiler loads them.
    unsafe {
        while *at.add(FOLLOWED) != 0 && value.unsigned_abs() < 1 << 30 {
            let load = at.add(6);
            let arg = usize::from(*load >> 8);
            let operation = *load.add(1) >> 8;
            let operand = match *load as u8 {
                private::LOAD_SMALL_INT_BINARY => Some(arg as i64),
                private::LOAD_SMALL_INT_COMPARE => {
                    return Followed::Compared(load.add(3), compares(operation, value, arg as i64));
                }
                private::LOAD_CONST_BINARY_INT => {
                    let constant = Object::from_ptr(*code.running_consts().add(arg));
                    Some(constant.cast_unchecked::<PyInt>().compact_value())
                }
                private::LOAD_FAST_BINARY_INT => int_value(*locals.add(arg)),
                _ => None,
            };
            let result = operand.and_then(|operand| small_operation(operation.into(), value, operand));
            let Some(result) = result else { break };
            value = result;
            at = load.add(1);
        }
        Followed::Value(at, value)
    }
}

/// The value of an exact `float`.
#[inline(always)]
unsafe fn float_value(word: StackRef) -> Option<f64> {
    // SAFETY: a live word.
    unsafe { word.object() }.downcast_exact::<PyFloat>().map(PyFloat::value)
}

/// Whether an instruction is an operation on two floats on the stack that [`float_arithmetic`] knows.
#[inline(always)]
const fn is_float_operation(opcode: u8) -> bool {
    matches!(opcode, op::BINARY_OP_ADD_FLOAT | op::BINARY_OP_SUBTRACT_FLOAT | op::BINARY_OP_MULTIPLY_FLOAT)
}

/// Does what follows on the result of the `BINARY_OP` at `at` as long as that is about floats: with a variable, with a
/// constant, or with the result of an operation on two variables. Gives the last `BINARY_OP` and its result.
#[inline(always)]
pub unsafe fn follow_float(locals: *mut StackRef, code: &PyCode, mut at: *mut u16, mut value: f64) -> (*mut u16, f64) {
    // SAFETY: as in `follow`.
    unsafe {
        while *at.add(FOLLOWED) != 0 {
            let load = at.add(6);
            let arg = usize::from(*load >> 8);
            let (last, operand) = match *load as u8 {
                private::LOAD_FAST_BINARY_FLOAT => (load.add(1), float_value(*locals.add(arg))),
                private::LOAD_FAST_PAIR_BINARY_FLOAT if is_float_operation(*load.add(7) as u8) => {
                    let left = float_value(*locals.add(arg >> 4));
                    let operands = left.zip(float_value(*locals.add(arg & 15)));
                    let operation = *load.add(1) >> 8;
                    (load.add(7), operands.map(|(left, right)| float_arithmetic(operation.into(), left, right)))
                }
                op::LOAD_CONST_MORTAL if is_float_operation(*load.add(1) as u8) => {
                    (load.add(1), float_value(StackRef::borrowed(*code.running_consts().add(arg))))
                }
                _ => break,
            };
            let Some(operand) = operand else { break };
            value = float_arithmetic((*last >> 8).into(), value, operand);
            at = last;
        }
        (at, value)
    }
}
