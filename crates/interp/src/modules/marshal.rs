//! `marshal`: objects to bytes and back.

use crate::code::PyCode;
use std::borrow::Cow;
use taipan_bytecode::marshal::{
    Builder, CodeFields, Dumper, ErrorKind, MarshalError, Reader, SliceSource, Source, VERSION, View, dump,
};
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyList, PyModule, PyResult, PySlice, PyStr,
    PyTuple, Raised, Thread, audit, buffer, err, errors, exceptions, name, native_module, singletons,
};
use taipan_types::{PyByteArray, PyFrozenSet, PySet};

/// What stops reading or writing.
enum Failure {
    Raised(Raised),
    Data(MarshalError),
}

impl From<MarshalError> for Failure {
    fn from(error: MarshalError) -> Self {
        Self::Data(error)
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Self {
        Self::Raised(raised)
    }
}

fn raise(t: &Thread, failure: Failure) -> Raised {
    match failure {
        Failure::Raised(raised) => raised,
        Failure::Data(error) => match error.kind {
            ErrorKind::Eof => err!(t, EOFError, "{}", error.message),
            ErrorKind::Value => err!(t, ValueError, "{}", error.message),
            ErrorKind::Type => err!(t, TypeError, "{}", error.message),
            ErrorKind::Memory => errors::no_memory(t),
        },
    }
}

/// Makes objects. Tuples and frozen sets are gathered in lists.
struct Objects<'t> {
    t: &'t Thread,
}

impl Builder for Objects<'_> {
    type Value = Owned;
    type Error = Failure;

    fn may_nest(&self) -> bool {
        !self.t.stack_low(0)
    }

    fn none(&mut self) -> Owned {
        singletons::none().own()
    }
    fn bool(&mut self, value: bool) -> Owned {
        singletons::bool(value).own()
    }
    fn ellipsis(&mut self) -> Owned {
        singletons::ellipsis().own()
    }
    fn stop_iteration(&mut self) -> Result<Owned, Failure> {
        Ok(exceptions::StopIteration::class().as_object().own())
    }
    fn int(&mut self, value: i64) -> Result<Owned, Failure> {
        Ok(PyInt::from_i64(self.t, value)?.into_object())
    }
    fn big_int(&mut self, negative: bool, digits: &[u16]) -> Result<Owned, Failure> {
        let wide: Vec<u32> =
            digits.chunks(2).map(|p| u32::from(p[0]) | u32::from(p.get(1).copied().unwrap_or(0)) << 15).collect();
        Ok(PyInt::from_digits(self.t, negative, &wide)?.into_object())
    }
    fn float(&mut self, value: f64) -> Result<Owned, Failure> {
        Ok(PyFloat::new(self.t, value)?.into_object())
    }
    fn complex(&mut self, real: f64, imag: f64) -> Result<Owned, Failure> {
        Ok(PyComplex::new(self.t, real, imag)?.into_object())
    }
    fn bytes(&mut self, value: &[u8]) -> Result<Owned, Failure> {
        Ok(PyBytes::new(self.t, value)?.into_object())
    }
    fn str(&mut self, value: &[u8], ascii: bool, interned: bool) -> Result<Owned, Failure> {
        let made = if ascii { PyStr::from_latin1(self.t, value)? } else { PyStr::from_wtf8(self.t, value)? };
        Ok(if interned { PyStr::interned(made) } else { made }.into_object())
    }
    fn tuple(&mut self, len: usize) -> Result<Owned, Failure> {
        // What refers back to the tuple meanwhile sees `None` where items are yet to come.
        let items = core::iter::repeat_with(|| singletons::none().own()).take(len);
        Ok(PyTuple::from_iter_exact(self.t, len, items)?.into_object())
    }
    fn tuple_set(&mut self, tuple: &mut Owned, index: usize, item: Owned) -> Result<(), Failure> {
        if let Some(tuple) = tuple.downcast_exact::<PyTuple>().filter(|tuple| index < tuple.len()) {
            // SAFETY: within the tuple, which is not finished: nobody relies on its items yet.
            let old = unsafe { tuple.items_ptr().add(index).replace(item.into_ptr()) };
            // SAFETY: the tuple owned it.
            drop(unsafe { Owned::<Object>::from_ptr(old) });
        }
        Ok(())
    }
    fn tuple_finish(&mut self, tuple: Owned) -> Result<Owned, Failure> {
        if let Some(tuple) = tuple.downcast_exact::<PyTuple>() {
            tuple.finish();
        }
        Ok(tuple)
    }
    fn list(&mut self) -> Result<Owned, Failure> {
        Ok(PyList::new(self.t)?.into_object())
    }
    fn list_push(&mut self, list: &mut Owned, item: Owned) -> Result<(), Failure> {
        if let Some(list) = list.downcast::<PyList>() {
            list.append(self.t, item)?;
        }
        Ok(())
    }
    fn dict(&mut self) -> Result<Owned, Failure> {
        Ok(PyDict::new(self.t)?.into_object())
    }
    fn dict_set(&mut self, dict: &mut Owned, key: Owned, value: Owned) -> Result<(), Failure> {
        if let Some(dict) = dict.downcast::<PyDict>() {
            dict.set_item(self.t, &key, &value)?;
        }
        Ok(())
    }
    fn set(&mut self, frozen: bool) -> Result<Owned, Failure> {
        if frozen { self.list() } else { Ok(taipan_types::new_set(self.t)?) }
    }
    fn set_add(&mut self, set: &mut Owned, item: Owned) -> Result<(), Failure> {
        if set.is_instance_of::<PyList>() {
            return self.list_push(set, item);
        }
        Ok(taipan_types::set_add(self.t, set, &item)?)
    }
    fn set_finish(&mut self, set: Owned) -> Result<Owned, Failure> {
        match set.downcast::<PyList>() {
            Some(list) => Ok(taipan_types::new_frozenset(self.t, list.to_vec())?),
            None => Ok(set),
        }
    }
    fn slice(&mut self, start: Owned, stop: Owned, step: Owned) -> Result<Owned, Failure> {
        Ok(PySlice::new(self.t, &start, &stop, &step)?.into_object())
    }
    fn code(&mut self, fields: CodeFields<Owned>) -> Result<Owned, Failure> {
        Ok(PyCode::new(self.t, &fields)?.into_object())
    }
    fn tuples_are_shared(&self) -> bool {
        true
    }
}

