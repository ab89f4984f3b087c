//! Where a connection reads and writes: a socket, or buffers in memory. Neither ever waits.

use super::failure::note_stream_error;
use core::convert::Infallible;
use core::ffi::{c_char, c_int, c_long, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use taipan_openssl as ffi;

/// Bytes on their way from one end to the other, and whether no more will come.
#[derive(Default)]
pub struct Memory(Mutex<Content>);

#[derive(Default)]
struct Content {
    bytes: Vec<u8>,
    /// How many of them were read.
    start: usize,
    ended: bool,
}

impl Content {
    fn len(&self) -> usize {
        self.bytes.len() - self.start
    }
}

impl Memory {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.content().len()
    }

    /// Whether all was read and no more will come.
    pub fn is_at_end(&self) -> bool {
        let content = self.content();
        content.ended && content.len() == 0
    }

    /// Whether no more will come.
    pub fn is_ended(&self) -> bool {
        self.content().ended
    }

    /// No more will come.
    pub fn end(&self) {
        self.content().ended = true;
    }

    /// Adds bytes.
    pub fn write(&self, data: &[u8]) {
        let mut content = self.content();
        // What was read makes room once it is the larger part.
        if content.start > content.len() {
            let start = core::mem::take(&mut content.start);
            content.bytes.drain(..start);
        }
        content.bytes.extend_from_slice(data);
    }

    /// Takes bytes off, at most `n`, unless `take` fails with them.
    pub fn read<R, E>(&self, n: usize, take: impl FnOnce(&[u8]) -> Result<R, E>) -> Result<R, E> {
        let mut content = self.content();
        let n = n.min(content.len());
        let start = content.start;
        let taken = take(content.bytes.get(start..start + n).unwrap_or_default())?;
        content.start += n;
        if content.len() == 0 {
            content.bytes.clear();
            content.start = 0;
        }
        Ok(taken)
    }
}

/// A stream as OpenSSL's streams see it.
enum Stream {
    /// A descriptor that somebody else closes; and whether the other side has ended.
    Socket(c_int, AtomicBool),
    Memory(Arc<Memory>),
}

/// What became of a transfer.
enum Moved {
    Bytes(usize),
    End,
    /// Nothing now.
    Later,
    Failed,
}

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn of_call(n: isize, ended: &AtomicBool) -> Moved {
    match usize::try_from(n) {
        Ok(0) => {
            ended.store(true, Ordering::Relaxed);
            Moved::End
        }
        Ok(n) => Moved::Bytes(n),
        Err(_) => match errno() {
            libc::EAGAIN | libc::EINTR | libc::EINPROGRESS | libc::EALREADY => Moved::Later,
            code => {
                note_stream_error(code);
                Moved::Failed
            }
        },
    }
}

impl Stream {
    /// Reads into a block.
    ///
    /// # Safety
    /// `data` has room for `n` bytes.
    unsafe fn read(&self, data: *mut u8, n: usize) -> Moved {
        match self {
            // SAFETY: the caller's promise.
            Self::Socket(fd, ended) => unsafe { of_call(libc::recv(*fd, data.cast(), n, libc::MSG_DONTWAIT), ended) },
            Self::Memory(memory) => {
                let Ok(n) = memory.read(n, |bytes| {
                    // SAFETY: the caller's promise, and there are not more bytes than were asked for.
                    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
                    Ok::<_, Infallible>(bytes.len())
                });
                match n {
                    0 if memory.is_ended() => Moved::End,
                    0 => Moved::Later,
                    n => Moved::Bytes(n),
                }
            }
        }
    }

    /// Writes a block.
    ///
    /// # Safety
    /// `data` has `n` bytes.
    unsafe fn write(&self, data: *const u8, n: usize) -> Moved {
        match self {
            Self::Socket(fd, _) => {
                // SAFETY: the caller's promise.
                let n = unsafe { libc::send(*fd, data.cast(), n, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL) };
                of_call(n, &AtomicBool::new(false))
            }
            Self::Memory(memory) => {
                // SAFETY: the caller's promise.
                memory.write(unsafe { core::slice::from_raw_parts(data, n) });
                Moved::Bytes(n)
            }
        }
    }

    fn is_at_end(&self) -> bool {
        match self {
            Self::Socket(_, ended) => ended.load(Ordering::Relaxed),
            Self::Memory(memory) => memory.is_at_end(),
        }
    }
}

/// The stream behind OpenSSL's.
///
/// # Safety
/// `bio` was made by [`new`], and is in use.
unsafe fn stream<'a>(bio: *mut ffi::BIO) -> Option<&'a Stream> {
    // SAFETY: the caller's promise.
    unsafe { ffi::BIO_get_data(bio).cast::<Stream>().as_ref() }
}

