//! `_pickle.Pickler` and the proxy of its memo.

use super::save::{Core, Run};
use super::{Globals, raise};
use std::cell::Cell;
use taipan_object::{
    Class, Head, Object, Own, Owned, PyDict, PyInt, PyResult, PyStr, PyTuple, PyType, Slot, Thread, attr, class, err,
    exceptions, name, new_object, object, upcast,
};

/// `_pickle.Pickler`.
#[object]
pub struct Pickler {
    core: Box<Core>,
    running: Cell<bool>,
    persistent_id: Slot,
}

impl Pickler {
    fn begin(&self, t: &Thread) -> PyResult<()> {
        if self.running.replace(true) {
            return Err(err!(t, RuntimeError, "Pickler object is already used"));
        }
        Ok(())
    }

    /// The `persistent_id` that is to be called, if it is not the one that does nothing.
    fn hook(&self, t: &Thread) -> PyResult<Option<Owned>> {
        if let Some(own) = self.persistent_id.get() {
            return Ok(Some(own));
        }
        let class = upcast(self).class();
        let name = name!(t, "persistent_id");
        let found = class.lookup(t, name);
        let default = Self::class().lookup(t, name);
        match (found, default) {
            (Some(found), Some(default)) if found.is(&default) => Ok(None),
            _ => upcast(self).getattr_opt(t, name),
        }
    }

    fn start(
        &self,
        t: &Thread,
        file: &Object,
        protocol: Option<&Object>,
        fix: bool,
        callback: Option<&Object>,
    ) -> PyResult<()> {
        let core = &self.core;
        core.write.set(None);
        core.set_protocol(t, protocol, fix)?;
        core.set_output(t, file)?;
        core.set_buffer_callback(t, callback)?;
        core.clear_memo();
        core.clear_output();
        core.fast.set(0);
        let table = upcast(self).getattr_opt(t, name!(t, "dispatch_table"))?;
        core.dispatch_table.set(table);
        Ok(())
    }
}

#[class(name = "_pickle.Pickler", heap, flags(BASETYPE, HAVE_GC), basicsize = const {
        let size = core::mem::size_of::<Pickler>();
        if size > 152 { size } else { 152 }
    },
    doc = "This takes a binary file for writing a pickle data stream.\n\nThe optional *protocol* argument tells the pickler to use the given\nprotocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default\nprotocol is 5. It was introduced in Python 3.8, and is incompatible\nwith previous versions.\n\nSpecifying a negative protocol version selects the highest protocol\nversion supported.  The higher the protocol used, the more recent the\nversion of Python needed to read the pickle produced.\n\nThe *file* argument must have a write() method that accepts a single\nbytes argument. It can thus be a file object opened for binary\nwriting, an io.BytesIO instance, or any other custom object that meets\nthis interface.\n\nIf *fix_imports* is True and protocol is less than 3, pickle will try\nto map the new Python 3 names to the old module names used in Python\n2, so that the pickle data stream is readable with Python 2.\n\nIf *buffer_callback* is None (the default), buffer views are\nserialized into *file* as part of the pickle stream.\n\nIf *buffer_callback* is not None, then it can be called any number\nof times with a buffer view.  If the callback returns a false value\n(such as None), the given buffer is out-of-band; otherwise the\nbuffer is serialized in-band, i.e. inside the pickle stream.\n\nIt is an error if *buffer_callback* is not None and *protocol*\nis None or smaller than 5.")]
impl Pickler {
    #[slot]
    fn tp_new(cls: &PyType, t: &Thread, _args: taipan_object::Args<'_>) -> PyResult<Owned<Self>> {
        cls.instance(
            t,
            Self { head: Head::new(), core: Box::default(), running: Cell::new(false), persistent_id: Slot::empty() },
        )
    }

