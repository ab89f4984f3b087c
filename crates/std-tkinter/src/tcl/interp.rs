//! Interpreters.

use super::library::{self, RawInterp, RawObj};
use super::obj::{Obj, table, text_at};
use super::{events, with_gil, without_gil};
use crate::app;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::marker::PhantomData;
use core::ptr::{NonNull, null};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::{self, ThreadId};
use taipan_object::{Owned, Thread};

/// Where the library finds its files: from the path of the program that runs.
pub fn find_executable(program: &CStr) {
    // SAFETY: a C string, which is copied.
    unsafe { (table().Tcl_FindExecutable)(program.as_ptr()) };
}

/// Whether, and how, values become Python objects (`wantobjects`); commands share it with their interpreter.
#[derive(Clone)]
pub struct Wants(Arc<AtomicI32>);

impl Wants {
    /// The number that `wantobjects()` returns.
    pub fn get(&self) -> i32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Sets the number.
    pub fn set(&self, value: i32) {
        self.0.store(value, Ordering::Relaxed);
    }
}

/// An interpreter, which ends with its handle.
pub struct Interp {
    raw: NonNull<RawInterp>,
    thread: ThreadId,
    tcl_thread: TclThread,
    wants: Wants,
}

/// Tcl's name for a thread.
#[derive(Clone, Copy)]
pub struct TclThread(pub(super) *mut c_void);

// SAFETY: the name is only handed back to the library, which looks it up.
unsafe impl Send for TclThread {}
// SAFETY: as above.
unsafe impl Sync for TclThread {}

impl Interp {
    /// A new interpreter, for this thread.
    pub fn new(wants: i32) -> Self {
        // SAFETY: calls without conditions; Tcl ends the process if it has no memory.
        unsafe {
            let Some(raw) = NonNull::new((table().Tcl_CreateInterp)()) else {
                unreachable!("Tcl goes on without memory")
            };
            let tcl_thread = TclThread((table().Tcl_GetCurrentThread)());
            Self { raw, thread: thread::current().id(), tcl_thread, wants: Wants(Arc::new(AtomicI32::new(wants))) }
        }
    }

    /// The interpreter, in its own thread.
    pub fn here(&self) -> Option<Here<'_>> {
        self.is_here().then_some(Here { raw: self.raw.as_ptr(), interp: PhantomData })
    }

    /// Whether this is the interpreter's thread.
    pub fn is_here(&self) -> bool {
        self.thread == thread::current().id()
    }

    /// The interpreter's thread.
    pub const fn thread(&self) -> TclThread {
        self.tcl_thread
    }

    /// How values become Python objects.
    pub const fn wants(&self) -> &Wants {
        &self.wants
    }

    /// The address (`interpaddr()`), for C code.
    pub fn address(&self) -> usize {
        self.raw.as_ptr() as usize
    }
}

impl Drop for Interp {
    fn drop(&mut self) {
        if self.is_here() {
            // SAFETY: the handle is the only one. Commands go, which drops their functions, with the GIL.
            unsafe { (table().Tcl_DeleteInterp)(self.raw.as_ptr()) };
            events::disable_input_hook();
        } else {
            // Tcl would end the process; the interpreter is left to itself instead.
            with_gil(app::warn_leaked);
        }
    }
}

/// An interpreter in its own thread. What fails leaves a message as the [`result`](Here::result).
#[derive(Clone, Copy)]
pub struct Here<'a> {
    raw: *mut RawInterp,
    interp: PhantomData<&'a Interp>,
}

fn ptr(text: Option<&CStr>) -> *const c_char {
    text.map_or(null(), CStr::as_ptr)
}

