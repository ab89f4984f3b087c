//! Any bytes as a regular expression and text to match, or as code of the engine: a result or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/sre.py"), data));
