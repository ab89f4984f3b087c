//! `_struct`: Python values as C structures in bytes.

use core::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_object::abi::PyBUF_WRITABLE;
use taipan_object::buffer::Buffer;
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Args, Class, Data, Head, Object, Own, Owned, PyBytes, PyComplex, PyFloat, PyInt, PyModule, PyResult, PyStr,
    PyTuple, PyType, Raised, Thread, class, codecs, err, errors, exceptions, native_module, new_object, number, object,
    singletons,
};
use taipan_types::PyByteArray;
use taipan_types::memoryview::items::{half_from_f64, half_to_f64};

static ERROR: ModuleException = ModuleException::new("struct.error", exceptions::Exception::class, "");

/// Raises `struct.error`.
macro_rules! bad {
    ($t:expr, $($message:tt)+) => { ERROR.raise($t, format_args!($($message)+)) };
}

/// One kind of item with its place; `repeat` items follow each other.
struct Code {
    format: u8,
    value: Value,
    size: usize,
    offset: usize,
    repeat: usize,
}

/// What the bytes of an item are.
#[derive(Clone, Copy)]
enum Value {
    Bytes,
    /// Bytes after a byte that counts them.
    Pascal,
    Bool,
    Half,
    Single,
    Double,
    ComplexSingle,
    ComplexDouble,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
}

impl Value {
    const fn of(format: u8, size: usize) -> Self {
        match format {
            b'c' | b's' => Self::Bytes,
            b'p' => Self::Pascal,
            b'?' => Self::Bool,
            b'e' => Self::Half,
            b'f' => Self::Single,
            b'd' => Self::Double,
            b'F' => Self::ComplexSingle,
            b'D' => Self::ComplexDouble,
            _ => match (size, is_signed(format)) {
                (1, true) => Self::I8,
                (1, false) => Self::U8,
                (2, true) => Self::I16,
                (2, false) => Self::U16,
                (4, true) => Self::I32,
                (4, false) => Self::U32,
                (_, true) => Self::I64,
                (_, false) => Self::U64,
            },
        }
    }
}

/// A format made ready.
pub struct Compiled {
    codes: Vec<Code>,
    size: usize,
    /// How many values it takes.
    len: usize,
    big: bool,
    format: Vec<u8>,
}

/// Size and alignment of an item.
const fn item(format: u8, native: bool) -> Option<(usize, usize)> {
    Some(match format {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => (1, 0),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' => {
            if native {
                (8, 8)
            } else {
                (4, 4)
            }
        }
        b'q' | b'Q' | b'd' => (8, 8),
        b'F' => (8, 4),
        b'D' => (16, 8),
        b'n' | b'N' | b'P' if native => (8, 8),
        _ => return None,
    })
}

fn too_long(t: &Thread) -> Raised {
    bad!(t, "total struct size too long")
}

fn compile(t: &Thread, format: &[u8]) -> PyResult<Compiled> {
    if format.contains(&0) {
        return Err(bad!(t, "embedded null character"));
    }
    let (native, big, rest) = match format.first() {
        Some(b'<') => (false, false, 1),
        Some(b'>' | b'!') => (false, true, 1),
        Some(b'=') => (false, cfg!(target_endian = "big"), 1),
        Some(b'@') => (true, cfg!(target_endian = "big"), 1),
        _ => (true, cfg!(target_endian = "big"), 0),
    };
    let limit = isize::MAX as usize;
    let mut codes = Vec::new();
    let (mut size, mut len) = (0usize, 0usize);
    let mut text = format.iter().skip(rest).copied().peekable();
    while let Some(c) = text.next() {
        if matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) {
            continue;
        }
        let (mut count, mut c) = (1usize, c);
        if c.is_ascii_digit() {
            count = usize::from(c - b'0');
            loop {
                match text.next() {
                    Some(d) if d.is_ascii_digit() => {
                        count = count
                            .checked_mul(10)
                            .and_then(|n| n.checked_add(usize::from(d - b'0')))
                            .filter(|&n| n <= limit)
                            .ok_or_else(|| too_long(t))?;
                    }
                    Some(d) => {
                        c = d;
                        break;
                    }
                    None => return Err(bad!(t, "repeat count given without format specifier")),
                }
            }
        }
        let Some((width, align)) = item(c, native) else { return Err(bad!(t, "bad char in struct format")) };
        if native && align > 1 {
            size = size.checked_next_multiple_of(align).filter(|&n| n <= limit).ok_or_else(|| too_long(t))?;
        }
        let total = width.checked_mul(count).filter(|&n| n <= limit).ok_or_else(|| too_long(t))?;
        let end = size.checked_add(total).filter(|&n| n <= limit).ok_or_else(|| too_long(t))?;
        match c {
            b's' | b'p' => {
                codes.push(Code { format: c, value: Value::of(c, count), size: count, offset: size, repeat: 1 });
                len += 1;
            }
            b'x' => {}
            _ if count > 0 => {
                codes.push(Code { format: c, value: Value::of(c, width), size: width, offset: size, repeat: count });
                len = len.checked_add(count).ok_or_else(|| too_long(t))?;
            }
            _ => {}
        }
        size = end;
    }
    Ok(Compiled { codes, size, len, big, format: format.to_vec() })
}

