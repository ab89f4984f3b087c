//! The module `_io` and its functions.

use crate::buffered_class::{PyBufferedRWPair, PyBufferedRandom, PyBufferedReader, PyBufferedWriter};
use crate::bytesio::{PyBytesIO, PyBytesIOBuffer};
use crate::fileio::PyFileIO;
use crate::iobase::{PyBufferedIOBase, PyIOBase, PyRawIOBase, PyTextIOBase};
use crate::newline::PyIncrementalNewlineDecoder;
use crate::stringio::PyStringIO;
use crate::support::{DEFAULT_BUFFER_SIZE, both};
use crate::textio::PyTextIOWrapper;
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyInt, PyModule, PyResult, PyStr, PyTuple, PyType, Thread, attr, err, errors,
    exceptions, exceptions_class, fspath, name, native_module, number, singletons,
};

/// A mode of `open`, taken apart.
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    binary: bool,
    raw: String,
}

fn parse_mode(t: &Thread, mode: &PyStr) -> PyResult<Mode> {
    let text = mode.to_string_lossy();
    let bad = || err!(t, ValueError, "invalid mode: '{text:.200}'");
    let mut out = Mode {
        creating: false,
        reading: false,
        writing: false,
        appending: false,
        updating: false,
        binary: false,
        raw: String::new(),
    };
    let mut is_text = false;
    for (i, c) in text.char_indices() {
        let flag = match c {
            'x' => &mut out.creating,
            'r' => &mut out.reading,
            'w' => &mut out.writing,
            'a' => &mut out.appending,
            '+' => &mut out.updating,
            't' => &mut is_text,
            'b' => &mut out.binary,
            _ => return Err(bad()),
        };
        *flag = true;
        if text[i + 1..].contains(c) {
            return Err(bad());
        }
    }
    for (on, c) in
        [(out.creating, 'x'), (out.reading, 'r'), (out.writing, 'w'), (out.appending, 'a'), (out.updating, '+')]
    {
        if on {
            out.raw.push(c);
        }
    }
    if is_text && out.binary {
        return Err(err!(t, ValueError, "can't have text and binary mode at once"));
    }
    if [out.creating, out.reading, out.writing, out.appending].into_iter().filter(|&on| on).count() > 1 {
        return Err(err!(t, ValueError, "must have exactly one of create/read/write/append mode"));
    }
    Ok(out)
}

/// A text argument that may be `None`, checked as the function's own parser does.
fn text_or_none<'a>(t: &Thread, value: Option<&'a Object>, what: &str) -> PyResult<Option<&'a Object>> {
    match attr::none_if_none(value) {
        Some(value) if !value.is_instance_of::<PyStr>() => Err(err!(
            t,
            TypeError,
            "open() argument '{what}' must be str or None, not {:.50}",
            value.class().name_lossy()
        )),
        other => Ok(other),
    }
}

/// `open`, for callers in Rust too.
pub fn open_file(
    t: &Thread,
    file: &Object,
    mode: &PyStr,
    buffering: i32,
    encoding: Option<&Object>,
    errors: Option<&Object>,
    newline: Option<&Object>,
    closefd: bool,
    opener: Option<&Object>,
) -> PyResult {
    let file = if number::is_number(file) { file.own() } else { fspath::fspath(t, file)? };
    let parsed = parse_mode(t, mode)?;
    if parsed.binary {
        for (given, what) in [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")] {
            if given.is_some() {
                return Err(err!(t, ValueError, "binary mode doesn't take {what} argument"));
            }
        }
        if buffering == 1 {
            errors::warn(
                t,
                exceptions_class!(RuntimeWarning),
                format_args!(
                    "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"
                ),
                1,
            )?;
        }
    }
    let none = singletons::none();
    let raw_mode = PyStr::from_str(t, &parsed.raw)?;
    let raw = PyFileIO::class().call(t, &[&file, &raw_mode, singletons::bool(closefd), opener.unwrap_or(none)])?;
    // Whatever fails from here on closes the file.
    let mut outermost = raw.clone();
    let result = layers(t, &raw, &parsed, mode, buffering, [encoding, errors, newline], &mut outermost);
    match result {
        Ok(()) => Ok(outermost),
        Err(raised) => both(t, Err::<(), _>(raised), || outermost.call_method(t, name!(t, "close"), &[])),
    }
}

