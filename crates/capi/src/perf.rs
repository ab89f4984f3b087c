//! `/tmp/perf-PID.map`: where native code made at run time lies, for the profiler `perf`.

use core::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

static MAP: Mutex<Option<File>> = Mutex::new(None);

/// Opens the map of this process.
pub fn open() -> c_int {
    let mut map = MAP.lock().unwrap_or_else(PoisonError::into_inner);
    if map.is_some() {
        return 0;
    }
    let name = format!("/tmp/perf-{}.map", std::process::id());
    match OpenOptions::new().append(true).create(true).open(name) {
        Ok(file) => {
            *map = Some(file);
            0
        }
        Err(_) => -1,
    }
}

/// Writes an entry.
pub fn write(address: usize, size: u32, name: &str) -> c_int {
    if open() != 0 {
        return -1;
    }
    let mut map = MAP.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(file) = map.as_mut() else { return -1 };
    match writeln!(file, "{address:x} {size:x} {name}") {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

/// Closes the map.
pub fn close() {
    *MAP.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Appends another map to this process's.
pub fn copy(from: &str) -> c_int {
    let Ok(text) = std::fs::read(from) else { return -1 };
    if open() != 0 {
        return -1;
    }
    let mut map = MAP.lock().unwrap_or_else(PoisonError::into_inner);
    match map.as_mut().map(|file| file.write_all(&text)) {
        Some(Ok(())) => 0,
        _ => -1,
    }
}
