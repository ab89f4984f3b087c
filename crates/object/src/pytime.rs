//! Times and timeouts as CPython keeps them: 64-bit counts of nanoseconds (`Python/pytime.c`).

use crate::handle::{Object, PyResult, Raised};
use crate::{PyFloat, PyInt, err, number};
use taipan_runtime::Thread;

/// Nanoseconds of a second.
pub const SECOND: i64 = 1_000_000_000;

/// Which way a time between two representable ones goes (`_PyTime_round_t`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Towards minus infinity: clocks.
    Floor,
    /// Towards plus infinity.
    Ceiling,
    /// To the nearest, half to even.
    HalfEven,
    /// Away from zero: timeouts.
    Up,
}

/// Rounds to a whole number.
pub fn round(x: f64, rounding: Rounding) -> f64 {
    match rounding {
        Rounding::Floor => x.floor(),
        Rounding::Ceiling => x.ceil(),
        Rounding::HalfEven => x.round_ties_even(),
        Rounding::Up => {
            if x >= 0.0 {
                x.ceil()
            } else {
                x.floor()
            }
        }
    }
}

/// "timestamp out of range for C PyTime_t".
#[cold]
pub fn overflow(t: &Thread) -> Raised {
    err!(t, OverflowError, "timestamp out of range for C PyTime_t")
}

#[cold]
fn not_a_number(t: &Thread) -> Raised {
    err!(t, ValueError, "Invalid value NaN (not a number)")
}

/// A number of seconds as nanoseconds (`_PyTime_FromSecondsObject`).
pub fn from_seconds(t: &Thread, seconds: &Object, rounding: Rounding) -> PyResult<i64> {
    if let Some(float) = seconds.downcast::<PyFloat>() {
        let value = float.value();
        if value.is_nan() {
            return Err(not_a_number(t));
        }
        let nanoseconds = round(value * 1e9, rounding);
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanoseconds) {
            return Err(overflow(t));
        }
        return Ok(nanoseconds as i64);
    }
    let whole = integer(t, seconds)?;
    whole.and_then(|s| s.checked_mul(SECOND)).ok_or_else(|| overflow(t))
}

fn integer(t: &Thread, seconds: &Object) -> PyResult<Option<i64>> {
    match seconds.downcast::<PyInt>() {
        Some(int) => Ok(int.to_i64()),
        None if number::is_index(seconds) => Ok(number::index(t, seconds)?.to_i64()),
        None => Err(err!(
            t,
            TypeError,
            "'{:.200}' object cannot be interpreted as an integer or float",
            seconds.class().name_lossy()
        )),
    }
}

/// A number of seconds since the epoch as whole seconds and nanoseconds (`_PyTime_ObjectToTimespec`).
pub fn to_timespec(t: &Thread, seconds: &Object, rounding: Rounding) -> PyResult<(i64, i64)> {
    let out_of_range = || err!(t, OverflowError, "timestamp out of range for platform time_t");
    if let Some(float) = seconds.downcast::<PyFloat>() {
        let value = float.value();
        if value.is_nan() {
            return Err(not_a_number(t));
        }
        let mut whole = value.trunc();
        let mut fraction = round((value - whole) * 1e9, rounding);
        if fraction >= 1e9 {
            fraction -= 1e9;
            whole += 1.0;
        } else if fraction < 0.0 {
            fraction += 1e9;
            whole -= 1.0;
        }
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(out_of_range());
        }
        return Ok((whole as i64, fraction as i64));
    }
    integer(t, seconds)?.map(|s| (s, 0)).ok_or_else(out_of_range)
}

/// A number of seconds since the epoch as whole seconds (`_PyTime_ObjectToTime_t`).
pub fn to_time_t(t: &Thread, seconds: &Object, rounding: Rounding) -> PyResult<i64> {
    let out_of_range = || err!(t, OverflowError, "timestamp out of range for platform time_t");
    if let Some(float) = seconds.downcast::<PyFloat>() {
        let value = float.value();
        if value.is_nan() {
            return Err(not_a_number(t));
        }
        let whole = round(value, rounding);
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(out_of_range());
        }
        return Ok(whole as i64);
    }
    integer(t, seconds)?.ok_or_else(out_of_range)
}
