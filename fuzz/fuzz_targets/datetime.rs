//! Any bytes as the text of a date or a format for one.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/datetime.py"), data));
