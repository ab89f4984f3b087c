//! `_Pointer`: typed pointers.

use crate::cdata::CData;
use crate::ctype::{self, StgInfo};
use taipan_object::abi::Py_buffer;
use taipan_object::{
    Args, Object, Own, Owned, PyBytes, PyList, PyResult, PySlice, PyStr, PyType, Thread, argparse, class, err, number,
    singletons,
};

/// An instance of a pointer type. Its layout is that of all instances.
#[repr(transparent)]
pub struct Pointer(CData);

impl Pointer {
    /// The type pointed to.
    fn target(&self, t: &Thread) -> PyResult<Owned<PyType>> {
        let target = self.0.info(t)?.proto_type();
        target.ok_or_else(|| err!(t, TypeError, "_type_ must have storage info"))
    }

    fn non_null(&self, t: &Thread) -> PyResult<*mut u8> {
        let pointer = self.0.pointer();
        if pointer.is_null() { Err(err!(t, ValueError, "NULL pointer access")) } else { Ok(pointer) }
    }

    fn item(&self, t: &Thread, index: isize) -> PyResult {
        let pointer = self.non_null(t)?;
        let target = self.target(t)?;
        let size = ctype::info_or_abstract(t, &target)?.size.get();
        self.0.get(t, &target, index, pointer.wrapping_offset(index.wrapping_mul(size as isize)))
    }

    fn set_contents_to(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "Pointer does not support item deletion"));
        };
        let target = self.target(t)?;
        // As in CPython, any C instance will do.
        let Some(data) = value.downcast::<CData>() else {
            let (wanted, got) = (target.name_lossy(), value.class().name_lossy());
            return Err(err!(t, TypeError, "expected {} instead of {got}", short(&wanted)));
        };
        self.0.set_pointer(data.ptr.get());
        self.0.keep(t, 1, value.own())?;
        let kept = data.kept_objects(t)?;
        self.0.keep(t, 0, kept)
    }

    fn slice(&self, t: &Thread, slice: &PySlice) -> PyResult {
        let step = if slice.step().is(singletons::none()) {
            1
        } else {
            let step = number::index_as_isize(t, slice.step())?;
            if step == 0 {
                return Err(err!(t, ValueError, "slice step cannot be zero"));
            }
            step
        };
        let start = if slice.start().is(singletons::none()) {
            if step < 0 {
                return Err(err!(t, ValueError, "slice start is required for step < 0"));
            }
            0
        } else {
            number::index_as_isize(t, slice.start())?
        };
        if slice.stop().is(singletons::none()) {
            return Err(err!(t, ValueError, "slice stop is required"));
        }
        let stop = number::index_as_isize(t, slice.stop())?;
        let (start, stop, step) = (start as i128, stop as i128, step as i128);
        let length = if step > 0 {
            if start >= stop { 0 } else { (stop - start - 1) / step + 1 }
        } else if start <= stop {
            0
        } else {
            (start - stop - 1) / -step + 1
        };
        let indices = (0..length).map(move |i| (start + i * step) as isize);
        let target = self.target(t)?;
        let info = ctype::info_or_abstract(t, &target)?;
        match info.code.get() {
            code @ (b'c' | b'u') => {
                if length == 0 {
                    return if code == b'c' {
                        Ok(PyBytes::empty().as_object().own())
                    } else {
                        Ok(PyStr::empty().as_object().own())
                    };
                }
                let pointer = self.non_null(t)?;
                let size = info.size.get();
                let mut bytes = Vec::new();
                for index in indices {
                    let at = pointer.wrapping_offset(index.wrapping_mul(size as isize));
                    // SAFETY: the program says that there is memory.
                    bytes.extend(unsafe { crate::values::read(at, size) });
                }
                if code == b'c' {
                    PyBytes::new(t, &bytes).map(Owned::into_object)
                } else {
                    // SAFETY: whole characters.
                    unsafe { crate::values::wide_string(t, bytes.as_ptr(), bytes.len() / 4) }
                }
            }
            _ => {
                let mut items = Vec::new();
                for index in indices {
                    items.push(self.item(t, index)?);
                }
                PyList::from_vec(t, items).map(Owned::into_object)
            }
        }
    }
}

/// The part of a name behind the last dot.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// XXX to be provided
#[class(name = "_ctypes._Pointer", heap, layout, base = CData, flags(BASETYPE, HAVE_GC))]
impl Pointer {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.0.fill_buffer(t, view)
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<CData>> {
        if ctype::info(cls).and_then(StgInfo::proto_type).is_none() {
            return Err(err!(t, TypeError, "Cannot create instance: has no _type_"));
        }
        CData::new(t, cls)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        argparse::check_positional(t, "POINTER", args.pos.len(), 0, 1)?;
        match args.pos.first() {
            Some(value) => self.set_contents_to(t, Some(value)),
            None => Ok(()),
        }
    }

    /// the object this pointer points to (read-write)
    #[getter]
    fn contents(&self, t: &Thread) -> PyResult {
        let pointer = self.non_null(t)?;
        CData::from_base(t, &*self.target(t)?, Some(&self.0), 0, pointer).map(Owned::into_object)
    }

    #[setter]
    fn set_contents(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.set_contents_to(t, value)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(!self.0.pointer().is_null())
    }

    #[slot]
    fn sq_item(&self, t: &Thread, index: isize) -> PyResult {
        self.item(t, index)
    }

    #[slot]
    fn sq_ass_item(&self, t: &Thread, index: isize, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "Pointer does not support item deletion"));
        };
        let pointer = self.non_null(t)?;
        let target = self.target(t)?;
        let size = ctype::info_or_abstract(t, &target)?.size.get();
        let at = pointer.wrapping_offset(index.wrapping_mul(size as isize));
        self.0.set(t, &target, value, index, size, at)
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, other: &Object) -> PyResult {
        if number::is_index(other) {
            return self.item(t, number::index_as_isize_or(t, other, taipan_object::exceptions_class!(IndexError))?);
        }
        match other.downcast::<PySlice>() {
            Some(slice) => self.slice(t, slice),
            None => Err(err!(t, TypeError, "Pointer indices must be integer")),
        }
    }
}
