//! The functions of `math` about integers, and those that sum or multiply iterables.

use taipan_num::int::{Signed, SignedRef};
use taipan_num::math as num;
use taipan_object::{
    Object, Own, Owned, PyBool, PyFloat, PyInt, PyResult, PyTuple, Thread, err, iter, native_module, number,
};

fn view(n: &PyInt) -> SignedRef<'_> {
    SignedRef::new(n.is_negative(), n.digits())
}

fn to_int(t: &Thread, n: &Signed) -> PyResult {
    PyInt::from_digits(t, n.neg, &n.mag).map(Owned::into_object)
}

/// The greatest common divisor of two machine words (Stein).
fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            core::mem::swap(&mut a, &mut b);
        }
        b -= a;
    }
    a << shift
}

fn gcd2(t: &Thread, a: &PyInt, b: &PyInt) -> PyResult<Owned<PyInt>> {
    if let (Some(a), Some(b)) = (a.to_i64(), b.to_i64()) {
        return PyInt::from_u64(t, gcd_u64(a.unsigned_abs(), b.unsigned_abs()));
    }
    let n = view(a).gcd(view(b));
    PyInt::from_digits(t, n.neg, &n.mag)
}

fn lcm2(t: &Thread, a: &PyInt, b: &PyInt) -> PyResult<Owned<PyInt>> {
    if let (Some(a), Some(b)) = (a.to_i64(), b.to_i64()) {
        let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
        if a == 0 || b == 0 {
            return PyInt::from_i64(t, 0);
        }
        if let Some(n) = (a / gcd_u64(a, b)).checked_mul(b) {
            return PyInt::from_u64(t, n);
        }
    }
    let n = view(a).lcm(view(b));
    PyInt::from_digits(t, n.neg, &n.mag)
}

fn absolute(t: &Thread, n: &PyInt) -> PyResult<Owned<PyInt>> {
    if !n.is_negative() {
        return n.to_exact(t);
    }
    PyInt::from_digits(t, false, n.digits())
}

fn fold(
    t: &Thread,
    integers: &[&Object],
    start: i64,
    step: fn(&Thread, &PyInt, &PyInt) -> PyResult<Owned<PyInt>>,
) -> PyResult {
    let Some((first, rest)) = integers.split_first() else {
        return PyInt::from_i64(t, start).map(Owned::into_object);
    };
    let first = number::index(t, first)?;
    let mut result = absolute(t, &first)?;
    for item in rest {
        let item = number::index(t, item)?;
        result = step(t, &result, &item)?;
    }
    Ok(result.into_object())
}

/// `n` of `factorial(n)` as a machine word.
fn factorial_of(t: &Thread, n: &Object) -> PyResult {
    let n = number::index(t, n)?;
    if n.is_negative() {
        return Err(err!(t, ValueError, "factorial() not defined for negative values"));
    }
    match n.to_i64() {
        Some(n @ ..=20) => PyInt::from_u64(t, (2..=n.unsigned_abs()).product()).map(Owned::into_object),
        Some(n) => to_int(t, &num::factorial(n.unsigned_abs())),
        None => Err(err!(t, OverflowError, "factorial() argument should not exceed {}", i64::MAX)),
    }
}

fn check_not_negative(t: &Thread, n: &PyInt, name: &str) -> PyResult<()> {
    if n.is_negative() {
        return Err(err!(t, ValueError, "{name} must be a non-negative integer"));
    }
    Ok(())
}

fn multiply(t: &Thread, a: &Object, b: &Object) -> PyResult {
    number::binary_op(t, a, b, number::Op::Multiply)
}

fn add(t: &Thread, a: &Object, b: &Object) -> PyResult {
    number::binary_op(t, a, b, number::Op::Add)
}

fn exact_i64(o: &Object) -> Option<i64> {
    o.downcast_exact::<PyInt>().and_then(PyInt::to_i64)
}

fn exact_f64(o: &Object) -> Option<f64> {
    o.downcast_exact::<PyFloat>().map(PyFloat::value)
}

/// A factor of the float path of `sumprod`: an int or bool that a float holds.
fn small_as_f64(o: &Object) -> Option<f64> {
    if o.is_exact::<PyInt>() || o.is_exact::<PyBool>() {
        return view(o.downcast::<PyInt>()?).to_f64();
    }
    None
}

/// Both factors of the float path of `sumprod`.
fn float_pair(p: &Object, q: &Object) -> Option<(f64, f64)> {
    match (exact_f64(p), exact_f64(q)) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => Some((x, small_as_f64(q)?)),
        (None, Some(y)) => Some((small_as_f64(p)?, y)),
        (None, None) => None,
    }
}

