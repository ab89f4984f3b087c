//! Code units of the three string kinds.

/// A code unit: Latin-1, UCS-2 or UCS-4.
pub trait Unit: Copy + Eq + Ord + Default + std::fmt::Debug + 'static {
    /// The largest code point it holds.
    const MAX: u32;
    /// The code point.
    fn cp(self) -> u32;
    /// The unit of a code point; the high bits are cut off where it does not fit.
    fn from_cp(c: u32) -> Self;
    /// The unit of a code point if it fits.
    #[inline]
    fn try_from_cp(c: u32) -> Option<Self> {
        if c <= Self::MAX { Some(Self::from_cp(c)) } else { None }
    }
    /// Where the unit first occurs.
    #[inline]
    fn position(self, s: &[Self]) -> Option<usize> {
        s.iter().position(|&x| x == self)
    }
    /// Where the unit last occurs.
    #[inline]
    fn rposition(self, s: &[Self]) -> Option<usize> {
        s.iter().rposition(|&x| x == self)
    }
    /// The bytes themselves, for units that are bytes.
    #[inline]
    fn as_bytes(_: &[Self]) -> Option<&[u8]> {
        None
    }
}

impl Unit for u8 {
    const MAX: u32 = 0xff;
    #[inline]
    fn cp(self) -> u32 {
        u32::from(self)
    }
    #[inline]
    fn from_cp(c: u32) -> u8 {
        c as u8
    }
    #[inline]
    fn position(self, s: &[u8]) -> Option<usize> {
        memchr::memchr(self, s)
    }
    #[inline]
    fn rposition(self, s: &[u8]) -> Option<usize> {
        memchr::memrchr(self, s)
    }
    #[inline]
    fn as_bytes(s: &[u8]) -> Option<&[u8]> {
        Some(s)
    }
}

/// A first occurrence found blockwise, which vectorises.
#[inline]
fn position_blocks<T: Copy + Eq>(x: T, s: &[T]) -> Option<usize> {
    const B: usize = 32;
    let mut chunks = s.chunks_exact(B);
    for (i, c) in (&mut chunks).enumerate() {
        if c.iter().fold(false, |f, &y| f | (y == x)) {
            return c.iter().position(|&y| y == x).map(|j| i * B + j);
        }
    }
    let rest = chunks.remainder();
    rest.iter().position(|&y| y == x).map(|j| s.len() - rest.len() + j)
}

impl Unit for u16 {
    const MAX: u32 = 0xffff;
    #[inline]
    fn cp(self) -> u32 {
        u32::from(self)
    }
    #[inline]
    fn from_cp(c: u32) -> u16 {
        c as u16
    }
    #[inline]
    fn position(self, s: &[u16]) -> Option<usize> {
        position_blocks(self, s)
    }
}

impl Unit for u32 {
    const MAX: u32 = 0x10ffff;
    #[inline]
    fn cp(self) -> u32 {
        self
    }
    #[inline]
    fn from_cp(c: u32) -> u32 {
        c
    }
    #[inline]
    fn position(self, s: &[u32]) -> Option<usize> {
        position_blocks(self, s)
    }
}

/// The largest code point of a string, rounded up to what decides its kind is the caller's affair.
pub fn max_char<T: Unit>(s: &[T]) -> u32 {
    s.iter().fold(0, |m, c| m | c.cp()).min(0x10ffff)
}
