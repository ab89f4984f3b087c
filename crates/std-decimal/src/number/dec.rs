//! Decimal numbers: their parts, their text, and how a context rounds them.

use super::context::{Context, Rounding, status::*};
use super::{Coeff, NoMemory, Rest};
use core::cmp::Ordering;

/// What kind of number it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Finite,
    Infinite,
    QuietNan,
    SignalingNan,
}

/// A number. The coefficient of a NaN is its payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dec {
    pub negative: bool,
    pub kind: Kind,
    pub exp: i64,
    pub coeff: Coeff,
}

/// Bytes that suffice for [`Dec::plain_text`].
pub const PLAIN: usize = 48;

/// A result, unless memory is short.
pub type Res<T = Dec> = Result<T, NoMemory>;

impl Dec {
    pub fn finite(negative: bool, coeff: Coeff, exp: i64) -> Self {
        Self { negative, kind: Kind::Finite, exp, coeff }
    }

    pub fn from_i64(n: i64) -> Self {
        Self::finite(n < 0, Coeff::from_u64(n.unsigned_abs()), 0)
    }

    pub fn zero(negative: bool, exp: i64) -> Self {
        Self::finite(negative, Coeff::zero(), exp)
    }

    pub fn infinity(negative: bool) -> Self {
        Self { negative, kind: Kind::Infinite, exp: 0, coeff: Coeff::zero() }
    }

    pub fn nan() -> Self {
        Self { negative: false, kind: Kind::QuietNan, exp: 0, coeff: Coeff::zero() }
    }

