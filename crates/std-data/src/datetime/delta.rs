//! `datetime.timedelta`.

use super::calendar::{MAX_DELTA_DAYS, divide_nearest, floor_div, int_of, parse};
use std::cell::Cell;
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyFloat, PyInt, PyResult, PyTuple, PyType, Thread, class, err,
    name, new_object, number, object, singletons, upcast,
};

const US_PER_DAY: i128 = 86_400_000_000;

/// `datetime.timedelta`, laid out as C code expects it.
#[object]
pub struct Delta {
    hashcode: Cell<isize>,
    days: i32,
    seconds: i32,
    microseconds: i32,
}

fn too_large(t: &Thread) -> taipan_object::Raised {
    err!(t, OverflowError, "Python int too large to convert to C int")
}

/// Days, seconds and microseconds of a number of microseconds.
fn split(t: &Thread, us: i128) -> PyResult<(i32, i32, i32)> {
    let (days, rest) = match i64::try_from(us) {
        // Division is quick for what fits a register.
        Ok(us) => (us.div_euclid(US_PER_DAY as i64).into(), us.rem_euclid(US_PER_DAY as i64)),
        Err(_) => (us.div_euclid(US_PER_DAY), us.rem_euclid(US_PER_DAY) as i64),
    };
    let days = i32::try_from(days).map_err(|_| too_large(t))?;
    if i64::from(days).abs() > MAX_DELTA_DAYS {
        return Err(err!(t, OverflowError, "days={days}; must have magnitude <= {MAX_DELTA_DAYS}"));
    }
    Ok((days, (rest / 1_000_000) as i32, (rest % 1_000_000) as i32))
}

impl Delta {
    /// An exact `timedelta` of so many microseconds.
    pub fn from_us(t: &Thread, us: i128) -> PyResult<Owned<Self>> {
        Self::of_class(t, Self::class(), us)
    }

    fn of_class(t: &Thread, cls: &PyType, us: i128) -> PyResult<Owned<Self>> {
        let (days, seconds, microseconds) = split(t, us)?;
        let value = Self { head: Head::new(), hashcode: Cell::new(-1), days, seconds, microseconds };
        if cls.is(Self::class()) { new_object(t, value) } else { cls.instance(t, value) }
    }

    /// The value in microseconds.
    pub fn us(&self) -> i128 {
        i128::from(self.days) * US_PER_DAY + i128::from(self.seconds) * 1_000_000 + i128::from(self.microseconds)
    }

    /// Whether it is as long as a day or longer, in either direction.
    pub fn is_day_or_more(&self) -> bool {
        !(self.days == 0 || self.days == -1 && (self.seconds, self.microseconds) != (0, 0))
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        (self.days, self.seconds, self.microseconds) == (0, 0, 0)
    }

    /// `hash(self)`.
    pub fn hash_of(&self, t: &Thread) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            self.hashcode.set(self.state(t)?.hash_value(t)?);
        }
        Ok(self.hashcode.get())
    }

    fn state(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let int = |n: i32| PyInt::from_i64(t, i64::from(n)).map(Owned::into_object);
        PyTuple::from_vec(t, vec![int(self.days)?, int(self.seconds)?, int(self.microseconds)?])
    }
}

