//! Functions of the C library that std lacks or computes differently, so that results equal CPython's bit for bit.
#![allow(unsafe_code, reason = "declares the C library's functions, which have no preconditions")]

mod sys {
    // SAFETY: these are the C library's functions with their standard prototypes.
    unsafe extern "C" {
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
    }
}

/// The C library's `acosh`.
pub fn acosh(x: f64) -> f64 {
    sys::acosh(x)
}

/// The C library's `asinh`.
pub fn asinh(x: f64) -> f64 {
    sys::asinh(x)
}

/// The C library's `atanh`.
pub fn atanh(x: f64) -> f64 {
    sys::atanh(x)
}

/// The C library's `erf`.
pub fn erf(x: f64) -> f64 {
    sys::erf(x)
}

/// The C library's `erfc`.
pub fn erfc(x: f64) -> f64 {
    sys::erfc(x)
}

/// Lets the complex functions use the C library's `asinh`.
pub fn install() {
    let _ = taipan_num::cmath::C_ASINH.set(asinh);
}
