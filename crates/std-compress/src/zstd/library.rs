//! The contexts and dictionaries of libzstd as owned values, and its functions over slices.
//!
//! A context may point to a dictionary, so it holds it; digested forms live as long as their dictionary.
#![allow(unsafe_code, reason = "libzstd's interface is that of the C library: pointers to contexts and buffers")]

use crate::pump::{Codec, Flow, Step};
use core::ffi::{CStr, c_void};
use core::ptr::NonNull;
use std::collections::{HashMap, TryReserveError};
use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use zstd_sys as z;

/// What the library says about an error.
pub struct Failure(usize);

impl Failure {
    /// The error's name.
    pub fn name(&self) -> String {
        // SAFETY: names are static C strings.
        unsafe { CStr::from_ptr(z::ZSTD_getErrorName(self.0)) }.to_string_lossy().into_owned()
    }
}

fn check(code: usize) -> Result<usize, Failure> {
    // SAFETY: any number may be asked about.
    if unsafe { z::ZSTD_isError(code) } == 0 { Ok(code) } else { Err(Failure(code)) }
}

const COMPRESSION: [z::ZSTD_cParameter; 37] = {
    use z::ZSTD_cParameter::*;
    [
        ZSTD_c_compressionLevel,
        ZSTD_c_windowLog,
        ZSTD_c_hashLog,
        ZSTD_c_chainLog,
        ZSTD_c_searchLog,
        ZSTD_c_minMatch,
        ZSTD_c_targetLength,
        ZSTD_c_strategy,
        ZSTD_c_targetCBlockSize,
        ZSTD_c_enableLongDistanceMatching,
        ZSTD_c_ldmHashLog,
        ZSTD_c_ldmMinMatch,
        ZSTD_c_ldmBucketSizeLog,
        ZSTD_c_ldmHashRateLog,
        ZSTD_c_contentSizeFlag,
        ZSTD_c_checksumFlag,
        ZSTD_c_dictIDFlag,
        ZSTD_c_nbWorkers,
        ZSTD_c_jobSize,
        ZSTD_c_overlapLog,
        ZSTD_c_experimentalParam1,
        ZSTD_c_experimentalParam2,
        ZSTD_c_experimentalParam3,
        ZSTD_c_experimentalParam4,
        ZSTD_c_experimentalParam5,
        ZSTD_c_experimentalParam7,
        ZSTD_c_experimentalParam8,
        // 9 and 10 are left out: with them the library remembers buffers from call to call.
        ZSTD_c_experimentalParam11,
        ZSTD_c_experimentalParam12,
        ZSTD_c_experimentalParam13,
        ZSTD_c_experimentalParam14,
        ZSTD_c_experimentalParam15,
        ZSTD_c_experimentalParam16,
        ZSTD_c_experimentalParam17,
        ZSTD_c_experimentalParam18,
        ZSTD_c_experimentalParam19,
        ZSTD_c_experimentalParam20,
    ]
};

const DECOMPRESSION: [z::ZSTD_dParameter; 6] = {
    use z::ZSTD_dParameter::*;
    [
        ZSTD_d_windowLogMax,
        ZSTD_d_experimentalParam1,
        // 2 is left out: with it the library remembers buffers from call to call.
        ZSTD_d_experimentalParam3,
        ZSTD_d_experimentalParam4,
        ZSTD_d_experimentalParam5,
        ZSTD_d_experimentalParam6,
    ]
};

fn compression_parameter(key: i32) -> Result<z::ZSTD_cParameter, Failure> {
    COMPRESSION.into_iter().find(|&parameter| parameter as i64 == i64::from(key)).ok_or_else(unsupported)
}

fn decompression_parameter(key: i32) -> Result<z::ZSTD_dParameter, Failure> {
    DECOMPRESSION.into_iter().find(|&parameter| parameter as i64 == i64::from(key)).ok_or_else(unsupported)
}

/// What the library says of a parameter that it does not know.
fn unsupported() -> Failure {
    Failure((z::ZSTD_ErrorCode::ZSTD_error_parameter_unsupported as usize).wrapping_neg())
}

/// The lowest and the highest value of a parameter.
pub fn bounds(key: i32, compression: bool) -> Result<(i32, i32), Failure> {
    // SAFETY: parameters that the library knows.
    let bounds = unsafe {
        if compression {
            z::ZSTD_cParam_getBounds(compression_parameter(key)?)
        } else {
            z::ZSTD_dParam_getBounds(decompression_parameter(key)?)
        }
    };
    check(bounds.error)?;
    Ok((bounds.lowerBound, bounds.upperBound))
}

/// The level that is taken when none is given.
pub fn default_level() -> i32 {
    // SAFETY: no preconditions; so below.
    unsafe { z::ZSTD_defaultCLevel() }
}

