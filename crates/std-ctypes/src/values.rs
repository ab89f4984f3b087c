//! Values in memory: Python objects from C data and back, by the code of a simple type.

use core::ffi::{CStr, c_char, c_void};
use taipan_object::abi::PyObject;
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyComplex, PyFloat, PyInt, PyResult, PyStr, Thread, err, errors, number,
    singletons,
};
use taipan_types::{PyByteArray, capsule};

/// Width and lowest bit of a bit field.
pub type Bits = Option<(u32, u32)>;

/// Size and alignment of a simple type, and whether values exist in the other byte order; `None` for other codes.
pub const fn layout(code: u8) -> Option<(usize, usize, bool)> {
    Some(match code {
        b'c' | b'b' | b'B' => (1, 1, false),
        b'?' => (1, 1, false),
        b'v' => (2, 2, false),
        b'h' | b'H' => (2, 2, true),
        b'i' | b'I' | b'f' => (4, 4, true),
        b'l' | b'L' | b'q' | b'Q' | b'd' => (8, 8, true),
        b'F' => (8, 4, true),
        b'D' => (16, 8, true),
        b'g' => (16, 16, false),
        b'G' => (32, 16, false),
        b'u' => (4, 4, false),
        b'z' | b'Z' | b'P' | b'O' => (8, 8, false),
        _ => return None,
    })
}

/// Whether the code is one of integers that may have bit fields.
pub const fn takes_bits(code: u8) -> bool {
    matches!(code, b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'?')
}

/// The buffer format of a simple type.
pub fn format(code: u8, big: bool) -> String {
    let code = match code {
        b'l' => 'q',
        b'L' => 'Q',
        other => char::from(other),
    };
    format!("{}{code}", if big { '>' } else { '<' })
}

/// A copy of memory.
///
/// # Safety
/// The memory is there.
pub unsafe fn read(at: *const u8, n: usize) -> Vec<u8> {
    if n == 0 {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(at, n).to_vec() }
}

unsafe fn load(at: *const u8, size: usize, swapped: bool) -> u64 {
    let mut bytes = [0u8; 8];
    // SAFETY: the caller's memory; sizes are at most eight.
    unsafe { core::ptr::copy_nonoverlapping(at, bytes.as_mut_ptr(), size) };
    if swapped {
        bytes[..size].reverse();
    }
    u64::from_le_bytes(bytes)
}

unsafe fn save(at: *mut u8, size: usize, swapped: bool, value: u64) {
    let mut bytes = value.to_le_bytes();
    if swapped {
        bytes[..size].reverse();
    }
    // SAFETY: the caller's memory; sizes are at most eight.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, size) };
}

unsafe fn load_float(at: *const u8, size: usize, swapped: bool) -> f64 {
    // SAFETY: the caller's memory.
    let bits = unsafe { load(at, size, swapped) };
    if size == 4 { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) }
}

unsafe fn save_float(at: *mut u8, size: usize, swapped: bool, value: f64) {
    let bits = if size == 4 { u64::from((value as f32).to_bits()) } else { value.to_bits() };
    // SAFETY: the caller's memory.
    unsafe { save(at, size, swapped, bits) };
}

/// The `long double` at an address, rounded.
unsafe fn load_extended(at: *const u8) -> f64 {
    let mut out = 0f64;
    // SAFETY: the caller's memory; the x87 stack is left as it was.
    unsafe {
        core::arch::asm!(
            "fld tbyte ptr [{from}]", "fstp qword ptr [{to}]",
            from = in(reg) at, to = in(reg) &raw mut out,
            out("st(0)") _, out("st(1)") _, out("st(2)") _, out("st(3)") _,
            out("st(4)") _, out("st(5)") _, out("st(6)") _, out("st(7)") _,
        );
    }
    out
}

