//! The constants of `sys`.

use taipan_object::{Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, singletons};
use taipan_runtime::Thread;

/// `sys.stdlib_module_names`.
const STDLIB_MODULE_NAMES: &str = "\
    __future__ _abc _aix_support _android_support _apple_support _ast _ast_unparse _asyncio _bisect _blake2 _bz2 _codecs \
    _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _colorize \
    _compat_pickle _contextvars _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _frozen_importlib \
    _frozen_importlib_external _functools _gdbm _hashlib _heapq _hmac _imp _interpchannels _interpqueues _interpreters \
    _io _ios_support _json _locale _lsprof _lzma _markupbase _md5 _multibytecodec _multiprocessing _opcode \
    _opcode_metadata _operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _py_warnings \
    _pydatetime _pydecimal _pyio _pylong _pyrepl _queue _random _remote_debugging _scproxy _sha1 _sha2 _sha3 _signal \
    _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _suggestions _symtable \
    _sysconfig _thread _threading_local _tkinter _tokenize _tracemalloc _types _typing _uuid _warnings _weakref \
    _weakrefset _winapi _wmi _zoneinfo _zstd abc annotationlib antigravity argparse array ast asyncio atexit base64 bdb \
    binascii bisect builtins bz2 cProfile calendar cmath cmd code codecs codeop collections colorsys compileall \
    compression concurrent configparser contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm \
    decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch \
    fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http \
    idlelib imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal \
    math mimetypes mmap modulefinder msvcrt multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse \
    os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd \
    py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched \
    secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 sre_compile \
    sre_constants sre_parse ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog \
    tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback \
    tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser \
    winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib zoneinfo \
    ";

/// The docstrings of the fields of `sys.version_info` and its like.
fn field_doc(type_name: &str, field: &str) -> &'static str {
    match (type_name, field) {
        ("sys.version_info", "major") => "Major release number",
        ("sys.version_info", "minor") => "Minor release number",
        ("sys.version_info", "micro") => "Patch release number",
        ("sys.version_info", "releaselevel") => "'alpha', 'beta', 'candidate', or 'final'",
        ("sys.version_info", "serial") => "Serial release number",
        ("sys.float_info", "max") => "largest finite value",
        ("sys.float_info", "max_exp") => "largest e for which radix**(e-1) is a float",
        ("sys.float_info", "max_10_exp") => "largest e for which 10**e is a float",
        ("sys.float_info", "min") => "smallest positive normalised float",
        ("sys.float_info", "min_exp") => "smallest e for which radix**(e-1) is a normalised float",
        ("sys.float_info", "min_10_exp") => "smallest e for which 10**e is a normalised float",
        ("sys.float_info", "dig") => "decimal digits that a float keeps",
        ("sys.float_info", "mant_dig") => "digits of the mantissa",
        ("sys.float_info", "epsilon") => "distance from 1 to the next float",
        ("sys.float_info", "radix") => "base of the exponent",
        ("sys.float_info", "rounds") => "rounding mode of additions",
        ("sys.int_info", "bits_per_digit") => "size of a digit in bits",
        ("sys.int_info", "sizeof_digit") => "size in bytes of the C type of a digit",
        ("sys.int_info", "default_max_str_digits") => "limit of digits in conversions between str and int",
        ("sys.int_info", "str_digits_check_threshold") => "smallest positive value that the limit may have",
        ("sys.hash_info", "width") => "width of a hash in bits",
        ("sys.hash_info", "modulus") => "prime modulus of numeric hashes",
        ("sys.hash_info", "inf") => "hash of a positive infinity",
        ("sys.hash_info", "nan") => "not used any more",
        ("sys.hash_info", "imag") => "multiplier of the imaginary part of a complex number",
        ("sys.hash_info", "algorithm") => "algorithm that hashes str, bytes and memoryviews",
        ("sys.hash_info", "hash_bits") => "size of the algorithm's inner output",
        ("sys.hash_info", "seed_bits") => "size of the algorithm's seed",
        ("sys.hash_info", "cutoff") => "length up to which small strings have another algorithm",
        ("sys.thread_info", "name") => "name of the implementation of threads",
        ("sys.thread_info", "lock") => "name of the implementation of locks",
        ("sys.thread_info", "version") => "name and version of the thread library",
        _ => "",
    }
}

/// CPython's version that we are compatible with, as a number.
pub const HEXVERSION: i64 = 0x030e_08f0;

