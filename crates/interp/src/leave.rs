//! The end of the process without the end of the objects: where nothing that dies could tell, the system takes the memory
//! back at once, and neither collections nor the modules' last hours are needed.

use crate::function::PyFunction;
use crate::library;
use crate::state::{self, state};
use core::sync::atomic::{AtomicBool, Ordering};
use taipan_object::abi::{Py_TPFLAGS_HAVE_GC, Py_TPFLAGS_IMMUTABLETYPE, PyObject, PyTypeObject, PyWeakReference};
use taipan_object::cfunction::PyCFunction;
use taipan_object::{Class, Object, Owned, PySet, PyType, PyWeakRef, errors, name, singletons, state as object_state};
use taipan_runtime::{Thread, gc};

/// The native modules whose objects, as long as their types have no finalizer, give nothing but memory and descriptors back
/// when they die. Sorted.
const PLAIN: &[&str] = &[
    "_abc",
    "_ast",
    "_asyncio",
    "_bisect",
    "_blake2",
    "_bz2",
    "_codecs",
    "_codecs_cn",
    "_codecs_hk",
    "_codecs_iso2022",
    "_codecs_jp",
    "_codecs_kr",
    "_codecs_tw",
    "_collections",
    "_contextvars",
    "_csv",
    "_datetime",
    "_decimal",
    "_elementtree",
    "_functools",
    "_hashlib",
    "_heapq",
    "_hmac",
    "_imp",
    "_interpreters",
    "_io",
    "_json",
    "_locale",
    "_lzma",
    "_md5",
    "_multibytecodec",
    "_multiprocessing",
    "_opcode",
    "_operator",
    "_pickle",
    "_posixshmem",
    "_posixsubprocess",
    "_queue",
    "_random",
    "_sha1",
    "_sha2",
    "_sha3",
    "_signal",
    "_socket",
    "_sre",
    "_ssl",
    "_stat",
    "_statistics",
    "_string",
    "_struct",
    "_suggestions",
    "_symtable",
    "_sysconfig",
    "_taipan_native_library",
    "_thread",
    "_tokenize",
    "_tracemalloc",
    "_types",
    "_typing",
    "_uuid",
    "_warnings",
    "_weakref",
    "_zoneinfo",
    "_zstd",
    "array",
    "atexit",
    "binascii",
    "builtins",
    "cmath",
    "errno",
    "faulthandler",
    "fcntl",
    "gc",
    "grp",
    "itertools",
    "marshal",
    "math",
    "mmap",
    "posix",
    "pwd",
    "pyexpat",
    "resource",
    "select",
    "sys",
    "sys._jit",
    "sys.monitoring",
    "syslog",
    "termios",
    "time",
    "unicodedata",
    "zlib",
];

/// Functions of the library that take a dead reference out of a set or list of such and do nothing else: file and name.
const BOOKKEEPING: [(&str, &str); 2] =
    [("_weakrefset.py", "WeakSet.__init__.<locals>._remove"), ("logging/__init__.py", "_removeHandlerRef")];

/// Whether there may be objects that do more when they die and that a walk over the containers does not find.
static OTHERS: AtomicBool = AtomicBool::new(false);

/// A native module is made.
pub fn note_module(name: &str) {
    if PLAIN.binary_search(&name).is_err() {
        note_others();
    }
}

/// There may be objects that do something when they die and that a walk over the containers does not find: those of extension
/// modules, for example.
pub fn note_others() {
    OTHERS.store(true, Ordering::Relaxed);
}

/// Whether nothing happens when all objects die, but that memory becomes free. The standard streams have been flushed, and no
/// Python code runs any more.
pub fn is_unnoticed(t: &Thread) -> bool {
    if OTHERS.load(Ordering::Relaxed) || object_state::finalizes_untracked() || has_listeners(t) {
        return false;
    }
    let Some(streams) = standard_streams(t) else { return false };
    let mut search = Search { streams, plain: [core::ptr::null_mut(); 64], sets: None };
    // SAFETY: live objects, of which the search reads; it runs no Python code.
    gc::freeze_count(t) == 0 && gc::all(t, |op| unsafe { search.is_unnoticed(op) })
}

