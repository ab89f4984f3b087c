//! `_dbm`: databases of the interface `ndbm`.

use super::library::{Ndbm, NdbmFile};
use super::{
    OpenArgs, bytes_of, contained, error_class, key_and_default, no_arguments, or_type_error, raise, raise_errno,
};
use core::cell::{Cell, RefCell};
use taipan_object::argparse::{Args, Param, Signature};
use taipan_object::clinic::StrArg;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyList, PyModule, PyResult, PyStr, Thread, class, err, errors,
    native_module, new_object, object, singletons, upcast,
};

/// `_dbm.dbm`: an open database.
#[object]
pub struct Dbm {
    file: Data<RefCell<Option<NdbmFile>>>,
    /// The number of keys, if it is known.
    len: Cell<Option<usize>>,
    /// Whether it was opened for writing.
    writable: bool,
}

const KEYS: &str = "dbm mappings have bytes or string keys only";
const VALUES: &str = "dbm mappings have bytes or string elements only";

const PARAMS: [Param; 2] = [Param { name: "key", required: true }, Param { name: "default", required: false }];
const GET: Signature =
    Signature { fname: "get", params: &PARAMS, pos_only: 2, positional: 2, varargs: false, varkw: false };
const SETDEFAULT: Signature =
    Signature { fname: "setdefault", params: &PARAMS, pos_only: 2, positional: 2, varargs: false, varkw: false };

impl Dbm {
    /// Does something with the database, which must be open.
    fn with<R>(&self, t: &Thread, work: impl FnOnce(&NdbmFile) -> R) -> PyResult<R> {
        match self.file.borrow().as_ref() {
            Some(file) => Ok(work(file)),
            None => Err(raise::<false>(t, "DBM object has already been closed")),
        }
    }

    fn put(&self, t: &Thread, key: &[u8], value: &[u8], insert: bool) -> PyResult<()> {
        self.len.set(None);
        let stored = self.with(t, |file| file.store(key, value, insert))?;
        stored.map_err(|_| raise::<false>(t, "cannot add item to database"))
    }

    fn remove(&self, t: &Thread, key: &[u8], given: &Object) -> PyResult<()> {
        self.len.set(None);
        match self.with(t, |file| file.delete(key))? {
            Ok(()) => Ok(()),
            // The library does not say why: if it can't be that writing is not allowed, there is no such key.
            Err(_) if self.writable => Err(errors::key_error(t, given)),
            Err(_) => Err(raise::<false>(t, "cannot delete item from database")),
        }
    }

    fn all_keys(&self, t: &Thread) -> PyResult<Vec<Vec<u8>>> {
        self.with(t, |file| {
            let mut keys = Vec::new();
            let mut key = file.first();
            while let Some(found) = key {
                keys.push(found);
                key = file.next();
            }
            keys
        })
    }
}