impl Here<'_> {
    /// The result of the last call.
    pub fn result(self) -> Obj {
        // SAFETY: a live interpreter in its thread, here and in all methods.
        unsafe { Obj::counted((table().Tcl_GetObjResult)(self.raw)) }
    }

    /// Sets the result.
    pub fn set_result(self, value: &Obj) {
        // SAFETY: as above; the interpreter counts the value.
        unsafe { (table().Tcl_SetObjResult)(self.raw, value.raw()) }
    }

    /// Empties the result.
    pub fn reset_result(self) {
        // SAFETY: as above.
        unsafe { (table().Tcl_ResetResult)(self.raw) }
    }

    /// Calls a command; whether it went well.
    pub fn eval_words(self, t: &Thread, words: &[Obj]) -> bool {
        let flags = library::EVAL_DIRECT | library::EVAL_GLOBAL;
        let (words, n) = (words.as_ptr().cast(), words.len() as isize);
        // SAFETY: so many values, which live during the call.
        without_gil(t, || unsafe { (table().Tcl_EvalObjv)(self.raw, n, words, flags) }) != library::ERROR
    }

    /// Runs a script; whether it went well.
    pub fn eval(self, t: &Thread, script: &CStr) -> bool {
        // SAFETY: a script that ends in NUL.
        without_gil(t, || unsafe { (table().Tcl_EvalEx)(self.raw, script.as_ptr(), -1, 0) }) != library::ERROR
    }

    /// Runs a file; whether it went well.
    pub fn eval_file(self, t: &Thread, file: &CStr) -> bool {
        // SAFETY: a C string.
        without_gil(t, || unsafe { (table().Tcl_EvalFile)(self.raw, file.as_ptr()) }) != library::ERROR
    }

    /// Enters a script into the history.
    pub fn record(self, t: &Thread, script: &CStr) -> bool {
        // SAFETY: a C string.
        let code =
            without_gil(t, || unsafe { (table().Tcl_RecordAndEval)(self.raw, script.as_ptr(), library::NO_EVAL) });
        code != library::ERROR
    }

    /// Adds to `errorInfo`.
    pub fn add_error_info(self, text: &CStr) {
        let text = Obj::string(text.to_bytes());
        // SAFETY: the interpreter copies the text.
        unsafe { (table().Tcl_AppendObjToErrorInfo)(self.raw, text.raw()) }
    }

    /// Makes Tcl ready: its library of scripts.
    pub fn init(self, t: &Thread) -> bool {
        // SAFETY: the interpreter.
        without_gil(t, || unsafe { (table().Tcl_Init)(self.raw) }) != library::ERROR
    }

    /// Makes Tk ready: the main window.
    pub fn init_tk(self, t: &Thread) -> bool {
        // SAFETY: the interpreter.
        without_gil(t, || unsafe { (table().Tk_Init)(self.raw) }) != library::ERROR
    }

    /// Sets a variable, or an element of an array.
    pub fn set_var(self, t: &Thread, name: &CStr, element: Option<&CStr>, value: &Obj, global: bool) -> bool {
        // SAFETY: C strings, and a value that the variable counts.
        let set = without_gil(t, || unsafe {
            (table().Tcl_SetVar2Ex)(self.raw, name.as_ptr(), ptr(element), value.raw(), flags(global))
        });
        !set.is_null()
    }

    /// Sets a variable outside of procedures, which no script watches yet.
    pub fn set_global(self, name: &CStr, element: Option<&CStr>, value: &[u8]) {
        let value = Obj::string(value);
        // SAFETY: as above.
        unsafe {
            (table().Tcl_SetVar2Ex)(self.raw, name.as_ptr(), ptr(element), value.raw(), library::GLOBAL_ONLY);
        }
    }

    /// The value of a variable, or of an element of an array.
    pub fn get_var(self, t: &Thread, name: &CStr, element: Option<&CStr>, global: bool) -> Option<Obj> {
        // SAFETY: C strings; the value is live when the library returns it, and nothing runs before it is counted: whoever
        // could change the variable is a script of this thread.
        without_gil(t, || unsafe {
            let found = (table().Tcl_GetVar2Ex)(self.raw, name.as_ptr(), ptr(element), flags(global));
            (!found.is_null()).then(|| Obj::counted(found))
        })
    }

    /// Removes a variable, or an element of an array.
    pub fn unset_var(self, t: &Thread, name: &CStr, element: Option<&CStr>, global: bool) -> bool {
        // SAFETY: C strings.
        let code =
            without_gil(t, || unsafe { (table().Tcl_UnsetVar2)(self.raw, name.as_ptr(), ptr(element), flags(global)) });
        code != library::ERROR
    }

    /// A value as truth value.
    pub fn boolean(self, value: &Obj) -> Option<bool> {
        let mut out = 0;
        // SAFETY: the interpreter gets the message.
        let code = unsafe { (table().Tcl_GetBooleanFromObj)(self.raw, value.raw(), &raw mut out) };
        (code == library::OK).then_some(out != 0)
    }

    /// A text as truth value: other than a value, no number but 0 and 1.
    pub fn boolean_word(self, text: &CStr) -> Option<bool> {
        let mut out = 0;
        // SAFETY: as above.
        let code = unsafe { (table().Tcl_GetBoolean)(self.raw, text.as_ptr(), &raw mut out) };
        (code == library::OK).then_some(out != 0)
    }

    /// A value as integer of 64 bits; larger ones come out as something, and are told by their type.
    pub fn wide_int(self, value: &Obj) -> Option<i64> {
        let mut out = 0;
        // SAFETY: as above.
        let code = unsafe { (table().Tcl_GetWideIntFromObj)(self.raw, value.raw(), &raw mut out) };
        (code == library::OK).then_some(out)
    }

    /// A value as float.
    pub fn double(self, value: &Obj) -> Option<f64> {
        let mut out = 0.0;
        // SAFETY: as above.
        let code = unsafe { (table().Tcl_GetDoubleFromObj)(self.raw, value.raw(), &raw mut out) };
        (code == library::OK).then_some(out)
    }

    /// The items of a value that is a list, or may be read as one.
    pub fn items(self, value: &Obj) -> Option<Vec<Obj>> {
        let (mut n, mut items) = (0, null());
        // SAFETY: as above; the items are counted at once.
        unsafe {
            let code = (table().Tcl_ListObjGetElements)(self.raw, value.raw(), &raw mut n, &raw mut items);
            (code == library::OK).then(|| Obj::array(items, n as usize).to_vec())
        }
    }

    /// The items of a text that is a list.
    pub fn split_list(self, text: &CStr) -> Option<Vec<Vec<u8>>> {
        let (mut n, mut items) = (0, core::ptr::null_mut());
        // SAFETY: as above; the items are C strings in a block that is the caller's.
        unsafe {
            if (table().Tcl_SplitList)(self.raw, text.as_ptr(), &raw mut n, &raw mut items) != library::OK {
                return None;
            }
            let out = (0..n as usize).map(|i| text_at(*items.add(i))).collect();
            (table().Tcl_Free)(items.cast());
            Some(out)
        }
    }

    /// The value of an expression, as text in the result.
    pub fn expr(self, t: &Thread, text: &CStr) -> bool {
        // SAFETY: a C string.
        without_gil(t, || unsafe { (table().Tcl_ExprString)(self.raw, text.as_ptr()) }) != library::ERROR
    }

    /// The value of an expression as an integer.
    pub fn expr_long(self, t: &Thread, text: &CStr) -> Option<i64> {
        let mut out = 0;
        // SAFETY: a C string, and room for the number.
        let code = without_gil(t, || unsafe { (table().Tcl_ExprLong)(self.raw, text.as_ptr(), &raw mut out) });
        (code == library::OK).then_some(out)
    }

    /// The value of an expression as a float.
    pub fn expr_double(self, t: &Thread, text: &CStr) -> Option<f64> {
        let mut out = 0.0;
        // SAFETY: as above.
        let code = without_gil(t, || unsafe { (table().Tcl_ExprDouble)(self.raw, text.as_ptr(), &raw mut out) });
        (code == library::OK).then_some(out)
    }

    /// The value of an expression as a truth value.
    pub fn expr_boolean(self, t: &Thread, text: &CStr) -> Option<bool> {
        let mut out = 0;
        // SAFETY: as above.
        let code = without_gil(t, || unsafe { (table().Tcl_ExprBoolean)(self.raw, text.as_ptr(), &raw mut out) });
        (code == library::OK).then_some(out != 0)
    }

    /// Makes a command that calls a Python function.
    pub fn create_command(self, t: &Thread, name: &CStr, function: Owned, wants: &Wants) -> bool {
        let data = Box::into_raw(Box::new(Command { function, wants: wants.clone() })).cast();
        // SAFETY: the data is what the functions expect; the command owns it.
        unsafe {
            let made = without_gil(t, || {
                (table().Tcl_CreateObjCommand)(self.raw, name.as_ptr(), run_command, data, drop_command)
            });
            if made.is_null() {
                // The interpreter is going: it has not taken the data.
                drop(Box::from_raw(data.cast::<Command>()));
            }
            !made.is_null()
        }
    }

    /// Removes a command; whether there was one.
    pub fn delete_command(self, t: &Thread, name: &CStr) -> bool {
        // SAFETY: a C string.
        without_gil(t, || unsafe { (table().Tcl_DeleteCommand)(self.raw, name.as_ptr()) }) != -1
    }
}

