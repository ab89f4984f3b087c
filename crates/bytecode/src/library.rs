//! The form in which the embedded library's code is stored: what marshal holds, arranged so that the code of a function
//! can be read when it is first needed.
//!
//! A module begins with the header of its code. A header has what a code object must know before it runs (counts, flags,
//! names) and says where the body is, which has the rest: instructions, constants with the headers of nested code, names
//! and tables. Bodies refer to nothing outside themselves but to bodies behind them. The code of a module and of class
//! bodies, which runs at import, stands first.
//!
//! Numbers are LEB128. The data is the build's own: what is malformed gives `None`.

use crate::code::{CodeObject, Const, Str};
use crate::opcode::{CACHES, Opcode};
use crate::tables::{co, co_fast};
use std::sync::Arc;

mod tag {
    pub const NONE: u8 = 0;
    pub const FALSE: u8 = 1;
    pub const TRUE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG_INT: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const COMPLEX: u8 = 7;
    pub const STR: u8 = 8;
    pub const BYTES: u8 = 9;
    pub const TUPLE: u8 = 10;
    pub const FROZENSET: u8 = 11;
    pub const SLICE: u8 = 12;
    pub const CODE: u8 = 13;
}

/// A string as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// WTF-8.
    pub bytes: &'a [u8],
    /// Whether all characters are ASCII.
    pub ascii: bool,
    /// Whether the string is interned.
    pub interned: bool,
}

/// What a code object knows before it runs. Names are those of the fields of CPython's code object.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "CPython's names")]
pub struct Header<'a> {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    pub firstlineno: i32,
    pub nlocalsplus: u32,
    pub nlocals: u32,
    pub ncellvars: u32,
    pub nfreevars: u32,
    /// Number of code units.
    pub units: u32,
    /// The first RESUME, in code units.
    pub firsttraceable: u32,
    pub name: Text<'a>,
    pub qualname: Text<'a>,
    /// The module's data from the beginning of the body on.
    pub body: &'a [u8],
}

/// A constant as it is stored. The items of containers follow it.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the constants of Python")]
pub enum Item<'a> {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    /// Digits in base 2**30, four bytes each, least significant first.
    BigInt {
        negative: bool,
        digits: &'a [u8],
    },
    Float(f64),
    Complex(f64, f64),
    Str(Text<'a>),
    Bytes(&'a [u8]),
    Tuple(usize),
    FrozenSet(usize),
    /// Three items follow.
    Slice,
    Code(Header<'a>),
}

/// Reads a module or the body of a code object.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// What the places of bodies count from.
    base: &'a [u8],
}

impl<'a> Reader<'a> {
    /// At the header of a module's code, or at the beginning of a body ([`Header::body`]).
    pub fn new(data: &'a [u8]) -> Self {
        Reader { rest: data, base: data }
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0u64, 0u32);
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
    }

    /// A number of items or bytes.
    pub fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn float(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(*self.take(8)?.first_chunk()?))
    }

    /// Bytes behind their number.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let n = self.count()?;
        self.take(n)
    }

    /// A string.
    pub fn text(&mut self) -> Option<Text<'a>> {
        let n = self.count()?;
        Some(Text { bytes: self.take(n >> 2)?, ascii: n & 1 != 0, interned: n & 2 != 0 })
    }

    /// The header of a code object.
    pub fn header(&mut self) -> Option<Header<'a>> {
        let mut numbers = [0; 11];
        for number in &mut numbers {
            *number = self.small()?;
        }
        let [
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            nlocalsplus,
            nlocals,
            ncellvars,
            nfreevars,
            ..,
        ] = numbers;
        let firstlineno = i32::try_from(self.signed()?).ok()?;
        let name = self.text()?;
        let qualname = self.text()?;
        let at = u32::from_le_bytes(*self.take(4)?.first_chunk()?);
        Some(Header {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            firstlineno,
            nlocalsplus,
            nlocals,
            ncellvars,
            nfreevars,
            units: numbers[9],
            firsttraceable: numbers[10],
            name,
            qualname,
            body: self.base.get(at as usize..)?,
        })
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.number()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A constant.
    pub fn item(&mut self) -> Option<Item<'a>> {
        Some(match *self.take(1)?.first()? {
            tag::NONE => Item::None,
            tag::FALSE => Item::Bool(false),
            tag::TRUE => Item::Bool(true),
            tag::ELLIPSIS => Item::Ellipsis,
            tag::INT => Item::Int(self.signed()?),
            tag::BIG_INT => {
                let n = self.count()?;
                Item::BigInt { negative: n & 1 != 0, digits: self.take((n >> 1).checked_mul(4)?)? }
            }
            tag::FLOAT => Item::Float(self.float()?),
            tag::COMPLEX => Item::Complex(self.float()?, self.float()?),
            tag::STR => Item::Str(self.text()?),
            tag::BYTES => Item::Bytes(self.bytes()?),
            tag::TUPLE => Item::Tuple(self.count()?),
            tag::FROZENSET => Item::FrozenSet(self.count()?),
            tag::SLICE => Item::Slice,
            tag::CODE => Item::Code(self.header()?),
            _ => return None,
        })
    }
}

