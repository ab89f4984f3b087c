//! The multibyte codecs of East Asia.
//!
//! A codec encodes or decodes one unit at a time: a character or a pair of them, the bytes of a character, an escape
//! sequence. What it keeps between units is a [`State`] of eight bytes, whose contents Python code can read and set.

mod cn;
mod iso2022;
mod jp;
mod kr;
mod table;
mod tables;
mod tw;

use super::ascii_prefix;
use crate::buf::TextBuf;
use crate::unit::Unit;

/// What a codec remembers, as `getstate()` of CPython's incremental codecs shows it.
pub type State = [u8; 8];

/// Why a codec stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The input ends within a unit.
    Short,
    /// So many bytes or characters mean nothing.
    Illegal(usize),
    /// The state asks for what the codec cannot do.
    Internal,
}

/// One unit's length, or the fault that it is.
type Step = Result<usize, Fault>;

/// The one character of an error.
const ILLEGAL: Step = Err(Fault::Illegal(1));

/// What an encoder looks at.
#[derive(Clone, Copy)]
struct Ahead {
    c: u32,
    next: Option<u32>,
    /// No more will follow.
    flush: bool,
}

/// The codecs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the encodings")]
pub enum Codec {
    Gb2312,
    Gbk,
    Gb18030,
    Hz,
    Big5,
    Cp950,
    Big5hkscs,
    Cp932,
    ShiftJis,
    ShiftJis2004,
    ShiftJisx0213,
    EucJp,
    EucJis2004,
    EucJisx0213,
    EucKr,
    Cp949,
    Johab,
    Iso2022Jp,
    Iso2022Jp1,
    Iso2022Jp2,
    Iso2022Jp2004,
    Iso2022Jp3,
    Iso2022JpExt,
    Iso2022Kr,
}

use Codec::*;

/// The codecs of CPython's `_codecs_cn`.
pub const CN: &[Codec] = &[Gb2312, Gbk, Gb18030, Hz];
/// The codecs of CPython's `_codecs_hk`.
pub const HK: &[Codec] = &[Big5hkscs];
/// The codecs of CPython's `_codecs_iso2022`.
pub const ISO2022: &[Codec] = &[Iso2022Kr, Iso2022Jp, Iso2022Jp1, Iso2022Jp2, Iso2022Jp2004, Iso2022Jp3, Iso2022JpExt];
/// The codecs of CPython's `_codecs_jp`.
pub const JP: &[Codec] = &[ShiftJis, Cp932, EucJp, ShiftJis2004, EucJis2004, EucJisx0213, ShiftJisx0213];
/// The codecs of CPython's `_codecs_kr`.
pub const KR: &[Codec] = &[EucKr, Cp949, Johab];
/// The codecs of CPython's `_codecs_tw`.
pub const TW: &[Codec] = &[Big5, Cp950];

