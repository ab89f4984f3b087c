//! `sys.stdin`, `sys.stdout`, `sys.stderr`.

use crate::fileio::PyFileIO;
use crate::open::open_file;
use crate::sys;
use crate::text_codec::{Native, native};
use crate::textio::PyTextIOWrapper;
use taipan_object::{
    Class, Object, Own, Owned, PyInt, PyModule, PyResult, PyStr, Thread, codecs, name, singletons, state,
};

/// How the standard streams are wanted.
#[derive(Default)]
pub struct Stdio {
    /// `-u`, `PYTHONUNBUFFERED`.
    pub unbuffered: bool,
    /// `PYTHONIOENCODING`: an encoding, `:` and an error handler, each of them optional.
    pub encoding: Option<String>,
}

/// The name under which a codec shows itself.
fn codec_name(t: &Thread, encoding: &str) -> PyResult<String> {
    match native(encoding) {
        Some(Native::Utf8) => Ok("utf-8".to_string()),
        Some(Native::Ascii) => Ok("ascii".to_string()),
        Some(Native::Latin1) => Ok("iso8859-1".to_string()),
        None => {
            let codec = codecs::lookup(t, encoding)?;
            Ok(codec.as_object().getattr(t, name!(t, "name"))?.str(t)?.to_string_lossy())
        }
    }
}

fn stream(t: &Thread, fd: i32, shown: &str, unbuffered: bool, encoding: &str, errors: &str) -> PyResult {
    if !sys::is_valid(fd) {
        return Ok(singletons::none().own());
    }
    let write = fd != 0;
    let number = PyInt::from_i64(t, i64::from(fd))?;
    let mode = if write { name!(t, "wb") } else { name!(t, "rb") };
    let buffering = if unbuffered && write { 0 } else { -1 };
    let buffer = open_file(t, &number, mode, buffering, None, None, None, false, None)?;
    let raw = if buffer.is_instance_of::<PyFileIO>() { buffer.clone() } else { buffer.getattr(t, name!(t, "raw"))? };
    raw.setattr(t, name!(t, "name"), &*PyStr::from_str(t, shown)?)?;
    let tty = raw.call_method(t, name!(t, "isatty"), &[])?.is_true(t)?;
    let line_buffering = !unbuffered && (tty || fd == 2);
    let encoding = PyStr::from_str(t, encoding)?;
    let errors = PyStr::from_str(t, errors)?;
    let made = PyTextIOWrapper::class().call(
        t,
        &[
            &buffer,
            &encoding,
            &errors,
            PyStr::latin1_char(b'\n'),
            singletons::bool(line_buffering),
            singletons::bool(unbuffered),
        ],
    )?;
    made.setattr(t, name!(t, "mode"), if write { name!(t, "w") } else { name!(t, "r") })?;
    Ok(made)
}

/// Makes the standard streams and stores them in `sys`; puts `open` into `builtins`.
pub fn create_stdio(t: &Thread, sys: &PyModule, wanted: &Stdio) -> PyResult<()> {
    let io = state::import(t, "_io")?;
    let builtins = state::import(t, "builtins")?;
    builtins.setattr(t, name!(t, "open"), &*io.getattr(t, name!(t, "open"))?)?;
    let (locale, codeset) = sys::locale();
    let utf8 = crate::utf8_mode(t)?;
    let mut encoding = if utf8 { "utf-8".to_string() } else { codeset };
    // Where the encoding is rather assumed than chosen, what cannot be decoded passes through.
    let lenient = utf8 || matches!(locale.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8" | "UTF-8");
    let mut errors = if lenient { "surrogateescape".to_string() } else { "strict".to_string() };
    if let Some(given) = &wanted.encoding {
        let (name, handler) = given.split_once(':').unwrap_or((given, ""));
        if !name.is_empty() {
            encoding = name.to_string();
            errors = "strict".to_string();
        }
        if !handler.is_empty() {
            errors = handler.to_string();
        }
    }
    let encoding = codec_name(t, &encoding)?;
    let streams =
        [(0, "<stdin>", errors.as_str()), (1, "<stdout>", errors.as_str()), (2, "<stderr>", "backslashreplace")];
    for (fd, shown, errors) in streams {
        let made: Owned = stream(t, fd, shown, wanted.unbuffered, &encoding, errors)?;
        let made: &Object = &made;
        let name = shown.trim_matches(['<', '>']);
        sys.set(t, name, made)?;
        sys.set(t, &format!("__{name}__"), made)?;
    }
    Ok(())
}
