//! The opcode table against what CPython's `opcode` and `_opcode` modules say (tests/data/opcodes.txt), and the codecs
//! against a file compiled by CPython (tests/data/sample.pyc, from sample.py).

use taipan_bytecode::opcode::{CACHES, DEOPT, Opcode, flags, stack_effect};
use taipan_bytecode::{exception_table, instruction, location, marshal, pyc};

#[test]
fn opcodes_are_cpythons() {
    for line in include_str!("data/opcodes.txt").lines() {
        let columns: Vec<&str> = line.split(' ').collect();
        let number: u16 = columns[0].parse().unwrap();
        let opcode = Opcode::from_number(number);
        assert_eq!(opcode.is_some(), columns[1] != "-", "{line}");
        let Some(opcode) = opcode else { continue };
        assert_eq!(opcode.name(), columns[1]);
        if number < 234 && usize::from(DEOPT[usize::from(number)]) == usize::from(number) {
            assert_eq!(CACHES[usize::from(number)].to_string(), columns[2], "{line}");
        }
        for (letter, flag) in [
            ('a', flags::ARG),
            ('c', flags::CONST),
            ('n', flags::NAME),
            ('j', flags::JUMP),
            ('f', flags::FREE),
            ('l', flags::LOCAL),
        ] {
            assert_eq!(opcode.has(flag), columns[4].contains(letter), "{line}: {letter}");
        }
        let mut effects = Vec::new();
        for oparg in [0, 1, 2, 3, 7, 0x102] {
            let oparg = if opcode.has(flags::ARG) { oparg } else { 0 };
            for jump in [true, false] {
                effects.push(stack_effect(number, oparg, jump).map_or("x".to_string(), |e| e.to_string()));
            }
        }
        assert_eq!(effects.join(","), columns[5], "{line}");
    }
}

#[test]
fn pyc_round_trip() {
    let data = include_bytes!("data/sample.pyc");
    let (validation, body) = pyc::parse(data).unwrap();
    assert_eq!(pyc::header(validation), data[..16]);
    let code = marshal::load_code(body).unwrap();
    let dumped = marshal::dump_code(&code).unwrap();
    assert!(dumped == body);
    let mut pending = vec![code];
    while let Some(code) = pending.pop() {
        let mut encoder = location::Encoder::new(code.firstlineno);
        for e in location::Decoder::new(&code.linetable, code.firstlineno) {
            let p = e.position;
            let [line, end_line, column, end_column] =
                [p.line, p.end_line, p.column, p.end_column].map(|x| x.unwrap_or(-1));
            encoder.push((e.end - e.start) / 2, line, end_line, column, end_column);
        }
        assert_eq!(encoder.finish()[..], code.linetable[..]);
        let mut instructions = Vec::new();
        for i in instruction::Decoder::new(&code.code) {
            instruction::encode(&mut instructions, i.opcode, i.oparg);
            assert!(i.jump_target().is_none_or(|target| target < code.code.len()));
        }
        assert_eq!(instructions[..], code.code[..]);
        let mut table = Vec::new();
        for entry in exception_table::Decoder::new(&code.exceptiontable) {
            exception_table::write_entry(&mut table, &entry);
        }
        assert_eq!(table[..], code.exceptiontable[..]);
        pending.extend(code.nested().cloned());
    }
}

#[test]
fn hostile_data_is_refused() {
    let message = |data: &[u8]| marshal::load_code(data).unwrap_err().message.into_owned();
    assert_eq!(message(b""), "EOF read where object expected");
    assert_eq!(message(b"("), "marshal data too short");
    assert_eq!(message(b"(\xff\xff\xff\xff"), "bad marshal data (tuple size out of range)");
    assert_eq!(message(b"(\xff\xff\xff\x7f"), "EOF read where object expected");
    assert_eq!(message(b"\0"), "bad marshal data (unknown type code)");
    assert_eq!(message(b"r\0\0\0\0"), "bad marshal data (invalid reference)");
    assert_eq!(message(b"\xa9\x01r\0\0\0\0"), "bad marshal data (invalid reference)");
    assert_eq!(message(b"l\xff\xff\xff\xff\xff\xff"), "bad marshal data (digit out of range in long)");
    assert_eq!(message(b"l\x01\0\0\0\0\0"), "bad marshal data (unnormalized long data)");
    assert_eq!(message(b"f\x03abc"), "could not convert string to float: 'abc'");
    assert_eq!(message(b"(\x01\0\0\0\x30"), "NULL object in marshal data for tuple");
    assert_eq!(message(&b")\x01".repeat(3000)), "recursion limit exceeded");
    let valid = &include_bytes!("data/sample.pyc")[16..];
    for end in 0..valid.len() {
        assert!(marshal::load_code(&valid[..end]).is_err());
    }
    for at in 0..valid.len() {
        let mut broken = valid.to_vec();
        broken[at] ^= 0x55;
        let _ = marshal::load_code(&broken);
    }
}
