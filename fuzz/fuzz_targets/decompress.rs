//! Any bytes as data compressed by zlib or Zstandard: what they stand for or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| taipan_fuzz::check(include_str!("../programs/decompress.py"), data));
