//! Full case mappings of characters and strings.

use super::data::types::{EXTENDED_CASE, LOWER, SPECIAL_CASE, TITLE, UPPER};
use super::{is_case_ignorable, is_cased, type_record};
use crate::unit::Unit;

const SIGMA: u32 = 0x3a3;

fn special(c: u32) -> Option<&'static [&'static [u32]; 4]> {
    let i = SPECIAL_CASE.binary_search_by_key(&c, |r| r.0).ok()?;
    Some(&SPECIAL_CASE[i].1)
}

macro_rules! full {
    ($($(#[$doc:meta])* $name:ident $index:literal $simple:ident $ascii:ident;)*) => {
        $($(#[$doc])*
        #[inline]
        pub fn $name(c: u32, out: &mut Vec<u32>) {
            if c < 0x80 {
                out.push(u32::from((c as u8).$ascii()));
                return;
            }
            let r = type_record(c);
            if r.flags & EXTENDED_CASE != 0 {
                if let Some(s) = special(c) {
                    out.extend_from_slice(s[$index]);
                    return;
                }
            }
            out.push(c.wrapping_add_signed(r.$simple));
        })*
    };
}

full! {
    /// Appends the lower-case form, without regard to final sigma.
    push_lower 0 lower to_ascii_lowercase;
    /// Appends the title-case form.
    push_title 1 title to_ascii_uppercase;
    /// Appends the upper-case form.
    push_upper 2 upper to_ascii_uppercase;
    /// Appends the case-folded form.
    push_folded 3 lower to_ascii_lowercase;
}

/// The lower-case sigma for position `i`: final when a cased letter precedes and none follows, ignorables aside.
fn sigma<T: Unit>(s: &[T], i: usize) -> u32 {
    let before = s[..i].iter().rev().map(|c| c.cp()).find(|&c| !is_case_ignorable(c));
    let after = s[i + 1..].iter().map(|c| c.cp()).find(|&c| !is_case_ignorable(c));
    if before.is_some_and(is_cased) && !after.is_some_and(is_cased) { 0x3c2 } else { 0x3c3 }
}

fn push_lower_at<T: Unit>(s: &[T], i: usize, out: &mut Vec<u32>) {
    let c = s[i].cp();
    if c == SIGMA { out.push(sigma(s, i)) } else { push_lower(c, out) }
}

/// `str.lower`.
pub fn lower<T: Unit>(s: &[T]) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len());
    for i in 0..s.len() {
        push_lower_at(s, i, &mut out);
    }
    out
}

/// `str.upper`.
pub fn upper<T: Unit>(s: &[T]) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len());
    s.iter().for_each(|c| push_upper(c.cp(), &mut out));
    out
}

/// `str.casefold`.
pub fn casefold<T: Unit>(s: &[T]) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len());
    s.iter().for_each(|c| push_folded(c.cp(), &mut out));
    out
}

/// `str.swapcase`.
pub fn swapcase<T: Unit>(s: &[T]) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len());
    for (i, c) in s.iter().enumerate() {
        let flags = type_record(c.cp()).flags;
        if flags & UPPER != 0 {
            push_lower_at(s, i, &mut out);
        } else if flags & LOWER != 0 {
            push_upper(c.cp(), &mut out);
        } else {
            out.push(c.cp());
        }
    }
    out
}

/// `str.capitalize`.
pub fn capitalize<T: Unit>(s: &[T]) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len());
    if let Some(c) = s.first() {
        push_title(c.cp(), &mut out);
        for i in 1..s.len() {
            push_lower_at(s, i, &mut out);
        }
    }
    out
}

/// `str.title`.
pub fn title<T: Unit>(s: &[T]) -> Vec<u32> {
    let mut out = Vec::with_capacity(s.len());
    let mut inside = false;
    for (i, c) in s.iter().enumerate() {
        let c = c.cp();
        if inside {
            push_lower_at(s, i, &mut out);
        } else {
            push_title(c, &mut out);
        }
        inside = is_cased_letter(c);
    }
    out
}

/// Cased for `title` and `istitle`: also case-ignorable letters that are cased.
fn is_cased_letter(c: u32) -> bool {
    is_cased(c) || type_record(c).flags & (LOWER | UPPER | TITLE) != 0
}

/// `str.islower`.
pub fn is_lower<T: Unit>(s: &[T]) -> bool {
    let mut cased = false;
    for c in s {
        let f = type_record(c.cp()).flags;
        if f & (UPPER | TITLE) != 0 {
            return false;
        }
        cased |= f & LOWER != 0;
    }
    cased
}

/// `str.isupper`.
pub fn is_upper<T: Unit>(s: &[T]) -> bool {
    let mut cased = false;
    for c in s {
        let f = type_record(c.cp()).flags;
        if f & (LOWER | TITLE) != 0 {
            return false;
        }
        cased |= f & UPPER != 0;
    }
    cased
}

/// `str.istitle`.
pub fn is_title<T: Unit>(s: &[T]) -> bool {
    let (mut cased, mut inside) = (false, false);
    for c in s {
        let f = type_record(c.cp()).flags;
        if f & (UPPER | TITLE) != 0 {
            if inside {
                return false;
            }
            inside = true;
            cased = true;
        } else if f & LOWER != 0 {
            if !inside {
                return false;
            }
            cased = true;
        } else {
            inside = false;
        }
    }
    cased
}
