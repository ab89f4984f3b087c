//! Marshal of plain-data code units.
//!
//! CPython marks as "may be referred to later" what has more than one reference, which plain data does not know. It is
//! reconstructed: interned strings, small immortal objects, and whatever the tree mentions twice; `co_code` always (the
//! object keeps what it hands out).

use super::read::{Builder, CodeFields, Reader, SliceSource};
use super::write::{Dumper, View, dump};
use super::{ErrorKind, MarshalError};
use crate::code::{BigInt, CodeObject, Const, Str};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Makes plain data.
#[derive(Debug, Default)]
pub struct PlainBuilder {
    names: HashMap<Box<[u8]>, Str>,
}

/// A value as the reader makes it: a constant, or a tuple still being filled.
#[derive(Clone, Debug)]
pub enum Partial {
    /// Complete.
    Const(Const),
    /// In the making.
    Items(Vec<Const>),
}

fn bad(message: &'static str) -> MarshalError {
    MarshalError::new(ErrorKind::Value, message)
}

impl Partial {
    fn complete(self) -> Const {
        match self {
            Partial::Const(value) => value,
            Partial::Items(items) => Const::Tuple(items.into()),
        }
    }
    fn str(self) -> Result<Str, MarshalError> {
        match self {
            Partial::Const(Const::Str(s)) => Ok(s),
            _ => Err(bad("bad marshal data (code field is no string)")),
        }
    }
    fn bytes(self) -> Result<Arc<[u8]>, MarshalError> {
        match self {
            Partial::Const(Const::Bytes(b)) => Ok(b),
            _ => Err(bad("bad marshal data (code field is no bytes object)")),
        }
    }
    fn tuple(self) -> Result<Arc<[Const]>, MarshalError> {
        match self {
            Partial::Const(Const::Tuple(t)) => Ok(t),
            _ => Err(bad("bad marshal data (code field is no tuple)")),
        }
    }
    fn names(self) -> Result<Arc<[Str]>, MarshalError> {
        self.tuple()?.iter().map(|item| Partial::Const(item.clone()).str()).collect()
    }
}

fn non_negative(value: i32) -> Result<u32, MarshalError> {
    u32::try_from(value).map_err(|_| bad("bad marshal data (negative number in code)"))
}

/// Whether `bytes` is UTF-8 in which surrogates may be encoded.
fn is_wtf8(mut bytes: &[u8]) -> bool {
    loop {
        let Err(error) = std::str::from_utf8(bytes) else { return true };
        let rest = &bytes[error.valid_up_to()..];
        match rest {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, after @ ..] => bytes = after,
            _ => return false,
        }
    }
}

impl Builder for PlainBuilder {
    type Value = Partial;
    type Error = MarshalError;