/// The text of a format given as str or bytes.
fn format_text(t: &Thread, format: &Object) -> PyResult<Vec<u8>> {
    if let Some(text) = format.downcast::<PyStr>() {
        if let Some(ascii) = text.as_ascii() {
            return Ok(ascii.as_bytes().to_vec());
        }
        return Ok(codecs::native::encode_ascii(t, text, None)?.as_bytes().to_vec());
    }
    match format.downcast::<PyBytes>() {
        Some(bytes) => Ok(bytes.as_bytes().to_vec()),
        None => Err(err!(
            t,
            TypeError,
            "Struct() argument 1 must be a str or bytes object, not {:.200}",
            format.class().name_lossy()
        )),
    }
}

/// A format and its compiled form.
struct Known {
    format: Box<[u8]>,
    compiled: Rc<Compiled>,
}

/// How many places for formats each thread has.
const PLACES: usize = 64;

thread_local! {
    static CACHE: RefCell<[Option<Known>; PLACES]> = const { RefCell::new([const { None }; PLACES]) };
}

/// Where a format is kept: formats are short, and differ in their first and last characters.
fn place(format: &[u8]) -> usize {
    let (first, rest) = format.split_at(format.len().min(4));
    let at = |part: &[u8]| part.iter().fold(0usize, |hash, &byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    (at(first).wrapping_mul(7) ^ at(&rest[rest.len().saturating_sub(4)..]) ^ format.len()) % PLACES
}

/// The compiled form of a format, from the cache if it is there.
fn cached(t: &Thread, format: &Object) -> PyResult<Rc<Compiled>> {
    let owned;
    let key = match format.downcast::<PyStr>().and_then(PyStr::as_ascii) {
        Some(text) => text.as_bytes(),
        None => {
            owned = format_text(t, format)?;
            &owned
        }
    };
    let place = place(key);
    let found = CACHE.with_borrow(|cache| {
        let known = cache[place].as_ref().filter(|known| *known.format == *key)?;
        Some(known.compiled.clone())
    });
    if let Some(found) = found {
        return Ok(found);
    }
    let compiled = Rc::new(compile(t, key)?);
    let known = Known { format: key.into(), compiled: compiled.clone() };
    CACHE.with_borrow_mut(|cache| cache[place] = Some(known));
    Ok(compiled)
}

/// The bounds of an integer format of `size` bytes.
const fn bounds(size: usize, signed: bool) -> (i128, i128) {
    let bits = size as u32 * 8;
    if signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) }
}