pub(super) fn add_names(module: &PyModule, t: &Thread) -> PyResult<()> {
    module.set_value(t, "hexversion", HEXVERSION)?;
    module.set_value(t, "api_version", 1013i64)?;
    module.set_value(t, "maxsize", i64::MAX)?;
    module.set_value(t, "maxunicode", 0x10ffffi64)?;
    module.set_value(t, "byteorder", if cfg!(target_endian = "little") { "little" } else { "big" })?;
    module.set_value(t, "platform", "linux")?;
    module.set_value(
        t,
        "copyright",
        "Copyright (c) Taipan's authors.\nCopyright (c) 2001 Python Software Foundation (standard library).",
    )?;
    module.set_value(t, "version", format!("3.14.8 (Taipan {}) [Rust]", env!("CARGO_PKG_VERSION")))?;
    module.set_value(t, "platlibdir", "lib")?;
    module.set_value(t, "abiflags", "")?;
    module.set_value(t, "float_repr_style", "short")?;
    module.set_value(t, "dont_write_bytecode", false)?;
    module.set_value(t, "pycache_prefix", ())?;
    for empty in ["path", "argv", "orig_argv", "warnoptions", "path_hooks", "meta_path"] {
        module.set(t, empty, &*PyList::new(t)?)?;
    }
    module.set(t, "path_importer_cache", &*PyDict::new(t)?)?;
    module.set(t, "_xoptions", &*PyDict::new(t)?)?;
    let stdlib: PyResult<Vec<Owned>> =
        STDLIB_MODULE_NAMES.split_whitespace().map(|n| PyStr::intern_str(t, n).map(Owned::into_object)).collect();
    module.set(t, "stdlib_module_names", &*taipan_types::new_frozenset(t, stdlib?)?)?;
    let git = ["CPython", "", ""].map(|s| PyStr::intern_str(t, s).map(Owned::into_object));
    module.set(t, "_git", &*PyTuple::from_vec(t, git.into_iter().collect::<PyResult<Vec<Owned>>>()?)?)?;
    module.set_value(t, "_framework", "")?;
    module.set(t, "_home", singletons::none())?;
    for (name, hook) in [("__breakpointhook__", "breakpointhook"), ("__unraisablehook__", "unraisablehook")] {
        if let Some(function) = module.get(t, hook)? {
            module.set(t, name, &function)?;
        }
    }
    crate::unraisable::init(t)?;
    let hooks = [
        ("firstiter", "called when an asynchronous generator is first iterated"),
        ("finalizer", "called when an asynchronous generator is about to be collected"),
    ];
    *crate::state::state(t).asyncgen_hooks_type.borrow_mut() = Some(taipan_types::structseq::new_static_type(
        t,
        "asyncgen_hooks",
        "Asynchronous generator hooks.\n\nArgument to set_asyncgen_hooks() and return value of get_asyncgen_hooks().",
        &hooks,
        2,
    )?);
    crate::state::state(t).dlopen_flags.set(libc::RTLD_NOW);
    let names: PyResult<Vec<Owned>> = {
        let mut all: Vec<&str> = crate::builtin_modules::table().iter().map(|m| m.name).collect();
        all.sort_unstable();
        all.iter().map(|n| PyStr::intern_str(t, n).map(Owned::into_object)).collect()
    };
    let mut names = names?;
    for name in crate::builtin_modules::added_names() {
        names.push(PyStr::intern_str(t, &name)?.into_object());
    }
    module.set(t, "builtin_module_names", &*PyTuple::from_vec(t, names)?)?;
    let field = |t: &Thread, items: &[(&str, Owned)], type_name: &str| -> PyResult {
        let fields: Vec<(&str, &str)> = items.iter().map(|(name, _)| (*name, field_doc(type_name, name))).collect();
        let make = match type_name {
            "sys.version_info" => taipan_types::structseq::new_sealed_type,
            _ => taipan_types::structseq::new_static_type,
        };
        let class = make(t, type_name, type_name, &fields, fields.len())?;
        taipan_types::structseq::new(t, &class, items.iter().map(|(_, v)| v.clone()).collect())
    };
    let int = |v: i64| PyInt::from_i64(t, v).map(Owned::into_object);
    let text = |v: &str| PyStr::intern_str(t, v).map(Owned::into_object);
    let version = field(
        t,
        &[
            ("major", int(3)?),
            ("minor", int(14)?),
            ("micro", int(8)?),
            ("releaselevel", text("final")?),
            ("serial", int(0)?),
        ],
        "sys.version_info",
    )?;
    module.set(t, "version_info", &version)?;
    let float = |v: f64| taipan_object::PyFloat::new(t, v).map(Owned::into_object);
    let info = field(
        t,
        &[
            ("max", float(f64::MAX)?),
            ("max_exp", int(1024)?),
            ("max_10_exp", int(308)?),
            ("min", float(f64::MIN_POSITIVE)?),
            ("min_exp", int(-1021)?),
            ("min_10_exp", int(-307)?),
            ("dig", int(15)?),
            ("mant_dig", int(53)?),
            ("epsilon", float(f64::EPSILON)?),
            ("radix", int(2)?),
            ("rounds", int(1)?),
        ],
        "sys.float_info",
    )?;
    module.set(t, "float_info", &info)?;
    let info = field(
        t,
        &[
            ("bits_per_digit", int(30)?),
            ("sizeof_digit", int(4)?),
            ("default_max_str_digits", int(4300)?),
            ("str_digits_check_threshold", int(640)?),
        ],
        "sys.int_info",
    )?;
    module.set(t, "int_info", &info)?;
    let info = field(
        t,
        &[
            ("width", int(64)?),
            ("modulus", int((1 << 61) - 1)?),
            ("inf", int(314_159)?),
            ("nan", int(0)?),
            ("imag", int(1_000_003)?),
            ("algorithm", text("siphash13")?),
            ("hash_bits", int(64)?),
            ("seed_bits", int(128)?),
            ("cutoff", int(0)?),
        ],
        "sys.hash_info",
    )?;
    module.set(t, "hash_info", &info)?;
    for (name, fd) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
        let stream = crate::stdprinter::new(t, fd)?;
        module.set(t, name, &stream)?;
        module.set(t, &format!("__{name}__"), &stream)?;
    }
    for hook in ["displayhook", "excepthook"] {
        if let Some(found) = module.get(t, hook)? {
            module.set(t, &format!("__{hook}__"), &found)?;
        }
    }
    // SAFETY: asks the C library for a constant text.
    let version = unsafe {
        let mut buffer = [0u8; 64];
        let n = libc::confstr(libc::_CS_GNU_LIBPTHREAD_VERSION, buffer.as_mut_ptr().cast(), buffer.len());
        String::from_utf8_lossy(&buffer[..n.clamp(1, buffer.len()) - 1]).into_owned()
    };
    let info = field(
        t,
        &[("name", text("pthread")?), ("lock", text("semaphore")?), ("version", text(&version)?)],
        "sys.thread_info",
    )?;
    module.set(t, "thread_info", &info)?;
    Ok(())
}
