//! Encodings: which one a text is in, and its conversion to UTF-8, which is all that the tokenizers see.
//!
//! What is no character becomes a byte that never occurs in UTF-8, so that the tokenizers find the error at its place.

use super::chars::is_char;
use std::rc::Rc;

/// Stands in converted text for what is no character.
const INVALID: u8 = 0xff;
/// Ends converted text when half a surrogate pair follows: it looks like the first byte of a character.
pub const HALF: u8 = 0xf0;

/// Encodings that need no help, in Expat's order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    Latin1,
    Ascii,
    Utf8,
    Utf16,
    Utf16Be,
    Utf16Le,
}

/// The known encoding of this name.
pub fn known(name: &[u8]) -> Option<Known> {
    const NAMES: [(&[u8], Known); 6] = [
        (b"ISO-8859-1", Known::Latin1),
        (b"US-ASCII", Known::Ascii),
        (b"UTF-8", Known::Utf8),
        (b"UTF-16", Known::Utf16),
        (b"UTF-16BE", Known::Utf16Be),
        (b"UTF-16LE", Known::Utf16Le),
    ];
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, k)| k)
}

/// A map from bytes to characters.
pub struct SingleByte {
    /// The UTF-8 of every byte, and its length.
    sequences: [([u8; 4], u8); 256],
}

impl SingleByte {
    fn new(map: impl Fn(u8) -> Option<u32>) -> Self {
        let mut sequences = [([INVALID, 0, 0, 0], 1); 256];
        for (b, sequence) in (0..=u8::MAX).zip(&mut sequences) {
            if let Some(c) = map(b).and_then(char::from_u32) {
                let mut buffer = [0; 4];
                let length = c.encode_utf8(&mut buffer).len();
                *sequence = (buffer, length as u8);
            }
        }
        Self { sequences }
    }
}

/// The longest sequence of an encoding that a user describes.
const LONGEST_SEQUENCE: usize = 4;

/// What a byte of an encoding that a user describes means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Char(u32),
    Invalid,
    /// It begins a sequence of this many bytes.
    Lead(u8),
}

/// Says which character a sequence stands for, if any.
pub type Converter = Box<dyn Fn(&[u8]) -> Option<u32>>;

/// An encoding whose characters take one to four bytes each.
pub struct MultiByte {
    single: SingleByte,
    /// How many bytes a sequence has that begins with a byte.
    lengths: [u8; 256],
    convert: Converter,
}

impl MultiByte {
    fn convert(&self, raw: &[u8], out: &mut Vec<u8>) -> usize {
        let mut at = 0;
        while let Some(&b) = raw.get(at) {
            let length = self.lengths[usize::from(b)];
            if length == 1 {
                let (sequence, length) = &self.single.sequences[usize::from(b)];
                out.extend_from_slice(&sequence[..usize::from(*length)]);
                at += 1;
                continue;
            }
            let Some(sequence) = raw.get(at..at + usize::from(length)) else { break };
            match (self.convert)(sequence).filter(|&c| c <= 0xffff && is_char(c)).and_then(char::from_u32) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.push(INVALID),
            }
            at += sequence.len();
        }
        at
    }

    /// How many bytes of `raw` this many characters take.
    fn length_of(&self, characters: usize, raw: &[u8]) -> usize {
        let mut at = 0;
        for _ in 0..characters {
            let Some(&b) = raw.get(at) else { break };
            at += usize::from(self.lengths[usize::from(b)]);
        }
        at.min(raw.len())
    }
}

/// How the text at hand is encoded.
#[derive(Clone)]
pub enum Encoding {
    /// Nothing is known yet; the text is as it came.
    Undecided,
    Utf8,
    Utf16 {
        big_endian: bool,
    },
    Single {
        map: Rc<SingleByte>,
        /// The bytes are UTF-8 as they are.
        ascii: bool,
    },
    Multi(Rc<MultiByte>),
}