const fn is_signed(format: u8) -> bool {
    matches!(format, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

fn integer(t: &Thread, value: &Object) -> PyResult<Owned<PyInt>> {
    if let Some(n) = value.downcast::<PyInt>() {
        return Ok(n.own());
    }
    if number::is_index(value) {
        return number::index(t, value);
    }
    Err(bad!(t, "required argument is not an integer"))
}

/// Writes a number as wide as the place for it.
#[inline]
fn store(out: &mut [u8], value: u64, big: bool) {
    // Slices of known lengths are written at once.
    match out.len() {
        1 => out.copy_from_slice(&[value as u8]),
        2 => out.copy_from_slice(&if big { (value as u16).to_be_bytes() } else { (value as u16).to_le_bytes() }),
        4 => out.copy_from_slice(&if big { (value as u32).to_be_bytes() } else { (value as u32).to_le_bytes() }),
        8 => out.copy_from_slice(&if big { value.to_be_bytes() } else { value.to_le_bytes() }),
        _ => {}
    }
}

#[cold]
fn too_large(t: &Thread, format: u8) -> Raised {
    err!(t, OverflowError, "float too large to pack with {} format", char::from(format))
}

fn store_f32(t: &Thread, out: &mut [u8], x: f64, big: bool) -> PyResult<()> {
    let narrow = x as f32;
    if narrow.is_infinite() && x.is_finite() {
        return Err(too_large(t, b'f'));
    }
    store(out, narrow.to_bits().into(), big);
    Ok(())
}

fn pack_item(t: &Thread, code: &Code, big: bool, out: &mut [u8], value: &Object) -> PyResult<()> {
    match code.format {
        b'c' => match value.downcast::<PyBytes>().map(PyBytes::as_bytes) {
            Some([byte]) => out.fill(*byte),
            _ => return Err(bad!(t, "char format requires a bytes object of length 1")),
        },
        b's' | b'p' => {
            let view;
            let bytes = if let Some(bytes) = value.downcast::<PyBytes>() {
                bytes.as_bytes()
            } else if value.is_instance_of::<PyByteArray>() {
                view = Buffer::readable(t, value)?;
                view.as_bytes()
            } else {
                return Err(bad!(t, "argument for '{}' must be a bytes object", char::from(code.format)));
            };
            if code.format == b's' {
                for (to, &from) in out.iter_mut().zip(bytes) {
                    *to = from;
                }
            } else if let Some((length, rest)) = out.split_first_mut() {
                let n = bytes.len().min(rest.len());
                for (to, &from) in rest.iter_mut().zip(bytes) {
                    *to = from;
                }
                *length = n.min(255) as u8;
            }
        }
        b'?' => out.fill(u8::from(value.is_true(t)?)),
        b'e' | b'f' | b'd' => {
            let x = match number::as_f64(t, value) {
                Ok(x) => x,
                Err(_) => {
                    errors::clear(t);
                    return Err(bad!(t, "required argument is not a float"));
                }
            };
            match code.format {
                b'd' => store(out, x.to_bits(), big),
                b'f' => store_f32(t, out, x, big)?,
                _ => match half_from_f64(x) {
                    Some(half) => store(out, u64::from(half), big),
                    None => return Err(too_large(t, b'e')),
                },
            }
        }
        b'F' | b'D' => {
            let z = match PyComplex::value_of(t, value) {
                Ok(z) => z,
                Err(_) => {
                    errors::clear(t);
                    return Err(bad!(t, "required argument is not a complex"));
                }
            };
            let half = out.len() / 2;
            let (re, im) = out.split_at_mut(half);
            if code.format == b'D' {
                store(re, z.re.to_bits(), big);
                store(im, z.im.to_bits(), big);
            } else {
                store(re, u64::from((z.re as f32).to_bits()), big);
                store(im, u64::from((z.im as f32).to_bits()), big);
            }
        }
        b'P' => {
            let n = integer(t, value)?;
            match n.to_i64().map(|n| n as u64).or_else(|| n.to_u64()) {
                Some(n) => store(out, n, big),
                None => return Err(bad!(t, "int too large to convert")),
            }
        }
        format => {
            let signed = is_signed(format);
            // What most numbers are.
            if let Some(n) = value.downcast::<PyInt>().and_then(PyInt::as_i64_compact) {
                let unused = 64 - code.size as u32 * 8;
                let back = if signed { n << unused >> unused } else { ((n as u64) << unused >> unused) as i64 };
                if back == n && (signed || n >= 0) {
                    store(out, n as u64, big);
                    return Ok(());
                }
            }
            let n = integer(t, value)?;
            let (low, high) = bounds(code.size, signed);
            let word = match n.to_i64() {
                Some(n) => Some(i128::from(n)),
                None => n.to_u64().map(i128::from),
            };
            match word.filter(|n| (low..=high).contains(n)) {
                Some(n) => store(out, n as u64, big),
                None => {
                    return Err(bad!(t, "'{}' format requires {low} <= number <= {high}", char::from(format)));
                }
            }
        }
    }
    Ok(())
}

/// Packs the values into a buffer of zeros.
fn pack_into(t: &Thread, s: &Compiled, out: &mut [u8], values: &[&Object]) -> PyResult<()> {
    let mut values = values.iter();
    for code in &s.codes {
        let mut at = code.offset;
        for _ in 0..code.repeat {
            let Some(value) = values.next() else { return Ok(()) };
            if let Some(out) = out.get_mut(at..at + code.size) {
                pack_item(t, code, s.big, out, value)?;
            }
            at += code.size;
        }
    }
    Ok(())
}

fn check_count(t: &Thread, s: &Compiled, fname: &str, given: usize) -> PyResult<()> {
    if given != s.len {
        return Err(bad!(t, "{fname} expected {} items for packing (got {given})", s.len));
    }
    Ok(())
}

fn pack_values(t: &Thread, s: &Compiled, values: &[&Object]) -> PyResult<Owned<PyBytes>> {
    check_count(t, s, "pack", values.len())?;
    if s.size <= 128 {
        let mut out = [0u8; 128];
        let out = &mut out[..s.size];
        pack_into(t, s, out, values)?;
        return PyBytes::new(t, out);
    }
    let mut out = taipan_object::bytes_methods::try_vec(t, s.size)?;
    out.resize(s.size, 0u8);
    pack_into(t, s, &mut out, values)?;
    PyBytes::new(t, &out)
}

/// `pack_into(buffer, offset, ...)`.
fn pack_into_args(t: &Thread, s: &Compiled, args: &[&Object]) -> PyResult<()> {
    let [target, rest @ ..] = args else { return Err(bad!(t, "pack_into expected buffer argument")) };
    let [offset, values @ ..] = rest else { return Err(bad!(t, "pack_into expected offset argument")) };
    check_count(t, s, "pack_into", values.len())?;
    let mut view = match Buffer::get(t, target, PyBUF_WRITABLE) {
        Ok(view) => view,
        Err(_) => {
            errors::clear(t);
            let name = target.class().name_lossy();
            return Err(err!(t, TypeError, "argument must be read-write bytes-like object, not {name:.50}"));
        }
    };
    let given = number::index_as_isize_or(t, offset, exceptions::IndexError::class())?;
    let (len, size) = (view.len() as isize, s.size as isize);
    let mut offset = given;
    if offset < 0 {
        if offset.saturating_add(size) > 0 {
            return Err(bad!(t, "no space to pack {size} bytes at offset {offset}"));
        }
        if offset.saturating_add(len) < 0 {
            return Err(bad!(t, "offset {offset} out of range for {len}-byte buffer"));
        }
        offset += len;
    }
    if len - offset < size {
        let need = size as i128 + offset as i128;
        return Err(bad!(
            t,
            "pack_into requires a buffer of at least {need} bytes for packing {size} bytes at offset {offset} \
             (actual buffer size is {len})"
        ));
    }
    let (start, end) = (offset as usize, offset as usize + s.size);
    let mut packed = taipan_object::bytes_methods::try_vec(t, s.size)?;
    packed.resize(s.size, 0u8);
    let result = pack_into(t, s, &mut packed, values);
    if let Some(out) = view.as_mut_bytes().get_mut(start..end) {
        out.copy_from_slice(&packed);
    }
    result
}

#[inline(always)]
fn unpack_item(t: &Thread, code: &Code, big: bool, bytes: &[u8]) -> PyResult {
    /// A number in the format's order of bytes.
    macro_rules! read {
        ($ty:ty, $bytes:expr) => {
            match $bytes.first_chunk() {
                Some(bytes) if big => <$ty>::from_be_bytes(*bytes),
                Some(bytes) => <$ty>::from_le_bytes(*bytes),
                None => <$ty>::default(),
            }
        };
    }
    macro_rules! signed {
        ($ty:ty) => {
            PyInt::from_i64(t, read!($ty, bytes).into())?.into_object()
        };
    }
    macro_rules! unsigned {
        ($ty:ty) => {
            PyInt::from_u64(t, read!($ty, bytes).into())?.into_object()
        };
    }
    macro_rules! complex {
        ($ty:ty) => {{
            let (re, im) = bytes.split_at(bytes.len() / 2);
            PyComplex::new(t, read!($ty, re).into(), read!($ty, im).into())?.into_object()
        }};
    }
    Ok(match code.value {
        Value::Bytes => PyBytes::new(t, bytes)?.into_object(),
        Value::Pascal => {
            let (n, rest) = bytes.split_first().map_or((0, bytes), |(&n, rest)| (usize::from(n), rest));
            PyBytes::new(t, rest.get(..n).unwrap_or(rest))?.into_object()
        }
        Value::Bool => singletons::bool(bytes.iter().any(|&b| b != 0)).own(),
        Value::Half => PyFloat::new(t, half_to_f64(read!(u16, bytes)))?.into_object(),
        Value::Single => PyFloat::new(t, read!(f32, bytes).into())?.into_object(),
        Value::Double => PyFloat::new(t, read!(f64, bytes))?.into_object(),
        Value::ComplexSingle => complex!(f32),
        Value::ComplexDouble => complex!(f64),
        Value::I8 => signed!(i8),
        Value::U8 => unsigned!(u8),
        Value::I16 => signed!(i16),
        Value::U16 => unsigned!(u16),
        Value::I32 => signed!(i32),
        Value::U32 => unsigned!(u32),
        Value::I64 => signed!(i64),
        Value::U64 => unsigned!(u64),
    })
}

fn unpack_bytes(t: &Thread, s: &Compiled, bytes: &[u8]) -> PyResult<Owned<PyTuple>> {
    let item = |code: &Code, at| unpack_item(t, code, s.big, bytes.get(at..at + code.size).unwrap_or(&[]));
    if s.codes.len() == s.len {
        return PyTuple::from_leaves(t, s.len, s.codes.iter().map(|code| item(code, code.offset)));
    }
    let places = s.codes.iter().flat_map(|code| (0..code.repeat).map(move |i| (code, code.offset + i * code.size)));
    PyTuple::from_leaves(t, s.len, places.map(|(code, at)| item(code, at)))
}

fn unpack_exact(t: &Thread, s: &Compiled, view: &Buffer) -> PyResult<Owned<PyTuple>> {
    if view.len() != s.size {
        return Err(bad!(t, "unpack requires a buffer of {} bytes", s.size));
    }
    unpack_bytes(t, s, view.as_bytes())
}

fn unpack_at(t: &Thread, s: &Compiled, view: &Buffer, offset: isize) -> PyResult<Owned<PyTuple>> {
    let (len, size) = (view.len() as isize, s.size as isize);
    let mut offset = offset;
    if offset < 0 {
        if offset.saturating_add(size) > 0 {
            return Err(bad!(t, "not enough data to unpack {size} bytes at offset {offset}"));
        }
        if offset.saturating_add(len) < 0 {
            return Err(bad!(t, "offset {offset} out of range for {len}-byte buffer"));
        }
        offset += len;
    }
    if len - offset < size {
        let need = size as i128 + offset as i128;
        return Err(bad!(
            t,
            "unpack_from requires a buffer of at least {need} bytes for unpacking {size} bytes at offset {offset} \
             (actual buffer size is {len})"
        ));
    }
    unpack_bytes(t, s, view.as_bytes().get(offset as usize..).unwrap_or(&[]))
}

fn unpacker(t: &Thread, s: Rc<Compiled>, view: Buffer) -> PyResult<Owned<UnpackIterator>> {
    if s.size == 0 {
        return Err(bad!(t, "cannot iteratively unpack with a struct of length 0"));
    }
    if !view.len().is_multiple_of(s.size) {
        return Err(bad!(t, "iterative unpacking requires a buffer of a multiple of {} bytes", s.size));
    }
    new_object(
        t,
        UnpackIterator { head: Head::new(), compiled: Data(s), view: Data(RefCell::new(Some(view))), at: Cell::new(0) },
    )
}

/// Iterates over a buffer that holds one structure after the other.
#[object]
pub struct UnpackIterator {
    compiled: Data<Rc<Compiled>>,
    view: Data<RefCell<Option<Buffer>>>,
    at: Cell<usize>,
}

#[class(name = "_struct.unpack_iterator", no_new)]
impl UnpackIterator {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let held = self.view.borrow();
        let Some(view) = &*held else { return Ok(None) };
        let at = self.at.get();
        let Some(bytes) = view.as_bytes().get(at..at + self.compiled.size) else {
            drop(held);
            let done = self.view.try_borrow_mut().ok().and_then(|mut view| view.take());
            drop(done);
            return Ok(None);
        };
        self.at.set(at + self.compiled.size);
        unpack_bytes(t, &self.compiled, bytes).map(|tuple| Some(tuple.into_object()))
    }

    #[method]
    fn __length_hint__(&self, _t: &Thread) -> usize {
        let left = self.view.borrow().as_ref().map_or(0, |view| view.len() - self.at.get());
        left / self.compiled.size.max(1)
    }
}

/// `struct.Struct`.
#[object]
pub struct PyStruct {
    /// Bytes and items: the two fields that C code knows of the structure.
    s_size: Cell<isize>,
    s_len: Cell<isize>,
    compiled: Data<RefCell<Option<Rc<Compiled>>>>,
    weaklist: taipan_object::WeakList,
}

impl PyStruct {
    fn ready(&self, t: &Thread) -> PyResult<Rc<Compiled>> {
        match &*self.compiled.borrow() {
            Some(compiled) => Ok(compiled.clone()),
            None => Err(err!(t, RuntimeError, "Struct object is not initialized")),
        }
    }
}

#[class(name = "_struct.Struct", heap, flags(BASETYPE), weaklist = weaklist, doc = "Struct(fmt) --> compiled struct object\n\n")]
impl PyStruct {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                s_size: Cell::new(-1),
                s_len: Cell::new(-1),
                compiled: Data(RefCell::new(None)),
                weaklist: taipan_object::WeakList::new(),
            },
        )
    }

    #[init(sig = "(format)", text = "")]
    fn init(&self, t: &Thread, format: &Object) -> PyResult<()> {
        let text = format_text(t, format)?;
        let compiled = compile(t, &text)?;
        self.s_size.set(compiled.size as isize);
        self.s_len.set(compiled.len as isize);
        self.compiled.replace(Some(Rc::new(compiled)));
        Ok(())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let compiled = self.ready(t)?;
        let format = PyStr::from_ascii(t, &compiled.format)?;
        let name = self.class().short_name_lossy();
        PyStr::from_fmt(t, format_args!("{name}({})", format.repr(t)?.display()))
    }

    /// S.__sizeof__() -> size of S in memory, in bytes
    #[method]
    fn __sizeof__(&self, t: &Thread) -> PyResult<usize> {
        Ok(56 + 32 * (self.ready(t)?.codes.len() + 1))
    }

    /// struct format string
    #[getter]
    fn format(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let compiled = self.ready(t)?;
        PyStr::from_ascii(t, &compiled.format)
    }

    /// struct size in bytes
    #[getter]
    fn size(&self, _t: &Thread) -> isize {
        self.compiled.borrow().as_ref().map_or(-1, |c| c.size as isize)
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method(sig = "(buffer, /)")]
    fn iter_unpack(&self, t: &Thread, buffer: &Object) -> PyResult<Owned<UnpackIterator>> {
        let compiled = self.ready(t)?;
        unpacker(t, compiled, Buffer::readable(t, buffer)?)
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method]
    fn pack(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<PyBytes>> {
        args.no_keywords(t, "Struct.pack")?;
        pack_values(t, &*self.ready(t)?, args.pos)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  A negative
    /// offset counts from the end of the buffer.  See help(struct) for more
    /// on format strings.
    #[method]
    fn pack_into(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "Struct.pack_into")?;
        pack_into_args(t, &*self.ready(t)?, args.pos)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "(buffer, /)")]
    fn unpack(&self, t: &Thread, buffer: Buffer) -> PyResult<Owned<PyTuple>> {
        unpack_exact(t, &*self.ready(t)?, &buffer)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.  A negative offset counts from the end of the
    /// buffer.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "(buffer, offset=0)")]
    fn unpack_from(&self, t: &Thread, buffer: Buffer, offset: isize) -> PyResult<Owned<PyTuple>> {
        unpack_at(t, &*self.ready(t)?, &buffer, offset)
    }
}