    fn none(&mut self) -> Partial {
        Partial::Const(Const::None)
    }
    fn bool(&mut self, value: bool) -> Partial {
        Partial::Const(if value { Const::True } else { Const::False })
    }
    fn ellipsis(&mut self) -> Partial {
        Partial::Const(Const::Ellipsis)
    }
    fn stop_iteration(&mut self) -> Result<Partial, MarshalError> {
        Err(bad("bad marshal data (class in code)"))
    }
    fn int(&mut self, value: i64) -> Result<Partial, MarshalError> {
        Ok(Partial::Const(Const::Int(value)))
    }
    fn big_int(&mut self, negative: bool, digits: &[u16]) -> Result<Partial, MarshalError> {
        let wide: Arc<[u32]> = digits
            .chunks(2)
            .map(|pair| u32::from(pair[0]) | u32::from(pair.get(1).copied().unwrap_or(0)) << 15)
            .collect();
        let big = BigInt { negative, digits: wide };
        Ok(Partial::Const(match big.to_i64() {
            Some(value) => Const::Int(value),
            None => Const::BigInt(big),
        }))
    }
    fn float(&mut self, value: f64) -> Result<Partial, MarshalError> {
        Ok(Partial::Const(Const::Float(value)))
    }
    fn complex(&mut self, real: f64, imag: f64) -> Result<Partial, MarshalError> {
        Ok(Partial::Const(Const::Complex(real, imag)))
    }
    fn bytes(&mut self, value: &[u8]) -> Result<Partial, MarshalError> {
        Ok(Partial::Const(Const::Bytes(value.into())))
    }
    fn str(&mut self, value: &[u8], ascii: bool, interned: bool) -> Result<Partial, MarshalError> {
        let value: Cow<'_, [u8]> = if ascii && !value.is_ascii() {
            Cow::Owned(value.iter().map(|&b| char::from(b)).collect::<String>().into_bytes())
        } else {
            Cow::Borrowed(value)
        };
        if !ascii && !is_wtf8(&value) {
            return Err(bad("bad marshal data (invalid UTF-8)"));
        }
        if !interned {
            return Ok(Partial::Const(Const::Str(Str::new(value.into_owned(), false))));
        }
        if let Some(known) = self.names.get(&*value) {
            return Ok(Partial::Const(Const::Str(known.clone())));
        }
        let s = Str::new(&*value, true);
        self.names.insert(value.into_owned().into(), s.clone());
        Ok(Partial::Const(Const::Str(s)))
    }
    fn tuple(&mut self, len: usize) -> Result<Partial, MarshalError> {
        Ok(Partial::Items(Vec::with_capacity(len.min(256))))
    }
    fn tuple_set(&mut self, tuple: &mut Partial, _index: usize, item: Partial) -> Result<(), MarshalError> {
        if let Partial::Items(items) = tuple {
            items.push(item.complete());
        }
        Ok(())
    }
    fn tuple_finish(&mut self, tuple: Partial) -> Result<Partial, MarshalError> {
        Ok(match tuple {
            Partial::Items(items) => Partial::Const(Const::Tuple(items.into())),
            complete => complete,
        })
    }
    fn list(&mut self) -> Result<Partial, MarshalError> {
        Err(bad("bad marshal data (list in code)"))
    }
    fn list_push(&mut self, _: &mut Partial, _: Partial) -> Result<(), MarshalError> {
        Err(bad("bad marshal data (list in code)"))
    }
    fn dict(&mut self) -> Result<Partial, MarshalError> {
        Err(bad("bad marshal data (dict in code)"))
    }
    fn dict_set(&mut self, _: &mut Partial, _: Partial, _: Partial) -> Result<(), MarshalError> {
        Err(bad("bad marshal data (dict in code)"))
    }
    fn set(&mut self, frozen: bool) -> Result<Partial, MarshalError> {
        if frozen { Ok(Partial::Items(Vec::new())) } else { Err(bad("bad marshal data (set in code)")) }
    }
    fn set_add(&mut self, set: &mut Partial, item: Partial) -> Result<(), MarshalError> {
        if let Partial::Items(items) = set {
            items.push(item.complete());
        }
        Ok(())
    }
    fn set_finish(&mut self, set: Partial) -> Result<Partial, MarshalError> {
        Ok(match set {
            Partial::Items(items) => Partial::Const(Const::FrozenSet(items.into())),
            complete => complete,
        })
    }
    fn slice(&mut self, start: Partial, stop: Partial, step: Partial) -> Result<Partial, MarshalError> {
        Ok(Partial::Const(Const::Slice(Arc::new([start.complete(), stop.complete(), step.complete()]))))
    }
    fn code(&mut self, fields: CodeFields<Partial>) -> Result<Partial, MarshalError> {
        let code = CodeObject {
            argcount: non_negative(fields.argcount)?,
            posonlyargcount: non_negative(fields.posonlyargcount)?,
            kwonlyargcount: non_negative(fields.kwonlyargcount)?,
            stacksize: non_negative(fields.stacksize)?,
            flags: fields.flags as u32,
            code: fields.code.bytes()?,
            consts: fields.consts.tuple()?,
            names: fields.names.names()?,
            localsplusnames: fields.localsplusnames.names()?,
            localspluskinds: fields.localspluskinds.bytes()?,
            filename: fields.filename.str()?,
            name: fields.name.str()?,
            qualname: fields.qualname.str()?,
            firstlineno: fields.firstlineno,
            linetable: fields.linetable.bytes()?,
            exceptiontable: fields.exceptiontable.bytes()?,
        };
        if code.localsplusnames.len() != code.localspluskinds.len() {
            return Err(bad("code: localsplusnames and localspluskinds differ in length"));
        }
        Ok(Partial::Const(Const::Code(Arc::new(code))))
    }
    fn tuples_are_shared(&self) -> bool {
        false
    }
}

/// Reads a code unit, as from a `.pyc` file after its header.
pub fn load_code(data: &[u8]) -> Result<Arc<CodeObject>, MarshalError> {
    let mut reader = Reader::new(SliceSource::new(data), PlainBuilder::default(), true);
    match reader.read()? {
        Partial::Const(Const::Code(code)) => Ok(code),
        _ => Err(MarshalError::new(ErrorKind::Type, "marshal data is not a code object")),
    }
}

