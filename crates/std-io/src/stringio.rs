//! `StringIO`: a text stream over characters in memory.

use crate::iobase::PyTextIOBase;
use crate::newline::{Newline, NewlineData};
use crate::support::{dict_of, size_or_none};
use core::cell::{Cell, RefCell};
use taipan_object::unicode::Chars;
use taipan_object::{
    Args, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, WeakList, attr,
    class, err, errors, name, number, object, singletons,
};
use taipan_text::buf::TextBuf;

/// Where the characters are.
enum Store {
    /// Only ever appended to so far: as narrow as possible.
    Growing(TextBuf),
    /// A text that has not been changed.
    Whole(Owned<PyStr>),
    /// In the general form.
    Points(Vec<u32>),
}

impl Default for Store {
    fn default() -> Self {
        Self::Growing(TextBuf::new())
    }
}

taipan_object::no_traverse!(Store);

impl Store {
    fn len(&self) -> usize {
        match self {
            Self::Growing(buf) => buf.len(),
            Self::Whole(text) => text.len(),
            Self::Points(points) => points.len(),
        }
    }

    /// The general form.
    fn points(&mut self) -> &mut Vec<u32> {
        let points = match self {
            Self::Points(points) => core::mem::take(points),
            Self::Growing(buf) => buf.to_code_points(),
            Self::Whole(text) => text.to_code_points(),
        };
        *self = Self::Points(points);
        match self {
            Self::Points(points) => points,
            // Just replaced.
            _ => unreachable!("the general form was made"),
        }
    }
}

/// `_io.StringIO`.
#[object]
pub struct PyStringIO {
    dict: Slot<PyDict>,
    weaks: WeakList,
    store: RefCell<Store>,
    pos: Cell<usize>,
    ok: Cell<bool>,
    closed: Cell<bool>,
    newline: Cell<u8>,
    state: RefCell<NewlineData>,
}

const NEWLINES: [Newline; 5] = [Newline::Universal, Newline::Untranslated, Newline::Lf, Newline::Cr, Newline::CrLf];

impl PyStringIO {
    fn check_ready(&self, t: &Thread) -> PyResult<()> {
        if self.ok.get() { Ok(()) } else { Err(err!(t, ValueError, "I/O operation on uninitialized object")) }
    }

    fn check(&self, t: &Thread) -> PyResult<()> {
        self.check_ready(t)?;
        if self.closed.get() { Err(err!(t, ValueError, "I/O operation on closed file")) } else { Ok(()) }
    }

    fn mode(&self) -> Newline {
        NEWLINES.get(usize::from(self.newline.get())).copied().unwrap_or_default()
    }

    fn start(&self, mode: Newline) {
        self.ok.set(false);
        self.newline.set(NEWLINES.iter().position(|&m| m == mode).unwrap_or(0) as u8);
        self.state.borrow_mut().0.reset();
        drop(self.store.replace(Store::default()));
        self.pos.set(0);
        self.closed.set(false);
        self.ok.set(true);
    }

    /// The text as a whole.
    fn text(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let len = self.store.borrow().len();
        self.range(t, 0, len)
    }

    /// The characters `from..to` as a string.
    fn range(&self, t: &Thread, from: usize, to: usize) -> PyResult<Owned<PyStr>> {
        let mut store = self.store.borrow_mut();
        if let Store::Growing(_) = &*store {
            // Reading makes a string of what was written, once.
            if let Store::Growing(buf) = core::mem::take(&mut *store) {
                *store = Store::Whole(PyStr::from_buf(t, buf)?);
            }
        }
        match &*store {
            Store::Whole(text) => text.substring(t, from, to),
            Store::Points(points) => PyStr::from_code_points(t, points.get(from..to).unwrap_or(&[])),
            Store::Growing(_) => Ok(PyStr::empty().own()),
        }
    }