/// Stores a `long double`; its padding is zero.
unsafe fn save_extended(at: *mut u8, value: f64) {
    let mut out = [0u8; 16];
    // SAFETY: ten of sixteen bytes are written; the x87 stack is left as it was.
    unsafe {
        core::arch::asm!(
            "fld qword ptr [{from}]", "fstp tbyte ptr [{to}]",
            from = in(reg) &raw const value, to = in(reg) out.as_mut_ptr(),
            out("st(0)") _, out("st(1)") _, out("st(2)") _, out("st(3)") _,
            out("st(4)") _, out("st(5)") _, out("st(6)") _, out("st(7)") _,
        );
        core::ptr::copy_nonoverlapping(out.as_ptr(), at, 16);
    }
}

const fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q')
}

/// The object that a value stands for.
///
/// # Safety
/// `at` is the address of such a value; for the codes of strings in fields (`s`, `U`), of `size` bytes.
pub unsafe fn get(t: &Thread, code: u8, swapped: bool, at: *const u8, size: usize, bits: Bits) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        match code {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'?' => {
                let size = layout(code).map_or(1, |l| l.0);
                let mut value = load(at, size, swapped);
                let (width, low) = bits.unwrap_or((size as u32 * 8, 0));
                let width = width.clamp(1, 64);
                value = value.wrapping_shr(low) << (64 - width);
                if code == b'?' {
                    return Ok(singletons::bool(value != 0).own());
                }
                if is_signed(code) {
                    return PyInt::from_i64(t, value as i64 >> (64 - width)).map(Owned::into_object);
                }
                PyInt::from_u64(t, value >> (64 - width)).map(Owned::into_object)
            }
            b'v' => Ok(singletons::bool(load(at, 2, false) != 0).own()),
            b'f' => PyFloat::new(t, load_float(at, 4, swapped)).map(Owned::into_object),
            b'd' => PyFloat::new(t, load_float(at, 8, swapped)).map(Owned::into_object),
            b'g' => PyFloat::new(t, load_extended(at)).map(Owned::into_object),
            b'F' => {
                PyComplex::new(t, load_float(at, 4, swapped), load_float(at.add(4), 4, swapped)).map(Owned::into_object)
            }
            b'D' => {
                PyComplex::new(t, load_float(at, 8, swapped), load_float(at.add(8), 8, swapped)).map(Owned::into_object)
            }
            b'G' => PyComplex::new(t, load_extended(at), load_extended(at.add(16))).map(Owned::into_object),
            b'c' => PyBytes::new(t, &[*at]).map(Owned::into_object),
            b'u' => wide_string(t, at, 1),
            b's' => {
                let all = read(at, size);
                let n = all.iter().position(|&b| b == 0).unwrap_or(size);
                PyBytes::new(t, &all[..n]).map(Owned::into_object)
            }
            b'U' => {
                let n = (0..size / 4).position(|i| load(at.add(i * 4), 4, false) == 0).unwrap_or(size / 4);
                wide_string(t, at, n)
            }
            b'z' => {
                let pointer = load(at, 8, false) as *const c_char;
                if pointer.is_null() {
                    return singletons::ok_none();
                }
                PyBytes::new(t, CStr::from_ptr(pointer).to_bytes()).map(Owned::into_object)
            }
            b'Z' => {
                let pointer = load(at, 8, false) as *const u8;
                if pointer.is_null() {
                    return singletons::ok_none();
                }
                wide_string(t, pointer, wide_len(pointer))
            }
            b'P' => {
                let pointer = load(at, 8, false);
                if pointer == 0 {
                    return singletons::ok_none();
                }
                PyInt::from_u64(t, pointer).map(Owned::into_object)
            }
            b'O' => match Object::from_ptr_opt(load(at, 8, false) as *mut PyObject) {
                Some(object) => Ok(object.own()),
                None => Err(err!(t, ValueError, "PyObject is NULL")),
            },
            _ => Err(errors::bad_internal_call(t)),
        }
    }
}