/// The lowest and the highest level.
pub fn levels() -> (i32, i32) {
    // SAFETY: as above.
    unsafe { (z::ZSTD_minCLevel(), z::ZSTD_maxCLevel()) }
}

/// How much room for output decompression is glad of.
pub fn output_size() -> usize {
    // SAFETY: as above.
    unsafe { z::ZSTD_DStreamOutSize() }
}

/// The library's version.
pub fn version() -> String {
    // SAFETY: a static C string.
    unsafe { CStr::from_ptr(z::ZSTD_versionString()) }.to_string_lossy().into_owned()
}

/// The size of the frame at the start of some data.
pub fn frame_size(data: &[u8]) -> Result<usize, Failure> {
    // SAFETY: a buffer of that length.
    check(unsafe { z::ZSTD_findFrameCompressedSize(data.as_ptr().cast(), data.len()) })
}

/// How much a frame holds, if it says so, and which dictionary it needs.
pub fn frame_info(data: &[u8]) -> Option<(Option<u64>, u32)> {
    const UNKNOWN: u64 = z::ZSTD_CONTENTSIZE_UNKNOWN as u64;
    const ERROR: u64 = z::ZSTD_CONTENTSIZE_ERROR as u64;
    // SAFETY: a buffer of that length.
    let (size, dictionary) = unsafe {
        let at: *const c_void = data.as_ptr().cast();
        (z::ZSTD_getFrameContentSize(at, data.len()), z::ZSTD_getDictID_fromFrame(at, data.len()))
    };
    match size {
        ERROR => None,
        UNKNOWN => Some((None, dictionary)),
        size => Some((Some(size), dictionary)),
    }
}

/// Why no dictionary could be made.
pub enum Unmade {
    /// The sizes are not those of the samples.
    Sizes,
    NoMemory,
    Failed(Failure),
}

impl From<TryReserveError> for Unmade {
    fn from(_: TryReserveError) -> Self {
        Self::NoMemory
    }
}

/// Makes a dictionary of at most `capacity` bytes out of samples, which stand one after the other.
fn make_dictionary(
    samples: &[u8],
    sizes: &[usize],
    capacity: usize,
    make: impl FnOnce(*mut c_void, *const c_void, u32) -> usize,
) -> Result<Vec<u8>, Unmade> {
    let total = sizes.iter().try_fold(0usize, |sum, &size| sum.checked_add(size));
    let Ok(n) = u32::try_from(sizes.len()) else { return Err(Unmade::Sizes) };
    if total != Some(samples.len()) {
        return Err(Unmade::Sizes);
    }
    let mut out: Vec<u8> = Vec::new();
    out.try_reserve_exact(capacity)?;
    let size = check(make(out.as_mut_ptr().cast(), samples.as_ptr().cast(), n)).map_err(Unmade::Failed)?;
    // SAFETY: the library has initialised so much of the room it was given.
    unsafe { out.set_len(size.min(capacity)) };
    Ok(out)
}

/// `ZDICT_trainFromBuffer`.
pub fn train(samples: &[u8], sizes: &[usize], capacity: usize) -> Result<Vec<u8>, Unmade> {
    make_dictionary(samples, sizes, capacity, |room, data, n| {
        // SAFETY: room of that capacity, and samples of these sizes.
        unsafe { z::ZDICT_trainFromBuffer(room, capacity, data, sizes.as_ptr(), n) }
    })
}

/// `ZDICT_finalizeDictionary`.
pub fn finalize(
    content: &[u8],
    samples: &[u8],
    sizes: &[usize],
    capacity: usize,
    level: i32,
) -> Result<Vec<u8>, Unmade> {
    make_dictionary(samples, sizes, capacity, |room, data, n| {
        let parameters = z::ZDICT_params_t { compressionLevel: level, notificationLevel: 0, dictID: 0 };
        let content_at: *const c_void = content.as_ptr().cast();
        // SAFETY: room of that capacity, a content of that length, and samples of these sizes.
        unsafe {
            z::ZDICT_finalizeDictionary(room, capacity, content_at, content.len(), data, sizes.as_ptr(), n, parameters)
        }
    })
}

/// A dictionary with its digested forms, which are made when they are first needed and not changed afterwards.
pub struct Dictionary {
    content: Vec<u8>,
    /// By compression level.
    for_compression: Mutex<HashMap<i32, NonNull<z::ZSTD_CDict>>>,
    for_decompression: OnceLock<Option<NonNull<z::ZSTD_DDict>>>,
}

// SAFETY: digested dictionaries may be shared; the rest is locked.
unsafe impl Send for Dictionary {}
// SAFETY: as above.
unsafe impl Sync for Dictionary {}

impl Dictionary {
    /// A dictionary of this content.
    pub fn new(content: Vec<u8>) -> Self {
        Self { content, for_compression: Mutex::default(), for_decompression: OnceLock::new() }
    }

