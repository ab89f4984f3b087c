//! GNU readline, or editline in its place: the library's functions and variables, and what it calls.
//!
//! The library has one state for the process. Its functions are called with the GIL, but for the one that reads a line:
//! it runs without, and the functions that it calls take the GIL. As a C module would, this file speaks with the
//! interpreter by variables and functions of the C API.
#![allow(unsafe_code, reason = "the library is variables and callbacks")]

use super::hooks;
use crate::dynamic::table;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{null, null_mut};
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::ffi::CString;
use std::sync::{Mutex, OnceLock, PoisonError};
use taipan_runtime::Thread;
use taipan_runtime::dynamic::Library;

type Callback = unsafe extern "C" fn(c_int, c_int) -> c_int;
type Hook = unsafe extern "C" fn() -> c_int;
type LineHandler = unsafe extern "C" fn(*mut c_char);
type Generator = unsafe extern "C" fn(*const c_char, c_int) -> *mut c_char;
type Completion = unsafe extern "C" fn(*const c_char, c_int, c_int) -> *mut *mut c_char;
type Display = unsafe extern "C" fn(*mut *mut c_char, c_int, c_int);

/// A line of the history (`HIST_ENTRY`); what follows the first field differs between the libraries.
#[repr(C)]
struct Entry {
    line: *mut c_char,
}

unsafe extern "C" {
    static PyOS_InputHook: AtomicPtr<c_void>;
    static PyOS_ReadlineFunctionPointer: AtomicPtr<c_void>;
    static _PyOS_ReadlineTState: AtomicPtr<c_void>;
    fn PyGILState_Ensure() -> c_int;
    fn PyGILState_Release(state: c_int);
    fn PyEval_RestoreThread(state: *mut c_void);
    fn PyEval_SaveThread() -> *mut c_void;
    fn PyErr_CheckSignals() -> c_int;
    fn PyMem_RawMalloc(size: usize) -> *mut c_void;
}

table! {
    /// Functions and addresses of variables, under the library's names.
    Table {
        add_history = c"add_history": unsafe extern "C" fn(*const c_char),
        append_history = c"append_history": unsafe extern "C" fn(c_int, *const c_char) -> c_int,
        clear_history = c"clear_history": unsafe extern "C" fn(),
        history_get = c"history_get": unsafe extern "C" fn(c_int) -> *mut Entry,
        history_length = c"history_length": *mut c_int,
        history_truncate_file = c"history_truncate_file": unsafe extern "C" fn(*const c_char, c_int) -> c_int,
        free_history_entry = c"free_history_entry": unsafe extern "C" fn(*mut Entry) -> *mut c_void,
        read_history = c"read_history": unsafe extern "C" fn(*const c_char) -> c_int,
        remove_history = c"remove_history": unsafe extern "C" fn(c_int) -> *mut Entry,
        replace_history_entry = c"replace_history_entry":
            unsafe extern "C" fn(c_int, *const c_char, *mut c_void) -> *mut Entry,
        using_history = c"using_history": unsafe extern "C" fn(),
        write_history = c"write_history": unsafe extern "C" fn(*const c_char) -> c_int,
        rl_attempted_completion_function = c"rl_attempted_completion_function": *mut Option<Completion>,
        rl_attempted_completion_over = c"rl_attempted_completion_over": *mut c_int,
        rl_bind_key = c"rl_bind_key": unsafe extern "C" fn(c_int, Callback) -> c_int,
        rl_bind_key_in_map = c"rl_bind_key_in_map": unsafe extern "C" fn(c_int, Callback, *mut c_void) -> c_int,
        rl_callback_handler_install = c"rl_callback_handler_install":
            unsafe extern "C" fn(*const c_char, LineHandler),
        rl_callback_handler_remove = c"rl_callback_handler_remove": unsafe extern "C" fn(),
        rl_callback_read_char = c"rl_callback_read_char": unsafe extern "C" fn(),
        rl_catch_signals = c"rl_catch_signals": *mut c_int,
        rl_cleanup_after_signal = c"rl_cleanup_after_signal": unsafe extern "C" fn(),
        rl_complete = c"rl_complete": Callback,
        rl_completer_word_break_characters = c"rl_completer_word_break_characters": *mut *const c_char,
        rl_completion_append_character = c"rl_completion_append_character": *mut c_int,
        rl_completion_display_matches_hook = c"rl_completion_display_matches_hook": *mut Option<Display>,
        rl_completion_matches = c"rl_completion_matches":
            unsafe extern "C" fn(*const c_char, Generator) -> *mut *mut c_char,
        rl_completion_suppress_append = c"rl_completion_suppress_append": *mut c_int,
        rl_completion_type = c"rl_completion_type": *mut c_int,
        rl_free_line_state = c"rl_free_line_state": unsafe extern "C" fn(),
        rl_initialize = c"rl_initialize": unsafe extern "C" fn() -> c_int,
        rl_insert = c"rl_insert": Callback,
        rl_insert_text = c"rl_insert_text": unsafe extern "C" fn(*const c_char) -> c_int,
        rl_instream = c"rl_instream": *mut *mut libc::FILE,
        rl_library_version = c"rl_library_version": *mut *const c_char,
        rl_line_buffer = c"rl_line_buffer": *mut *const c_char,
        rl_outstream = c"rl_outstream": *mut *mut libc::FILE,
        rl_parse_and_bind = c"rl_parse_and_bind": unsafe extern "C" fn(*mut c_char) -> c_int,
        rl_pre_input_hook = c"rl_pre_input_hook": *mut Option<Hook>,
        rl_prep_terminal = c"rl_prep_terminal": unsafe extern "C" fn(c_int),
        rl_read_init_file = c"rl_read_init_file": unsafe extern "C" fn(*const c_char) -> c_int,
        rl_readline_name = c"rl_readline_name": *mut *const c_char,
        rl_readline_version = c"rl_readline_version": *mut c_int,
        rl_redisplay = c"rl_redisplay": unsafe extern "C" fn(),
        rl_resize_terminal = c"rl_resize_terminal": unsafe extern "C" fn(),
        rl_startup_hook = c"rl_startup_hook": *mut Option<Hook>,
        rl_variable_bind = c"rl_variable_bind": unsafe extern "C" fn(*const c_char, *const c_char) -> c_int,
    }
}