/// Stores a value; the object that must stay alive as long as the memory holds it, or `None`.
///
/// # Safety
/// As [`get`].
pub unsafe fn set(
    t: &Thread,
    code: u8,
    swapped: bool,
    at: *mut u8,
    value: &Object,
    size: usize,
    bits: Bits,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        match code {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'?' => {
                let size = layout(code).map_or(1, |l| l.0);
                let word =
                    if code == b'?' { u64::from(value.is_true(t)?) } else { number::index(t, value)?.to_u64_mask() };
                let word = match bits {
                    None => word,
                    Some((width, low)) => {
                        let mask = (u64::MAX >> (64 - width.clamp(1, 64))).wrapping_shl(low);
                        (load(at, size, swapped) & !mask) | (word.wrapping_shl(low) & mask)
                    }
                };
                save(at, size, swapped, word);
            }
            b'v' => {
                let word = if value.is_true(t)? { u64::MAX } else { 0 };
                save(at, 2, false, word);
            }
            b'f' => {
                let x = number::as_f64(t, value)?;
                save_float(at, 4, swapped, x);
            }
            b'd' => {
                let x = number::as_f64(t, value)?;
                save_float(at, 8, swapped, x);
            }
            b'g' => {
                let x = number::as_f64(t, value)?;
                save_extended(at, x);
            }
            b'F' | b'D' | b'G' => {
                let c = PyComplex::value_of(t, value)?;
                match code {
                    b'F' => {
                        save_float(at, 4, swapped, c.re);
                        save_float(at.add(4), 4, swapped, c.im);
                    }
                    b'D' => {
                        save_float(at, 8, swapped, c.re);
                        save_float(at.add(8), 8, swapped, c.im);
                    }
                    _ => {
                        save_extended(at, c.re);
                        save_extended(at.add(16), c.im);
                    }
                }
            }
            b'c' => *at = one_byte(t, value)?,
            b'u' => {
                let Some(text) = value.downcast::<PyStr>() else {
                    let name = value.class().name_lossy();
                    return Err(err!(t, TypeError, "a unicode character expected, not instance of {name}"));
                };
                if text.len() != 1 {
                    let n = text.len();
                    return Err(err!(t, TypeError, "a unicode character expected, not a string of length {n}"));
                }
                save(at, 4, false, u64::from(text.char_at(0)));
            }
            b's' => {
                let Some(bytes) = value.downcast::<PyBytes>() else {
                    return Err(err!(t, TypeError, "expected bytes, {} found", value.class().name_lossy()));
                };
                let bytes = bytes.as_bytes();
                // As in C, the text ends with its first null character.
                let bytes = bytes.split(|&b| b == 0).next().unwrap_or(bytes);
                if bytes.len() > size {
                    let n = bytes.len();
                    return Err(err!(t, ValueError, "bytes too long ({n}, maximum length {size})"));
                }
                core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len());
                if bytes.len() < size {
                    *at.add(bytes.len()) = 0;
                }
            }
            b'U' => {
                let Some(text) = value.downcast::<PyStr>() else {
                    let name = value.class().name_lossy();
                    return Err(err!(t, TypeError, "unicode string expected instead of {name} instance"));
                };
                let (n, room) = (text.len(), size / 4);
                if n > room {
                    return Err(err!(t, ValueError, "string too long ({n}, maximum length {room})"));
                }
                save_wide(at, text, room);
            }
            b'z' => {
                if let Some(bytes) = value.downcast::<PyBytes>() {
                    save(at, 8, false, bytes.data_ptr() as u64);
                    return Ok(value.own());
                }
                pointer_value(t, at, value, "bytes or integer address")?;
            }
            b'Z' => {
                if let Some(text) = value.downcast::<PyStr>() {
                    let (kept, address) = wide_buffer(t, text)?;
                    save(at, 8, false, address as u64);
                    return Ok(kept);
                }
                pointer_value(t, at, value, "unicode string or integer address")?;
            }
            b'P' => {
                if value.is(singletons::none()) {
                    save(at, 8, false, 0);
                } else if let Some(int) = value.downcast::<PyInt>() {
                    save(at, 8, false, int.to_u64_mask());
                } else {
                    return Err(err!(t, TypeError, "cannot be converted to pointer"));
                }
            }
            b'O' => {
                save(at, 8, false, value.as_ptr() as u64);
                return Ok(value.own());
            }
            _ => return Err(errors::bad_internal_call(t)),
        }
    }
    singletons::ok_none()
}

