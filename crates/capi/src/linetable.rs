//! The part of `cpython/code.h` that walks the table of lines: ranges of instructions that share one.

use crate::contract::*;
use core::ffi::c_int;

/// `PyCodeAddressRange`. The table's entries begin with a byte whose highest bit is set; its other bits are a kind and how
/// many code units the entry is for.
#[repr(C)]
pub struct PyCodeAddressRange {
    ar_start: c_int,
    ar_end: c_int,
    ar_line: c_int,
    computed_line: c_int,
    lo_next: *const u8,
    limit: *const u8,
}

const KIND_NONE: u8 = 15;
const KIND_LONG: u8 = 14;
const KIND_NO_COLUMNS: u8 = 13;
const KIND_ONE_LINE: core::ops::RangeInclusive<u8> = 10..=12;

fn kind(first: u8) -> u8 {
    first >> 3 & 15
}

/// The bytes of instructions that an entry is for.
fn bytes(first: u8) -> c_int {
    (c_int::from(first & 7) + 1) * 2
}

/// By how much the line changes at an entry.
unsafe fn line_delta(entry: *const u8) -> c_int {
    // SAFETY: the entry is whole.
    unsafe {
        match kind(*entry) {
            found if KIND_ONE_LINE.contains(&found) => c_int::from(found) - 10,
            KIND_LONG | KIND_NO_COLUMNS => {
                let (mut at, mut shift, mut value) = (entry.add(1), 0, 0u32);
                loop {
                    value |= u32::from(*at & 63) << shift;
                    if *at & 64 == 0 || shift > 24 {
                        break;
                    }
                    shift += 6;
                    at = at.add(1);
                }
                let magnitude = (value >> 1) as c_int;
                if value & 1 != 0 { -magnitude } else { magnitude }
            }
            _ => 0,
        }
    }
}

impl PyCodeAddressRange {
    fn set_line(&mut self, first: u8) {
        self.ar_line = if kind(first) == KIND_NONE { -1 } else { self.computed_line };
    }

    /// Goes on to the next entry; false at the end.
    unsafe fn next(&mut self) -> bool {
        if self.lo_next >= self.limit {
            return false;
        }
        // SAFETY: the table goes on.
        unsafe {
            let first = *self.lo_next;
            self.computed_line += line_delta(self.lo_next);
            self.set_line(first);
            self.ar_start = self.ar_end;
            self.ar_end += bytes(first);
            self.lo_next = self.lo_next.add(1);
            while self.lo_next < self.limit && *self.lo_next & 128 == 0 {
                self.lo_next = self.lo_next.add(1);
            }
        }
        true
    }

    /// Goes back to the entry before; false at the start.
    unsafe fn previous(&mut self) -> bool {
        if self.ar_start <= 0 {
            return false;
        }
        // SAFETY: there is an entry before the current one.
        unsafe {
            let back = |mut at: *const u8| {
                at = at.sub(1);
                while *at & 128 == 0 {
                    at = at.sub(1);
                }
                at
            };
            self.lo_next = back(self.lo_next);
            self.computed_line -= line_delta(self.lo_next);
            let first = *back(self.lo_next);
            self.ar_end = self.ar_start;
            self.ar_start -= bytes(first);
            self.set_line(first);
        }
        true
    }
}

capi! {
    /// The line of a byte offset, with the range of instructions around it; -1 if the offset lies beyond the code.
    fn _PyCode_CheckLineNumber(lasti: c_int, bounds: *mut PyCodeAddressRange) -> Raw<c_int> {
        let bounds = &mut *bounds;
        while bounds.ar_end <= lasti {
            if !bounds.next() {
                return -1;
            }
        }
        while bounds.ar_start > lasti {
            if !bounds.previous() {
                return -1;
            }
        }
        bounds.ar_line
    }
}