fn layers(
    t: &Thread,
    raw: &Object,
    mode: &Mode,
    mode_object: &PyStr,
    buffering: i32,
    [encoding, errors, newline]: [Option<&Object>; 3],
    outermost: &mut Owned,
) -> PyResult<()> {
    let file = raw.downcast::<PyFileIO>();
    let mut size = buffering as isize;
    let tty = match file {
        Some(file) if buffering < 0 => file._isatty_open_only(t)?,
        _ => false,
    };
    let line_buffering = buffering == 1 || tty;
    if line_buffering {
        size = -1;
    }
    if size < 0 {
        let block = file.map_or(0, |file| file._blksize(t));
        size = usize::try_from(block).unwrap_or(0).clamp(DEFAULT_BUFFER_SIZE, 8 << 20) as isize;
    }
    if size == 0 {
        return if mode.binary { Ok(()) } else { Err(err!(t, ValueError, "can't have unbuffered text I/O")) };
    }
    let class = if mode.updating {
        PyBufferedRandom::class()
    } else if mode.creating || mode.writing || mode.appending {
        PyBufferedWriter::class()
    } else if mode.reading {
        PyBufferedReader::class()
    } else {
        return Err(err!(t, ValueError, "unknown mode: '{}'", mode_object.to_string_lossy()));
    };
    let size = PyInt::from_i64(t, size as i64)?;
    let buffer = class.call(t, &[raw, &size])?;
    *outermost = buffer.clone();
    if mode.binary {
        return Ok(());
    }
    let none = singletons::none();
    let wrapper = PyTextIOWrapper::class().call(
        t,
        &[
            &buffer,
            encoding.unwrap_or(none),
            errors.unwrap_or(none),
            newline.unwrap_or(none),
            singletons::bool(line_buffering),
        ],
    )?;
    *outermost = wrapper.clone();
    wrapper.setattr(t, name!(t, "mode"), mode_object)
}