    #[init(sig = "(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn init(
        &self,
        t: &Thread,
        file: &Object,
        protocol: Option<&Object>,
        fix_imports: bool,
        buffer_callback: Option<&Object>,
    ) -> PyResult<()> {
        self.begin(t)?;
        let done = self.start(t, file, protocol, fix_imports, buffer_callback);
        self.running.set(false);
        done
    }

    #[slot]
    fn tp_getattro(&self, t: &Thread, name: &Object) -> PyResult {
        if name.downcast::<PyStr>().is_some_and(|n| n.eq_str("persistent_id"))
            && let Some(own) = self.persistent_id.get()
        {
            return Ok(own);
        }
        attr::generic_getattr(t, self, name)
    }

    #[slot]
    fn tp_setattro(&self, t: &Thread, name: &Object, value: Option<&Object>) -> PyResult<()> {
        if name.downcast::<PyStr>().is_some_and(|n| n.eq_str("persistent_id")) {
            self.persistent_id.set(value.map(Own::own));
            return Ok(());
        }
        attr::generic_setattr(t, self, name, value)
    }

    #[method(sig = "(obj, /)")]
    fn persistent_id(&self, _t: &Thread, _obj: &Object) {}

    /// Write a pickled representation of the given object to the open file.
    #[method(sig = "(obj, /)")]
    fn dump(&self, t: &Thread, obj: &Object) -> PyResult<()> {
        if self.core.write.is_none() {
            let globals = Globals::of(t)?;
            return Err(raise(
                t,
                &globals.pickling_error,
                format_args!("Pickler.__init__() was not called by {}.__init__()", upcast(self).class().name_lossy()),
            ));
        }
        self.begin(t)?;
        let _alive = upcast(self).own();
        let run = || {
            self.core.clear_output();
            let this = upcast(self);
            let reducer =
                if this.is_exact::<Self>() { None } else { this.getattr_opt(t, name!(t, "reducer_override"))? };
            Run::new(t, &self.core, Some((self.hook(t)?, reducer)))?.dump(obj)?;
            self.core.flush_to_file(t)
        };
        let done = run();
        self.running.set(false);
        done
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[method]
    fn clear_memo(&self, _t: &Thread) {
        self.core.clear_memo();
    }

    /// Returns size in memory, in bytes.
    #[method]
    fn __sizeof__(&self, _t: &Thread) -> usize {
        let base = upcast(self).class().basic_size();
        if self.core.write.is_none() {
            return base;
        }
        // The table of the memo and its entries.
        base + 32 + 16 * self.core.memo.borrow().capacity() + self.core.output_size()
    }

    #[getter(member)]
    fn bin(&self, _t: &Thread) -> isize {
        self.core.bin.get() as isize
    }

    #[setter]
    fn set_bin(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        set_number(t, &self.core.bin, value)
    }

    #[getter(member)]
    fn fast(&self, _t: &Thread) -> isize {
        self.core.fast.get() as isize
    }

    #[setter]
    fn set_fast(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        set_number(t, &self.core.fast, value)
    }

    #[getter(member)]
    fn dispatch_table(&self, t: &Thread) -> PyResult {
        match self.core.dispatch_table.get() {
            Some(table) => Ok(table),
            None => Err(err!(
                t,
                AttributeError,
                "'{:.100}' object has no attribute 'dispatch_table'",
                upcast(self).class().name_lossy()
            )),
        }
    }

    #[setter]
    fn set_dispatch_table(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        if value.is_none() && self.core.dispatch_table.is_none() {
            return Err(err!(t, AttributeError, "dispatch_table"));
        }
        self.core.dispatch_table.set(value.map(Own::own));
        Ok(())
    }

    #[getter]
    fn memo(&self, t: &Thread) -> PyResult<Owned<PicklerMemoProxy>> {
        new_object(t, PicklerMemoProxy { head: Head::new(), pickler: self.own() })
    }

    #[setter]
    fn set_memo(&self, t: &Thread, value: Option<&Object>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(err!(t, TypeError, "attribute deletion is not supported"));
        };
        let mut memo = super::memo::Memo::default();
        if let Some(proxy) = value.downcast_exact::<PicklerMemoProxy>() {
            memo = proxy.pickler.core.memo.borrow().copy();
        } else if let Some(dict) = value.downcast::<PyDict>() {
            for (_, value) in dict.items_vec() {
                let Some([index, object]) = value.downcast::<PyTuple>().map(PyTuple::as_slice) else {
                    return Err(err!(t, TypeError, "'memo' values must be 2-item tuples"));
                };
                let Some(index) = index.downcast::<PyInt>() else {
                    return Err(err!(t, TypeError, "an integer is required"));
                };
                memo.insert(object.to_owned_object(), index.to_isize(t)?.max(0) as usize);
            }
        } else {
            return Err(err!(
                t,
                TypeError,
                "'memo' attribute must be a PicklerMemoProxy object or dict, not {:.200}",
                value.class().name_lossy()
            ));
        }
        let old = self.core.memo.replace(memo);
        drop(old);
        Ok(())
    }
}

/// Sets a C `int`.
fn set_number(t: &Thread, cell: &Cell<i32>, value: Option<&Object>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(err!(t, TypeError, "can't delete numeric/char attribute"));
    };
    let number = taipan_object::number::index(t, value)?;
    match number.to_i64() {
        Some(wide) => {
            let narrow = wide as i32;
            if i64::from(narrow) != wide {
                taipan_object::errors::warn(
                    t,
                    exceptions::RuntimeWarning::class(),
                    format_args!("Truncation of value to int"),
                    1,
                )?;
            }
            cell.set(narrow);
            Ok(())
        }
        None => Err(err!(t, OverflowError, "Python int too large to convert to C long")),
    }
}

/// `_pickle.PicklerMemoProxy`.
#[object]
pub struct PicklerMemoProxy {
    pickler: Owned<Pickler>,
}

#[class(name = "_pickle.PicklerMemoProxy", flags(HAVE_GC), no_new, hash = taipan_object::hash::hash_not_implemented)]
impl PicklerMemoProxy {
    /// Remove all items from memo.
    #[method]
    fn clear(&self, _t: &Thread) {
        self.pickler.core.clear_memo();
    }

    /// Copy the memo to a new object.
    #[method]
    fn copy(&self, t: &Thread) -> PyResult<Owned<PyDict>> {
        let copy = self.pickler.core.memo.borrow().copy();
        let out = PyDict::new(t)?;
        for (object, index) in copy.entries() {
            let key = PyInt::from_u64(t, object.as_ptr() as usize as u64)?;
            let index = PyInt::from_u64(t, index as u64)?;
            let value = PyTuple::from_slice(t, &[&index, object])?;
            out.set_item(t, &key, &value)?;
        }
        Ok(out)
    }

    /// Implement pickle support.
    #[method]
    fn __reduce__(&self, t: &Thread) -> PyResult<Owned<PyTuple>> {
        let copy = self.copy(t)?;
        let args = PyTuple::from_slice(t, &[&copy])?;
        PyTuple::from_slice(t, &[PyDict::class(), &args])
    }
}