/// Runs a transfer for OpenSSL.
///
/// # Safety
/// As for [`stream`].
unsafe fn transfer(bio: *mut ffi::BIO, n: c_int, retry: c_int, work: impl FnOnce(&Stream, usize) -> Moved) -> c_int {
    let Ok(n) = usize::try_from(n) else { return -1 };
    if n == 0 {
        return 0;
    }
    // SAFETY: the caller's promise.
    unsafe {
        ffi::BIO_clear_flags(bio, ffi::BIO_FLAGS_RWS | ffi::BIO_FLAGS_SHOULD_RETRY);
        let Some(stream) = stream(bio) else { return -1 };
        match work(stream, n) {
            Moved::Bytes(n) => c_int::try_from(n).unwrap_or(c_int::MAX),
            Moved::End => 0,
            Moved::Failed => -1,
            Moved::Later => {
                ffi::BIO_set_flags(bio, retry | ffi::BIO_FLAGS_SHOULD_RETRY);
                -1
            }
        }
    }
}

unsafe extern "C" fn read(bio: *mut ffi::BIO, data: *mut c_char, n: c_int) -> c_int {
    // SAFETY: OpenSSL gives room for so many bytes.
    unsafe { transfer(bio, n, ffi::BIO_FLAGS_READ, |stream, n| stream.read(data.cast(), n)) }
}

unsafe extern "C" fn write(bio: *mut ffi::BIO, data: *const c_char, n: c_int) -> c_int {
    // SAFETY: OpenSSL gives so many bytes.
    unsafe { transfer(bio, n, ffi::BIO_FLAGS_WRITE, |stream, n| stream.write(data.cast(), n)) }
}

unsafe extern "C" fn control(bio: *mut ffi::BIO, command: c_int, _argl: c_long, _argp: *mut c_void) -> c_long {
    match command {
        // SAFETY: OpenSSL calls with a stream of ours.
        ffi::BIO_CTRL_EOF => unsafe { stream(bio) }.is_some_and(Stream::is_at_end).into(),
        // There is nothing to flush, and copies need nothing.
        ffi::BIO_CTRL_FLUSH | ffi::BIO_CTRL_DUP => 1,
        _ => 0,
    }
}

unsafe extern "C" fn destroy(bio: *mut ffi::BIO) -> c_int {
    // SAFETY: the stream was boxed by `new`, and is freed once.
    unsafe {
        let data = ffi::BIO_get_data(bio).cast::<Stream>();
        if !data.is_null() {
            ffi::BIO_set_data(bio, core::ptr::null_mut());
            drop(Box::from_raw(data));
        }
    }
    1
}

struct Method(*mut ffi::BIO_METHOD);

// SAFETY: the table of functions does not change once it is made.
unsafe impl Send for Method {}
// SAFETY: as above.
unsafe impl Sync for Method {}

/// The table of functions above.
fn method() -> *const ffi::BIO_METHOD {
    static METHOD: OnceLock<Method> = OnceLock::new();
    METHOD
        .get_or_init(|| {
            // SAFETY: the table is new; the name is static. Without memory for it, no stream can be made.
            unsafe {
                let method = ffi::BIO_meth_new(
                    ffi::BIO_get_new_index() | ffi::BIO_TYPE_SOURCE_SINK,
                    c"stream of a Python program".as_ptr(),
                );
                if !method.is_null() {
                    ffi::BIO_meth_set_read(method, read);
                    ffi::BIO_meth_set_write(method, write);
                    ffi::BIO_meth_set_ctrl(method, control);
                    ffi::BIO_meth_set_destroy(method, destroy);
                }
                Method(method)
            }
        })
        .0
}

fn new(stream: Stream) -> Option<*mut ffi::BIO> {
    // SAFETY: a new stream, which gets its data before anybody uses it.
    unsafe {
        let method = method();
        let bio = if method.is_null() { core::ptr::null_mut() } else { ffi::BIO_new(method) };
        if bio.is_null() {
            return None;
        }
        ffi::BIO_set_data(bio, Box::into_raw(Box::new(stream)).cast());
        ffi::BIO_set_init(bio, 1);
        Some(bio)
    }
}

/// A stream over a socket, which must stay open while it is used.
pub fn of_socket(fd: c_int) -> Option<*mut ffi::BIO> {
    new(Stream::Socket(fd, AtomicBool::new(false)))
}

/// A stream over a buffer.
pub fn of_memory(memory: &Arc<Memory>) -> Option<*mut ffi::BIO> {
    new(Stream::Memory(memory.clone()))
}

/// How waiting for a socket ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// It can be read from or written to.
    Ready,
    /// The time ran out.
    TimedOut,
    /// A signal came.
    Interrupted,
}

/// Waits until a socket can be written to or read from. Lasts.
pub fn wait_for(fd: c_int, writing: bool, end: Option<Instant>) -> Waited {
    let left = match end {
        None => -1,
        Some(end) => {
            let left = end.saturating_duration_since(Instant::now());
            c_int::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(c_int::MAX)
        }
    };
    let mut one = libc::pollfd { fd, events: if writing { libc::POLLOUT } else { libc::POLLIN }, revents: 0 };
    // SAFETY: the structure is a variable of ours.
    match unsafe { libc::poll(&raw mut one, 1, left) } {
        0 => Waited::TimedOut,
        n if n > 0 => Waited::Ready,
        // Whatever else is wrong with the socket, the next transfer says.
        _ if errno() == libc::EINTR => Waited::Interrupted,
        _ => Waited::Ready,
    }
}
