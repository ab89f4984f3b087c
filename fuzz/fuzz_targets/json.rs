//! Any bytes as JSON: values, which can be written and read again, or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/json.py"), data));
