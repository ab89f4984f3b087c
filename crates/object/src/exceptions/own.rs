//! Exception classes that a module makes for itself (`PyErr_NewException`).

use crate::handle::{Own, Owned, PyResult, Raised};
use crate::{Class, PyDict, PyStr, PyTuple, PyType, Thread, errors, name, state};
use core::cell::RefCell;
use core::fmt;
use std::collections::HashMap;

/// A class such as `struct.error`, made when it is first needed; each interpreter has its own.
pub struct ModuleException {
    /// Module and name.
    name: &'static str,
    base: fn() -> &'static PyType,
    doc: &'static str,
}

/// The classes that an interpreter has made, by their names. They are kept as long as it runs.
#[derive(Default)]
struct Made(RefCell<HashMap<&'static str, Owned<PyType>>>);

impl ModuleException {
    /// Describes a class; an empty `doc` leaves `__doc__` out.
    pub const fn new(name: &'static str, base: fn() -> &'static PyType, doc: &'static str) -> Self {
        Self { name, base, doc }
    }

    /// The class. It lives as long as the interpreter runs.
    pub fn class(&self, t: &Thread) -> PyResult<&'static PyType> {
        // SAFETY: the table keeps its classes.
        let lasting = |class: &Owned<PyType>| unsafe { PyType::from_type_ptr(class.as_type_ptr()) };
        let made = state::extension(t, |_| Ok(Made::default()))?;
        if let Some(class) = made.0.borrow().get(self.name) {
            return Ok(lasting(class));
        }
        let (module, short) = self.name.rsplit_once('.').unwrap_or(("builtins", self.name));
        let dict = PyDict::new(t)?;
        dict.set_item(t, name!(t, "__module__"), &*PyStr::intern_str(t, module)?)?;
        if !self.doc.is_empty() {
            dict.set_item(t, name!(t, "__doc__"), &*PyStr::from_str(t, self.doc)?)?;
        }
        let bases = PyTuple::from_slice(t, &[(self.base)().as_object()])?;
        let class = PyType::class().call(t, &[&*PyStr::intern_str(t, short)?, &bases, &dict])?;
        let Ok(class) = class.into_type::<PyType>() else { return Err(errors::bad_internal_call(t)) };
        // Making it may have run other code, but none that knows of this class.
        Ok(lasting(made.0.borrow_mut().entry(self.name).or_insert(class)))
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
