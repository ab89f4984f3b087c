//! Values of numeric literals.

use crate::ast::{BigInt, Constant};

/// Decimal digits beyond which the conversion limit is looked at, whatever the limit is.
const LIMIT_THRESHOLD: usize = 640;

/// The value of a NUMBER token whose form the lexer has checked. `max_digits` is `sys.get_int_max_str_digits()`,
/// 0 for no limit; the error is CPython's message.
pub fn parse_number(text: &str, max_digits: usize) -> Result<Constant, String> {
    let cleaned;
    let text = if text.contains('_') {
        cleaned = text.replace('_', "");
        cleaned.as_str()
    } else {
        text
    };
    let bytes = text.as_bytes();
    if bytes.len() > 2 && bytes[0] == b'0' {
        let radix = match bytes[1] {
            b'x' | b'X' => 16,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => 10,
        };
        if radix != 10 {
            let digits = text.get(2..).unwrap_or_default();
            return Ok(match i64::from_str_radix(digits, radix) {
                Ok(value) => Constant::Int(value),
                Err(_) => big(power_of_two_radix(digits, radix)),
            });
        }
    }
    match bytes.last() {
        Some(b'j' | b'J') => {
            let real = text.get(..text.len() - 1).unwrap_or_default();
            return Ok(Constant::Complex(0.0, real.parse().unwrap_or(f64::NAN)));
        }
        _ if bytes.iter().any(|b| matches!(b, b'.' | b'e' | b'E')) => {
            return Ok(Constant::Float(text.parse().unwrap_or(f64::NAN)));
        }
        _ => {}
    }
    if let Ok(value) = text.parse::<i64>() {
        return Ok(Constant::Int(value));
    }
    let digits = text.trim_start_matches('0');
    if max_digits != 0 && text.len() > LIMIT_THRESHOLD && text.len() > max_digits {
        return Err(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
             literals to avoid decimal conversion limits.",
            text.len()
        ));
    }
    Ok(big(decimal(digits)))
}

fn big(limbs: Vec<u32>) -> Constant {
    let mut hex = String::with_capacity(limbs.len() * 8);
    for limb in limbs.iter().rev() {
        hex.push_str(&format!("{limb:08x}"));
    }
    let digits = hex.trim_start_matches('0');
    match i64::from_str_radix(if digits.is_empty() { "0" } else { digits }, 16) {
        Ok(value) => Constant::Int(value),
        Err(_) => Constant::BigInt(BigInt { digits_hex: digits.into() }),
    }
}

/// Little-endian limbs of digits of radix 2, 8 or 16.
fn power_of_two_radix(digits: &str, radix: u32) -> Vec<u32> {
    let bits = radix.trailing_zeros();
    let mut limbs = Vec::with_capacity(digits.len() * bits as usize / 32 + 1);
    let mut acc: u64 = 0;
    let mut filled = 0;
    for c in digits.bytes().rev() {
        acc |= u64::from((c as char).to_digit(radix).unwrap_or(0)) << filled;
        filled += bits;
        if filled >= 32 {
            limbs.push(acc as u32);
            acc >>= 32;
            filled -= 32;
        }
    }
    limbs.push(acc as u32);
    limbs
}

/// Little-endian limbs of decimal digits.
fn decimal(digits: &str) -> Vec<u32> {
    let mut limbs: Vec<u32> = Vec::with_capacity(digits.len() / 9 + 1);
    for chunk in digits.as_bytes().chunks(9) {
        let mut scale: u64 = 1;
        let mut carry: u64 = 0;
        for &c in chunk {
            scale *= 10;
            carry = carry * 10 + u64::from(c.wrapping_sub(b'0'));
        }
        for limb in &mut limbs {
            carry += u64::from(*limb) * scale;
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            limbs.push(carry as u32);
        }
    }
    limbs
}
