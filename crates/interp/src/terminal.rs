//! Lines from the terminal, with a prompt: for `input()` and the plain interactive prompt.
//!
//! How they are read belongs to C (`PyOS_Readline`), so that a library for editing lines can take it over.

use core::ffi::CStr;
use std::sync::OnceLock;
use taipan_object::{Object, Owned, PyInt, PyResult, PyStr, Thread, codecs, err, errors, name};

/// Reads a line, with its end, which is missing only at the end of the input. Raises what a signal's handler raises.
pub type ReadLine = fn(&Thread, &CStr) -> PyResult<Vec<u8>>;

static READ_LINE: OnceLock<ReadLine> = OnceLock::new();

/// Says how lines are read.
pub fn set_reader(read: ReadLine) {
    let _ = READ_LINE.set(read);
}

/// How a stream encodes its text.
struct Coding {
    encoding: String,
    errors: String,
}

impl Coding {
    /// `None` if the stream does not say.
    fn of(t: &Thread, stream: &Object) -> PyResult<Option<Self>> {
        let encoding = stream.getattr(t, name!(t, "encoding"))?;
        let errors = stream.getattr(t, name!(t, "errors"))?;
        let text = |object: &Object| object.downcast::<PyStr>().map(PyStr::to_string_lossy);
        Ok(text(&encoding).zip(text(&errors)).map(|(encoding, errors)| Self { encoding, errors }))
    }
}

/// Whether a stream is this descriptor of a terminal.
fn is_terminal(t: &Thread, stream: &Object, fd: i64) -> bool {
    let number = stream.call_method(t, name!(t, "fileno"), &[]);
    match number {
        Ok(number) => {
            let is_it = number.downcast::<PyInt>().and_then(PyInt::to_i64) == Some(fd);
            // SAFETY: isatty only looks at the descriptor.
            is_it && unsafe { libc::isatty(fd as i32) != 0 }
        }
        Err(_) => {
            errors::clear(t);
            false
        }
    }
}

/// What `input()` does on a terminal; `None` where its streams are none, or don't say how they encode text.
pub fn input(t: &Thread, stdin: &Object, stdout: &Object, prompt: Option<&Object>) -> PyResult<Option<Owned>> {
    let Some(read) = READ_LINE.get() else { return Ok(None) };
    if !is_terminal(t, stdin, 0) || !is_terminal(t, stdout, 1) {
        return Ok(None);
    }
    let codings = Coding::of(t, stdin).and_then(|input| Ok(input.zip(Coding::of(t, stdout)?)));
    let (input, output) = match codings {
        Ok(Some(codings)) => codings,
        Ok(None) => return Ok(None),
        Err(_) => {
            errors::clear(t);
            return Ok(None);
        }
    };
    if stdout.call_method(t, name!(t, "flush"), &[]).is_err() {
        errors::clear(t);
    }
    let prompt = match prompt {
        Some(prompt) => {
            let text = prompt.str(t)?;
            codecs::encode(t, &text, Some(&output.encoding), Some(&output.errors))?.as_bytes().to_vec()
        }
        None => Vec::new(),
    };
    let Ok(prompt) = std::ffi::CString::new(prompt) else {
        return Err(err!(t, ValueError, "input: prompt string cannot contain null characters"));
    };
    let line = read(t, &prompt)?;
    if line.is_empty() {
        return Err(errors::raise_none(t, taipan_object::exceptions_class!(EOFError)));
    }
    let text = line.strip_suffix(b"\n").unwrap_or(&line);
    let text = codecs::decode(t, text, Some(&input.encoding), Some(&input.errors))?;
    Ok(Some(text.into_object()))
}
