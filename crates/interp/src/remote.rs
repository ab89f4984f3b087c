//! Scripts that one process has another one run (PEP 768): both ends of `sys.remote_exec`.

use crate::compile::{Settings, compile_source};
use crate::eval::call::eval_code;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use taipan_object::remote::{Purpose, raise};
use taipan_object::{Object, PyDict, PyInt, PyResult, PyStr, audit, err, errors, fspath, name, state};
use taipan_parser::{Mode, Source};
use taipan_runtime::Thread;
use taipan_runtime::remote::{self, Refusal, SCRIPT_PATH};

/// Runs the script that another process asks for, if there is one: only the main thread is asked. What goes wrong is
/// reported, and the program goes on.
#[cold]
pub fn run_pending(t: &Thread) {
    if !core::ptr::eq(t.interpreter().main_thread.get(), t) || t.interpreter().remote_debug.get() != 1 {
        return;
    }
    // SAFETY: the fields of this thread's state; another process writes them, so they are read once, and never through
    // a reference.
    let (pending, path): (i32, [u8; SCRIPT_PATH]) = unsafe {
        let support = &raw mut (*t.as_ptr()).remote_debugger_support;
        let pending = (&raw const (*support).debugger_pending_call).read_volatile();
        (&raw mut (*support).debugger_pending_call).write_volatile(0);
        (pending, (&raw const (*support).debugger_script_path).read_volatile())
    };
    let path = path.split(|&byte| byte == 0).next().unwrap_or_default();
    if pending != 1 || path.is_empty() {
        return;
    }
    let Ok(path) = PyStr::from_fs_bytes(t, path) else {
        errors::write_unraisable_msg(t, "Can't decode debugger script", None);
        return;
    };
    let failed = |what: &str| errors::write_unraisable_msg(t, &format!("{what} {}", path.to_string_lossy()), None);
    if audit::audit(t, "cpython.remote_debugger_script", &[path.as_object()]).is_err() {
        return failed("Audit hook failed for remote debugger script");
    }
    let Ok(source) = read(t, &path) else { return failed("Can't open debugger script") };
    if run(t, &source).is_err() {
        failed("Error executing debugger script");
    }
}

/// The text of a file, opened as code is.
fn read(t: &Thread, path: &PyStr) -> PyResult<Vec<u8>> {
    let io = state::import(t, "io")?;
    let file = io.call_method(t, name!(t, "open_code"), &[path.as_object()])?;
    let text = file.call_method(t, name!(t, "read"), &[]);
    let closed = file.call_method(t, name!(t, "close"), &[]);
    let text = text?;
    closed?;
    Ok(text.downcast::<taipan_object::PyBytes>().map(|bytes| bytes.as_bytes().to_vec()).unwrap_or_default())
}

/// Runs source in a namespace of its own.
fn run(t: &Thread, source: &[u8]) -> PyResult<()> {
    let file = PyStr::from_str(t, "<string>")?;
    let settings = Settings { optimize: -1, ..Settings::default() };
    let code = compile_source(t, Source::Bytes(source), &file, Mode::Exec, settings)?;
    let names = PyDict::new(t)?;
    eval_code(t, &code, &names, names.as_object()).map(drop)
}

/// Has another process run a script (`sys.remote_exec`).
pub fn exec(t: &Thread, pid: i32, script: &Object) -> PyResult<()> {
    let path = fspath::fs_bytes(t, script)?;
    if t.interpreter().remote_debug.get() != 1 {
        return Err(err!(t, RuntimeError, "Remote debugging is not enabled"));
    }
    audit::audit(t, "sys.remote_exec", &[PyInt::from_i64(t, pid.into())?.as_object(), script])?;
    if let Err(error) = std::fs::File::open(OsStr::from_bytes(&path)) {
        return Err(match error.raw_os_error().unwrap_or_default() {
            libc::ENOENT => err!(t, FileNotFoundError, "Script file does not exist"),
            libc::EACCES => err!(t, PermissionError, "Script file cannot be read"),
            code => errors::os_error(t, code),
        });
    }
    remote::run_script(pid, &path).map_err(|refusal| match refusal {
        Refusal::Trouble(trouble) => raise(t, pid, &trouble, Purpose::SendCommands),
        Refusal::NoInterpreter => err!(t, RuntimeError, "Can't find a running interpreter in the remote process"),
        Refusal::Disabled => err!(t, RuntimeError, "Remote debugging is not enabled in the remote process"),
        Refusal::NoMainThread => err!(t, RuntimeError, "Can't find the main thread in the remote process"),
        Refusal::LongPath => err!(t, ValueError, "Debugger script path is too long"),
    })
}
