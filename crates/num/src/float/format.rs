//! Floats to text: shortest repr, `%e %f %g`, hexadecimal.

/// What `PyOS_double_to_string` is told besides type and precision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// A `+` before positive numbers.
    pub sign: bool,
    /// `.0` after an integral result without exponent.
    pub add_dot_0: bool,
    /// The alternate form: always a point, trailing zeros kept.
    pub alt: bool,
    /// A result of only zeros has no minus sign.
    pub no_neg_0: bool,
}

/// Decimal digits and the position of the point: the value is `0.digits * 10**point`.
struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

/// A double has no more significant digits than this.
const MAX_DIGITS: usize = 800;

fn from_scientific(s: &str) -> Decimal {
    let (mantissa, exp) = s.split_once('e').unwrap_or((s, "0"));
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    Decimal { digits, point: exp.parse::<i64>().unwrap_or(0) + 1 }
}

/// The shortest digits that read back as `x` (finite, not negative).
fn shortest(x: f64) -> Decimal {
    if x == 0.0 {
        return Decimal { digits: vec![b'0'], point: 1 };
    }
    let mut buf = zmij::Buffer::new();
    let s = buf.format_finite(x).as_bytes();
    let mut digits = Vec::with_capacity(17);
    let mut point = 0i64; // digits before the point
    let mut seen_point = false;
    let mut exp = 0i64;
    for (i, &c) in s.iter().enumerate() {
        match c {
            b'0'..=b'9' => {
                if !(digits.is_empty() && c == b'0') {
                    digits.push(c);
                    point += i64::from(!seen_point);
                } else if seen_point {
                    point -= 1;
                }
            }
            b'.' => seen_point = true,
            b'e' => {
                let text = std::str::from_utf8(&s[i + 1..]).unwrap_or("0");
                exp = text.parse().unwrap_or(0);
                break;
            }
            _ => {}
        }
    }
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    Decimal { digits, point: point + exp }
}

/// `n` significant digits, exactly rounded; trailing zeros may be left off.
fn significant(x: f64, n: usize) -> Decimal {
    from_scientific(&format!("{:.*e}", n.clamp(1, MAX_DIGITS) - 1, x))
}

/// `n` digits after the point, exactly rounded; trailing zeros may be left off.
fn fixed(x: f64, n: usize) -> Decimal {
    let s = format!("{:.*}", n.min(1100), x);
    let (whole, frac) = s.split_once('.').unwrap_or((&s, ""));
    let mut digits: Vec<u8> = Vec::with_capacity(s.len());
    let mut point = whole.len() as i64;
    digits.extend_from_slice(whole.as_bytes());
    digits.extend_from_slice(frac.as_bytes());
    let zeros = digits.iter().take_while(|&&d| d == b'0').count();
    digits.drain(..zeros);
    point -= zeros as i64;
    if digits.is_empty() {
        digits.push(b'0');
        point = 1;
    }
    Decimal { digits, point }
}

/// The most digits after the point of [`scaled`].
const MAX_SCALE: usize = 17;

