//! `binascii`: base64, hexadecimal, uuencode, quoted-printable, and checksums.

use taipan_object::argparse::{FromArg, What};
use taipan_object::buffer::Buffer;
use taipan_object::exceptions::own::ModuleException;
use taipan_object::{
    Class, Object, Owned, PyBytes, PyModule, PyResult, PyStr, Thread, err, errors, exceptions, native_module, number,
    sequence,
};
use taipan_text::hex;

static ERROR: ModuleException = ModuleException::new("binascii.Error", exceptions::ValueError::class, "");
static INCOMPLETE: ModuleException = ModuleException::new("binascii.Incomplete", exceptions::Exception::class, "");

/// Raises `binascii.Error`.
macro_rules! bad {
    ($t:expr, $($message:tt)+) => { ERROR.raise($t, format_args!($($message)+)) };
}

/// A bytes-like object or an ASCII string.
enum Ascii<'a> {
    Text(&'a str),
    Bytes(Buffer),
}

impl Ascii<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(view) => view.as_bytes(),
        }
    }
}

impl<'a> FromArg<'a> for Ascii<'a> {
    fn from_arg(t: &Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        if let Some(text) = arg.downcast::<PyStr>() {
            return match text.as_ascii() {
                Some(text) => Ok(Self::Text(text)),
                None => Err(err!(t, ValueError, "string argument should contain only ASCII characters")),
            };
        }
        match Buffer::readable(t, arg) {
            Ok(view) => Ok(Self::Bytes(view)),
            Err(_) => {
                errors::clear(t);
                let name = arg.class().name_lossy();
                Err(err!(t, TypeError, "argument should be bytes, buffer or ASCII string, not '{name:.100}'"))
            }
        }
    }
}

/// An integer of which only the low 32 bits count.
struct Mask(u32);

