//! Normalisation forms.

use super::data::database::COMPOSITIONS;
use super::{combining, db_record, decomposition, old};

/// A normalisation form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Canonical decomposition.
    Nfd,
    /// Compatibility decomposition.
    Nfkd,
    /// Canonical composition.
    Nfc,
    /// Compatibility composition.
    Nfkc,
}

impl Form {
    /// From its name; `None` is "invalid normalization form".
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFD" => Form::Nfd,
            "NFKD" => Form::Nfkd,
            "NFC" => Form::Nfc,
            "NFKC" => Form::Nfkc,
            _ => return None,
        })
    }

    fn compat(self) -> bool {
        matches!(self, Form::Nfkd | Form::Nfkc)
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = 19 * V_COUNT * T_COUNT;

/// True when the string surely is in the form already; false is no answer.
pub fn quick_check(s: impl IntoIterator<Item = u32>, form: Form) -> bool {
    let stop = form.bit() | if form.composes() { 16 } else { 0 };
    let mut last = 0;
    for c in s {
        if c < 0x80 {
            last = 0;
            continue;
        }
        let r = db_record(c);
        if r.quick & stop != 0 || (r.combining != 0 && r.combining < last) {
            return false;
        }
        last = r.combining;
    }
    true
}

/// `unicodedata.is_normalized`.
pub fn is_normalized(s: &[u32], form: Form, old_data: bool) -> bool {
    if !old_data && quick_check(s.iter().copied(), form) {
        return true;
    }
    normalize(s, form, old_data) == s
}

/// `unicodedata.normalize`; `old_data` for the rules of `ucd_3_2_0`.
pub fn normalize(s: &[u32], form: Form, old_data: bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len() + s.len() / 8);
    let mut stack = Vec::new();
    for &c in s {
        stack.push(c);
        while let Some(c) = stack.pop() {
            if c < 0xa0 {
                out.push(c);
                continue;
            }
            if (S_BASE..S_BASE + S_COUNT).contains(&c) {
                let i = c - S_BASE;
                out.push(L_BASE + i / (V_COUNT * T_COUNT));
                out.push(V_BASE + i % (V_COUNT * T_COUNT) / T_COUNT);
                if !i.is_multiple_of(T_COUNT) {
                    out.push(T_BASE + i % T_COUNT);
                }
                continue;
            }
            if old_data {
                if old::is_new(c) {
                    out.push(c);
                    continue;
                }
                if let Some(d) = old::corrected(c) {
                    stack.push(d);
                    continue;
                }
            }
            match decomposition(c) {
                Some((prefix, d)) if prefix.is_empty() || form.compat() => stack.extend(d.iter().rev()),
                _ => out.push(c),
            }
        }
    }
    reorder(&mut out);
    if form.composes() { compose(&out) } else { out }
}

/// Puts runs of combining marks in canonical order.
fn reorder(s: &mut [u32]) {
    let mut i = 0;
    while i < s.len() {
        if s[i] < 0x300 || combining(s[i]) == 0 {
            i += 1;
            continue;
        }
        let start = i;
        while i < s.len() && combining(s[i]) != 0 {
            i += 1;
        }
        s[start..i].sort_by_key(|&c| combining(c));
    }
}

fn pair(a: u32, b: u32) -> Option<u32> {
    if (L_BASE..L_BASE + 19).contains(&a) && (V_BASE..V_BASE + V_COUNT).contains(&b) {
        return Some(S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT);
    }
    if (S_BASE..S_BASE + S_COUNT).contains(&a)
        && (a - S_BASE).is_multiple_of(T_COUNT)
        && (T_BASE + 1..T_BASE + T_COUNT).contains(&b)
    {
        return Some(a + (b - T_BASE));
    }
    let i = COMPOSITIONS.binary_search_by(|x| (x.0, x.1).cmp(&(a, b))).ok()?;
    Some(COMPOSITIONS[i].2)
}

fn compose(s: &[u32]) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(s.len());
    let mut starter: Option<usize> = None;
    let mut last = 0u8; // class of the last character kept after the starter
    for &c in s {
        let class = if c < 0x300 { 0 } else { combining(c) };
        if let Some(at) = starter {
            let adjacent = at + 1 == out.len();
            if c >= 0x300 && (adjacent || (last != 0 && last < class)) {
                if let Some(p) = pair(out[at], c) {
                    out[at] = p;
                    continue;
                }
            }
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last = class;
        out.push(c);
    }
    out
}
