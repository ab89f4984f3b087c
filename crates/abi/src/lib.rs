//! CPython 3.14's public object layouts (GIL build, LP64), flags and slot numbers.
//!
//! Wheels read and write these structs directly through macros compiled into them, so every size and offset here is a
//! contract. Names are CPython's. Nothing in this crate behaves: reference counting, allocation and lookup live above.
//! The offsets are asserted at the end of each file against `offsetof` in CPython 3.14.8's headers.
#![no_std]
#![allow(non_snake_case, non_camel_case_types, non_upper_case_globals, reason = "CPython's own spelling")]

pub mod code;
pub mod exceptions;
pub mod flags;
pub mod frame;
pub mod object;
pub mod objects;
pub mod pystate;
pub mod slots;

pub use code::*;
pub use exceptions::*;
pub use flags::*;
pub use frame::*;
pub use object::*;
pub use objects::*;
pub use pystate::*;

/// Asserts a struct's size and the offset of each named field at compile time.
#[macro_export]
macro_rules! assert_layout {
    ($ty:ty, $size:expr $(, $field:ident @ $offset:expr)* $(,)?) => {
        const _: () = assert!(core::mem::size_of::<$ty>() == $size);
        $(const _: () = assert!(core::mem::offset_of!($ty, $field) == $offset);)*
    };
}
