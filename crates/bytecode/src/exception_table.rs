//! The exception table (`co_exceptiontable`): which handler covers which instructions.
//!
//! An entry is four numbers in groups of six bits, most significant first, bit 6 for "more follow"; bit 7 marks the first
//! byte of an entry. They are: start, length and target in code units, and `depth << 1 | lasti`.

/// One handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// First code unit covered.
    pub start: u32,
    /// Code unit after the last one covered.
    pub end: u32,
    /// Where the handler starts.
    pub target: u32,
    /// The stack is cut to this depth.
    pub depth: u32,
    /// Whether the index of the raising instruction is pushed.
    pub lasti: bool,
}

fn write_item(out: &mut Vec<u8>, value: u32, mut mark: u8) {
    for shift in [24, 18, 12, 6] {
        if value >= 1 << shift {
            out.push(((value >> shift) & 0x3f) as u8 | 0x40 | mark);
            mark = 0;
        }
    }
    out.push((value & 0x3f) as u8 | mark);
}

/// Appends an entry.
pub fn write_entry(out: &mut Vec<u8>, entry: &Entry) {
    write_item(out, entry.start, 0x80);
    write_item(out, entry.end.wrapping_sub(entry.start), 0);
    write_item(out, entry.target, 0);
    write_item(out, entry.depth << 1 | u32::from(entry.lasti), 0);
}

/// Reads the table; ends early if it is malformed.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Over `exceptiontable`.
    pub fn new(exceptiontable: &'a [u8]) -> Decoder<'a> {
        Decoder { rest: exceptiontable }
    }

    fn item(&mut self) -> Option<u32> {
        let mut value = 0u32;
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value = value << 6 | u32::from(byte & 0x3f);
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
    }
}

impl Iterator for Decoder<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let start = self.item()?;
        let length = self.item()?;
        let target = self.item()?;
        let depth_lasti = self.item()?;
        let end = start.wrapping_add(length);
        Some(Entry { start, end, target, depth: depth_lasti >> 1, lasti: depth_lasti & 1 != 0 })
    }
}

/// The handler that covers code unit `unit`.
pub fn lookup(exceptiontable: &[u8], unit: u32) -> Option<Entry> {
    Decoder::new(exceptiontable).find(|e| e.start <= unit && unit < e.end)
}
