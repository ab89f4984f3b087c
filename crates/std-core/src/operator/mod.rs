//! `_operator`: the operators as functions.

mod getters;

pub use getters::{AttrGetter, ItemGetter, MethodCaller};

use taipan_object::buffer::Buffer;
use taipan_object::number::{self, Op};
use taipan_object::{
    Args, CompareOp, Object, Own, Owned, PyInt, PyResult, PyStr, Thread, argparse, err, iter, native_module, sequence,
    singletons,
};

fn digest_equal(a: &[u8], b: &[u8]) -> bool {
    // Every byte of `b` is looked at whatever the lengths are.
    let same_length = a.len() == b.len();
    let left = if same_length { a } else { b };
    let mut difference = u8::from(!same_length);
    for (x, y) in left.iter().zip(b) {
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}

/// Operator interface.
///
/// This module exports a set of functions implemented in C corresponding
/// to the intrinsic operators of Python.  For example, operator.add(x, y)
/// is equivalent to the expression x+y.  The function names are those
/// used for special methods; variants without leading and trailing
/// '__' are also provided for convenience.
#[native_module(name = "_operator", classes(AttrGetter, ItemGetter, MethodCaller))]
pub mod operator {
    use super::*;

    /// Return True if a is true, False otherwise.
    #[function(sig = "(a, /)")]
    fn truth(t: &Thread, a: &Object) -> PyResult<bool> {
        a.is_true(t)
    }

    /// Same as not a.
    #[function(name = "not_", sig = "(a, /)")]
    fn not_(t: &Thread, a: &Object) -> PyResult<bool> {
        a.is_true(t).map(|truth| !truth)
    }

    /// Same as b in a (note reversed operands).
    #[function(sig = "(a, b, /)")]
    fn contains(t: &Thread, a: &Object, b: &Object) -> PyResult<bool> {
        sequence::contains(t, a, b)
    }

    /// Return the first index of b in a.
    #[function(name = "indexOf", sig = "(a, b, /)")]
    fn index_of(t: &Thread, a: &Object, b: &Object) -> PyResult<usize> {
        let iterator = iterator_of(t, a)?;
        let mut n = 0;
        while let Some(item) = iter::next(t, &iterator)? {
            if item.eq(t, b)? {
                return Ok(n);
            }
            n += 1;
        }
        Err(err!(t, ValueError, "sequence.index(x): x not in sequence"))
    }

    /// Return the number of items in a which are, or which equal, b.
    #[function(name = "countOf", sig = "(a, b, /)")]
    fn count_of(t: &Thread, a: &Object, b: &Object) -> PyResult<usize> {
        let iterator = iterator_of(t, a)?;
        let mut n = 0;
        while let Some(item) = iter::next(t, &iterator)? {
            n += usize::from(item.eq(t, b)?);
        }
        Ok(n)
    }

    fn iterator_of(t: &Thread, a: &Object) -> PyResult {
        iter::get_iter(t, a).map_err(|raised| {
            if taipan_object::errors::matches::<taipan_object::exceptions::TypeError>(t) {
                taipan_object::errors::clear(t);
                return err!(t, TypeError, "argument of type '{:.200}' is not iterable", a.class().name_lossy());
            }
            raised
        })
    }

    /// Same as a is b.
    #[function(name = "is_", sig = "(a, b, /)")]
    fn is_(_t: &Thread, a: &Object, b: &Object) -> bool {
        a.is(b)
    }

    /// Same as a is not b.
    #[function(sig = "(a, b, /)")]
    fn is_not(_t: &Thread, a: &Object, b: &Object) -> bool {
        !a.is(b)
    }

    /// Same as a is None.
    #[function(sig = "(a, /)")]
    fn is_none(_t: &Thread, a: &Object) -> bool {
        a.is(singletons::none())
    }

    /// Same as a is not None.
    #[function(sig = "(a, /)")]
    fn is_not_none(_t: &Thread, a: &Object) -> bool {
        !a.is(singletons::none())
    }

    /// Same as a + b.
    #[function(sig = "(a, b, /)")]
    fn add(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Add)
    }

    /// Same as a - b.
    #[function(sig = "(a, b, /)")]
    fn sub(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Subtract)
    }

    /// Same as a * b.
    #[function(sig = "(a, b, /)")]
    fn mul(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Multiply)
    }

    /// Same as a @ b.
    #[function(sig = "(a, b, /)")]
    fn matmul(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::MatrixMultiply)
    }

    /// Same as a // b.
    #[function(sig = "(a, b, /)")]
    fn floordiv(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::FloorDivide)
    }

    /// Same as a / b.
    #[function(sig = "(a, b, /)")]
    fn truediv(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::TrueDivide)
    }

    /// Same as a % b.
    #[function(sig = "(a, b, /)")]
    fn r#mod(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Remainder)
    }

    /// Same as a << b.
    #[function(sig = "(a, b, /)")]
    fn lshift(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Lshift)
    }

    /// Same as a >> b.
    #[function(sig = "(a, b, /)")]
    fn rshift(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Rshift)
    }

    /// Same as a & b.
    #[function(name = "and_", sig = "(a, b, /)")]
    fn and_(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::And)
    }

    /// Same as a ^ b.
    #[function(sig = "(a, b, /)")]
    fn xor(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Xor)
    }

    /// Same as a | b.
    #[function(name = "or_", sig = "(a, b, /)")]
    fn or_(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Or)
    }

    /// Same as a ** b.
    #[function(sig = "(a, b, /)")]
    fn pow(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::binary_op(t, a, b, Op::Power)
    }

    /// Same as a += b.
    #[function(sig = "(a, b, /)")]
    fn iadd(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Add)
    }

    /// Same as a -= b.
    #[function(sig = "(a, b, /)")]
    fn isub(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Subtract)
    }

    /// Same as a *= b.
    #[function(sig = "(a, b, /)")]
    fn imul(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Multiply)
    }

    /// Same as a @= b.
    #[function(sig = "(a, b, /)")]
    fn imatmul(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::MatrixMultiply)
    }

    /// Same as a //= b.
    #[function(sig = "(a, b, /)")]
    fn ifloordiv(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::FloorDivide)
    }

    /// Same as a /= b.
    #[function(sig = "(a, b, /)")]
    fn itruediv(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::TrueDivide)
    }

    /// Same as a %= b.
    #[function(sig = "(a, b, /)")]
    fn imod(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Remainder)
    }

    /// Same as a <<= b.
    #[function(sig = "(a, b, /)")]
    fn ilshift(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Lshift)
    }

    /// Same as a >>= b.
    #[function(sig = "(a, b, /)")]
    fn irshift(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Rshift)
    }

    /// Same as a &= b.
    #[function(sig = "(a, b, /)")]
    fn iand(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::And)
    }

    /// Same as a ^= b.
    #[function(sig = "(a, b, /)")]
    fn ixor(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Xor)
    }

    /// Same as a |= b.
    #[function(sig = "(a, b, /)")]
    fn ior(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Or)
    }

    /// Same as a **= b.
    #[function(sig = "(a, b, /)")]
    fn ipow(t: &Thread, a: &Object, b: &Object) -> PyResult {
        number::inplace_op(t, a, b, Op::Power)
    }

    /// Same as a == b.
    #[function(sig = "(a, b, /)")]
    fn eq(t: &Thread, a: &Object, b: &Object) -> PyResult {
        a.compare(t, b, CompareOp::Eq)
    }

    /// Same as a != b.
    #[function(sig = "(a, b, /)")]
    fn ne(t: &Thread, a: &Object, b: &Object) -> PyResult {
        a.compare(t, b, CompareOp::Ne)
    }

    /// Same as a < b.
    #[function(sig = "(a, b, /)")]
    fn lt(t: &Thread, a: &Object, b: &Object) -> PyResult {
        a.compare(t, b, CompareOp::Lt)
    }

    /// Same as a <= b.
    #[function(sig = "(a, b, /)")]
    fn le(t: &Thread, a: &Object, b: &Object) -> PyResult {
        a.compare(t, b, CompareOp::Le)
    }

    /// Same as a > b.
    #[function(sig = "(a, b, /)")]
    fn gt(t: &Thread, a: &Object, b: &Object) -> PyResult {
        a.compare(t, b, CompareOp::Gt)
    }

    /// Same as a >= b.
    #[function(sig = "(a, b, /)")]
    fn ge(t: &Thread, a: &Object, b: &Object) -> PyResult {
        a.compare(t, b, CompareOp::Ge)
    }

    /// Same as -a.
    #[function(sig = "(a, /)")]
    fn neg(t: &Thread, a: &Object) -> PyResult {
        number::negative(t, a)
    }

    /// Same as +a.
    #[function(sig = "(a, /)")]
    fn pos(t: &Thread, a: &Object) -> PyResult {
        number::positive(t, a)
    }

    /// Same as abs(a).
    #[function(sig = "(a, /)")]
    fn abs(t: &Thread, a: &Object) -> PyResult {
        number::absolute(t, a)
    }

    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn inv(t: &Thread, a: &Object) -> PyResult {
        number::invert(t, a)
    }

    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn invert(t: &Thread, a: &Object) -> PyResult {
        number::invert(t, a)
    }

    /// Same as a.__index__()
    #[function(sig = "(a, /)")]
    fn index(t: &Thread, a: &Object) -> PyResult<Owned<PyInt>> {
        number::index_exact(t, a)
    }

    /// Same as a + b, for a and b sequences.
    #[function(sig = "(a, b, /)")]
    fn concat(t: &Thread, a: &Object, b: &Object) -> PyResult {
        sequence::concat(t, a, b, false)
    }

    /// Same as a += b, for a and b sequences.
    #[function(sig = "(a, b, /)")]
    fn iconcat(t: &Thread, a: &Object, b: &Object) -> PyResult {
        sequence::concat(t, a, b, true)
    }

    /// Same as a[b].
    #[function(sig = "(a, b, /)")]
    fn getitem(t: &Thread, a: &Object, b: &Object) -> PyResult {
        sequence::get_item(t, a, b)
    }

    /// Same as a[b] = c.
    #[function(sig = "(a, b, c, /)")]
    fn setitem(t: &Thread, a: &Object, b: &Object, c: &Object) -> PyResult<()> {
        sequence::assign_item(t, a, b, Some(c))
    }

    /// Same as del a[b].
    #[function(sig = "(a, b, /)")]
    fn delitem(t: &Thread, a: &Object, b: &Object) -> PyResult<()> {
        sequence::assign_item(t, a, b, None)
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function(sig = "(a, b, /)")]
    fn _compare_digest(t: &Thread, a: &Object, b: &Object) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            let (Some(x), Some(y)) = (x.as_ascii(), y.as_ascii()) else {
                return Err(err!(t, TypeError, "comparing strings with non-ASCII characters is not supported"));
            };
            return Ok(digest_equal(x.as_bytes(), y.as_bytes()));
        }
        if !taipan_object::buffer::is_buffer(a) || !taipan_object::buffer::is_buffer(b) {
            return Err(err!(
                t,
                TypeError,
                "unsupported operand types(s) or combination of types: '{:.100}' and '{:.100}'",
                a.class().name_lossy(),
                b.class().name_lossy()
            ));
        }
        let (x, y) = (Buffer::readable(t, a)?, Buffer::readable(t, b)?);
        if x.view().ndim > 1 || y.view().ndim > 1 {
            return Err(err!(t, BufferError, "Buffer must be single dimension"));
        }
        Ok(digest_equal(x.as_bytes(), y.as_bytes()))
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[function(sig = "(obj, default=0, /)")]
    fn length_hint(t: &Thread, obj: &Object, default: isize) -> PyResult<isize> {
        match iter::length_hint(t, obj, usize::MAX)? {
            usize::MAX => Ok(default),
            n => Ok(n as isize),
        }
    }

    /// Same as obj(*args, **kwargs).
    #[function(text = "($module, obj, /, *args, **kwargs)")]
    fn call(t: &Thread, args: Args<'_>) -> PyResult {
        let [function, rest @ ..] = args.pos else {
            argparse::check_positional(t, "call", 0, 1, usize::MAX)?;
            return singletons::ok_none();
        };
        let function = function.own();
        function.call_args(t, &Args { pos: rest, kw: args.kw })
    }
}