/// Something within a code unit.
#[derive(Clone)]
pub enum Item {
    /// A constant, or a tuple of names, or a table.
    Const(Const),
    /// `co_code`: an object of its own for each code object.
    Code(Arc<CodeObject>),
    /// `co_localspluskinds`: never shared.
    Kinds(Arc<[u8]>),
    /// Never shared: names that were changed after they were merged, and the parts of slices.
    Own(Const),
}

/// Shows plain data to the writer.
#[derive(Default)]
pub struct PlainDumper {
    /// Equal constants of a module are one object, whatever they are part of. By value: an identity, and whether there
    /// is more than one reference to it.
    objects: HashMap<Const, (usize, bool)>,
    /// Code objects, by address.
    codes: HashMap<usize, bool>,
}

/// Identities of constants count down from here, above any address.
const OBJECTS: usize = usize::MAX - 0x20000;

/// Identities of immortal objects.
fn immortal(value: &Const) -> Option<usize> {
    const BASE: usize = usize::MAX - 0x10000;
    match value {
        Const::Int(i @ -5..=256) => Some(BASE.wrapping_add_signed(*i as isize + 5)),
        Const::Bytes(b) if b.is_empty() => Some(BASE + 0x1000),
        Const::Bytes(b) if b.len() == 1 => Some(BASE + 0x2000 + usize::from(b[0])),
        Const::Tuple(t) if t.is_empty() => Some(BASE + 0x3000),
        _ => None,
    }
}

fn names_const(names: &Arc<[Str]>) -> Const {
    Const::Tuple(names.iter().cloned().map(Const::Str).collect())
}

fn fields(code: &Arc<CodeObject>) -> CodeFields<Item> {
    CodeFields {
        argcount: code.argcount as i32,
        posonlyargcount: code.posonlyargcount as i32,
        kwonlyargcount: code.kwonlyargcount as i32,
        stacksize: code.stacksize as i32,
        flags: code.flags as i32,
        code: Item::Code(code.clone()),
        consts: Item::Const(Const::Tuple(code.consts.clone())),
        names: Item::Const(names_const(&code.names)),
        localsplusnames: if has_renamed_parameter(code) {
            Item::Own(names_const(&code.localsplusnames))
        } else {
            Item::Const(names_const(&code.localsplusnames))
        },
        localspluskinds: Item::Kinds(code.localspluskinds.clone()),
        filename: Item::Const(Const::Str(code.filename.clone())),
        name: Item::Const(Const::Str(code.name.clone())),
        qualname: Item::Const(Const::Str(code.qualname.clone())),
        firstlineno: code.firstlineno,
        linetable: Item::Const(Const::Bytes(code.linetable.clone())),
        exceptiontable: Item::Const(Const::Bytes(code.exceptiontable.clone())),
    }
}

/// The parameter of `__annotate__` gets the name `format` last of all.
fn has_renamed_parameter(code: &CodeObject) -> bool {
    code.name.as_bytes() == b"__annotate__"
        && code.posonlyargcount == 1
        && code.localsplusnames.first().is_some_and(|name| name.as_bytes() == b"format")
}

fn code_address(code: &Arc<CodeObject>) -> usize {
    Arc::as_ptr(code).cast::<u8>() as usize
}

impl PlainDumper {
    /// Finds what `code` mentions more than once.
    pub fn new(code: &Arc<CodeObject>) -> PlainDumper {
        let mut dumper = PlainDumper::default();
        // Whoever dumps it holds a reference beside the caller's.
        dumper.codes.insert(code_address(code), true);
        let mut pending = vec![code.clone()];
        while let Some(code) = pending.pop() {
            let mut values = vec![
                Const::Tuple(code.consts.clone()),
                names_const(&code.names),
                if has_renamed_parameter(&code) { Const::None } else { names_const(&code.localsplusnames) },
                Const::Bytes(code.linetable.clone()),
                Const::Bytes(code.exceptiontable.clone()),
                Const::Str(code.filename.clone()),
                Const::Str(code.name.clone()),
                Const::Str(code.qualname.clone()),
            ];
            while let Some(value) = values.pop() {
                match &value {
                    Const::None | Const::True | Const::False | Const::Ellipsis => continue,
                    Const::Float(x) if x.is_nan() => continue,
                    Const::Str(s) if s.is_interned() => continue,
                    // Interning the strings in a set makes a new set of each.
                    Const::FrozenSet(items)
                        if items.iter().any(|item| matches!(item, Const::Str(s) if s.is_interned())) =>
                    {
                        values.extend(items.iter().cloned());
                        continue;
                    }
                    Const::Code(code) => {
                        let address = code_address(code);
                        match dumper.codes.get_mut(&address) {
                            Some(shared) => *shared = true,
                            None => {
                                dumper.codes.insert(address, false);
                                pending.push(code.clone());
                            }
                        }
                        continue;
                    }
                    _ => {}
                }
                if let Some((_, shared)) = dumper.objects.get_mut(&value) {
                    *shared = true;
                    continue;
                }
                match &value {
                    Const::Tuple(items) | Const::FrozenSet(items) => values.extend(items.iter().cloned()),
                    _ => {}
                }
                let identity = OBJECTS - dumper.objects.len();
                dumper.objects.insert(value, (identity, false));
            }
        }
        dumper
    }
}

