//! ISO 2022: escape sequences designate character sets.
//!
//! The state is four designations (G0 to G3) and flags; a designation is the final byte of its escape sequence, with bit
//! 7 set for sets of two bytes.

use super::tables::{CP949_ENCODE, GB2312, GBCOMMON, JISX0208, JISX0212, KSX1001};
use super::{Ahead, Fault, ILLEGAL, State, Step, jp};
use crate::buf::TextBuf;

const ESC: u8 = 0x1b;
const SO: u8 = 0x0e;
const SI: u8 = 0x0f;
const DOUBLE: u8 = 0x80;

const ASCII: u8 = b'B';
const ISO8859_1: u8 = b'A';
const ISO8859_7: u8 = b'F';
const KSX1001_SET: u8 = b'C' | DOUBLE;
const JISX0201_R: u8 = b'J';
const JISX0201_K: u8 = b'I';
const JISX0208_SET: u8 = b'B' | DOUBLE;
const JISX0208_OLD: u8 = b'@' | DOUBLE;
const JISX0212_SET: u8 = b'D' | DOUBLE;
const JISX0213_2000_1: u8 = b'O' | DOUBLE;
const JISX0213_2: u8 = b'P' | DOUBLE;
const JISX0213_2004_1: u8 = b'Q' | DOUBLE;
const GB2312_SET: u8 = b'A' | DOUBLE;

/// Where the flags are in the state, and what they are.
const FLAGS: usize = 4;
const SHIFTED: u8 = 1;
const ESCAPE_PASSES: u8 = 2;

/// An encoder's state to begin with.
pub const ENCODER: State = [ASCII, ASCII, 0, 0, 0, 0, 0, 0];
/// A decoder's state to begin with.
pub const DECODER: State = [ASCII, ASCII, ASCII, 0, 0, 0, 0, 0];

/// A character set that a codec knows.
pub struct Designation {
    mark: u8,
    plane: u8,
    /// The plane 1 of JIS X 0213 only for pairs of characters.
    pairs: bool,
}

const fn g0(mark: u8) -> Designation {
    Designation { mark, plane: 0, pairs: false }
}

const fn pairs(mark: u8) -> Designation {
    Designation { mark, plane: 0, pairs: true }
}

/// A codec.
pub struct Config {
    /// SO and SI are no shifts.
    no_shift: bool,
    /// There is G2, with single shifts.
    use_g2: bool,
    /// `ESC & @` may precede a designation.
    announced: bool,
    /// In the order in which the encoder asks them.
    designations: &'static [Designation],
}

/// `iso2022_kr`
pub static KR: Config = Config {
    no_shift: false,
    use_g2: false,
    announced: false,
    designations: &[Designation { mark: KSX1001_SET, plane: 1, pairs: false }],
};
/// `iso2022_jp`
pub static JP: Config = Config {
    no_shift: true,
    use_g2: false,
    announced: true,
    designations: &[g0(JISX0208_SET), g0(JISX0201_R), g0(JISX0208_OLD)],
};
/// `iso2022_jp_1`
pub static JP_1: Config = Config {
    no_shift: true,
    use_g2: false,
    announced: true,
    designations: &[g0(JISX0208_SET), g0(JISX0212_SET), g0(JISX0201_R), g0(JISX0208_OLD)],
};
/// `iso2022_jp_2`
pub static JP_2: Config = Config {
    no_shift: true,
    use_g2: true,
    announced: true,
    designations: &[
        g0(JISX0208_SET),
        g0(JISX0212_SET),
        g0(KSX1001_SET),
        g0(GB2312_SET),
        g0(JISX0201_R),
        g0(JISX0208_OLD),
        Designation { mark: ISO8859_1, plane: 2, pairs: false },
        Designation { mark: ISO8859_7, plane: 2, pairs: false },
    ],
};
/// `iso2022_jp_2004`
pub static JP_2004: Config = Config {
    no_shift: true,
    use_g2: false,
    announced: true,
    designations: &[pairs(JISX0213_2004_1), g0(JISX0208_SET), g0(JISX0213_2004_1), g0(JISX0213_2)],
};
/// `iso2022_jp_3`
pub static JP_3: Config = Config {
    no_shift: true,
    use_g2: false,
    announced: true,
    designations: &[pairs(JISX0213_2000_1), g0(JISX0208_SET), g0(JISX0213_2000_1), g0(JISX0213_2)],
};
/// `iso2022_jp_ext`
pub static JP_EXT: Config = Config {
    no_shift: true,
    use_g2: false,
    announced: true,
    designations: &[g0(JISX0208_SET), g0(JISX0212_SET), g0(JISX0201_R), g0(JISX0201_K), g0(JISX0208_OLD)],
};

impl Config {
    /// JIS X 0213 in its edition of 2000.
    fn old(&self) -> bool {
        self.designations.iter().any(|d| d.mark == JISX0213_2000_1)
    }
}

/// Writes what ends a text.
pub fn reset_encoder(state: &mut State, out: &mut Vec<u8>) {
    unshift(state, out);
    if state[0] != ASCII {
        out.extend_from_slice(&[ESC, b'(', ASCII]);
        state[0] = ASCII;
    }
}