/// The coordinates of a point for `dist`.
fn point(t: &Thread, o: &Object) -> PyResult<Owned<PyTuple>> {
    match o.downcast::<PyTuple>() {
        Some(tuple) => Ok(tuple.own()),
        None => iter::to_tuple(t, o),
    }
}

/// Functions about integers and iterables.
#[native_module(part)]
pub mod functions {
    use super::*;

    /// Greatest Common Divisor.
    #[function(sig = "(*integers)")]
    fn gcd(t: &Thread, integers: &[&Object]) -> PyResult {
        fold(t, integers, 0, gcd2)
    }

    /// Least Common Multiple.
    #[function(sig = "(*integers)")]
    fn lcm(t: &Thread, integers: &[&Object]) -> PyResult {
        fold(t, integers, 1, lcm2)
    }

    /// Return the integer part of the square root of the input.
    #[function(sig = "(n, /)")]
    fn isqrt(t: &Thread, n: &Object) -> PyResult {
        let n = number::index(t, n)?;
        if n.is_negative() {
            return Err(err!(t, ValueError, "isqrt() argument must be nonnegative"));
        }
        if let Some(n) = n.to_u64() {
            return PyInt::from_u64(t, n.isqrt()).map(Owned::into_object);
        }
        match view(&n).isqrt() {
            Ok(root) => to_int(t, &root),
            Err(_) => Err(err!(t, ValueError, "isqrt() argument must be nonnegative")),
        }
    }

