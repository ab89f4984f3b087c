//! Character names both ways.

use super::data::names::{ALGORITHMIC, ALIASES, NAME_COUNT, NAME_OFFSETS, NAME_RUNS, ONE_BYTE};

static NAMES: &[u8] = include_bytes!("data/names.bin");
static WORDS: &[u8] = include_bytes!("data/words.bin");
static WORD_OFFSETS: &[u8] = include_bytes!("data/word_offsets.bin");
static HASH: &[u8] = include_bytes!("data/name_hash.bin");

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// One character.
    Char(u32),
    /// A named sequence.
    Sequence(&'static [u32]),
}

const JAMO_L: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const JAMO_V: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU",
    "YI", "I",
];
const JAMO_T: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S",
    "SS", "NG", "J", "C", "K", "T", "P", "H",
];

fn word(i: usize) -> &'static [u8] {
    let at = |i: usize| {
        let b = &WORD_OFFSETS[i * 4..i * 4 + 4];
        u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize
    };
    &WORDS[at(i)..at(i + 1)]
}

/// Calls `f` for each word of a name.
fn words(index: usize, mut f: impl FnMut(&'static [u8])) {
    let mut p = NAME_OFFSETS[index / 32] as usize;
    let mut skip = index % 32;
    loop {
        let b = usize::from(NAMES[p]);
        p += 1;
        if b == 0 {
            if skip == 0 {
                return;
            }
            skip -= 1;
            continue;
        }
        let w = if b < ONE_BYTE {
            b
        } else {
            p += 1;
            ONE_BYTE + (b - ONE_BYTE) * 256 + usize::from(NAMES[p - 1])
        };
        if skip == 0 {
            f(word(w));
        }
    }
}

fn spell(index: usize) -> String {
    let mut out = Vec::with_capacity(32);
    words(index, |w| {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.extend_from_slice(w);
    });
    out.into_iter().map(char::from).collect()
}

/// `unicodedata.name`.
pub fn name(c: u32) -> Option<String> {
    if (0xac00..0xd7a4).contains(&c) {
        let i = (c - 0xac00) as usize;
        return Some(format!("HANGUL SYLLABLE {}{}{}", JAMO_L[i / 588], JAMO_V[i % 588 / 28], JAMO_T[i % 28]));
    }
    let i = ALGORITHMIC.partition_point(|r| r.1 < c);
    if let Some(r) = ALGORITHMIC.get(i).filter(|r| r.0 <= c) {
        return Some(format!("{}{c:04X}", r.2));
    }
    let i = NAME_RUNS.partition_point(|r| r.0 <= c).checked_sub(1)?;
    let (first, n, index) = NAME_RUNS[i];
    let d = c - first;
    if d < u32::from(n) { Some(spell(usize::from(index) + d as usize)) } else { None }
}

fn char_of(index: usize) -> u32 {
    let i = NAME_RUNS.partition_point(|r| usize::from(r.2) <= index).saturating_sub(1);
    NAME_RUNS[i].0 + (index - usize::from(NAME_RUNS[i].2)) as u32
}

/// The longest of the jamo that begins `s`.
fn jamo<'a>(list: &[&str], s: &'a [u8]) -> Option<(usize, &'a [u8])> {
    let best = list.iter().enumerate().filter(|(_, j)| s.starts_with(j.as_bytes())).max_by_key(|(_, j)| j.len())?;
    Some((best.0, &s[best.1.len()..]))
}

/// Characters that CPython finds by their names, though it does not tell them.
const TANGUT: [(u32, u32); 2] = [(0x17000, 0x187f7), (0x18d00, 0x18d08)];

/// `unicodedata.lookup`; aliases and named sequences only when asked for.
pub fn lookup(name: &str, extra: bool) -> Option<Named> {
    if name.len() > 256 || !name.is_ascii() {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    let s = upper.as_bytes();
    if let Some(rest) = s.strip_prefix(b"HANGUL SYLLABLE ") {
        let (l, rest) = jamo(&JAMO_L, rest)?;
        let (v, rest) = jamo(&JAMO_V, rest)?;
        let (t, rest) = jamo(&JAMO_T, rest)?;
        return if rest.is_empty() { Some(Named::Char(0xac00 + (l * 588 + v * 28 + t) as u32)) } else { None };
    }
    if let Some(cut) = s.iter().rposition(|&c| c == b'-') {
        let (prefix, hex) = (&upper[..=cut], &upper[cut + 1..]);
        if matches!(hex.len(), 4 | 5) && hex.bytes().all(|c| c.is_ascii_hexdigit()) {
            if let Ok(c) = u32::from_str_radix(hex, 16) {
                let tangut = prefix == "TANGUT IDEOGRAPH-" && TANGUT.iter().any(|r| r.0 <= c && c <= r.1);
                let known = tangut || ALGORITHMIC.iter().any(|r| r.2 == prefix && r.0 <= c && c <= r.1);
                if known && format!("{c:04X}") == hex {
                    return Some(Named::Char(c));
                }
            }
        }
    }
    let mut h = 0x811c_9dc5u32;
    for &b in s {
        h = (h ^ u32::from(b)).wrapping_mul(0x0100_0193);
    }
    let mut slot = (h ^ h >> 16) as usize & 0xffff;
    loop {
        let i = usize::from(u16::from_le_bytes([HASH[slot * 2], HASH[slot * 2 + 1]]));
        if i >= NAME_COUNT {
            break;
        }
        if matches(i, s) {
            return Some(Named::Char(char_of(i)));
        }
        slot = (slot + 1) & 0xffff;
    }
    if !extra {
        return None;
    }
    let i = ALIASES.binary_search_by(|r| r.0.as_bytes().cmp(s)).ok()?;
    Some(match ALIASES[i].1 {
        [c] => Named::Char(*c),
        s => Named::Sequence(s),
    })
}

fn matches(index: usize, s: &[u8]) -> bool {
    let mut rest = Some(s);
    let mut first = true;
    words(index, |w| {
        rest = rest.and_then(|r| if first { Some(r) } else { r.strip_prefix(b" ") }).and_then(|r| r.strip_prefix(w));
        first = false;
    });
    rest == Some(b"")
}
