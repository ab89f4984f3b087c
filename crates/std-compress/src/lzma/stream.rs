//! The streams of liblzma as owned values, and its filters as plain ones. liblzma copies the options of filters, so they
//! live no longer than the call.
#![allow(
    unsafe_code,
    reason = "liblzma's interface is that of the C library: pointers to streams, options and buffers"
)]

use crate::pump::{Codec, Flow, Step};
use core::ffi::c_void;
use core::ptr::{from_mut, null, null_mut};
use liblzma_sys as z;
use std::mem::MaybeUninit;
use taipan_runtime::mem;

/// An error of the library.
pub type Code = z::lzma_ret;

/// How many filters a chain may have (`LZMA_FILTERS_MAX`).
pub const FILTERS_MAX: usize = 4;

/// The identifier that no filter has (`LZMA_VLI_UNKNOWN`), which ends a chain.
const END: u64 = u64::MAX;

/// The options of LZMA1 and LZMA2 (`lzma_options_lzma`).
#[derive(Clone, Copy)]
pub struct Lzma {
    pub dict_size: u32,
    pub lc: u32,
    pub lp: u32,
    pub pb: u32,
    pub mode: u32,
    pub nice_len: u32,
    pub mf: u32,
    pub depth: u32,
}

fn blank_lzma() -> z::lzma_options_lzma {
    // SAFETY: numbers and pointers, for which zero is valid.
    unsafe { core::mem::zeroed() }
}

impl Lzma {
    /// The options of a preset if there is one of this number.
    pub fn preset(preset: u32) -> Option<Self> {
        let mut raw = blank_lzma();
        // SAFETY: a place for the options.
        let failed = unsafe { z::lzma_lzma_preset(&mut raw, preset) } != 0;
        (!failed).then(|| Self::from_raw(&raw))
    }

    fn from_raw(raw: &z::lzma_options_lzma) -> Self {
        Self {
            dict_size: raw.dict_size,
            lc: raw.lc,
            lp: raw.lp,
            pb: raw.pb,
            mode: raw.mode,
            nice_len: raw.nice_len,
            mf: raw.mf,
            depth: raw.depth,
        }
    }

    fn to_raw(self) -> z::lzma_options_lzma {
        z::lzma_options_lzma {
            dict_size: self.dict_size,
            lc: self.lc,
            lp: self.lp,
            pb: self.pb,
            mode: self.mode,
            nice_len: self.nice_len,
            mf: self.mf,
            depth: self.depth,
            ..blank_lzma()
        }
    }
}

/// What a filter is told.
#[derive(Clone, Copy)]
pub enum Options {
    Lzma(Lzma),
    /// The distance.
    Delta(u32),
    /// Where the code starts; nothing when it is left to the library.
    Branch(Option<u32>),
    /// A filter that has no form in Python.
    Other,
}

/// A filter of a chain.
#[derive(Clone, Copy)]
pub struct Filter {
    pub id: u64,
    pub options: Options,
}

/// Whether a filter converts the branches of executable code.
pub fn is_branch_filter(id: u64) -> bool {
    matches!(
        id,
        z::LZMA_FILTER_X86
            | z::LZMA_FILTER_POWERPC
            | z::LZMA_FILTER_IA64
            | z::LZMA_FILTER_ARM
            | z::LZMA_FILTER_ARMTHUMB
            | z::LZMA_FILTER_SPARC
    )
}

/// Options in the library's form.
enum Raw {
    Lzma(z::lzma_options_lzma),
    Delta(z::lzma_options_delta),
    Branch(z::lzma_options_bcj),
    None,
}

impl Raw {
    fn new(options: Options) -> Self {
        match options {
            Options::Lzma(lzma) => Self::Lzma(lzma.to_raw()),
            Options::Delta(dist) => {
                // SAFETY: numbers and pointers, for which zero is valid; zero is also the only type of delta.
                let blank: z::lzma_options_delta = unsafe { core::mem::zeroed() };
                Self::Delta(z::lzma_options_delta { dist, ..blank })
            }
            Options::Branch(Some(start_offset)) => Self::Branch(z::lzma_options_bcj { start_offset }),
            Options::Branch(None) | Options::Other => Self::None,
        }
    }

    fn as_ptr(&mut self) -> *mut c_void {
        match self {
            Self::Lzma(raw) => from_mut(raw).cast(),
            Self::Delta(raw) => from_mut(raw).cast(),
            Self::Branch(raw) => from_mut(raw).cast(),
            Self::None => null_mut(),
        }
    }
}

