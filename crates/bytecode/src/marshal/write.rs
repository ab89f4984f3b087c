//! Writing marshalled data, byte for byte as CPython does.

use super::{ErrorKind, MAX_DEPTH, MarshalError, code, read::CodeFields};
use std::collections::HashMap;

/// What a value is, for the writer.
pub enum View<'a, V> {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// The class `StopIteration`.
    StopIteration,
    /// An integer that fits.
    Int(i64),
    /// Any integer: base 2**15 digits, least significant first, normalised.
    BigInt(bool, Vec<u16>),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// Bytes, or anything with a buffer.
    Bytes(std::borrow::Cow<'a, [u8]>),
    /// A string in WTF-8, and whether it is interned.
    Str(std::borrow::Cow<'a, [u8]>, bool),
    /// A tuple.
    Tuple(Vec<V>),
    /// A list.
    List(Vec<V>),
    /// A set or (`true`) frozenset.
    Set(Vec<V>, bool),
    /// A dict.
    Dict(Vec<(V, V)>),
    /// A slice.
    Slice(Box<[V; 3]>),
    /// A code object.
    Code(Box<CodeFields<V>>),
    /// Anything else.
    Unmarshallable,
}

/// Looks at values for the writer.
pub trait Dumper {
    /// A handle on a value.
    type Value: Clone;
    /// What looking may fail with.
    type Error: From<MarshalError>;
    /// Whether there is stack left for another level.
    fn may_nest(&self) -> bool {
        true
    }
    /// What `value` is.
    fn view<'a>(&mut self, value: &'a Self::Value) -> Result<View<'a, Self::Value>, Self::Error>;
    /// What tells this object from others, unless there is only one reference to it.
    fn shared_identity(&mut self, value: &Self::Value) -> Option<usize>;
    /// What tells this object from others.
    fn identity(&mut self, value: &Self::Value) -> usize;
}

/// Writes values.
pub struct Writer<'d, D: Dumper> {
    out: Vec<u8>,
    version: i32,
    allow_code: bool,
    depth: usize,
    refs: HashMap<usize, u32>,
    /// Slices and code objects being written: a reference to one of them could not be read back.
    open: Vec<usize>,
    /// Keeps what `refs` knows by its address alive.
    kept: Vec<D::Value>,
    dumper: &'d mut D,
}

/// The marshalled form of `value`.
pub fn dump<D: Dumper>(dumper: &mut D, value: &D::Value, version: i32, allow_code: bool) -> Result<Vec<u8>, D::Error> {
    let mut writer = Writer::new(dumper, version, allow_code);
    writer.write(value)?;
    Ok(writer.finish())
}

/// C's `%.17g`.
fn format_g17(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-inf".into() } else { "inf".into() };
    }
    let scientific = format!("{value:.16e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let strip = |s: &str| -> String {
        if s.contains('.') { s.trim_end_matches('0').trim_end_matches('.').to_owned() } else { s.to_owned() }
    };
    if (-4..17).contains(&exponent) {
        strip(&format!("{value:.*}", (16 - exponent).max(0) as usize))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", strip(mantissa), exponent.unsigned_abs())
    }
}

impl<'d, D: Dumper> Writer<'d, D> {
    /// A writer of `version`; code objects are refused unless `allow_code`.
    pub fn new(dumper: &'d mut D, version: i32, allow_code: bool) -> Self {
        Writer {
            out: Vec::new(),
            version,
            allow_code,
            depth: 0,
            refs: HashMap::new(),
            open: Vec::new(),
            kept: Vec::new(),
            dumper,
        }
    }

    /// What has been written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// Appends a value.
    pub fn write(&mut self, value: &D::Value) -> Result<(), D::Error> {
        let identity = self.dumper.shared_identity(value);
        self.object(value, identity)
    }

