//! `_imp`: what importlib asks of the interpreter.

use crate::code::PyCode;
use crate::library::{self, FROZEN};
use crate::state::state;
use crate::{builtin_modules, eval};
use core::cell::Cell;
use std::sync::{Condvar, Mutex, PoisonError};
use taipan_object::{
    Class, Object, Own, Owned, PyBytes, PyList, PyModule, PyResult, PyStr, PyTuple, Raised, Thread, buffer, err,
    exceptions, module as modules, name, native_module, singletons,
};

/// Magic number of `.pyc` files, as its four bytes read little-endian.
pub const PYC_MAGIC_NUMBER_TOKEN: u32 = 0x0a0d_0e2b;

/// Owner (thread identifier) and depth of the import lock, and how many threads wait for it.
static LOCK: Mutex<(u64, u32, u32)> = Mutex::new((0, 0, 0));
static LOCK_FREE: Condvar = Condvar::new();

thread_local! {
    static OVERRIDE_FROZEN: Cell<i32> = const { Cell::new(0) };
}

fn this_thread(t: &Thread) -> u64 {
    t.raw().thread_id
}

/// SipHash-1-3 of a source, as `.pyc` files that are checked by hash carry it.
fn source_hash(key: u64, data: &[u8]) -> u64 {
    let mut v =
        [key ^ 0x736f_6d65_7073_6575, 0x646f_7261_6e64_6f6d, key ^ 0x6c79_6765_6e65_7261, 0x7465_6462_7974_6573];
    let round = |v: &mut [u64; 4]| {
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[2] = v[2].rotate_left(32);
    };
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0u64, |acc, &b| acc << 8 | u64::from(b));
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    let last = chunks.remainder().iter().rev().fold(0u64, |acc, &b| acc << 8 | u64::from(b));
    let last = last | (data.len() as u64) << 56;
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    (v[0] ^ v[1]) ^ (v[2] ^ v[3])
}

/// A frozen module as it was found.
struct Frozen {
    code: &'static [u8],
    is_package: bool,
    /// What it was made of, if it is the library's.
    origin: Option<String>,
    /// The name that its file is shown with, unless the code says.
    source: Option<&'static str>,
}

/// The frozen module of a name. `-X frozen_modules=off` leaves those that the interpreter can't start without; a program's
/// own come before the library's.
fn find_frozen(t: &Thread, name: &str) -> Option<Frozen> {
    let wanted = match OVERRIDE_FROZEN.with(Cell::get) {
        0 => state(t).use_frozen_modules.get(),
        number => number > 0,
    };
    let essential = matches!(name, "_frozen_importlib" | "_frozen_importlib_external" | "zipimport");
    let own = essential || name.starts_with("_taipan_");
    if !own && let Some(added) = library::find_added(name) {
        let origin = Some(name.to_owned());
        return Some(Frozen { code: added.code?, is_package: added.is_package, origin, source: None });
    }
    if !wanted && !own {
        return None;
    }
    let (frozen, module) = library::find_frozen(name)?;
    Some(Frozen {
        code: module.code,
        is_package: frozen.is_package,
        origin: frozen.origin.map(str::to_owned),
        source: Some(frozen.source),
    })
}

fn no_frozen(t: &Thread, name: &PyStr) -> Raised {
    exceptions::import_error(
        t,
        taipan_object::exceptions_class!(ImportError),
        format_args!("No such frozen object named {}", name.repr_lossy(t)),
        Some(name),
        None,
        None,
    )
}

/// The code object of a frozen module.
pub fn frozen_code(t: &Thread, name: &PyStr) -> PyResult {
    let text = name.to_string_lossy();
    let Some(frozen) = find_frozen(t, &text) else { return Err(no_frozen(t, name)) };
    match frozen.source {
        Some(source) => library::code(t, frozen.code, &format!("<frozen {source}>")),
        None => crate::modules::marshal::loads(t, frozen.code, true),
    }
}

