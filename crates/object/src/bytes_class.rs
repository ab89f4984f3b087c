//! `bytes`: the Python type.

use crate::argparse::{Args, Param, Signature, is_exact_class};
use crate::buffer::{self, Buffer};
use crate::bytes_methods::{self as methods, ByteString, FillByte};
use crate::clinic::CStrArg;
use crate::handle::{CompareOp, Head, Object, Own, Owned, PyResult, Slot};
use crate::slice::PySlice;
use crate::{
    PyBytes, PyInt, PyList, PyStr, PyTuple, PyType, codecs, err, errors, exceptions, name, new_object, number,
    singletons, state,
};
use core::cell::Cell;
use core::sync::atomic::{AtomicPtr, AtomicU8, Ordering};
use taipan_macros::{class, object};
use taipan_runtime::Thread;
use taipan_runtime::abi::*;

static BYTEARRAY: AtomicPtr<PyTypeObject> = AtomicPtr::new(core::ptr::null_mut());
static BYTES_WARNING: AtomicU8 = AtomicU8::new(0);

/// Tells this crate the type `bytearray`, which lives above it.
pub fn set_bytearray_type(ty: *mut PyTypeObject) {
    BYTEARRAY.store(ty, Ordering::Relaxed);
}

/// Whether an object is a `bytearray`.
pub fn is_bytearray(object: &Object) -> bool {
    let ty = BYTEARRAY.load(Ordering::Relaxed);
    // SAFETY: a static type object.
    !ty.is_null() && object.class().is_subtype(unsafe { PyType::from_type_ptr(ty) })
}

/// Sets what the option `-b` asks for: 1 for warnings about comparing and printing bytes.
pub fn set_bytes_warning(level: u8) {
    BYTES_WARNING.store(level, Ordering::Relaxed);
}

/// Issues a `BytesWarning` if `-b` was given.
pub fn bytes_warning(t: &Thread, message: &str) -> PyResult<()> {
    if BYTES_WARNING.load(Ordering::Relaxed) == 0 {
        return Ok(());
    }
    errors::warn(t, crate::exceptions_class!(BytesWarning), format_args!("{message}"), 1)
}

impl PyBytes {
    /// `PyBytes_FromObject`: from a buffer or an iterable of integers.
    pub fn from_bytes_like(t: &Thread, x: &Object) -> PyResult<Owned<Self>> {
        if let Some(bytes) = x.downcast_exact::<Self>() {
            return Ok(bytes.own());
        }
        if buffer::is_buffer(x) {
            let view = Buffer::get(t, x, PyBUF_FULL_RO)?;
            if buffer::is_c_contiguous(view.view()) {
                return Self::new(t, view.as_bytes());
            }
            let data = buffer::to_contiguous(t, view.view())?;
            return Self::new(t, &data);
        }
        match methods::from_iterable(t, x, "bytes")? {
            Some(data) => Self::new(t, &data),
            None => Err(err!(t, TypeError, "cannot convert '{:.200}' object to bytes", x.class().name_lossy())),
        }
    }

    /// What `__bytes__` of the object gives; nothing if it has none.
    fn from_special(t: &Thread, x: &Object) -> PyResult<Option<Owned<Self>>> {
        let Some(result) = crate::attr::call_special(t, x, name!(t, "__bytes__"), &[])? else { return Ok(None) };
        match result.into_type::<Self>() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(other) => {
                Err(err!(t, TypeError, "__bytes__ returned non-bytes (type {:.200})", other.class().name_lossy()))
            }
        }
    }

    /// `bytes(x)` of an object that is no number (`PyObject_Bytes`).
    pub fn from_object(t: &Thread, x: &Object) -> PyResult<Owned<Self>> {
        if let Some(bytes) = x.downcast_exact::<Self>() {
            return Ok(bytes.own());
        }
        match Self::from_special(t, x)? {
            Some(bytes) => Ok(bytes),
            None => Self::from_bytes_like(t, x),
        }
    }

    /// An instance of `class` (`bytes` or a subclass) with this content.
    pub fn of_class(t: &Thread, class: &PyType, data: &[u8]) -> PyResult {
        if is_exact_class::<Self>(class) {
            return Self::new(t, data).map(Owned::into_object);
        }
        let out = class.alloc(t, data.len())?;
        // SAFETY: a fresh zeroed instance with room for the bytes and a closing NUL.
        unsafe {
            let bytes: &Self = (*out).cast_unchecked();
            (*bytes.raw()).ob_shash = -1;
            core::ptr::copy_nonoverlapping(data.as_ptr(), bytes.data_ptr(), data.len());
        }
        Ok(out)
    }

    /// `self[slice]`.
    fn slice(&self, t: &Thread, slice: &PySlice) -> PyResult<Owned<Self>> {
        let mut bounds = slice.unpack(t)?;
        let n = bounds.adjust(self.len());
        let data = self.as_bytes();
        if bounds.step == 1 {
            if n == data.len() {
                return self.unchanged(t);
            }
            let start = if n == 0 { 0 } else { bounds.start as usize };
            return Self::new(t, &data[start..start + n]);
        }
        let picked: Vec<u8> = (0..n).map(|k| data[(bounds.start + k as isize * bounds.step) as usize]).collect();
        Self::new(t, &picked)
    }
}

