//! Exception classes that a module makes for itself (`PyErr_NewException`).

use crate::handle::{Own, Owned, PyResult, Raised};
use crate::{Class, PyDict, PyStr, PyTuple, PyType, Thread, errors, name};
use core::fmt;
use core::sync::atomic::{AtomicPtr, Ordering};
use taipan_runtime::abi::PyObject;

/// A class such as `struct.error`, made when it is first needed.
pub struct ModuleException {
    /// Module and name.
    name: &'static str,
    base: fn() -> &'static PyType,
    doc: &'static str,
    made: AtomicPtr<PyObject>,
}

impl ModuleException {
    /// Describes a class; an empty `doc` leaves `__doc__` out.
    pub const fn new(name: &'static str, base: fn() -> &'static PyType, doc: &'static str) -> Self {
        Self { name, base, doc, made: AtomicPtr::new(core::ptr::null_mut()) }
    }

    /// The class.
    pub fn class(&self, t: &Thread) -> PyResult<&'static PyType> {
        let made = self.made.load(Ordering::Acquire);
        if !made.is_null() {
            // SAFETY: a class that is never given back.
            return Ok(unsafe { PyType::from_type_ptr(made.cast()) });
        }
        let (module, short) = self.name.rsplit_once('.').unwrap_or(("builtins", self.name));
        let dict = PyDict::new(t)?;
        dict.set_item(t, name!(t, "__module__"), &*PyStr::intern_str(t, module)?)?;
        if !self.doc.is_empty() {
            dict.set_item(t, name!(t, "__doc__"), &*PyStr::from_str(t, self.doc)?)?;
        }
        let bases = PyTuple::from_slice(t, &[(self.base)().as_object()])?;
        let class = PyType::class().call(t, &[&*PyStr::intern_str(t, short)?, &bases, &dict])?;
        let ptr = class.own().into_ptr();
        self.made.store(ptr, Ordering::Release);
        // SAFETY: calling `type` made a class; its reference is kept for ever.
        Ok(unsafe { PyType::from_type_ptr(ptr.cast()) })
    }

    /// Raises the exception with a message.
    #[cold]
    pub fn raise(&self, t: &Thread, message: fmt::Arguments<'_>) -> Raised {
        match self.class(t) {
            Ok(class) => errors::raise_fmt(t, class, message),
            Err(raised) => raised,
        }
    }

    /// The class as a counted reference, for the module's dictionary.
    pub fn own(&self, t: &Thread) -> PyResult<Owned<PyType>> {
        Ok(self.class(t)?.own())
    }
}