/// `x * 10**n` for a finite `x >= 0`, rounded half to even from the exact value; `None` where integers of 128 bits do not
/// suffice.
fn scaled(x: f64, n: usize) -> Option<u64> {
    if n > MAX_SCALE {
        return None;
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // At most 53 + 57 bits.
    let product = u128::from(mantissa) * 10u128.pow(n as u32);
    if exponent >= 0 {
        return if exponent <= 17 { u64::try_from(product << exponent).ok() } else { None };
    }
    let shift = exponent.unsigned_abs();
    if shift >= 128 {
        return Some(0);
    }
    let (whole, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1u128 << (shift - 1));
    let up = rest > half || rest == half && whole & 1 == 1;
    u64::try_from(whole + u128::from(up)).ok()
}

/// `x` with `n` digits after the point if that needs no big integers.
fn fixed_quickly(x: f64, n: usize, flags: Flags) -> Option<Vec<u8>> {
    let value = scaled(x.abs(), n)?;
    let mut out = Vec::with_capacity(32);
    if x.is_sign_negative() && !(flags.no_neg_0 && value == 0) {
        out.push(b'-');
    } else if flags.sign {
        out.push(b'+');
    }
    let unit = 10u64.pow(n as u32);
    crate::int::text::write_u64(&mut out, value / unit);
    if n > 0 {
        out.push(b'.');
        let start = out.len();
        out.resize(start + n, b'0');
        let mut rest = value % unit;
        for place in out[start..].iter_mut().rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    } else if flags.add_dot_0 {
        out.extend_from_slice(b".0");
    } else if flags.alt {
        out.push(b'.');
    }
    Some(out)
}

/// `repr(x)` of a finite number where the shortest digits come in Python's form: without exponent.
fn repr_quickly(x: f64) -> Option<Vec<u8>> {
    let mut buf = zmij::Buffer::new();
    let text = buf.format_finite(x).as_bytes();
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = !digits.contains(&b'e') && digits.contains(&b'.') && !digits.starts_with(b"0.0000");
    plain.then(|| text.to_vec())
}

/// `repr(x)`.
pub fn repr(x: f64) -> Vec<u8> {
    double_to_string(x, b'r', 0, Flags { add_dot_0: true, ..Flags::default() })
}

/// `PyOS_double_to_string`: `code` is one of `e E f F g G r`.
pub fn double_to_string(x: f64, code: u8, precision: usize, flags: Flags) -> Vec<u8> {
    let upper = code.is_ascii_uppercase();
    let kind = code.to_ascii_lowercase();
    if x.is_finite() {
        let quickly = match kind {
            b'f' => fixed_quickly(x, precision, flags),
            b'r' if flags == (Flags { add_dot_0: true, ..Flags::default() }) => repr_quickly(x),
            _ => None,
        };
        if let Some(text) = quickly {
            return text;
        }
    }
    let mut out = Vec::with_capacity(32);
    if !x.is_finite() {
        if x.is_infinite() && x < 0.0 {
            out.push(b'-');
        } else if flags.sign {
            out.push(b'+');
        }
        out.extend_from_slice(match (x.is_nan(), upper) {
            (true, false) => b"nan",
            (true, true) => b"NAN",
            (false, false) => b"inf",
            (false, true) => b"INF",
        });
        return out;
    }
    let a = x.abs();
    let precision = if kind == b'g' { precision.max(1) } else { precision };
    let d = match kind {
        b'e' => significant(a, precision.saturating_add(1)),
        b'f' => fixed(a, precision),
        b'g' => significant(a, precision),
        _ => shortest(a),
    };
    // CPython's digits never end in zeros.
    let mut digits = d.digits.as_slice();
    let mut point = d.point;
    while let [rest @ .., b'0'] = digits {
        if rest.is_empty() {
            break;
        }
        digits = rest;
    }
    let zero = digits == b"0";
    if zero {
        point = 1;
    }
    if x.is_sign_negative() && !(flags.no_neg_0 && zero) {
        out.push(b'-');
    } else if flags.sign {
        out.push(b'+');
    }
    let limit = precision as i64;
    let use_exp = match kind {
        b'e' => true,
        b'f' => false,
        b'g' => point <= -4 || point > limit - i64::from(flags.add_dot_0),
        _ => point <= -4 || point > 16,
    };
    // How many digits are written in all (`e`, `g`), or after the point (`f`).
    let (whole_len, frac_len): (i64, i64);
    let exp = point - 1;
    if use_exp {
        whole_len = 1;
        frac_len = match kind {
            b'e' => limit,
            b'g' if flags.alt => limit - 1,
            _ => digits.len() as i64 - 1,
        };
        point = 1;
    } else {
        whole_len = point.max(1);
        frac_len = match kind {
            b'f' => limit,
            b'g' if flags.alt => limit - point,
            _ => (digits.len() as i64 - point).max(0),
        };
    }
    out.reserve((whole_len + frac_len) as usize + 8);
    let digit = |i: i64| -> u8 { if i < 0 { b'0' } else { digits.get(i as usize).copied().unwrap_or(b'0') } };
    for i in 0..whole_len {
        out.push(if point <= 0 { b'0' } else { digit(i) });
    }
    if frac_len > 0 {
        out.push(b'.');
        for i in 0..frac_len {
            out.push(digit(point + i));
        }
    } else if !use_exp && flags.add_dot_0 {
        out.extend_from_slice(b".0");
    } else if flags.alt {
        out.push(b'.');
    }
    if use_exp {
        out.push(if upper { b'E' } else { b'e' });
        out.push(if exp < 0 { b'-' } else { b'+' });
        let e = exp.unsigned_abs();
        if e < 10 {
            out.push(b'0');
        }
        crate::int::text::write_u64(&mut out, e);
    }
    out
}

/// `x.hex()`.
pub fn hex(x: f64) -> Vec<u8> {
    if !x.is_finite() {
        return repr(x);
    }
    let mut out = Vec::with_capacity(24);
    if x.is_sign_negative() {
        out.push(b'-');
    }
    if x == 0.0 {
        out.extend_from_slice(b"0x0.0p+0");
        return out;
    }
    let bits = x.to_bits();
    let e = (bits >> 52 & 0x7ff) as i64;
    let frac = bits & ((1 << 52) - 1);
    let (lead, e) = if e == 0 { ('0', -1022) } else { ('1', e - 1023) };
    out.extend_from_slice(format!("0x{lead}.{frac:013x}p{e:+}").as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::{Flags, double_to_string, fixed, repr, scaled, shortest};

    /// Numbers of all sizes, with many that lie half way between two decimals.
    fn numbers() -> impl Iterator<Item = f64> {
        let mut state = 11u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state
        };
        let some =
            [0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e16, 1e15, 1e-4, 1e-5, 123456.789, 5e-324, f64::MAX, f64::MIN_POSITIVE];
        some.into_iter().chain((0..60_000).map(move |i| {
            let n = next();
            match i % 4 {
                0 => f64::from_bits(n >> 1).abs(),
                1 => (n >> 40) as f64 / f64::from(1u32 << (n & 15)),
                2 => (n >> 44) as f64 / 1000.0,
                _ => (n >> 11) as f64 / (1u64 << 53) as f64,
            }
        }))
    }

    #[test]
    fn scaled_numbers_are_those_of_the_standard_library() {
        let mut compared = 0;
        for x in numbers().filter(|x| x.is_finite()) {
            for n in [0, 1, 2, 3, 6, 9, 17] {
                let Some(value) = scaled(x, n) else { continue };
                let d = fixed(x, n);
                let mut digits = d.digits.clone();
                digits.resize((d.point + n as i64).max(1) as usize, b'0');
                let wanted: u64 = String::from_utf8(digits).unwrap().parse().unwrap();
                assert_eq!(value, wanted, "{x:e} {n}");
                compared += 1;
            }
        }
        assert!(compared > 100_000);
    }

    #[test]
    fn short_forms_are_what_the_long_way_gives() {
        for x in numbers().filter(|x| x.is_finite()) {
            for x in [x, -x] {
                let text = String::from_utf8(repr(x)).unwrap();
                let d = shortest(x.abs());
                assert_eq!(text.parse::<f64>().unwrap().to_bits(), x.to_bits());
                assert_eq!(text.contains('e'), d.point <= -4 || d.point > 16, "{text}");
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                assert!(
                    text.contains('e')
                        || digits.trim_matches('0') == String::from_utf8(d.digits).unwrap().trim_matches('0')
                );
            }
        }
        let text = |x, n, flags| String::from_utf8(double_to_string(x, b'f', n, flags)).unwrap();
        assert_eq!(text(-0.001, 2, Flags::default()), "-0.00");
        assert_eq!(text(-0.001, 2, Flags { no_neg_0: true, ..Flags::default() }), "0.00");
        assert_eq!(text(2.5, 0, Flags { alt: true, sign: true, ..Flags::default() }), "+2.");
    }
}