/// The library.
pub struct Readline {
    table: Table,
    /// What editline lacks.
    sigcleanup: Option<unsafe extern "C" fn()>,
    emacs_meta_keymap: Option<*mut c_void>,
}

// SAFETY: addresses that do not change; the library is used by one thread at a time, see above.
unsafe impl Send for Readline {}
// SAFETY: as above.
unsafe impl Sync for Readline {}

/// What is said of a position that the history lacks.
pub struct NoItem;

/// The window has changed its size since the library last asked.
static RESIZED: AtomicBool = AtomicBool::new(false);
/// What `SIGWINCH` did before.
static OLD_WINCH: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
/// The line that was read, while one is read.
static LINE: AtomicPtr<c_char> = AtomicPtr::new(null_mut());
static DONE: AtomicBool = AtomicBool::new(false);
/// Whether lines that were read go into the history.
pub static AUTO_HISTORY: AtomicBool = AtomicBool::new(true);

extern "C" fn window_changed(signal: c_int) {
    RESIZED.store(true, Ordering::Relaxed);
    let old = OLD_WINCH.load(Ordering::Relaxed) as usize;
    if old != libc::SIG_DFL && old != libc::SIG_IGN && old != libc::SIG_ERR {
        // SAFETY: a handler that was installed before.
        unsafe { core::mem::transmute::<usize, extern "C" fn(c_int)>(old)(signal) };
    }
}

/// Takes the GIL for a call of Python code, and gives it back.
fn with_gil<R>(work: impl FnOnce(&Thread) -> R) -> R {
    // SAFETY: the interpreter runs; the state is given back below.
    unsafe {
        let state = PyGILState_Ensure();
        let result = work(taipan_runtime::thread::current());
        PyGILState_Release(state);
        result
    }
}

/// A copy as `free()` takes it; null without memory or with a NUL inside.
fn allocated(bytes: &[u8]) -> *mut c_char {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    // SAFETY: a fresh block with room for the bytes and the end.
    unsafe {
        let block = libc::malloc(end + 1).cast::<u8>();
        if !block.is_null() {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), block, end);
            *block.add(end) = 0;
        }
        block.cast()
    }
}

/// # Safety
/// A C string, or null.
unsafe fn copied(text: *const c_char) -> Vec<u8> {
    // SAFETY: the caller's promise.
    if text.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(text) }.to_bytes().to_vec() }
}

unsafe extern "C" fn on_line(line: *mut c_char) {
    LINE.store(line, Ordering::Relaxed);
    DONE.store(true, Ordering::Relaxed);
    if let Ok(library) = Readline::get() {
        // SAFETY: the handler is there: it was called.
        unsafe { (library.table.rl_callback_handler_remove)() };
    }
}

