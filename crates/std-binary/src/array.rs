//! `array`: compact arrays of machine values.

use crate::typecode::{self, KINDS, Kind};
use core::cell::Cell;
use core::ffi::c_int;
use taipan_object::abi::{Py_buffer, PyBUF_FORMAT, PyBUF_ND};
use taipan_object::buffer::{self, Buffer};
use taipan_object::item_storage::ItemStorage;
use taipan_object::{
    Args, Class, CompareOp, Head, Object, Own, Owned, PyBaseObject, PyBytes, PyFloat, PyInt, PyList, PyModule,
    PyResult, PySlice, PyStr, PyTuple, PyType, Raised, Slot, Thread, WeakList, bytes_methods, class, clinic, codecs,
    err, errors, exceptions, iter, name, native_module, new_object, number, object, singletons, state,
};
use taipan_types::PyByteArray;

/// `array.array`.
#[object]
pub struct PyArray {
    /// Laid out as `arrayobject`, like what follows: Cython's `cpython.array` reads and writes the fields.
    items: ItemStorage,
    weaklist: WeakList,
    exports: Cell<usize>,
}

fn make(t: &Thread, class: &PyType, kind: Kind, data: &[u8]) -> PyResult<Owned<PyArray>> {
    let items = ItemStorage::new(typecode::descr(kind));
    items.push(t, data)?;
    let array = PyArray { head: Head::new(), items, weaklist: WeakList::new(), exports: Cell::new(0) };
    class.instance(t, array)
}

fn same_size(t: &Thread) -> Raised {
    err!(t, ValueError, "bytes length not a multiple of item size")
}

fn bad_argument(t: &Thread) -> Raised {
    err!(t, TypeError, "bad argument type for built-in operation")
}

/// A single character as an argument.
fn code_argument(t: &Thread, what: &str, arg: &Object) -> PyResult<u32> {
    match arg.downcast::<PyStr>() {
        Some(text) if text.len() == 1 => Ok(text.char_at(0)),
        Some(text) => {
            Err(err!(t, TypeError, "{what} must be a unicode character, not a string of length {}", text.len()))
        }
        None => Err(err!(t, TypeError, "{what} must be a unicode character, not {}", arg.class().name_lossy())),
    }
}

impl PyArray {
    fn len(&self) -> usize {
        self.items.len()
    }

    fn kind(&self) -> Kind {
        typecode::kind_of(self.items.descr())
    }

    fn word(&self, i: usize) -> Option<u64> {
        self.items.load(i).map(|bytes| self.kind().load(&bytes, 0))
    }

    fn item(&self, t: &Thread, i: usize) -> PyResult<Option<Owned>> {
        self.word(i).map(|word| self.kind().to_object(t, word)).transpose()
    }