/// What the constructors of `bytes` and `bytearray` make of their arguments.
pub enum Source<'a> {
    /// No source.
    Empty,
    /// A string and its encoding.
    Text(Owned<PyBytes>),
    /// Anything else.
    Object(&'a Object),
}

/// Checks the arguments `source`, `encoding` and `errors`.
pub fn constructor_source<'a>(
    t: &Thread,
    source: Option<&'a Object>,
    encoding: CStrArg<'_>,
    errors: CStrArg<'_>,
) -> PyResult<Source<'a>> {
    let without = |what: &str| err!(t, TypeError, "{what} without a string argument");
    match source {
        None if encoding.0.is_some() => Err(without("encoding")),
        None if errors.0.is_some() => Err(without("errors")),
        None => Ok(Source::Empty),
        Some(source) => match (source.downcast::<PyStr>(), encoding.0) {
            (Some(text), Some(encoding)) => codecs::encode(t, text, Some(encoding), errors.0).map(Source::Text),
            (None, Some(_)) => Err(without("encoding")),
            (Some(_), None) => Err(err!(t, TypeError, "string argument without an encoding")),
            (None, None) if errors.0.is_some() => Err(without("errors")),
            (None, None) => Ok(Source::Object(source)),
        },
    }
}

const NEW: Signature = Signature {
    fname: "bytes",
    params: &[
        Param { name: "source", required: false },
        Param { name: "encoding", required: false },
        Param { name: "errors", required: false },
    ],
    pos_only: 0,
    positional: 3,
    varargs: false,
    varkw: false,
};

/// An argument `encoding` or `errors` of a constructor.
pub fn name_argument<'a>(
    t: &'a Thread,
    arg: Option<&'a Object>,
    fname: &'static str,
    name: &'static str,
) -> PyResult<CStrArg<'a>> {
    match arg {
        Some(arg) => crate::argparse::FromArg::from_arg(t, arg, crate::argparse::What::Name(fname, name)),
        None => Ok(CStrArg(None)),
    }
}

