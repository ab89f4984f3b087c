//! `time`: clocks and sleeping.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use taipan_object::{PyInt, PyResult, Thread, err, native_module};

fn start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// This module provides various functions to manipulate time values.
#[native_module(name = "time")]
pub mod time {
    use super::*;

    /// Return the current time in seconds since the Epoch.
    #[function]
    fn time(_t: &Thread) -> f64 {
        since_epoch().as_secs_f64()
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[function]
    fn time_ns(_t: &Thread) -> i64 {
        since_epoch().as_nanos() as i64
    }

    /// Monotonic clock, cannot go backward.
    #[function]
    fn monotonic(_t: &Thread) -> f64 {
        start().elapsed().as_secs_f64()
    }

    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function]
    fn monotonic_ns(_t: &Thread) -> i64 {
        start().elapsed().as_nanos() as i64
    }

    /// Performance counter for benchmarking.
    #[function]
    fn perf_counter(_t: &Thread) -> f64 {
        start().elapsed().as_secs_f64()
    }

    /// Performance counter for benchmarking as nanoseconds.
    #[function]
    fn perf_counter_ns(_t: &Thread) -> i64 {
        start().elapsed().as_nanos() as i64
    }

    /// Delay execution for a given number of seconds.
    ///
    /// The argument may be a floating-point number for subsecond precision.
    #[function]
    fn sleep(t: &Thread, seconds: f64) -> PyResult<()> {
        if seconds.is_nan() {
            return Err(err!(t, ValueError, "Invalid value NaN (not a number)"));
        }
        if seconds < 0.0 {
            return Err(err!(t, ValueError, "sleep length must be non-negative"));
        }
        let Ok(duration) = Duration::try_from_secs_f64(seconds) else {
            return Err(err!(t, OverflowError, "timestamp too large to convert to C PyTime_t"));
        };
        t.allow_threads(|| std::thread::sleep(duration));
        taipan_object::state::check_signals(t)
    }

    #[exec]
    fn exec(module: &taipan_object::PyModule, t: &Thread) -> PyResult<()> {
        start();
        module.set(t, "_STRUCT_TM_ITEMS", &*PyInt::from_i64(t, 11)?)
    }
}
