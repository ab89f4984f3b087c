//! What patterns are matched against: strings and bytes-like objects, read in place.

use taipan_object::buffer::Buffer;
use taipan_object::unicode::Chars;
use taipan_object::{Object, Own, Owned, PyBytes, PyResult, PyStr, Thread, err, errors, singletons};
use taipan_text::sre::{Fail, Matcher, Mode, Program};

/// A string or bytes-like object being matched.
pub struct Subject {
    /// The object as it was given.
    pub object: Owned,
    /// The view of a bytes-like object.
    buffer: Option<Buffer>,
}

impl Subject {
    /// Looks at an object; `TypeError` if it is neither.
    pub fn new(t: &Thread, object: &Object) -> PyResult<Self> {
        if object.is_instance_of::<PyStr>() {
            return Ok(Self { object: object.own(), buffer: None });
        }
        match Buffer::readable(t, object) {
            Ok(buffer) => Ok(Self { object: object.own(), buffer: Some(buffer) }),
            Err(_) => {
                errors::clear(t);
                Err(err!(
                    t,
                    TypeError,
                    "expected string or bytes-like object, got '{:.200}'",
                    object.class().name_lossy()
                ))
            }
        }
    }

    /// Whether it is bytes-like.
    pub const fn is_bytes(&self) -> bool {
        self.buffer.is_some()
    }

    /// The characters, to be used before Python code runs again.
    pub fn chars(&self) -> Chars<'_> {
        match &self.buffer {
            Some(buffer) => Chars::One(buffer.as_bytes()),
            None => self.object.downcast::<PyStr>().map_or(Chars::One(&[]), PyStr::chars),
        }
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        self.chars().len()
    }

    /// A part: of a `str` as `str`, of anything else as `bytes`.
    pub fn slice(&self, t: &Thread, start: usize, end: usize) -> PyResult {
        match &self.buffer {
            Some(buffer) => slice_bytes(t, &self.object, buffer.as_bytes(), start, end),
            None => slice_str(t, &self.object, start, end),
        }
    }

    /// Runs a pattern.
    pub fn run(
        &self,
        t: &Thread,
        program: &Program,
        matcher: &mut Matcher,
        pos: usize,
        end: usize,
        mode: Mode,
        must_advance: bool,
    ) -> PyResult<bool> {
        let mut check = || taipan_object::state::check_signals(t);
        let done = match self.chars() {
            Chars::One(s) => matcher.run(program, s, pos, end, mode, must_advance, &mut check),
            Chars::Two(s) => matcher.run(program, s, pos, end, mode, must_advance, &mut check),
            Chars::Four(s) => matcher.run(program, s, pos, end, mode, must_advance, &mut check),
        };
        done.map_err(|fail| match fail {
            Fail::Memory => errors::no_memory(t),
            Fail::Check(raised) => raised,
        })
    }
}

fn slice_str(t: &Thread, object: &Object, start: usize, end: usize) -> PyResult {
    let Some(text) = object.downcast::<PyStr>() else { return Ok(singletons::none().own()) };
    let n = text.len();
    text.substring(t, start.min(n), end.min(n)).map(Owned::into_object)
}

fn slice_bytes(t: &Thread, object: &Object, data: &[u8], start: usize, end: usize) -> PyResult {
    if start == 0 && end == data.len() && object.is_exact::<PyBytes>() {
        return Ok(object.own());
    }
    let end = end.min(data.len());
    PyBytes::new(t, data.get(start.min(end)..end).unwrap_or(&[])).map(Owned::into_object)
}

/// A part of a subject that a match remembers.
pub fn slice_object(t: &Thread, object: &Object, start: usize, end: usize) -> PyResult {
    if object.is_instance_of::<PyStr>() {
        return slice_str(t, object, start, end);
    }
    if let Some(bytes) = object.downcast_exact::<PyBytes>() {
        return slice_bytes(t, object, bytes.as_bytes(), start, end);
    }
    let subject = Subject::new(t, object)?;
    subject.slice(t, start, end)
}