/// Looks at objects.
struct Looker<'t> {
    t: &'t Thread,
}

impl Dumper for Looker<'_> {
    type Value = Owned;
    type Error = Failure;

    fn may_nest(&self) -> bool {
        !self.t.stack_low(0)
    }

    fn view<'a>(&mut self, value: &'a Owned) -> Result<View<'a, Owned>, Failure> {
        let own = |items: &[&Object]| items.iter().map(|o| o.own()).collect::<Vec<_>>();
        if value.is(singletons::none()) {
            return Ok(View::None);
        }
        if value.is(exceptions::StopIteration::class().as_object()) {
            return Ok(View::StopIteration);
        }
        if value.is(singletons::ellipsis()) {
            return Ok(View::Ellipsis);
        }
        if value.is(singletons::bool(false)) || value.is(singletons::bool(true)) {
            return Ok(View::Bool(value.is(singletons::bool(true))));
        }
        if let Some(int) = value.downcast_exact::<PyInt>() {
            if let Some(small) = int.to_i64().filter(|v| i32::try_from(*v).is_ok()) {
                return Ok(View::Int(small));
            }
            let mut digits = Vec::with_capacity(int.digit_count() * 2);
            for digit in int.digits() {
                digits.push((digit & 0x7fff) as u16);
                digits.push((digit >> 15) as u16);
            }
            while digits.last() == Some(&0) {
                digits.pop();
            }
            return Ok(View::BigInt(int.is_negative(), digits));
        }
        if let Some(float) = value.downcast_exact::<PyFloat>() {
            return Ok(View::Float(float.value()));
        }
        if let Some(complex) = value.downcast_exact::<PyComplex>() {
            let c = complex.value();
            return Ok(View::Complex(c.re, c.im));
        }
        if let Some(bytes) = value.downcast_exact::<PyBytes>() {
            return Ok(View::Bytes(Cow::Borrowed(bytes.as_bytes())));
        }
        if let Some(text) = value.downcast_exact::<PyStr>() {
            return Ok(View::Str(Cow::Owned(text.to_wtf8()), text.is_interned()));
        }
        if let Some(tuple) = value.downcast_exact::<PyTuple>() {
            return Ok(View::Tuple(own(tuple.as_slice())));
        }
        if let Some(list) = value.downcast_exact::<PyList>() {
            return Ok(View::List(list.to_vec()));
        }
        if let Some(dict) = value.downcast_exact::<PyDict>() {
            return Ok(View::Dict(dict.items_vec()));
        }
        let frozen = value.is_exact::<PyFrozenSet>();
        if (frozen || value.is_exact::<PySet>())
            && let Some(set) = taipan_object::set::any_set(value)
        {
            return Ok(View::Set(set.keys(), frozen));
        }
        if let Some(code) = value.downcast::<PyCode>() {
            return Ok(View::Code(Box::new(code.fields(self.t)?)));
        }
        if let Some(slice) = value.downcast_exact::<PySlice>() {
            return Ok(View::Slice(Box::new([slice.start().own(), slice.stop().own(), slice.step().own()])));
        }
        if buffer::is_buffer(value) {
            return Ok(View::Bytes(Cow::Owned(buffer::contiguous_bytes(self.t, value)?)));
        }
        Ok(View::Unmarshallable)
    }
    fn shared_identity(&mut self, value: &Owned) -> Option<usize> {
        // Interned strings may be shared with anything that is written later.
        let interned = value.downcast_exact::<PyStr>().is_some_and(PyStr::is_interned);
        (interned || value.refcnt() > 2).then(|| self.identity(value))
    }
    fn identity(&mut self, value: &Owned) -> usize {
        value.as_ptr() as usize
    }
}