    fn write_text(&self, t: &Thread, text: &PyStr) -> PyResult<()> {
        let mode = self.mode();
        let mut text = text.own();
        if mode.universal() {
            let mut state = self.state.borrow().0;
            text = state.feed(t, text, true, mode.translate())?;
            self.state.borrow_mut().0 = state;
        }
        if let Some(end) = mode.written()
            && text.has_char(10)
        {
            text = text.replaced(t, PyStr::latin1_char(b'\n'), &*PyStr::from_str(t, end)?, usize::MAX)?;
        }
        let n = text.len();
        if n == 0 {
            return Ok(());
        }
        let at = self.pos.get();
        let Some(end) = at.checked_add(n).filter(|&end| end <= isize::MAX as usize / 4) else {
            return Err(err!(t, OverflowError, "new position too large"));
        };
        let mut store = self.store.borrow_mut();
        if at == store.len() {
            match &mut *store {
                Store::Growing(buf) => {
                    text.push_to(buf);
                    self.pos.set(end);
                    return Ok(());
                }
                Store::Whole(whole) => {
                    // Appending to a finished text grows it again.
                    let mut buf = TextBuf::with_capacity(end);
                    whole.push_to(&mut buf);
                    text.push_to(&mut buf);
                    *store = Store::Growing(buf);
                    self.pos.set(end);
                    return Ok(());
                }
                Store::Points(_) => {}
            }
        }
        let points = store.points();
        if end > points.len() {
            if points.try_reserve(end - points.len()).is_err() {
                drop(store);
                return Err(errors::no_memory(t));
            }
            points.resize(end, 0);
        }
        let target = &mut points[at..end];
        match text.chars() {
            Chars::One(s) => target.iter_mut().zip(s).for_each(|(out, &c)| *out = u32::from(c)),
            Chars::Two(s) => target.iter_mut().zip(s).for_each(|(out, &c)| *out = u32::from(c)),
            Chars::Four(s) => target.copy_from_slice(s),
        }
        self.pos.set(end);
        Ok(())
    }

    fn read_line(&self, t: &Thread, limit: Option<usize>) -> PyResult<Owned<PyStr>> {
        let len = self.store.borrow().len();
        let from = self.pos.get();
        if from >= len {
            return Ok(PyStr::empty().own());
        }
        if matches!(&*self.store.borrow(), Store::Growing(_)) {
            self.range(t, 0, 0)?;
        }
        let found = match &*self.store.borrow() {
            Store::Whole(text) => self.mode().line_end(text, from),
            Store::Points(points) => self.mode().line_end_wide(points.get(from..).unwrap_or(&[])),
            Store::Growing(_) => None,
        };
        let mut n = found.unwrap_or(len - from);
        if let Some(limit) = limit {
            n = n.min(limit);
        }
        let line = self.range(t, from, from + n)?;
        self.pos.set(from + n);
        Ok(line)
    }
}

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[class(name = "_io.StringIO", heap, base = PyTextIOBase, flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaks,
    dealloc = taipan_object::tramp::native_dealloc_unfinalized::<PyStringIO>)]
