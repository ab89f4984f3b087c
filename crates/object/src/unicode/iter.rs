//! `str_iterator` and `str_ascii_iterator`.

use super::PyStr;
use crate::handle::{Head, Object, Own, Owned, PyResult, Slot};
use crate::{PyInt, PyTuple, err, name, new_object, state};
use core::cell::Cell;
use taipan_macros::{class, object};
use taipan_runtime::Thread;

/// `iter(text)`.
pub fn iter(t: &Thread, text: &PyStr) -> PyResult {
    if text.is_ascii() {
        let it = PyStrAsciiIterator { head: Head::new(), text: Slot::new(text.own()), index: Cell::new(0) };
        return new_object(t, it).map(Owned::into_object);
    }
    let it = PyStrIterator { head: Head::new(), text: Slot::new(text.own()), index: Cell::new(0) };
    new_object(t, it).map(Owned::into_object)
}

macro_rules! iterator {
    ($name:ident, $text:literal, $export:ident, $doc:literal) => {
        #[doc = $doc]
        #[object]
        pub struct $name {
            text: Slot<PyStr>,
            index: Cell<usize>,
        }

        #[class(name = $text, export = $export, flags(HAVE_GC), no_new, doc = "")]
        impl $name {
            #[slot]
            fn tp_iter(&self, _t: &Thread) -> PyResult {
                Ok(crate::upcast(self).own())
            }

            #[slot]
            fn tp_iternext(&self, t: &Thread) -> PyResult<Option<Owned>> {
                // SAFETY: nothing changes the field while the string is looked at.
                let Some(text) = (unsafe { self.text.peek() }) else { return Ok(None) };
                let i = self.index.get();
                if i < text.len() {
                    self.index.set(i + 1);
                    return PyStr::from_char(t, text.char_at(i)).map(|c| Some(c.into_object()));
                }
                self.text.set(None);
                Ok(None)
            }

            /// Private method returning an estimate of len(list(it)).
            #[method(name = "__length_hint__")]
            fn length_hint(&self, _t: &Thread) -> usize {
                self.text.get().map_or(0, |text| text.len().saturating_sub(self.index.get()))
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
                let iter = state::builtin(t, name!(t, "iter"))?;
                match self.text.get() {
                    Some(text) => {
                        let args = PyTuple::from_vec(t, vec![text.into_object()])?.into_object();
                        let index = PyInt::from_u64(t, self.index.get() as u64)?.into_object();
                        PyTuple::from_vec(t, vec![iter, args, index])
                    }
                    None => {
                        let args = PyTuple::from_vec(t, vec![PyStr::empty().own().into_object()])?.into_object();
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
                if let Some(text) = self.text.get() {
                    self.index.set((index.max(0) as usize).min(text.len()));
                }
                Ok(())
            }
        }
    };
}

iterator!(PyStrIterator, "str_iterator", PyUnicodeIter_Type, "Iterates over any string.");
iterator!(PyStrAsciiIterator, "str_ascii_iterator", _PyUnicodeASCIIIter_Type, "Iterates over an ASCII string.");