    /// Find n!.
    #[function(sig = "(n, /)")]
    fn factorial(t: &Thread, n: &Object) -> PyResult {
        factorial_of(t, n)
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[function(sig = "(n, k=None, /)")]
    fn perm(t: &Thread, n: &Object, k: Option<&Object>) -> PyResult {
        let Some(k) = taipan_object::attr::none_if_none(k) else { return factorial_of(t, n) };
        let n = number::index(t, n)?;
        let k = number::index(t, k)?;
        check_not_negative(t, &n, "n")?;
        check_not_negative(t, &k, "k")?;
        if view(&n).cmp(view(&k)).is_lt() {
            return PyInt::from_i64(t, 0).map(Owned::into_object);
        }
        if let (Some(n), Some(k @ ..=20)) = (n.to_u64(), k.to_u64())
            && let Some(count) = (0..k).try_fold(1u64, |count, i| count.checked_mul(n - i))
        {
            return PyInt::from_u64(t, count).map(Owned::into_object);
        }
        match k.to_i64() {
            Some(k) => to_int(t, &num::perm(view(&n), k.unsigned_abs())),
            None => Err(err!(t, OverflowError, "k must not exceed {}", i64::MAX)),
        }
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[function(sig = "(n, k, /)")]
    fn comb(t: &Thread, n: &Object, k: &Object) -> PyResult {
        let n = number::index(t, n)?;
        let k = number::index(t, k)?;
        check_not_negative(t, &n, "n")?;
        check_not_negative(t, &k, "k")?;
        // No product on the way is larger than a word.
        if let (Some(n @ ..=61), Some(k)) = (n.to_u64(), k.to_u64()) {
            let count = if k > n { 0 } else { (0..k.min(n - k)).fold(1, |count, i| count * (n - i) / (i + 1)) };
            return PyInt::from_u64(t, count).map(Owned::into_object);
        }
        let other = view(&n).sub(view(&k));
        if other.neg {
            return PyInt::from_i64(t, 0).map(Owned::into_object);
        }
        let small = if other.as_ref().cmp(view(&k)).is_lt() { other.as_ref() } else { view(&k) };
        match small.to_i64() {
            Some(k) => to_int(t, &num::comb(view(&n), k.unsigned_abs())),
            None => Err(err!(t, OverflowError, "min(n - k, k) must not exceed {}", i64::MAX)),
        }
    }

    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[function(sig = "(seq, /)")]
    fn fsum(t: &Thread, seq: &Object) -> PyResult<f64> {
        let iterator = iter::get_iter(t, seq)?;
        let mut sum = num::Fsum::new();
        while let Some(item) = iter::next(t, &iterator)? {
            let x = match exact_f64(&item) {
                Some(x) => x,
                None => number::as_f64(t, &item)?,
            };
            if sum.add(x).is_err() {
                return Err(err!(t, OverflowError, "intermediate overflow in fsum"));
            }
        }
        match sum.finish() {
            Ok(x) => Ok(x),
            Err(num::MathError::InfSum) => Err(err!(t, ValueError, "-inf + inf in fsum")),
            Err(_) => Err(err!(t, OverflowError, "intermediate overflow in fsum")),
        }
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[function(sig = "(iterable, /, *, start=1)")]
    fn prod(t: &Thread, iterable: &Object, start: Option<&Object>) -> PyResult {
        let iterator = iter::get_iter(t, iterable)?;
        let mut result = match start {
            Some(start) => start.own(),
            None => PyInt::from_i64(t, 1)?.into_object(),
        };
        let mut pending = None;
        if let Some(mut product) = exact_i64(&result) {
            loop {
                let Some(item) = iter::next(t, &iterator)? else {
                    return PyInt::from_i64(t, product).map(Owned::into_object);
                };
                match exact_i64(&item).and_then(|n| product.checked_mul(n)) {
                    Some(p) => product = p,
                    None => {
                        result = PyInt::from_i64(t, product)?.into_object();
                        pending = Some(item);
                        break;
                    }
                }
            }
        }
        if let Some(item) = pending.take() {
            result = multiply(t, &result, &item)?;
        }
        if let Some(mut product) = exact_f64(&result) {
            loop {
                let Some(item) = iter::next(t, &iterator)? else {
                    return PyFloat::new(t, product).map(Owned::into_object);
                };
                match exact_f64(&item).or_else(|| exact_i64(&item).map(|n| n as f64)) {
                    Some(x) => product *= x,
                    None => {
                        let left = PyFloat::new(t, product)?;
                        result = multiply(t, &left, &item)?;
                        break;
                    }
                }
            }
        }
        while let Some(item) = iter::next(t, &iterator)? {
            result = multiply(t, &result, &item)?;
        }
        Ok(result)
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[function(sig = "(p, q, /)")]
    fn sumprod(t: &Thread, p: &Object, q: &Object) -> PyResult {
        let p_it = iter::get_iter(t, p)?;
        let q_it = iter::get_iter(t, q)?;
        let mut total = PyInt::from_i64(t, 0)?.into_object();
        let (mut int_path, mut float_path) = (true, true);
        let (mut int_total, mut int_used) = (0i64, false);
        let (mut float_total, mut float_used) = (num::TripleSum::default(), false);
        loop {
            let p_i = iter::next(t, &p_it)?;
            let q_i = iter::next(t, &q_it)?;
            let pair = match (p_i, q_i) {
                (Some(p), Some(q)) => Some((p, q)),
                (None, None) => None,
                _ => return Err(err!(t, ValueError, "Inputs are not the same length")),
            };
            if int_path {
                if let Some((p, q)) = &pair
                    && let (Some(x), Some(y)) = (exact_i64(p), exact_i64(q))
                    && let Some(sum) = x.checked_mul(y).and_then(|n| n.checked_add(int_total))
                {
                    int_total = sum;
                    int_used = true;
                    continue;
                }
                int_path = false;
                if int_used {
                    total = add(t, &total, &*PyInt::from_i64(t, int_total)?)?;
                }
            }
            if float_path {
                if let Some((p, q)) = &pair
                    && let Some((x, y)) = float_pair(p, q)
                {
                    let mut next = float_total;
                    next.fma(x, y);
                    if next.is_finite() {
                        float_total = next;
                        float_used = true;
                        continue;
                    }
                }
                float_path = false;
                if float_used {
                    total = add(t, &total, &*PyFloat::new(t, float_total.value())?)?;
                }
            }
            match pair {
                Some((p, q)) => total = add(t, &total, &*multiply(t, &p, &q)?)?,
                None => return Ok(total),
            }
        }
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[function(sig = "(p, q, /)")]
    fn dist(t: &Thread, p: &Object, q: &Object) -> PyResult<f64> {
        let (p, q) = (point(t, p)?, point(t, q)?);
        if p.len() != q.len() {
            return Err(err!(t, ValueError, "both points must have the same number of dimensions"));
        }
        let mut diffs = Vec::with_capacity(p.len());
        for (a, b) in p.as_slice().iter().zip(q.as_slice()) {
            diffs.push((number::as_f64(t, a)? - number::as_f64(t, b)?).abs());
        }
        Ok(num::vector_norm(&mut diffs))
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[function(sig = "(*coordinates)")]
    fn hypot(t: &Thread, coordinates: &[&Object]) -> PyResult<f64> {
        let mut values = Vec::with_capacity(coordinates.len());
        for c in coordinates {
            values.push(number::as_f64(t, c)?.abs());
        }
        Ok(num::vector_norm(&mut values))
    }
}
