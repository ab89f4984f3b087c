//! Reading marshalled data, hostile data included: bounded depth, and no allocation ahead of the data that fills it.

use super::{ErrorKind, MAX_DEPTH, MarshalError, code};
use std::borrow::Cow;

/// Where bytes come from.
pub trait Source {
    /// What reading may fail with.
    type Error: From<MarshalError>;
    /// Exactly `n` bytes.
    fn read(&mut self, n: usize) -> Result<Cow<'_, [u8]>, Self::Error>;
    /// The next byte, or `None` at the end.
    fn byte(&mut self) -> Result<Option<u8>, Self::Error>;
    /// How many bytes are left, where that is known.
    fn remaining(&self) -> Option<usize>;
}

/// A source in memory.
#[derive(Debug)]
pub struct SliceSource<'a, E> {
    rest: &'a [u8],
    error: std::marker::PhantomData<fn() -> E>,
}

impl<'a, E> SliceSource<'a, E> {
    /// Over `data`.
    pub fn new(data: &'a [u8]) -> Self {
        SliceSource { rest: data, error: std::marker::PhantomData }
    }
    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<E: From<MarshalError>> Source for SliceSource<'_, E> {
    type Error = E;

    fn read(&mut self, n: usize) -> Result<Cow<'_, [u8]>, E> {
        match self.rest.split_at_checked(n) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(Cow::Borrowed(head))
            }
            None => Err(MarshalError::new(ErrorKind::Eof, "marshal data too short").into()),
        }
    }

    fn byte(&mut self) -> Result<Option<u8>, E> {
        Ok(self.rest.split_first().map(|(&byte, rest)| {
            self.rest = rest;
            byte
        }))
    }

    fn remaining(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The fields of a code object in the order of the format.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "CPython's names")]
pub struct CodeFields<V> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: V,
    pub consts: V,
    pub names: V,
    pub localsplusnames: V,
    pub localspluskinds: V,
    pub filename: V,
    pub name: V,
    pub qualname: V,
    pub firstlineno: i32,
    pub linetable: V,
    pub exceptiontable: V,
}

/// Makes values for the reader. Containers are made first and filled afterwards, since what is in them may refer back to
/// them.
pub trait Builder {
    /// A handle on a value.
    type Value: Clone;
    /// What making a value may fail with.
    type Error: From<MarshalError>;

