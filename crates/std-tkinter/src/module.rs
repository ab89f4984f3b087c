//! The module `_tkinter` and its functions.

use crate::app::TkApp;
use crate::objects::{TclObj, TimerToken};
use crate::state;
use crate::tcl::{interp, library};
use std::ffi::CString;
use taipan_object::clinic::{CStrArg, CStrOrNone};
use taipan_object::typeobject::add_static;
use taipan_object::{
    Class, Object, Own, Owned, PyDict, PyInt, PyList, PyModule, PyResult, PyStr, PyTuple, Thread, codecs, err, name,
    native_module, sequence, singletons,
};

/// The numbers of tcl.h that programs use.
const NUMBERS: [(&str, i64); 9] = [
    ("READABLE", 1 << 1),
    ("WRITABLE", 1 << 2),
    ("EXCEPTION", 1 << 3),
    ("WINDOW_EVENTS", 1 << 2),
    ("FILE_EVENTS", 1 << 3),
    ("TIMER_EVENTS", 1 << 4),
    ("IDLE_EVENTS", 1 << 5),
    ("ALL_EVENTS", !(1 << 1)),
    ("DONT_WAIT", 1 << 1),
];

/// Adds the items of a tuple or list, and of those inside, but for `None`.
fn flatten_into(t: &Thread, item: &Object, out: &mut Vec<Owned>, depth: usize) -> PyResult<()> {
    if depth > 1000 {
        return Err(err!(t, ValueError, "nesting too deep in _flatten"));
    }
    let items = match (item.downcast::<PyTuple>(), item.downcast::<PyList>()) {
        (Some(tuple), _) => tuple.as_slice().iter().map(|item| item.own()).collect(),
        (_, Some(list)) => list.to_vec(),
        _ => return Err(err!(t, TypeError, "argument must be sequence")),
    };
    for item in items {
        if item.is_instance_of::<PyTuple>() || item.is_instance_of::<PyList>() {
            flatten_into(t, &item, out, depth + 1)?;
        } else if !item.is(singletons::none()) {
            out.push(item);
        }
    }
    Ok(())
}

/// Where Tcl looks for its scripts: from `sys.executable`.
fn tell_executable(t: &Thread) -> PyResult<()> {
    let sys = taipan_object::state::import(t, "sys")?;
    let Some(executable) = sys.getattr_opt(t, name!(t, "executable"))? else { return Ok(()) };
    let Some(executable) = executable.downcast::<PyStr>() else { return Ok(()) };
    let encoded = codecs::encode(t, executable, Some("utf-8"), Some("surrogateescape"))?;
    if let Ok(path) = CString::new(encoded.as_bytes()) {
        interp::find_executable(&path);
    }
    Ok(())
}

fn add<T: Class>(t: &Thread, module: &PyModule, name: &str) -> PyResult<()> {
    add_static::<T>(t)?;
    module.set(t, name, T::class().as_object())
}

// Windows, by the system's Tcl and Tk.
#[native_module(name = "_tkinter")]
pub mod module {
    use super::*;

    /// Return the items of nested tuples and lists as one tuple, without None.
    #[function(sig = "(item, /)")]
    fn _flatten(t: &Thread, item: &Object) -> PyResult<Owned<PyTuple>> {
        let mut out = Vec::new();
        if item.is_instance_of::<PyDict>() {
            return Err(err!(t, TypeError, "{:.200} is not a sequence", item.class().name_lossy()));
        }
        if sequence::len(t, item)? > 0 {
            flatten_into(t, item, &mut out, 0)?;
        }
        PyTuple::from_vec(t, out)
    }

    /// Return a new Tcl interpreter, with Tk.
    ///
    ///   wantTk
    ///     if false, then Tk_Init() doesn't get called
    ///   sync
    ///     if true, then pass -sync to wish
    ///   use
    ///     if not None, then pass -use to wish
    #[function(
        sig = "(screen_name=None, base_name='', class_name='Tk', interactive=False, wantobjects=0, want_tk=True, sync=False, use_=None, /)",
        text = "($module, screenName=None, baseName='', className='Tk',\n       interactive=False, wantobjects=0, wantTk=True, sync=False,\n       use=None, /)"
    )]
    #[expect(clippy::too_many_arguments, reason = "as many as the function has in Python")]
    fn create(
        t: &Thread,
        screen_name: CStrOrNone<'_>,
        base_name: CStrArg<'_>,
        class_name: CStrArg<'_>,
        interactive: Option<bool>,
        wantobjects: Option<i32>,
        want_tk: Option<bool>,
        sync: Option<bool>,
        use_: CStrOrNone<'_>,
    ) -> PyResult<Owned<TkApp>> {
        let _ = base_name;
        let class_name = class_name.or("Tk");
        if library::get().is_ok_and(|table| table.version == "8.6") && class_name.chars().any(|c| c > '\u{ffff}') {
            // Its capital letter is looked for in 16 bits.
            return Err(err!(
                t,
                ValueError,
                "className must not contain non-BMP characters with this version of Tcl/Tk"
            ));
        }
        TkApp::create(
            t,
            screen_name.0,
            class_name,
            interactive.unwrap_or(false),
            wantobjects.unwrap_or(0),
            want_tk.unwrap_or(true),
            sync.unwrap_or(false),
            use_.0,
        )
    }

    /// Return the current busy-wait interval between successive calls to
    /// Tcl_DoOneEvent in a threaded Python interpreter.
    #[function]
    fn getbusywaitinterval(_t: &Thread) -> i64 {
        state::busy_wait_ms() as i64
    }

    /// Set the busy-wait interval in milliseconds between successive calls to
    /// Tcl_DoOneEvent in a threaded Python interpreter.
    ///
    /// It should be set to a divisor of the maximum time between frames in
    /// an animation.
    #[function(sig = "(new_val, /)")]
    fn setbusywaitinterval(t: &Thread, new_val: i32) -> PyResult<()> {
        state::set_busy_wait(t, new_val)
    }

    #[exec]
    fn exec(module: &PyModule, t: &Thread) -> PyResult<()> {
        let table = library::get().map_err(|reason| err!(t, ImportError, "{reason}"))?;
        if !t.interpreter().is_main() {
            // Its events run in whichever interpreter the thread is in.
            return Err(err!(t, ImportError, "module _tkinter does not support loading in subinterpreters"));
        }
        module.set(t, "TclError", &state::get(t)?.error_class)?;
        for (name, number) in NUMBERS {
            module.set(t, name, &*PyInt::from_i64(t, number)?)?;
        }
        for name in ["TK_VERSION", "TCL_VERSION"] {
            module.set(t, name, &*PyStr::from_str(t, table.version)?)?;
        }
        add::<TkApp>(t, module, "TkappType")?;
        add::<TimerToken>(t, module, "TkttType")?;
        add::<TclObj>(t, module, "Tcl_Obj")?;
        tell_executable(t)
    }
}