impl PyStringIO {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self {
                head: Head::new(),
                dict: Slot::empty(),
                weaks: WeakList::new(),
                store: RefCell::default(),
                pos: Cell::new(0),
                ok: Cell::new(false),
                closed: Cell::new(false),
                newline: Cell::new(0),
                state: RefCell::default(),
            },
        )
    }

    #[init(sig = "(initial_value='', newline='\\n')")]
    fn init(&self, t: &Thread, initial_value: Option<&Object>, newline: Option<&Object>) -> PyResult<()> {
        let mode = match newline {
            None => Newline::Lf,
            Some(newline) if newline.is(singletons::none()) => Newline::Universal,
            Some(newline) => match newline.downcast::<PyStr>() {
                Some(text) => match Newline::parse(t, Some(text)) {
                    Ok(mode) => mode,
                    Err(_) => {
                        errors::clear(t);
                        return Err(err!(t, ValueError, "illegal newline value: {}", newline.repr_lossy(t)));
                    }
                },
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "newline must be str or None, not {:.200}",
                        newline.class().name_lossy()
                    ));
                }
            },
        };
        let initial = match attr::none_if_none(initial_value) {
            None => None,
            Some(value) => match value.downcast::<PyStr>() {
                Some(text) => Some(text),
                None => {
                    return Err(err!(
                        t,
                        TypeError,
                        "initial_value must be str or None, not {:.200}",
                        value.class().name_lossy()
                    ));
                }
            },
        };
        self.start(mode);
        if let Some(text) = initial
            && text.len() > 0
        {
            if mode == Newline::Lf && text.is_exact::<PyStr>() {
                *self.store.borrow_mut() = Store::Whole(text.own());
            } else {
                self.write_text(t, text)?;
            }
            self.pos.set(0);
        }
        Ok(())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        self.check(t)?;
        let line = if self.is_exact::<Self>() {
            self.read_line(t, None)?
        } else {
            let line = self.call_method(t, name!(t, "readline"), &[])?;
            line.into_type::<PyStr>().map_err(|other| {
                err!(
                    t,
                    OSError,
                    "readline() should have returned a str object, not '{:.200}'",
                    other.class().name_lossy()
                )
            })?
        };
        if line.len() == 0 { Ok(None) } else { Ok(Some(line.into_object())) }
    }

    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    #[method]
    fn close(&self, _t: &Thread) {
        self.closed.set(true);
        drop(self.store.replace(Store::default()));
    }

    /// Retrieve the entire contents of the object.
    #[method]
    fn getvalue(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        self.check(t)?;
        self.text(t)
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[method(sig = "(size=-1, /)")]
    fn read(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyStr>> {
        let size = size_or_none(t, size)?;
        self.check(t)?;
        let len = self.store.borrow().len();
        let from = self.pos.get().min(len);
        let n = usize::try_from(size).map_or(len - from, |size| size.min(len - from));
        if n == 0 {
            return Ok(PyStr::empty().own());
        }
        let out = self.range(t, from, from + n)?;
        self.pos.set(from + n);
        Ok(out)
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[method(sig = "(size=-1, /)")]
    fn readline(&self, t: &Thread, size: Option<&Object>) -> PyResult<Owned<PyStr>> {
        let size = size_or_none(t, size)?;
        self.check(t)?;
        self.read_line(t, usize::try_from(size).ok())
    }

    /// Tell the current file position.
    #[method]
    fn tell(&self, t: &Thread) -> PyResult<usize> {
        self.check(t)?;
        Ok(self.pos.get())
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[method(sig = "(pos=None, /)")]
    fn truncate(&self, t: &Thread, pos: Option<&Object>) -> PyResult<usize> {
        self.check(t)?;
        let size = match attr::none_if_none(pos) {
            None => self.pos.get() as isize,
            Some(pos) if number::is_index(pos) => number::index_as_isize(t, pos)?,
            Some(pos) => {
                return Err(err!(
                    t,
                    TypeError,
                    "argument should be integer or None, not '{:.200}'",
                    pos.class().name_lossy()
                ));
            }
        };
        let Ok(n) = usize::try_from(size) else {
            return Err(err!(t, ValueError, "Negative size value {size}"));
        };
        let mut store = self.store.borrow_mut();
        if n == 0 {
            *store = Store::default();
        } else if n < store.len() {
            let points = store.points();
            points.truncate(n);
            points.shrink_to_fit();
        }
        Ok(n)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by
    /// whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, t: &Thread, pos: isize, whence: i32) -> PyResult<usize> {
        self.check(t)?;
        if !(0..=2).contains(&whence) {
            return Err(err!(t, ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)"));
        }
        if pos < 0 && whence == 0 {
            return Err(err!(t, ValueError, "Negative seek position {pos}"));
        }
        if whence != 0 && pos != 0 {
            return Err(err!(t, OSError, "Can't do nonzero cur-relative seeks"));
        }
        match whence {
            0 => self.pos.set(pos.unsigned_abs()),
            2 => self.pos.set(self.store.borrow().len()),
            _ => {}
        }
        Ok(self.pos.get())
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[method(sig = "(s, /)")]
    fn write(&self, t: &Thread, s: &Object) -> PyResult<usize> {
        self.check_ready(t)?;
        let Some(text) = s.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "string argument expected, got '{}'", s.class().name_lossy()));
        };
        self.check(t)?;
        if text.len() > 0 {
            self.write_text(t, text)?;
        }
        Ok(text.len())
    }

    /// Returns True if the IO object can be seeked.
    #[method]
    fn seekable(&self, t: &Thread) -> PyResult<bool> {
        self.check(t).map(|()| true)
    }

    /// Returns True if the IO object can be read.
    #[method]
    fn readable(&self, t: &Thread) -> PyResult<bool> {
        self.check(t).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[method]
    fn writable(&self, t: &Thread) -> PyResult<bool> {
        self.check(t).map(|()| true)
    }

    #[method]
    fn __getstate__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        self.check(t)?;
        let text = self.text(t)?;
        let newline = match self.mode() {
            Newline::Universal => crate::support::none(),
            Newline::Untranslated => PyStr::empty().own().into_object(),
            Newline::Lf => PyStr::latin1_char(b'\n').own().into_object(),
            Newline::Cr => PyStr::latin1_char(b'\r').own().into_object(),
            Newline::CrLf => PyStr::from_str(t, "\r\n")?.into_object(),
        };
        let dict = match self.dict.get() {
            Some(dict) => dict.copy(t)?.into_object(),
            None => crate::support::none(),
        };
        let pos = PyInt::from_u64(t, self.pos.get() as u64)?.into_object();
        PyTuple::from_vec(t, vec![text.into_object(), newline, pos, dict])
    }

    #[method(sig = "(state, /)")]
    fn __setstate__(&self, t: &Thread, state: &Object) -> PyResult<()> {
        if self.ok.get() {
            self.check(t)?;
        }
        let Some([initial, newline, pos, dict, ..]) = state.downcast::<PyTuple>().map(PyTuple::as_slice) else {
            return Err(err!(
                t,
                TypeError,
                "{:.200}.__setstate__ argument should be 4-tuple, got {:.200}",
                self.class().name_lossy(),
                state.class().name_lossy()
            ));
        };
        self.init(t, None, Some(newline))?;
        let initial = if initial.is(singletons::none()) { PyStr::empty().as_object() } else { *initial };
        let Some(text) = initial.downcast::<PyStr>() else {
            return Err(err!(
                t,
                TypeError,
                "initial_value must be str or None, not {:.200}",
                initial.class().name_lossy()
            ));
        };
        // What was pickled has been translated already.
        *self.store.borrow_mut() = Store::Whole(text.own());
        let Some(pos) = pos.downcast::<PyInt>() else {
            return Err(err!(
                t,
                TypeError,
                "third item of state must be an integer, got {:.200}",
                pos.class().name_lossy()
            ));
        };
        let Ok(pos) = usize::try_from(pos.to_isize(t)?) else {
            return Err(err!(t, ValueError, "position value cannot be negative"));
        };
        self.pos.set(pos);
        if let Some(dict) = attr::none_if_none(Some(dict)) {
            let Some(dict) = dict.downcast::<PyDict>() else {
                return Err(err!(
                    t,
                    TypeError,
                    "fourth item of state should be a dict, got a {:.200}",
                    dict.class().name_lossy()
                ));
            };
            dict_of(t, &self.dict)?.merge_dict(t, dict, true)?;
        }
        Ok(())
    }

    #[getter]
    fn closed(&self, t: &Thread) -> PyResult<bool> {
        self.check_ready(t)?;
        Ok(self.closed.get())
    }

    #[getter]
    fn newlines(&self, t: &Thread) -> PyResult {
        self.check(t)?;
        if !self.mode().universal() {
            return Ok(crate::support::none());
        }
        let state = self.state.borrow().0;
        state.newlines(t)
    }

    #[getter]
    fn line_buffering(&self, t: &Thread) -> PyResult<bool> {
        self.check(t)?;
        Ok(false)
    }
}
