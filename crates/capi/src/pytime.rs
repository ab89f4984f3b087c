//! `cpython/pytime.h` and `internal/pycore_time.h`: points in time and durations in nanoseconds.

use crate::contract::*;
use core::ffi::{c_double, c_int, c_long};
use libc::{time_t, timespec, timeval};
use taipan_object::pytime::{self, Rounding};
use taipan_object::{Object, PyFloat, PyInt, PyResult, Thread, err, errors};

/// `PyTime_t`.
type Time = i64;
const SECOND: i64 = 1_000_000_000;

/// `_PyTime_round_t`.
const FLOOR: c_int = 0;
const CEILING: c_int = 1;
const HALF_EVEN: c_int = 2;

fn clock(id: libc::clockid_t) -> Result<Time, ()> {
    // SAFETY: zero is valid for the structure, which the call fills in.
    unsafe {
        let mut now: timespec = core::mem::zeroed();
        if libc::clock_gettime(id, &mut now) != 0 {
            return Err(());
        }
        Ok(now.tv_sec.saturating_mul(SECOND).saturating_add(now.tv_nsec))
    }
}

fn rounding_of(rounding: c_int) -> Rounding {
    match rounding {
        FLOOR => Rounding::Floor,
        CEILING => Rounding::Ceiling,
        HALF_EVEN => Rounding::HalfEven,
        _ => Rounding::Up,
    }
}

/// Divides, rounding as asked.
fn divide(n: i64, by: i64, rounding: c_int) -> i64 {
    let (mut q, r) = (n / by, n % by);
    match rounding {
        FLOOR if n < 0 && r != 0 => q -= 1,
        CEILING if n > 0 && r != 0 => q += 1,
        HALF_EVEN => {
            let twice = (r.abs()).saturating_mul(2);
            if twice > by || (twice == by && q % 2 != 0) {
                q += n.signum();
            }
        }
        x if x > HALF_EVEN && r != 0 => q += n.signum(),
        _ => {}
    }
    q
}

/// Seconds and microseconds, rounded as asked.
fn to_timeval(t: &Thread, op: &Object, rounding: Rounding) -> PyResult<(time_t, c_long)> {
    let Some(value) = op.downcast::<PyFloat>() else {
        return Ok((pytime::to_time_t(t, op, rounding)?, 0));
    };
    let x = value.value();
    if x.is_nan() {
        return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
    }
    let (mut whole, mut fraction) = (x.trunc(), pytime::round(x.fract() * 1e6, rounding));
    if fraction >= 1e6 {
        fraction -= 1e6;
        whole += 1.0;
    } else if fraction < 0.0 {
        fraction += 1e6;
        whole -= 1.0;
    }
    if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
        return Err(err!(t, OverflowError, "timestamp out of range for platform time_t"));
    }
    Ok((whole as time_t, fraction as c_long))
}

/// Seconds and parts of a duration, rounded down so that the parts are not negative.
fn parts(value: Time, per_second: i64) -> (i64, i64) {
    (value.div_euclid(per_second), value.rem_euclid(per_second))
}

