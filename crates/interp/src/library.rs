//! The embedded library as the interpreter sees it: a table of functions that the executable fills in.

use crate::code::deferred::module_code;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::OnceLock;
use taipan_object::{Owned, PyResult, PyStr};
use taipan_runtime::Thread;

/// A module of the embedded library.
#[derive(Clone, Copy)]
pub struct Module {
    pub name: &'static str,
    pub path: &'static str,
    pub is_package: bool,
    /// The module's code (`taipan_bytecode::library`).
    pub code: &'static [u8],
    pub source: &'static [u8],
}

/// How to look into the embedded library.
pub struct Library {
    /// The module of a full name.
    pub find: fn(&str) -> Option<Module>,
    /// The module whose file has this path.
    pub find_path: fn(&str) -> Option<Module>,
    /// The content of the file at this path: a module's source or a data file.
    pub read: fn(&str) -> Option<&'static [u8]>,
    /// Whether there is such a folder.
    pub is_folder: fn(&str) -> bool,
    /// The names of all modules.
    pub names: fn() -> Vec<&'static str>,
    /// The code of all modules.
    pub code: &'static [u8],
}

static LIBRARY: AtomicPtr<Library> = AtomicPtr::new(core::ptr::null_mut());
static FOLDER: OnceLock<String> = OnceLock::new();

/// Installs the library, whose files are shown in `folder`; once, before the interpreter boots.
pub fn install(library: Library, folder: String) {
    LIBRARY.store(Box::into_raw(Box::new(library)), Ordering::Release);
    let _ = FOLDER.set(folder);
}

/// The library, if there is one.
pub fn get() -> Option<&'static Library> {
    // SAFETY: only leaked boxes are stored.
    unsafe { LIBRARY.load(Ordering::Acquire).as_ref() }
}

/// The folder in which the library's files are shown.
pub fn folder() -> &'static str {
    FOLDER.get().map_or("", String::as_str)
}

/// The module of a full name.
pub fn find(name: &str) -> Option<Module> {
    get().and_then(|l| (l.find)(name))
}

/// The code object of a module's code, with the file name that tracebacks show.
pub fn code(t: &Thread, code: &'static [u8], filename: &str) -> PyResult<Owned> {
    let filename = PyStr::from_fs_bytes(t, filename.as_bytes())?;
    load(t, code, &filename)
}

/// As [`code`]. A module is loaded once: the pages that its code was read from leave memory again.
pub fn load(t: &Thread, code: &'static [u8], filename: &PyStr) -> PyResult<Owned> {
    let loaded = module_code(t, code, filename);
    taipan_runtime::resident::release_constant(code);
    loaded.map(Owned::into_object)
}

/// A module has been imported, and is the last for now if `is_outermost`: when many have been, the pages of the executable that
/// this took leave memory.
pub fn module_was_imported(is_outermost: bool) {
    let many = if is_outermost { ENOUGH } else { MANY };
    if IMPORTED.fetch_add(1, Ordering::Relaxed) + 1 >= many {
        release_pages();
    }
}

/// How many modules are imported before the executable's pages leave memory in between.
const MANY: usize = 24;

/// How many it takes at the end of an import that no other waits for.
const ENOUGH: usize = 12;

/// Modules that were imported since the executable's pages left memory.
static IMPORTED: AtomicUsize = AtomicUsize::new(0);

/// Lets the executable's pages leave memory, between two stages of a program.
pub fn release_pages() {
    IMPORTED.store(0, Ordering::Relaxed);
    taipan_runtime::resident::release_executable_pages();
}

/// How many functions' code is read before the pages that it was read from leave memory.
const READS: usize = 16;

static READ: AtomicUsize = AtomicUsize::new(0);

/// The code of a function has been read: the pages that it was read from came with many that nobody needs.
pub fn code_was_read() {
    if READ.fetch_add(1, Ordering::Relaxed) % READS == READS - 1
        && let Some(library) = get()
    {
        taipan_runtime::resident::release_constant(library.code);
    }
}

/// What CPython freezes: name, name of the module that it is made of, and whether it is a package.
pub struct Frozen {
    pub name: &'static str,
    pub origin: Option<&'static str>,
    pub source: &'static str,
    pub is_package: bool,
}

const fn frozen(name: &'static str) -> Frozen {
    Frozen { name, origin: Some(name), source: name, is_package: false }
}

const fn alias(name: &'static str, origin: Option<&'static str>, source: &'static str, is_package: bool) -> Frozen {
    Frozen { name, origin, source, is_package }
}

/// The table of frozen modules in CPython's order.
pub static FROZEN: &[Frozen] = &[
    alias("_frozen_importlib", Some("importlib._bootstrap"), "importlib._bootstrap", false),
    alias("_frozen_importlib_external", Some("importlib._bootstrap_external"), "importlib._bootstrap_external", false),
    frozen("zipimport"),
    frozen("abc"),
    frozen("codecs"),
    frozen("io"),
    frozen("_collections_abc"),
    frozen("_sitebuiltins"),
    frozen("genericpath"),
    frozen("ntpath"),
    frozen("posixpath"),
    frozen("os"),
    frozen("site"),
    frozen("stat"),
    frozen("importlib.util"),
    frozen("importlib.machinery"),
    frozen("runpy"),
    frozen("__hello__"),
    alias("__hello_alias__", Some("__hello__"), "__hello__", false),
    alias("__phello_alias__", Some("__hello__"), "__hello__", true),
    alias("__phello_alias__.spam", Some("__hello__"), "__hello__", false),
    alias("__phello__", Some("__phello__"), "__phello__", true),
    alias("__phello__.__init__", Some("<__phello__"), "__phello__", false),
    alias("__phello__.ham", Some("__phello__.ham"), "__phello__.ham", true),
    alias("__phello__.ham.__init__", Some("<__phello__.ham"), "__phello__.ham", false),
    frozen("__phello__.ham.eggs"),
    frozen("__phello__.spam"),
    alias("__hello_only__", None, "__hello__", false),
];

/// The frozen module of a name, with what it is made of.
pub fn find_frozen(name: &str) -> Option<(&'static Frozen, Module)> {
    // Parts of the interpreter that are written in Python are frozen too, though CPython does not know them.
    static OWN: &[Frozen] = &[frozen("_taipan_library"), frozen("_taipan_interactive")];
    let found = OWN.iter().chain(FROZEN).find(|f| f.name == name)?;
    Some((found, find(found.source)?))
}

/// A frozen module of a table that a program added (`PyImport_FrozenModules`).
pub struct Added {
    /// Nothing if the table says that there is to be no such module.
    pub code: Option<&'static [u8]>,
    pub is_package: bool,
}

static ADDED: OnceLock<fn(&str) -> Option<Added>> = OnceLock::new();

/// Says how to look into the table that a program added.
pub fn set_added(find: fn(&str) -> Option<Added>) {
    let _ = ADDED.set(find);
}

/// The module of a name in the table that a program added.
pub fn find_added(name: &str) -> Option<Added> {
    ADDED.get().and_then(|find| find(name))
}
