//! What the C library's current locale says about single bytes.

/// `isalnum`, `tolower` and `toupper` of every byte.
pub struct ByteTables {
    pub alnum: [bool; 256],
    pub lower: [u8; 256],
    pub upper: [u8; 256],
}

/// Asks the current locale.
pub fn byte_tables() -> ByteTables {
    let mut tables = ByteTables { alnum: [false; 256], lower: [0; 256], upper: [0; 256] };
    for c in 0..=255u8 {
        let i = usize::from(c);
        // SAFETY: every value of an unsigned char is allowed.
        unsafe {
            tables.alnum[i] = libc::isalnum(i32::from(c)) != 0;
            tables.lower[i] = libc::tolower(i32::from(c)) as u8;
            tables.upper[i] = libc::toupper(i32::from(c)) as u8;
        }
    }
    tables
}
