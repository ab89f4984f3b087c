//! The item types of `array.array`: reading, writing and naming them.

use taipan_object::item_storage::ItemDescr;
use taipan_object::{Object, Own, Owned, PyFloat, PyInt, PyResult, PyStr, Raised, Thread, err, errors, number};

/// One item type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// The type code.
    pub code: u8,
    /// Bytes of an item.
    pub size: usize,
    /// What buffers say.
    pub format: &'static core::ffi::CStr,
}

const fn kind(code: u8, size: usize, format: &'static core::ffi::CStr) -> Kind {
    Kind { code, size, format }
}

/// All of them in the order of `array.typecodes`.
pub const KINDS: [Kind; 14] = [
    kind(b'b', 1, c"b"),
    kind(b'B', 1, c"B"),
    kind(b'u', 4, c"w"),
    kind(b'w', 4, c"w"),
    kind(b'h', 2, c"h"),
    kind(b'H', 2, c"H"),
    kind(b'i', 4, c"i"),
    kind(b'I', 4, c"I"),
    kind(b'l', 8, c"l"),
    kind(b'L', 8, c"L"),
    kind(b'q', 8, c"q"),
    kind(b'Q', 8, c"Q"),
    kind(b'f', 4, c"f"),
    kind(b'd', 8, c"d"),
];

const fn descrs() -> [ItemDescr; KINDS.len()] {
    let mut all = [const { ItemDescr::new(b'b', 1) }; KINDS.len()];
    let mut i = 0;
    while i < KINDS.len() {
        all[i] = ItemDescr::new(KINDS[i].code, KINDS[i].size);
        i += 1;
    }
    all
}

/// What native code finds in arrays, in the order of [`KINDS`].
static DESCRS: [ItemDescr; KINDS.len()] = descrs();

/// The description of an item type.
pub fn descr(kind: Kind) -> &'static ItemDescr {
    DESCRS.iter().find(|d| d.typecode as u8 == kind.code).unwrap_or(&DESCRS[0])
}

/// The item type of a description.
pub fn kind_of(descr: &ItemDescr) -> Kind {
    let offset = core::ptr::from_ref(descr) as usize;
    let offset = offset.wrapping_sub(DESCRS.as_ptr() as usize);
    KINDS.get(offset / size_of::<ItemDescr>()).copied().unwrap_or(KINDS[0])
}

/// The item type of a code.
pub fn find(code: u32) -> Option<Kind> {
    KINDS.iter().copied().find(|k| u32::from(k.code) == code)
}

/// One character, from a str of length one.
fn character(t: &Thread, value: &Object) -> PyResult<u32> {
    let Some(text) = value.downcast::<PyStr>() else {
        let name = value.class().name_lossy();
        return Err(err!(t, TypeError, "array item must be a unicode character, not {name}"));
    };
    if text.len() != 1 {
        let n = text.len();
        return Err(err!(t, TypeError, "array item must be a unicode character, not a string of length {n}"));
    }
    Ok(text.char_at(0))
}

fn overflow(t: &Thread, message: &str) -> Raised {
    err!(t, OverflowError, "{message}")
}

fn c_long(t: &Thread, value: &Object) -> PyResult<i64> {
    let held;
    let n = match value.downcast::<PyInt>() {
        Some(n) => n,
        None => {
            held = number::index(t, value)?;
            &held
        }
    };
    n.to_i64().ok_or_else(|| overflow(t, "Python int too large to convert to C long"))
}

fn in_range(t: &Thread, value: &Object, low: i64, high: i64, name: &str) -> PyResult<i64> {
    let n = c_long(t, value)?;
    if n < low {
        return Err(err!(t, OverflowError, "{name} is less than minimum"));
    }
    if n > high {
        return Err(err!(t, OverflowError, "{name} is greater than maximum"));
    }
    Ok(n)
}

fn unsigned(t: &Thread, value: &Object, negative: &str, large: &str) -> PyResult<u64> {
    let n = match value.downcast::<PyInt>() {
        Some(n) => n.own(),
        None => number::index(t, value)?,
    };
    if n.is_negative() {
        return Err(overflow(t, negative));
    }
    n.to_u64().ok_or_else(|| overflow(t, large))
}

const NEGATIVE: &str = "can't convert negative value to unsigned int";

impl Kind {
    /// Whether items are characters.
    pub const fn is_text(self) -> bool {
        matches!(self.code, b'u' | b'w')
    }