impl Encoding {
    /// The encoding of a known name; UTF-16 without an order of bytes is big-endian.
    pub fn of(known: Known) -> Self {
        match known {
            Known::Latin1 => Self::Single { map: Rc::new(SingleByte::new(|b| Some(u32::from(b)))), ascii: false },
            Known::Ascii => {
                Self::Single { map: Rc::new(SingleByte::new(|b| b.is_ascii().then_some(u32::from(b)))), ascii: true }
            }
            Known::Utf8 => Self::Utf8,
            Known::Utf16 | Known::Utf16Be => Self::Utf16 { big_endian: true },
            Known::Utf16Le => Self::Utf16 { big_endian: false },
        }
    }

    /// An encoding that maps every byte to a character or to none; nothing if ASCII's characters that XML needs have
    /// other places in it.
    pub fn from_map(map: &[Option<u32>; 256]) -> Option<Self> {
        // Characters without a meaning in XML may have any place.
        let free = |c: u32| match u8::try_from(c) {
            Ok(b'\t' | b'\n' | b'\r') => false,
            Ok(b) => b < 0x20 || b == 0x7f || b"$@\\^`{}~".contains(&b),
            Err(_) => false,
        };
        for (i, c) in (0u32..).zip(map) {
            if i < 0x80 && !free(i) && *c != Some(i) {
                return None;
            }
            match *c {
                Some(c) if c < 0x80 && !free(c) && c != i => return None,
                Some(c) if c > 0xffff && is_char(c) => return None,
                _ => {}
            }
        }
        let map = SingleByte::new(|b| map.get(usize::from(b)).copied().flatten().filter(|&c| is_char(c) || c < 0x20));
        Some(Self::Single { map: Rc::new(map), ascii: false })
    }

    /// As [`Encoding::from_map`], of an encoding in which some bytes begin sequences.
    pub fn from_units(units: &[Unit; 256], convert: Converter) -> Option<Self> {
        let mut lengths = [1; 256];
        let mut map = [None; 256];
        for ((unit, length), c) in units.iter().zip(&mut lengths).zip(&mut map) {
            match *unit {
                Unit::Char(code) => *c = Some(code),
                Unit::Invalid => {}
                Unit::Lead(n) if (2..=LONGEST_SEQUENCE).contains(&usize::from(n)) => *length = n,
                Unit::Lead(_) => return None,
            }
        }
        match Self::from_map(&map)? {
            Self::Single { map, .. } if lengths != [1; 256] => {
                let single = SingleByte { sequences: map.sequences };
                Some(Self::Multi(Rc::new(MultiByte { single, lengths, convert })))
            }
            encoding => Some(encoding),
        }
    }

    /// The size of the smallest character.
    pub const fn unit(&self) -> usize {
        match self {
            Self::Utf16 { .. } => 2,
            _ => 1,
        }
    }

    /// Whether the text is not what came in.
    pub const fn is_converted(&self) -> bool {
        matches!(self, Self::Utf16 { .. } | Self::Single { .. } | Self::Multi(_))
    }

    /// Whether Expat hands out text in pieces of limited size, because it converts it.
    pub const fn is_pieced(&self) -> bool {
        match self {
            Self::Undecided | Self::Utf8 => false,
            Self::Utf16 { .. } | Self::Multi(_) => true,
            Self::Single { ascii, .. } => !*ascii,
        }
    }

    /// Appends the UTF-8 of complete characters; gives how many bytes they take.
    pub fn convert(&self, raw: &[u8], out: &mut Vec<u8>) -> usize {
        match self {
            Self::Undecided | Self::Utf8 => {
                out.extend_from_slice(raw);
                raw.len()
            }
            Self::Single { map, .. } => {
                out.reserve(raw.len());
                for &b in raw {
                    let (sequence, length) = &map.sequences[usize::from(b)];
                    out.extend_from_slice(&sequence[..usize::from(*length)]);
                }
                raw.len()
            }
            Self::Utf16 { big_endian } => convert_utf16(*big_endian, raw, out),
            Self::Multi(encoding) => encoding.convert(raw, out),
        }
    }

    /// How many bytes a piece of converted text takes in the source, which begins with it.
    pub fn length_in(&self, source: &[u8], text: &[u8]) -> usize {
        match self {
            Self::Multi(encoding) => {
                encoding.length_of(text.iter().map(|&b| usize::from(b & 0xc0 != 0x80)).sum(), source)
            }
            _ => self.source_length(text),
        }
    }

