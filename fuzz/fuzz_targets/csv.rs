//! Any bytes as CSV in some dialect: rows, which can be written and read again, or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/csv.py"), data));
