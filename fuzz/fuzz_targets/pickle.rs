//! Any bytes as a pickle: an object, which can be pickled, or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/pickle.py"), data));