impl<'a> FromArg<'a> for Mask {
    fn from_arg(t: &Thread, arg: &'a Object, _what: What) -> PyResult<Self> {
        Ok(Self(number::index(t, arg)?.to_u64_mask() as u32))
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The values of base64's characters; 255 for others.
const BASE64_VALUES: [u8; 256] = {
    let mut table = [255u8; 256];
    let mut i = 0;
    while i < 64 {
        table[BASE64[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn decode_base64(t: &Thread, data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len().div_ceil(4) * 3);
    let (mut quad, mut pads, mut left) = (0usize, 0usize, 0u8);
    let one_more = |n: usize| {
        bad!(
            t,
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            n / 3 * 4 + 1
        )
    };
    let mut i = 0;
    while let Some(&c) = data.get(i) {
        // Whole groups of four go the short way.
        if quad == 0 && pads == 0 {
            while let Some(&[a, b, c, d]) = data.get(i..i + 4).and_then(|g| g.first_chunk::<4>()) {
                let v = [a, b, c, d].map(|x| BASE64_VALUES[usize::from(x)]);
                if v.iter().any(|&x| x > 63) {
                    break;
                }
                out.extend([v[0] << 2 | v[1] >> 4, v[1] << 4 | v[2] >> 2, v[2] << 6 | v[3]]);
                i += 4;
            }
            if i >= data.len() {
                break;
            }
            if data.get(i) != Some(&c) {
                let Some(_) = data.get(i) else { break };
            }
        }
        let Some(&c) = data.get(i) else { break };
        i += 1;
        if c == b'=' {
            if strict {
                if quad == 0 {
                    let what = if i == 1 { "Leading" } else { "Excess" };
                    return Err(bad!(t, "{what} padding not allowed"));
                }
                if quad == 1 {
                    return Err(one_more(out.len()));
                }
                if quad + pads >= 4 {
                    return Err(bad!(t, "Excess padding not allowed"));
                }
            }
            if quad >= 2 {
                pads += 1;
            }
            continue;
        }
        let v = BASE64_VALUES[usize::from(c)];
        if v > 63 {
            if strict {
                return Err(bad!(t, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && pads > 0 {
            return Err(if quad + pads >= 4 {
                bad!(t, "Excess data after padding")
            } else {
                bad!(t, "Discontinuous padding not allowed")
            });
        }
        pads = 0;
        match quad {
            0 => left = v,
            1 => {
                out.push(left << 2 | v >> 4);
                left = v & 0x0f;
            }
            2 => {
                out.push(left << 4 | v >> 2);
                left = v & 0x03;
            }
            _ => {
                out.push(left << 6 | v);
                left = 0;
            }
        }
        quad = (quad + 1) % 4;
    }
    match quad {
        0 => Ok(out),
        1 => Err(one_more(out.len())),
        _ if quad + pads < 4 => Err(bad!(t, "Incorrect padding")),
        _ => Ok(out),
    }
}

fn encode_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let digit = |n: u32| BASE64[(n & 63) as usize];
    let mut groups = data.chunks_exact(3);
    for group in &mut groups {
        let n = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        out.extend([digit(n >> 18), digit(n >> 12), digit(n >> 6), digit(n)]);
    }
    match *groups.remainder() {
        [a] => out.extend([digit(u32::from(a) >> 2), digit(u32::from(a) << 4), b'=', b'=']),
        [a, b] => {
            let n = u32::from(a) << 8 | u32::from(b);
            out.extend([digit(n >> 10), digit(n >> 4), digit(n << 2), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

const fn hex_value(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        b'A'..=b'F' => Some(c - b'A' + 10),
        _ => None,
    }
}

fn decode_hex(t: &Thread, data: &[u8]) -> PyResult<Owned<PyBytes>> {
    if !data.len().is_multiple_of(2) {
        return Err(bad!(t, "Odd-length string"));
    }
    let mut valid = true;
    let out = PyBytes::with(t, data.len() / 2, |out| valid = hex::decode(data, out))?;
    if valid { Ok(out) } else { Err(bad!(t, "Non-hexadecimal digit found")) }
}

fn encode_hex(t: &Thread, data: &[u8], sep: Option<&Object>, group: i32) -> PyResult<Owned<PyBytes>> {
    let mut separator = None;
    if let Some(sep) = sep {
        if sequence::len(t, sep)? != 1 {
            return Err(err!(t, ValueError, "sep must be length 1."));
        }
        if let Some(text) = sep.downcast::<PyStr>() {
            match u8::try_from(text.char_at(0)) {
                Ok(c) => separator = Some(c),
                Err(_) => return Err(err!(t, ValueError, "sep must be ASCII.")),
            }
        } else if let Some(bytes) = sep.downcast::<PyBytes>() {
            separator = bytes.as_bytes().first().copied();
        } else {
            return Err(err!(t, TypeError, "sep must be str or bytes."));
        }
    }
    let Some(separator) = separator.filter(|_| group != 0) else {
        return PyBytes::with(t, data.len() * 2, |out| hex::encode(data, out));
    };
    PyBytes::with(t, hex::grouped_len(data.len(), group), |out| hex::encode_grouped(data, separator, group, out))
}

fn decode_uu(t: &Thread, data: &[u8]) -> PyResult<Vec<u8>> {
    let Some((&length, rest)) = data.split_first() else { return Err(bad!(t, "Missing length byte")) };
    let wanted = usize::from(length.wrapping_sub(b' ') & 0x3f);
    let mut out = Vec::with_capacity(wanted);
    let (mut bits, mut n_bits) = (0u32, 0);
    let mut at = 0;
    while out.len() < wanted {
        let value = match rest.get(at) {
            None | Some(b'\n' | b'\r') => 0,
            Some(&c) if (b' '..=b' ' + 64).contains(&c) => u32::from(c - b' ') & 0x3f,
            Some(_) => return Err(bad!(t, "Illegal char")),
        };
        at += 1;
        bits = bits << 6 | value;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            out.push((bits >> n_bits) as u8);
            bits &= (1 << n_bits) - 1;
        }
    }
    if rest.iter().skip(at).any(|&c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(bad!(t, "Trailing garbage"));
    }
    Ok(out)
}

fn encode_uu(t: &Thread, data: &[u8], backtick: bool) -> PyResult<Vec<u8>> {
    if data.len() > 45 {
        return Err(bad!(t, "At most 45 bytes at once"));
    }
    let digit = |n: u32| if backtick && n & 63 == 0 { b'`' } else { (n & 63) as u8 + b' ' };
    let mut out = vec![digit(data.len() as u32)];
    for group in data.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let n = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend([digit(n >> 18), digit(n >> 12), digit(n >> 6), digit(n)]);
    }
    out.push(b'\n');
    Ok(out)
}

fn decode_qp(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while let Some(&c) = data.get(i) {
        i += 1;
        if c == b'_' && header {
            out.push(b' ');
            continue;
        }
        if c != b'=' {
            out.push(c);
            continue;
        }
        match data.get(i) {
            None => break,
            // A soft line break.
            Some(b'\n') => i += 1,
            Some(b'\r') => {
                while data.get(i).is_some_and(|&c| c != b'\n') {
                    i += 1;
                }
                i += 1;
            }
            Some(b'=') => {
                out.push(b'=');
                i += 1;
            }
            Some(&a) => match (hex_value(a), data.get(i + 1).and_then(|&b| hex_value(b))) {
                (Some(a), Some(b)) => {
                    out.push(a << 4 | b);
                    i += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

const MAX_LINE: usize = 76;

fn encode_qp(data: &[u8], quotetabs: bool, istext: bool, header: bool) -> Vec<u8> {
    let upper = |b: u8| [b'='].into_iter().chain(hex::digits(b).map(|digit| digit.to_ascii_uppercase()));
    // All line ends become like the first one.
    let crlf = data.iter().position(|&c| c == b'\n').is_some_and(|at| at > 0 && data.get(at - 1) == Some(&b'\r'));
    let end = |out: &mut Vec<u8>| {
        if crlf {
            out.push(b'\r');
        }
        out.push(b'\n');
    };
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    let mut line = 0;
    let mut i = 0;
    while let Some(&c) = data.get(i) {
        let next = data.get(i + 1).copied();
        let quoted = c > 126
            || c == b'='
            || (header && c == b'_')
            || (c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)))
            || (!istext && matches!(c, b'\r' | b'\n'))
            || (matches!(c, b'\t' | b' ') && next.is_none())
            || (c < 33 && !matches!(c, b'\r' | b'\n') && (quotetabs || !matches!(c, b'\t' | b' ')));
        if quoted {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                end(&mut out);
                line = 0;
            }
            out.extend(upper(c));
            i += 1;
            line += 3;
        } else if istext && (c == b'\n' || (c == b'\r' && next == Some(b'\n'))) {
            line = 0;
            // Blanks at the end of a line would be lost.
            if let Some(&blank @ (b' ' | b'\t')) = out.last() {
                out.pop();
                out.extend(upper(blank));
            }
            end(&mut out);
            i += if c == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|n| n != b'\n') && line + 1 >= MAX_LINE {
                out.push(b'=');
                end(&mut out);
                line = 0;
            }
            line += 1;
            out.push(if header && c == b' ' { b'_' } else { c });
            i += 1;
        }
    }
    out
}

fn crc_ccitt(data: &[u8], crc: u32) -> u32 {
    let mut crc = crc & 0xffff;
    for &b in data {
        let mut x = (crc >> 8 ^ u32::from(b)) & 0xff;
        x ^= x >> 4;
        crc = (crc << 8 ^ x << 12 ^ x << 5 ^ x) & 0xffff;
    }
    crc
}

/// Continues a CRC-32.
fn crc_32(data: &[u8], crc: u32) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(crc);
    hasher.update(data);
    hasher.finalize()
}

/// Conversion between binary data and ASCII
#[native_module(name = "binascii")]
pub mod binascii {
    use super::*;

    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not part of the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[function(sig = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(t: &Thread, data: Ascii<'_>, strict_mode: bool) -> PyResult<Vec<u8>> {
        decode_base64(t, data.bytes(), strict_mode)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function(sig = "(hexstr, /)")]
    fn a2b_hex(t: &Thread, hexstr: Ascii<'_>) -> PyResult<Owned<PyBytes>> {
        decode_hex(t, hexstr.bytes())
    }

    /// Decode a string of qp-encoded data.
    #[function(sig = "(data, header=False)")]
    fn a2b_qp(_t: &Thread, data: Ascii<'_>, header: bool) -> Vec<u8> {
        decode_qp(data.bytes(), header)
    }

    /// Decode a line of uuencoded data.
    #[function(sig = "(data, /)")]
    fn a2b_uu(t: &Thread, data: Ascii<'_>) -> PyResult<Vec<u8>> {
        decode_uu(t, data.bytes())
    }

    /// Base64-code line of data.
    #[function(sig = "(data, /, *, newline=True)")]
    fn b2a_base64(_t: &Thread, data: Buffer, newline: bool) -> Vec<u8> {
        encode_base64(data.as_bytes(), newline)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    ///
    /// Example:
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef')
    /// b'b901ef'
    /// >>> binascii.hexlify(b'\xb9\x01\xef', ':')
    /// b'b9:01:ef'
    /// >>> binascii.b2a_hex(b'\xb9\x01\xef', b'_', 2)
    /// b'b9_01ef'
    #[function(sig = "(data, sep=None, bytes_per_sep=1)", text = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(t: &Thread, data: Buffer, sep: Option<&Object>, bytes_per_sep: i32) -> PyResult<Owned<PyBytes>> {
        encode_hex(t, data.as_bytes(), sep, bytes_per_sep)
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(sig = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(_t: &Thread, data: Buffer, quotetabs: bool, istext: bool, header: bool) -> Vec<u8> {
        encode_qp(data.as_bytes(), quotetabs, istext, header)
    }

    /// Uuencode line of data.
    #[function(sig = "(data, /, *, backtick=False)")]
    fn b2a_uu(t: &Thread, data: Buffer, backtick: bool) -> PyResult<Vec<u8>> {
        encode_uu(t, data.as_bytes(), backtick)
    }

    /// Compute CRC-32 incrementally.
    #[function(sig = "(data, crc=0, /)")]
    fn crc32(t: &Thread, data: Buffer, crc: Option<&Object>) -> PyResult<u32> {
        let start = match crc {
            Some(crc) => number::index(t, crc)?.to_u64_mask() as u32,
            None => 0,
        };
        Ok(if data.len() < 1024 * 5 { crc_32(data.as_bytes(), start) } else { crc_large(t, &data, start) })
    }

    /// Compute CRC-CCITT incrementally.
    #[function(sig = "(data, crc, /)")]
    fn crc_hqx(_t: &Thread, data: Buffer, crc: Mask) -> u32 {
        crc_ccitt(data.as_bytes(), crc.0)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[function(sig = "(data, sep=None, bytes_per_sep=1)", text = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(t: &Thread, data: Buffer, sep: Option<&Object>, bytes_per_sep: i32) -> PyResult<Owned<PyBytes>> {
        encode_hex(t, data.as_bytes(), sep, bytes_per_sep)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[function(sig = "(hexstr, /)")]
    fn unhexlify(t: &Thread, hexstr: Ascii<'_>) -> PyResult<Owned<PyBytes>> {
        decode_hex(t, hexstr.bytes())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set(t, "Error", ERROR.class(t)?.as_object())?;
        module.set(t, "Incomplete", INCOMPLETE.class(t)?.as_object())
    }
}

/// The checksum of much data, with the GIL free for others.
fn crc_large(t: &Thread, data: &Buffer, start: u32) -> u32 {
    let bytes = data.as_bytes();
    t.allow_threads(|| crc_32(bytes, start))
}