/// Back to the beginning.
pub fn reset_decoder(state: &mut State) {
    state[0] = ASCII;
    state[FLAGS] &= !SHIFTED;
}

fn unshift(state: &mut State, out: &mut Vec<u8>) {
    if state[FLAGS] & SHIFTED != 0 {
        out.push(SI);
        state[FLAGS] &= !SHIFTED;
    }
}

/// What a character set makes of a character.
enum Coded {
    Nothing,
    /// The code, and how many characters it takes.
    Code(u16, usize),
    Unknown,
}

fn one(code: Option<u16>) -> Coded {
    code.map_or(Coded::Nothing, |code| Coded::Code(code, 1))
}

fn encode_in(designation: &Designation, ahead: Ahead, old: bool) -> Coded {
    let c = ahead.c;
    let plain =
        |table: super::table::Table| if c > 0xffff { None } else { table.of(c).filter(|code| code & 0x8000 == 0) };
    match designation.mark {
        JISX0208_SET | JISX0208_OLD => one(jp::jisx0208(c)),
        JISX0212_SET => one(jp::common(c).filter(|code| code & jp::SECOND != 0).map(|code| code & !jp::SECOND)),
        JISX0201_R => one(match c {
            0xa5 => Some(0x5c),
            0x203e => Some(0x7e),
            _ => None,
        }),
        JISX0201_K => one((0xff61..=0xff9f).contains(&c).then(|| (c - 0xff40) as u16)),
        KSX1001_SET => one(plain(CP949_ENCODE)),
        GB2312_SET => one(plain(GBCOMMON)),
        JISX0213_2000_1 | JISX0213_2004_1 => match jp::jisx0213(ahead, old) {
            jp::Found::Unknown => Coded::Unknown,
            jp::Found::Pair(code) => Coded::Code(code, 2),
            jp::Found::One(code) if code & jp::SECOND == 0 && !designation.pairs => Coded::Code(code, 1),
            _ => Coded::Nothing,
        },
        JISX0213_2 => match jp::jisx0213(ahead, old) {
            jp::Found::Unknown => Coded::Unknown,
            jp::Found::One(code) if code & jp::SECOND != 0 => Coded::Code(code & !jp::SECOND, 1),
            _ => Coded::Nothing,
        },
        _ => Coded::Nothing,
    }
}

/// Writes the escape sequence of a designation.
fn designate(mark: u8, plane: u8, out: &mut Vec<u8>) {
    out.push(ESC);
    if mark & DOUBLE != 0 {
        out.push(b'$');
    }
    let last = mark & !DOUBLE;
    // The oldest sets of two bytes have the short form; that of GB 2312 is only read.
    if plane == 1 {
        out.push(b')');
    } else if mark & DOUBLE == 0 || !matches!(last, b'@' | b'B') {
        out.push(b'(');
    }
    out.push(last);
}

pub fn encode(config: &Config, state: &mut State, ahead: Ahead, out: &mut Vec<u8>) -> Step {
    let c = ahead.c;
    if c < 0x80 {
        if state[0] != ASCII {
            out.extend_from_slice(&[ESC, b'(', ASCII]);
            state[0] = ASCII;
        }
        unshift(state, out);
        out.push(c as u8);
        return Ok(1);
    }
    let old = config.old();
    let mut found = None;
    for designation in config.designations {
        match encode_in(designation, ahead, old) {
            Coded::Unknown => return Err(Fault::Short),
            Coded::Code(code, taken) => {
                found = Some((designation, code, taken));
                break;
            }
            Coded::Nothing => {}
        }
    }
    let Some((designation, code, taken)) = found else { return ILLEGAL };
    match designation.plane {
        0 => {
            unshift(state, out);
            if state[0] != designation.mark {
                designate(designation.mark, 0, out);
                state[0] = designation.mark;
            }
        }
        _ => {
            if state[1] != designation.mark {
                designate(designation.mark, 1, out);
                state[1] = designation.mark;
            }
            if state[FLAGS] & SHIFTED == 0 {
                out.push(SO);
                state[FLAGS] |= SHIFTED;
            }
        }
    }
    if designation.mark & DOUBLE != 0 {
        out.extend_from_slice(&code.to_be_bytes());
    } else {
        out.push(code as u8);
    }
    Ok(taken)
}

