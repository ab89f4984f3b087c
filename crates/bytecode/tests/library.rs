//! What `library` writes can be read again: headers at once, bodies in any order.

use std::sync::Arc;
use taipan_bytecode::library::{Header, Item, Reader, Text, write};
use taipan_bytecode::tables::co;
use taipan_bytecode::{BigInt, CodeObject, Const, Str, marshal, pyc};

fn is_text(text: Text<'_>, expected: &Str, interned: bool) {
    assert_eq!(text, Text { bytes: expected.as_bytes(), ascii: expected.as_bytes().is_ascii(), interned });
}

fn is_constant(reader: &mut Reader<'_>, expected: &Const, base: &[u8], bodies: &mut Vec<usize>) {
    match (reader.item().unwrap(), expected) {
        (Item::None, Const::None) | (Item::Ellipsis, Const::Ellipsis) => {}
        (Item::Bool(value), Const::True | Const::False) => assert_eq!(value, *expected == Const::True),
        (Item::Int(a), Const::Int(b)) => assert_eq!(a, *b),
        (Item::BigInt { negative, digits }, Const::BigInt(b)) => {
            let digits = digits.chunks(4).map(|d| u32::from_le_bytes(d.try_into().unwrap())).collect();
            assert_eq!(BigInt { negative, digits }, *b);
        }
        (Item::Float(a), Const::Float(b)) => assert_eq!(a.to_bits(), b.to_bits()),
        (Item::Complex(a, b), Const::Complex(c, d)) => {
            assert_eq!((a.to_bits(), b.to_bits()), (c.to_bits(), d.to_bits()));
        }
        (Item::Str(a), Const::Str(b)) => is_text(a, b, b.is_interned()),
        (Item::Bytes(a), Const::Bytes(b)) => assert_eq!(a, &b[..]),
        (Item::Tuple(n), Const::Tuple(items)) | (Item::FrozenSet(n), Const::FrozenSet(items)) => {
            assert_eq!(n, items.len());
            items.iter().for_each(|item| is_constant(reader, item, base, bodies));
        }
        (Item::Slice, Const::Slice(parts)) => {
            parts.iter().for_each(|part| is_constant(reader, part, base, bodies));
        }
        (Item::Code(header), Const::Code(code)) => is_code(&header, code, base, bodies),
        (found, _) => panic!("{found:?} instead of {expected:?}"),
    }
}

/// `bodies` gets the place of each body, nested ones first.
fn is_code(header: &Header<'_>, code: &CodeObject, module: &[u8], bodies: &mut Vec<usize>) {
    let place = module.len() - header.body.len();
    assert_eq!(header.argcount, code.argcount);
    assert_eq!(header.posonlyargcount, code.posonlyargcount);
    assert_eq!(header.kwonlyargcount, code.kwonlyargcount);
    assert_eq!(header.stacksize, code.stacksize);
    assert_eq!(header.flags, code.flags);
    assert_eq!(header.firstlineno, code.firstlineno);
    assert_eq!(header.nlocalsplus as usize, code.localsplusnames.len());
    assert_eq!(header.nlocals as usize, code.varnames().count());
    assert_eq!(header.ncellvars as usize, code.cellvars().count());
    assert_eq!(header.nfreevars as usize, code.freevars().count());
    assert_eq!(header.units as usize * 2, code.code.len());
    is_text(header.name, &code.name, true);
    is_text(header.qualname, &code.qualname, true);
    let mut reader = Reader::new(header.body);
    assert_eq!(reader.bytes().unwrap(), &code.code[..]);
    assert_eq!(reader.count().unwrap(), code.consts.len());
    code.consts.iter().for_each(|constant| is_constant(&mut reader, constant, module, bodies));
    for names in [&code.names, &code.localsplusnames] {
        assert_eq!(reader.count().unwrap(), names.len());
        names.iter().for_each(|name| is_text(reader.text().unwrap(), name, true));
    }
    for table in [&code.localspluskinds, &code.linetable, &code.exceptiontable] {
        assert_eq!(reader.bytes().unwrap(), &table[..]);
    }
    bodies.push(place);
}

fn round_trip(code: &Arc<CodeObject>) {
    let module = write(code);
    is_code(&Reader::new(&module).header().unwrap(), code, &module, &mut Vec::new());
}

fn sample() -> Arc<CodeObject> {
    marshal::load_code(pyc::parse(include_bytes!("data/sample.pyc")).unwrap().1).unwrap()
}

#[test]
fn a_module_is_read_as_it_was_written() {
    round_trip(&sample());
}

#[test]
fn every_kind_of_constant_is_read_as_it_was_written() {
    let text = |text: &str, interned| Const::Str(Str::new(text.as_bytes(), interned));
    let big = |negative, digits: &[u32]| Const::BigInt(BigInt { negative, digits: digits.into() });
    let mut code = CodeObject::clone(&sample());
    code.consts = [
        Const::None,
        Const::True,
        Const::False,
        Const::Ellipsis,
        Const::Int(i64::MIN),
        Const::Int(i64::MAX),
        Const::Int(-1),
        big(true, &[1, 0, 0x3fff_ffff]),
        big(false, &[5, 6, 7, 8]),
        Const::Float(-0.0),
        Const::Float(f64::INFINITY),
        Const::Complex(-0.0, 1.5),
        text("", false),
        text("name", true),
        text("not a name, and \u{e4}\u{20ac}", false),
        Const::Str(Str::new([0xed, 0xa0, 0x80].as_slice(), false)),
        text(&"long".repeat(5000), false),
        Const::Bytes([0, 255].into()),
        Const::Tuple([Const::Int(1), Const::Tuple([].into()), Const::FrozenSet([text("x", true)].into())].into()),
        Const::Slice(Arc::new([Const::None, Const::Int(300), Const::None])),
        Const::Code(sample()),
    ]
    .into();
    round_trip(&Arc::new(code));
}

#[test]
fn what_runs_at_import_stands_first() {
    let function = |flags, consts: &[Const]| {
        let mut code = CodeObject::clone(&sample());
        code.flags = flags;
        code.consts = consts.into();
        Const::Code(Arc::new(code))
    };
    let method = function(co::OPTIMIZED, &[]);
    let inner_class = function(0, &[]);
    let class = function(0, &[method, inner_class]);
    let Const::Code(module) = function(0, &[function(co::OPTIMIZED, &[]), class]) else { unreachable!() };
    let data = write(&module);
    let mut bodies = Vec::new();
    is_code(&Reader::new(&data).header().unwrap(), &module, &data, &mut bodies);
    let [function, method, inner_class, class, module] = bodies[..] else { panic!("{bodies:?}") };
    assert!(module < class && class < inner_class && inner_class < function && function < method, "{bodies:?}");
}

#[test]
fn damaged_data_is_refused() {
    let data = write(&sample());
    for end in 0..20 {
        assert!(Reader::new(&data[..end]).header().is_none());
    }
    assert!(Reader::new(&[200]).item().is_none());
    assert!(Reader::new(&[0xff; 20]).count().is_none());
}