/// Runs a frozen module under its name in `sys.modules` (`PyImport_ImportFrozenModule`); false if there is none.
pub fn import_frozen(t: &Thread, name: &str) -> PyResult<Option<Owned<PyModule>>> {
    let Some(frozen) = find_frozen(t, name) else { return Ok(None) };
    let code = frozen_code(t, &*PyStr::intern_str(t, name)?)?;
    let module = crate::import::add_module(t, name)?;
    if frozen.is_package {
        module.set(t, "__path__", &*PyList::new(t)?)?;
    }
    let (Some(dict), Some(code)) = (module.dict(), code.downcast::<PyCode>()) else { return Ok(None) };
    if let Some(builtins) = crate::state::state(t).builtins.borrow().clone() {
        dict.set_str(t, name!(t, "__builtins__"), &builtins)?;
    }
    eval::call::eval_code(t, code, &dict, &dict)?;
    module.set_value(t, "__origname__", frozen.origin.as_deref().unwrap_or(name))?;
    Ok(Some(module))
}

/// Gives all code objects that name `old` as their file the name `new`.
fn fix_filename(t: &Thread, code: &PyCode, old: &PyStr, new: &PyStr, depth: usize) -> PyResult<()> {
    if depth > 500 || !code.filename().eq(old) {
        return Ok(());
    }
    code.set_filename(new);
    for item in code.consts().as_slice() {
        if let Some(inner) = item.downcast::<PyCode>() {
            fix_filename(t, inner, old, new, depth + 1)?;
        }
    }
    Ok(())
}