/// A module's code in this form.
pub fn write(code: &Arc<CodeObject>) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new(), waiting: Vec::new() };
    writer.header(code, 0);
    // Of what waits, bodies that run at import come first; each list in the order of the source.
    while !writer.waiting.is_empty() {
        let next = writer.waiting.iter().position(|w| runs_at_import(&w.code)).unwrap_or(0);
        let Waiting { code, mention, base } = writer.waiting.remove(next);
        let body = writer.out.len();
        let at = ((body - base) as u32).to_le_bytes();
        writer.out[mention..mention + 4].copy_from_slice(&at);
        writer.body(&code, body);
    }
    writer.out
}

/// Whether code is that of a module or a class body.
fn runs_at_import(code: &CodeObject) -> bool {
    code.flags & co::OPTIMIZED == 0
}

/// A body that has not been written.
struct Waiting {
    code: Arc<CodeObject>,
    /// Where its place is to be noted.
    mention: usize,
    /// What the place counts from.
    base: usize,
}

struct Writer {
    out: Vec<u8>,
    waiting: Vec<Waiting>,
}

impl Writer {
    fn number(&mut self, mut value: u64) {
        while value > 0x7f {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &[u8], interned: bool) {
        self.number((text.len() as u64) << 2 | u64::from(interned) << 1 | u64::from(text.is_ascii()));
        self.out.extend_from_slice(text);
    }

    fn header(&mut self, code: &Arc<CodeObject>, base: usize) {
        let of_kind = |kind: u8| code.localspluskinds.iter().filter(|&&k| k & kind != 0).count() as u32;
        let units = code.code.len() / 2;
        let opcode = |unit: usize| code.code[unit * 2];
        let mut first = 0;
        while first < units && opcode(first) != Opcode::RESUME as u8 {
            first += 1 + usize::from(CACHES[usize::from(opcode(first))]);
        }
        for number in [
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.stacksize,
            code.flags,
            code.localsplusnames.len() as u32,
            of_kind(co_fast::LOCAL),
            of_kind(co_fast::CELL),
            of_kind(co_fast::FREE),
            units as u32,
            first as u32,
        ] {
            self.number(number.into());
        }
        self.signed(code.firstlineno.into());
        self.text(code.name.as_bytes(), true);
        self.text(code.qualname.as_bytes(), true);
        self.waiting.push(Waiting { code: code.clone(), mention: self.out.len(), base });
        self.out.extend_from_slice(&[0; 4]);
    }

    fn body(&mut self, code: &CodeObject, base: usize) {
        self.bytes(&code.code);
        self.number(code.consts.len() as u64);
        for constant in &*code.consts {
            self.constant(constant, base);
        }
        for names in [&code.names, &code.localsplusnames] {
            self.number(names.len() as u64);
            for name in &**names {
                self.text(name.as_bytes(), true);
            }
        }
        for table in [&code.localspluskinds, &code.linetable, &code.exceptiontable] {
            self.bytes(table);
        }
    }

    fn items(&mut self, kind: u8, items: &[Const], base: usize) {
        self.out.push(kind);
        self.number(items.len() as u64);
        for item in items {
            self.constant(item, base);
        }
    }

    fn constant(&mut self, constant: &Const, base: usize) {
        match constant {
            Const::None => self.out.push(tag::NONE),
            Const::False => self.out.push(tag::FALSE),
            Const::True => self.out.push(tag::TRUE),
            Const::Ellipsis => self.out.push(tag::ELLIPSIS),
            Const::Int(value) => {
                self.out.push(tag::INT);
                self.signed(*value);
            }
            Const::BigInt(value) => {
                self.out.push(tag::BIG_INT);
                self.number((value.digits.len() as u64) << 1 | u64::from(value.negative));
                for digit in &*value.digits {
                    self.out.extend_from_slice(&digit.to_le_bytes());
                }
            }
            Const::Float(value) => {
                self.out.push(tag::FLOAT);
                self.out.extend_from_slice(&value.to_le_bytes());
            }
            Const::Complex(real, imag) => {
                self.out.push(tag::COMPLEX);
                self.out.extend_from_slice(&real.to_le_bytes());
                self.out.extend_from_slice(&imag.to_le_bytes());
            }
            Const::Str(text) => {
                self.out.push(tag::STR);
                self.text(text.as_bytes(), Str::is_interned(text));
            }
            Const::Bytes(bytes) => {
                self.out.push(tag::BYTES);
                self.bytes(bytes);
            }
            Const::Tuple(items) => self.items(tag::TUPLE, items, base),
            Const::FrozenSet(items) => self.items(tag::FROZENSET, items, base),
            Const::Slice(parts) => {
                self.out.push(tag::SLICE);
                for part in &**parts {
                    self.constant(part, base);
                }
            }
            Const::Code(code) => {
                self.out.push(tag::CODE);
                self.header(code, base);
            }
        }
    }
}