    fn long(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn size(&mut self, n: usize) -> Result<(), D::Error> {
        match i32::try_from(n) {
            Ok(n) => {
                self.long(n);
                Ok(())
            }
            Err(_) => Err(MarshalError::new(ErrorKind::Value, "unmarshallable object").into()),
        }
    }

    fn object(&mut self, value: &D::Value, identity: Option<usize>) -> Result<(), D::Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH || !self.dumper.may_nest() {
            return Err(MarshalError::new(ErrorKind::Value, "object too deeply nested to marshal").into());
        }
        let view = self.dumper.view(value)?;
        match view {
            View::None => self.out.push(code::NONE),
            View::Bool(b) => self.out.push(if b { code::TRUE } else { code::FALSE }),
            View::Ellipsis => self.out.push(code::ELLIPSIS),
            View::StopIteration => self.out.push(code::STOPITER),
            view => {
                let mut flag = 0;
                if let Some(identity) = identity.filter(|_| self.version >= 3) {
                    if let Some(&index) = self.refs.get(&identity) {
                        if self.open.contains(&identity) {
                            return Err(MarshalError::new(ErrorKind::Value, "unmarshallable object").into());
                        }
                        self.out.push(code::REF);
                        self.long(index as i32);
                        self.depth -= 1;
                        return Ok(());
                    }
                    let index = self.refs.len() as u32;
                    self.refs.insert(identity, index);
                    self.kept.push(value.clone());
                    flag = code::FLAG_REF;
                }
                let is_open = matches!(view, View::Slice(_) | View::Code(_));
                if let Some(identity) = identity.filter(|_| is_open) {
                    self.open.push(identity);
                }
                match view {
                    View::Tuple(items) => self.tuple(items, flag)?,
                    View::List(items) => {
                        self.out.push(code::LIST | flag);
                        self.items(&items)?;
                    }
                    View::Set(items, frozen) => self.set(items, frozen, flag)?,
                    View::Dict(items) => {
                        self.out.push(code::DICT | flag);
                        for (key, item) in &items {
                            self.write(key)?;
                            self.write(item)?;
                        }
                        self.out.push(code::NULL);
                    }
                    View::Slice(items) if self.version >= 5 => {
                        self.out.push(code::SLICE | flag);
                        for item in items.iter() {
                            self.write(item)?;
                        }
                    }
                    View::Code(fields) => self.code(&fields, flag)?,
                    view => self.atom(view, flag)?,
                }
                if is_open && identity.is_some() {
                    self.open.pop();
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn items(&mut self, items: &[D::Value]) -> Result<(), D::Error> {
        self.size(items.len())?;
        for item in items {
            self.write(item)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn tuple(&mut self, items: Vec<D::Value>, flag: u8) -> Result<(), D::Error> {
        if let (Ok(n), true) = (u8::try_from(items.len()), self.version >= 4) {
            self.out.push(code::SMALL_TUPLE | flag);
            self.out.push(n);
            for item in &items {
                self.write(item)?;
            }
            return Ok(());
        }
        self.out.push(code::TUPLE | flag);
        self.items(&items)
    }

    /// Elements in the order of their marshalled form, so that the bytes do not depend on hashes.
    #[inline(never)]
    fn set(&mut self, items: Vec<D::Value>, frozen: bool, flag: u8) -> Result<(), D::Error> {
        self.out.push(if frozen { code::FROZENSET } else { code::SET } | flag);
        self.size(items.len())?;
        let mut sorted = Vec::with_capacity(items.len());
        for item in items {
            // Whoever sorts the elements holds a reference to them: they count as shared.
            let identity = self.dumper.identity(&item);
            let mut inner = Writer::new(self.dumper, self.version, self.allow_code);
            inner.depth = self.depth;
            inner.object(&item, Some(identity))?;
            sorted.push((inner.finish(), identity, item));
        }
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, identity, item) in &sorted {
            self.object(item, Some(*identity))?;
        }
        Ok(())
    }

    #[inline(never)]
    fn atom(&mut self, view: View<'_, D::Value>, flag: u8) -> Result<(), D::Error> {
        match view {
            View::Int(value) => match i32::try_from(value) {
                Ok(value) => {
                    self.out.push(code::INT | flag);
                    self.long(value);
                }
                Err(_) => {
                    let mut digits = Vec::with_capacity(5);
                    let mut rest = value.unsigned_abs();
                    while rest > 0 {
                        digits.push((rest & 0x7fff) as u16);
                        rest >>= 15;
                    }
                    self.big_int(value < 0, &digits, flag)?;
                }
            },
            View::BigInt(negative, digits) => self.big_int(negative, &digits, flag)?,
            View::Float(value) => {
                self.out.push(if self.version > 1 { code::BINARY_FLOAT } else { code::FLOAT } | flag);
                self.float(value);
            }
            View::Complex(real, imag) => {
                self.out.push(if self.version > 1 { code::BINARY_COMPLEX } else { code::COMPLEX } | flag);
                self.float(real);
                self.float(imag);
            }
            View::Bytes(bytes) => {
                self.out.push(code::STRING | flag);
                self.size(bytes.len())?;
                self.out.extend_from_slice(&bytes);
            }
            View::Str(bytes, interned) => self.str(&bytes, interned, flag)?,
            _ => {
                self.out.push(b'?');
                return Err(MarshalError::new(ErrorKind::Value, "unmarshallable object").into());
            }
        }
        Ok(())
    }

    fn float(&mut self, value: f64) {
        if self.version > 1 {
            self.out.extend_from_slice(&value.to_le_bytes());
        } else {
            let text = format_g17(value);
            self.out.push(text.len() as u8);
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    fn big_int(&mut self, negative: bool, digits: &[u16], flag: u8) -> Result<(), D::Error> {
        self.out.push(code::LONG | flag);
        let Ok(n) = i32::try_from(digits.len()) else {
            return Err(MarshalError::new(ErrorKind::Value, "unmarshallable object").into());
        };
        self.long(if negative { -n } else { n });
        for digit in digits {
            self.out.extend_from_slice(&digit.to_le_bytes());
        }
        Ok(())
    }

    fn str(&mut self, bytes: &[u8], interned: bool, flag: u8) -> Result<(), D::Error> {
        if self.version >= 4 && bytes.is_ascii() {
            if let Ok(n) = u8::try_from(bytes.len()) {
                self.out.push(if interned { code::SHORT_ASCII_INTERNED } else { code::SHORT_ASCII } | flag);
                self.out.push(n);
            } else {
                self.out.push(if interned { code::ASCII_INTERNED } else { code::ASCII } | flag);
                self.size(bytes.len())?;
            }
        } else {
            self.out.push(if self.version >= 3 && interned { code::INTERNED } else { code::UNICODE } | flag);
            self.size(bytes.len())?;
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    #[inline(never)]
    fn code(&mut self, fields: &CodeFields<D::Value>, flag: u8) -> Result<(), D::Error> {
        if !self.allow_code {
            return Err(MarshalError::new(ErrorKind::Value, "marshalling code objects is disallowed").into());
        }
        self.out.push(code::CODE | flag);
        for number in [fields.argcount, fields.posonlyargcount, fields.kwonlyargcount, fields.stacksize, fields.flags] {
            self.long(number);
        }
        for value in [
            &fields.code,
            &fields.consts,
            &fields.names,
            &fields.localsplusnames,
            &fields.localspluskinds,
            &fields.filename,
            &fields.name,
            &fields.qualname,
        ] {
            self.write(value)?;
        }
        self.long(fields.firstlineno);
        self.write(&fields.linetable)?;
        self.write(&fields.exceptiontable)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn g17() {
        for (value, text) in [
            (0.1, "0.10000000000000001"),
            (1.5, "1.5"),
            (1e100, "1e+100"),
            (1e16, "10000000000000000"),
            (1e17, "1e+17"),
            (-0.0, "-0"),
            (1e-4, "0.0001"),
            (1e-5, "1.0000000000000001e-05"),
            (123456789.125, "123456789.125"),
        ] {
            assert_eq!(super::format_g17(value), text);
        }
    }
}