/// Functions to convert between Python values and C structs.
/// Python bytes objects are used to hold the data representing the C struct.
/// The format string (explained below) describes the layout of data
/// in the C struct.
///
/// The optional first format char indicates byte order, size and alignment:
///   @: native order, size & alignment (default)
///   =: native order, std. size & alignment
///   <: little-endian, std. size & alignment
///   >: big-endian, std. size & alignment
///   !: same as >
///
/// The remaining characters indicate types of args and must match exactly;
/// these can be preceded by a decimal repeat count:
///   x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;
///   ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;
///   l: long; L: unsigned long; q: long long; Q: unsigned long long;
///   f: float; d: double; e: half-float;
///   F: float complex; D: double complex.
/// Special cases (preceding decimal count indicates length):
///   s: byte string (array of char); p: Pascal string (with count byte).
/// Special cases (only available in native format):
///   n: ssize_t; N: size_t;
///   P: an integer type that is wide enough to hold a pointer.
/// Whitespace between formats is ignored.
///
/// The variable struct.error is an exception raised on errors.
///
#[native_module(name = "_struct", classes(PyStruct))]
pub mod structs {
    use super::*;

    /// Clear the internal cache.
    #[function]
    fn _clearcache(_t: &Thread) {
        CACHE.set([const { None }; PLACES]);
    }

