//! `cpython/pyctype.h`, `patchlevel.h`, `pymacro`'s data and `internal/pycore_hashtable.h`: tables and small things.

use crate::contract::*;
use core::ffi::{c_char, c_int, c_ulong, c_void};
use std::collections::HashMap;
use taipan_object::abi::PyASCIIObject;
use taipan_object::{PyResult, PyStr, Thread};

const fn class(c: u8) -> u32 {
    let mut bits = 0;
    if c.is_ascii_lowercase() {
        bits |= 1;
    }
    if c.is_ascii_uppercase() {
        bits |= 2;
    }
    if c.is_ascii_digit() {
        bits |= 4;
    }
    if c.is_ascii_hexdigit() {
        bits |= 8;
    }
    if matches!(c, 9..=13 | 32) {
        bits |= 16;
    }
    bits
}

/// Classes of ASCII characters.
#[unsafe(no_mangle)]
pub static _Py_ctype_table: [u32; 256] = {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = class(c as u8);
        c += 1;
    }
    table
};

/// ASCII letters in lower case.
#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [u8; 256] = {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = (c as u8).to_ascii_lowercase();
        c += 1;
    }
    table
};

/// ASCII letters in upper case.
#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [u8; 256] = {
    let mut table = [0; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = (c as u8).to_ascii_uppercase();
        c += 1;
    }
    table
};

/// ASCII characters that are whitespace for `str.isspace`.
#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [u8; 128] = {
    let mut table = [0; 128];
    let mut c = 0;
    while c < 128 {
        table[c] = matches!(c, 9..=13 | 28..=32) as u8;
        c += 1;
    }
    table
};

/// `sys.hexversion`.
#[unsafe(no_mangle)]
pub static Py_Version: c_ulong = 0x030e_08f0;

/// "utf-8". Old modules read it.
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncoding: taipan_object::Static<*const c_char> =
    taipan_object::Static::new(c"utf-8".as_ptr());

/// "surrogateescape". Old modules read it.
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncodeErrors: taipan_object::Static<*const c_char> =
    taipan_object::Static::new(c"surrogateescape".as_ptr());

/// File names are in UTF-8. Old modules read it.
#[unsafe(no_mangle)]
pub static Py_HasFileSystemDefaultEncoding: taipan_object::Static<c_int> = taipan_object::Static::new(1);

