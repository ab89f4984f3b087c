//! Any bytes as source, in every mode: a program or an error, never a panic; and what is compiled can be marshalled and
//! loaded again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taipan_bytecode::marshal;
use taipan_compiler::{ErrorKind, Failure, Options, compile};
use taipan_parser::{Mode, Source};

fuzz_target!(|data: &[u8]| {
    let Some((&choice, text)) = data.split_first() else { return };
    let mode = match choice % 4 {
        0 | 1 => Mode::Exec,
        2 => Mode::Eval,
        _ => Mode::Single,
    };
    let source = if choice & 0x80 == 0 {
        Source::Bytes(text)
    } else {
        let Ok(text) = std::str::from_utf8(text) else { return };
        Source::Text(text)
    };
    let parsing = taipan_parser::Options { type_comments: choice & 0x40 != 0, ..Default::default() };
    let options = Options { stack: 1 << 20, ..Options::default() };
    match compile(source, b"<fuzz>", mode, &options, &parsing).result {
        Ok(code) => {
            if let Ok(dumped) = marshal::dump_code(&code) {
                assert!(marshal::load_code(&dumped).is_ok(), "what was dumped does not load");
            }
        }
        Err(Failure::Compile(error)) => assert_ne!(error.kind, ErrorKind::System, "{}", error.message),
        Err(Failure::Parse(_)) => {}
    }
});