    /// How many bytes of the source a piece of converted text stands for.
    pub fn source_length(&self, text: &[u8]) -> usize {
        match self {
            // That of other encodings is about the same; what needs it exactly has the source (`length_in`).
            Self::Undecided | Self::Utf8 | Self::Multi(_) => text.len(),
            Self::Single { .. } => text.iter().map(|&b| usize::from(b & 0xc0 != 0x80)).sum(),
            // Two bytes for a character, four if it takes four bytes here too.
            Self::Utf16 { .. } => {
                text.iter().map(|&b| 2 * (usize::from(b & 0xc0 != 0x80) + usize::from(b >= 0xf0 && b != INVALID))).sum()
            }
        }
    }
}

fn convert_utf16(big_endian: bool, raw: &[u8], out: &mut Vec<u8>) -> usize {
    let unit = |at: usize| match raw.get(at..at + 2) {
        Some(&[a, b]) => {
            Some(u32::from(if big_endian { u16::from_be_bytes([a, b]) } else { u16::from_le_bytes([a, b]) }))
        }
        _ => None,
    };
    out.reserve(raw.len() / 2);
    let mut at = 0;
    let ascii = |pair: &[u8]| match *pair {
        [a, b] => {
            let (high, low) = if big_endian { (a, b) } else { (b, a) };
            (high == 0 && low < 0x80).then_some(low)
        }
        _ => None,
    };
    loop {
        // Most of a document is ASCII.
        let before = out.len();
        out.extend(raw.get(at..).unwrap_or(&[]).chunks_exact(2).map_while(ascii));
        at += 2 * (out.len() - before);
        let Some(first) = unit(at) else { return at };
        let (c, length) = match first {
            0xd800..0xdc00 => {
                let Some(second) = unit(at + 2) else { return at };
                // The second half is not looked at closely.
                (0x1_0000 + ((first & 0x3ff) << 10 | second & 0x3ff), 4)
            }
            c => (c, 2),
        };
        at += length;
        match char::from_u32(c).filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}')) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push(INVALID),
        }
    }
}

/// What the first bytes of a text say.
pub enum Detected {
    /// More bytes are needed.
    Partial,
    /// A byte order mark of this length begins the text.
    Bom(Known, usize),
    Encoding(Known),
}

/// Finds the encoding of a text from its first bytes and from what is known beforehand. `content` says that this is an
/// external general entity, which may begin with any character.
pub fn detect(given: Option<Known>, content: bool, raw: &[u8]) -> Detected {
    use Known::{Latin1, Utf8, Utf16, Utf16Be, Utf16Le};
    let fallback = Detected::Encoding(given.unwrap_or(Utf8));
    let is_latin1 = given == Some(Latin1) && content;
    match *raw {
        [] => Detected::Partial,
        [b] => match (given, b) {
            (Some(Utf16 | Utf16Be | Utf16Le), _) => Detected::Partial,
            (_, 0xfe | 0xff | 0xef) if is_latin1 => fallback,
            (_, 0xfe | 0xff | 0xef | 0 | b'<') => Detected::Partial,
            _ => fallback,
        },
        [0xfe, 0xff, ..] if !is_latin1 => Detected::Bom(Utf16Be, 2),
        [0xff, 0xfe, ..] if !is_latin1 => Detected::Bom(Utf16Le, 2),
        [b'<', 0, ..] if !(content && matches!(given, Some(Utf16Be | Utf16))) => Detected::Encoding(Utf16Le),
        [b'<', 0, ..] => fallback,
        [0xef, 0xbb, ref rest @ ..] if !(content && matches!(given, Some(Latin1 | Utf16 | Utf16Be | Utf16Le))) => {
            match rest.first() {
                None => Detected::Partial,
                Some(0xbf) => Detected::Bom(Utf8, 3),
                Some(_) => fallback,
            }
        }
        [0, ..] if !(content && given == Some(Utf16Le)) => Detected::Encoding(Utf16Be),
        [0, ..] => fallback,
        [_, 0, ..] if !content => Detected::Encoding(Utf16Le),
        _ => fallback,
    }
}

/// A declaration `<?xml ... ?>`; ranges lie in the text that was parsed.
#[derive(Default, Debug)]
pub struct XmlDecl {
    pub version: Option<(usize, usize)>,
    pub encoding: Option<(usize, usize)>,
    pub standalone: Option<bool>,
}

