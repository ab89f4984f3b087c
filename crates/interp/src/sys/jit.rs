//! `sys._jit`: what the interpreter says of its own compiler.

use taipan_object::{Thread, native_module};

/// Utilities for observing just-in-time compilation.
#[native_module(name = "sys._jit")]
pub mod jit {
    use super::*;

    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[function]
    fn is_available(_t: &Thread) -> bool {
        false
    }

    /// Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.
    #[function]
    fn is_enabled(_t: &Thread) -> bool {
        false
    }

    /// Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and False otherwise.
    #[function]
    fn is_active(_t: &Thread) -> bool {
        false
    }
}