    /// Its content.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// Its identifier; zero if it is not in the library's format.
    pub fn id(&self) -> u32 {
        // SAFETY: a buffer of that length.
        unsafe { z::ZSTD_getDictID_fromDict(self.content.as_ptr().cast(), self.content.len()) }
    }

    fn compressing(&self, level: i32) -> Option<NonNull<z::ZSTD_CDict>> {
        let mut made = self.for_compression.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&digested) = made.get(&level) {
            return Some(digested);
        }
        // SAFETY: a buffer of that length, which the library copies.
        let digested =
            NonNull::new(unsafe { z::ZSTD_createCDict(self.content.as_ptr().cast(), self.content.len(), level) })?;
        made.insert(level, digested);
        Some(digested)
    }

    fn decompressing(&self) -> Option<NonNull<z::ZSTD_DDict>> {
        *self.for_decompression.get_or_init(|| {
            // SAFETY: a buffer of that length, which the library copies.
            NonNull::new(unsafe { z::ZSTD_createDDict(self.content.as_ptr().cast(), self.content.len()) })
        })
    }
}

impl Drop for Dictionary {
    fn drop(&mut self) {
        let made = self.for_compression.get_mut().unwrap_or_else(PoisonError::into_inner);
        for digested in made.values() {
            // SAFETY: made by the library and freed once; no context points to it, for contexts hold the dictionary.
            unsafe { z::ZSTD_freeCDict(digested.as_ptr()) };
        }
        if let Some(Some(digested)) = self.for_decompression.get() {
            // SAFETY: as above.
            unsafe { z::ZSTD_freeDDict(digested.as_ptr()) };
        }
    }
}

/// How a dictionary is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Digested,
    Undigested,
    Prefix,
}

/// Why a dictionary could not be used.
pub enum Unusable {
    /// It has no digested form.
    Undigestible,
    Failed(Failure),
}

impl From<Failure> for Unusable {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What is done with the input of a call, beyond taking it in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Continue,
    FlushBlock,
    FlushFrame,
}

/// A context for compression.
pub struct Compressor {
    context: NonNull<z::ZSTD_CCtx>,
    /// Keeps what the context may point to.
    dictionary: Option<Arc<Dictionary>>,
    /// What the next call does.
    pub mode: Mode,
    /// Whether other threads do the work.
    pub workers: bool,
}

// SAFETY: the context is used by one thread at a time.
unsafe impl Send for Compressor {}

impl Compressor {
    /// `ZSTD_createCCtx`.
    pub fn new() -> Option<Self> {
        // SAFETY: no preconditions.
        let context = NonNull::new(unsafe { z::ZSTD_createCCtx() })?;
        Some(Self { context, dictionary: None, mode: Mode::Continue, workers: false })
    }

    /// `ZSTD_CCtx_setParameter`.
    pub fn set(&mut self, key: i32, value: i32) -> Result<(), Failure> {
        let parameter = compression_parameter(key)?;
        // SAFETY: a live context.
        check(unsafe { z::ZSTD_CCtx_setParameter(self.context.as_ptr(), parameter, value) }).map(|_| ())
    }

    /// Uses a dictionary; its digested form is that of a level.
    pub fn load(&mut self, dictionary: &Arc<Dictionary>, how: Use, level: i32) -> Result<(), Unusable> {
        let context = self.context.as_ptr();
        let content: *const c_void = dictionary.content.as_ptr().cast();
        let length = dictionary.content.len();
        // SAFETY: a live context, and a dictionary that it holds from here on as long as it may point to it.
        let code = unsafe {
            match how {
                Use::Digested => {
                    let digested = dictionary.compressing(level).ok_or(Unusable::Undigestible)?;
                    z::ZSTD_CCtx_refCDict(context, digested.as_ptr())
                }
                Use::Undigested => z::ZSTD_CCtx_loadDictionary(context, content, length),
                Use::Prefix => z::ZSTD_CCtx_refPrefix(context, content, length),
            }
        };
        check(code)?;
        self.dictionary = Some(Arc::clone(dictionary));
        Ok(())
    }

    /// Announces the size of the next frame's content (`ZSTD_CCtx_setPledgedSrcSize`).
    pub fn pledge(&mut self, size: Option<u64>) -> Result<(), Failure> {
        let size = size.unwrap_or(z::ZSTD_CONTENTSIZE_UNKNOWN as u64);
        // SAFETY: a live context.
        check(unsafe { z::ZSTD_CCtx_setPledgedSrcSize(self.context.as_ptr(), size) }).map(|_| ())
    }

    /// Gives up the current frame.
    pub fn reset(&mut self) {
        // SAFETY: a live context. This cannot fail.
        unsafe { z::ZSTD_CCtx_reset(self.context.as_ptr(), z::ZSTD_ResetDirective::ZSTD_reset_session_only) };
    }
}

