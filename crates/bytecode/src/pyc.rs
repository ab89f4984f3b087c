//! The header of `.pyc` files (PEP 552): magic number, flags, then modification time and size, or the source's hash.

/// `importlib.util.MAGIC_NUMBER` of CPython 3.14.
pub const MAGIC_NUMBER: [u8; 4] = [0x2b, 0x0e, b'\r', b'\n'];

/// How a `.pyc` file says whether it is still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// Modification time and size of the source, both modulo 2**32.
    Timestamp {
        /// Seconds.
        mtime: u32,
        /// Bytes.
        size: u32,
    },
    /// SipHash of the source.
    Hash {
        /// The hash.
        hash: [u8; 8],
        /// Whether it is to be compared with the source's.
        check_source: bool,
    },
}

/// Why a header was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// Another version of Python.
    BadMagic,
    /// Fewer than sixteen bytes.
    Truncated,
    /// Flags of the future.
    InvalidFlags(u32),
}

/// The sixteen bytes before the marshalled code.
pub fn header(validation: Validation) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&MAGIC_NUMBER);
    match validation {
        Validation::Timestamp { mtime, size } => {
            bytes[8..12].copy_from_slice(&mtime.to_le_bytes());
            bytes[12..].copy_from_slice(&size.to_le_bytes());
        }
        Validation::Hash { hash, check_source } => {
            bytes[4] = 1 | u8::from(check_source) << 1;
            bytes[8..].copy_from_slice(&hash);
        }
    }
    bytes
}

/// Splits a file into what its header says and the marshalled code.
pub fn parse(data: &[u8]) -> Result<(Validation, &[u8]), HeaderError> {
    if data.get(..4) != Some(&MAGIC_NUMBER) {
        return Err(HeaderError::BadMagic);
    }
    let (head, body) = data.split_at_checked(16).ok_or(HeaderError::Truncated)?;
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let flags = word(4);
    if flags & !3 != 0 {
        return Err(HeaderError::InvalidFlags(flags));
    }
    let validation = if flags & 1 != 0 {
        let mut hash = [0; 8];
        hash.copy_from_slice(&head[8..]);
        Validation::Hash { hash, check_source: flags & 2 != 0 }
    } else {
        Validation::Timestamp { mtime: word(8), size: word(12) }
    };
    Ok((validation, body))
}