#[class(
    name = "bytes", layout, export = PyBytes_Type, flags(BASETYPE, MATCH_SELF), subclass_flag = BYTES_SUBCLASS,
    basicsize = 33, itemsize = 1, doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer"
)]
impl PyBytes {
    #[slot]
    fn tp_new(class: &PyType, t: &Thread, args: Args<'_>) -> PyResult {
        let mut slots = [None; 3];
        args.parse(t, &NEW, &mut slots)?;
        let encoding = name_argument(t, slots[1], "bytes", "encoding")?;
        let errors = name_argument(t, slots[2], "bytes", "errors")?;
        // `__bytes__` is asked first, also of a string: one of a subclass may have it.
        let special = match slots[0] {
            Some(source) if encoding.0.is_none() && errors.0.is_none() && !source.is_exact::<Self>() => {
                Self::from_special(t, source)?
            }
            _ => None,
        };
        if let Some(bytes) = special {
            if is_exact_class::<Self>(class) {
                return Ok(bytes.into_object());
            }
            return Self::of_class(t, class, bytes.as_bytes());
        }
        let source = match constructor_source(t, slots[0], encoding, errors)? {
            Source::Empty => return Self::of_class(t, class, &[]),
            Source::Text(bytes) => return Self::of_class(t, class, bytes.as_bytes()),
            Source::Object(source) => source,
        };
        let bytes = if let Some(bytes) = source.downcast_exact::<Self>() {
            bytes.own()
        } else if number::is_index(source) {
            match number::index_as_isize_or(t, source, crate::exceptions_class!(OverflowError)) {
                Ok(n) => {
                    let Ok(n) = usize::try_from(n) else {
                        return Err(err!(t, ValueError, "negative count"));
                    };
                    Self::with(t, n, |_| {})?
                }
                Err(raised) => {
                    if !errors::matches::<exceptions::TypeError>(t) {
                        return Err(raised);
                    }
                    errors::clear(t);
                    Self::from_bytes_like(t, source)?
                }
            }
        } else {
            Self::from_bytes_like(t, source)?
        };
        if is_exact_class::<Self>(class) {
            return Ok(bytes.into_object());
        }
        Self::of_class(t, class, bytes.as_bytes())
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult {
        PyStr::from_ascii(t, &taipan_text::repr::repr_bytes(self.as_bytes())).map(Owned::into_object)
    }

    #[slot]
    fn tp_str(&self, t: &Thread) -> PyResult {
        bytes_warning(t, "str() on a bytes instance")?;
        Self::tp_repr(self, t)
    }

    #[slot]
    fn tp_hash(&self, _t: &Thread) -> PyResult<isize> {
        Ok(self.hash())
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult {
        let it = PyBytesIterator { head: Head::new(), bytes: Slot::new(self.own()), index: Cell::new(0) };
        new_object(t, it).map(Owned::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Self>() else {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                if other.is_instance_of::<PyStr>() {
                    bytes_warning(t, "Comparison between bytes and string")?;
                } else if other.is_instance_of::<PyInt>() {
                    bytes_warning(t, "Comparison between bytes and int")?;
                }
            }
            return singletons::ok_not_implemented();
        };
        Ok(singletons::bool(op.matches(self.as_bytes().cmp(other.as_bytes()))).own())
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        buffer::fill_info(t, view, self, self.data_ptr(), self.len(), true, flags)
    }

    #[slot]
    fn nb_remainder(t: &Thread, left: &Object, right: &Object) -> PyResult {
        let Some(template) = left.downcast::<Self>() else { return singletons::ok_not_implemented() };
        let out = methods::percent_format(t, template.as_bytes(), right)?;
        Self::new(t, &out).map(Owned::into_object)
    }

    #[slot]
    fn sq_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_length(&self, _t: &Thread) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult {
        if !buffer::is_buffer(other) {
            return Err(err!(
                t,
                TypeError,
                "can't concat {:.100} to {:.100}",
                other.class().name_lossy(),
                self.class().name_lossy()
            ));
        }
        let Ok(view) = Buffer::readable(t, other) else {
            errors::clear(t);
            return Err(err!(
                t,
                TypeError,
                "can't concat {:.100} to {:.100}",
                other.class().name_lossy(),
                self.class().name_lossy()
            ));
        };
        if view.len() == 0 && self.is_exact::<Self>() {
            return Ok(crate::upcast(self).own());
        }
        if self.len() == 0 && other.is_exact::<Self>() {
            return Ok(other.own());
        }
        let (a, b) = (self.as_bytes(), view.as_bytes());
        let Some(total) = a.len().checked_add(b.len()) else { return Err(errors::no_memory(t)) };
        let out = Self::alloc(t, total)?;
        // SAFETY: a fresh object with room for both.
        unsafe {
            core::ptr::copy_nonoverlapping(a.as_ptr(), out.data_ptr(), a.len());
            core::ptr::copy_nonoverlapping(b.as_ptr(), out.data_ptr().add(a.len()), b.len());
        }
        Ok(out.into_object())
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, index: isize) -> PyResult {
        if index == 1 && self.is_exact::<Self>() {
            return Ok(crate::upcast(self).own());
        }
        let total = methods::repeated_len(t, self.as_bytes(), index)?;
        Self::fresh(t, total, |out| methods::fill_repeated(out, self.as_bytes())).map(Owned::into_object)
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        match usize::try_from(index).ok().and_then(|i| self.as_bytes().get(i)) {
            Some(&b) => PyInt::from_i64(t, i64::from(b)).map(Owned::into_object),
            None => Err(err!(t, IndexError, "index out of range")),
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, other: &Object) -> PyResult<bool> {
        methods::contains(self, t, other)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if number::is_index(key) {
            let i = number::index_as_isize_or(t, key, crate::exceptions_class!(IndexError))?;
            let i = if i < 0 { i + self.len() as isize } else { i };
            return Self::sq_item(self, t, i);
        }
        match key.downcast::<PySlice>() {
            Some(slice) => self.slice(t, slice).map(Owned::into_object),
            None => Err(err!(
                t,
                TypeError,
                "byte indices must be integers or slices, not {:.200}",
                key.class().name_lossy()
            )),
        }
    }

    #[method(name = "__getnewargs__")]
    fn getnewargs(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        PyTuple::from_vec(t, vec![Self::new(t, self.as_bytes())?.into_object()])
    }

    /// Convert this value to exact type bytes.
    #[method(name = "__bytes__")]
    fn bytes_(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.unchanged(t)
    }

    /// Create a bytes object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
    #[classmethod]
    fn fromhex(class: &PyType, t: &Thread, string: &Object) -> PyResult {
        let bytes = Self::new(t, &methods::from_hex(t, string)?)?;
        if is_exact_class::<Self>(class) { Ok(bytes.into_object()) } else { class.call(t, &[&bytes]) }
    }

    /// Return a translation table usable for the bytes or bytearray translate method.
    ///
    /// The returned table will be one where each byte in frm is mapped to
    /// the byte at the same position in to.
    ///
    /// The bytes objects frm and to must be of the same length.
    #[staticmethod(sig = "(frm, to, /)")]
    fn maketrans(t: &Thread, frm: Buffer, to: Buffer) -> PyResult<Owned<Self>> {
        methods::maketrans(t, &frm, &to)
    }

    /// Partition the bytes into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytes.  If the
    /// separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing the
    /// original bytes object and two empty bytes objects.
    #[method]
    fn partition(&self, t: &Thread, sep: &Object) -> PyResult<Owned<PyTuple>> {
        let view = Buffer::readable(t, sep)?;
        methods::partition(self, t, view.as_bytes(), || Ok(sep.own()), false)
    }

    /// Partition the bytes into three parts using the given separator.
    ///
    /// This will search for the separator sep in the bytes, starting at the
    /// end.  If the separator is found, returns a 3-tuple containing the
    /// part before the separator, the separator itself, and the part after
    /// it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two
    /// empty bytes objects and the original bytes object.
    #[method]
    fn rpartition(&self, t: &Thread, sep: &Object) -> PyResult<Owned<PyTuple>> {
        let view = Buffer::readable(t, sep)?;
        methods::partition(self, t, view.as_bytes(), || Ok(sep.own()), true)
    }

    /// Create a string of hexadecimal numbers from a bytes object.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from
    ///     the right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = b'\xb9\x01\xef'
    /// >>> value.hex()
    /// 'b901ef'
    /// >>> value.hex(':')
    /// 'b9:01:ef'
    /// >>> value.hex(':', 2)
    /// 'b9:01ef'
    /// >>> value.hex(':', -2)
    /// 'b901:ef'
    #[method(sig = "(sep=None, bytes_per_sep=1)", text = "(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, t: &Thread, sep: Option<&Object>, bytes_per_sep: i32) -> PyResult<Owned<PyStr>> {
        methods::hex(t, self.as_bytes(), sep, bytes_per_sep)
    }

    // What follows stands in the same words in `bytearray`.

    /// B.capitalize() -> copy of B
    ///
    /// Return a copy of B with only its first character capitalized (ASCII)
    /// and the rest lower-cased.
    #[method]
    fn capitalize(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, methods::capitalize)
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character.
    #[method(sig = "(width, fillchar=' ', /)", text = "(width, fillchar=b' ', /)")]
    fn center(&self, t: &Thread, width: isize, fillchar: FillByte) -> PyResult<Owned<Self>> {
        methods::pad(self, t, width, fillchar.0, methods::center_share)
    }

    /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn count(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        methods::count(self, t, sub, start, end)
    }

    /// Decode the bytes using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding with which to decode the bytes.
    ///   errors
    ///     The error handling scheme to use for the handling of decoding
    ///     errors.  The default is 'strict' meaning that decoding errors
    ///     raise a UnicodeDecodeError.  Other possible values are 'ignore'
    ///     and 'replace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeDecodeErrors.
    #[method(sig = "(encoding='utf-8', errors='strict')")]
    fn decode(&self, t: &Thread, encoding: CStrArg<'_>, errors: CStrArg<'_>) -> PyResult<Owned<PyStr>> {
        // Unlike other byte strings, bytes stay as they are whatever an error handler does: no copy.
        match (encoding.0, errors.0) {
            (None, None) => codecs::native::decode_utf8(t, self.as_bytes(), None, true).map(|r| r.0),
            (encoding, errors) => codecs::decode(t, self.as_bytes(), encoding, errors),
        }
    }

    /// Return True if the bytes ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    #[method(sig = "(suffix, start=None, end=None, /)", text = "(suffix[, start[, end]], /)")]
    fn endswith(&self, t: &Thread, suffix: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<bool> {
        methods::starts_or_ends(self, t, suffix, start, end, true)
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "(tabsize=8)")]
    fn expandtabs(&self, t: &Thread, tabsize: i32) -> PyResult<Owned<Self>> {
        methods::expandtabs(self, t, tabsize)
    }

    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Return -1 on failure.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn find(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        Ok(methods::find(self, t, sub, start, end, false)?.map_or(-1, |i| i as isize))
    }

    /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Raise ValueError if the subsection is not found.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn index(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        methods::index(self, t, sub, start, end, false)
    }

    /// B.isalnum() -> bool
    ///
    /// Return True if all characters in B are alphanumeric
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isalnum(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), |b| b.is_ascii_alphanumeric())
    }