    /// Return size in bytes of the struct described by the format string.
    #[function(sig = "(format, /)")]
    fn calcsize(t: &Thread, format: &Object) -> PyResult<usize> {
        Ok(cached(t, format)?.size)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function(sig = "(format, buffer, /)")]
    fn iter_unpack(t: &Thread, format: &Object, buffer: &Object) -> PyResult<Owned<UnpackIterator>> {
        let compiled = cached(t, format)?;
        unpacker(t, compiled, Buffer::readable(t, buffer)?)
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function]
    fn pack(t: &Thread, args: Args<'_>) -> PyResult<Owned<PyBytes>> {
        args.no_keywords(t, "_struct.pack")?;
        let [format, values @ ..] = args.pos else { return Err(err!(t, TypeError, "missing format argument")) };
        pack_values(t, &*cached(t, format)?, values)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  A negative offset counts from
    /// the end of the buffer.  See help(struct) for more on format strings.
    #[function]
    fn pack_into(t: &Thread, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(t, "_struct.pack_into")?;
        let [format, rest @ ..] = args.pos else { return Err(err!(t, TypeError, "missing format argument")) };
        pack_into_args(t, &*cached(t, format)?, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, buffer, /)")]
    fn unpack(t: &Thread, format: &Object, buffer: &Object) -> PyResult<Owned<PyTuple>> {
        let compiled = cached(t, format)?;
        unpack_exact(t, &compiled, &Buffer::readable(t, buffer)?)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    /// A negative offset counts from the end of the buffer.
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, /, buffer, offset=0)")]
    fn unpack_from(t: &Thread, format: &Object, buffer: &Object, offset: isize) -> PyResult<Owned<PyTuple>> {
        let compiled = cached(t, format)?;
        unpack_at(t, &compiled, &Buffer::readable(t, buffer)?, offset)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, UnpackIterator::class())?;
        module.set(t, "error", ERROR.class(t)?.as_object())
    }
}
