//! Any bytes as a format of `struct` and data to unpack, which can be packed again.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/struct.py"), data));