    fn check_resizable(&self, t: &Thread) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(err!(t, BufferError, "cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    /// Puts items in place of those from `from` up to `to`.
    fn splice(&self, t: &Thread, from: usize, to: usize, bytes: &[u8]) -> PyResult<()> {
        self.check_resizable(t)?;
        self.items.splice(t, from, to, bytes)
    }

    fn push(&self, t: &Thread, value: &Object) -> PyResult<()> {
        let kind = self.kind();
        let word = kind.to_word(t, value)?;
        self.check_resizable(t)?;
        self.items.push(t, &kind.bytes_of(word)[..kind.size])
    }

    fn push_bytes(&self, t: &Thread, bytes: &[u8]) -> PyResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.check_resizable(t)?;
        self.items.push(t, bytes)
    }

    fn store(&self, i: usize, word: u64) -> bool {
        let kind = self.kind();
        i < self.len() && self.items.store(i, &kind.bytes_of(word)[..kind.size])
    }

    fn words(&self) -> Vec<u64> {
        (0..self.len()).filter_map(|i| self.word(i)).collect()
    }

    fn objects(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        let mut out = bytes_methods::try_vec(t, self.len())?;
        let kind = self.kind();
        while let Some(word) = self.word(out.len()) {
            out.push(kind.to_object(t, word)?);
        }
        PyList::from_vec(t, out)
    }

    fn as_text(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if self.kind().code == b'u' {
            return typecode::text(t, self.words().into_iter().map(|w| w as u32));
        }
        let data = self.items.to_vec(t)?;
        codecs::decode(t, &data, Some(if cfg!(target_endian = "big") { "utf-32-be" } else { "utf-32-le" }), None)
    }

    fn push_text(&self, t: &Thread, text: &PyStr) -> PyResult<()> {
        let bytes: Vec<u8> = text.chars().iter().flat_map(u32::to_ne_bytes).collect();
        self.push_bytes(t, &bytes)
    }

    /// The items from `from` up to `to` as an array of its own.
    fn part(&self, t: &Thread, from: usize, to: usize) -> PyResult<Owned<Self>> {
        let out = make(t, Self::class(), self.kind(), &[])?;
        out.items.push_range(t, &self.items, from, to)?;
        Ok(out)
    }

    /// `extend` with anything.
    fn extend_with(&self, t: &Thread, other: &Object) -> PyResult<()> {
        if let Some(array) = other.downcast::<Self>() {
            if array.kind() != self.kind() {
                return Err(err!(t, TypeError, "can only extend with array of same kind"));
            }
            if array.len() == 0 {
                return Ok(());
            }
            self.check_resizable(t)?;
            return self.items.push_range(t, &array.items, 0, usize::MAX);
        }
        let iterator = iter::get_iter(t, other)?;
        while let Some(item) = iter::next(t, &iterator)? {
            self.push(t, &item)?;
        }
        Ok(())
    }

    /// An index counted from the front.
    fn position(&self, i: isize) -> Option<usize> {
        let n = self.len() as isize;
        let i = if i < 0 { i + n } else { i };
        if (0..n).contains(&i) { Some(i as usize) } else { None }
    }

    /// The bytes repeated.
    fn repeated(&self, t: &Thread, n: isize) -> PyResult<Vec<u8>> {
        let data = self.items.to_vec(t)?;
        let n = n.max(0) as usize;
        let total = data.len().checked_mul(n).filter(|&n| n <= isize::MAX as usize);
        let total = total.ok_or_else(|| errors::no_memory(t))?;
        let mut out = bytes_methods::try_vec(t, total)?;
        for _ in 0..n {
            if data.is_empty() {
                break;
            }
            out.extend_from_slice(&data);
        }
        Ok(out)
    }

    fn find(&self, t: &Thread, value: &Object, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let mut i = start;
        while i < stop {
            let Some(item) = self.item(t, i)? else { return Ok(None) };
            if item.eq(t, value)? {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }

    fn delete(&self, t: &Thread, i: usize) -> PyResult<()> {
        self.splice(t, i, i + 1, &[])
    }

    /// Sets or deletes an item; `None` as index is one out of range.
    fn assign_item(&self, t: &Thread, i: Option<usize>, value: Option<&Object>) -> PyResult<()> {
        let out = || err!(t, IndexError, "array assignment index out of range");
        let i = i.ok_or_else(out)?;
        let Some(value) = value else { return self.delete(t, i) };
        let word = self.kind().to_word(t, value)?;
        // The conversion may have run code that shortened the array.
        if self.store(i, word) { Ok(()) } else { Err(out()) }
    }

    /// Replaces or deletes what a slice names.
    fn assign_slice(&self, t: &Thread, slice: &PySlice, value: Option<&Object>) -> PyResult<()> {
        let size = self.kind().size;
        let mut bounds = slice.unpack(t)?;
        let replacement = match value {
            None => Vec::new(),
            Some(value) => {
                let Some(array) = value.downcast::<Self>() else {
                    let name = value.class().name_lossy();
                    return Err(err!(t, TypeError, "can only assign array (not \"{name:.200}\") to array slice"));
                };
                if array.kind() != self.kind() {
                    return Err(bad_argument(t));
                }
                array.items.to_vec(t)?
            }
        };
        let count = bounds.adjust(self.len());
        let needed = replacement.len() / size;
        if (count > 0 || needed > 0) && count != needed {
            self.check_resizable(t)?;
        }
        if bounds.step == 1 {
            let start = bounds.start.max(0) as usize;
            if count == needed {
                self.items.store(start, &replacement);
                return Ok(());
            }
            return self.splice(t, start, start + count, &replacement);
        }
        let places = (0..count).map(|k| (bounds.start + k as isize * bounds.step) as usize);
        if value.is_none() {
            if count == 0 {
                return Ok(());
            }
            let mut doomed: Vec<usize> = places.collect();
            doomed.sort_unstable();
            let mut next = doomed.iter().copied().peekable();
            let data = self.items.to_vec(t)?;
            let mut kept = bytes_methods::try_vec(t, data.len())?;
            for (i, item) in data.chunks_exact(size).enumerate() {
                if next.peek() == Some(&i) {
                    next.next();
                } else {
                    kept.extend_from_slice(item);
                }
            }
            return self.splice(t, 0, usize::MAX, &kept);
        }
        if needed != count {
            return Err(err!(
                t,
                ValueError,
                "attempt to assign array of size {needed} to extended slice of size {count}"
            ));
        }
        for (place, item) in places.zip(replacement.chunks_exact(size)) {
            self.items.store(place, item);
        }
        Ok(())
    }

    /// Code of the machine format (`mformat_code`).
    fn machine_format(&self) -> i64 {
        machine_format(self.kind())
    }

    fn compare_items(&self, t: &Thread, other: &Self, op: CompareOp) -> PyResult {
        let boolean = |value: bool| Ok(singletons::bool(value).own());
        if self.len() != other.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return boolean(op == CompareOp::Ne);
        }
        let simple = self.kind() == other.kind() && !matches!(self.kind().code, b'f' | b'd');
        let mut i = 0;
        while let (Some(a), Some(b)) = (self.word(i), other.word(i)) {
            if simple {
                if a != b {
                    let signed = self.kind().is_signed();
                    let unused = 64 - self.kind().size as u32 * 8;
                    let ordering = if signed { ((a << unused) as i64).cmp(&((b << unused) as i64)) } else { a.cmp(&b) };
                    return boolean(op.matches(ordering));
                }
            } else {
                let (a, b) = (self.kind().to_object(t, a)?, other.kind().to_object(t, b)?);
                if !a.eq(t, &b)? {
                    return match op {
                        CompareOp::Eq => boolean(false),
                        CompareOp::Ne => boolean(true),
                        _ => a.compare(t, &b, op),
                    };
                }
            }
            i += 1;
        }
        boolean(op.matches(self.len().cmp(&other.len())))
    }
}

/// Code of the machine format of an item type.
fn machine_format(kind: Kind) -> i64 {
    let big = i64::from(cfg!(target_endian = "big"));
    match kind.code {
        b'B' => 0,
        b'b' => 1,
        b'f' => 14 + big,
        b'd' => 16 + big,
        b'u' | b'w' => 20 + big,
        _ => {
            let width = match kind.size {
                2 => 2,
                4 => 6,
                _ => 10,
            };
            width + big + if kind.is_signed() { 2 } else { 0 }
        }
    }
}

/// Fills a fresh array.
fn fill(t: &Thread, array: &PyArray, initial: &Object) -> PyResult<()> {
    if let Some(list) = initial.downcast::<PyList>() {
        array.items.reserve(t, list.len())?;
        let mut i = 0;
        while let Some(item) = list.get(i) {
            array.push(t, &item)?;
            i += 1;
        }
        return Ok(());
    }
    if let Some(tuple) = initial.downcast::<PyTuple>() {
        array.items.reserve(t, tuple.len())?;
        return tuple.as_slice().iter().try_for_each(|item| array.push(t, item));
    }
    if initial.is_instance_of::<PyBytes>() || initial.is_instance_of::<PyByteArray>() {
        let view = Buffer::readable(t, initial)?;
        if !view.len().is_multiple_of(array.kind().size) {
            return Err(same_size(t));
        }
        return array.push_bytes(t, view.as_bytes());
    }
    if let Some(text) = initial.downcast::<PyStr>().filter(|_| array.kind().is_text()) {
        return array.push_text(t, text);
    }
    if let Some(other) = initial.downcast::<PyArray>() {
        if other.kind() == array.kind() {
            let bytes = other.items.to_vec(t)?;
            return array.push_bytes(t, &bytes);
        }
        let mut i = 0;
        while let Some(item) = other.item(t, i)? {
            array.push(t, &item)?;
            i += 1;
        }
        return Ok(());
    }
    array.extend_with(t, initial)
}

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
///
/// Arrays represent basic values and behave very much like lists, except
/// the type of objects stored in them is constrained. The type is specified
/// at object creation time by using a type code, which is a single character.
/// The following type codes are defined:
///
///     Type code   C Type             Minimum size in bytes
///     'b'         signed integer     1
///     'B'         unsigned integer   1
///     'u'         Unicode character  2 (see note)
///     'h'         signed integer     2
///     'H'         unsigned integer   2
///     'i'         signed integer     2
///     'I'         unsigned integer   2
///     'l'         signed integer     4
///     'L'         unsigned integer   4
///     'q'         signed integer     8 (see note)
///     'Q'         unsigned integer   8 (see note)
///     'f'         floating-point     4
///     'd'         floating-point     8
///
/// NOTE: The 'u' typecode corresponds to Python's unicode character. On
/// narrow builds this is 2-bytes on wide builds this is 4-bytes.
///
/// NOTE: The 'q' and 'Q' type codes are only available if the platform
/// C compiler used to build Python supports 'long long', or, on Windows,
/// '__int64'.
///
/// Methods:
///
/// append() -- append a new item to the end of the array
/// buffer_info() -- return information giving the current memory info
/// byteswap() -- byteswap all the items of the array
/// count() -- return number of occurrences of an object
/// extend() -- extend array by appending multiple elements from an iterable
/// fromfile() -- read items from a file object
/// fromlist() -- append items from the list
/// frombytes() -- append items from the string
/// index() -- return index of first occurrence of an object
/// insert() -- insert a new item into the array at a provided position
/// pop() -- remove and return item (default last)
/// remove() -- remove first occurrence of an object
/// reverse() -- reverse the order of the items in the array
/// tofile() -- write all items to a file object
/// tolist() -- return the array converted to an ordinary list
/// tobytes() -- return the array converted to a string
///
/// Attributes:
///
/// typecode -- the typecode character used to create the array
/// itemsize -- the length in bytes of one array item
///
#[class(name = "array.array", heap, flags(BASETYPE, SEQUENCE), weaklist = weaklist)]
impl PyArray {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, args: Args<'_>) -> PyResult<Owned<Self>> {
        if args.n_keywords() > 0 {
            let init = name!(t, "__init__");
            let own = cls.lookup(t, init);
            let inherited = PyBaseObject::class().lookup(t, init);
            if own.zip(inherited).is_some_and(|(a, b)| a.is(&b)) {
                return Err(err!(t, TypeError, "array.array() takes no keyword arguments"));
            }
        }
        let n = args.pos.len();
        let (code, initial) = match args.pos {
            [] => return Err(err!(t, TypeError, "array() takes at least 1 argument (0 given)")),
            [code] => (code, None),
            [code, initial] => (code, Some(*initial)),
            _ => return Err(err!(t, TypeError, "array() takes at most 2 arguments ({n} given)")),
        };
        let code = code_argument(t, "array() argument 1", code)?;
        let shown = char::from_u32(code).unwrap_or('\u{fffd}');
        if shown == 'u' {
            errors::warn(
                t,
                exceptions::DeprecationWarning::class(),
                format_args!("The 'u' type code is deprecated and will be removed in Python 3.16"),
                1,
            )?;
        }
        let is_text = matches!(shown, 'u' | 'w');
        if let Some(initial) = initial.filter(|_| !is_text) {
            if initial.is_instance_of::<PyStr>() {
                return Err(err!(t, TypeError, "cannot use a str to initialize an array with typecode '{shown}'"));
            }
            if initial.downcast::<Self>().is_some_and(|a| a.kind().is_text()) {
                return Err(err!(
                    t,
                    TypeError,
                    "cannot use a unicode array to initialize an array with typecode '{shown}'"
                ));
            }
        }
        let Some(kind) = typecode::find(code) else {
            return Err(err!(t, ValueError, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
        };
        let array = make(t, cls, kind, &[])?;
        if let Some(initial) = initial {
            fill(t, &array, initial)?;
        }
        Ok(array)
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let (class, code) = (self.class().short_name_lossy(), char::from(self.kind().code));
        if self.len() == 0 {
            return PyStr::from_fmt(t, format_args!("{class}('{code}')"));
        }
        let items = if self.kind().is_text() { self.as_text(t)?.into_object() } else { self.objects(t)?.into_object() };
        let items = items.repr(t)?;
        let head = PyStr::from_fmt(t, format_args!("{class}('{code}', "))?;
        head.concat(t, &items)?.concat(t, PyStr::latin1_char(b')'))
    }

    #[slot]
    fn tp_iter(&self, t: &Thread) -> PyResult<Owned<PyArrayIterator>> {
        new_object(t, PyArrayIterator { head: Head::new(), array: Slot::new(self.own()), index: Cell::new(0) })
    }

    #[slot]
    fn tp_richcompare(&self, t: &Thread, other: &Object, op: CompareOp) -> PyResult {
        match other.downcast::<Self>() {
            Some(other) => self.compare_items(t, other, op),
            None => singletons::ok_not_implemented(),
        }
    }

    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, flags: c_int) -> PyResult<()> {
        let (data, len) = (self.items.as_mut_ptr(), self.len() * self.kind().size);
        buffer::fill_info(t, view, self.as_object(), data, len, false, flags)?;
        view.itemsize = self.kind().size as isize;
        if flags & PyBUF_ND == PyBUF_ND {
            view.shape = self.items.length_ptr();
        }
        if flags & PyBUF_FORMAT == PyBUF_FORMAT {
            view.format = self.kind().format.as_ptr().cast_mut();
        }
        self.exports.set(self.exports.get() + 1);
        Ok(())
    }

    #[slot]
    fn bf_releasebuffer(&self, _t: &Thread, _view: &mut Py_buffer) {
        self.exports.set(self.exports.get().saturating_sub(1));
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
    fn sq_concat(&self, t: &Thread, other: &Object) -> PyResult<Owned<Self>> {
        let Some(other) = other.downcast::<Self>() else {
            let name = other.class().name_lossy();
            return Err(err!(t, TypeError, "can only append array (not \"{name:.200}\") to array"));
        };
        if self.kind() != other.kind() {
            return Err(bad_argument(t));
        }
        let sum = self.part(t, 0, usize::MAX)?;
        sum.items.push_range(t, &other.items, 0, usize::MAX)?;
        Ok(sum)
    }

    #[slot]
    fn sq_repeat(&self, t: &Thread, n: isize) -> PyResult<Owned<Self>> {
        let out = self.repeated(t, n)?;
        make(t, Self::class(), self.kind(), &out)
    }

    #[slot]
    fn sq_inplace_concat(&self, t: &Thread, other: &Object) -> PyResult {
        if !other.is_instance_of::<Self>() {
            let name = other.class().name_lossy();
            return Err(err!(t, TypeError, "can only extend array with array (not \"{name:.200}\")"));
        }
        self.extend_with(t, other)?;
        Ok(self.as_object().own())
    }

    #[slot]
    fn sq_inplace_repeat(&self, t: &Thread, n: isize) -> PyResult {
        if n != 1 && self.len() > 0 {
            self.check_resizable(t)?;
            let out = self.repeated(t, n)?;
            self.splice(t, 0, usize::MAX, &out)?;
        }
        Ok(self.as_object().own())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, i: isize) -> PyResult {
        let item = match usize::try_from(i) {
            Ok(i) => self.item(t, i)?,
            Err(_) => None,
        };
        item.ok_or_else(|| err!(t, IndexError, "array index out of range"))
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, value: &Object) -> PyResult<bool> {
        Ok(self.find(t, value, 0, usize::MAX)?.is_some())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult {
        if let Some(slice) = key.downcast_exact::<PySlice>() {
            let mut bounds = slice.unpack(t)?;
            let count = bounds.adjust(self.len());
            let start = bounds.start.max(0) as usize;
            if bounds.step == 1 {
                return self.part(t, start, start + count).map(Owned::into_object);
            }
            let size = self.kind().size;
            let mut out = bytes_methods::try_vec(t, count * size)?;
            for k in 0..count {
                let at = (bounds.start + k as isize * bounds.step) as usize;
                out.extend_from_slice(self.items.load(at).as_ref().and_then(|item| item.get(..size)).unwrap_or(&[]));
            }
            return make(t, Self::class(), self.kind(), &out).map(Owned::into_object);
        }
        if !number::is_index(key) {
            return Err(err!(t, TypeError, "array indices must be integers"));
        }
        let i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
        let item = match self.position(i) {
            Some(i) => self.item(t, i)?,
            None => None,
        };
        item.ok_or_else(|| err!(t, IndexError, "array index out of range"))
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        if let Some(slice) = key.downcast_exact::<PySlice>() {
            return self.assign_slice(t, slice, value);
        }
        if !number::is_index(key) {
            return Err(err!(t, TypeError, "array indices must be integers"));
        }
        let i = number::index_as_isize_or(t, key, exceptions::IndexError::class())?;
        self.assign_item(t, self.position(i), value)
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        self.assign_item(t, usize::try_from(index).ok().filter(|&i| i < self.len()), value)
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        PyStr::from_char(t, u32::from(self.kind().code))
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(&self, _t: &Thread) -> usize {
        self.kind().size
    }

    /// Arrays are generic over the type of their elements
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &PyType, t: &Thread, object: &Object) -> PyResult {
        state::generic_alias(t, cls, object)
    }

    /// Return a copy of the array.
    #[method]
    fn __copy__(&self, t: &Thread) -> PyResult<Owned<Self>> {
        self.part(t, 0, usize::MAX)
    }

    /// Return a copy of the array.
    #[method(sig = "(unused, /)")]
    fn __deepcopy__(&self, t: &Thread, unused: &Object) -> PyResult<Owned<Self>> {
        let _ = unused;
        self.__copy__(t)
    }

    /// Return state information for pickling.
    #[method(sig = "(value, /)")]
    fn __reduce_ex__(&self, t: &Thread, value: &Object) -> PyResult<Owned<PyTuple>> {
        let Some(protocol) = value.downcast::<PyInt>() else {
            return Err(err!(t, TypeError, "__reduce_ex__ argument should be an integer"));
        };
        let old = protocol.to_i64().is_some_and(|n| n < 3);
        let dict = self.as_object().getattr_opt(t, name!(t, "__dict__"))?.unwrap_or_else(|| singletons::none().own());
        let class = self.class().as_object().own();
        let code = self.typecode(t)?.into_object();
        if old {
            let args = PyTuple::from_vec(t, vec![code, self.objects(t)?.into_object()])?;
            return PyTuple::from_vec(t, vec![class, args.into_object(), dict]);
        }
        let function = state::import(t, "array")?.getattr(t, name!(t, "_array_reconstructor"))?;
        let format = PyInt::from_i64(t, self.machine_format())?.into_object();
        let args = PyTuple::from_vec(t, vec![class, code, format, self.tobytes(t)?.into_object()])?;
        PyTuple::from_vec(t, vec![function, args.into_object(), dict])
    }

    /// Size of the array in memory, in bytes.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        64 + self.items.capacity() * self.kind().size
    }

    /// Append new value v to the end of the array.
    #[method(sig = "(v, /)")]
    fn append(&self, t: &Thread, v: &Object) -> PyResult<()> {
        self.push(t, v)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to
    /// calculate the buffer length in bytes.
    #[method]
    fn buffer_info(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let address = PyInt::from_u64(t, self.items.address() as u64)?.into_object();
        let n = PyInt::from_u64(t, self.len() as u64)?.into_object();
        PyTuple::from_vec(t, vec![address, n])
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size,
    /// RuntimeError is raised.
    #[method]
    fn byteswap(&self, _t: &Thread) {
        self.items.swap_bytes();
    }

    /// Remove all items from the array.
    #[method]
    fn clear(&self, t: &Thread) -> PyResult<()> {
        if self.len() == 0 {
            return Ok(());
        }
        self.splice(t, 0, usize::MAX, &[])
    }

    /// Return number of occurrences of v in the array.
    #[method(sig = "(v, /)")]
    fn count(&self, t: &Thread, v: &Object) -> PyResult<usize> {
        let (mut n, mut i) = (0, 0);
        while let Some(item) = self.item(t, i)? {
            n += usize::from(item.eq(t, v)?);
            i += 1;
        }
        Ok(n)
    }

    /// Append items to the end of the array.
    #[method(sig = "(bb, /)")]
    fn extend(&self, t: &Thread, bb: &Object) -> PyResult<()> {
        self.extend_with(t, bb)
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method(sig = "(buffer, /)")]
    fn frombytes(&self, t: &Thread, buffer: Buffer) -> PyResult<()> {
        if !buffer.len().is_multiple_of(self.kind().size) {
            return Err(same_size(t));
        }
        let bytes = buffer.as_bytes().to_vec();
        drop(buffer);
        self.push_bytes(t, &bytes)
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method(sig = "(f, n, /)")]
    fn fromfile(&self, t: &Thread, f: &Object, n: isize) -> PyResult<()> {
        let Ok(n) = usize::try_from(n) else { return Err(err!(t, ValueError, "negative count")) };
        let wanted = n.checked_mul(self.kind().size).and_then(|n| i64::try_from(n).ok());
        let wanted = wanted.ok_or_else(|| errors::no_memory(t))?;
        let read = f.call_method(t, name!(t, "read"), &[&*PyInt::from_i64(t, wanted)?])?;
        let Some(bytes) = read.downcast::<PyBytes>() else {
            return Err(err!(t, TypeError, "read() didn't return bytes"));
        };
        let enough = bytes.len() as i64 == wanted;
        if !bytes.len().is_multiple_of(self.kind().size) {
            return Err(same_size(t));
        }
        self.push_bytes(t, bytes.as_bytes())?;
        if enough { Ok(()) } else { Err(err!(t, EOFError, "read() didn't return enough bytes")) }
    }

    /// Append items to array from list.
    #[method(sig = "(list, /)")]
    fn fromlist(&self, t: &Thread, list: &Object) -> PyResult<()> {
        let Some(items) = list.downcast::<PyList>() else { return Err(err!(t, TypeError, "arg must be list")) };
        if items.len() == 0 {
            return Ok(());
        }
        self.check_resizable(t)?;
        let n = items.len();
        let mut bytes = bytes_methods::try_vec(t, n.saturating_mul(self.kind().size))?;
        for i in 0..n {
            let Some(item) = items.get(i) else { break };
            let word = self.kind().to_word(t, &item)?;
            if items.len() != n {
                return Err(err!(t, RuntimeError, "list changed size during iteration"));
            }
            bytes.extend_from_slice(&self.kind().bytes_of(word)[..self.kind().size]);
        }
        self.push_bytes(t, &bytes)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is
    /// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
    /// data to an array of some other type.
    #[method(sig = "(ustr, /)")]
    fn fromunicode(&self, t: &Thread, ustr: &PyStr) -> PyResult<()> {
        if !self.kind().is_text() {
            return Err(err!(t, ValueError, "fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        self.push_text(t, ustr)
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(sig = "(v, start=0, stop=None, /)", text = "(v, start=0, stop=sys.maxsize, /)")]
    fn index(&self, t: &Thread, v: &Object, start: Option<&Object>, stop: Option<&Object>) -> PyResult<usize> {
        let bound = |arg: Option<&Object>, default: isize| -> PyResult<usize> {
            let n = clinic::slice_index_not_none(t, arg, default)?;
            Ok(if n < 0 { (n + self.len() as isize).max(0) } else { n } as usize)
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
        match self.find(t, v, start, stop)? {
            Some(i) => Ok(i),
            None => Err(err!(t, ValueError, "array.index(x): x not in array")),
        }
    }

    /// Insert a new item v into the array before position i.
    #[method(sig = "(i, v, /)")]
    fn insert(&self, t: &Thread, i: isize, v: &Object) -> PyResult<()> {
        let word = self.kind().to_word(t, v)?;
        let size = self.kind().size;
        let n = self.len() as isize;
        let at = if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
        self.splice(t, at, at, &self.kind().bytes_of(word)[..size])
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(sig = "(i=-1, /)")]
    fn pop(&self, t: &Thread, i: isize) -> PyResult {
        if self.len() == 0 {
            return Err(err!(t, IndexError, "pop from empty array"));
        }
        let Some((i, item)) = self.position(i).and_then(|i| Some((i, self.word(i)?))) else {
            return Err(err!(t, IndexError, "pop index out of range"));
        };
        let item = self.kind().to_object(t, item)?;
        self.delete(t, i)?;
        Ok(item)
    }

    /// Remove the first occurrence of v in the array.
    #[method(sig = "(v, /)")]
    fn remove(&self, t: &Thread, v: &Object) -> PyResult<()> {
        match self.find(t, v, 0, usize::MAX)? {
            Some(i) => self.delete(t, i),
            None => Err(err!(t, ValueError, "array.remove(x): x not in array")),
        }
    }

    /// Reverse the order of the items in the array.
    #[method]
    fn reverse(&self, _t: &Thread) {
        self.items.reverse();
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method]
    fn tobytes(&self, t: &Thread) -> PyResult<Owned<PyBytes>> {
        self.items.to_bytes(t)
    }

    /// Write all items (as machine values) to the file object f.
    #[method(sig = "(f, /)")]
    fn tofile(&self, t: &Thread, f: &Object) -> PyResult<()> {
        let block = 64 * 1024 / self.kind().size;
        let mut at = 0;
        while at < self.len() {
            let bytes = PyBytes::new(t, &self.items.copy(t, at, at + block)?)?;
            f.call_method(t, name!(t, "write"), &[&*bytes])?;
            at += block;
        }
        Ok(())
    }

    /// Convert array to an ordinary list with the same items.
    #[method]
    fn tolist(&self, t: &Thread) -> PyResult<Owned<PyList>> {
        self.objects(t)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode
    /// type array; otherwise a ValueError is raised.  Use
    /// array.tobytes().decode() to obtain a unicode string from an array of
    /// some other type.
    #[method]
    fn tounicode(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        if !self.kind().is_text() {
            return Err(err!(t, ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        self.as_text(t)
    }
}

/// Iterates over an array.
#[object]
pub struct PyArrayIterator {
    array: Slot<PyArray>,
    index: Cell<usize>,
}

#[class(name = "array.arrayiterator", flags(HAVE_GC), no_new)]
impl PyArrayIterator {
    #[slot]
    fn tp_iter(&self, _t: &Thread) -> Owned {
        self.as_object().own()
    }

    #[slot]
    fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
        let Some(array) = self.array.get() else { return Ok(None) };
        let i = self.index.get();
        match array.item(t, i)? {
            Some(item) => {
                self.index.set(i + 1);
                Ok(Some(item))
            }
            None => {
                self.array.set(None);
                Ok(None)
            }
        }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let function = state::builtin(t, name!(t, "iter"))?;
        match self.array.get() {
            Some(array) => {
                let args = PyTuple::from_vec(t, vec![array.into_object()])?.into_object();
                let index = PyInt::from_u64(t, self.index.get() as u64)?.into_object();
                PyTuple::from_vec(t, vec![function, args, index])
            }
            None => {
                let args = PyTuple::from_slice(t, &[PyTuple::empty()])?.into_object();
                PyTuple::from_vec(t, vec![function, args])
            }
        }
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(&self, t: &Thread, state: &Object) -> PyResult<()> {
        let index = number::index_as_isize(t, state)?;
        if let Some(array) = self.array.get() {
            self.index.set(index.clamp(0, array.len() as isize) as usize);
        }
        Ok(())
    }
}

/// The items of a foreign machine format, and the type code that fits them best.
fn foreign_items(t: &Thread, code: u8, format: usize, bytes: &[u8]) -> PyResult<(u8, Owned)> {
    // Size, signedness, byte order of each machine format.
    const SIZES: [usize; 22] = [1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 4, 4, 8, 8];
    let size = SIZES.get(format).copied().unwrap_or(1);
    if !bytes.len().is_multiple_of(size) {
        return Err(err!(t, ValueError, "string length not a multiple of item size"));
    }
    let big = format > 1 && format % 2 == 1;
    if let 18..=21 = format {
        let codec = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"];
        let text = codecs::decode(t, bytes, codec.get(format - 18).copied(), None)?;
        return Ok((code, text.into_object()));
    }
    let word = |item: &[u8]| {
        let mut word = [0u8; 8];
        for (to, from) in word.iter_mut().zip(item) {
            *to = *from;
        }
        if big {
            if let Some(used) = word.get_mut(..size) {
                used.reverse();
            }
        }
        u64::from_le_bytes(word)
    };
    let mut out = Vec::with_capacity(bytes.len() / size);
    if let 14..=17 = format {
        for item in bytes.chunks_exact(size) {
            let w = word(item);
            let x = if size == 4 { f64::from(f32::from_bits(w as u32)) } else { f64::from_bits(w) };
            out.push(PyFloat::new(t, x)?.into_object());
        }
        return Ok((code, PyList::from_vec(t, out)?.into_object()));
    }
    let signed = matches!(format, 1 | 4 | 5 | 8 | 9 | 12 | 13);
    let fitting = KINDS.iter().rev().find(|k| k.is_integer() && k.size == size && k.is_signed() == signed);
    for item in bytes.chunks_exact(size) {
        let unused = 64 - size as u32 * 8;
        let w = word(item);
        out.push(if signed {
            PyInt::from_i64(t, (w << unused) as i64 >> unused)?.into_object()
        } else {
            PyInt::from_u64(t, w)?.into_object()
        });
    }
    Ok((fitting.map_or(code, |k| k.code), PyList::from_vec(t, out)?.into_object()))
}

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
///
#[native_module(name = "array", classes(PyArray))]
pub mod array {
    use super::*;

    /// Internal. Used for pickling support.
    #[function(sig = "(arraytype, typecode, mformat_code, items,\n                     /)")]
    fn _array_reconstructor(
        t: &Thread,
        arraytype: &Object,
        typecode: &Object,
        mformat_code: i32,
        items: &Object,
    ) -> PyResult {
        let code = code_argument(t, "_array_reconstructor(): argument 2", typecode)?;
        let Some(class) = arraytype.downcast::<PyType>() else {
            let name = arraytype.class().name_lossy();
            return Err(err!(t, TypeError, "first argument must be a type object, not {name:.200}"));
        };
        if !class.is_subtype(PyArray::class()) {
            let (a, b) = (class.name_lossy(), PyArray::class().name_lossy());
            return Err(err!(t, TypeError, "{a:.200} is not a subtype of {b:.200}"));
        }
        let Some(kind) = typecode::find(code) else {
            return Err(err!(t, ValueError, "second argument must be a valid type code"));
        };
        let Some(format) = usize::try_from(mformat_code).ok().filter(|&f| f <= 21) else {
            return Err(err!(t, ValueError, "third argument must be a valid machine format code."));
        };
        let Some(bytes) = items.downcast::<PyBytes>() else {
            let name = items.class().name_lossy();
            return Err(err!(t, TypeError, "fourth argument should be bytes, not {name:.200}"));
        };
        let (code, items) = if machine_format(kind) == format as i64 {
            (kind.code, items.own())
        } else {
            foreign_items(t, kind.code, format, bytes.as_bytes())?
        };
        class.call(t, &[&*PyStr::from_char(t, u32::from(code))?, &items])
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        taipan_object::typeobject::ready(t, PyArrayIterator::class())?;
        module.set(t, "ArrayType", PyArray::class().as_object())?;
        let codes: String = KINDS.iter().map(|k| char::from(k.code)).collect();
        module.set_value(t, "typecodes", codes)?;
        let sequence = state::import(t, "_collections_abc")?.getattr(t, name!(t, "MutableSequence"))?;
        sequence.call_method(t, name!(t, "register"), &[PyArray::class().as_object()])?;
        Ok(())
    }
}