/// Reads a value.
pub fn loads(t: &Thread, data: &[u8], allow_code: bool) -> PyResult {
    let mut reader = Reader::new(SliceSource::new(data), Objects { t }, allow_code);
    reader.read().map_err(|failure| raise(t, failure))
}

/// Reads a value at the front of data, and says where it ends.
pub fn loads_prefix(t: &Thread, data: &[u8]) -> PyResult<(Owned, usize)> {
    let mut reader = Reader::new(SliceSource::new(data), Objects { t }, true);
    let value = reader.read().map_err(|failure| raise(t, failure))?;
    Ok((value, data.len() - reader.into_parts().0.rest().len()))
}

/// Writes a value.
pub fn dumps(t: &Thread, value: &Object, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    dump(&mut Looker { t }, &value.own(), version, allow_code).map_err(|failure| raise(t, failure))
}

fn audit_dumps(t: &Thread, value: &Object, version: i32) -> PyResult<()> {
    if audit::active(t) {
        audit::audit(t, "marshal.dumps", &[value, &*PyInt::from_i64(t, i64::from(version))?])?;
    }
    Ok(())
}

/// A Python file that is read from.
struct FileSource<'t> {
    t: &'t Thread,
    file: &'t Object,
}

impl Source for FileSource<'_> {
    type Error = Failure;

    fn read(&mut self, n: usize) -> Result<Cow<'_, [u8]>, Failure> {
        let t = self.t;
        if n == 0 {
            return Ok(Cow::Owned(Vec::new()));
        }
        let buffer = PyByteArray::new(t, &[])?;
        buffer.resize_to(t, n)?;
        let read = self.file.call_method(t, name!(t, "readinto"), &[&buffer])?;
        let read = taipan_object::number::index_as_isize(t, &read)?;
        match read.cmp(&(n as isize)) {
            core::cmp::Ordering::Less => Err(err!(t, EOFError, "marshal data too short").into()),
            core::cmp::Ordering::Equal => Ok(Cow::Owned(buffer.as_bytes().to_vec())),
            core::cmp::Ordering::Greater => {
                Err(err!(t, ValueError, "read() returned too much data: {n} bytes requested, {read} returned").into())
            }
        }
    }
    fn byte(&mut self) -> Result<Option<u8>, Failure> {
        let t = self.t;
        match self.read(1) {
            Ok(bytes) => Ok(bytes.first().copied()),
            Err(_) if errors::matches::<exceptions::EOFError>(t) => {
                errors::clear(t);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }
    fn remaining(&self) -> Option<usize> {
        None
    }
}

/// This module contains functions that can read and write Python values in
/// a binary format. The format is specific to Python, but independent of
/// machine architecture issues.
#[native_module(name = "marshal")]
pub mod marshal {
    use super::*;

    /// Return the bytes object that would be written to a file by dump(value, file).
    ///
    ///   value
    ///     Must be a supported type.
    ///   version
    ///     Indicates the data format that dumps should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// Raise a ValueError exception if value has (or contains an object that has) an
    /// unsupported type.
    #[function(
        sig = "(value, version=5, /, *, allow_code=True)",
        text = "(value, version=version, /, *, allow_code=True)"
    )]
    fn dumps(t: &Thread, value: &Object, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
        super::audit_dumps(t, value, version)?;
        super::dumps(t, value, version, allow_code)
    }

    /// Write the value on the open file.
    #[function(
        sig = "(value, file, version=5, /, *, allow_code=True)",
        text = "(value, file, version=version, /, *, allow_code=True)"
    )]
    fn dump(t: &Thread, value: &Object, file: &Object, version: i32, allow_code: bool) -> PyResult {
        super::audit_dumps(t, value, version)?;
        let data = PyBytes::new(t, &super::dumps(t, value, version, allow_code)?)?;
        file.call_method(t, name!(t, "write"), &[&data])
    }

    /// Convert the bytes-like object to a value.
    ///
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is found, raise EOFError, ValueError or TypeError.  Extra
    /// bytes in the input are ignored.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(t: &Thread, bytes: &Object, allow_code: bool) -> PyResult {
        let data = buffer::contiguous_bytes(t, bytes)?;
        if audit::active(t) {
            audit::audit(t, "marshal.loads", &[&*PyBytes::new(t, &data)?])?;
        }
        super::loads(t, &data, allow_code)
    }

    /// Read one value from the open file and return it.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(t: &Thread, file: &Object, allow_code: bool) -> PyResult {
        let zero = PyInt::from_i64(t, 0)?;
        let probe = file.call_method(t, name!(t, "read"), &[&zero])?;
        if !probe.is_instance_of::<PyBytes>() {
            return Err(err!(t, TypeError, "file.read() returned not bytes but {:.100}", probe.class().name_lossy()));
        }
        audit::audit(t, "marshal.load", &[])?;
        let mut reader = Reader::new(FileSource { t, file }, Objects { t }, allow_code);
        reader.read().map_err(|failure| raise(t, failure))
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "version", VERSION)
    }
}
