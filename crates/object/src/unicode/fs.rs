//! Text of the operating system: file names, arguments, the environment. It is UTF-8 with `surrogateescape`, unless the
//! UTF-8 mode is off and the locale names another encoding.

use super::PyStr;
use crate::exceptions::unicode_encode_error;
use crate::handle::{Owned, PyResult};
use core::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use taipan_runtime::Thread;

const UTF8: u8 = 0;
const ASCII: u8 = 1;
/// The C library knows.
const LOCALE: u8 = 2;

static ENCODING: AtomicU8 = AtomicU8::new(UTF8);
/// What the C library calls the encoding of the locale.
static NAME: Mutex<String> = Mutex::new(String::new());

/// Says what the encoding is: that of the locale which is set, by its name (`nl_langinfo(CODESET)`), or UTF-8.
pub fn set_encoding(codeset: Option<&str>) {
    let kind = match codeset {
        None | Some("UTF-8" | "utf-8" | "utf8" | "") => UTF8,
        Some("ANSI_X3.4-1968" | "US-ASCII" | "ASCII" | "646") => ASCII,
        Some(_) => LOCALE,
    };
    *NAME.lock().unwrap_or_else(PoisonError::into_inner) = codeset.unwrap_or_default().to_owned();
    ENCODING.store(kind, Ordering::Release);
}

/// The name of the encoding, as codecs are found by it.
pub fn encoding() -> String {
    match ENCODING.load(Ordering::Acquire) {
        UTF8 => "utf-8".to_owned(),
        ASCII => "ascii".to_owned(),
        _ => NAME.lock().unwrap_or_else(PoisonError::into_inner).clone(),
    }
}

/// The byte that a surrogate stands for.
fn escaped(c: u32) -> Option<u8> {
    (0xdc80..=0xdcff).contains(&c).then_some((c & 0xff) as u8)
}

/// A character in the locale's encoding.
fn locale_bytes(c: u32, out: &mut Vec<u8>) -> bool {
    // SAFETY: zero is the initial state; the buffer has room for the longest character of any locale.
    unsafe {
        let mut state: libc::mbstate_t = core::mem::zeroed();
        let mut bytes = [0_u8; 32];
        let n = wcrtomb(bytes.as_mut_ptr().cast(), c as libc::wchar_t, &raw mut state);
        if n > bytes.len() {
            return false;
        }
        out.extend_from_slice(&bytes[..n]);
        true
    }
}

/// Encodes a character, if it can be.
fn encode(kind: u8, c: u32, out: &mut Vec<u8>) -> bool {
    match char::from_u32(c) {
        Some(c) if c.is_ascii() => out.push(c as u8),
        Some(c) if kind == UTF8 => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Some(c) => return kind == LOCALE && locale_bytes(c.into(), out),
        None => return false,
    }
    true
}

/// The next character in the locale's encoding, and how many bytes it has.
fn locale_char(bytes: &[u8]) -> Option<(u32, usize)> {
    // SAFETY: zero is the initial state; the bytes are there.
    unsafe {
        let mut state: libc::mbstate_t = core::mem::zeroed();
        let mut wide: libc::wchar_t = 0;
        let n = mbrtowc(&raw mut wide, bytes.as_ptr().cast(), bytes.len(), &raw mut state);
        // A null character has the length 0; what is no character, or not a whole one, has a huge one.
        (n <= bytes.len()).then_some((wide as u32, n.max(1)))
    }
}

unsafe extern "C" {
    fn wcrtomb(s: *mut libc::c_char, wc: libc::wchar_t, state: *mut libc::mbstate_t) -> usize;
    fn mbrtowc(wc: *mut libc::wchar_t, s: *const libc::c_char, n: usize, state: *mut libc::mbstate_t) -> usize;
}

impl PyStr {
    /// The text as bytes for the operating system, with `surrogateescape`; `UnicodeEncodeError` for other surrogates, and for
    /// what the encoding lacks.
    pub fn to_fs_bytes(&self, t: &Thread) -> PyResult<Vec<u8>> {
        if let Some(text) = self.as_ascii() {
            return Ok(text.as_bytes().to_vec());
        }
        let kind = ENCODING.load(Ordering::Relaxed);
        let mut out = Vec::with_capacity(self.len() * 2);
        for (i, c) in self.chars().iter().enumerate() {
            let escaped = escaped(c);
            out.extend(escaped);
            if escaped.is_none() && !encode(kind, c, &mut out) {
                // The error names all that cannot be encoded from here on.
                let n = self.chars().iter().skip(i).take_while(|&c| !encode(kind, c, &mut Vec::new())).count();
                let reason = match kind {
                    UTF8 => "surrogates not allowed",
                    ASCII => "ordinal not in range(128)",
                    _ => "character maps to <undefined>",
                };
                return Err(unicode_encode_error(t, &encoding(), self, i, i + n, reason));
            }
        }
        Ok(out)
    }

    /// Text of the operating system, with `surrogateescape`.
    pub fn from_fs_bytes(t: &Thread, bytes: &[u8]) -> PyResult<Owned<Self>> {
        if bytes.is_ascii() {
            return Self::from_ascii(t, bytes);
        }
        let mut points: Vec<u32> = Vec::with_capacity(bytes.len());
        let surrogate = |&b: &u8| 0xdc00 + u32::from(b);
        match ENCODING.load(Ordering::Relaxed) {
            UTF8 => {
                if let Ok(text) = core::str::from_utf8(bytes) {
                    return Self::from_str(t, text);
                }
                for chunk in bytes.utf8_chunks() {
                    points.extend(chunk.valid().chars().map(u32::from));
                    points.extend(chunk.invalid().iter().map(surrogate));
                }
            }
            ASCII => points.extend(bytes.iter().map(|b| if b.is_ascii() { u32::from(*b) } else { surrogate(b) })),
            _ => {
                let mut rest = bytes;
                while let Some(first) = rest.first() {
                    let (c, n) = match locale_char(rest) {
                        _ if first.is_ascii() => (u32::from(*first), 1),
                        Some(found) => found,
                        None => (surrogate(first), 1),
                    };
                    points.push(c);
                    rest = &rest[n..];
                }
            }
        }
        Self::from_code_points(t, &points)
    }
}
