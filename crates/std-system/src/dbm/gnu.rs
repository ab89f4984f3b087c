//! `_gdbm`: databases of GNU dbm.

use super::library::{Gnu, GnuError, GnuFile};
use super::{OpenArgs, bytes_of, contained, error_class, no_arguments, or_type_error, raise, raise_errno};
use core::cell::RefCell;
use taipan_object::argparse::Args;
use taipan_object::clinic::StrArg;
use taipan_object::{
    Data, Head, Object, Own, Owned, PyBytes, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, Raised, Thread, class,
    err, errors, native_module, new_object, object, singletons, upcast,
};

/// `_gdbm.gdbm`: an open database.
#[object]
pub struct Gdbm {
    file: Data<RefCell<Option<GnuFile>>>,
}

const KEYS: &str = "gdbm mappings have bytes or string indices only";
const VALUES: &str = "gdbm mappings have bytes or string elements only";

/// Raises what went wrong: the system's error, about a file if one is given, or the library's.
fn failed(t: &Thread, error: GnuError, file: Option<&Object>) -> Raised {
    if error.errno != 0 {
        return raise_errno::<true>(t, error.errno, file);
    }
    match Gnu::get() {
        Ok(library) => raise::<true>(t, &library.message(error)),
        Err(reason) => raise::<true>(t, &reason),
    }
}

fn bytes(t: &Thread, value: Option<Vec<u8>>) -> PyResult<Option<Owned<PyBytes>>> {
    value.map(|value| PyBytes::new(t, &value)).transpose()
}

impl Gdbm {
    /// Does something with the database, which must be open.
    fn with<R>(&self, t: &Thread, work: impl FnOnce(&GnuFile) -> R) -> PyResult<R> {
        match self.file.borrow().as_ref() {
            Some(file) => Ok(work(file)),
            None => Err(raise::<true>(t, "GDBM object has already been closed")),
        }
    }

    fn checked<R>(&self, t: &Thread, work: impl FnOnce(&GnuFile) -> Result<R, GnuError>) -> PyResult<R> {
        self.with(t, work)?.map_err(|error| failed(t, error, None))
    }
}

/// A database of GNU dbm, as a mapping of bytes to bytes.
///
/// It has most methods of dictionaries, but can't be iterated over; keys() and
/// firstkey() with nextkey() give its keys.
#[class(name = "_gdbm.gdbm", heap, no_new)]
impl Gdbm {
    #[slot]
    fn mp_length(&self, t: &Thread) -> PyResult<usize> {
        let count = self.checked(t, GnuFile::count)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    #[slot]
    fn nb_bool(&self, t: &Thread) -> PyResult<bool> {
        self.with(t, |file| file.first().is_some())
    }

    #[slot]
    fn mp_subscript(&self, t: &Thread, key: &Object) -> PyResult<Owned<PyBytes>> {
        let name = or_type_error(t, bytes_of(t, key), KEYS)?;
        let found = self.with(t, |file| file.fetch(&name))?;
        bytes(t, found)?.ok_or_else(|| errors::key_error(t, key))
    }

    #[slot]
    fn mp_ass_subscript(&self, t: &Thread, key: &Object, value: Option<&Object>) -> PyResult<()> {
        let name = or_type_error(t, bytes_of(t, key), KEYS)?;
        self.with(t, |_| ())?;
        let Some(value) = value else {
            return match self.with(t, |file| file.delete(&name))? {
                Err(error) if error.is_missing() => Err(errors::key_error(t, key)),
                Err(error) => Err(failed(t, error, None)),
                Ok(()) => Ok(()),
            };
        };
        let value = or_type_error(t, bytes_of(t, value), VALUES)?;
        self.checked(t, |file| file.store(&name, &value))
    }

    #[slot]
    fn sq_contains(&self, t: &Thread, key: &Object) -> PyResult<bool> {
        self.with(t, |_| ())?;
        let key = contained(t, key, "gdbm")?;
        self.with(t, |file| file.contains(&key))
    }

    /// Close the database.
    #[method]
    fn close(&self, _t: &Thread) {
        let file = self.file.borrow_mut().take();
        drop(file);
    }

    /// Return a list of all keys.
    #[method(text = "($self, /)")]
    fn keys(&self, t: &Thread, args: Args<'_>) -> PyResult<Owned<PyList>> {
        no_arguments(t, &args, "keys")?;
        let keys = self.with(t, |file| {
            let mut keys = Vec::new();
            let mut key = file.first();
            while let Some(found) = key {
                key = file.next(&found);
                keys.push(found);
            }
            keys
        })?;
        let keys = keys.iter().map(|key| PyBytes::new(t, key).map(Owned::into_object));
        PyList::from_vec(t, keys.collect::<PyResult<_>>()?)
    }

    /// Return the first key in the order of the file, which is no order of keys, or None.
    #[method(text = "($self, /)")]
    fn firstkey(&self, t: &Thread, args: Args<'_>) -> PyResult<Option<Owned<PyBytes>>> {
        no_arguments(t, &args, "firstkey")?;
        let key = self.with(t, GnuFile::first)?;
        bytes(t, key)
    }

    /// Return the key after another one in the order of the file, or None.
    #[method(sig = "(key, /)")]
    fn nextkey(&self, t: &Thread, key: &Object) -> PyResult<Option<Owned<PyBytes>>> {
        let key = bytes_of(t, key)?;
        let key = self.with(t, |file| file.next(&key))?;
        bytes(t, key)
    }

    /// Write the database anew, so that its file is no larger than it must be.
    #[method(text = "($self, /)")]
    fn reorganize(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "reorganize")?;
        self.checked(t, GnuFile::reorganize)
    }