    /// B.isalpha() -> bool
    ///
    /// Return True if all characters in B are alphabetic
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isalpha(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), |b| b.is_ascii_alphabetic())
    }

    /// B.isascii() -> bool
    ///
    /// Return True if B is empty or all characters in B are ASCII,
    /// False otherwise.
    #[method]
    fn isascii(&self, _t: &Thread) -> bool {
        self.bytes().is_ascii()
    }

    /// B.isdigit() -> bool
    ///
    /// Return True if all characters in B are digits
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isdigit(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), |b| b.is_ascii_digit())
    }

    /// B.islower() -> bool
    ///
    /// Return True if all cased characters in B are lowercase and there is
    /// at least one cased character in B, False otherwise.
    #[method]
    fn islower(&self, _t: &Thread) -> bool {
        methods::is_lower(self.bytes())
    }

    /// B.isspace() -> bool
    ///
    /// Return True if all characters in B are whitespace
    /// and there is at least one character in B, False otherwise.
    #[method]
    fn isspace(&self, _t: &Thread) -> bool {
        methods::all(self.bytes(), taipan_text::search::is_byte_space)
    }

    /// B.istitle() -> bool
    ///
    /// Return True if B is a titlecased string and there is at least one
    /// character in B, i.e. uppercase characters may only follow uncased
    /// characters and lowercase characters only cased ones. Return False
    /// otherwise.
    #[method]
    fn istitle(&self, _t: &Thread) -> bool {
        methods::is_title(self.bytes())
    }

    /// B.isupper() -> bool
    ///
    /// Return True if all cased characters in B are uppercase and there is
    /// at least one cased character in B, False otherwise.
    #[method]
    fn isupper(&self, _t: &Thread) -> bool {
        methods::is_upper(self.bytes())
    }

    /// Concatenate any number of bytes objects.
    ///
    /// The bytes whose method is called is inserted in between each pair.
    ///
    /// The result is returned as a new bytes object.
    ///
    /// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
    #[method(sig = "(iterable_of_bytes, /)")]
    fn join(&self, t: &Thread, iterable_of_bytes: &Object) -> PyResult<Owned<Self>> {
        methods::join(self, t, iterable_of_bytes)
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character.
    #[method(sig = "(width, fillchar=' ', /)", text = "(width, fillchar=b' ', /)")]
    fn ljust(&self, t: &Thread, width: isize, fillchar: FillByte) -> PyResult<Owned<Self>> {
        methods::pad(self, t, width, fillchar.0, |_, _| 0)
    }

    /// B.lower() -> copy of B
    ///
    /// Return a copy of B with all ASCII characters converted to lowercase.
    #[method]
    fn lower(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, taipan_text::ascii::make_lower)
    }

    /// Strip leading bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip leading  ASCII whitespace.
    #[method(sig = "(bytes=None, /)")]
    fn lstrip(&self, t: &Thread, bytes: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::strip(self, t, bytes, true, false)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(sig = "(old, new, count=-1, /)")]
    fn replace(&self, t: &Thread, old: Buffer, new: Buffer, count: isize) -> PyResult<Owned<Self>> {
        methods::replace(self, t, &old, &new, count)
    }

    /// Return a bytes object with the given prefix string removed if present.
    ///
    /// If the bytes starts with the prefix string, return
    /// bytes[len(prefix):].  Otherwise, return a copy of the original
    /// bytes.
    #[method]
    fn removeprefix(&self, t: &Thread, prefix: Buffer) -> PyResult<Owned<Self>> {
        methods::remove_end(self, t, &prefix, false)
    }

    /// Return a bytes object with the given suffix string removed if present.
    ///
    /// If the bytes ends with the suffix string and that suffix is not
    /// empty, return bytes[:-len(prefix)].  Otherwise, return a copy of the
    /// original bytes.
    #[method]
    fn removesuffix(&self, t: &Thread, suffix: Buffer) -> PyResult<Owned<Self>> {
        methods::remove_end(self, t, &suffix, true)
    }

    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Return -1 on failure.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn rfind(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<isize> {
        Ok(methods::find(self, t, sub, start, end, true)?.map_or(-1, |i| i as isize))
    }

    /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
    ///
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    ///
    /// Raise ValueError if the subsection is not found.
    #[method(sig = "(sub, start=None, end=None, /)", text = "(sub[, start[, end]], /)")]
    fn rindex(&self, t: &Thread, sub: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<usize> {
        methods::index(self, t, sub, start, end, true)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character.
    #[method(sig = "(width, fillchar=' ', /)", text = "(width, fillchar=b' ', /)")]
    fn rjust(&self, t: &Thread, width: isize, fillchar: FillByte) -> PyResult<Owned<Self>> {
        methods::pad(self, t, width, fillchar.0, |extra, _| extra)
    }

    /// Return a list of the sections in the bytes, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytes.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting is done starting at the end of the bytes and working to
    /// the front.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn rsplit(&self, t: &Thread, sep: Option<&Object>, maxsplit: isize) -> PyResult<Owned<PyList>> {
        methods::split(self, t, sep, maxsplit, true)
    }

    /// Strip trailing bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip trailing ASCII whitespace.
    #[method(sig = "(bytes=None, /)")]
    fn rstrip(&self, t: &Thread, bytes: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::strip(self, t, bytes, false, true)
    }

    /// Return a list of the sections in the bytes, using sep as the delimiter.
    ///
    ///   sep
    ///     The delimiter according which to split the bytes.
    ///     None (the default value) means split on ASCII whitespace
    ///     characters (space, tab, return, newline, formfeed, vertical tab).
    ///   maxsplit
    ///     Maximum number of splits to do.
    ///     -1 (the default value) means no limit.
    #[method(sig = "(sep=None, maxsplit=-1)")]
    fn split(&self, t: &Thread, sep: Option<&Object>, maxsplit: isize) -> PyResult<Owned<PyList>> {
        methods::split(self, t, sep, maxsplit, false)
    }

    /// Return a list of the lines in the bytes, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[method(sig = "(keepends=False)")]
    fn splitlines(&self, t: &Thread, keepends: bool) -> PyResult<Owned<PyList>> {
        methods::splitlines(self, t, keepends)
    }

    /// Return True if the bytes starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A bytes or a tuple of bytes to try.
    ///   start
    ///     Optional start position. Default: start of the bytes.
    ///   end
    ///     Optional stop position. Default: end of the bytes.
    #[method(sig = "(prefix, start=None, end=None, /)", text = "(prefix[, start[, end]], /)")]
    fn startswith(&self, t: &Thread, prefix: &Object, start: Option<&Object>, end: Option<&Object>) -> PyResult<bool> {
        methods::starts_or_ends(self, t, prefix, start, end, false)
    }

    /// Strip leading and trailing bytes contained in the argument.
    ///
    /// If the argument is omitted or None, strip leading and trailing ASCII
    /// whitespace.
    #[method(sig = "(bytes=None, /)")]
    fn strip(&self, t: &Thread, bytes: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::strip(self, t, bytes, true, true)
    }

    /// B.swapcase() -> copy of B
    ///
    /// Return a copy of B with uppercase ASCII characters converted
    /// to lowercase ASCII and vice versa.
    #[method]
    fn swapcase(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, methods::swapcase)
    }

    /// B.title() -> copy of B
    ///
    /// Return a titlecased version of B, i.e. ASCII words start with
    /// uppercase characters, all remaining cased characters have lowercase.
    #[method]
    fn title(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, methods::title)
    }

    /// Return a copy with each character mapped by the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a bytes object of length 256.
    ///
    /// All characters occurring in the optional argument delete are
    /// removed.  The remaining characters are mapped through the given
    /// translation table.
    #[method(sig = "(table, /, delete=None)", text = "(table, /, delete=b'')")]
    fn translate(&self, t: &Thread, table: &Object, delete: Option<&Object>) -> PyResult<Owned<Self>> {
        methods::translate(self, t, table, delete)
    }

    /// B.upper() -> copy of B
    ///
    /// Return a copy of B with all ASCII characters converted to uppercase.
    #[method]
    fn upper(&self, t: &Thread) -> PyResult<Owned<Self>> {
        methods::map(self, t, taipan_text::ascii::make_upper)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The original string is never truncated.
    #[method]
    fn zfill(&self, t: &Thread, width: isize) -> PyResult<Owned<Self>> {
        methods::zfill(self, t, width)
    }
}

