//! Line ends: finding, counting and translating them, and `IncrementalNewlineDecoder`.

use core::cell::{Cell, RefCell};
use taipan_object::unicode::Chars;
use taipan_object::{
    Args, Head, Object, Own, Owned, PyBytes, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, class, err, name,
    object, singletons,
};
use taipan_text::buf::TextBuf;

/// `"\r"` has been seen.
const CR: u8 = 1;
/// `"\n"` has been seen.
const LF: u8 = 2;
/// `"\r\n"` has been seen.
const CRLF: u8 = 4;

/// What universal newlines remember between two pieces of text.
#[derive(Clone, Copy, Default)]
pub struct NewlineState {
    /// The last piece ended with a `"\r"` that has not been handed out.
    pub pending_cr: bool,
    seen: u8,
}

fn search_two<T: Copy + PartialEq>(text: &[T], cr: T, lf: T) -> (bool, u8) {
    let mut seen = 0;
    let mut i = 0;
    while let Some(&c) = text.get(i) {
        if c == lf {
            seen |= LF;
        } else if c == cr {
            if text.get(i + 1).is_some_and(|&next| next == lf) {
                seen |= CRLF;
                i += 1;
            } else {
                seen |= CR;
            }
        }
        i += 1;
    }
    (seen & (CR | CRLF) != 0, seen)
}

fn kinds_of(text: &PyStr) -> (bool, u8) {
    match text.chars() {
        Chars::One(s) => {
            if memchr::memchr(b'\r', s).is_none() {
                return (false, if memchr::memchr(b'\n', s).is_some() { LF } else { 0 });
            }
            search_two(s, b'\r', b'\n')
        }
        Chars::Two(s) => search_two(s, 13, 10),
        Chars::Four(s) => search_two(s, 13, 10),
    }
}

/// The text with `"\r\n"` and `"\r"` as `"\n"`.
pub fn to_lf(t: &Thread, text: &PyStr) -> PyResult<Owned<PyStr>> {
    if let Chars::One(s) = text.chars() {
        let mut out = Vec::with_capacity(s.len());
        let mut rest = s;
        while let Some(at) = memchr::memchr(b'\r', rest) {
            out.extend_from_slice(&rest[..at]);
            out.push(b'\n');
            let skip = if rest.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
            rest = &rest[at + skip..];
        }
        out.extend_from_slice(rest);
        return if text.is_ascii() { PyStr::from_ascii(t, &out) } else { PyStr::from_latin1(t, &out) };
    }
    let mut out = TextBuf::with_capacity(text.len());
    let chars = text.chars();
    let mut i = 0;
    while i < text.len() {
        let mut c = chars.at(i);
        if c == 13 {
            if i + 1 < text.len() && chars.at(i + 1) == 10 {
                i += 1;
            }
            c = 10;
        }
        out.push(c);
        i += 1;
    }
    PyStr::from_buf(t, out)
}

impl NewlineState {
    /// Takes a piece of decoded text in; gives what is to be handed out.
    pub fn feed(&mut self, t: &Thread, text: Owned<PyStr>, final_: bool, translate: bool) -> PyResult<Owned<PyStr>> {
        let mut text = text;
        if self.pending_cr && (final_ || text.len() > 0) {
            text = PyStr::latin1_char(b'\r').concat(t, &text)?;
            self.pending_cr = false;
        }
        let n = text.len();
        if !final_ && n > 0 && text.char_at(n - 1) == 13 {
            text = text.substring(t, 0, n - 1)?;
            self.pending_cr = true;
        }
        let (has_cr, seen) = if self.seen == LF || self.seen == 0 || translate || self.seen != (CR | LF | CRLF) {
            kinds_of(&text)
        } else {
            (false, 0)
        };
        self.seen |= seen;
        if translate && has_cr { to_lf(t, &text) } else { Ok(text) }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// `newlines`: the line ends seen so far.
    pub fn newlines(&self, t: &Thread) -> PyResult {
        let all: Vec<&str> = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")]
            .into_iter()
            .filter(|(bit, _)| self.seen & bit != 0)
            .map(|(_, text)| text)
            .collect();
        match all.as_slice() {
            [] => Ok(singletons::none().own()),
            [one] => PyStr::from_str(t, one).map(Owned::into_object),
            several => taipan_object::module::tuple_of_names(t, several).map(Owned::into_object),
        }
    }
}

/// How a text stream ends lines.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Newline {
    /// `newline=None`.
    #[default]
    Universal,
    /// `newline=''`.
    Untranslated,
    /// `newline='\n'`.
    Lf,
    /// `newline='\r'`.
    Cr,
    /// `newline='\r\n'`.
    CrLf,
}