    /// Write what has not been written yet.
    #[method(text = "($self, /)")]
    fn sync(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "sync")?;
        self.with(t, GnuFile::sync)
    }

    /// Remove all items.
    #[method(text = "($self, /)")]
    fn clear(&self, t: &Thread, args: Args<'_>) -> PyResult<()> {
        no_arguments(t, &args, "clear")?;
        while let Some(key) = self.with(t, GnuFile::first)? {
            self.checked(t, |file| file.delete(&key))?;
        }
        Ok(())
    }

    /// Return the value of a key, or a default if there is none.
    #[method(sig = "(key, default=None, /)")]
    fn get(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        let key = or_type_error(t, bytes_of(t, key), KEYS)?;
        let found = self.with(t, |file| file.fetch(&key))?;
        Ok(match bytes(t, found)? {
            Some(value) => value.into_object(),
            None => default.unwrap_or(singletons::none()).own(),
        })
    }

    /// Return the value of a key. One that is not there gets the default as its value.
    #[method(sig = "(key, default=None, /)")]
    fn setdefault(&self, t: &Thread, key: &Object, default: Option<&Object>) -> PyResult {
        let name = or_type_error(t, bytes_of(t, key), KEYS)?;
        let found = self.with(t, |file| file.fetch(&name))?;
        if let Some(value) = bytes(t, found)? {
            return Ok(value.into_object());
        }
        let default = match default {
            Some(default) => default.own(),
            None => PyBytes::new(t, b"")?.into_object(),
        };
        self.mp_ass_subscript(t, key, Some(&default))?;
        Ok(default)
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

/// Databases of GNU dbm.
///
/// Keys and values are bytes; strings are encoded as UTF-8. Files are not
/// those of `dbm.ndbm`.
#[native_module(name = "_gdbm")]
pub mod module {
    use super::*;

    /// Open a database.
    ///
    /// The flags begin with one of
    ///   'r'  to open a database for reading
    ///   'w'  to open one for reading and writing
    ///   'c'  to open one, or to make it where it is not there
    ///   'n'  to make an empty one in any case
    /// and may go on with those that the library supports (`open_flags`):
    ///   'f'  fast: writes are not synchronized
    ///   's'  every write is synchronized
    ///   'u'  the file is not locked
    ///
    /// The mode is for a new file.
    #[function(sig = "(filename, flags='r', mode=438, /)", text = "($module, filename, flags='r', mode=0o666, /)")]
    fn open(t: &Thread, filename: &Object, flags: StrArg<'_>, mode: i32) -> PyResult<Owned<Gdbm>> {
        const READER: i32 = 0;
        const WRITER: i32 = 1;
        const CREATE: i32 = 2;
        const NEW: i32 = 3;
        const FAST: i32 = 0x10;
        const SYNC: i32 = 0x20;
        const NO_LOCK: i32 = 0x40;
        let args = OpenArgs::new(t, filename, flags.0, mode)?;
        let mut rest = args.flags.chars();
        let mut how = match rest.next() {
            Some('r') => READER,
            Some('w') => WRITER,
            Some('c') => CREATE,
            Some('n') => NEW,
            _ => return Err(raise::<true>(t, "First flag must be one of 'r', 'w', 'c' or 'n'")),
        };
        for flag in rest {
            how |= match flag {
                'f' => FAST,
                's' => SYNC,
                'u' => NO_LOCK,
                _ => return Err(raise::<true>(t, &format!("Flag '{flag}' is not supported."))),
            };
        }
        let library = Gnu::get().map_err(|reason| err!(t, ImportError, "{reason}"))?;
        let file = library.open(&args.path, how, args.mode);
        let file = file.map_err(|error| failed(t, error, Some(args.filename)))?;
        new_object(t, Gdbm { head: Head::new(), file: Data(RefCell::new(Some(file))) })
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let library = Gnu::get().map_err(|reason| err!(t, ImportError, "{reason}"))?;
        taipan_object::typeobject::add_static::<Gdbm>(t)?;
        module.set(t, "error", &*error_class::<true>(t)?)?;
        module.set(t, "open_flags", PyStr::from_str(t, "rwcnfsu")?.as_object())?;
        let version = library.version().map(|part| PyInt::from_i64(t, i64::from(part)).map(Owned::into_object));
        let version = version.into_iter().collect::<PyResult<Vec<_>>>()?;
        module.set(t, "_GDBM_VERSION", PyTuple::from_vec(t, version)?.as_object())
    }
}