    /// `None`
    fn none(&mut self) -> Self::Value;
    /// `True` and `False`
    fn bool(&mut self, value: bool) -> Self::Value;
    /// `...`
    fn ellipsis(&mut self) -> Self::Value;
    /// The class `StopIteration`.
    fn stop_iteration(&mut self) -> Result<Self::Value, Self::Error>;
    /// An integer.
    fn int(&mut self, value: i64) -> Result<Self::Value, Self::Error>;
    /// An integer of any size in base 2**15 digits, least significant first, normalised.
    fn big_int(&mut self, negative: bool, digits: &[u16]) -> Result<Self::Value, Self::Error>;
    /// A float.
    fn float(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    /// A complex number.
    fn complex(&mut self, real: f64, imag: f64) -> Result<Self::Value, Self::Error>;
    /// Bytes.
    fn bytes(&mut self, value: &[u8]) -> Result<Self::Value, Self::Error>;
    /// A string; `ascii` ones are Latin-1, others UTF-8 with surrogates passed.
    fn str(&mut self, value: &[u8], ascii: bool, interned: bool) -> Result<Self::Value, Self::Error>;
    /// A tuple of `len` items, yet to be set.
    fn tuple(&mut self, len: usize) -> Result<Self::Value, Self::Error>;
    /// Sets the item at `index` of a tuple that is being read; the items before it are there.
    fn tuple_set(&mut self, tuple: &mut Self::Value, index: usize, item: Self::Value) -> Result<(), Self::Error>;
    /// The tuple has all its items; the value returned takes its place.
    fn tuple_finish(&mut self, tuple: Self::Value) -> Result<Self::Value, Self::Error>;
    /// An empty list.
    fn list(&mut self) -> Result<Self::Value, Self::Error>;
    /// Appends to a list.
    fn list_push(&mut self, list: &mut Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    /// An empty dict.
    fn dict(&mut self) -> Result<Self::Value, Self::Error>;
    /// Sets an item.
    fn dict_set(&mut self, dict: &mut Self::Value, key: Self::Value, value: Self::Value) -> Result<(), Self::Error>;
    /// An empty set or frozenset.
    fn set(&mut self, frozen: bool) -> Result<Self::Value, Self::Error>;
    /// Adds an element.
    fn set_add(&mut self, set: &mut Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    /// The set has all its elements; the value returned takes its place.
    fn set_finish(&mut self, set: Self::Value) -> Result<Self::Value, Self::Error>;
    /// A slice.
    fn slice(&mut self, start: Self::Value, stop: Self::Value, step: Self::Value) -> Result<Self::Value, Self::Error>;
    /// A code object.
    fn code(&mut self, fields: CodeFields<Self::Value>) -> Result<Self::Value, Self::Error>;
    /// Whether there is stack left for another level.
    fn may_nest(&self) -> bool {
        true
    }
    /// Whether `tuple` values handed out by [`Builder::tuple`] stay valid while they are filled. If not, a reference to
    /// a tuple from within itself is refused.
    fn tuples_are_shared(&self) -> bool;
}

/// Reads values.
pub struct Reader<S, B: Builder> {
    source: S,
    builder: B,
    refs: Vec<Option<B::Value>>,
    depth: usize,
    allow_code: bool,
}

fn value_error<E: From<MarshalError>>(message: &'static str) -> E {
    MarshalError::new(ErrorKind::Value, message).into()
}

impl<S, B> Reader<S, B>
where
    B: Builder,
    S: Source<Error = B::Error>,
{
    /// A reader; code objects are refused unless `allow_code`.
    pub fn new(source: S, builder: B, allow_code: bool) -> Self {
        Reader { source, builder, refs: Vec::new(), depth: 0, allow_code }
    }

    /// Reads the next value.
    pub fn read(&mut self) -> Result<B::Value, B::Error> {
        self.refs.clear();
        self.depth = 0;
        match self.object()? {
            Some(value) => Ok(value),
            None => Err(Self::null("object")),
        }
    }

    /// Gives the source and the builder back.
    pub fn into_parts(self) -> (S, B) {
        (self.source, self.builder)
    }

    fn null(what: &str) -> B::Error {
        MarshalError::new(ErrorKind::Type, format!("NULL object in marshal data for {what}")).into()
    }

    fn byte(&mut self) -> Result<u8, B::Error> {
        match self.source.byte()? {
            Some(byte) => Ok(byte),
            None => Err(MarshalError::new(ErrorKind::Eof, "marshal data too short").into()),
        }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], B::Error> {
        let bytes = self.source.read(N)?;
        let mut fixed = [0; N];
        for (to, from) in fixed.iter_mut().zip(bytes.iter()) {
            *to = *from;
        }
        Ok(fixed)
    }

    fn long(&mut self) -> Result<i32, B::Error> {
        Ok(i32::from_le_bytes(self.fixed::<4>()?))
    }

    fn size(&mut self, error: &'static str) -> Result<usize, B::Error> {
        usize::try_from(self.long()?).map_err(|_| value_error(error))
    }

    fn binary_float(&mut self) -> Result<f64, B::Error> {
        Ok(f64::from_le_bytes(self.fixed::<8>()?))
    }

    fn text_float(&mut self) -> Result<f64, B::Error> {
        let n = match self.source.byte()? {
            Some(n) => usize::from(n),
            None => return Err(MarshalError::new(ErrorKind::Eof, "EOF read where object expected").into()),
        };
        let bytes = self.source.read(n)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match text.parse() {
            Ok(value) => Ok(value),
            Err(_) => Err(MarshalError::new(
                ErrorKind::Value,
                format!("could not convert string to float: '{}'", text.escape_default()),
            )
            .into()),
        }
    }

    /// Room in the reference list for an object that is being read.
    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn insert(&mut self, slot: Option<usize>, value: &B::Value) {
        if let Some(entry) = slot.and_then(|slot| self.refs.get_mut(slot)) {
            *entry = Some(value.clone());
        }
    }

    fn keep(&mut self, flag: bool, value: B::Value) -> B::Value {
        if flag {
            self.refs.push(Some(value.clone()));
        }
        value
    }

    fn item(&mut self, what: &str) -> Result<B::Value, B::Error> {
        match self.object()? {
            Some(value) => Ok(value),
            None => Err(Self::null(what)),
        }
    }

    fn object(&mut self) -> Result<Option<B::Value>, B::Error> {
        let Some(first) = self.source.byte()? else {
            return Err(MarshalError::new(ErrorKind::Eof, "EOF read where object expected").into());
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH || !self.builder.may_nest() {
            return Err(value_error("recursion limit exceeded"));
        }
        let flag = first & code::FLAG_REF != 0;
        let value = match first & !code::FLAG_REF {
            code::NULL => {
                self.depth -= 1;
                return Ok(None);
            }
            code::NONE => self.builder.none(),
            code::FALSE => self.builder.bool(false),
            code::TRUE => self.builder.bool(true),
            code::ELLIPSIS => self.builder.ellipsis(),
            code::STOPITER => self.builder.stop_iteration()?,
            code::REF => self.reference()?,
            code::SMALL_TUPLE => {
                let n = usize::from(self.byte()?);
                self.tuple(n, flag)?
            }
            code::TUPLE => {
                let n = self.size("bad marshal data (tuple size out of range)")?;
                self.tuple(n, flag)?
            }
            code::LIST => self.list(flag)?,
            code::DICT => self.dict(flag)?,
            code::SET => self.set(false, flag)?,
            code::FROZENSET => self.set(true, flag)?,
            code::SLICE => {
                let slot = self.reserve(flag);
                let start = self.item("object")?;
                let stop = self.item("object")?;
                let step = self.item("object")?;
                let value = self.builder.slice(start, stop, step)?;
                self.insert(slot, &value);
                value
            }
            code::CODE => self.code(flag)?,
            type_code => {
                let value = self.atom(type_code)?;
                self.keep(flag, value)
            }
        };
        self.depth -= 1;
        Ok(Some(value))
    }

    #[inline(never)]
    fn reference(&mut self) -> Result<B::Value, B::Error> {
        let index = usize::try_from(self.long()?).ok();
        match index.and_then(|index| self.refs.get(index)) {
            Some(Some(value)) => Ok(value.clone()),
            _ => Err(value_error("bad marshal data (invalid reference)")),
        }
    }

    #[inline(never)]
    fn atom(&mut self, type_code: u8) -> Result<B::Value, B::Error> {
        match type_code {
            code::INT => {
                let value = self.long()?;
                self.builder.int(i64::from(value))
            }
            code::INT64 => {
                let value = i64::from_le_bytes(self.fixed::<8>()?);
                self.builder.int(value)
            }
            code::LONG => self.big_int(),
            code::FLOAT => {
                let value = self.text_float()?;
                self.builder.float(value)
            }
            code::BINARY_FLOAT => {
                let value = self.binary_float()?;
                self.builder.float(value)
            }
            code::COMPLEX => {
                let real = self.text_float()?;
                let imag = self.text_float()?;
                self.builder.complex(real, imag)
            }
            code::BINARY_COMPLEX => {
                let real = self.binary_float()?;
                let imag = self.binary_float()?;
                self.builder.complex(real, imag)
            }
            code::STRING => {
                let n = self.size("bad marshal data (bytes object size out of range)")?;
                let bytes = self.source.read(n)?;
                self.builder.bytes(&bytes)
            }
            code::ASCII | code::ASCII_INTERNED | code::UNICODE | code::INTERNED => {
                let n = self.size("bad marshal data (string size out of range)")?;
                self.str(type_code, n)
            }
            code::SHORT_ASCII | code::SHORT_ASCII_INTERNED => {
                let n = usize::from(self.byte()?);
                self.str(type_code, n)
            }
            _ => Err(value_error("bad marshal data (unknown type code)")),
        }
    }

    fn str(&mut self, type_code: u8, n: usize) -> Result<B::Value, B::Error> {
        let bytes = self.source.read(n)?;
        let interned = matches!(type_code, code::ASCII_INTERNED | code::INTERNED | code::SHORT_ASCII_INTERNED);
        let ascii = !matches!(type_code, code::UNICODE | code::INTERNED);
        self.builder.str(&bytes, ascii, interned)
    }

    fn big_int(&mut self) -> Result<B::Value, B::Error> {
        let n = self.long()?;
        if n == i32::MIN {
            return Err(value_error("bad marshal data (long size out of range)"));
        }
        let len = n.unsigned_abs() as usize;
        let mut digits = Vec::with_capacity(len.min(1024));
        for i in 0..len {
            let digit = u16::from_le_bytes(self.fixed::<2>()?);
            if digit > 0x7fff {
                return Err(value_error("bad marshal data (digit out of range in long)"));
            }
            if digit == 0 && i + 1 == len {
                return Err(value_error("bad marshal data (unnormalized long data)"));
            }
            digits.push(digit);
        }
        self.builder.big_int(n < 0, &digits)
    }

    #[inline(never)]
    fn tuple(&mut self, n: usize, flag: bool) -> Result<B::Value, B::Error> {
        if self.source.remaining().is_some_and(|remaining| remaining < n) {
            return Err(MarshalError::new(ErrorKind::Eof, "EOF read where object expected").into());
        }
        let mut value = self.builder.tuple(n)?;
        let slot = self.reserve(flag);
        if self.builder.tuples_are_shared() {
            self.insert(slot, &value);
        }
        for i in 0..n {
            let item = self.item("tuple")?;
            self.builder.tuple_set(&mut value, i, item)?;
        }
        let value = self.builder.tuple_finish(value)?;
        self.insert(slot, &value);
        Ok(value)
    }

    #[inline(never)]
    fn list(&mut self, flag: bool) -> Result<B::Value, B::Error> {
        let n = self.size("bad marshal data (list size out of range)")?;
        let mut value = self.builder.list()?;
        value = self.keep(flag, value);
        for _ in 0..n {
            let item = self.item("list")?;
            self.builder.list_push(&mut value, item)?;
        }
        Ok(value)
    }

    #[inline(never)]
    fn dict(&mut self, flag: bool) -> Result<B::Value, B::Error> {
        let mut value = self.builder.dict()?;
        value = self.keep(flag, value);
        while let Some(key) = self.object()? {
            let Some(item) = self.object()? else { break };
            self.builder.dict_set(&mut value, key, item)?;
        }
        Ok(value)
    }

    #[inline(never)]
    fn set(&mut self, frozen: bool, flag: bool) -> Result<B::Value, B::Error> {
        let n = self.size("bad marshal data (set size out of range)")?;
        let mut value = self.builder.set(frozen)?;
        let slot = self.reserve(flag);
        if !frozen || n == 0 {
            self.insert(slot, &value);
        }
        for _ in 0..n {
            let item = self.item("set")?;
            self.builder.set_add(&mut value, item)?;
        }
        let value = self.builder.set_finish(value)?;
        self.insert(slot, &value);
        Ok(value)
    }

    #[inline(never)]
    fn code(&mut self, flag: bool) -> Result<B::Value, B::Error> {
        if !self.allow_code {
            return Err(value_error("unmarshalling code objects is disallowed"));
        }
        let slot = self.reserve(flag);
        let fields = Box::new(CodeFields {
            argcount: self.long()?,
            posonlyargcount: self.long()?,
            kwonlyargcount: self.long()?,
            stacksize: self.long()?,
            flags: self.long()?,
            code: self.item("object")?,
            consts: self.item("object")?,
            names: self.item("object")?,
            localsplusnames: self.item("object")?,
            localspluskinds: self.item("object")?,
            filename: self.item("object")?,
            name: self.item("object")?,
            qualname: self.item("object")?,
            firstlineno: self.long()?,
            linetable: self.item("object")?,
            exceptiontable: self.item("object")?,
        });
        let value = self.builder.code(*fields)?;
        self.insert(slot, &value);
        Ok(value)
    }
}
