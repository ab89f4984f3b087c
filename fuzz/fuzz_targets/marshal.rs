//! Any bytes as marshalled data: a value or an error, never a panic; and a code object that was loaded can be dumped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taipan_bytecode::marshal;

fuzz_target!(|data: &[u8]| {
    if let Ok(code) = marshal::load_code(data) {
        let _ = marshal::dump_code(&code);
    }
});
