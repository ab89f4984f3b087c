//! `_SimpleCData`: numbers, characters, pointers to text and objects.

use crate::cdata::CData;
use crate::ctype;
use crate::metatypes::SimpleType;
use crate::values;
use taipan_object::abi::Py_buffer;
use taipan_object::{Args, Class, Object, Own, Owned, PyResult, PyStr, PyType, Thread, argparse, class, err};

/// An instance of a simple type. Its layout is that of all instances.
#[repr(transparent)]
pub struct Simple(CData);

/// Whether a type derives from a simple type, so that values of it are instances rather than plain Python objects.
pub fn is_simple_instance(ty: &PyType) -> bool {
    ctype::has_metatype::<SimpleType>(ty) && !ty.base().is_some_and(|base| base.is(Simple::class()))
}

impl Simple {
    fn value(&self, t: &Thread) -> PyResult {
        let info = self.0.info(t)?;
        // SAFETY: the instance's memory.
        unsafe { values::get(t, info.code.get(), info.swapped.get(), self.0.ptr.get(), info.size.get(), None) }
    }

    fn store(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else { return Err(err!(t, TypeError, "can't delete attribute")) };
        let info = self.0.info(t)?;
        // SAFETY: the instance's memory.
        let kept = unsafe {
            values::set(t, info.code.get(), info.swapped.get(), self.0.ptr.get(), value, info.size.get(), None)
        }?;
        self.0.keep(t, 0, kept)
    }
}

/// XXX to be provided
#[class(name = "_ctypes._SimpleCData", heap, layout, base = CData, flags(BASETYPE, HAVE_GC))]
impl Simple {
    #[slot]
    fn bf_getbuffer(&self, t: &Thread, view: &mut Py_buffer, _flags: i32) -> PyResult<()> {
        self.0.fill_buffer(t, view)
    }

    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: Args<'_>) -> PyResult<Owned<CData>> {
        CData::new(t, cls)
    }

    #[slot]
    fn tp_init(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        argparse::check_positional(t, "__init__", args.pos.len(), 0, 1)?;
        match args.pos.first() {
            Some(value) => self.store(t, Some(value)),
            None => Ok(()),
        }
    }

    /// current value
    #[getter(name = "value")]
    fn get_value(&self, t: &Thread) -> PyResult {
        self.value(t)
    }

    #[setter]
    fn set_value(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        self.store(t, value)
    }

    #[method]
    fn __ctypes_from_outparam__(&self, t: &Thread) -> PyResult {
        if is_simple_instance(self.class()) {
            return Ok(self.as_object().own());
        }
        self.value(t)
    }

    #[slot]
    fn nb_bool(&self, _t: &Thread) -> PyResult<bool> {
        Ok(self.0.bytes().iter().any(|&b| b != 0))
    }

    #[slot]
    fn tp_repr(&self, t: &Thread) -> PyResult<Owned<PyStr>> {
        let name = self.class().name_lossy();
        if is_simple_instance(self.class()) {
            return PyStr::from_fmt(t, format_args!("<{name} object at {:p}>", self.as_object().as_ptr()));
        }
        let value = self.value(t)?.repr(t)?;
        let text = format!("{}(", self.class().short_name_lossy());
        PyStr::concat_all(t, &[&*PyStr::from_str(t, &text)?, &value, &*PyStr::from_str(t, ")")?])
    }
}