const fn flags(global: bool) -> c_int {
    library::LEAVE_ERR_MSG | if global { library::GLOBAL_ONLY } else { 0 }
}

/// A command that calls a Python function.
struct Command {
    function: Owned,
    wants: Wants,
}

/// A script calls a command.
unsafe extern "C" fn run_command(
    data: *mut c_void,
    interp: *mut RawInterp,
    objc: c_int,
    objv: *const *mut RawObj,
) -> c_int {
    with_gil(|t| {
        // SAFETY: the command's data, of which the call keeps its own copies: the command may be removed meanwhile. The
        // words are live as long as the call, and the interpreter is at work in its thread.
        let (function, wants, words, here) = unsafe {
            let command = &*data.cast::<Command>();
            let words = Obj::array(objv, objc as usize);
            (command.function.clone(), command.wants.clone(), words, Here { raw: interp, interp: PhantomData })
        };
        match app::run_command(t, here, &function, &wants, words.get(1..).unwrap_or_default()) {
            Some(result) => {
                here.set_result(&result);
                library::OK
            }
            None => library::ERROR,
        }
    })
}

/// A command is removed.
unsafe extern "C" fn drop_command(data: *mut c_void) {
    // SAFETY: the command's data, for the last time.
    with_gil(|_| drop(unsafe { Box::from_raw(data.cast::<Command>()) }));
}