/// Calls the library with a chain of filters.
fn with_chain<R>(filters: &[Filter], call: impl FnOnce(*const z::lzma_filter) -> R) -> R {
    let mut raws: Vec<Raw> = filters.iter().map(|filter| Raw::new(filter.options)).collect();
    let mut chain: Vec<z::lzma_filter> = filters
        .iter()
        .zip(&mut raws)
        .map(|(filter, raw)| z::lzma_filter { id: filter.id, options: raw.as_ptr() })
        .collect();
    chain.push(z::lzma_filter { id: END, options: null_mut() });
    call(chain.as_ptr())
}

/// The options of a filter as they stand in a header.
pub fn encode_properties(filter: Filter) -> Result<Vec<u8>, Code> {
    with_chain(&[filter], |chain| {
        let mut size = 0;
        // SAFETY: a filter with its options.
        match unsafe { z::lzma_properties_size(&mut size, chain) } {
            z::LZMA_OK => {}
            code => return Err(code),
        }
        let mut properties = vec![0; size as usize];
        // SAFETY: a filter with its options, and the room that it asked for.
        match unsafe { z::lzma_properties_encode(chain, properties.as_mut_ptr()) } {
            z::LZMA_OK => Ok(properties),
            code => Err(code),
        }
    })
}

/// The filter that a header describes.
pub fn decode_properties(id: u64, properties: &[u8]) -> Result<Filter, Code> {
    let end = z::lzma_filter { id: END, options: null_mut() };
    let mut chain = [z::lzma_filter { id, options: null_mut() }, end];
    // SAFETY: a place for a filter, and a buffer of that length.
    let code = unsafe { z::lzma_properties_decode(chain.as_mut_ptr(), null(), properties.as_ptr(), properties.len()) };
    if code != z::LZMA_OK {
        return Err(code);
    }
    let at = chain[0].options;
    // SAFETY: the library has made the options of this filter, or left the pointer null.
    let options = unsafe {
        match id {
            z::LZMA_FILTER_LZMA1 | z::LZMA_FILTER_LZMA2 => {
                at.cast::<z::lzma_options_lzma>().as_ref().map(|raw| Options::Lzma(Lzma::from_raw(raw)))
            }
            z::LZMA_FILTER_DELTA => at.cast::<z::lzma_options_delta>().as_ref().map(|raw| Options::Delta(raw.dist)),
            _ if is_branch_filter(id) => {
                Some(Options::Branch(at.cast::<z::lzma_options_bcj>().as_ref().map(|raw| raw.start_offset)))
            }
            _ => None,
        }
    };
    // SAFETY: a chain whose options the library made with the same allocator.
    unsafe { z::lzma_filters_free(chain.as_mut_ptr(), null()) };
    Ok(Filter { id, options: options.unwrap_or(Options::Other) })
}

/// `lzma_check_is_supported`.
pub fn is_check_supported(check: i32) -> bool {
    // SAFETY: any number may be asked about.
    unsafe { z::lzma_check_is_supported(check as z::lzma_check) != 0 }
}