#[class(name = "_dbm.dbm", heap, no_new)]
impl Dbm {
    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        if let Some(len) = self.len.get() {
            self.with(t, |_| ())?;
            return Ok(len);
        }
        let len = self.all_keys(t)?.len();
        self.len.set(Some(len));
        Ok(len)
    }

    #[slot]
    fn nb_bool(&self, t: &Thread) -> PyResult<bool> {
        self.with(t, |file| file.first().is_some())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult<Owned<PyBytes>> {
        let bytes = bytes_of(t, key)?;
        let found = self.with(t, |file| {
            let found = file.fetch(&bytes);
            (found, file.has_failed())
        })?;
        match found {
            (Some(value), _) => PyBytes::new(t, &value),
            (None, true) => {
                self.with(t, |file| file.forgive())?;
                Err(raise::<false>(t, ""))
            }
            (None, false) => Err(errors::key_error(t, key)),
        }
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let bytes = or_type_error(t, bytes_of(t, key), KEYS)?;
        self.with(t, |_| ())?;
        match value {
            None => self.remove(t, &bytes, key),
            Some(value) => {
                let value = or_type_error(t, bytes_of(t, value), VALUES)?;
                self.put(t, &bytes, &value, false)
            }
        }
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        self.with(t, |_| ())?;
        let key = contained(t, key, "dbm")?;
        self.with(t, |file| file.contains(&key))
    }

    /// Close the database.
    #[method]
    fn close(&self, _t: &Thread) {
        let file = self.file.borrow_mut().take();
        drop(file);
    }

    /// Return a list of all keys in the database.
    #[method(text = "($self, /)")]
    fn keys(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<PyList>> {
        no_arguments(t, &args, "keys")?;
        let keys = self.all_keys(t)?;
        let keys = keys.iter().map(|key| PyBytes::new(t, key).map(Owned::into_object));
        PyList::from_vec(t, keys.collect::<PyResult<_>>()?)
    }

    /// Return the value of a key, or a default if there is none.
    #[method(text = "($self, key, default=None, /)")]
    fn get(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let (key, default) = key_and_default(t, &args, &GET)?;
        let key = bytes_of(t, key)?;
        match self.with(t, |file| file.fetch(&key))? {
            Some(value) => PyBytes::new(t, &value).map(Owned::into_object),
            None => Ok(default.unwrap_or(singletons::none()).own()),
        }
    }

    /// Return the value of a key. One that is not there gets the default as its value.
    #[method(text = "($self, key, default=b'', /)")]
    fn setdefault(&self, t: &Thread, args: Args<'_>) -> PyResult {
        let (key, default) = key_and_default(t, &args, &SETDEFAULT)?;
        let key = bytes_of(t, key)?;
        if let Some(value) = self.with(t, |file| file.fetch(&key))? {
            return PyBytes::new(t, &value).map(Owned::into_object);
        }
        let (given, value) = match default {
            Some(default) => (default.own(), or_type_error(t, bytes_of(t, default), VALUES)?),
            None => (PyBytes::new(t, b"")?.into_object(), Vec::new()),
        };
        self.put(t, &key, &value, true)?;
        Ok(given)
    }

    /// Remove all items.
    #[method(text = "($self, /)")]
    fn clear(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "clear")?;
        self.with(t, |_| ())?;
        self.len.set(None);
        while let Some(key) = self.with(t, |file| file.first())? {
            if self.with(t, |file| file.delete(&key))?.is_err() {
                return Err(raise::<false>(t, "cannot delete item from database"));
            }
        }
        Ok(())
    }

    #[method]
    fn __enter__(&self, _t: &Thread) -> Owned {
        upcast(self).own()
    }

    #[method(sig = "(*args)", text = "-")]
    fn __exit__(&self, _t: &Thread, args: &[&Object]) {
        let _ = args;
        let file = self.file.borrow_mut().take();
        drop(file);
    }
}

#[native_module(name = "_dbm")]
pub mod module {
    use super::*;

    /// Open a database.
    ///
    ///   filename
    ///     The file's name; the library adds an ending.
    ///   flags
    ///     How to open it: "r" for reading, "w" for writing, "c" to make it
    ///     where it is not there, "n" to make an empty one in any case.
    ///   mode
    ///     The permissions of a new file.
    #[function(sig = "(filename, flags='r', mode=438, /)", text = "($module, filename, flags='r', mode=0o666, /)")]
    fn open(t: &Thread, filename: &Object, flags: StrArg<'_>, mode: i32) -> PyResult<Owned<Dbm>> {
        let args = OpenArgs::new(t, filename, flags.0, mode)?;
        let flags = match &*args.flags {
            "r" => libc::O_RDONLY,
            "w" => libc::O_RDWR,
            // An old way to say the same as "c".
            "rw" | "c" => libc::O_RDWR | libc::O_CREAT,
            "n" => libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC,
            _ => return Err(raise::<false>(t, "arg 2 to open should be 'r', 'w', 'c', or 'n'")),
        };
        let library = Ndbm::get().map_err(|reason| err!(t, ImportError, "{reason}"))?;
        let file = library.open(&args.path, flags, args.mode);
        let file = file.map_err(|errno| raise_errno::<false>(t, errno, Some(args.filename)))?;
        let value = Dbm {
            head: Head::new(),
            file: Data(RefCell::new(Some(file))),
            len: Cell::new(None),
            writable: flags & libc::O_RDWR != 0,
        };
        new_object(t, value)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let library = Ndbm::get().map_err(|reason| err!(t, ImportError, "{reason}"))?;
        taipan_object::typeobject::add_static::<Dbm>(t)?;
        module.set(t, "library", PyStr::from_str(t, library.name)?.as_object())?;
        module.set(t, "error", &*error_class::<false>(t)?)
    }
}