/// Whether somebody is told of collections or of the end.
fn has_listeners(t: &Thread) -> bool {
    let objects = object_state::object_state(t);
    let is_used = |list: &core::cell::RefCell<Option<Owned<taipan_object::PyList>>>| {
        list.borrow().as_ref().is_some_and(|list| list.len() > 0)
    };
    // SAFETY: the GIL is held.
    let debug = unsafe { (*t.interpreter().gc.get()).debug };
    debug != 0
        || is_used(&state(t).gc_callbacks)
        || is_used(&state(t).garbage)
        || !objects.audit_hooks.borrow().is_empty()
        || taipan_runtime::tracemalloc::is_tracing()
}

/// The standard streams and what they consist of, which have finalizers but nothing left to write; `None` if the program has
/// put others in their place.
fn standard_streams(t: &Thread) -> Option<Vec<*mut PyObject>> {
    let mut found = Vec::new();
    for (name, first) in [("stdin", "__stdin__"), ("stdout", "__stdout__"), ("stderr", "__stderr__")] {
        let attribute = |name| state::sys_attr(t, name).ok().flatten();
        let (Some(stream), Some(first)) = (attribute(name), attribute(first)) else {
            errors::clear(t);
            return None;
        };
        if !stream.is(&first) {
            return None;
        }
        let mut part = Some(stream).filter(|stream| !stream.is(singletons::none()));
        for inner in [Some("buffer"), Some("raw"), None] {
            let Some(current) = part.take() else { break };
            // Python code could hide behind the attributes of others.
            if current.class().flags() & Py_TPFLAGS_IMMUTABLETYPE == 0 {
                return None;
            }
            found.push(current.as_ptr());
            let Some(inner) = inner else { break };
            let attribute = match inner {
                "buffer" => current.getattr_opt(t, name!(t, "buffer")),
                _ => current.getattr_opt(t, name!(t, "raw")),
            };
            if attribute.is_err() {
                errors::clear(t);
                return None;
            }
            part = attribute.ok().flatten();
        }
    }
    Some(found)
}

struct Search {
    streams: Vec<*mut PyObject>,
    /// Types of which no object needs a look.
    plain: [*mut PyTypeObject; 64],
    /// The last set that was found to hold weak references only.
    sets: Option<*mut PyObject>,
}

impl Search {
    /// Whether nobody notices the end of this object.
    ///
    /// # Safety
    /// A live object; the GIL is held.
    unsafe fn is_unnoticed(&mut self, op: *mut PyObject) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            let ty = (*op).ob_type;
            let slot = ty.addr() >> 5 & 63;
            if self.plain[slot] == ty {
                return true;
            }
            if (*ty).tp_finalize.is_some() || (*ty).tp_del.is_some() {
                return self.streams.contains(&op);
            }
            let object = Object::from_ptr(op);
            if let Some(class) = object.downcast::<PyType>() {
                // Objects that are no containers are not met here.
                let class = class.as_type_ptr();
                let mutable = (*class).tp_flags & (Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC) == 0;
                return !mutable || (*class).tp_finalize.is_none() && (*class).tp_del.is_none();
            }
            if object.is_instance_of::<PyWeakRef>() || taipan_types::weakproxy::is_proxy(object) {
                let callback = (*op.cast::<PyWeakReference>()).wr_callback;
                return Object::from_ptr_opt(callback).is_none_or(|callback| self.is_bookkeeping(callback));
            }
            self.plain[slot] = ty;
            true
        }
    }

    /// Whether a callback only takes the dead reference out of a set of such: the registries of abstract classes have those,
    /// and some of the library's.
    fn is_bookkeeping(&mut self, callback: &Object) -> bool {
        if let Some(function) = callback.downcast::<PyFunction>() {
            let code = function.code();
            return BOOKKEEPING.iter().any(|&(file, name)| {
                code.qualname().eq_str(name) && {
                    let path = code.filename().to_string_lossy();
                    path.strip_prefix(library::folder()).and_then(|rest| rest.strip_prefix('/')) == Some(file)
                }
            });
        }
        let Some(function) = callback.downcast::<PyCFunction>() else { return false };
        let Some(this) = function.this() else { return false };
        if function.name_lossy() != "discard" {
            return false;
        }
        if self.sets == Some(this.as_ptr()) {
            return true;
        }
        let Some(set) = this.downcast::<PySet>().filter(|_| this.class().is(PySet::class())) else { return false };
        let known = set.keys().iter().all(|key| key.class().is(PyWeakRef::class()));
        if known {
            self.sets = Some(this.as_ptr());
        }
        known
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn modules_are_sorted() {
        assert!(super::PLAIN.is_sorted());
    }
}