/// `None` or an address.
unsafe fn pointer_value(t: &Thread, at: *mut u8, value: &Object, expected: &str) -> PyResult<()> {
    let word = if value.is(singletons::none()) {
        0
    } else if let Some(int) = value.downcast::<PyInt>() {
        int.to_u64_mask()
    } else {
        let name = value.class().name_lossy();
        return Err(err!(t, TypeError, "{expected} expected instead of {name} instance"));
    };
    // SAFETY: the caller's memory.
    unsafe { save(at, 8, false, word) };
    Ok(())
}

fn one_byte(t: &Thread, value: &Object) -> PyResult<u8> {
    const WANTED: &str = "one character bytes, bytearray, or an integer in range(256) expected, not";
    if let Some(bytes) = value.downcast::<PyBytes>() {
        return match bytes.as_bytes() {
            [byte] => Ok(*byte),
            other => Err(err!(t, TypeError, "{WANTED} bytes of length {}", other.len())),
        };
    }
    if value.is_instance_of::<PyByteArray>() {
        let view = taipan_object::buffer::Buffer::readable(t, value)?;
        return match view.as_bytes() {
            [byte] => Ok(*byte),
            other => Err(err!(t, TypeError, "{WANTED} bytearray of length {}", other.len())),
        };
    }
    if let Some(int) = value.downcast::<PyInt>() {
        return match int.to_i64().and_then(|n| u8::try_from(n).ok()) {
            Some(byte) => Ok(byte),
            None => Err(err!(t, TypeError, "integer not in range(256)")),
        };
    }
    Err(err!(t, TypeError, "{WANTED} {}", value.class().name_lossy()))
}

/// A string from `n` characters of type `wchar_t`.
///
/// # Safety
/// The characters are there.
pub unsafe fn wide_string(t: &Thread, at: *const u8, n: usize) -> PyResult {
    // SAFETY: the caller's promise.
    let chars: Vec<u32> = (0..n).map(|i| unsafe { load(at.add(i * 4), 4, false) } as u32).collect();
    if let Some(bad) = chars.iter().find(|&&c| c > 0x10_ffff) {
        return Err(err!(t, ValueError, "character U+{bad:x} is not in range [U+0000; U+10ffff]"));
    }
    PyStr::from_code_points(t, &chars).map(Owned::into_object)
}

/// `wcslen`.
///
/// # Safety
/// The characters are there, and a null character behind them.
pub unsafe fn wide_len(at: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: the caller's promise.
    while unsafe { load(at.add(n * 4), 4, false) } != 0 {
        n += 1;
    }
    n
}

/// Writes characters of type `wchar_t`, and a null character if there is room.
///
/// # Safety
/// There is room for `room` characters, and the text has no more.
pub unsafe fn save_wide(at: *mut u8, text: &PyStr, room: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut n = 0;
        for c in text.chars().iter().take(room) {
            save(at.add(n * 4), 4, false, u64::from(c));
            n += 1;
        }
        if n < room {
            save(at.add(n * 4), 4, false, 0);
        }
    }
}

unsafe extern "C" fn free_wide(op: *mut PyObject) {
    // SAFETY: the capsule was made below.
    unsafe {
        let capsule = Object::from_ptr(op).cast_unchecked::<capsule::PyCapsule>();
        taipan_runtime::mem::free(capsule.pointer.get().cast());
    }
}

/// A string as characters of type `wchar_t`: a capsule that owns them, and their address.
pub fn wide_buffer(t: &Thread, text: &PyStr) -> PyResult<(Owned, *mut u8)> {
    let room = text.len() + 1;
    let block = taipan_runtime::mem::alloc(room * 4);
    if block.is_null() {
        return Err(errors::no_memory(t));
    }
    // SAFETY: a fresh block with room for the text; the capsule frees it.
    unsafe {
        save_wide(block, text, room);
        let name = c"_ctypes/cfield.c wchar_t buffer from unicode";
        let capsule = capsule::new(t, block.cast::<c_void>(), name.as_ptr(), Some(free_wide))?;
        Ok((capsule.into_object(), block))
    }
}

/// Whether an object is exactly a class's instance or of a subtype; for readability at call sites.
pub fn is<T: Class>(object: &Object) -> bool {
    object.is_instance_of::<T>()
}