/// What a stream is made for.
pub enum Coder<'a> {
    /// `lzma_easy_encoder`: preset, check.
    Easy(u32, i32),
    /// `lzma_stream_encoder`: filters, check.
    Xz(&'a [Filter], i32),
    /// `lzma_alone_encoder`.
    Alone(Lzma),
    /// `lzma_raw_encoder`.
    Raw(&'a [Filter]),
    /// `lzma_auto_decoder`: the limit of its memory.
    ReadAuto(u64),
    /// `lzma_stream_decoder`: the limit of its memory.
    ReadXz(u64),
    /// `lzma_alone_decoder`: the limit of its memory.
    ReadAlone(u64),
    /// `lzma_raw_decoder`.
    ReadRaw(&'a [Filter]),
}

/// The library's memory comes from where Rust's does: blocks of a few megabytes, as streams need, stay with the process for a
/// while, and the next stream finds them in place. The system's `malloc` gives them back each time.
static ALLOCATOR: Allocator =
    Allocator(z::lzma_allocator { alloc: Some(allocate), free: Some(release), opaque: null_mut() });

struct Allocator(z::lzma_allocator);

// SAFETY: two functions that any thread may call.
unsafe impl Sync for Allocator {}

extern "C" fn allocate(_opaque: *mut c_void, count: usize, size: usize) -> *mut c_void {
    count.checked_mul(size).map_or(null_mut(), |size| mem::library_alloc(size).cast())
}

extern "C" fn release(_opaque: *mut c_void, block: *mut c_void) {
    // SAFETY: the library frees what `allocate` gave it.
    unsafe { mem::library_free(block.cast()) };
}

/// A stream. It is in a box because the library may not be moved away from it.
pub struct Stream {
    stream: Box<z::lzma_stream>,
    encodes: bool,
    /// Whether the input is the last (`LZMA_FINISH`).
    pub finish: bool,
    /// The check of a stream that is read, once it is known.
    pub check: Option<i32>,
}

// SAFETY: the stream owns its state, which no other thread sees.
unsafe impl Send for Stream {}

impl Stream {
    /// Starts a stream.
    pub fn new(coder: &Coder<'_>) -> Result<Self, Code> {
        const TELL: u32 = z::LZMA_TELL_ANY_CHECK | z::LZMA_TELL_NO_CHECK;
        let encodes = matches!(coder, Coder::Easy(..) | Coder::Xz(..) | Coder::Alone(_) | Coder::Raw(_));
        // SAFETY: numbers and pointers, for which zero is valid: `LZMA_STREAM_INIT`.
        let stream: Box<z::lzma_stream> = Box::new(unsafe { core::mem::zeroed() });
        let mut this = Self { stream, encodes, finish: false, check: None };
        let stream = &mut *this.stream;
        stream.allocator = &ALLOCATOR.0;
        // SAFETY: a fresh stream, and options that live during the call. The library checks the numbers itself.
        let code = unsafe {
            match *coder {
                Coder::Easy(preset, check) => z::lzma_easy_encoder(stream, preset, check as z::lzma_check),
                Coder::Xz(filters, check) => {
                    with_chain(filters, |chain| z::lzma_stream_encoder(stream, chain, check as z::lzma_check))
                }
                Coder::Alone(options) => z::lzma_alone_encoder(stream, &options.to_raw()),
                Coder::Raw(filters) => with_chain(filters, |chain| z::lzma_raw_encoder(stream, chain)),
                Coder::ReadAuto(limit) => z::lzma_auto_decoder(stream, limit, TELL),
                Coder::ReadXz(limit) => z::lzma_stream_decoder(stream, limit, TELL),
                Coder::ReadAlone(limit) => z::lzma_alone_decoder(stream, limit),
                Coder::ReadRaw(filters) => with_chain(filters, |chain| z::lzma_raw_decoder(stream, chain)),
            }
        };
        if code == z::LZMA_OK { Ok(this) } else { Err(code) }
    }
}

// SAFETY: what the library wrote is what it took off `avail_out`.
unsafe impl Codec for Stream {
    type Error = Code;

    fn step(&mut self, input: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<Step, Code> {
        let stream = &mut *self.stream;
        stream.next_in = input.as_ptr();
        stream.avail_in = input.len();
        stream.next_out = room.as_mut_ptr().cast();
        stream.avail_out = room.len();
        let action = if self.finish { z::LZMA_FINISH } else { z::LZMA_RUN };
        let code = loop {
            // SAFETY: an initialised stream with valid buffers.
            match unsafe { z::lzma_code(stream, action) } {
                z::LZMA_GET_CHECK | z::LZMA_NO_CHECK => {
                    // SAFETY: the library has just said that it knows the check.
                    self.check = Some(unsafe { z::lzma_get_check(stream) } as i32);
                    if stream.avail_in == 0 {
                        break z::LZMA_OK;
                    }
                }
                code => break code,
            }
        };
        let (used, written) = (input.len() - stream.avail_in, room.len() - stream.avail_out);
        let starved = stream.avail_in == 0 && stream.avail_out > 0;
        stream.next_in = null();
        stream.avail_in = 0;
        stream.next_out = null_mut();
        stream.avail_out = 0;
        let flow = match code {
            z::LZMA_STREAM_END => Flow::Done,
            // A compressor that has all its input keeps the rest for later.
            z::LZMA_OK if self.encodes && !self.finish && used == input.len() => Flow::Done,
            z::LZMA_OK => Flow::Idle,
            // It got nothing to do anything with.
            z::LZMA_BUF_ERROR if starved => Flow::Idle,
            code => return Err(code),
        };
        Ok(Step { used, written, flow })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: a blank or an initialised stream, ended once.
        unsafe { z::lzma_end(&mut *self.stream) };
    }
}