unsafe extern "C" fn on_startup() -> c_int {
    with_gil(|t| hooks::run(t, hooks::Hook::Startup))
}

unsafe extern "C" fn on_pre_input() -> c_int {
    with_gil(|t| hooks::run(t, hooks::Hook::PreInput))
}

unsafe extern "C" fn on_display(matches: *mut *mut c_char, count: c_int, longest: c_int) {
    // SAFETY: the library gives one text more than it counts.
    let texts: Vec<Vec<u8>> = unsafe { (0..=count.max(0) as usize).map(|at| copied(*matches.add(at))).collect() };
    with_gil(|t| hooks::display(t, &texts, longest));
}

unsafe extern "C" fn generate(text: *const c_char, state: c_int) -> *mut c_char {
    // SAFETY: a C string.
    let text = unsafe { copied(text) };
    let found = with_gil(|t| hooks::complete(t, &text, state));
    if let Ok(library) = Readline::get() {
        // SAFETY: a variable of the library: no names of files are completed in the end.
        unsafe { *library.table.rl_attempted_completion_over = 1 };
    }
    found.map_or(null_mut(), |found| allocated(&found))
}

unsafe extern "C" fn complete(text: *const c_char, start: c_int, end: c_int) -> *mut *mut c_char {
    let Ok(library) = Readline::get() else { return null_mut() };
    // SAFETY: variables of the library; the text that it gives.
    unsafe {
        *library.table.rl_completion_append_character = 0;
        *library.table.rl_completion_suppress_append = 0;
        let line = copied(*library.table.rl_line_buffer);
        let place = |at: c_int| &line[..usize::try_from(at).unwrap_or(0).min(line.len())];
        with_gil(|t| hooks::set_scope(t, place(start), place(end)));
        (library.table.rl_completion_matches)(text, generate)
    }
}

/// What `PyOS_Readline()` calls: a line from `PyMem_RawMalloc`; empty at the end of the input, null after a signal whose
/// handler raised.
unsafe extern "C" fn read_line(input: *mut libc::FILE, output: *mut libc::FILE, prompt: *const c_char) -> *mut c_char {
    let Ok(library) = Readline::get() else { return null_mut() };
    // SAFETY: the arguments of PyOS_Readline(), and the library's functions as its manual has them.
    unsafe {
        let table = &library.table;
        if *table.rl_instream != input || *table.rl_outstream != output {
            *table.rl_instream = input;
            *table.rl_outstream = output;
            (table.rl_prep_terminal)(1);
        }
        let Some(line) = library.until_line(prompt) else { return null_mut() };
        let bytes = copied(line);
        let at_end = line.is_null();
        if !bytes.is_empty() && AUTO_HISTORY.load(Ordering::Relaxed) {
            let last = (table.history_get)(*table.history_length);
            let known = !last.is_null() && CStr::from_ptr((*last).line).to_bytes() == bytes;
            if !known {
                (table.add_history)(line);
            }
        }
        libc::free(line.cast());
        let size = bytes.len();
        let block = PyMem_RawMalloc(size + 2).cast::<u8>();
        if !block.is_null() {
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), block, size);
            let newline = usize::from(!at_end);
            *block.add(size) = b'\n';
            *block.add(size + newline) = 0;
        }
        block.cast()
    }
}