/// Streams: what open() returns, and what it is made of.
///
/// IOBase is what all streams have in common. There are three layers of them:
///
/// RawIOBase stands for streams of bytes that ask the system each time. FileIO is
/// that of a file.
///
/// BufferedIOBase stands for streams of bytes with a buffer: BufferedReader,
/// BufferedWriter and BufferedRandom have a raw stream under them, BufferedRWPair
/// has two, one for each direction, and BytesIO keeps its bytes in memory.
///
/// TextIOBase stands for streams of text. TextIOWrapper encodes and decodes for a
/// buffered stream, and StringIO keeps its text in memory.
///
/// An operation that a stream is not made for raises UnsupportedOperation, which
/// is an OSError and a ValueError. DEFAULT_BUFFER_SIZE is the size that buffers
/// have if nothing else is said, in bytes. Only the parameters of open() are meant
/// to be given by name.
#[native_module(
    name = "_io",
    classes(
        PyIOBase,
        PyRawIOBase,
        PyBufferedIOBase,
        PyTextIOBase,
        PyFileIO,
        PyBytesIO,
        PyBytesIOBuffer,
        PyBufferedReader,
        PyBufferedWriter,
        PyBufferedRWPair,
        PyBufferedRandom,
        PyIncrementalNewlineDecoder,
        PyStringIO,
        PyTextIOWrapper
    )
)]
pub mod io {
    use super::*;

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is either a text or byte string giving the name (and the path
    /// if the file isn't in the current working directory) of the file to
    /// be opened or an integer file descriptor of the file to be
    /// wrapped.  (If a file descriptor is given, it is closed when the
    /// returned I/O object is closed, unless closefd is set to False.)
    ///
    /// mode is an optional string that specifies the mode in which the file
    /// is opened.  It defaults to 'r' which means open for reading in text
    /// mode.  Other common values are 'w' for writing (truncating the file if
    /// it already exists), 'x' for creating and writing to a new file, and
    /// 'a' for appending (which on some Unix systems, means that all writes
    /// append to the end of the file regardless of the current seek position).
    /// In text mode, if encoding is not specified the encoding used is platform
    /// dependent: locale.getencoding() is called to get the current locale
    /// encoding.  (For reading and writing raw bytes use binary mode and leave
    /// encoding unspecified.)  The available modes are:
    ///
    /// ========= ==========================================================
    /// Character Meaning
    /// --------- ----------------------------------------------------------
    /// 'r'       open for reading (default)
    /// 'w'       open for writing, truncating the file first
    /// 'x'       create a new file and open it for writing
    /// 'a'       open for writing, appending to the end of the file if it
    ///           exists
    /// 'b'       binary mode
    /// 't'       text mode (default)
    /// '+'       open a disk file for updating (reading and writing)
    /// ========= ==========================================================
    ///
    /// The default mode is 'rt' (open for reading text).  For binary random
    /// access, the mode 'w+b' opens and truncates the file to 0 bytes, while
    /// 'r+b' opens the file without truncation.  The 'x' mode implies 'w' and
    /// raises an `FileExistsError` if the file already exists.
    ///
    /// Python distinguishes between files opened in binary and text modes,
    /// even when the underlying operating system doesn't.  Files opened in
    /// binary mode (appending 'b' to the mode argument) return contents as
    /// bytes objects without any decoding.  In text mode (the default, or when
    /// 't' is appended to the mode argument), the contents of the file are
    /// returned as strings, the bytes having been first decoded using a
    /// platform-dependent encoding or using the specified encoding if given.
    ///
    /// buffering is an optional integer used to set the buffering policy.
    /// Pass 0 to switch buffering off (only allowed in binary mode), 1 to
    /// select line buffering (only usable in text mode), and an integer > 1 to
    /// indicate the size of a fixed-size chunk buffer.   When no buffering
    /// argument is given, the default buffering policy works as follows:
    ///
    /// * Binary files are buffered in fixed-size chunks; the size of the buffer
    ///   is max(min(blocksize, 8 MiB), DEFAULT_BUFFER_SIZE) when the device
    ///   block size is available.
    ///   On most systems, the buffer will typically be 128 kilobytes long.
    ///
    /// * "Interactive" text files (files for which isatty() returns True)
    ///   use line buffering.  Other text files use the policy described above
    ///   for binary files.
    ///
    /// encoding is the name of the encoding used to decode or encode the
    /// file.  This should only be used in text mode.  The default encoding is
    /// platform dependent, but any encoding supported by Python can be
    /// passed.  See the codecs module for the list of supported encodings.
    ///
    /// errors is an optional string that specifies how encoding errors are to
    /// be handled---this argument should not be used in binary mode.  Pass
    /// 'strict' to raise a ValueError exception if there is an encoding error
    /// (the default of None has the same effect), or pass 'ignore' to ignore
    /// errors.  (Note that ignoring encoding errors can lead to data loss.)
    /// See the documentation for codecs.register or run 'help(codecs.Codec)'
    /// for a list of the permitted encoding error strings.
    ///
    /// newline controls how universal newlines works (it only applies to text
    /// mode).  It can be None, '', '\n', '\r', and '\r\n'.  It works as
    /// follows:
    ///
    /// * On input, if newline is None, universal newlines mode is enabled.
    ///   Lines in the input can end in '\n', '\r', or '\r\n', and these are
    ///   translated into '\n' before being returned to the caller.  If it is
    ///   '', universal newline mode is enabled, but line endings are returned
    ///   to the caller untranslated.  If it has any of the other legal values,
    ///   input lines are only terminated by the given string, and the line
    ///   ending is returned to the caller untranslated.
    ///
    /// * On output, if newline is None, any '\n' characters written are
    ///   translated to the system default line separator, os.linesep.  If
    ///   newline is '' or '\n', no translation takes place.  If newline is any
    ///   of the other legal values, any '\n' characters written are translated
    ///   to the given string.
    ///
    /// If closefd is False, the underlying file descriptor will be kept open
    /// when the file is closed.  This does not work when a file name is given
    /// and must be True in that case.
    ///
    /// A custom opener can be used by passing a callable as *opener*.  The
    /// underlying file descriptor for the file object is then obtained by
    /// calling *opener* with (*file*, *flags*).  *opener* must return an open
    /// file descriptor (passing os.open as *opener* results in functionality
    /// similar to passing None).
    ///
    /// open() returns a file object whose type depends on the mode, and
    /// through which the standard file operations such as reading and writing
    /// are performed.  When open() is used to open a file in a text mode ('w',
    /// 'r', 'wt', 'rt', etc.), it returns a TextIOWrapper.  When used to open
    /// a file in a binary mode, the returned class varies: in read binary
    /// mode, it returns a BufferedReader; in write binary and append binary
    /// modes, it returns a BufferedWriter, and in read/write mode, it returns
    /// a BufferedRandom.
    ///
    /// It is also possible to use a string or bytearray as a file for both
    /// reading and writing.  For strings StringIO can be used like a file
    /// opened in a text mode, and for bytes a BytesIO can be used like a file
    /// opened in a binary mode.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        text = "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        t: &Thread,
        file: &Object,
        mode: Option<&Object>,
        buffering: i32,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> PyResult {
        let mode = match mode {
            None => name!(t, "r"),
            Some(mode) => match mode.downcast::<PyStr>() {
                Some(mode) => mode,
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "open() argument 'mode' must be str, not {:.50}",
                        mode.class().name_lossy()
                    ));
                }
            },
        };
        let encoding = text_or_none(t, encoding, "encoding")?;
        let errors = text_or_none(t, errors, "errors")?;
        let newline = text_or_none(t, newline, "newline")?;
        open_file(t, file, mode, buffering, encoding, errors, newline, closefd, attr::none_if_none(opener))
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise
    /// interchangeable with calling open(path, 'rb').
    #[function(sig = "(path)")]
    fn open_code(t: &Thread, path: &Object) -> PyResult {
        let Some(path) = path.downcast::<PyStr>() else {
            return Err(err!(
                t,
                TypeError,
                "open_code() argument 'path' must be str, not {:.50}",
                path.class().name_lossy()
            ));
        };
        if let Some(opened) = taipan_object::state::open_code(t, path.as_object()) {
            return opened;
        }
        open_file(t, path, name!(t, "rb"), -1, None, None, None, true, None)
    }

    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    ///
    /// This function emits an EncodingWarning if encoding is None and
    /// sys.flags.warn_default_encoding is true.
    ///
    /// This can be used in APIs with an encoding=None parameter.
    /// However, please consider using encoding="utf-8" for new APIs.
    #[function(sig = "(encoding, stacklevel=2, /)")]
    fn text_encoding(t: &Thread, encoding: &Object, stacklevel: i32) -> PyResult {
        if !encoding.is(singletons::none()) {
            return Ok(encoding.own());
        }
        if crate::warns_default_encoding(t)? {
            errors::warn(
                t,
                exceptions_class!(EncodingWarning),
                format_args!("'encoding' argument not specified"),
                stacklevel as isize,
            )?;
        }
        let name = if crate::utf8_mode(t)? { name!(t, "utf-8") } else { name!(t, "locale") };
        Ok(name.own().into_object())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE)?;
        let bases = PyTuple::from_slice(
            t,
            &[exceptions_class!(OSError).as_object(), exceptions_class!(ValueError).as_object()],
        )?;
        let dict = PyDict::new(t)?;
        dict.set_str(t, name!(t, "__module__"), name!(t, "io"))?;
        let class = PyType::class().as_object().call(t, &[name!(t, "UnsupportedOperation"), &bases, &dict])?;
        module.set(t, "UnsupportedOperation", &class)?;
        module.set(t, "BlockingIOError", <exceptions::BlockingIOError as Class>::class().as_object())
    }
}