fn buffers<'a>(input: &'a [u8], room: &'a mut [MaybeUninit<u8>]) -> (z::ZSTD_inBuffer, z::ZSTD_outBuffer) {
    (
        z::ZSTD_inBuffer { src: input.as_ptr().cast(), size: input.len(), pos: 0 },
        z::ZSTD_outBuffer { dst: room.as_mut_ptr().cast(), size: room.len(), pos: 0 },
    )
}

// SAFETY: the library counts what it writes in the position of the output.
unsafe impl Codec for Compressor {
    type Error = Failure;

    fn step(&mut self, input: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<Step, Failure> {
        let (mut input, mut output) = buffers(input, room);
        let directive = match self.mode {
            Mode::Continue => z::ZSTD_EndDirective::ZSTD_e_continue,
            Mode::FlushBlock => z::ZSTD_EndDirective::ZSTD_e_flush,
            Mode::FlushFrame => z::ZSTD_EndDirective::ZSTD_e_end,
        };
        // With workers there is always something left to do; all input taken in is enough.
        let open_end = self.workers && self.mode == Mode::Continue;
        let done = loop {
            // SAFETY: a live context with valid buffers.
            let left =
                check(unsafe { z::ZSTD_compressStream2(self.context.as_ptr(), &mut output, &mut input, directive) })?;
            let full = output.pos == output.size;
            let done = if open_end { input.pos == input.size && !full } else { left == 0 };
            if done || full {
                break done;
            }
        };
        Ok(Step { used: input.pos, written: output.pos, flow: if done { Flow::Done } else { Flow::Idle } })
    }
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: a live context, freed once, and before its dictionary.
        unsafe { z::ZSTD_freeCCtx(self.context.as_ptr()) };
    }
}

/// A context for decompression.
pub struct Decompressor {
    context: NonNull<z::ZSTD_DCtx>,
    /// Keeps what the context may point to.
    dictionary: Option<Arc<Dictionary>>,
}

// SAFETY: the context is used by one thread at a time.
unsafe impl Send for Decompressor {}

impl Decompressor {
    /// `ZSTD_createDCtx`.
    pub fn new() -> Option<Self> {
        // SAFETY: no preconditions.
        let context = NonNull::new(unsafe { z::ZSTD_createDCtx() })?;
        Some(Self { context, dictionary: None })
    }

    /// `ZSTD_DCtx_setParameter`.
    pub fn set(&mut self, key: i32, value: i32) -> Result<(), Failure> {
        let parameter = decompression_parameter(key)?;
        // SAFETY: a live context.
        check(unsafe { z::ZSTD_DCtx_setParameter(self.context.as_ptr(), parameter, value) }).map(|_| ())
    }

    /// Uses a dictionary.
    pub fn load(&mut self, dictionary: &Arc<Dictionary>, how: Use) -> Result<(), Unusable> {
        let context = self.context.as_ptr();
        let content: *const c_void = dictionary.content.as_ptr().cast();
        let length = dictionary.content.len();
        // SAFETY: a live context, and a dictionary that it holds from here on as long as it may point to it.
        let code = unsafe {
            match how {
                Use::Digested => {
                    let digested = dictionary.decompressing().ok_or(Unusable::Undigestible)?;
                    z::ZSTD_DCtx_refDDict(context, digested.as_ptr())
                }
                Use::Undigested => z::ZSTD_DCtx_loadDictionary(context, content, length),
                Use::Prefix => z::ZSTD_DCtx_refPrefix(context, content, length),
            }
        };
        check(code)?;
        self.dictionary = Some(Arc::clone(dictionary));
        Ok(())
    }

    /// Gives up the current frame.
    pub fn reset(&mut self) {
        // SAFETY: a live context. This cannot fail.
        unsafe { z::ZSTD_DCtx_reset(self.context.as_ptr(), z::ZSTD_ResetDirective::ZSTD_reset_session_only) };
    }
}

// SAFETY: the library counts what it writes in the position of the output.
unsafe impl Codec for Decompressor {
    type Error = Failure;

    fn step(&mut self, input: &[u8], room: &mut [MaybeUninit<u8>]) -> Result<Step, Failure> {
        let (mut input, mut output) = buffers(input, room);
        // SAFETY: a live context with valid buffers.
        let left = check(unsafe { z::ZSTD_decompressStream(self.context.as_ptr(), &mut output, &mut input) })?;
        let flow = if left == 0 { Flow::Done } else { Flow::Idle };
        Ok(Step { used: input.pos, written: output.pos, flow })
    }
}

impl Drop for Decompressor {
    fn drop(&mut self) {
        // SAFETY: a live context, freed once, and before its dictionary.
        unsafe { z::ZSTD_freeDCtx(self.context.as_ptr()) };
    }
}
