//! Any bytes as XML, in pieces, with handlers of all events; and as the text of an element tree.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/pyexpat.py"), data));
