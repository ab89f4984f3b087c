//! The tables of character sets, all in one file that `tools/gen_cjk.py` writes and describes.

static DATA: &[u8] = include_bytes!("tables.bin");
/// Bytes of a table before its values.
const INDEX: usize = 1024;

/// A map from 16-bit numbers to 16-bit numbers.
#[derive(Clone, Copy)]
pub struct Table(usize);

impl Table {
    /// The table that begins there in the file.
    pub const fn at(offset: usize) -> Self {
        Table(offset)
    }

    /// What the two bytes stand for.
    #[inline]
    pub fn get(self, hi: u8, lo: u8) -> Option<u16> {
        let row = self.0 + 4 * usize::from(hi);
        let &[a, b, bottom, top] = DATA.get(row..row + 4)? else { return None };
        if lo < bottom || lo > top {
            return None;
        }
        let value = self.0 + INDEX + 2 * (usize::from(u16::from_le_bytes([a, b])) + usize::from(lo - bottom));
        let &[a, b] = DATA.get(value..value + 2)? else { return None };
        match u16::from_le_bytes([a, b]) {
            0 => None,
            found => Some(found),
        }
    }

    /// What the low 16 bits of a character stand for.
    #[inline]
    pub fn of(self, c: u32) -> Option<u16> {
        self.get((c >> 8) as u8, c as u8)
    }
}