impl Dumper for PlainDumper {
    type Value = Item;
    type Error = MarshalError;

    fn view<'a>(&mut self, value: &'a Item) -> Result<View<'a, Item>, MarshalError> {
        let items = |items: &[Const]| items.iter().cloned().map(Item::Const).collect::<Vec<_>>();
        Ok(match value {
            Item::Code(code) => View::Bytes(Cow::Borrowed(&code.code)),
            Item::Kinds(bytes) => View::Bytes(Cow::Borrowed(bytes)),
            Item::Const(value) | Item::Own(value) => match value {
                Const::None => View::None,
                Const::True => View::Bool(true),
                Const::False => View::Bool(false),
                Const::Ellipsis => View::Ellipsis,
                Const::Int(i) => View::Int(*i),
                Const::BigInt(i) => {
                    let mut digits: Vec<u16> =
                        i.digits.iter().flat_map(|d| [(d & 0x7fff) as u16, (d >> 15 & 0x7fff) as u16]).collect();
                    while digits.last() == Some(&0) {
                        digits.pop();
                    }
                    View::BigInt(i.negative, digits)
                }
                Const::Float(x) => View::Float(*x),
                Const::Complex(x, y) => View::Complex(*x, *y),
                Const::Str(s) => View::Str(Cow::Borrowed(s.as_bytes()), s.is_interned()),
                Const::Bytes(b) => View::Bytes(Cow::Borrowed(b)),
                Const::Tuple(t) => View::Tuple(items(t)),
                Const::FrozenSet(t) => View::Set(items(t), true),
                Const::Slice(t) => {
                    View::Slice(Box::new([Item::Own(t[0].clone()), Item::Own(t[1].clone()), Item::Own(t[2].clone())]))
                }
                Const::Code(code) => View::Code(Box::new(fields(code))),
            },
        })
    }

    fn shared_identity(&mut self, value: &Item) -> Option<usize> {
        match value {
            // Beside the one written, the code object keeps a reference. Addresses of code objects are even.
            Item::Code(code) => Some(code_address(code) | 1),
            Item::Kinds(bytes) if bytes.is_empty() => immortal(&Const::Bytes(bytes.clone())),
            Item::Kinds(_) => None,
            Item::Own(Const::Str(s)) if s.is_interned() => Some(s.address()),
            Item::Own(value) => immortal(value),
            Item::Const(Const::Str(s)) if s.is_interned() => Some(s.address()),
            Item::Const(Const::Code(code)) => {
                let address = code_address(code);
                self.codes.get(&address).filter(|shared| **shared).map(|_| address)
            }
            Item::Const(value) => immortal(value)
                .or_else(|| self.objects.get(value).filter(|(_, shared)| *shared).map(|(identity, _)| *identity)),
        }
    }

    fn identity(&mut self, value: &Item) -> usize {
        match value {
            Item::Code(code) => code_address(code) | 1,
            Item::Kinds(bytes) => Arc::as_ptr(bytes).cast::<u8>() as usize,
            Item::Own(_) => 0,
            Item::Const(Const::Str(s)) if s.is_interned() => s.address(),
            Item::Const(Const::Code(code)) => code_address(code),
            Item::Const(value) => {
                immortal(value).or_else(|| self.objects.get(value).map(|(identity, _)| *identity)).unwrap_or(0)
            }
        }
    }
}

/// The marshalled form of a code unit, as in a `.pyc` file after its header.
pub fn dump_code(code: &Arc<CodeObject>) -> Result<Vec<u8>, MarshalError> {
    let mut dumper = PlainDumper::new(code);
    dump(&mut dumper, &Item::Const(Const::Code(code.clone())), super::VERSION, true)
}