impl Readline {
    /// The library; looked for once.
    pub fn get() -> Result<&'static Self, String> {
        static FOUND: OnceLock<Result<Readline, String>> = OnceLock::new();
        let find = || {
            let library = Library::open(&[c"libreadline.so.8", c"libedit.so.2"])?;
            // SAFETY: the symbols have these types in the library's header.
            unsafe {
                Ok(Self {
                    table: Table::load(library)?,
                    sigcleanup: library.get(c"rl_callback_sigcleanup").ok(),
                    emacs_meta_keymap: library.get(c"emacs_meta_keymap").ok(),
                })
            }
        };
        FOUND.get_or_init(find).as_ref().map_err(Clone::clone)
    }

    /// Takes over the reading of lines, once.
    pub fn set_up(&self) {
        static DONE: OnceLock<()> = OnceLock::new();
        DONE.get_or_init(|| self.set_up_first());
    }

    fn set_up_first(&self) {
        let table = &self.table;
        // SAFETY: variables and functions of the library, as its manual has them; the texts are constants.
        unsafe {
            *table.rl_readline_name = c"python".as_ptr();
            if self.is_editline() {
                // It reads its settings when it is initialised: what is bound here would be undone.
                (table.rl_initialize)();
            }
            (table.using_history)();
            if !self.is_editline() {
                (table.rl_bind_key)(c_int::from(b'\t'), table.rl_insert);
                if let Some(keymap) = self.emacs_meta_keymap {
                    (table.rl_bind_key_in_map)(c_int::from(b'\t'), table.rl_complete, keymap);
                    (table.rl_bind_key_in_map)(0x1b, table.rl_complete, keymap);
                }
            }
            let mut action: libc::sigaction = core::mem::zeroed();
            let mut old: libc::sigaction = core::mem::zeroed();
            action.sa_sigaction = window_changed as extern "C" fn(c_int) as usize;
            libc::sigemptyset(&mut action.sa_mask);
            action.sa_flags = libc::SA_ONSTACK;
            if libc::sigaction(libc::SIGWINCH, &action, &mut old) == 0 {
                OLD_WINCH.store(old.sa_sigaction as *mut c_void, Ordering::Relaxed);
            }
            *table.rl_startup_hook = Some(on_startup);
            *table.rl_pre_input_hook = Some(on_pre_input);
            *table.rl_attempted_completion_function = Some(complete);
            *table.rl_completion_append_character = 0;
            // Everything that no name contains.
            *table.rl_completer_word_break_characters = c" \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?".as_ptr();
            if !self.is_editline() {
                if libc::isatty(1) == 0 {
                    // Otherwise a sequence for the terminal would be written to a file or pipe.
                    (table.rl_variable_bind)(c"enable-meta-key".as_ptr(), c"off".as_ptr());
                }
                (table.rl_initialize)();
            }
            PyOS_ReadlineFunctionPointer.store(read_line as *mut c_void, Ordering::Release);
        }
    }

    /// Reads until a line is complete, or a signal's handler raises.
    ///
    /// # Safety
    /// As for `read_line`; without the GIL.
    unsafe fn until_line(&self, prompt: *const c_char) -> Option<*mut c_char> {
        let table = &self.table;
        // SAFETY: the library's functions; `_PyOS_ReadlineTState` is the state of this thread.
        unsafe {
            *table.rl_catch_signals = 0;
            DONE.store(false, Ordering::Relaxed);
            LINE.store(null_mut(), Ordering::Relaxed);
            (table.rl_callback_handler_install)(prompt, on_line);
            while !DONE.load(Ordering::Relaxed) {
                let hook = PyOS_InputHook.load(Ordering::Acquire);
                let mut poll = libc::pollfd { fd: libc::fileno(*table.rl_instream), events: libc::POLLIN, revents: 0 };
                if RESIZED.swap(false, Ordering::Relaxed) {
                    (table.rl_resize_terminal)();
                }
                let ready = libc::poll(&mut poll, 1, if hook.is_null() { -1 } else { 100 });
                let interrupted =
                    ready < 0 && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted;
                if !hook.is_null() {
                    core::mem::transmute::<*mut c_void, Hook>(hook)();
                }
                if ready > 0 {
                    (table.rl_callback_read_char)();
                } else if interrupted {
                    PyEval_RestoreThread(_PyOS_ReadlineTState.load(Ordering::Acquire));
                    let raised = PyErr_CheckSignals() < 0;
                    PyEval_SaveThread();
                    if raised {
                        (table.rl_free_line_state)();
                        if let Some(sigcleanup) = self.sigcleanup {
                            sigcleanup();
                        }
                        (table.rl_cleanup_after_signal)();
                        (table.rl_callback_handler_remove)();
                        return None;
                    }
                }
            }
            Some(LINE.swap(null_mut(), Ordering::Relaxed))
        }
    }

    /// Whether it is editline.
    pub fn is_editline(&self) -> bool {
        self.version_text().windows(16).any(|part| part == b"EditLine wrapper")
    }

    /// What the library says of its version.
    pub fn version_text(&self) -> Vec<u8> {
        // SAFETY: a variable of the library.
        unsafe { copied(*self.table.rl_library_version) }
    }

    /// The version as a number.
    pub fn version(&self) -> c_int {
        // SAFETY: a variable of the library.
        unsafe { *self.table.rl_readline_version }
    }

    pub fn parse_and_bind(&self, line: &CStr) {
        let mut line = line.to_bytes_with_nul().to_vec();
        // SAFETY: a C string that the library may write to.
        unsafe { (self.table.rl_parse_and_bind)(line.as_mut_ptr().cast()) };
    }

    /// Gives an error number, or zero.
    pub fn read_init_file(&self, path: Option<&CStr>) -> c_int {
        // SAFETY: a C string or null, as for the other files.
        unsafe { (self.table.rl_read_init_file)(path.map_or(null(), CStr::as_ptr)) }
    }

    /// Gives an error number, or zero.
    pub fn read_history(&self, path: Option<&CStr>) -> c_int {
        // SAFETY: as above.
        unsafe { (self.table.read_history)(path.map_or(null(), CStr::as_ptr)) }
    }

    /// Gives an error number, or zero.
    pub fn write_history(&self, path: Option<&CStr>) -> c_int {
        // SAFETY: as above.
        unsafe { (self.table.write_history)(path.map_or(null(), CStr::as_ptr)) }
    }

    /// Gives an error number, or zero.
    pub fn append_history(&self, count: c_int, path: Option<&CStr>) -> c_int {
        // SAFETY: as above.
        unsafe { (self.table.append_history)(count, path.map_or(null(), CStr::as_ptr)) }
    }

    pub fn truncate_history_file(&self, path: Option<&CStr>, lines: c_int) {
        // SAFETY: as above.
        unsafe { (self.table.history_truncate_file)(path.map_or(null(), CStr::as_ptr), lines) };
    }

    pub fn add_history(&self, line: &CStr) {
        // SAFETY: a C string.
        unsafe { (self.table.add_history)(line.as_ptr()) };
    }

    pub fn clear_history(&self) {
        // SAFETY: no arguments.
        unsafe { (self.table.clear_history)() };
    }

    pub fn history_length(&self) -> c_int {
        // SAFETY: a variable of the library.
        unsafe { *self.table.history_length }
    }

    /// An item of the history, counted from 1.
    pub fn history_item(&self, index: c_int) -> Option<Vec<u8>> {
        // SAFETY: what is given belongs to the library, and is copied.
        unsafe {
            let entry = (self.table.history_get)(index);
            (!entry.is_null()).then(|| copied((*entry).line))
        }
    }

    /// Frees an entry that has left the history.
    ///
    /// # Safety
    /// The library has just given it.
    unsafe fn free(&self, entry: *mut Entry) -> Result<(), NoItem> {
        if entry.is_null() {
            return Err(NoItem);
        }
        // SAFETY: the caller's promise; its data is what was given with the entry: nothing, or a copy.
        unsafe { libc::free((self.table.free_history_entry)(entry)) };
        Ok(())
    }

    /// Removes an item, counted from 0.
    pub fn remove_history(&self, at: c_int) -> Result<(), NoItem> {
        // SAFETY: a position of any kind.
        unsafe { self.free((self.table.remove_history)(at)) }
    }

    /// Replaces an item, counted from 0.
    pub fn replace_history(&self, at: c_int, line: &CStr) -> Result<(), NoItem> {
        // SAFETY: as above.
        unsafe { self.free((self.table.replace_history_entry)(at, line.as_ptr(), null_mut())) }
    }

    pub fn insert_text(&self, text: &CStr) {
        // SAFETY: a C string.
        unsafe { (self.table.rl_insert_text)(text.as_ptr()) };
    }

    pub fn redisplay(&self) {
        // SAFETY: no arguments.
        unsafe { (self.table.rl_redisplay)() };
    }

    pub fn line_buffer(&self) -> Vec<u8> {
        // SAFETY: a variable of the library.
        unsafe { copied(*self.table.rl_line_buffer) }
    }

    pub fn completion_type(&self) -> c_int {
        // SAFETY: a variable of the library.
        unsafe { *self.table.rl_completion_type }
    }

    pub fn completer_delims(&self) -> Vec<u8> {
        // SAFETY: a variable of the library.
        unsafe { copied(*self.table.rl_completer_word_break_characters) }
    }

    /// Sets the delimiters of words. The text is kept, as the library holds on to it, until the next one takes its place.
    pub fn set_completer_delims(&self, text: CString) {
        static HELD: Mutex<Option<CString>> = Mutex::new(None);
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: a variable of the library, which only reads the text.
        unsafe { *self.table.rl_completer_word_break_characters = text.as_ptr().cast_mut() };
        *held = Some(text);
    }

    /// Whether matches are shown by a hook of ours.
    pub fn set_display_hook(&self, ours: bool) {
        // SAFETY: a variable of the library.
        unsafe { *self.table.rl_completion_display_matches_hook = ours.then_some(on_display as Display) };
    }
}