/// Command line flags as old modules read them: set at the start and by `PyConfig_Set`.
macro_rules! flags {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`, as the program was started.")]
            #[unsafe(no_mangle)]
            pub static $name: taipan_object::Static<c_int> = taipan_object::Static::new(0);
        )*

        /// All of them.
        const GLOBALS: &[(&str, &taipan_object::Static<c_int>)] = &[$((stringify!($name), &$name)),*];
    };
}

/// Sets one of the variables.
pub fn set_global(name: &str, value: c_int) {
    if let Some((_, place)) = GLOBALS.iter().find(|(known, _)| *known == name) {
        // SAFETY: a plain number, written under the GIL.
        unsafe { *place.get() = value };
    }
}

/// The value of one of the variables.
pub fn global(name: &str) -> c_int {
    // SAFETY: a plain number, read under the GIL.
    GLOBALS.iter().find(|(known, _)| *known == name).map_or(0, |(_, place)| unsafe { *place.get() })
}

/// The variables and their values.
pub fn globals(t: &Thread) -> PyResult<taipan_object::Owned<taipan_object::PyDict>> {
    let dict = taipan_object::PyDict::new(t)?;
    for (name, _) in GLOBALS {
        dict.set_item(t, &*PyStr::intern_str(t, name)?, &*taipan_object::PyInt::from_i64(t, i64::from(global(name)))?)?;
    }
    Ok(dict)
}

/// Gives the variables the values that a program was started with.
pub fn init_globals(config: &taipan_interp::config::Config) {
    for (name, value) in [
        ("Py_DebugFlag", config.debug as c_int),
        ("Py_VerboseFlag", config.verbose as c_int),
        ("Py_QuietFlag", config.quiet.into()),
        ("Py_InteractiveFlag", config.interactive as c_int),
        ("Py_InspectFlag", config.inspect as c_int),
        ("Py_OptimizeFlag", config.optimize as c_int),
        ("Py_NoSiteFlag", config.no_site.into()),
        ("Py_BytesWarningFlag", config.bytes_warning as c_int),
        ("Py_IgnoreEnvironmentFlag", config.ignore_environment.into()),
        ("Py_DontWriteBytecodeFlag", config.dont_write_bytecode.into()),
        ("Py_NoUserSiteDirectory", config.no_user_site.into()),
        ("Py_UnbufferedStdioFlag", config.unbuffered.into()),
        ("Py_HashRandomizationFlag", (config.random_hash || config.hash_seed != Some(0)).into()),
        ("Py_IsolatedFlag", config.isolated.into()),
        ("Py_UTF8Mode", config.utf8_mode.unwrap_or(false).into()),
    ] {
        set_global(name, value);
    }
}

flags! {
    Py_DebugFlag Py_VerboseFlag Py_QuietFlag Py_InteractiveFlag Py_InspectFlag Py_OptimizeFlag Py_NoSiteFlag
    Py_BytesWarningFlag Py_FrozenFlag Py_IgnoreEnvironmentFlag Py_DontWriteBytecodeFlag Py_NoUserSiteDirectory
    Py_UnbufferedStdioFlag Py_HashRandomizationFlag Py_IsolatedFlag Py_UTF8Mode
}

/// `_PyRuntime`: the state of CPython's runtime, as a block that says next to nothing. Its size is the structure's, so that who
/// reads a field by its offset reads zero.
#[unsafe(no_mangle)]
pub static _PyRuntime: taipan_object::Static<[u64; RUNTIME_WORDS]> = taipan_object::Static::new([0; RUNTIME_WORDS]);
const RUNTIME_WORDS: usize = 1 << 16;

/// Where `_PyRuntime` has the string `<NULL>` in CPython 3.14 (`_Py_STR(anon_null)`): code compiled against its internal
/// headers shows what is missing by it.
const ANON_NULL: usize = 0x88f0;

/// Where `_PyRuntime` has the number of the next interpreter.
const NEXT_INTERPRETER_ID: usize = 0x338;

/// Fills in what code compiled against CPython's internal headers looks for in `_PyRuntime`.
pub(crate) fn init_runtime(t: &Thread) -> PyResult<()> {
    let text = PyStr::from_str(t, "<NULL>")?;
    // SAFETY: a live compact ASCII string, copied with its zero byte into a place that is as large and aligned; the copy
    // is immortal. The number lies within the block, which lives for ever.
    unsafe {
        let place = _PyRuntime.get().cast::<u8>().add(ANON_NULL);
        core::ptr::copy_nonoverlapping(text.as_ptr().cast::<u8>(), place, size_of::<PyASCIIObject>() + text.len() + 1);
        taipan_runtime::refcount::set_immortal(place.cast());
        let next = _PyRuntime.get().cast::<u8>().add(NEXT_INTERPRETER_ID);
        taipan_runtime::interpreter::keep_next_id_at(&*next.cast());
    }
    Ok(())
}

/// `PyHash_FuncDef`'s neighbour: the key of hashes, which is not shown.
#[unsafe(no_mangle)]
pub static _Py_HashSecret: taipan_object::Static<[u8; 24]> = taipan_object::Static::new([0; 24]);

type HashFunction = unsafe extern "C" fn(*const c_void) -> usize;
type CompareFunction = unsafe extern "C" fn(*const c_void, *const c_void) -> c_int;
type DestroyFunction = unsafe extern "C" fn(*mut c_void);
type ForeachFunction = unsafe extern "C" fn(*mut HashTable, *const c_void, *const c_void, *mut c_void) -> c_int;
type GetEntryFunction = unsafe extern "C" fn(*mut HashTable, *const c_void) -> *mut Entry;

/// The buckets of an empty hash table.
const LEAST_BUCKETS: usize = 16;

/// `_Py_hashtable_entry_t`.
#[repr(C)]
pub struct Entry {
    next: *mut Entry,
    key_hash: usize,
    key: *mut c_void,
    value: *mut c_void,
}

/// `_Py_hashtable_t`: the first fields are C's to read; the entries are kept beside them. `nbuckets` says how many
/// buckets a table of linked lists would have: more than it has entries.
#[repr(C)]
pub struct HashTable {
    nentries: usize,
    nbuckets: usize,
    buckets: *mut c_void,
    get_entry_func: Option<GetEntryFunction>,
    hash_func: HashFunction,
    compare_func: CompareFunction,
    key_destroy_func: Option<DestroyFunction>,
    value_destroy_func: Option<DestroyFunction>,
    alloc: [*mut c_void; 2],
    #[allow(clippy::vec_box, reason = "C keeps pointers to entries, which may not move")]
    entries: HashMap<usize, Vec<Box<Entry>>>,
}

impl HashTable {
    /// Says how many buckets the entries there are now would take: a power of two, at most half of them used.
    fn fit_buckets(&mut self) {
        if self.nentries * 2 > self.nbuckets || self.nentries * 10 < self.nbuckets {
            self.nbuckets = (self.nentries * 10 / 3).next_power_of_two().max(LEAST_BUCKETS);
        }
    }
}

unsafe extern "C" fn get_entry(table: *mut HashTable, key: *const c_void) -> *mut Entry {
    // SAFETY: the contract of the callers.
    unsafe {
        let hash = ((*table).hash_func)(key);
        let compare = (*table).compare_func;
        let Some(list) = (*table).entries.get_mut(&hash) else { return core::ptr::null_mut() };
        match list.iter_mut().find(|e| compare(key, e.key) != 0) {
            Some(entry) => &raw mut **entry,
            None => core::ptr::null_mut(),
        }
    }
}

fn copy_name(text: &str) -> *const c_char {
    std::ffi::CString::new(text).unwrap_or_default().into_raw()
}

unsafe fn destroy_entries(table: *mut HashTable) {
    // SAFETY: the contract of the callers.
    unsafe {
        let entries = core::mem::take(&mut (*table).entries);
        (*table).nentries = 0;
        (*table).fit_buckets();
        for entry in entries.into_values().flatten() {
            if let Some(destroy) = (*table).key_destroy_func {
                destroy(entry.key);
            }
            if let Some(destroy) = (*table).value_destroy_func {
                destroy(entry.value);
            }
        }
    }
}

capi! {
    /// `sys.version`.
    fn Py_GetVersion[t]() -> Raw<*const c_char> {
        sys_text(t, "version")
    }

    /// `sys.platform`.
    fn Py_GetPlatform[t]() -> Raw<*const c_char> {
        sys_text(t, "platform")
    }

    /// `sys.copyright`.
    fn Py_GetCopyright[t]() -> Raw<*const c_char> {
        sys_text(t, "copyright")
    }

    /// What built the interpreter.
    fn Py_GetCompiler() -> Raw<*const c_char> {
        c"[Rust]".as_ptr()
    }

    /// When the interpreter was built: it does not say.
    fn Py_GetBuildInfo() -> Raw<*const c_char> {
        c"main".as_ptr()
    }

    /// The arguments of the process, as wide strings that the runtime keeps.
    fn Py_GetArgcArgv(argc: *mut c_int, argv: *mut *mut *mut libc::wchar_t) -> Void {
        let (n, pointer) = arguments();
        *argc = n;
        *argv = pointer;
    }

    /// A version number in one word.
    fn Py_PACK_FULL_VERSION(x: c_int, y: c_int, z: c_int, level: c_int, serial: c_int) -> Raw<u32> {
        ((x & 0xff) << 24 | (y & 0xff) << 16 | (z & 0xff) << 8 | (level & 0xf) << 4 | (serial & 0xf)) as u32
    }

    /// A version number in one word.
    fn Py_PACK_VERSION(x: c_int, y: c_int) -> Raw<u32> {
        ((x & 0xff) << 24 | (y & 0xff) << 16) as u32
    }

    /// A hash table; null if there is no memory.
    fn _Py_hashtable_new(hash: HashFunction, compare: CompareFunction) -> Raw<*mut HashTable> {
        new_table(hash, compare, None, None)
    }

    /// A hash table that owns keys and values; null if there is no memory.
    fn _Py_hashtable_new_full(
        hash: HashFunction, compare: CompareFunction, key: Option<DestroyFunction>, value: Option<DestroyFunction>,
        _allocator: *mut c_void,
    ) -> Raw<*mut HashTable> {
        new_table(hash, compare, key, value)
    }

    /// Frees a hash table.
    fn _Py_hashtable_destroy(table: *mut HashTable) -> Void {
        destroy_entries(table);
        drop(Box::from_raw(table));
    }

    /// Empties a hash table.
    fn _Py_hashtable_clear(table: *mut HashTable) -> Void {
        destroy_entries(table);
    }

    /// Calls a function for each entry until it gives something else than 0, which is the result.
    fn _Py_hashtable_foreach(table: *mut HashTable, each: ForeachFunction, data: *mut c_void) -> Raw<c_int> {
        let all: Vec<(*mut c_void, *mut c_void)> =
            (*table).entries.values().flatten().map(|e| (e.key, e.value)).collect();
        for (key, value) in all {
            let result = each(table, key, value, data);
            if result != 0 {
                return result;
            }
        }
        0
    }

    /// Adds an entry whose key is not there: 0.
    fn _Py_hashtable_set(table: *mut HashTable, key: *const c_void, value: *mut c_void) -> Raw<c_int> {
        let hash = ((*table).hash_func)(key);
        let entry = Box::new(Entry { next: core::ptr::null_mut(), key_hash: hash, key: key.cast_mut(), value });
        (*table).entries.entry(hash).or_default().push(entry);
        (*table).nentries += 1;
        (*table).fit_buckets();
        0
    }

    /// The value of a key, or null.
    fn _Py_hashtable_get(table: *mut HashTable, key: *const c_void) -> Raw<*mut c_void> {
        let entry = get_entry(table, key);
        if entry.is_null() { core::ptr::null_mut() } else { (*entry).value }
    }

    /// Removes a key and gives its value, or null.
    fn _Py_hashtable_steal(table: *mut HashTable, key: *const c_void) -> Raw<*mut c_void> {
        let hash = ((*table).hash_func)(key);
        let compare = (*table).compare_func;
        let Some(list) = (*table).entries.get_mut(&hash) else { return core::ptr::null_mut() };
        match list.iter().position(|e| compare(key, e.key) != 0) {
            Some(at) => {
                let entry = list.remove(at);
                (*table).nentries -= 1;
                (*table).fit_buckets();
                entry.value
            }
            None => core::ptr::null_mut(),
        }
    }

    /// The bytes that a hash table takes.
    fn _Py_hashtable_size(table: *const HashTable) -> Raw<usize> {
        size_of::<HashTable>() + (*table).nentries * size_of::<Entry>()
    }

    /// The number of entries.
    fn _Py_hashtable_len(table: *const HashTable) -> Raw<usize> {
        (*table).nentries
    }

    /// The hash of an address.
    fn _Py_hashtable_hash_ptr(key: *const c_void) -> Raw<usize> {
        taipan_object::hash::hash_pointer(key) as usize
    }

    /// Compares addresses.
    fn _Py_hashtable_compare_direct(a: *const c_void, b: *const c_void) -> Raw<c_int> {
        (a == b).into()
    }

    /// The cost of turning one string into another, or more than `max`.
    fn _Py_UTF8_Edit_Cost(a: Obj, b: Obj, max: Size) -> Raw<Size> {
        let (a, b) = (cast::<PyStr>(a).to_string_lossy(), cast::<PyStr>(b).to_string_lossy());
        let max = if max < 0 { usize::MAX - 1 } else { max as usize };
        taipan_object::suggestions::distance(&a, &b, max) as isize
    }
}

fn new_table(
    hash: HashFunction,
    compare: CompareFunction,
    key: Option<DestroyFunction>,
    value: Option<DestroyFunction>,
) -> *mut HashTable {
    Box::into_raw(Box::new(HashTable {
        nentries: 0,
        nbuckets: LEAST_BUCKETS,
        buckets: core::ptr::null_mut(),
        get_entry_func: Some(get_entry),
        hash_func: hash,
        compare_func: compare,
        key_destroy_func: key,
        value_destroy_func: value,
        alloc: [core::ptr::null_mut(); 2],
        entries: HashMap::new(),
    }))
}

/// An attribute of `sys` as a C string that stays.
fn sys_text(t: &Thread, attribute: &str) -> *const c_char {
    match taipan_interp::state::sys_attr(t, attribute) {
        Ok(Some(found)) => copy_name(&found.str_lossy(t)),
        _ => {
            taipan_object::errors::clear(t);
            c"".as_ptr()
        }
    }
}

/// The arguments of the process as wide strings, made once.
fn arguments() -> (c_int, *mut *mut libc::wchar_t) {
    use std::os::unix::ffi::OsStrExt;
    static MADE: std::sync::OnceLock<(usize, usize)> = std::sync::OnceLock::new();
    let (n, at) = *MADE.get_or_init(|| {
        let mut all: Vec<*mut libc::wchar_t> = std::env::args_os()
            .map(|arg| {
                let mut wide: Vec<libc::wchar_t> =
                    String::from_utf8_lossy(arg.as_os_str().as_bytes()).chars().map(|c| c as libc::wchar_t).collect();
                wide.push(0);
                wide.leak().as_mut_ptr()
            })
            .collect();
        let n = all.len();
        all.push(core::ptr::null_mut());
        (n, all.leak().as_mut_ptr() as usize)
    });
    (n as c_int, at as *mut *mut libc::wchar_t)
}