fn take_lock(t: &Thread) {
    let me = this_thread(t);
    {
        let mut state = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        if state.1 == 0 || state.0 == me {
            (state.0, state.1) = (me, state.1 + 1);
            return;
        }
    }
    t.allow_threads(|| {
        let mut state = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        state.2 += 1;
        while state.1 > 0 {
            state = LOCK_FREE.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        *state = (me, 1, state.2 - 1);
    });
}

/// False if the thread does not hold the lock.
fn give_lock(t: &Thread) -> bool {
    let mut state = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    if state.1 == 0 || state.0 != this_thread(t) {
        return false;
    }
    state.1 -= 1;
    if state.1 == 0 && state.2 > 0 {
        LOCK_FREE.notify_one();
    }
    true
}

/// Before a fork: nobody else imports, so that the child finds no module half made (`PyOS_BeforeFork`).
pub fn before_fork(t: &Thread) {
    take_lock(t);
}

/// After a fork.
pub fn after_fork(t: &Thread) {
    give_lock(t);
}

/// (Extremely) low-level import machinery bits as used by importlib.
#[native_module(name = "_imp")]
pub mod imp {
    use super::*;

    /// Return True if the import lock is currently held, else False.
    ///
    /// On platforms without threads, return False.
    #[function]
    fn lock_held(_t: &Thread) -> bool {
        LOCK.lock().unwrap_or_else(PoisonError::into_inner).1 > 0
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[function]
    fn acquire_lock(t: &Thread) {
        take_lock(t);
    }

    /// Release the interpreter's import lock.
    ///
    /// On platforms without threads, this function does nothing.
    #[function]
    fn release_lock(t: &Thread) -> PyResult<()> {
        if give_lock(t) { Ok(()) } else { Err(err!(t, RuntimeError, "not holding the import lock")) }
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[function]
    fn extension_suffixes(t: &Thread) -> PyResult<Owned<PyList>> {
        let suffixes = [".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".so"];
        let arch = format!(".cpython-314-{}-linux-gnu.so", std::env::consts::ARCH);
        let items: PyResult<Vec<Owned>> = core::iter::once(arch.as_str())
            .chain(suffixes[1..].iter().copied())
            .map(|s| PyStr::from_str(t, s).map(Owned::into_object))
            .collect();
        PyList::from_vec(t, items?)
    }

    /// Create an extension module.
    #[function]
    fn create_builtin(t: &Thread, spec: &Object) -> PyResult {
        let name = spec.getattr(t, name!(t, "name"))?;
        let Some(name) = name.downcast::<PyStr>() else {
            return Err(err!(t, TypeError, "name must be string, not {:.200}", name.class().name_lossy()));
        };
        let text = name.to_string_lossy();
        if text == "sys" || text == "builtins" {
            if let Some(found) = crate::state::modules(t)?.get_item(t, name)? {
                return Ok(found);
            }
        }
        if let Some(init) = builtin_modules::find_added(&text) {
            return crate::extension::create_added(t, init, name, spec);
        }
        builtin_modules::check_support(t, &text)?;
        match builtin_modules::find(&text) {
            Some(found) => {
                crate::leave::note_module(found.name);
                // SAFETY: definitions are static.
                unsafe { modules::from_definition(t, (found.definition)(), spec) }
            }
            None => singletons::ok_none(),
        }
    }

    /// Initialize a built-in module.
    #[function(sig = "(mod, /)")]
    fn exec_builtin(t: &Thread, mod_: &Object) -> PyResult<i32> {
        let Some(module) = mod_.downcast::<PyModule>() else { return Ok(0) };
        // A module that has its state has been executed: reloading it changes nothing.
        if module.definition().is_null() || module.has_state() {
            return Ok(0);
        }
        let name = module.name_lossy();
        if name == "sys" || name == "builtins" {
            return Ok(0);
        }
        modules::exec_definition(t, module)?;
        Ok(0)
    }

    /// Create an extension module.
    #[function(sig = "(spec, file=None, /)", text = "(spec, file=<unrepresentable>, /)")]
    fn create_dynamic(t: &Thread, spec: &Object, file: Option<&Object>) -> PyResult {
        let _ = file;
        crate::extension::create(t, spec)
    }

    /// Initialize an extension module.
    #[function(sig = "(mod, /)")]
    fn exec_dynamic(t: &Thread, mod_: &Object) -> PyResult<i32> {
        exec_builtin(t, mod_)
    }

    /// Initializes a frozen module.
    #[function]
    fn init_frozen(t: &Thread, name: &PyStr) -> PyResult<Option<Owned<PyModule>>> {
        import_frozen(t, &name.to_string_lossy())
    }

    /// Create a code object for a frozen module.
    #[function(sig = "(name, data=None, /)")]
    fn get_frozen_object(t: &Thread, name: &PyStr, data: Option<&Object>) -> PyResult {
        let Some(data) = data.filter(|d| !d.is(singletons::none())) else { return frozen_code(t, name) };
        let data = buffer::contiguous_bytes(t, data)?;
        if data.is_empty() {
            return Err(no_frozen(t, name));
        }
        let Ok(code) = crate::modules::marshal::loads(t, &data, true) else {
            taipan_object::errors::clear(t);
            return Err(exceptions::import_error(
                t,
                taipan_object::exceptions_class!(ImportError),
                format_args!("Frozen object named {} is invalid", name.repr_lossy(t)),
                Some(name),
                None,
                None,
            ));
        };
        if !code.is_instance_of::<PyCode>() {
            return Err(err!(t, TypeError, "frozen object {} is not a code object", name.repr_lossy(t)));
        }
        Ok(code)
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    ///
    /// The returned info (a 2-tuple):
    ///
    ///  * data         the raw marshalled bytes
    ///  * is_package   whether or not it is a package
    ///  * origname     the originally frozen module's name, or None if not
    ///                 a stdlib module (this will usually be the same as
    ///                 the module's current name)
    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(t: &Thread, name: &PyStr, withdata: bool) -> PyResult {
        let Some(frozen) = super::find_frozen(t, &name.to_string_lossy()) else {
            return singletons::ok_none();
        };
        let data = if withdata {
            let bytes = match frozen.source {
                // The library's own form of code is for reading parts of it.
                Some(_) => {
                    crate::modules::marshal::dumps(t, &*frozen_code(t, name)?, taipan_bytecode::marshal::VERSION, true)?
                }
                None => frozen.code.to_vec(),
            };
            let bytes = PyBytes::new(t, &bytes)?;
            taipan_types::PyMemoryView::class().as_object().call(t, &[&bytes])?
        } else {
            singletons::none().own()
        };
        let origin = match &frozen.origin {
            Some(origin) => PyStr::from_str(t, origin)?.into_object(),
            None => singletons::none().own(),
        };
        PyTuple::from_vec(t, vec![data, singletons::bool(frozen.is_package).own(), origin]).map(Owned::into_object)
    }

    /// Returns True if the module name is of a frozen package.
    #[function]
    fn is_frozen_package(t: &Thread, name: &PyStr) -> PyResult<bool> {
        match super::find_frozen(t, &name.to_string_lossy()) {
            Some(frozen) => Ok(frozen.is_package),
            None => Err(no_frozen(t, name)),
        }
    }

    /// Returns True if the module name corresponds to a built-in module.
    #[function]
    fn is_builtin(_t: &Thread, name: &PyStr) -> i32 {
        match name.to_string_lossy().as_str() {
            "sys" | "builtins" => -1,
            text => i32::from(builtin_modules::find(text).is_some() || builtin_modules::find_added(text).is_some()),
        }
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[function]
    fn is_frozen(t: &Thread, name: &PyStr) -> bool {
        super::find_frozen(t, &name.to_string_lossy()).is_some()
    }

    /// Returns the list of available frozen modules.
    #[function]
    fn _frozen_module_names(t: &Thread) -> PyResult<Owned<PyList>> {
        let items: PyResult<Vec<Owned>> =
            FROZEN.iter().map(|f| PyStr::from_str(t, f.name).map(Owned::into_object)).collect();
        PyList::from_vec(t, items?)
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    ///
    /// (-1: "off", 1: "on", 0: no override)
    /// See frozen_modules() in Lib/test/support/import_helper.py.
    #[function]
    fn _override_frozen_modules_for_tests(_t: &Thread, override_: i32) {
        OVERRIDE_FROZEN.with(|o| o.set(override_));
    }

    /// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
    ///
    /// (-1: "never", 1: "always", 0: no override)
    #[function]
    fn _override_multi_interp_extensions_check(t: &Thread, override_: i32) -> PyResult<i32> {
        if t.interpreter().is_main() {
            return Err(err!(
                t,
                RuntimeError,
                "_imp._override_multi_interp_extensions_check() cannot be used in the main interpreter"
            ));
        }
        Ok(t.interpreter().extensions_check.replace(override_))
    }

    /// Changes code.co_filename to specify the passed-in file path.
    ///
    ///   code
    ///     Code object to change.
    ///   path
    ///     File path to use.
    #[function(sig = "(code, path, /)")]
    fn _fix_co_filename(t: &Thread, code: &PyCode, path: &PyStr) -> PyResult<()> {
        if code.filename().eq(path) {
            return Ok(());
        }
        let old: Owned<PyStr> = code.filename().own();
        fix_filename(t, code, &old, path, 0)
    }

    #[function(sig = "(key, source)")]
    fn source_hash(t: &Thread, key: &Object, source: &Object) -> PyResult<Vec<u8>> {
        let key = taipan_object::number::index(t, key)?.to_u64_mask();
        let data = buffer::contiguous_bytes(t, source)?;
        Ok(super::source_hash(key, &data).to_le_bytes().to_vec())
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        module.set_value(t, "check_hash_based_pycs", "default")?;
        module.set_value(t, "pyc_magic_number_token", i64::from(PYC_MAGIC_NUMBER_TOKEN))
    }
}