/// Reads `<?xml ... ?>`, which is `text[start..end]`. An error is the offset of what is wrong.
pub fn parse_xml_decl(text: &[u8], start: usize, end: usize, is_text_decl: bool) -> Result<XmlDecl, usize> {
    let mut decl = XmlDecl::default();
    let mut reader = Pseudo { text: text.get(..end.saturating_sub(2)).unwrap_or(&[]), at: start + 5 };
    let mut attribute = reader.next()?.ok_or(reader.at)?;
    if reader.matches(attribute.name, b"version") {
        // `1.` and digits.
        let version = reader.text.get(attribute.value.0..attribute.value.1).unwrap_or(&[]);
        let minor = version.strip_prefix(b"1.").unwrap_or(&[]);
        if minor.is_empty() || !minor.iter().all(u8::is_ascii_digit) {
            return Err(attribute.value.0);
        }
        decl.version = Some(attribute.value);
        match reader.next()? {
            Some(next) => attribute = next,
            // A text declaration must name the encoding.
            None => return if is_text_decl { Err(reader.at) } else { Ok(decl) },
        }
    } else if !is_text_decl {
        return Err(attribute.name.0);
    }
    if reader.matches(attribute.name, b"encoding") {
        if !reader.text.get(attribute.value.0).is_some_and(u8::is_ascii_alphabetic) {
            return Err(attribute.value.0);
        }
        decl.encoding = Some(attribute.value);
        match reader.next()? {
            Some(next) => attribute = next,
            None => return Ok(decl),
        }
    }
    if !reader.matches(attribute.name, b"standalone") || is_text_decl {
        return Err(attribute.name.0);
    }
    decl.standalone = Some(if reader.matches(attribute.value, b"yes") {
        true
    } else if reader.matches(attribute.value, b"no") {
        false
    } else {
        return Err(attribute.value.0);
    });
    while reader.is_space() {
        reader.at += 1;
    }
    if reader.at == reader.text.len() { Ok(decl) } else { Err(reader.at) }
}

/// Reads what looks like attributes in `<?xml ?>`.
struct Pseudo<'a> {
    text: &'a [u8],
    at: usize,
}

struct PseudoAttribute {
    name: (usize, usize),
    value: (usize, usize),
}

impl Pseudo<'_> {
    /// The byte here, if it is ASCII.
    fn ascii(&self) -> Option<u8> {
        self.text.get(self.at).copied().filter(u8::is_ascii)
    }

    fn is_space(&self) -> bool {
        matches!(self.ascii(), Some(b' ' | b'\r' | b'\n' | b'\t'))
    }

    fn matches(&self, (start, end): (usize, usize), word: &[u8]) -> bool {
        self.text.get(start..end) == Some(word)
    }

    /// The next one, nothing at the end, or an error at `at`.
    fn next(&mut self) -> Result<Option<PseudoAttribute>, usize> {
        if self.at >= self.text.len() {
            return Ok(None);
        }
        if !self.is_space() {
            return Err(self.at);
        }
        while self.is_space() {
            self.at += 1;
        }
        if self.at >= self.text.len() {
            return Ok(None);
        }
        let start = self.at;
        let end = loop {
            match self.ascii() {
                None => return Err(self.at),
                Some(b'=') => break self.at,
                Some(b' ' | b'\r' | b'\n' | b'\t') => {
                    let end = self.at;
                    while self.is_space() {
                        self.at += 1;
                    }
                    if self.ascii() != Some(b'=') {
                        return Err(self.at);
                    }
                    break end;
                }
                Some(_) => self.at += 1,
            }
        };
        if self.at == start {
            return Err(self.at);
        }
        self.at += 1;
        while self.is_space() {
            self.at += 1;
        }
        let quote = match self.ascii() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return Err(self.at),
        };
        self.at += 1;
        let value = self.at;
        loop {
            match self.ascii() {
                Some(b) if b == quote => break,
                Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') => self.at += 1,
                _ => return Err(self.at),
            }
        }
        let attribute = PseudoAttribute { name: (start, end), value: (value, self.at) };
        self.at += 1;
        Ok(Some(attribute))
    }
}