/// A finite double as a fraction of which the denominator is a power of two: numerator and exponent.
fn ratio(t: &Thread, value: f64) -> PyResult<(i128, i32)> {
    if value.is_nan() {
        return Err(err!(t, ValueError, "cannot convert NaN to integer ratio"));
    }
    if value.is_infinite() {
        return Err(err!(t, OverflowError, "cannot convert Infinity to integer ratio"));
    }
    if value == 0.0 {
        return Ok((0, 0));
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i128;
    let (mut mantissa, mut exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    while mantissa & 1 == 0 {
        mantissa >>= 1;
        exponent += 1;
    }
    Ok((if value < 0.0 { -mantissa } else { mantissa }, exponent))
}

/// `a * 2**n`, if it fits.
fn shifted(a: i128, n: i32) -> Option<i128> {
    if a == 0 {
        return Some(0);
    }
    if n as u32 >= a.unsigned_abs().leading_zeros() {
        return None;
    }
    Some(a << n)
}

/// `value.as_integer_ratio()` of a subclass of `float`, which may give anything.
fn custom_ratio(t: &Thread, value: &PyFloat) -> PyResult<(i128, i128)> {
    let made = value.call_method(t, name!(t, "as_integer_ratio"), &[])?;
    let Some(pair) = made.downcast::<PyTuple>() else {
        return Err(err!(
            t,
            TypeError,
            "unexpected return type from as_integer_ratio(): expected tuple, not '{:.200}'",
            made.class().name_lossy()
        ));
    };
    let [a, b] = pair.as_slice() else {
        return Err(err!(t, ValueError, "as_integer_ratio() must return a 2-tuple"));
    };
    let part = |n: &Object| number::index(t, n)?.to_i128().ok_or_else(|| too_large(t));
    Ok((part(a)?, part(b)?))
}

/// `us * a / b`, rounded.
fn scaled(t: &Thread, us: i128, a: i128, b: i128) -> PyResult<i128> {
    if b == 0 {
        return Err(zero_division(t));
    }
    Ok(divide_nearest(us.checked_mul(a).ok_or_else(|| too_large(t))?, b))
}

fn times_float(t: &Thread, us: i128, factor: f64) -> PyResult<i128> {
    let (m, e) = ratio(t, factor)?;
    let product = us.checked_mul(m).ok_or_else(|| too_large(t))?;
    if e >= 0 {
        return shifted(product, e).ok_or_else(|| too_large(t));
    }
    Ok(if -e > 125 { 0 } else { divide_nearest(product, 1 << -e) })
}

fn over_float(t: &Thread, us: i128, divisor: f64) -> PyResult<i128> {
    let (m, e) = ratio(t, divisor)?;
    if m == 0 {
        return Err(zero_division(t));
    }
    if e < 0 {
        let scaled = shifted(us, -e).ok_or_else(|| too_large(t))?;
        return Ok(divide_nearest(scaled, m));
    }
    Ok(match shifted(m, e) {
        Some(divisor) if divisor.unsigned_abs() < 1 << 125 => divide_nearest(us, divisor),
        _ => 0,
    })
}

fn zero_division(t: &Thread) -> taipan_object::Raised {
    err!(t, ZeroDivisionError, "division by zero")
}

/// Adds one argument of the constructor; what is left of a float's fraction is collected.
fn accumulate(t: &Thread, name: &str, sum: &mut i128, arg: &Object, factor: i128, leftover: &mut f64) -> PyResult<()> {
    let add = |sum: &mut i128, n: i128, factor: i128| {
        let product = n.checked_mul(factor).and_then(|p| sum.checked_add(p));
        product.map(|total| *sum = total).ok_or_else(|| too_large(t))
    };
    if let Some(n) = arg.downcast::<PyInt>() {
        let n = n.to_i128().ok_or_else(|| too_large(t))?;
        return add(sum, n, factor);
    }
    let Some(value) = arg.downcast::<PyFloat>() else {
        return Err(err!(
            t,
            TypeError,
            "unsupported type for timedelta {name} component: {}",
            arg.class().name_lossy()
        ));
    };
    let value = value.value();
    if value.is_nan() {
        return Err(err!(t, ValueError, "cannot convert float NaN to integer"));
    }
    if value.is_infinite() {
        return Err(err!(t, OverflowError, "cannot convert float infinity to integer"));
    }
    let whole = value.trunc();
    if whole.abs() >= 1e37 {
        return Err(too_large(t));
    }
    add(sum, whole as i128, factor)?;
    let part = (value - whole) * factor as f64;
    let whole = part.trunc();
    add(sum, whole as i128, 1)?;
    *leftover += part - whole;
    Ok(())
}

/// Difference between two datetime values.
///
/// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
///
/// All arguments are optional and default to 0.
/// Arguments may be integers or floats, and may be positive or negative.
#[class(name = "datetime.timedelta", flags(BASETYPE))]
impl Delta {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        const NAMES: [&str; 7] = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
        const FACTORS: [i128; 7] = [US_PER_DAY, 1_000_000, 1, 1000, 60_000_000, 3_600_000_000, 7 * US_PER_DAY];
        let total = args.pos.len() + args.n_keywords();
        if total > 7 {
            return Err(err!(t, TypeError, "__new__() takes at most 7 arguments ({total} given)"));
        }
        let mut bad = None;
        args.for_each_keyword(t, |name, _| {
            let known = name.downcast::<taipan_object::PyStr>().is_some_and(|n| NAMES.iter().any(|k| n.eq_str(k)));
            if !known && bad.is_none() {
                bad = Some(name.str_lossy(t));
            }
            Ok(())
        })?;
        if let Some(name) = bad {
            return Err(err!(t, TypeError, "__new__() got an unexpected keyword argument '{name}'"));
        }
        let slots = parse(t, &args, NAMES, 0, 7)?;
        let (mut us, mut leftover) = (0, 0.0);
        for i in [2, 3, 1, 4, 5, 0, 6] {
            if let Some(arg) = slots[i] {
                accumulate(t, NAMES[i], &mut us, arg, FACTORS[i], &mut leftover)?;
            }
        }
        if leftover != 0.0 {
            let mut whole = leftover.round();
            if (whole - leftover).abs() == 0.5 {
                let odd = (us & 1) as f64;
                whole = 2.0 * ((leftover + odd) * 0.5).round() - odd;
            }
            us += whole as i128;
        }
        Self::of_class(t, cls, us)
    }

    #[slot]
    fn tp_repr(&self, _t: &Thread) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("days", self.days), ("seconds", self.seconds), ("microseconds", self.microseconds)] {
            if value != 0 {
                parts.push(format!("{name}={value}"));
            }
        }
        if parts.is_empty() {
            parts.push("0".to_string());
        }
        format!("{}({})", upcast(self).class().name_lossy(), parts.join(", "))
    }

    #[slot]
    fn tp_str(&self, _t: &Thread) -> String {
        let (h, m, s) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        let days = match self.days {
            0 => String::new(),
            n @ (1 | -1) => format!("{n} day, "),
            n => format!("{n} days, "),
        };
        let us = if self.microseconds == 0 { String::new() } else { format!(".{:06}", self.microseconds) };
        format!("{days}{h}:{m:02}:{s:02}{us}")
    }

    #[slot]
    fn tp_hash(&self, t: &Thread) -> PyResult<isize> {
        self.hash_of(t)
    }

    #[slot]
    fn tp_richcompare(&self, _t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else { return singletons::ok_not_implemented() };
        Ok(singletons::bool(op.matches(self.us().cmp(&other.us()))).own())
    }

    #[slot]
    fn nb_add(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match (left.downcast::<Self>(), right.downcast::<Self>()) {
            (Some(a), Some(b)) => Self::from_us(t, a.us() + b.us()).map(Owned::into_object),
            _ => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_subtract(t: &Thread, left: &Object, right: &Object) -> PyResult {
        match (left.downcast::<Self>(), right.downcast::<Self>()) {
            (Some(a), Some(b)) => Self::from_us(t, a.us() - b.us()).map(Owned::into_object),
            _ => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn nb_multiply(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (this, other) = match (left.downcast::<Self>(), right.downcast::<Self>()) {
            (Some(this), _) => (this, right),
            (None, Some(this)) => (this, left),
            _ => return singletons::ok_not_implemented(),
        };
        let us = if let Some(n) = other.downcast::<PyInt>() {
            n.to_i128().and_then(|n| this.us().checked_mul(n)).ok_or_else(|| too_large(t))?
        } else if let Some(f) = other.downcast::<PyFloat>().filter(|f| !f.is_exact::<PyFloat>()) {
            let (a, b) = custom_ratio(t, f)?;
            scaled(t, this.us(), a, b)?
        } else if let Some(f) = other.downcast::<PyFloat>() {
            times_float(t, this.us(), f.value())?
        } else {
            return singletons::ok_not_implemented();
        };
        Self::from_us(t, us).map(Owned::into_object)
    }

    #[slot]
    fn nb_true_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(this) = left.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if let Some(other) = right.downcast::<Self>() {
            let (a, b) = (int_of(t, this.us())?, int_of(t, other.us())?);
            return number::binary_op(t, &a, &b, number::Op::TrueDivide);
        }
        let us = if let Some(n) = right.downcast::<PyInt>() {
            if n.is_zero() {
                return Err(zero_division(t));
            }
            n.to_i128().map_or(0, |n| divide_nearest(this.us(), n))
        } else if let Some(f) = right.downcast::<PyFloat>().filter(|f| !f.is_exact::<PyFloat>()) {
            let (a, b) = custom_ratio(t, f)?;
            scaled(t, this.us(), b, a)?
        } else if let Some(f) = right.downcast::<PyFloat>() {
            over_float(t, this.us(), f.value())?
        } else {
            return singletons::ok_not_implemented();
        };
        Self::from_us(t, us).map(Owned::into_object)
    }

    #[slot]
    fn nb_floor_divide(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(this) = left.downcast::<Self>() else { return singletons::ok_not_implemented() };
        if let Some(other) = right.downcast::<Self>() {
            if other.us() == 0 {
                return Err(zero_division(t));
            }
            return int_of(t, floor_div(this.us(), other.us()).0).map(Owned::into_object);
        }
        let Some(n) = right.downcast::<PyInt>() else { return singletons::ok_not_implemented() };
        if n.is_zero() {
            return Err(zero_division(t));
        }
        let us = match n.to_i128() {
            Some(n) => floor_div(this.us(), n).0,
            None if this.us() == 0 || (this.us() < 0) == n.is_negative() => 0,
            None => -1,
        };
        Self::from_us(t, us).map(Owned::into_object)
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (Some(this), Some(other)) = (left.downcast::<Self>(), right.downcast::<Self>()) else {
            return singletons::ok_not_implemented();
        };
        if other.us() == 0 {
            return Err(zero_division(t));
        }
        Self::from_us(t, floor_div(this.us(), other.us()).1).map(Owned::into_object)
    }

    #[slot]
    fn nb_divmod(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let (Some(this), Some(other)) = (left.downcast::<Self>(), right.downcast::<Self>()) else {
            return singletons::ok_not_implemented();
        };
        if other.us() == 0 {
            return Err(zero_division(t));
        }
        let (q, r) = floor_div(this.us(), other.us());
        let items = vec![int_of(t, q)?.into_object(), Self::from_us(t, r)?.into_object()];
        PyTuple::from_vec(t, items).map(Owned::into_object)
    }

    #[slot]
    fn nb_negative(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_us(t, -self.us())
    }

    #[slot]
    fn nb_positive(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_us(t, self.us())
    }

    #[slot]
    fn nb_absolute(&self, t: &Thread) -> PyResult<Owned<Self>> {
        Self::from_us(t, self.us().abs())
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(self.us() != 0)
    }

    /// Total seconds in the duration.
    #[method]
    fn total_seconds(&self, t: &Thread) -> PyResult {
        let (us, million) = (int_of(t, self.us())?, PyInt::from_i64(t, 1_000_000)?);
        number::binary_op(t, &us, &million, number::Op::TrueDivide)
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<(Owned, Owned<PyTuple>)> {
        Ok((upcast(self).class().as_object().own(), self.state(t)?))
    }

    /// Number of days.
    #[getter(member)]
    fn days(&self, _t: &Thread) -> i32 {
        self.days
    }

    /// Number of seconds (>= 0 and less than 1 day).
    #[getter(member)]
    fn seconds(&self, _t: &Thread) -> i32 {
        self.seconds
    }

    /// Number of microseconds (>= 0 and less than 1 second).
    #[getter(member)]
    fn microseconds(&self, _t: &Thread) -> i32 {
        self.microseconds
    }
}
