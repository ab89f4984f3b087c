//! zlib's streams as owned values. The state inside a stream points back at it, so streams live in boxes.
#![allow(unsafe_code, reason = "zlib's interface is that of the C library: pointers to streams and buffers")]

use core::ffi::{CStr, c_int};
use libz_rs_sys as z;
use std::mem::MaybeUninit;

/// How much room is made at a time.
const STEP: usize = 16 * 1024;

/// What a call said: zlib's code and, with some errors, a message.
pub struct Failure {
    pub code: c_int,
    pub message: Option<String>,
}

fn message_of(stream: &z::z_stream) -> Option<String> {
    if stream.msg.is_null() {
        return None;
    }
    // SAFETY: messages are static C strings.
    Some(unsafe { CStr::from_ptr(stream.msg) }.to_string_lossy().into_owned())
}

/// Where output goes while there is no room: copying a stream wants an address.
const NO_ROOM: *mut u8 = core::ptr::NonNull::dangling().as_ptr();

fn blank() -> Box<z::z_stream> {
    Box::new(z::z_stream { next_out: NO_ROOM, ..z::z_stream::default() })
}

/// What a run over some input did.
pub struct Run {
    /// zlib's last code.
    pub code: c_int,
    /// How much input was used.
    pub consumed: usize,
}

/// Runs a stream over the input until it has nothing more to say or `limit` bytes are out.
fn run(
    stream: &mut z::z_stream,
    input: &[u8],
    out: &mut Vec<u8>,
    limit: usize,
    mut call: impl FnMut(&mut z::z_stream) -> c_int,
) -> Option<Run> {
    let mut consumed = 0;
    let mut code = z::Z_OK;
    while out.len() < limit {
        let room = (limit - out.len()).min(STEP.max(out.len()));
        out.try_reserve(room).ok()?;
        let chunk = input.get(consumed..)?;
        let given = chunk.len().min(u32::MAX as usize);
        stream.next_in = chunk.as_ptr().cast_mut();
        stream.avail_in = given as u32;
        let spare: &mut [MaybeUninit<u8>] = out.spare_capacity_mut();
        let offered = room.min(spare.len()).min(u32::MAX as usize);
        stream.next_out = spare.as_mut_ptr().cast();
        stream.avail_out = offered as u32;
        code = call(stream);
        let used = given - stream.avail_in as usize;
        let written = offered - stream.avail_out as usize;
        // SAFETY: zlib has initialised this many bytes of the spare room.
        unsafe { out.set_len(out.len() + written) };
        consumed += used;
        let full = stream.avail_out == 0;
        stream.next_in = core::ptr::null_mut();
        stream.avail_in = 0;
        stream.next_out = NO_ROOM;
        stream.avail_out = 0;
        match code {
            z::Z_OK if full || consumed < input.len() => {}
            // Not at the end only for want of room.
            z::Z_BUF_ERROR if full => {}
            _ => break,
        }
    }
    Some(Run { code, consumed })
}

/// A compressor.
pub struct Deflate(Box<z::z_stream>);

impl Deflate {
    /// `deflateInit2`.
    pub fn new(level: c_int, method: c_int, wbits: c_int, mem_level: c_int, strategy: c_int) -> Result<Self, c_int> {
        let mut stream = blank();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream; the version is the library's own.
        let code = unsafe {
            z::deflateInit2_(&mut *stream, level, method, wbits, mem_level, strategy, z::zlibVersion(), size)
        };
        if code == z::Z_OK { Ok(Self(stream)) } else { Err(code) }
    }

    /// `deflateSetDictionary`.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        // SAFETY: an initialised stream, and a buffer of that length.
        unsafe { z::deflateSetDictionary(&mut *self.0, dictionary.as_ptr(), dictionary.len() as u32) }
    }

    /// Compresses; nothing when there is no memory.
    pub fn run(&mut self, input: &[u8], flush: c_int, out: &mut Vec<u8>) -> Option<Run> {
        // SAFETY: an initialised stream with valid buffers.
        run(&mut self.0, input, out, usize::MAX, |s| unsafe { z::deflate(s, flush) })
    }

    /// `deflateCopy`.
    pub fn copy(&self) -> Result<Self, c_int> {
        let mut stream = blank();
        // SAFETY: an initialised source, which is only read.
        let code = unsafe { z::deflateCopy(&mut *stream, core::ptr::from_ref(&*self.0).cast_mut()) };
        if code == z::Z_OK { Ok(Self(stream)) } else { Err(code) }
    }

    /// What a code means here.
    pub fn failure(&self, code: c_int) -> Failure {
        Failure { code, message: message_of(&self.0) }
    }
}

impl Drop for Deflate {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended once.
        unsafe { z::deflateEnd(&mut *self.0) };
    }
}

/// A decompressor.
pub struct Inflate(Box<z::z_stream>);

impl Inflate {
    /// `inflateInit2`.
    pub fn new(wbits: c_int) -> Result<Self, c_int> {
        // The library writes to standard error about others.
        if !matches!(wbits, -15..=-8 | 0 | 8..=15 | 16 | 24..=31 | 32 | 40..=47) {
            return Err(z::Z_STREAM_ERROR);
        }
        let mut stream = blank();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream; the version is the library's own.
        let code = unsafe { z::inflateInit2_(&mut *stream, wbits, z::zlibVersion(), size) };
        if code == z::Z_OK { Ok(Self(stream)) } else { Err(code) }
    }

    /// `inflateSetDictionary`.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        // SAFETY: an initialised stream, and a buffer of that length.
        unsafe { z::inflateSetDictionary(&mut *self.0, dictionary.as_ptr(), dictionary.len() as u32) }
    }

    /// Decompresses at most `limit` bytes; nothing when there is no memory.
    pub fn run(&mut self, input: &[u8], flush: c_int, out: &mut Vec<u8>, limit: usize) -> Option<Run> {
        // SAFETY: an initialised stream with valid buffers.
        run(&mut self.0, input, out, limit, |s| unsafe { z::inflate(s, flush) })
    }

    /// `inflateCopy`.
    pub fn copy(&self) -> Result<Self, c_int> {
        let mut stream = blank();
        // SAFETY: an initialised source, which is only read.
        let code = unsafe { z::inflateCopy(&mut *stream, core::ptr::from_ref(&*self.0)) };
        if code == z::Z_OK { Ok(Self(stream)) } else { Err(code) }
    }

    /// What a code means here.
    pub fn failure(&self, code: c_int) -> Failure {
        Failure { code, message: message_of(&self.0) }
    }
}

impl Drop for Inflate {
    fn drop(&mut self) {
        // SAFETY: initialised, and ended once.
        unsafe { z::inflateEnd(&mut *self.0) };
    }
}

/// Continues a CRC-32.
pub fn crc32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: a buffer of that length.
    data.chunks(1 << 30).fold(start, |crc, c| unsafe { z::crc32(crc.into(), c.as_ptr(), c.len() as u32) as u32 })
}

/// Continues an Adler-32.
pub fn adler32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: a buffer of that length.
    data.chunks(1 << 30).fold(start, |sum, c| unsafe { z::adler32(sum.into(), c.as_ptr(), c.len() as u32) as u32 })
}