/// Takes an escape sequence.
fn escape(config: &Config, state: &mut State, input: &[u8]) -> Step {
    const LONGEST: usize = 16;
    let mut len = 0;
    let mut i = 1;
    while i < LONGEST {
        let Some(&b) = input.get(i) else { return Err(Fault::Short) };
        if matches!(b, b'@'..=b'Z') {
            len = i + 1;
            break;
        }
        if config.announced && b == b'&' && input.get(i + 1) == Some(&b'@') {
            i += 2;
        }
        i += 1;
    }
    let bad = Err(Fault::Illegal(len.max(1)));
    let (charset, plane) = match input.get(..len) {
        Some(&[_, b'$', last]) => (last | DOUBLE, 0),
        Some(&[_, b'(', last]) => (last, 0),
        Some(&[_, b')', last]) => (last, 1),
        Some(&[_, b'.', last]) if config.use_g2 => (last, 2),
        Some(&[_, b'$', b'(', last]) => (last | DOUBLE, 0),
        Some(&[_, b'$', b')', last]) => (last | DOUBLE, 1),
        Some(&[_, b'&', b'@', ESC, b'$', b'B']) if config.announced => (JISX0208_SET, 0),
        _ => return bad,
    };
    if charset != ASCII && !config.designations.iter().any(|d| d.mark == charset) {
        return bad;
    }
    state[plane] = charset;
    Ok(len)
}

/// ISO 8859-7.
fn greek(c: u8) -> Option<u32> {
    let c = u32::from(c);
    match c {
        0..=0xa0 | 0xa3 | 0xa6..=0xa9 | 0xab..=0xad | 0xb0..=0xb3 | 0xb7 | 0xbb | 0xbd => Some(c),
        0xa1 => Some(0x2018),
        0xa2 => Some(0x2019),
        0xaf => Some(0x2015),
        0xb4..=0xfe if c != 0xd2 => Some(0x2d0 + c),
        _ => None,
    }
}

/// A character of G2 after a single shift.
fn single_shift(state: &State, b: u8, out: &mut TextBuf) -> Step {
    let found = match state[2] {
        ISO8859_1 => (b < 0x80).then(|| u32::from(b) + 0x80),
        ISO8859_7 => greek(b ^ 0x80),
        ASCII => (b < 0x80).then(|| u32::from(b)),
        _ => return Err(Fault::Internal),
    };
    match found {
        Some(c) => {
            out.push(c);
            Ok(3)
        }
        None => Err(Fault::Illegal(3)),
    }
}

pub fn decode(config: &Config, state: &mut State, input: &[u8], out: &mut TextBuf) -> Step {
    let Some(&a) = input.first() else { return Err(Fault::Short) };
    if state[FLAGS] & ESCAPE_PASSES != 0 {
        out.push(a.into());
        if matches!(a, b'@'..=b'Z') {
            state[FLAGS] &= !ESCAPE_PASSES;
        }
        return Ok(1);
    }
    match a {
        ESC => {
            let Some(&b) = input.get(1) else { return Err(Fault::Short) };
            if matches!(b, b'(' | b')' | b'$' | b'.' | b'&') {
                return escape(config, state, input);
            }
            if config.use_g2 && b == b'N' {
                let Some(&c) = input.get(2) else { return Err(Fault::Short) };
                return single_shift(state, c, out);
            }
            // Somebody else's escape sequence.
            state[FLAGS] |= ESCAPE_PASSES;
            out.push(ESC.into());
            return Ok(1);
        }
        SI if !config.no_shift => {
            state[FLAGS] &= !SHIFTED;
            return Ok(1);
        }
        SO if !config.no_shift => {
            state[FLAGS] |= SHIFTED;
            return Ok(1);
        }
        b'\n' => {
            state[FLAGS] &= !SHIFTED;
            out.push(a.into());
            return Ok(1);
        }
        0..0x20 => {
            out.push(a.into());
            return Ok(1);
        }
        0x80.. => return ILLEGAL,
        _ => {}
    }
    let charset = state[usize::from(state[FLAGS] & SHIFTED)];
    if charset == ASCII {
        out.push(a.into());
        return Ok(1);
    }
    if !config.designations.iter().any(|d| d.mark == charset) {
        // Only a state that somebody set says so.
        return ILLEGAL;
    }
    if charset & DOUBLE == 0 {
        let found = match charset {
            JISX0201_R => Some(match a {
                b'\\' => 0xa5,
                b'~' => 0x203e,
                _ => u32::from(a),
            }),
            JISX0201_K => matches!(a, 0x21..=0x5f).then(|| 0xff40 + u32::from(a)),
            _ => None,
        };
        return match found {
            Some(c) => {
                out.push(c);
                Ok(1)
            }
            None => ILLEGAL,
        };
    }
    let plane = match charset {
        JISX0213_2000_1 | JISX0213_2004_1 => 1,
        JISX0213_2 => 2,
        _ => 0,
    };
    let table = match charset {
        JISX0208_SET | JISX0208_OLD => JISX0208,
        JISX0212_SET => JISX0212,
        KSX1001_SET => KSX1001,
        GB2312_SET => GB2312,
        _ if plane == 0 => return ILLEGAL,
        _ => JISX0208,
    };
    let Some(&b) = input.get(1) else { return Err(Fault::Short) };
    let bad = Err(Fault::Illegal(2));
    match plane {
        1 => return jp::take_plane_1(a, b, config.old(), out).or(bad),
        // Of plane 2 all codecs read the edition of 2004.
        2 => return if jp::take_plane_2(a, b, false, out) { Ok(2) } else { bad },
        _ => {}
    }
    match table.get(a, b) {
        Some(c) => {
            out.push(c.into());
            Ok(2)
        }
        None => bad,
    }
}