impl Codec {
    /// The name in errors.
    pub const fn name(self) -> &'static str {
        match self {
            Gb2312 => "gb2312",
            Gbk => "gbk",
            Gb18030 => "gb18030",
            Hz => "hz",
            Big5 => "big5",
            Cp950 => "cp950",
            Big5hkscs => "big5hkscs",
            Cp932 => "cp932",
            ShiftJis => "shift_jis",
            ShiftJis2004 => "shift_jis_2004",
            ShiftJisx0213 => "shift_jisx0213",
            EucJp => "euc_jp",
            EucJis2004 => "euc_jis_2004",
            EucJisx0213 => "euc_jisx0213",
            EucKr => "euc_kr",
            Cp949 => "cp949",
            Johab => "johab",
            Iso2022Jp => "iso2022_jp",
            Iso2022Jp1 => "iso2022_jp_1",
            Iso2022Jp2 => "iso2022_jp_2",
            Iso2022Jp2004 => "iso2022_jp_2004",
            Iso2022Jp3 => "iso2022_jp_3",
            Iso2022JpExt => "iso2022_jp_ext",
            Iso2022Kr => "iso2022_kr",
        }
    }

    /// ISO 2022: escape sequences choose between character sets.
    const fn iso2022(self) -> Option<&'static iso2022::Config> {
        match self {
            Iso2022Jp => Some(&iso2022::JP),
            Iso2022Jp1 => Some(&iso2022::JP_1),
            Iso2022Jp2 => Some(&iso2022::JP_2),
            Iso2022Jp2004 => Some(&iso2022::JP_2004),
            Iso2022Jp3 => Some(&iso2022::JP_3),
            Iso2022JpExt => Some(&iso2022::JP_EXT),
            Iso2022Kr => Some(&iso2022::KR),
            _ => None,
        }
    }

    /// Whether a byte that begins a character and is ASCII is that, whatever went before.
    const fn stateless(self) -> bool {
        self.iso2022().is_none() && !matches!(self, Hz | ShiftJis2004 | ShiftJisx0213)
    }

    /// The state to begin encoding with.
    pub const fn encoder(self) -> State {
        if self.iso2022().is_some() { iso2022::ENCODER } else { [0; 8] }
    }

    /// The state to begin decoding with.
    pub const fn decoder(self) -> State {
        if self.iso2022().is_some() { iso2022::DECODER } else { [0; 8] }
    }

    /// Back to the beginning for a decoder.
    pub fn reset_decoder(self, state: &mut State) {
        match self {
            Hz => state[0] = 0,
            _ if self.iso2022().is_some() => iso2022::reset_decoder(state),
            _ => {}
        }
    }

    /// Writes what ends a text, and goes back to the beginning.
    pub fn reset_encoder(self, state: &mut State, out: &mut Vec<u8>) {
        match self {
            Hz => cn::reset_hz(state, out),
            _ if self.iso2022().is_some() => iso2022::reset_encoder(state, out),
            _ => {}
        }
    }

    /// Encodes from `pos`, which it moves, to the end or to a fault.
    pub fn encode<T: Unit>(
        self,
        state: &mut State,
        text: &[T],
        pos: &mut usize,
        flush: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let stateless = self.stateless();
        while let Some(c) = text.get(*pos) {
            let c = c.cp();
            if stateless && c < 0x80 {
                out.push(c as u8);
                *pos += 1;
                continue;
            }
            let next = text.get(*pos + 1).map(|c| c.cp());
            *pos += self.encode_one(state, Ahead { c, next, flush }, out)?;
        }
        Ok(())
    }

    fn encode_one(self, state: &mut State, ahead: Ahead, out: &mut Vec<u8>) -> Step {
        let c = ahead.c;
        match self {
            Gb2312 => cn::encode_gb2312(c, out),
            Gbk => cn::encode_gbk(c, out),
            Gb18030 => cn::encode_gb18030(c, out),
            Hz => cn::encode_hz(state, c, out),
            Big5 => tw::encode_big5(c, out),
            Cp950 => tw::encode_cp950(c, out),
            Big5hkscs => tw::encode_big5hkscs(ahead, out),
            Cp932 => jp::encode_cp932(c, out),
            ShiftJis => jp::encode_shift_jis(c, out),
            ShiftJis2004 => jp::encode_shift_jis_2004(ahead, false, out),
            ShiftJisx0213 => jp::encode_shift_jis_2004(ahead, true, out),
            EucJp => jp::encode_euc_jp(c, out),
            EucJis2004 => jp::encode_euc_jis_2004(ahead, false, out),
            EucJisx0213 => jp::encode_euc_jis_2004(ahead, true, out),
            EucKr => kr::encode_euc_kr(c, out),
            Cp949 => kr::encode_cp949(c, out),
            Johab => kr::encode_johab(c, out),
            _ => match self.iso2022() {
                Some(config) => iso2022::encode(config, state, ahead, out),
                None => Err(Fault::Internal),
            },
        }
    }

    /// Decodes from `pos`, which it moves, to the end or to a fault.
    pub fn decode(self, state: &mut State, input: &[u8], pos: &mut usize, out: &mut TextBuf) -> Result<(), Fault> {
        let stateless = self.stateless();
        while let Some(rest @ [first, ..]) = input.get(*pos..) {
            if stateless && *first < 0x80 {
                let n = ascii_prefix(rest).max(1);
                out.extend_latin1(&rest[..n]);
                *pos += n;
                continue;
            }
            *pos += self.decode_one(state, rest, out)?;
        }
        Ok(())
    }

    fn decode_one(self, state: &mut State, input: &[u8], out: &mut TextBuf) -> Step {
        match self {
            Gb2312 => cn::decode_gb2312(input, out),
            Gbk => cn::decode_gbk(input, out),
            Gb18030 => cn::decode_gb18030(input, out),
            Hz => cn::decode_hz(state, input, out),
            Big5 => tw::decode_big5(input, out),
            Cp950 => tw::decode_cp950(input, out),
            Big5hkscs => tw::decode_big5hkscs(input, out),
            Cp932 => jp::decode_cp932(input, out),
            ShiftJis => jp::decode_shift_jis(input, out),
            ShiftJis2004 => jp::decode_shift_jis_2004(input, false, out),
            ShiftJisx0213 => jp::decode_shift_jis_2004(input, true, out),
            EucJp => jp::decode_euc_jp(input, out),
            EucJis2004 => jp::decode_euc_jis_2004(input, false, out),
            EucJisx0213 => jp::decode_euc_jis_2004(input, true, out),
            EucKr => kr::decode_euc_kr(input, out),
            Cp949 => kr::decode_cp949(input, out),
            Johab => kr::decode_johab(input, out),
            _ => match self.iso2022() {
                Some(config) => iso2022::decode(config, state, input, out),
                None => Err(Fault::Internal),
            },
        }
    }
}

/// The next two bytes.
#[inline]
fn two(input: &[u8]) -> Result<(u8, u8), Fault> {
    match input {
        &[a, b, ..] => Ok((a, b)),
        _ => Err(Fault::Short),
    }
}

/// Writes a code of two bytes.
#[inline]
fn put(out: &mut Vec<u8>, code: u16) -> Step {
    out.extend_from_slice(&code.to_be_bytes());
    Ok(1)
}

/// Puts out the character of two bytes, if they have one.
#[inline]
fn take(out: &mut TextBuf, found: Option<u16>) -> Step {
    match found {
        Some(c) => {
            out.push(c.into());
            Ok(2)
        }
        None => ILLEGAL,
    }
}