impl Newline {
    /// From the argument `newline`.
    pub fn parse(t: &Thread, text: Option<&PyStr>) -> PyResult<Self> {
        let Some(text) = text else { return Ok(Self::Universal) };
        Ok(match text.as_ascii() {
            Some("") => Self::Untranslated,
            Some("\n") => Self::Lf,
            Some("\r") => Self::Cr,
            Some("\r\n") => Self::CrLf,
            _ => return Err(err!(t, ValueError, "illegal newline value: {}", text.to_string_lossy())),
        })
    }

    /// Whether every kind of line end counts when reading.
    pub const fn universal(self) -> bool {
        matches!(self, Self::Universal | Self::Untranslated)
    }

    /// Whether line ends become `"\n"` when reading.
    pub const fn translate(self) -> bool {
        matches!(self, Self::Universal)
    }

    /// What a `"\n"` becomes when writing, if anything else.
    pub const fn written(self) -> Option<&'static str> {
        match self {
            Self::Cr => Some("\r"),
            Self::CrLf => Some("\r\n"),
            _ => None,
        }
    }

    /// The length of the first line of `text` from `start` on, if it is complete.
    ///
    /// With universal newlines that are not translated a `"\r"` at the very end of the text may be half of a line end;
    /// the decoder never lets that happen before the end of the stream.
    pub fn line_end(self, text: &PyStr, start: usize) -> Option<usize> {
        match text.chars() {
            Chars::One(s) => {
                let rest = s.get(start..)?;
                match self {
                    Self::Universal | Self::Lf => memchr::memchr(b'\n', rest).map(|at| at + 1),
                    Self::Untranslated => {
                        let at = memchr::memchr2(b'\r', b'\n', rest)?;
                        let pair = rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n');
                        Some(at + 1 + usize::from(pair))
                    }
                    Self::Cr => memchr::memchr(b'\r', rest).map(|at| at + 1),
                    Self::CrLf => memchr::memmem::find(rest, b"\r\n").map(|at| at + 2),
                }
            }
            Chars::Two(s) => self.line_end_wide(s.get(start..)?),
            Chars::Four(s) => self.line_end_wide(s.get(start..)?),
        }
    }

    /// As [`Newline::line_end`], for wide characters.
    pub fn line_end_wide<T: Copy + PartialEq + From<u8>>(self, rest: &[T]) -> Option<usize> {
        let (cr, lf) = (T::from(b'\r'), T::from(b'\n'));
        match self {
            Self::Universal | Self::Lf => rest.iter().position(|&c| c == lf).map(|at| at + 1),
            Self::Untranslated => {
                let at = rest.iter().position(|&c| c == cr || c == lf)?;
                let pair = rest[at] == cr && rest.get(at + 1).is_some_and(|&c| c == lf);
                Some(at + 1 + usize::from(pair))
            }
            Self::Cr => rest.iter().position(|&c| c == cr).map(|at| at + 1),
            Self::CrLf => rest.windows(2).position(|pair| pair[0] == cr && pair[1] == lf).map(|at| at + 2),
        }
    }
}

/// `_io.IncrementalNewlineDecoder`.
#[object]
pub struct PyIncrementalNewlineDecoder {
    decoder: Slot,
    translate: Cell<bool>,
    ready: Cell<bool>,
    state: RefCell<NewlineData>,
}

/// The state as a field that the collector passes over.
#[derive(Default)]
pub struct NewlineData(pub NewlineState);
taipan_object::no_traverse!(NewlineData);

impl PyIncrementalNewlineDecoder {
    fn check(&self, t: &Thread) -> PyResult<()> {
        if self.ready.get() {
            Ok(())
        } else {
            Err(err!(t, ValueError, "IncrementalNewlineDecoder.__init__() not called"))
        }
    }

