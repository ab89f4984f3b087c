//! What the C library says about local time.

/// A moment as the local calendar and clock show it.
pub struct LocalTime {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// Seconds east of UTC.
    pub offset: i64,
    pub zone: Vec<u8>,
}

/// Converts seconds since the epoch; the error is that of `localtime`.
pub fn local_time(seconds: i64) -> Result<LocalTime, i32> {
    // SAFETY: a zeroed `tm` is valid; the zone's name is a C string that lives in the C library.
    unsafe {
        let mut tm: libc::tm = core::mem::zeroed();
        if libc::localtime_r(&seconds, &mut tm).is_null() {
            return Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINVAL));
        }
        let zone =
            if tm.tm_zone.is_null() { Vec::new() } else { core::ffi::CStr::from_ptr(tm.tm_zone).to_bytes().to_vec() };
        Ok(LocalTime {
            year: i64::from(tm.tm_year) + 1900,
            month: tm.tm_mon as u32 + 1,
            day: tm.tm_mday as u32,
            hour: tm.tm_hour as u32,
            minute: tm.tm_min as u32,
            second: (tm.tm_sec as u32).min(59),
            offset: tm.tm_gmtoff,
            zone,
        })
    }
}
