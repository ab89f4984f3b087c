//! Seconds since the epoch.

use super::calendar::EPOCH_ORDINAL;
use super::calendar::{check_year, ord_to_ymd};
use taipan_object::{Object, PyFloat, PyResult, Thread, err, errors, number};

fn out_of_range(t: &Thread) -> taipan_object::Raised {
    err!(t, OverflowError, "timestamp out of range for platform time_t")
}

fn check_float(t: &Thread, value: f64) -> PyResult<f64> {
    if value.is_nan() {
        return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
    }
    if value.abs() >= 9_223_372_036_854_775_808.0 {
        return Err(out_of_range(t));
    }
    Ok(value)
}

/// Whole seconds, rounded down.
pub fn floor_seconds(t: &Thread, value: &Object) -> PyResult<i64> {
    if let Some(float) = value.downcast::<PyFloat>() {
        return Ok(check_float(t, float.value().floor())? as i64);
    }
    number::index(t, value)?.to_i64().ok_or_else(|| out_of_range(t))
}

/// Seconds and microseconds, rounded to even.
pub fn split(t: &Thread, value: &Object) -> PyResult<(i64, i32)> {
    if let Some(float) = value.downcast::<PyFloat>() {
        let value = check_float(t, float.value())?;
        let whole = value.trunc();
        let mut us = ((value - whole) * 1e6).round_ties_even();
        let mut seconds = whole;
        if us >= 1e6 {
            us -= 1e6;
            seconds += 1.0;
        } else if us < 0.0 {
            us += 1e6;
            seconds -= 1.0;
        }
        if us >= 1e6 {
            us = 0.0;
            seconds += 1.0;
        }
        return Ok((check_float(t, seconds)? as i64, us as i32));
    }
    if !number::is_index(value) {
        return Err(err!(t, TypeError, "argument must be int or float, not {:.200}", value.class().name_lossy()));
    }
    let seconds = number::index(t, value)?.to_i64().ok_or_else(|| out_of_range(t))?;
    Ok((seconds, 0))
}

/// Date and time of day of seconds since the epoch.
pub fn civil(t: &Thread, seconds: i64) -> PyResult<((i32, i32, i32), (i32, i32, i32))> {
    let days = seconds.div_euclid(86_400);
    let rest = seconds.rem_euclid(86_400) as i32;
    // A rough year tells what is far out of range.
    let year = 1970 + days / 365;
    if year.abs() > i64::from(i32::MAX) {
        return Err(errors::os_error(t, 75));
    }
    let ordinal = days + EPOCH_ORDINAL;
    if !(1..=3_652_059).contains(&ordinal) {
        let shown = year_of(ordinal);
        check_year(t, shown)?;
    }
    let date = ord_to_ymd(ordinal.clamp(1, 3_652_059) as i32);
    Ok((date, (rest / 3600, rest / 60 % 60, rest % 60)))
}

/// The year of an ordinal of any size.
fn year_of(ordinal: i64) -> i64 {
    let cycles = (ordinal - 1).div_euclid(146_097);
    let within = (ordinal - 1).rem_euclid(146_097) as i32 + 1;
    cycles * 400 + i64::from(ord_to_ymd(within).0)
}