    fn inner(&self) -> Option<Owned> {
        self.decoder.get().filter(|decoder| !decoder.is(singletons::none()))
    }
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[class(name = "_io.IncrementalNewlineDecoder", heap, inherited_new, flags(BASETYPE, HAVE_GC))]
impl PyIncrementalNewlineDecoder {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                decoder: Slot::empty(),
                translate: Cell::new(false),
                ready: Cell::new(false),
                state: RefCell::default(),
            },
        )
    }

    #[init(sig = "(decoder, translate, errors='strict')")]
    fn init(&self, t: &Thread, decoder: &Object, translate: bool, errors: Option<&Object>) -> PyResult<()> {
        let _ = (t, errors);
        self.decoder.set(Some(decoder.own()));
        self.translate.set(translate);
        self.state.borrow_mut().0.reset();
        self.ready.set(true);
        Ok(())
    }

    #[method(sig = "(input, final=False)")]
    fn decode(&self, t: &Thread, input: &Object, final_: bool) -> PyResult<Owned<PyStr>> {
        self.check(t)?;
        let output = match self.inner() {
            Some(decoder) => decoder.call_method(t, name!(t, "decode"), &[input, singletons::bool(final_)])?,
            None => input.own(),
        };
        let text = decoded_text(t, output)?;
        let mut state = self.state.borrow().0;
        let out = state.feed(t, text, final_, self.translate.get())?;
        self.state.borrow_mut().0 = state;
        Ok(out)
    }

    #[method]
    fn getstate(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.check(t)?;
        let (buffer, flag) = match self.inner() {
            Some(decoder) => {
                let state = decoder.call_method(t, name!(t, "getstate"), &[])?;
                decoder_state(t, &state)?
            }
            None => (PyBytes::empty().own().into_object(), 0),
        };
        let flag = (flag << 1) | u64::from(self.state.borrow().0.pending_cr);
        PyTuple::from_vec(t, vec![buffer, PyInt::from_u64(t, flag)?.into_object()])
    }

    #[method(sig = "(state, /)")]
    fn setstate(&self, t: &Thread, state: &Object) -> PyResult<()> {
        self.check(t)?;
        let Some(tuple) = state.downcast::<PyTuple>() else {
            return Err(err!(t, TypeError, "state argument must be a tuple"));
        };
        let (buffer, flag) = parse_state(t, tuple, "setstate(): illegal state argument")?;
        self.state.borrow_mut().0.pending_cr = flag & 1 != 0;
        if let Some(decoder) = self.inner() {
            let flag = PyInt::from_u64(t, flag >> 1)?;
            let inner = PyTuple::from_slice(t, &[&buffer, &flag])?;
            decoder.call_method(t, name!(t, "setstate"), &[&inner])?;
        }
        Ok(())
    }

    #[method]
    fn reset(&self, t: &Thread) -> PyResult<()> {
        self.check(t)?;
        self.state.borrow_mut().0.reset();
        if let Some(decoder) = self.inner() {
            decoder.call_method(t, name!(t, "reset"), &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(&self, t: &Thread) -> PyResult {
        self.check(t)?;
        let state = self.state.borrow().0;
        state.newlines(t)
    }
}

/// The str that a decoder was to return.
pub fn decoded_text(t: &Thread, output: Owned) -> PyResult<Owned<PyStr>> {
    output.into_type::<PyStr>().map_err(|other| {
        err!(t, TypeError, "decoder should return a string result, not '{:.200}'", other.class().name_lossy())
    })
}

fn parse_state(t: &Thread, tuple: &PyTuple, message: &str) -> PyResult<(Owned, u64)> {
    let [buffer, flag] = tuple.as_slice() else { return Err(err!(t, TypeError, "{message}")) };
    let Some(flag) = flag.downcast::<PyInt>() else { return Err(err!(t, TypeError, "{message}")) };
    Ok((buffer.own(), flag.to_u64_mask()))
}

/// What a decoder's `getstate()` returned: unread bytes and a number.
pub fn decoder_state(t: &Thread, state: &Object) -> PyResult<(Owned, u64)> {
    match state.downcast::<PyTuple>() {
        Some(tuple) => parse_state(t, tuple, "illegal decoder state"),
        None => Err(err!(t, TypeError, "illegal decoder state")),
    }
}