macro_rules! clocks {
    ($($(#[$meta:meta])* $checked:ident $raw:ident $id:expr;)*) => {
        capi! {
            $(
                $(#[$meta])*
                fn $checked[t](place: *mut Time) -> Status {
                    match clock($id) {
                        Ok(now) => {
                            *place = now;
                            Ok(())
                        }
                        Err(()) => {
                            *place = 0;
                            Err(errors::last_os_error(t))
                        }
                    }
                }

                $(#[$meta])*
                fn $raw(place: *mut Time) -> Raw<c_int> {
                    match clock($id) {
                        Ok(now) => {
                            *place = now;
                            0
                        }
                        Err(()) => {
                            *place = 0;
                            -1
                        }
                    }
                }
            )*
        }
    };
}

clocks! {
    /// The time of day.
    PyTime_Time PyTime_TimeRaw libc::CLOCK_REALTIME;
    /// A clock that never goes back.
    PyTime_Monotonic PyTime_MonotonicRaw libc::CLOCK_MONOTONIC;
    /// The clock for measuring.
    PyTime_PerfCounter PyTime_PerfCounterRaw libc::CLOCK_MONOTONIC;
}

capi! {
    /// As seconds.
    fn PyTime_AsSecondsDouble(value: Time) -> Raw<c_double> {
        if value % SECOND == 0 { (value / SECOND) as f64 } else { value as f64 / SECOND as f64 }
    }

    /// From seconds.
    fn _PyTime_FromSeconds(seconds: c_int) -> Raw<Time> {
        i64::from(seconds) * SECOND
    }

    /// From an int of nanoseconds.
    fn _PyTime_FromLong[t; op](place: *mut Time, op: Obj) -> Status {
        let Some(number) = o(op).downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "expect int, got {}", o(op).class().name_lossy()));
        };
        *place = number.to_i64().ok_or_else(|| pytime::overflow(t))?;
        Ok(())
    }

    /// As an int of nanoseconds; a new reference.
    fn _PyTime_AsLong[t](value: Time) -> New<PyInt> {
        PyInt::from_i64(t, value)
    }

    /// From a number of seconds.
    fn _PyTime_FromSecondsObject[t; op](place: *mut Time, op: Obj, rounding: c_int) -> Status {
        *place = pytime::from_seconds(t, o(op), rounding_of(rounding))?;
        Ok(())
    }

    /// As milliseconds.
    fn _PyTime_AsMilliseconds(value: Time, rounding: c_int) -> Raw<Time> {
        divide(value, 1_000_000, rounding)
    }

    /// As microseconds.
    fn _PyTime_AsMicroseconds(value: Time, rounding: c_int) -> Raw<Time> {
        divide(value, 1_000, rounding)
    }

    /// As a `timeval`.
    fn _PyTime_AsTimeval(value: Time, place: *mut timeval, rounding: c_int) -> Status {
        let (seconds, micros) = parts(divide(value, 1_000, rounding), 1_000_000);
        (*place).tv_sec = seconds;
        (*place).tv_usec = micros;
        Ok(())
    }

    /// As a `timeval`, clamped to its range.
    fn _PyTime_AsTimeval_clamp(value: Time, place: *mut timeval, rounding: c_int) -> Void {
        let (seconds, micros) = parts(divide(value, 1_000, rounding), 1_000_000);
        (*place).tv_sec = seconds;
        (*place).tv_usec = micros;
    }

    /// As a `timespec`.
    fn _PyTime_AsTimespec(value: Time, place: *mut timespec) -> Status {
        let (seconds, nanos) = parts(value, SECOND);
        (*place).tv_sec = seconds;
        (*place).tv_nsec = nanos;
        Ok(())
    }

    /// As a `timespec`, clamped to its range.
    fn _PyTime_AsTimespec_clamp(value: Time, place: *mut timespec) -> Void {
        let (seconds, nanos) = parts(value, SECOND);
        (*place).tv_sec = seconds;
        (*place).tv_nsec = nanos;
    }

    /// A number of seconds as a `time_t`.
    fn _PyTime_ObjectToTime_t[t; op](op: Obj, place: *mut time_t, rounding: c_int) -> Status {
        *place = pytime::to_time_t(t, o(op), rounding_of(rounding))?;
        Ok(())
    }

    /// A number of seconds as seconds and nanoseconds.
    fn _PyTime_ObjectToTimespec[t; op](op: Obj, seconds: *mut time_t, nanos: *mut c_long, rounding: c_int) -> Status {
        (*seconds, *nanos) = pytime::to_timespec(t, o(op), rounding_of(rounding))?;
        Ok(())
    }

    /// A number of seconds as seconds and microseconds.
    fn _PyTime_ObjectToTimeval[t; op](op: Obj, seconds: *mut time_t, micros: *mut c_long, rounding: c_int) -> Status {
        (*seconds, *micros) = to_timeval(t, o(op), rounding_of(rounding))?;
        Ok(())
    }
}
