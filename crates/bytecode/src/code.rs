//! Plain-data code units: what `marshal` reads and writes and what the compiler makes.
//!
//! Shared parts are `Arc`s, and sharing is meaningful: two constants that are one object in CPython are one `Arc` here,
//! which decides what marshal writes as a reference.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A string in WTF-8 (lone surrogates as three bytes), and whether CPython would have interned it.
#[derive(Clone)]
pub struct Str(Arc<(bool, Box<[u8]>)>);

impl Str {
    /// A new string object.
    pub fn new(bytes: impl Into<Box<[u8]>>, interned: bool) -> Str {
        Str(Arc::new((interned, bytes.into())))
    }
    /// WTF-8 bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.1
    }
    /// The text, unless there are lone surrogates in it.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }
    /// The text with lone surrogates replaced.
    pub fn to_string_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
    /// Whether the string is interned.
    #[inline]
    pub fn is_interned(&self) -> bool {
        self.0.0
    }
    /// Distinguishes objects.
    #[inline]
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).cast::<u8>() as usize
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_bytes() == other.as_bytes()
    }
}
impl Eq for Str {}
impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}
impl std::fmt::Debug for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_string_lossy().fmt(f)
    }
}

/// An integer beyond `i64`: sign and base-2**30 digits, least significant first, no leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BigInt {
    /// Below zero.
    pub negative: bool,
    /// 30 bits each.
    pub digits: Arc<[u32]>,
}

impl BigInt {
    /// The value as `i64`, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        let mut value: i128 = 0;
        if self.digits.len() > 3 {
            return None;
        }
        for &digit in self.digits.iter().rev() {
            value = value << 30 | i128::from(digit);
        }
        i64::try_from(if self.negative { -value } else { value }).ok()
    }
}

/// A constant. Equality is strict: types are told apart (`1`, `1.0`, `True`), and floats compare by their bits.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer that fits.
    Int(i64),
    /// A larger integer.
    BigInt(BigInt),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string.
    Str(Str),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Arc<[Const]>),
    /// A frozenset; elements are distinct, in the order of their first occurrence.
    FrozenSet(Arc<[Const]>),
    /// A slice: start, stop, step.
    Slice(Arc<[Const; 3]>),
    /// A nested code unit.
    Code(Arc<CodeObject>),
}

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        match (self, other) {
            (Const::None, Const::None)
            | (Const::True, Const::True)
            | (Const::False, Const::False)
            | (Const::Ellipsis, Const::Ellipsis) => true,
            (Const::Int(a), Const::Int(b)) => a == b,
            (Const::BigInt(a), Const::BigInt(b)) => a == b,
            (Const::Float(a), Const::Float(b)) => a.to_bits() == b.to_bits(),
            (Const::Complex(a, b), Const::Complex(c, d)) => a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits(),
            (Const::Str(a), Const::Str(b)) => a == b,
            (Const::Bytes(a), Const::Bytes(b)) => a == b,
            (Const::Tuple(a), Const::Tuple(b)) => Arc::ptr_eq(a, b) || a == b,
            (Const::FrozenSet(a), Const::FrozenSet(b)) => {
                Arc::ptr_eq(a, b) || a.len() == b.len() && a.iter().all(|x| b.contains(x))
            }
            (Const::Slice(a), Const::Slice(b)) => a == b,
            (Const::Code(a), Const::Code(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}
impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::True | Const::False | Const::Ellipsis => {}
            Const::Int(i) => i.hash(state),
            Const::BigInt(i) => i.hash(state),
            Const::Float(x) => x.to_bits().hash(state),
            Const::Complex(x, y) => (x.to_bits(), y.to_bits()).hash(state),
            Const::Str(s) => s.hash(state),
            Const::Bytes(b) => b.hash(state),
            Const::Tuple(items) => items.hash(state),
            Const::FrozenSet(items) => items.len().hash(state),
            Const::Slice(items) => items.hash(state),
            Const::Code(code) => (code.firstlineno, &code.name, &code.code).hash(state),
        }
    }
}

/// The fields of CPython's code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeObject {
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Evaluation stack needed.
    pub stacksize: u32,
    /// `CO_*`.
    pub flags: u32,
    /// Instructions, two bytes each.
    pub code: Arc<[u8]>,
    /// Constants.
    pub consts: Arc<[Const]>,
    /// Global and attribute names.
    pub names: Arc<[Str]>,
    /// Names of parameters, locals, cells and free variables.
    pub localsplusnames: Arc<[Str]>,
    /// `CO_FAST_*`, one for each of `localsplusnames`.
    pub localspluskinds: Arc<[u8]>,
    /// Where the source came from.
    pub filename: Str,
    /// Name.
    pub name: Str,
    /// Qualified name.
    pub qualname: Str,
    /// First line.
    pub firstlineno: i32,
    /// Location table (see [`crate::location`]).
    pub linetable: Arc<[u8]>,
    /// Exception table (see [`crate::exception_table`]).
    pub exceptiontable: Arc<[u8]>,
}

impl CodeObject {
    fn names_of(&self, want: u8) -> impl Iterator<Item = &Str> {
        self.localsplusnames
            .iter()
            .zip(self.localspluskinds.iter())
            .filter(move |(_, k)| **k & want != 0)
            .map(|(n, _)| n)
    }
    /// `co_varnames`
    pub fn varnames(&self) -> impl Iterator<Item = &Str> {
        self.names_of(crate::tables::co_fast::LOCAL)
    }
    /// `co_cellvars`
    pub fn cellvars(&self) -> impl Iterator<Item = &Str> {
        self.names_of(crate::tables::co_fast::CELL)
    }
    /// `co_freevars`
    pub fn freevars(&self) -> impl Iterator<Item = &Str> {
        self.names_of(crate::tables::co_fast::FREE)
    }
    /// The nested code units among the constants.
    pub fn nested(&self) -> impl Iterator<Item = &Arc<CodeObject>> {
        self.consts.iter().filter_map(|c| if let Const::Code(code) = c { Some(code) } else { None })
    }
}