    /// Whether items are signed integers.
    pub const fn is_signed(self) -> bool {
        matches!(self.code, b'b' | b'h' | b'i' | b'l' | b'q')
    }

    /// Whether items are integers.
    pub const fn is_integer(self) -> bool {
        !matches!(self.code, b'u' | b'w' | b'f' | b'd')
    }

    /// A value as an item's bytes, the first `size` of the word.
    pub fn to_word(self, t: &Thread, value: &Object) -> PyResult<u64> {
        Ok(match self.code {
            b'b' => in_range(t, value, -128, 127, "signed char")? as u64,
            b'B' => in_range(t, value, 0, 255, "unsigned byte integer")? as u64,
            b'h' => in_range(t, value, i64::from(i16::MIN), i64::from(i16::MAX), "signed short integer")? as u64,
            b'H' => in_range(t, value, 0, i64::from(u16::MAX), "unsigned short")? as u64,
            b'i' => in_range(t, value, i64::from(i32::MIN), i64::from(i32::MAX), "signed integer")? as u64,
            b'I' => {
                let n = unsigned(t, value, NEGATIVE, "Python int too large to convert to C unsigned long")?;
                if n > u64::from(u32::MAX) {
                    return Err(overflow(t, "unsigned int is greater than maximum"));
                }
                n
            }
            b'l' => c_long(t, value)? as u64,
            b'L' => unsigned(t, value, NEGATIVE, "Python int too large to convert to C unsigned long")?,
            b'q' => match c_long(t, value) {
                Ok(n) => n as u64,
                Err(raised) => {
                    if errors::matches::<taipan_object::exceptions::OverflowError>(t) {
                        errors::clear(t);
                        return Err(overflow(t, "int too big to convert"));
                    }
                    return Err(raised);
                }
            },
            b'Q' => unsigned(t, value, "can't convert negative int to unsigned", "int too big to convert")?,
            b'f' => u64::from((number::as_f64(t, value)? as f32).to_bits()),
            b'd' => number::as_f64(t, value)?.to_bits(),
            _ => u64::from(character(t, value)?),
        })
    }

    /// The item in a word.
    pub fn to_object(self, t: &Thread, word: u64) -> PyResult {
        Ok(match self.code {
            b'f' => PyFloat::new(t, f64::from(f32::from_bits(word as u32)))?.into_object(),
            b'd' => PyFloat::new(t, f64::from_bits(word))?.into_object(),
            b'u' | b'w' => text(t, core::iter::once(word as u32))?.into_object(),
            _ if self.is_signed() => {
                let unused = 64 - self.size as u32 * 8;
                PyInt::from_i64(t, (word << unused) as i64 >> unused)?.into_object()
            }
            _ => PyInt::from_u64(t, word)?.into_object(),
        })
    }

    /// Loads item `i` of the bytes.
    #[inline]
    pub fn load(self, bytes: &[u8], i: usize) -> u64 {
        let at = i * self.size;
        match self.size {
            1 => bytes.get(at).map_or(0, |&b| u64::from(b)),
            2 => bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from(u16::from_ne_bytes(*b))),
            4 => bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from(u32::from_ne_bytes(*b))),
            _ => bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_ne_bytes(*b)),
        }
    }

    /// An item's bytes.
    #[inline]
    pub fn bytes_of(self, word: u64) -> [u8; 8] {
        match self.size {
            1 => [word as u8, 0, 0, 0, 0, 0, 0, 0],
            2 => {
                let [a, b] = (word as u16).to_ne_bytes();
                [a, b, 0, 0, 0, 0, 0, 0]
            }
            4 => {
                let [a, b, c, d] = (word as u32).to_ne_bytes();
                [a, b, c, d, 0, 0, 0, 0]
            }
            _ => word.to_ne_bytes(),
        }
    }
}

/// A string of code points; those that are none raise `ValueError`.
pub fn text(t: &Thread, points: impl Iterator<Item = u32>) -> PyResult<Owned<PyStr>> {
    let points: Vec<u32> = points.collect();
    if let Some(&bad) = points.iter().find(|&&p| p > 0x10_ffff) {
        return Err(err!(t, ValueError, "character U+{bad:x} is not in range [U+0000; U+10ffff]"));
    }
    PyStr::from_code_points(t, &points)
}