    /// A NaN as the result of an impossible operation.
    pub fn impossible(c: &mut Context, condition: u32) -> Self {
        c.signal(condition);
        Self::nan()
    }

    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    pub fn is_special(&self) -> bool {
        self.kind != Kind::Finite
    }

    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::QuietNan | Kind::SignalingNan)
    }

    pub fn is_snan(&self) -> bool {
        self.kind == Kind::SignalingNan
    }

    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coeff.is_zero()
    }

    pub fn digits(&self) -> i64 {
        self.coeff.digits()
    }

    /// The exponent of the first digit.
    pub fn adjusted(&self) -> i64 {
        self.exp + self.digits() - 1
    }

    pub fn with_sign(mut self, negative: bool) -> Self {
        self.negative = negative;
        self
    }

    pub fn is_integer(&self) -> bool {
        self.is_finite() && (self.is_zero() || self.exp >= 0 || self.coeff.trailing_zeros() >= -self.exp)
    }

    /// Whether an integer is odd.
    pub fn is_odd_integer(&self) -> bool {
        self.is_finite() && !self.is_zero() && self.exp <= 0 && self.coeff.digit(-self.exp) % 2 == 1
    }

    pub fn is_normal(&self, c: &Context) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() >= c.emin
    }

    pub fn is_subnormal(&self, c: &Context) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() < c.emin
    }

    /// Rounds to the context (`mpd_qfinalize`).
    pub fn finalize(mut self, c: &mut Context) -> Res {
        match self.kind {
            Kind::Infinite => return Ok(self),
            Kind::QuietNan | Kind::SignalingNan => {
                let most = c.prec - i64::from(c.clamp);
                if self.digits() > most {
                    self.coeff = self.coeff.low_digits(most);
                }
                return Ok(self);
            }
            Kind::Finite => {}
        }
        let (etiny, etop) = (c.etiny(), c.etop());
        if self.is_zero() {
            let highest = if c.clamp { etop } else { c.emax };
            let exp = self.exp.clamp(etiny, highest.max(etiny));
            if exp != self.exp {
                self.exp = exp;
                c.signal(CLAMPED);
            }
            return Ok(self);
        }
        let adjusted = self.adjusted();
        if adjusted > c.emax {
            return Self::overflow(self.negative, c);
        }
        let subnormal = adjusted < c.emin;
        if subnormal {
            c.signal(SUBNORMAL);
        }
        let lowest = etiny.max(adjusted - c.prec + 1);
        if self.exp < lowest {
            c.signal(ROUNDED);
            let (coeff, rest) = self.coeff.shift_right(lowest - self.exp);
            self.exp = lowest;
            self.coeff = coeff;
            if rest != Rest::Zero {
                c.signal(if subnormal { INEXACT | UNDERFLOW } else { INEXACT });
            }
            if c.rounding.grows(rest, self.negative, self.coeff.digit(0)) {
                self.coeff = self.coeff.increment();
                if self.digits() > c.prec {
                    self.coeff = self.coeff.shift_right(1).0;
                    self.exp += 1;
                    if self.adjusted() > c.emax {
                        return Self::overflow(self.negative, c);
                    }
                }
            }
            if self.coeff.is_zero() {
                c.signal(CLAMPED);
            }
        }
        if c.clamp && self.exp > etop {
            self.coeff = self.coeff.shift_left(self.exp - etop)?;
            self.exp = etop;
            c.signal(CLAMPED);
        }
        Ok(self)
    }

    fn overflow(negative: bool, c: &mut Context) -> Res {
        c.signal(OVERFLOW | INEXACT | ROUNDED);
        let infinite = match c.rounding {
            Rounding::Down | Rounding::ZeroFiveUp => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            _ => true,
        };
        if infinite {
            return Ok(Self::infinity(negative));
        }
        Ok(Self::finite(negative, Coeff::nines(c.prec)?, c.etop()))
    }

    /// The quiet NaN that an operation with NaNs gives; nothing if there are none.
    pub fn propagate(operands: &[&Self], c: &mut Context) -> Option<Res> {
        let signaling = operands.iter().find(|d| d.is_snan());
        if signaling.is_some() {
            c.signal(INVALID_OPERATION);
        }
        let source = signaling.or_else(|| operands.iter().find(|d| d.is_nan()))?;
        let mut nan = (*source).clone();
        nan.kind = Kind::QuietNan;
        Some(nan.finalize(c))
    }

    /// Compares numbers that are not NaN.
    pub fn compare(&self, other: &Self) -> Res<Ordering> {
        let sign = |d: &Self| match (d.is_zero(), d.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        };
        let (a, b) = (sign(self), sign(other));
        if a != b || a == 0 {
            return Ok(a.cmp(&b));
        }
        let order = self.compare_magnitude(other)?;
        Ok(if self.negative { order.reverse() } else { order })
    }

    /// Compares the absolute values of numbers that are not NaN.
    pub fn compare_magnitude(&self, other: &Self) -> Res<Ordering> {
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return Ok(Ordering::Equal),
            (true, false) => return Ok(Ordering::Greater),
            (false, true) => return Ok(Ordering::Less),
            (false, false) => {}
        }
        match (self.coeff.is_zero(), other.coeff.is_zero()) {
            (true, true) => return Ok(Ordering::Equal),
            (true, false) => return Ok(Ordering::Less),
            (false, true) => return Ok(Ordering::Greater),
            (false, false) => {}
        }
        let order = self.adjusted().cmp(&other.adjusted());
        if order.is_ne() || self.exp == other.exp {
            return Ok(order.then_with(|| self.coeff.cmp(&other.coeff)));
        }
        let gap = self.exp - other.exp;
        // As many digits before the point: the gap is no wider than the longer of the two.
        if let (Some(a), Some(b), 1..=18) = (self.coeff.to_u64(), other.coeff.to_u64(), gap.unsigned_abs()) {
            let scale = u128::from(super::coeff::pow10(gap.unsigned_abs() as usize));
            let (a, b) = (u128::from(a), u128::from(b));
            return Ok(if gap > 0 { (a * scale).cmp(&b) } else { a.cmp(&(b * scale)) });
        }
        if gap > 0 {
            Ok(self.coeff.clone().shift_left(gap)?.cmp(&other.coeff))
        } else {
            Ok(self.coeff.cmp(&other.coeff.clone().shift_left(-gap)?))
        }
    }

    /// The text of a number of up to 36 digits that needs no exponent, in ASCII at the end of the buffer.
    #[inline]
    pub fn plain_text<'a>(&self, text: &'a mut [u8; PLAIN]) -> Option<&'a [u8]> {
        if self.kind != Kind::Finite || !(-41..=0).contains(&self.exp) {
            return None;
        }
        let mut x = self.coeff.two_limbs()?;
        let after = (-self.exp) as usize;
        // From the last digit on.
        let (mut at, mut written) = (text.len(), 0);
        let mut put = |c: u8| {
            at -= 1;
            text[at] = c;
        };
        let mut n = 0;
        loop {
            // Divisions of 64 bits are quicker.
            let (rest, mut limb, digits) = if x >> 64 == 0 {
                (0, x as u64, usize::MAX)
            } else {
                let base = u128::from(super::coeff::BASE);
                (x / base, (x % base) as u64, written + super::coeff::LIMB)
            };
            while written < digits && (limb > 0 || rest > 0 || written <= after) {
                if written == after && after > 0 {
                    put(b'.');
                }
                put(b'0' + (limb % 10) as u8);
                written += 1;
                if limb > 0 {
                    n = written;
                }
                limb /= 10;
            }
            x = rest;
            if x == 0 && (limb == 0 && written > after) {
                break;
            }
        }
        if self.exp + n.max(1) as i64 <= -6 {
            return None;
        }
        if self.negative {
            put(b'-');
        }
        text.get(at..)
    }

    /// Text in scientific or engineering form.
    pub fn to_text(&self, capitals: bool, engineering: bool) -> Res<String> {
        if let Some(text) = self.plain_text(&mut [0; PLAIN]) {
            return Ok(String::from_utf8_lossy(text).into_owned());
        }
        let mut digits = Vec::new();
        self.coeff.write_digits(&mut digits)?;
        let mut out = Vec::new();
        out.try_reserve(digits.len() + 32).map_err(|_| NoMemory)?;
        if self.negative {
            out.push(b'-');
        }
        match self.kind {
            Kind::Infinite => out.extend_from_slice(b"Infinity"),
            Kind::QuietNan | Kind::SignalingNan => {
                out.extend_from_slice(if self.is_snan() { b"sNaN" } else { b"NaN" });
                out.extend_from_slice(&digits);
            }
            Kind::Finite => {
                if digits.is_empty() {
                    digits.push(b'0');
                }
                let n = digits.len() as i64;
                let left = self.exp + n;
                let plain = self.exp <= 0 && left > -6;
                // How many digits stand before the point.
                let point = if plain {
                    left
                } else if !engineering {
                    1
                } else if self.is_zero() {
                    (left + 1).rem_euclid(3) - 1
                } else {
                    (left - 1).rem_euclid(3) + 1
                };
                if point <= 0 {
                    out.extend_from_slice(b"0.");
                    out.resize(out.len() + (-point) as usize, b'0');
                    out.extend_from_slice(&digits);
                } else if point >= n {
                    out.extend_from_slice(&digits);
                    out.resize(out.len() + (point - n) as usize, b'0');
                } else {
                    let (before, after) = digits.split_at(point as usize);
                    out.extend_from_slice(before);
                    out.push(b'.');
                    out.extend_from_slice(after);
                }
                if left != point {
                    out.push(if capitals { b'E' } else { b'e' });
                    out.extend_from_slice(format!("{:+}", left - point).as_bytes());
                }
            }
        }
        Ok(String::from_utf8(out).unwrap_or_default())
    }

    /// A number of up to 36 digits without an exponent, which fits in every context that does not round.
    #[inline]
    pub fn parse_short(text: &[u8]) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let (mut value, mut digits, mut point) = (0u128, 0, None);
        // Nineteen digits fit in 64 bits.
        for part in rest.chunks(19) {
            let (mut low, mut weight) = (0u64, 1u64);
            for &c in part {
                match c {
                    b'0'..=b'9' => {
                        low = low * 10 + u64::from(c - b'0');
                        weight *= 10;
                        digits += 1;
                    }
                    b'.' if point.is_none() => point = Some(digits),
                    _ => return None,
                }
            }
            if digits > 36 {
                return None;
            }
            value = value * u128::from(weight) + u128::from(low);
        }
        if digits == 0 {
            return None;
        }
        let fraction = point.map_or(0, |point: i64| digits - point);
        Some(Self::finite(negative, Coeff::from_u128(value), -fraction))
    }

    /// Reads a number; nothing if the text is none. Exponents beyond all bounds are cut to what no context holds.
    pub fn parse(text: &[u8]) -> Res<Option<Self>> {
        if let Some(number) = Self::parse_short(text) {
            return Ok(Some(number));
        }
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let lower = rest.get(..rest.len().min(9)).unwrap_or(&[]).to_ascii_lowercase();
        if rest.len() <= 8 && (lower == b"inf" || lower == b"infinity") {
            return Ok(Some(Self::infinity(negative)));
        }
        for (word, kind) in [(&b"nan"[..], Kind::QuietNan), (b"snan", Kind::SignalingNan)] {
            if lower.starts_with(word) {
                let payload = rest.get(word.len()..).unwrap_or(&[]);
                if !payload.iter().all(u8::is_ascii_digit) {
                    return Ok(None);
                }
                let coeff = Coeff::from_digits(payload)?;
                return Ok(Some(Self { negative, kind, exp: 0, coeff }));
            }
        }
        let end = rest.iter().position(|c| matches!(c, b'e' | b'E')).unwrap_or(rest.len());
        let (number, exponent) = rest.split_at(end);
        let mut digits = Vec::new();
        digits.try_reserve(number.len()).map_err(|_| NoMemory)?;
        let mut point = None;
        for &c in number {
            match c {
                b'0'..=b'9' => digits.push(c),
                b'.' if point.is_none() => point = Some(digits.len()),
                _ => return Ok(None),
            }
        }
        if digits.is_empty() {
            return Ok(None);
        }
        let mut exp = 0i64;
        if let [_, exponent @ ..] = exponent {
            let (down, exponent) = match exponent {
                [b'-', rest @ ..] => (true, rest),
                [b'+', rest @ ..] => (false, rest),
                rest => (false, rest),
            };
            if exponent.is_empty() || !exponent.iter().all(u8::is_ascii_digit) {
                return Ok(None);
            }
            const FAR: i64 = 4_000_000_000_000_000_000;
            for &c in exponent {
                exp = exp.saturating_mul(10).saturating_add(i64::from(c - b'0')).min(FAR);
            }
            if down {
                exp = -exp;
            }
        }
        let fraction = point.map_or(0, |point| digits.len() - point);
        Ok(Some(Self::finite(negative, Coeff::from_digits(&digits)?, exp - fraction as i64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts() {
        for text in [
            "0",
            "-0",
            "0.0",
            "0.00000",
            "0.000001",
            "-0.000000",
            "1",
            "-12.5",
            "0.1",
            "123456789012345678",
            "1234567890123456789",
            "10000000000000000000000000000000000",
            "0.99999999999999999999999999999999999",
            "1.50",
            "1000000000000000000.5",
            "18446744073709551615",
            "18446744073709551616",
            "184467440737095516.16",
            "100000000000000000000",
            "1.000000000000000000",
        ] {
            let number = Dec::parse_short(text.as_bytes()).unwrap();
            assert_eq!(number.plain_text(&mut [0; PLAIN]).unwrap(), text.as_bytes());
            let e = format!("{text}e0");
            assert_eq!(Dec::parse(e.as_bytes()).unwrap().unwrap(), number);
        }
        assert!(Dec::parse_short(b"0.0000001").unwrap().plain_text(&mut [0; PLAIN]).is_none());
        assert_eq!(Dec::parse(b"0.0000001").unwrap().unwrap().to_text(true, false).unwrap(), "1E-7");
        for text in ["", "-", ".", "1e5", "1..2", "x", "1234567890123456789012345678901234567"] {
            assert!(Dec::parse_short(text.as_bytes()).is_none());
        }
    }
}
