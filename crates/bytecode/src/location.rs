//! The location table (`co_linetable`, format of CPython 3.11 and later): runs of code units with their source ranges.
//!
//! An entry starts with a byte `1 kkkk lll`: `kkkk` chooses the form, `lll + 1` is the number of code units. The line is
//! relative to the previous entry's. Forms 0 to 9 hold a short range within the same line, 10 to 12 a range within one
//! line 0 to 2 lines on, 13 a line without columns, 14 a whole range, 15 no location.

/// A source range; 0-based columns in bytes. `None` where the table has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    /// First line.
    pub line: Option<i32>,
    /// Last line.
    pub end_line: Option<i32>,
    /// First column.
    pub column: Option<i32>,
    /// Column after the last.
    pub end_column: Option<i32>,
}

/// A run of code units with one position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Byte offset of the first unit.
    pub start: usize,
    /// Byte offset after the last unit.
    pub end: usize,
    /// Where it comes from.
    pub position: Position,
}

const CODE_NO_COLUMNS: u8 = 13;
const CODE_LONG: u8 = 14;
const CODE_NONE: u8 = 15;

/// Writes a location table.
#[derive(Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
    line: i32,
}

/// Unsigned number in groups of six bits, least significant first; bit 6 says that more follow.
pub fn write_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        out.push(0x40 | (value & 0x3f) as u8);
        value >>= 6;
    }
    out.push(value as u8);
}

fn write_signed_varint(out: &mut Vec<u8>, value: i32) {
    let magnitude = value.unsigned_abs();
    write_varint(out, if value < 0 { magnitude << 1 | 1 } else { magnitude << 1 });
}

impl Encoder {
    /// Starts at the code unit's first line.
    pub fn new(firstlineno: i32) -> Encoder {
        Encoder { bytes: Vec::new(), line: firstlineno }
    }

    fn first(&mut self, form: u8, units: usize) {
        self.bytes.push(0x80 | form << 3 | (units - 1) as u8);
    }

    /// Appends `units` code units at a position whose fields are negative where unknown.
    pub fn push(&mut self, mut units: usize, line: i32, end_line: i32, column: i32, end_column: i32) {
        while units > 8 {
            self.entry(8, line, end_line, column, end_column);
            units -= 8;
        }
        if units > 0 {
            self.entry(units, line, end_line, column, end_column);
        }
    }

    fn entry(&mut self, units: usize, line: i32, end_line: i32, column: i32, end_column: i32) {
        if line < 0 {
            return self.first(CODE_NONE, units);
        }
        let delta = line.wrapping_sub(self.line);
        if column < 0 || end_column < 0 {
            if end_line == line || end_line < 0 {
                self.first(CODE_NO_COLUMNS, units);
                write_signed_varint(&mut self.bytes, delta);
                self.line = line;
                return;
            }
        } else if end_line == line {
            if delta == 0 && column < 80 && end_column >= column && end_column - column < 16 {
                self.first((column >> 3) as u8, units);
                self.bytes.push(((column & 7) << 4 | (end_column - column)) as u8);
                return;
            }
            if delta >= 0 && delta < 3 && column < 128 && end_column < 128 {
                self.first(10 + delta as u8, units);
                self.bytes.push(column as u8);
                self.bytes.push(end_column as u8);
                self.line = line;
                return;
            }
        }
        self.first(CODE_LONG, units);
        write_signed_varint(&mut self.bytes, delta);
        write_varint(&mut self.bytes, end_line.wrapping_sub(line) as u32);
        write_varint(&mut self.bytes, column.wrapping_add(1) as u32);
        write_varint(&mut self.bytes, end_column.wrapping_add(1) as u32);
        self.line = line;
    }

    /// The table.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// The same table without columns (`-X no_debug_ranges`).
pub fn without_columns(linetable: &[u8], firstlineno: i32) -> Vec<u8> {
    let mut out = Encoder::new(firstlineno);
    for entry in Decoder::new(linetable, firstlineno) {
        let line = entry.position.line.unwrap_or(-1);
        out.push((entry.end - entry.start) / 2, line, line, -1, -1);
    }
    out.finish()
}

/// Reads a location table; ends early if it is malformed.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    rest: &'a [u8],
    line: i32,
    offset: usize,
}

impl<'a> Decoder<'a> {
    /// Over `linetable`, of a code unit that starts at `firstlineno`.
    pub fn new(linetable: &'a [u8], firstlineno: i32) -> Decoder<'a> {
        Decoder { rest: linetable, line: firstlineno, offset: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x3f).checked_shl(shift).unwrap_or(0);
            shift += 6;
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
    }

    fn signed_varint(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 != 0 { magnitude.wrapping_neg() } else { magnitude })
    }
}

impl Iterator for Decoder<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let first = self.byte()?;
        let start = self.offset;
        let end = start + (usize::from(first & 7) + 1) * 2;
        let form = first >> 3 & 15;
        let position = match form {
            CODE_NONE => Position::default(),
            CODE_LONG => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                let end_line = self.line.wrapping_add(self.varint()? as i32);
                let column = (self.varint()? as i32).wrapping_sub(1);
                let end_column = (self.varint()? as i32).wrapping_sub(1);
                let known = |c: i32| if c < 0 { None } else { Some(c) };
                Position {
                    line: Some(self.line),
                    end_line: Some(end_line),
                    column: known(column),
                    end_column: known(end_column),
                }
            }
            CODE_NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                Position { line: Some(self.line), end_line: Some(self.line), column: None, end_column: None }
            }
            10..=12 => {
                self.line = self.line.wrapping_add(i32::from(form - 10));
                let column = i32::from(self.byte()?);
                let end_column = i32::from(self.byte()?);
                let line = Some(self.line);
                Position { line, end_line: line, column: Some(column), end_column: Some(end_column) }
            }
            _ => {
                let second = self.byte()?;
                let column = i32::from(form) << 3 | i32::from(second >> 4);
                let line = Some(self.line);
                let end_column = Some(column + i32::from(second & 15));
                Position { line, end_line: line, column: Some(column), end_column }
            }
        };
        self.offset = end;
        Some(Entry { start, end, position })
    }
}

/// The position of the instruction at byte offset `lasti` (before the first: none).
pub fn position_at(linetable: &[u8], firstlineno: i32, lasti: usize) -> Option<Position> {
    Decoder::new(linetable, firstlineno).find(|e| lasti >= e.start && lasti < e.end).map(|e| e.position)
}

/// The line of the instruction at byte offset `lasti`.
pub fn line_at(linetable: &[u8], firstlineno: i32, lasti: usize) -> Option<i32> {
    position_at(linetable, firstlineno, lasti)?.line
}
