//! `time`: clocks, sleeping, calendar time through the C library.

use core::ffi::CStr;
use std::ffi::CString;
use taipan_object::pytime::{self, Rounding, SECOND};
use taipan_object::{
    Object, Owned, PyFloat, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Thread, attr, err, errors, name,
    native_module, number, singletons,
};
use taipan_types::{namespace, structseq};

/// Reads a clock in nanoseconds.
fn clock(t: &Thread, id: libc::clockid_t) -> PyResult<i64> {
    // SAFETY: the structure is filled in.
    unsafe {
        let mut ts: libc::timespec = core::mem::zeroed();
        if libc::clock_gettime(id, &mut ts) != 0 {
            return Err(errors::os_error(t, super::args::errno()));
        }
        Ok(ts.tv_sec * SECOND + ts.tv_nsec)
    }
}

fn seconds(ns: i64) -> f64 {
    // As CPython: whole seconds divide exactly.
    if ns % SECOND == 0 { (ns / SECOND) as f64 } else { ns as f64 / 1e9 }
}

const FIELDS: [(&str, &str); 11] = [
    ("tm_year", "year, for example, 1993"),
    ("tm_mon", "month of year, range [1, 12]"),
    ("tm_mday", "day of month, range [1, 31]"),
    ("tm_hour", "hours, range [0, 23]"),
    ("tm_min", "minutes, range [0, 59]"),
    ("tm_sec", "seconds, range [0, 61])"),
    ("tm_wday", "day of week, range [0, 6], Monday is 0"),
    ("tm_yday", "day of year, range [1, 366]"),
    ("tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
    ("tm_zone", "abbreviation of timezone name"),
    ("tm_gmtoff", "offset from UTC in seconds"),
];

const STRUCT_TIME_DOC: &str = "The time value as returned by gmtime(), localtime(), and strptime(), and
 accepted by asctime(), mktime() and strftime().  May be considered as a
 sequence of 9 integers.

 Note that several fields' values are not the same as those defined by
 the C language standard for struct tm.  For example, the value of the
 field tm_year is the actual year, not year - 1900.  See individual
 fields' descriptions for details.";

fn struct_time(t: &Thread) -> PyResult<Owned<PyType>> {
    let module = taipan_object::state::import(t, "time")?;
    let class = module.getattr(t, name!(t, "struct_time"))?;
    class.into_type::<PyType>().map_err(|_| err!(t, TypeError, "time.struct_time is not a type"))
}

fn zone_name(t: &Thread, zone: *const core::ffi::c_char) -> PyResult {
    if zone.is_null() {
        return singletons::ok_none();
    }
    // SAFETY: a C string of the C library.
    let bytes = unsafe { CStr::from_ptr(zone) };
    PyStr::from_fs_bytes(t, bytes.to_bytes()).map(Owned::into_object)
}

fn from_tm(t: &Thread, tm: &libc::tm) -> PyResult {
    let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
    let items = vec![
        int(i64::from(tm.tm_year) + 1900)?,
        int(i64::from(tm.tm_mon) + 1)?,
        int(i64::from(tm.tm_mday))?,
        int(i64::from(tm.tm_hour))?,
        int(i64::from(tm.tm_min))?,
        int(i64::from(tm.tm_sec))?,
        int(i64::from((tm.tm_wday + 6) % 7))?,
        int(i64::from(tm.tm_yday) + 1)?,
        int(i64::from(tm.tm_isdst))?,
        zone_name(t, tm.tm_zone)?,
        int(tm.tm_gmtoff)?,
    ];
    structseq::new(t, &*struct_time(t)?, items)
}

/// The argument of `localtime` and its like: now, if it is missing or `None`.
fn when(t: &Thread, given: Option<&Object>) -> PyResult<i64> {
    match attr::none_if_none(given) {
        Some(given) => pytime::to_time_t(t, given, Rounding::Floor),
        None => Ok(clock(t, libc::CLOCK_REALTIME)?.div_euclid(SECOND)),
    }
}

fn local(t: &Thread, at: i64) -> PyResult<libc::tm> {
    // SAFETY: the structure is filled in.
    unsafe {
        let mut tm: libc::tm = core::mem::zeroed();
        if libc::localtime_r(&at, &mut tm).is_null() {
            return Err(conversion_error(t));
        }
        Ok(tm)
    }
}

fn conversion_error(t: &Thread) -> taipan_object::Raised {
    let code = super::args::errno();
    errors::os_error(t, if code == 0 { libc::EINVAL } else { code })
}

/// A time tuple as the C library's structure, its strings kept alive beside it (`gettmarg`).
fn get_tm(t: &Thread, tuple: &Object, what: &str) -> PyResult<(libc::tm, Option<CString>)> {
    let Some(items) = tuple.downcast::<PyTuple>() else {
        return Err(err!(t, TypeError, "Tuple or struct_time argument required"));
    };
    let class = struct_time(t)?;
    let is_struct = core::ptr::eq(tuple.class(), &*class);
    if items.len() != 9 {
        return Err(err!(t, TypeError, "{what}"));
    }
    let mut values = [0i32; 9];
    for (value, item) in values.iter_mut().zip(items.as_slice()) {
        let n = number::index(t, item)?;
        let Some(n) = n.to_i64() else {
            return Err(err!(t, OverflowError, "Python int too large to convert to C long"));
        };
        *value = i32::try_from(n).map_err(|_| {
            if n > 0 {
                err!(t, OverflowError, "signed integer is greater than maximum")
            } else {
                err!(t, OverflowError, "signed integer is less than minimum")
            }
        })?;
    }
    // SAFETY: zero is valid for the structure.
    let mut tm: libc::tm = unsafe { core::mem::zeroed() };
    let Some(year) = values[0].checked_sub(1900) else { return Err(err!(t, OverflowError, "year out of range")) };
    tm.tm_year = year;
    tm.tm_mon = values[1].wrapping_sub(1);
    tm.tm_mday = values[2];
    tm.tm_hour = values[3];
    tm.tm_min = values[4];
    tm.tm_sec = values[5];
    tm.tm_wday = (values[6].wrapping_add(1)) % 7;
    tm.tm_yday = values[7].wrapping_sub(1);
    tm.tm_isdst = values[8];
    let mut zone = None;
    if is_struct {
        let item = tuple.getattr(t, name!(t, "tm_gmtoff"))?;
        if !item.is(singletons::none()) {
            tm.tm_gmtoff = number::index_as_isize(t, &item)? as i64;
        }
        let item = tuple.getattr(t, name!(t, "tm_zone"))?;
        if let Some(text) = item.downcast::<PyStr>() {
            zone = CString::new(text.to_fs_bytes(t)?).ok();
            tm.tm_zone = zone.as_ref().map_or(core::ptr::null(), |z| z.as_ptr());
        }
    }
    Ok((tm, zone))
}

/// Zero counts as one for months and days; everything else must be in range (`checktm`).
fn check_tm(t: &Thread, tm: &mut libc::tm) -> PyResult<()> {
    let bad = |what: &str| Err(err!(t, ValueError, "{what}"));
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    } else if !(0..=11).contains(&tm.tm_mon) {
        return bad("month out of range");
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    } else if !(1..=31).contains(&tm.tm_mday) {
        return bad("day of month out of range");
    }
    if !(0..=23).contains(&tm.tm_hour) {
        return bad("hour out of range");
    }
    if !(0..=59).contains(&tm.tm_min) {
        return bad("minute out of range");
    }
    if !(0..=61).contains(&tm.tm_sec) {
        return bad("seconds out of range");
    }
    if tm.tm_wday < 0 {
        return bad("day of week out of range");
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    } else if !(0..=365).contains(&tm.tm_yday) {
        return bad("day of year out of range");
    }
    Ok(())
}