/// `iter(bytes)`.
#[object]
pub struct PyBytesIterator {
    bytes: Slot<PyBytes>,
    index: Cell<usize>,
}

#[class(name = "bytes_iterator", export = PyBytesIter_Type, flags(HAVE_GC), no_new, doc = "")]
impl PyBytesIterator {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> PyResult {
        Ok(crate::upcast(self).own())
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        // SAFETY: nothing changes the field while the bytes are looked at.
        let Some(bytes) = (unsafe { self.bytes.peek() }) else { return Ok(None) };
        let i = self.index.get();
        if let Some(&b) = bytes.as_bytes().get(i) {
            self.index.set(i + 1);
            return PyInt::from_i64(t, i64::from(b)).map(|b| Some(b.into_object()));
        }
        self.bytes.set(None);
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, _t: &Thread) -> usize {
        self.bytes.get().map_or(0, |bytes| bytes.len().saturating_sub(self.index.get()))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let iter = state::builtin(t, name!(t, "iter"))?;
        match self.bytes.get() {
            Some(bytes) => {
                let args = PyTuple::from_vec(t, vec![bytes.into_object()])?.into_object();
                let index = PyInt::from_u64(t, self.index.get() as u64)?.into_object();
                PyTuple::from_vec(t, vec![iter, args, index])
            }
            None => {
                let args = PyTuple::from_vec(t, vec![PyTuple::empty().own().into_object()])?.into_object();
                PyTuple::from_vec(t, vec![iter, args])
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__")]
    fn setstate(&self, t: &Thread, object: &Object) -> PyResult<()> {
        let Some(index) = object.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "an integer is required"));
        };
        let index = index.to_isize(t)?;
        if let Some(bytes) = self.bytes.get() {
            self.index.set((index.max(0) as usize).min(bytes.len()));
        }
        Ok(())
    }
}