fn format_tm(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday.rem_euclid(7) as usize],
        MONTHS[tm.tm_mon.rem_euclid(12) as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    )
}

/// One run of the C library's `strftime`, on a format without null bytes.
fn strftime_part(t: &Thread, format: &[u8], tm: &libc::tm, out: &mut Vec<u8>) -> PyResult<()> {
    if format.is_empty() {
        return Ok(());
    }
    // A marker tells an empty result from a buffer that is too small.
    let mut text = format.to_vec();
    text.push(b'.');
    let Ok(text) = CString::new(text) else { return Ok(()) };
    let mut size = 1024;
    loop {
        let mut buffer = vec![0u8; size];
        // SAFETY: the buffer has the size given.
        let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, text.as_ptr(), tm) };
        if n > 0 {
            out.extend_from_slice(&buffer[..n - 1]);
            return Ok(());
        }
        if size >= 256 * text.as_bytes().len().max(1024) {
            return Err(err!(t, ValueError, "Invalid format string"));
        }
        size *= 2;
    }
}

unsafe extern "C" {
    /// Sets the time zone from the environment (POSIX `tzset`).
    fn tzset();
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname` from the zone in force.
fn set_zone(module: &PyModule, t: &Thread) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let now = clock(t, libc::CLOCK_REALTIME)?.div_euclid(SECOND);
    let start = now / YEAR * YEAR;
    let (january, july) = (local(t, start)?, local(t, start + YEAR / 2)?);
    let (jan_offset, july_offset) = (-january.tm_gmtoff, -july.tm_gmtoff);
    // South of the equator January is in summer.
    let (standard, summer) = if jan_offset < july_offset { (&july, &january) } else { (&january, &july) };
    module.set_value(t, "timezone", -standard.tm_gmtoff)?;
    module.set_value(t, "altzone", -summer.tm_gmtoff)?;
    module.set_value(t, "daylight", i64::from(jan_offset != july_offset))?;
    let names = vec![zone_name(t, standard.tm_zone)?, zone_name(t, summer.tm_zone)?];
    module.set(t, "tzname", &*PyTuple::from_vec(t, names)?)
}

/// This module provides various functions to manipulate time values.
///
/// There are two standard representations of time.  One is the number
/// of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer
/// or a floating-point number (to represent fractions of seconds).
/// The epoch is the point where the time starts, the return value of time.gmtime(0).
/// It is January 1, 1970, 00:00:00 (UTC) on all platforms.
///
/// The other representation is a tuple of 9 integers giving local time.
/// The tuple items are:
///   year (including century, e.g. 1998)
///   month (1-12)
///   day (1-31)
///   hours (0-23)
///   minutes (0-59)
///   seconds (0-59)
///   weekday (0-6, Monday is 0)
///   Julian day (day in the year, 1-366)
///   DST (Daylight Savings Time) flag (-1, 0 or 1)
/// If the DST flag is 0, the time is given in the regular time zone;
/// if it is 1, the time is given in the DST time zone;
/// if it is -1, mktime() should guess based on the date and time.
#[native_module(name = "time")]
pub mod time {
    use super::*;

    /// time() -> floating-point number
    ///
    /// Return the current time in seconds since the Epoch.
    /// Fractions of a second may be present if the system clock provides them.
    #[function(sig = "()", text = "($self, /)")]
    fn time(t: &Thread) -> PyResult<f64> {
        clock(t, libc::CLOCK_REALTIME).map(seconds)
    }

    /// time_ns() -> int
    ///
    /// Return the current time in nanoseconds since the Epoch.
    #[function(sig = "()", text = "($self, /)")]
    fn time_ns(t: &Thread) -> PyResult<i64> {
        clock(t, libc::CLOCK_REALTIME)
    }

    /// monotonic() -> float
    ///
    /// Monotonic clock, cannot go backward.
    #[function(sig = "()", text = "($self, /)")]
    fn monotonic(t: &Thread) -> PyResult<f64> {
        clock(t, libc::CLOCK_MONOTONIC).map(seconds)
    }

    /// monotonic_ns() -> int
    ///
    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function(sig = "()", text = "($self, /)")]
    fn monotonic_ns(t: &Thread) -> PyResult<i64> {
        clock(t, libc::CLOCK_MONOTONIC)
    }

    /// perf_counter() -> float
    ///
    /// Performance counter for benchmarking.
    #[function(sig = "()", text = "($self, /)")]
    fn perf_counter(t: &Thread) -> PyResult<f64> {
        clock(t, libc::CLOCK_MONOTONIC).map(seconds)
    }

    /// perf_counter_ns() -> int
    ///
    /// Performance counter for benchmarking as nanoseconds.
    #[function(sig = "()", text = "($self, /)")]
    fn perf_counter_ns(t: &Thread) -> PyResult<i64> {
        clock(t, libc::CLOCK_MONOTONIC)
    }

    /// process_time() -> float
    ///
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function(sig = "()", text = "($self, /)")]
    fn process_time(t: &Thread) -> PyResult<f64> {
        clock(t, libc::CLOCK_PROCESS_CPUTIME_ID).map(seconds)
    }

    /// process_time() -> int
    ///
    /// Process time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[function(sig = "()", text = "($self, /)")]
    fn process_time_ns(t: &Thread) -> PyResult<i64> {
        clock(t, libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// thread_time() -> float
    ///
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function(sig = "()", text = "($self, /)")]
    fn thread_time(t: &Thread) -> PyResult<f64> {
        clock(t, libc::CLOCK_THREAD_CPUTIME_ID).map(seconds)
    }

    /// thread_time() -> int
    ///
    /// Thread time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[function(sig = "()", text = "($self, /)")]
    fn thread_time_ns(t: &Thread) -> PyResult<i64> {
        clock(t, libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// Return the time of the specified clock clk_id as a float.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime(t: &Thread, clk_id: i32) -> PyResult<f64> {
        clock(t, clk_id).map(seconds)
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime_ns(t: &Thread, clk_id: i32) -> PyResult<i64> {
        clock(t, clk_id)
    }

    /// clock_getres(clk_id) -> floating-point number
    ///
    /// Return the resolution (precision) of the specified clock clk_id.
    #[function(sig = "(clk_id, /)", text = "-")]
    fn clock_getres(t: &Thread, clk_id: i32) -> PyResult<f64> {
        let id = clk_id;
        // SAFETY: the structure is filled in.
        unsafe {
            let mut ts: libc::timespec = core::mem::zeroed();
            if libc::clock_getres(id, &mut ts) != 0 {
                return Err(errors::os_error(t, crate::args::errno()));
            }
            Ok(ts.tv_sec as f64 + ts.tv_nsec as f64 * 1e-9)
        }
    }

    /// clock_settime(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id.
    #[function(sig = "(clk_id, time, /)", text = "")]
    fn clock_settime(t: &Thread, clk_id: i32, time: &Object) -> PyResult<()> {
        let id = clk_id;
        set_clock(t, id, pytime::from_seconds(t, time, Rounding::Floor)?)
    }

    /// clock_settime_ns(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[function(sig = "(clk_id, time, /)", text = "")]
    fn clock_settime_ns(t: &Thread, clk_id: i32, time: &Object) -> PyResult<()> {
        let id = clk_id;
        let ns = number::index(t, time)?.to_i64().ok_or_else(|| pytime::overflow(t))?;
        set_clock(t, id, ns)
    }

    /// pthread_getcpuclockid(thread_id) -> int
    ///
    /// Return the clk_id of a thread's CPU time clock.
    #[function(sig = "(thread_id, /)", text = "-")]
    fn pthread_getcpuclockid(t: &Thread, thread_id: u64) -> PyResult<i32> {
        let mut id: libc::clockid_t = 0;
        // The C library would follow the number as a pointer.
        if !t.interpreter().has_thread(thread_id) {
            return Err(errors::os_error(t, libc::ESRCH));
        }
        // SAFETY: one of our threads, which lives as long as the GIL is held here.
        let code = unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &mut id) };
        if code != 0 { Err(errors::os_error(t, code)) } else { Ok(id) }
    }

    /// sleep(seconds)
    ///
    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating-point number for subsecond precision.
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn sleep(t: &Thread, object: &Object) -> PyResult<()> {
        taipan_object::audit::audit(t, "time.sleep", &[object])?;
        let ns = pytime::from_seconds(t, object, Rounding::Up)?;
        if ns < 0 {
            return Err(err!(t, ValueError, "sleep length must be non-negative"));
        }
        let deadline = clock(t, libc::CLOCK_MONOTONIC)?.saturating_add(ns);
        let until = libc::timespec { tv_sec: deadline / SECOND, tv_nsec: deadline % SECOND };
        loop {
            // SAFETY: plain data.
            let code = t.allow_threads(|| unsafe {
                libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &until, core::ptr::null_mut())
            });
            match code {
                0 => return Ok(()),
                libc::EINTR => taipan_object::state::check_signals(t)?,
                code => return Err(errors::os_error(t, code)),
            }
        }
    }

    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    ///
    /// If the platform supports the tm_gmtoff and tm_zone, they are available as
    /// attributes only.
    #[function(sig = "(seconds=None, /)", text = "")]
    fn gmtime(t: &Thread, seconds: Option<&Object>) -> PyResult {
        let at = when(t, seconds)?;
        // SAFETY: the structure is filled in.
        let tm = unsafe {
            let mut tm: libc::tm = core::mem::zeroed();
            if libc::gmtime_r(&at, &mut tm).is_null() {
                return Err(conversion_error(t));
            }
            tm.tm_zone = c"UTC".as_ptr();
            tm
        };
        from_tm(t, &tm)
    }

    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[function(sig = "(seconds=None, /)", text = "")]
    fn localtime(t: &Thread, seconds: Option<&Object>) -> PyResult {
        let at = when(t, seconds)?;
        from_tm(t, &local(t, at)?)
    }

    /// mktime(time_tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[function(sig = "(object, /)", text = "($self, object, /)")]
    fn mktime(t: &Thread, object: &Object) -> PyResult<f64> {
        let (mut tm, _zone) = get_tm(t, object, "mktime(): illegal time tuple argument")?;
        tm.tm_wday = -1;
        // SAFETY: the structure is complete; its zone is alive.
        let at = unsafe { libc::mktime(&mut tm) };
        if at == -1 && tm.tm_wday == -1 {
            return Err(err!(t, OverflowError, "mktime argument out of range"));
        }
        Ok(at as f64)
    }

    /// asctime([time_tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[function(sig = "(time_tuple=None, /)", text = "")]
    fn asctime(t: &Thread, time_tuple: Option<&Object>) -> PyResult<String> {
        let tm = match time_tuple {
            None => local(t, when(t, None)?)?,
            Some(tuple) => {
                let (mut tm, _zone) = get_tm(t, tuple, "asctime(): illegal time tuple argument")?;
                check_tm(t, &mut tm)?;
                tm
            }
        };
        Ok(format_tm(&tm))
    }

    /// ctime([seconds]) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When 'seconds' is not
    /// passed in, convert the current time instead.
    #[function(sig = "(seconds=None, /)", text = "")]
    fn ctime(t: &Thread, seconds: Option<&Object>) -> PyResult<String> {
        let at = when(t, seconds)?;
        Ok(format_tm(&local(t, at)?))
    }

    /// strftime(format[, time_tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[function(sig = "(format, time_tuple=None, /)", text = "")]
    fn strftime(t: &Thread, format: &PyStr, time_tuple: Option<&Object>) -> PyResult<Owned<PyStr>> {
        let (mut tm, _zone) = match time_tuple {
            None => (local(t, when(t, None)?)?, None),
            Some(tuple) => {
                let (mut tm, zone) = get_tm(t, tuple, "strftime(): illegal time tuple argument")?;
                check_tm(t, &mut tm)?;
                (tm, zone)
            }
        };
        // The C library looks names up by this flag.
        tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
        let mut out = Vec::new();
        let surrogates = format.chars().iter().any(|c| (0xd800..0xe000).contains(&c));
        let bytes = if surrogates { wtf8(format) } else { format.to_utf8(t)?.as_bytes().to_vec() };
        for (i, part) in bytes.split(|&b| b == 0).enumerate() {
            if i > 0 {
                out.push(0);
            }
            strftime_part(t, part, &tm, &mut out)?;
        }
        if surrogates { PyStr::from_wtf8(t, &out) } else { PyStr::from_fs_bytes(t, &out) }
    }

    /// strptime(string[, format]) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[function(sig = "(string, format='%a %b %d %H:%M:%S %Y', /)", text = "")]
    fn strptime(t: &Thread, string: &Object, format: Option<&Object>) -> PyResult {
        let module = taipan_object::state::import(t, "_strptime")?;
        let function = module.getattr(t, name!(t, "_strptime_time"))?;
        match format {
            Some(format) => function.call(t, &[string, format]),
            None => function.call(t, &[string]),
        }
    }

    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ']. The TZ environment variable should be specified in
    /// standard Unix timezone format as documented in the tzset man page
    /// (eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently
    /// fall back to UTC. If the TZ environment variable is not set, the local
    /// timezone is set to the systems best guess of wallclock time.
    /// Changing the TZ environment variable without calling tzset *may* change
    /// the local timezone used by methods such as localtime, but this behaviour
    /// should not be relied on.
    #[function(sig = "()", text = "($self, /)")]
    fn tzset(t: &Thread) -> PyResult<()> {
        // SAFETY: reads the environment, which changes only with the GIL held.
        unsafe { super::tzset() };
        let module = taipan_object::state::import(t, "time")?;
        match module.downcast::<PyModule>() {
            Some(module) => set_zone(module, t),
            None => Ok(()),
        }
    }

    /// get_clock_info(name: str) -> dict
    ///
    /// Get information of the specified clock.
    #[function(sig = "(name, /)", text = "-")]
    fn get_clock_info(t: &Thread, name: &PyStr) -> PyResult {
        let (id, shown, monotonic, adjustable) = match &*name.to_string_lossy() {
            "time" => (libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
            "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false),
            "process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
            "thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
            _ => return Err(err!(t, ValueError, "unknown clock")),
        };
        // SAFETY: the structure is filled in.
        let resolution = unsafe {
            let mut ts: libc::timespec = core::mem::zeroed();
            libc::clock_getres(id, &mut ts);
            ts.tv_sec as f64 + ts.tv_nsec as f64 * 1e-9
        };
        let dict = taipan_object::PyDict::new(t)?;
        dict.set_str(t, name!(t, "implementation"), &*PyStr::from_str(t, shown)?)?;
        dict.set_str(t, name!(t, "monotonic"), singletons::bool(monotonic))?;
        dict.set_str(t, name!(t, "adjustable"), singletons::bool(adjustable))?;
        dict.set_str(t, name!(t, "resolution"), &*PyFloat::new(t, resolution)?)?;
        namespace::new(t, &dict)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let class = structseq::new_type(t, "time.struct_time", STRUCT_TIME_DOC, &FIELDS, 9)?;
        module.set(t, "struct_time", &class)?;
        module.set_value(t, "_STRUCT_TM_ITEMS", 11i64)?;
        for (name, id) in [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("CLOCK_TAI", libc::CLOCK_TAI),
        ] {
            module.set_value(t, name, i64::from(id))?;
        }
        // SAFETY: as in `tzset`.
        unsafe { super::tzset() };
        set_zone(module, t)
    }
}

fn set_clock(t: &Thread, id: libc::clockid_t, ns: i64) -> PyResult<()> {
    let ts = libc::timespec { tv_sec: ns.div_euclid(SECOND), tv_nsec: ns.rem_euclid(SECOND) };
    // SAFETY: plain data.
    if unsafe { libc::clock_settime(id, &ts) } != 0 {
        return Err(errors::os_error(t, super::args::errno()));
    }
    Ok(())
}

/// UTF-8 that lets surrogates through, which the C library hands back as they are.
fn wtf8(text: &PyStr) -> Vec<u8> {
    let mut out = Vec::new();
    for c in text.chars().iter() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(&[0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 63) as u8, 0x80 | (c & 63) as u8]),
        }
    }
    out
}
